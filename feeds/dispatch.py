"""What is asked of a sending, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feeds.deliveries import OPEN, Delivery, Fate, Progress
from feeds.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What the environment knows and `feeds.toml` must not."""

    keys: str = ""
    """FEEDS_SECRET: keys that seal tokens, parted by blanks."""

    smtp_password: str = ""
    """FEEDS_SMTP_PASSWORD."""

    state_url: str = ""
    """FEEDS_STATE_URL; empty: as `feeds.toml` says."""

    def __repr__(self) -> str:
        """Return nothing of what it holds."""
        return "Secrets(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to send."""

    digest: str = ""
    """A name; empty: every digest."""

    date: str = ""
    """A day, or an edition's key: that edition alone, whenever it was due; empty: what is due."""

    dry_run: bool = False
    to: str = ""
    """An address that alone gets the message, as a test."""

    eml: str = ""
    """A folder for one file a recipient, instead of sending."""

    detailed: bool = False
    """Whether the result names each delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """An edition, and its deliveries after a run."""

    digest: str
    edition: str
    """Its key."""

    status: str
    """A `Progress`, or of a dry run `due`."""

    counts: Mapping[Fate, int]
    """How many deliveries have which fate."""

    deliveries: tuple[Delivery, ...] = ()
    """By address; only where the order asks for each."""

    held: tuple[Delivery, ...] = ()
    """Of which nobody knows whether they were accepted."""

    next_at: datetime | None = None
    """Aware, in UTC: when somebody is due who waits; None: nobody waits."""

    @property
    def is_put_off(self) -> bool:
        """Say whether any delivery failed for a time."""
        return bool(self.counts.get(Fate.DEFERRED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a sending found and did."""

    editions: tuple[Dispatch, ...] = ()
    passed: tuple[tuple[str, str, Progress], ...] = ()
    """Digest, key and progress of the periods that are not sent, as they were recorded."""

    upcoming: tuple[tuple[str, str, datetime], ...] = ()
    """Digest, key and instant, in the site's time zone, of what each is to send next, the first to come first."""

    diagnostics: tuple[Diagnostic, ...] = ()
    is_refused: bool = False
    """A message was refused for good, or is held, and all else is done; or a whole edition was refused."""

    is_waiting: bool = False
    """Some could not be delivered now, and can be later."""


def action_of(one: Delivery, now: datetime) -> str:
    """Return what a run at *now* does about *one*: `send`, `wait` or `skip`."""
    if one.fate not in OPEN:
        return "skip"
    return "send" if one.next_at <= now else "wait"
