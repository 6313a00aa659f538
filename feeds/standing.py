"""Says how long a build stays as it is while nobody changes anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from feeds.census import NEARLY_NOW
from feeds.model import Entry, day_after, local_day
from feeds.reports import Report
from feeds.settings import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A build, and when another of the same files would be no other."""

    signature: str
    """A hash of all that the build was made of, but the time."""

    since: datetime
    """Aware: the time that it went by."""

    until: datetime
    """Aware: from this instant on another may be due, expired or over."""

    report: Report
    """What a run says that changes nothing."""

    def holds(self, signature: str, now: datetime) -> bool:
        """Say whether a build of *signature* at *now* would be this one."""
        return self.signature == signature and self.since <= now < self.until


def stands_until(entries: Iterable[Entry], site: Site, now: datetime) -> datetime:
    """Return the first instant after *now*, in UTC, at which *entries* may make another build.

    A day ends then, and with it perhaps an edition; or an entry is published, expires, or is no longer told of.
    """
    midnight = datetime.combine(day_after(local_day(now, site.zone)), time(), site.zone).astimezone(UTC)
    return min([midnight, *(instant for entry in entries for instant in _instants(entry) if instant > now)])


def _instants(entry: Entry) -> Iterator[datetime]:
    yield from (entry.published, entry.published - NEARLY_NOW, entry.updated)
    if entry.expires is not None:
        yield entry.expires
