"""What is sent to whom, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Progress(StrEnum):
    """What became of an edition."""

    SENDING = "sending"
    """Frozen; some have not got it yet."""

    DONE = "done"
    """Nobody waits for it any more."""

    EXPIRED = "expired"
    """It was too late to send it to anybody: it stays on the web, or goes into the next."""

    EMPTY = "empty"
    """No entry was in it."""

    MERGED = "merged"
    """Missed; its entries go into the next."""

    PASSED = "passed"
    """Before the first that was sent: it counts as sent."""


class Fate(StrEnum):
    """What became of a delivery."""

    QUEUED = "queued"
    FINALISING = "finalising"
    """All but the message's end is with the server; nobody knows more if the run ends here."""

    ACCEPTED = "accepted"
    """The next server took it. That is neither delivered nor read."""

    DEFERRED = "deferred"
    REJECTED = "rejected"
    HELD = "held"
    """Nobody knows whether it was accepted, and `on_uncertain` is `hold`."""

    SKIPPED = "skipped"


OPEN = frozenset([Fate.QUEUED, Fate.DEFERRED])
"""Those that a run takes up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A message as it was frozen, for everyone who agrees in language and categories."""

    headers: tuple[tuple[str, str], ...]
    """Name and value, folded; those of the recipient hold `mark`."""

    text: bytes
    html: bytes
    mark: str
    """What stands in all three where the recipient's token belongs; no post can contain it."""

    seed: str
    """What all Message-IDs of the edition follow from."""

    domain: str
    """Theirs."""

    entries: int
    """How many it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to one subscriber."""

    subscriber: str
    """The id."""

    address: str
    variant: str
    """The name of the mailing; empty where there is none for this subscriber."""

    fate: Fate = Fate.QUEUED
    reason: str = ""
    """Why it is skipped, or what the server said."""

    attempt: int = 0
    """How often a server was asked."""

    next_at: datetime
    """Aware, in UTC: not before."""

    not_after: datetime
    """Aware, in UTC: from here on it is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """An edition as the ledger knows it."""

    digest: str
    key: str
    first: date
    last: date
    due: datetime
    """Aware, in UTC."""

    progress: Progress
    content: str = ""
    """A hash of all that was frozen; empty where nothing was."""

    is_alone: bool = False
    """It was sent because somebody named it, and stands outside of the sequence until its turn comes."""
