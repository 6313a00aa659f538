"""Does what people ask for on the public pages: to subscribe, to confirm it, to choose, to leave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from feeds.deliveries import Delivery
from feeds.membership import Register
from feeds.settings import Site
from feeds.signup import ASKED, Answer, Request, answer, confirmed, is_open
from feeds.subscribers import Status, Subscriber, without
from feeds.tokens import claim_of, confirmed_by, scoped
from feeds.tokens import token as token_of

_WORTH_SENDING = timedelta(days=1)
"""How long a mail server may be away until an invitation is of no use any more."""

FORM = "the form"
"""Where somebody asked whose browser does not say on which page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Whoever holds a link of ours."""

    person: Subscriber | None
    """Whose link it is; None: of nobody who is known any more."""

    digest: str = ""
    """The name of the digest in whose message it was; empty: of any, or of one that there is no more."""

    is_open: bool = False
    """It is a link that can still confirm."""

    is_done: bool = False
    """It is one that has, and they are subscribed still."""

    own: str = ""
    """The token of their own pages, of one who has confirmed; empty: it is that already."""


def ask(register: Register, wanted: Subscriber, source: str) -> bool:
    """Take down that somebody typed the address of *wanted*, who has no id yet, at *source*; say whether a mail is due.

    Nothing changes by that for anybody who is known: what was asked for counts when it is confirmed.
    """
    people, requests = register.state.people, register.state.requests
    with register.state.transaction():
        requests.lapse(register.now)
        known = people.of_address(wanted.address)
        asked = requests.instants(known.id) if known else ()
        if answer(known, asked, register.now) is Answer.NOTHING:
            return False
        new = replace(wanted, status=Status.PENDING)
        person = known or people.put(new, register.now, reason=f"{ASKED}{source}")
        wishes = replace(wanted, id=person.id)
        _queue(register, wishes, requests.add(wishes, source, register.now))
    return True


def _queue(register: Register, person: Subscriber, request: int) -> None:
    """Queue the invitation that answers the *request* of *person*."""
    ledger, now = register.state.ledger, register.now
    one = Delivery(
        subscriber=person.id,
        address=person.address,
        variant=str(request),
        next_at=now,
        not_after=now + _WORTH_SENDING,
    )
    ledger.queue(ledger.invitations(now), one, now)


def invited(register: Register, token: str) -> Bearer | None:
    """Return who is to confirm with an invitation's *token*, with what they asked for; None: it is none of ours."""
    named = confirmed_by(token, register.keys)
    if named is None:
        return None
    with register.state.transaction():
        return _standing(_request(register, *named), register)


def confirm(register: Register, token: str) -> Bearer | None:
    """Subscribe who confirms with *token*, once; None: it is none of ours.

    Who was subscribed by it before and still is, hears the same again; who has left since does not come back by it.
    """
    named = confirmed_by(token, register.keys)
    if named is None:
        return None
    people, requests = register.state.people, register.state.requests
    with register.state.transaction():
        request, known = _request(register, *named), people.of_id(named[0])
        if request is None or known is None or not is_open(request, register.now):
            return _standing(request, register)
        person = confirmed(known, request)
        requests.use(request.number, register.now)
        people.remember(person.address)
        people.put(person, register.now, reason=f"confirmed by the link in a mail, asked for: {request.source}")
        return _standing(replace(request, person=person, is_used=True), register)


def _request(register: Register, person: str, number: int) -> Request | None:
    """Return the request *number* of the subscriber with the id *person*; None: it is theirs no more."""
    request = register.state.requests.of_number(number)
    return request if request is not None and request.person.id == person else None


def _standing(request: Request | None, register: Register) -> Bearer:
    if request is None:
        return Bearer(person=None)
    person = request.person
    is_done = request.is_used and person.status is Status.ACTIVE
    own = token_of(person.id, "", register.keys) if is_done else ""
    return Bearer(person=person, is_open=is_open(request, register.now), is_done=is_done, own=own)


def bearer(register: Register, token: str) -> Bearer | None:
    """Return whose message the *token* stood in; None: it is none of ours."""
    claim = claim_of(token, register.keys)
    if claim is None:
        return None
    with register.state.transaction():
        person = register.state.people.of_id(claim.subscriber)
    return Bearer(person=person, digest=_digest_of(claim.scope, register.site))


def leave(register: Register, token: str, *, everything: bool = False) -> Bearer | None:
    """Unsubscribe whose *token* it is from its digest, or from *everything*; None: it is none of ours.

    Again it changes nothing. Whoever is known no more has left already.
    """
    claim = claim_of(token, register.keys)
    if claim is None:
        return None
    digest = "" if everything else _digest_of(claim.scope, register.site)
    with register.state.transaction():
        person = register.state.people.of_id(claim.subscriber)
        if person is not None:
            person = _kept(register, person, without(person, digest, _names(register.site)), "left by the link")
    return Bearer(person=person, digest=digest)


def choose(register: Register, token: str, wishes: Subscriber) -> Bearer | None:
    """Let who has *token*, and is active, get what *wishes* say: digests, categories, language, time zone and hour."""
    claim = claim_of(token, register.keys)
    if claim is None:
        return None
    with register.state.transaction():
        person = register.state.people.of_id(claim.subscriber)
        if person is not None and person.status is Status.ACTIVE:
            person = _kept(register, person, _with(person, wishes), "chosen on their page")
    return Bearer(person=person, digest=_digest_of(claim.scope, register.site))


def _with(person: Subscriber, wishes: Subscriber) -> Subscriber:
    return replace(
        person,
        digests=wishes.digests,
        categories=wishes.categories,
        language=wishes.language,
        timezone=wishes.timezone,
        hour=wishes.hour,
    )


def _kept(register: Register, before: Subscriber, after: Subscriber, reason: str) -> Subscriber:
    return before if after == before else register.state.people.put(after, register.now, reason=reason)


def _names(site: Site) -> Sequence[str]:
    return [digest.name for digest in site.digests]


def _digest_of(scope: bytes, site: Site) -> str:
    return scoped(scope, _names(site))
