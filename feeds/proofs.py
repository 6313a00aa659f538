"""Shows what a sending would do, and sends one message as a test; the ledger learns nothing of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from feeds.deliveries import OPEN, Delivery, Fate, Mailing, Number
from feeds.diagnostics import BUSY, FeedsError
from feeds.dispatch import Dispatch, Order, Sent
from feeds.due import Step
from feeds.mailroom import envelopes, mailings_of
from feeds.model import Edition
from feeds.office import Office, digests_of, upcoming
from feeds.parcels import Parcel
from feeds.posting import Address, why_not
from feeds.replies import Verdict, verdict
from feeds.sending import deliveries_of, plans_for, wanted
from feeds.settings import Digest
from feeds.subscribers import BadAddressError, Subscriber, address_of, wants
from feeds.variants import variants_of

TESTER = "f" * 16
"""The id of the subscriber to whom tests go: nobody's, so that its token takes nobody off the list."""


def foreseen(office: Office, order: Order) -> Sent:
    """Return what a sending of *order* would do now, with each delivery; nothing is written or sent."""
    return _foreseen(office, order, [step for _, steps in plans_for(office, order) for step in steps])


def _foreseen(office: Office, order: Order, found: Sequence[Step]) -> Sent:
    """Return the same, where *found* is what is to be done about each period."""
    editions = [_frozen(office, number, one) for number, one in _sending(office, order)]
    editions += [_planned(office, step.edition, order) for step in found if step.edition is not None]
    passed = ((s.number.digest, s.number.key, s.number.progress) for s in found if s.edition is None and not s.is_told)
    return Sent(editions=tuple(editions), passed=tuple(passed), upcoming=upcoming(office, order))


def proof(office: Office, order: Order) -> Sent:
    """Send to `order.to` alone what its digest's subscribers get, or got, of its newest complete edition.

    Of an edition that is frozen it is those bytes. What the server refuses is a `FeedsError`.
    """
    try:
        person = Subscriber(id=TESTER, address=address_of(order.to))
    except BadAddressError as error:
        raise FeedsError(f"`{order.to}` {error}", help="write it as name@example.org", exit_code=2) from error
    digest, edition = _chosen(office, order)
    mailings = _kept(office, digest.name, edition.key)
    if office.site.language not in mailings:
        mailings = mailings_of(office.desk, edition, [person], office.keys)
    address = envelopes(mailings, digest.name, office.site, office.keys, office.sign)
    _carried(office, address(office.site.language, person))
    tried = Dispatch(digest=digest.name, edition=edition.key, status="test", counts={Fate.ACCEPTED: 1})
    return Sent(editions=(tried,))


def files(office: Office, order: Order) -> Sent:
    """Write one file for each who would get a message now or later into the folder `order.eml`; nothing is sent."""
    found = [step for _, steps in plans_for(office, order) for step in steps]
    sent = _foreseen(office, order, found)
    made = {(step.number.digest, step.number.key): step.edition for step in found}
    for edition in sent.editions:
        planned = made.get((edition.digest, edition.edition))
        people = office.people(planned.digest) if planned else ()
        mailings = (
            mailings_of(office.desk, planned, people, office.keys)
            if planned
            else _kept(office, edition.digest, edition.edition)
        )
        address = envelopes(mailings, edition.digest, office.site, office.keys, office.sign)
        _write(Path(order.eml), _messages(office, edition, address))
    return sent


def _sending(office: Office, order: Order) -> list[tuple[int, Number]]:
    names = {digest.name for digest in digests_of(office.site, order)}
    with office.state.transaction():
        return [(number, one) for number, one in office.state.ledger.sending() if one.digest in names]


def _frozen(office: Office, number: int, one: Number) -> Dispatch:
    """Return the edition *number* with its deliveries as the next run would find them."""
    now = office.clock.instant()
    with office.state.transaction():
        known = {person.id: person for person in office.state.people.all()}
        found = office.state.ledger.deliveries(number)
    deliveries = [_as_found(delivery, known.get(delivery.subscriber), one.digest, now) for delivery in found]
    return _dispatch(one.digest, one.key, one.progress.value, deliveries)


def _as_found(one: Delivery, person: Subscriber | None, digest: str, now: datetime) -> Delivery:
    """Return the delivery *one* as a run at *now* would find it."""
    if one.fate not in OPEN:
        return one
    if one.not_after <= now:
        return replace(one, fate=Fate.SKIPPED, reason="late")
    if person is None or not wants(person, digest):
        return replace(one, fate=Fate.SKIPPED, reason=why_not(person))
    return one


def _planned(office: Office, edition: Edition, order: Order) -> Dispatch:
    people = office.people(edition.digest)
    variants = variants_of(edition, people, office.site)
    deliveries = deliveries_of(office, edition, people, {variant.name for variant in variants}, order)
    return _dispatch(edition.digest.name, edition.key, "due", deliveries)


def _dispatch(digest: str, key: str, status: str, deliveries: Sequence[Delivery]) -> Dispatch:
    counts = Counter(one.fate for one in deliveries)
    return Dispatch(digest=digest, edition=key, status=status, counts=counts, deliveries=tuple(deliveries))


def _chosen(office: Office, order: Order) -> tuple[Digest, Edition]:
    """Return the edition that *order* names, else what would be sent now, else the newest that is over."""
    digest = digests_of(office.site, order)[0]
    editions = office.desk.editions[digest.name]
    if order.date:
        return digest, wanted(editions, order.date)
    due = [step.edition for one, steps in plans_for(office, order) if one == digest for step in steps if step.edition]
    over = due or [edition for edition in editions if edition.is_over]
    if not over:
        raise FeedsError(f"the digest `{digest.name}` has no complete edition yet", help="wait a day", exit_code=2)
    return digest, over[-1]


def _kept(office: Office, digest: str, key: str) -> Mapping[str, Mailing]:
    """Return what was frozen of the edition *key* of *digest*; nothing where it was not."""
    with office.state.transaction():
        number = office.state.ledger.number_of(digest, key)
        return {} if number is None else office.state.ledger.mailings(number)


def _carried(office: Office, parcel: Parcel) -> None:
    with closing(office.carrier()) as transport:
        reply = transport.offer([parcel])[0] or transport.finish()[0]
    if verdict(reply) is not Verdict.ACCEPTED:
        said = f"{reply.code} {reply.text}" if reply.code else reply.text
        words = f"{office.site.mail.way}: the message was not accepted: {said}"
        raise FeedsError(words, help="see that `mail.smtp` is right", exit_code=BUSY)


def _messages(office: Office, found: Dispatch, address: Address) -> Iterator[tuple[str, bytes]]:
    """Yield the name of a file and the message in it for each who is to get one."""
    with office.state.transaction():
        known = {person.id: person for person in office.state.people.all()}
    for one in found.deliveries:
        if one.fate in OPEN and one.subscriber in known:
            parcel = address(one.variant, known[one.subscriber])
            yield f"{found.digest}-{found.edition}-{quote(parcel.recipient, safe='@+')}.eml", parcel.message


def _write(folder: Path, messages: Iterator[tuple[str, bytes]]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, message in messages:
            (folder / name).write_bytes(message)
    except OSError as error:
        words = f"{error.filename or folder}: {error.strerror}"
        raise FeedsError(words, help="make room, or choose another folder", exit_code=BUSY) from error
