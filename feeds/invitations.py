"""Delivers the mails to those who typed an address into the form, each once."""

from contextlib import closing
from datetime import datetime

from feeds.diagnostics import BUSY, FeedsError
from feeds.forms import Invitation
from feeds.mailroom import bounces_to
from feeds.office import Office
from feeds.parcels import Parcel
from feeds.posting import Course, Post, deliver
from feeds.render import invitation
from feeds.render.mailboxes import CHOOSE, CONFIRM, page_of
from feeds.signup import Request
from feeds.store import locked, topics_in
from feeds.subscribers import Status, Subscriber
from feeds.tokens import confirmation, token

_ASKS = frozenset([Status.PENDING, Status.UNSUBSCRIBED, Status.ACTIVE])
"""Who gets an answer; anybody else would be written to against their will, or in vain."""


def send_waiting(office: Office) -> tuple[Course, datetime | None]:
    """Deliver the invitations that are due; return how it went, and when the next is due, in UTC; None: none waits.

    Another run that does so already is a `FeedsError` with exit code 75, a site without public part one with 2.
    """
    if not office.site.mail.public_url:
        words, remedy = "feeds.toml: `mail.public_url` was taken out, and invitations wait", "write it again, or end"
        raise FeedsError(words, help=f"{remedy} `feeds serve`", exit_code=2)
    ledger = office.state.ledger
    with locked(office.folder / ".feeds", "inviting"), office.state.inviting():
        with office.state.transaction():
            number = ledger.invitations(office.clock.instant())
            ledger.recover(hold=office.site.mail.on_uncertain == "hold", invitations=True)
            ledger.expire(office.clock.instant(), invitations=True)
        course = _delivered(office, number)
        with office.state.transaction():
            return course, ledger.waits_until(number)


def _delivered(office: Office, number: int) -> Course:
    with closing(office.carrier()) as transport:
        return deliver(
            Post(
                state=office.state,
                number=number,
                is_wanted=lambda person: person.status in _ASKS,
                step=office.state.transaction,
                transport=transport,
                address=lambda variant, person: _parcel(office, int(variant), person),
                limits=office.limits(),
                clock=office.clock,
            )
        )


def _parcel(office: Office, number: int, person: Subscriber) -> Parcel:
    """Return the invitation that answers the request *number* of *person*; `FeedsError` if it is known no more."""
    with office.state.transaction():
        request = office.state.requests.of_number(number)
    if request is None:
        raise FeedsError("somebody who asked was forgotten just now", help="it goes on by itself", exit_code=BUSY)
    message = invitation.render(_invitation(office, request, person), office.frame.spoken(person.language))
    sender = bounces_to(office.site, token(person.id, "", office.keys))
    return Parcel(sender=sender, recipient=person.address, message=office.sign(message))


def _invitation(office: Office, request: Request, person: Subscriber) -> Invitation:
    site, is_known = office.site, person.status is Status.ACTIVE
    link = (
        page_of(site, CHOOSE, token(person.id, "", office.keys))
        if is_known
        else page_of(site, CONFIRM, confirmation(person.id, request.number, office.keys))
    )
    return Invitation(
        person=request.person,
        link=link,
        key=f"{person.id} {request.number}",
        asked=request.at,
        topics=topics_in(office.folder),
        is_known=is_known,
    )
