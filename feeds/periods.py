"""Knows the days, weeks and months that editions cover."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from feeds.model import day_after, local_day
from feeds.settings import Digest, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of an edition, whether or not anything was published in them."""

    key: str
    """`2022-01-03`, `2022-W01` or `2022-01`."""

    first: date
    """In the site's time zone, as `last`."""

    last: date
    end: datetime
    """Aware, in UTC: the midnight after its last day."""

    due: datetime
    """Aware, in UTC: when its edition is sent."""


def period_of(digest: Digest, first: date, site: Site) -> Period:
    """Return the period of *digest* that begins with the day *first*."""
    after = _day_after_last(digest.every, first)
    return Period(
        key=key_of(digest.every, first),
        first=first,
        last=after - timedelta(days=1),
        end=_instant(after, time(), site),
        due=_instant(after, digest.at, site),
    )


def last_due(digest: Digest, site: Site, now: datetime) -> Period:
    """Return the newest period of *digest* that was due at *now*."""
    period = period_of(digest, first_day(digest.every, local_day(now, site.zone)), site)
    while period.due > now:
        period = before(digest, period, site)
    return period


def next_due(digest: Digest, site: Site, now: datetime) -> Period:
    """Return the first period of *digest* that is due after *now*."""
    last = last_due(digest, site, now)
    return period_of(digest, day_after(last.last), site)


def before(digest: Digest, period: Period, site: Site) -> Period:
    """Return the one that ends where *period* begins."""
    return period_of(digest, first_day(digest.every, period.first - timedelta(days=1)), site)


def due_after(digest: Digest, last: date, site: Site, now: datetime) -> Iterator[Period]:
    """Yield the periods that follow the day *last* and were due at *now*, without gap, the oldest first."""
    period = period_of(digest, first_day(digest.every, day_after(last)), site)
    while period.due <= now:
        yield period
        period = period_of(digest, day_after(period.last), site)


def first_day(every: str, day: date) -> date:
    """Return the first day of the period that *day* is in; weeks are ISO 8601's, from Monday."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every == "month" else day


def key_of(every: str, day: date) -> str:
    """Return the key of the period that *day* is in."""
    first = first_day(every, day)
    if every == "week":
        year, week, _ = first.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{first.year:04}-{first.month:02}" if every == "month" else first.isoformat()


def _day_after_last(every: str, first: date) -> date:
    if every == "week":
        return first + timedelta(days=7)
    return first_day("month", first + timedelta(days=31)) if every == "month" else day_after(first)


def _instant(day: date, at: time, site: Site) -> datetime:
    return datetime.combine(day, at, site.zone).astimezone(UTC)


def midnight(now: datetime, site: Site) -> datetime:
    """Return when the site's day began, in UTC."""
    return datetime.combine(local_day(now, site.zone), time(), site.zone).astimezone(now.tzinfo)
