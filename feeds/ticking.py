"""Runs `feeds daily` whenever something may be due, until it is asked to end."""

from collections.abc import Callable
from datetime import UTC, datetime

from schedule import Scheduler

from feeds.settings import Site

EVERY = 15
"""Minutes after which there may be new posts, retries or somebody's own hour."""

_LONGEST = 60.0
"""Seconds of a wait that a clock which was not set back can ask for."""


def is_time(now: datetime, site: Site | None) -> bool:
    """Say whether a run is wanted in the minute of *now*: each quarter of an hour, and when a digest is due."""
    local = now.astimezone(site.zone if site else UTC)
    times = {(digest.at.hour, digest.at.minute) for digest in (site.digests if site else ())}
    return local.minute % EVERY == 0 or (local.hour, local.minute) in times


def tick(run: Callable[[], None], sleep: Callable[[float], bool]) -> None:
    """Call *run* at the beginning of each minute, until *sleep*, of seconds, says that it was woken to end.

    schedule reckons in the process's own time zone, which must be UTC: elsewhere the clock is set back each autumn,
    and an hour would pass without a tick. Where it is set back by hand, the wait is begun anew.
    """
    scheduler = _planned(run)
    while True:
        wait = scheduler.idle_seconds
        if wait is None or wait > _LONGEST:
            scheduler = _planned(run)
        if sleep(max(min(wait or 0.0, _LONGEST), 0.0)):
            return
        scheduler.run_pending()


def _planned(run: Callable[[], None]) -> Scheduler:
    scheduler = Scheduler()
    scheduler.every().minute.at(":00").do(run)
    return scheduler
