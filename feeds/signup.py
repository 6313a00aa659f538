"""Decides what becomes of an address that somebody typed into the form to subscribe."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from feeds.subscribers import Status, Subscriber

LASTS = timedelta(days=7)
"""How long the link of a mail confirms; what was never confirmed is forgotten then."""

MOST = 3
"""Mails to an address within `LASTS`, whoever types it."""

APART = timedelta(minutes=10)
"""Between two of them."""


ASKED = "asked for it: "
"""How the reason begins for which somebody is kept who did nothing else yet; the page follows."""


class Answer(Enum):
    """What is sent to the address; the page says the same in any case."""

    CONFIRM = auto()
    """A mail with the link that subscribes."""

    KNOWN = auto()
    """A mail with the link to what they get already."""

    NOTHING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked for in the form."""

    number: int
    """From 1 on: no other has it."""

    person: Subscriber
    """Whom the address belongs to, with what was asked for."""

    at: datetime
    """Aware, in UTC."""

    source: str
    """On which page."""

    is_used: bool = False
    """It was confirmed."""


def answer(known: Subscriber | None, asked: Sequence[datetime], now: datetime) -> Answer:
    """Return what is sent to an address that is *known*, or not, and was typed at the instants *asked*, oldest first.

    Who complained, or whose address is dead, gets nothing more: only the operator brings them back.
    """
    recent = [instant for instant in asked if instant > now - LASTS]
    if len(recent) >= MOST or (recent and recent[-1] > now - APART):
        return Answer.NOTHING
    if known is None or known.status in {Status.PENDING, Status.UNSUBSCRIBED}:
        return Answer.CONFIRM
    return Answer.KNOWN if known.status is Status.ACTIVE else Answer.NOTHING


def is_open(request: Request, now: datetime) -> bool:
    """Say whether *request* can be confirmed: it was not, and is not too old."""
    return not request.is_used and now < request.at + LASTS


def confirmed(known: Subscriber, request: Request) -> Subscriber:
    """Return *known* as they are when they have confirmed *request*: what it says counts, and wakes nobody dead."""
    if known.status in {Status.COMPLAINED, Status.BOUNCED}:
        return known
    asked = request.person
    return replace(known, status=Status.ACTIVE, digests=asked.digests, categories=asked.categories)
