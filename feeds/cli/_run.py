"""What every command gets: where, when and how loud; no command asks the clock or the environment elsewhere."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feeds.diagnostics import FeedsError

if TYPE_CHECKING:
    from threading import Event
    from types import FrameType

    from feeds.dispatch import Secrets
    from feeds.posting import Clock
    from feeds.reports import Watch


@dataclass(frozen=True, kw_only=True)
class Run:
    """What every command gets: where, when and how loud."""

    folder: Path
    now: datetime
    quiet: bool
    verbose: bool
    started: float

    def instant(self) -> datetime:
        """Return the time to go by as it goes on."""
        return self.now + timedelta(seconds=time.monotonic() - self.started)


def instant_of(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """Return the instant that *value* writes, in UTC where it has no zone."""
    try:
        instant = None if value is None else _with_neighbours(datetime.fromisoformat(value))
    except ValueError as error:
        message = f"{value!r} is not an ISO 8601 instant of the years 2 to 9998 such as 2026-01-31T07:00:00+01:00"
        raise click.BadParameter(message, context, parameter) from error
    return instant if instant is None or instant.tzinfo else instant.replace(tzinfo=UTC)


def _with_neighbours(instant: datetime) -> datetime:
    """Return *instant*; ValueError unless there is a day before and after it in every time zone."""
    if not MINYEAR < instant.year < MAXYEAR:
        raise ValueError("Python's calendar ends here")
    return instant


def now_of() -> datetime:
    """Return the instant to go by: SOURCE_DATE_EPOCH where it is set, else the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return _with_neighbours(datetime.fromtimestamp(int(epoch), UTC))
    except (ValueError, OverflowError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds from 1970 to a year before 9999"
        raise FeedsError(message, help="unset it, or set it to such a number", exit_code=2) from error


def watch_of(run: Run) -> "Watch":
    """Return who looks on: a person at a terminal, who did not ask for quiet."""
    from feeds.progress import shown  # noqa: PLC0415 - as above
    from feeds.reports import unwatched  # noqa: PLC0415 - as above

    if run.quiet or not sys.stderr.isatty():
        return unwatched
    return partial(shown, clock=time.monotonic, drawing=partial(click.progressbar, file=sys.stderr))


PORT = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    metavar="PORT",
    show_default=True,
    help="The port to serve at; 0: any that is free.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout, and nothing else.")


def secrets() -> "Secrets":
    """Return what the environment knows and `feeds.toml` must not; programs that we start do not inherit it."""
    from feeds.dispatch import Secrets  # noqa: PLC0415 - as above

    return Secrets(
        keys=os.environ.pop("FEEDS_SECRET", ""),
        smtp_password=os.environ.pop("FEEDS_SMTP_PASSWORD", ""),
        state_url=os.environ.pop("FEEDS_STATE_URL", ""),
    )


@contextmanager
def clock_of(run: Run) -> Iterator["Clock"]:
    """Lend a clock that goes on from the time to go by; asked to end, by SIGTERM or SIGINT, it is over at once."""
    from feeds.posting import Clock  # noqa: PLC0415 - as above

    with asked_to_end() as end:
        yield Clock(
            instant=run.instant,
            sleep=lambda seconds: bool(end.wait(seconds)),
            is_over=end.is_set,
        )


@contextmanager
def asked_to_end() -> Iterator["Event"]:
    """Lend an event that SIGTERM or SIGINT sets, instead of ending the process in the middle of a step."""
    import signal  # noqa: PLC0415 - as above
    from threading import Event  # noqa: PLC0415 - as above

    end = Event()

    def note(number: int, _frame: "FrameType | None") -> None:
        if end.is_set():  # who asks twice does not want to wait
            raise SystemExit(128 + number)
        end.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
