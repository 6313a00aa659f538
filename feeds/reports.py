"""What a build is asked, and what it found and did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from feeds.diagnostics import Diagnostic
from feeds.targets import MailSize

T = TypeVar("T")


class Watch(Protocol):
    """Who looks on while a run works."""

    def __call__(self, items: Iterable[T], label: str, total: int, /) -> Iterable[T]:
        """Return *items* as they come: *total* of them, of the step that *label* names, `reading`."""


def unwatched(items: Iterable[T], _label: str, _total: int, /) -> Iterable[T]:
    """Return *items*: nobody looks on."""
    return items


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the caller asks of a build."""

    now: datetime
    """Aware. Decides which posts are due or expired, and which editions are over."""

    jobs: int | None = None
    """Worker processes; None: one a core."""

    clean: bool = False
    """As if there were no cache."""

    dry_run: bool = False
    """Write nothing, nowhere."""

    adopt: bool = False
    """Take over strangers' files that are in the way."""

    watch: Watch = unwatched
    """Sees each post that is read and each file that is made."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a build found and did."""

    posts: Mapping[str, int]
    """How many files were read, and what became of them."""

    twins: tuple[tuple[str, str], ...]
    """Posts that are left out as another's twin, each with that other, by path."""

    diagnostics: tuple[Diagnostic, ...]
    """By path and line."""

    left_out: tuple[tuple[str, str], ...] = ()
    """Posts that say themselves that they are not published, or not now, each with the reason, by path."""

    written: tuple[str, ...] = ()
    """Paths below `out/`; of a dry run those that are out of date."""

    unchanged: int = 0
    removed: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a file was out of date, by path."""

    mails: Mapping[str, MailSize] = field(default_factory=dict)
    """The size of each message's HTML part, by path; of those that were not made anew as it was remembered."""

    failed: tuple[str, ...] = ()
    """Files that could not be made, or that something else is in the way of."""
