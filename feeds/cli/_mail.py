"""The commands that send."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from feeds.cli._completion import digests, editions, folders
from feeds.cli._run import JSON, Run, asked_to_end, clock_of, secrets, watch_of
from feeds.cli._words import (
    counted,
    exit_code,
    finish,
    nothing_read,
    of_mails,
    refusals_as_json,
    results_of,
    summary,
)
from feeds.diagnostics import BUSY, FeedsError

if TYPE_CHECKING:
    from feeds.deliveries import Delivery
    from feeds.dispatch import Dispatch, Order, Sent
    from feeds.settings import Site


@click.command()
@click.argument("digest", default="", shell_complete=digests)
@click.option(
    *("--date", "date"),
    default="",
    metavar="DATE",
    shell_complete=editions,
    help="Send the edition of that day, 2026-03-02, or of that name, 2026-W10, whenever it was due.",
)
@click.option("--dry-run", is_flag=True, help="Say who would get it and who not, and why; send nothing.")
@click.option("--to", default="", metavar="ADDRESS", help="Send it to this address alone, as a test.")
@click.option(
    *("--eml", "eml"),
    default="",
    metavar="DIR",
    shell_complete=folders,
    help="Write each recipient's message into this folder, as .eml; send nothing.",
)
@JSON
@click.pass_obj
def send(  # noqa: PLR0913 - one for each option
    run: Run, *, digest: str, date: str, dry_run: bool, to: str, eml: str, as_json: bool
) -> None:
    """Send the edition that is due of DIGEST, or of each digest.

    What an earlier run has begun is brought to its end. Nobody gets an edition twice, however often this runs. It exits
    with 75 where some have to be tried again later, and with 1 where a message was refused for good.

    Example: feeds send daily --to me@example.org
    """
    from feeds.dispatch import Order  # noqa: PLC0415 - what sending needs takes longer to load than `--help`

    if bool(dry_run) + bool(to) + bool(eml) > 1:
        raise click.UsageError("choose one of --dry-run, --to and --eml")
    order = Order(digest=digest, date=date, dry_run=dry_run, to=to, eml=eml, detailed=as_json or run.verbose)
    with refusals_as_json(run, {"editions": []}, as_json=as_json):
        sent = _sent(run, order)
    words = "\n".join(_told(sent, run, is_trial=dry_run or bool(eml), date=date))
    finish(run, _as_json(sent, run), sent.diagnostics, words, as_json=as_json, rest="")
    sys.exit(_exit_code(sent))


@click.command()
@JSON
@click.pass_obj
def daily(run: Run, *, as_json: bool) -> None:
    """Build, then send every digest that is due.

    This is a line for cron, best every 15 minutes: a run with nothing due takes next to no time, days that were missed
    are made up for, and what failed is tried again.

    Example: */15 * * * * feeds -q -C /srv/news daily
    """
    from feeds import build as building  # noqa: PLC0415 - as above
    from feeds import sending  # noqa: PLC0415 - as above
    from feeds.dispatch import Order, Sent  # noqa: PLC0415 - as above
    from feeds.office import office_of  # noqa: PLC0415 - as above
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    wishes = Wishes(now=run.now, watch=watch_of(run))
    with (
        refusals_as_json(run, nothing_read(run) | {"editions": []}, as_json=as_json),
        clock_of(run) as clock,
        office_of(run.folder, secrets(), clock, wishes) as office,
    ):
        report = building.build(run.folder, wishes)
        sent = sending.send(office, Order(detailed=as_json or run.verbose)) if office.site.digests else Sent()
    words = "\n".join([summary(report, run, dry_run=False), *of_mails(report, run), *_told(sent, run, is_trial=False)])
    results = results_of(report) | _as_json(sent, run)
    finish(run, results, [*report.diagnostics, *sent.diagnostics], words, as_json=as_json)
    sys.exit(_exit_code(sent) or exit_code(report, strict=False))


@click.command()
@click.pass_obj
def schedule(run: Run) -> None:
    """Run `feeds daily` by a clock of its own, without cron.

    It runs every 15 minutes and when a digest is due, until SIGTERM or Ctrl-C: then it ends after the message at hand.

    Example: feeds -C /srv/news schedule
    """
    from feeds.ticking import is_time, tick  # noqa: PLC0415 - as above

    os.environ["TZ"] = "UTC"  # see `tick`
    time.tzset()
    command = [sys.executable, "-m", "feeds", "-C", str(run.folder), *(["-q"] if run.quiet else []), "daily"]
    with asked_to_end() as end:

        def once() -> None:
            if is_time(datetime.now(UTC), _site(run)):
                _ran(command, end.wait)

        _ran(command, end.wait)  # what is due already need not wait for the quarter
        tick(once, end.wait)


def _ran(command: list[str], wait: Callable[[float], bool]) -> None:
    """Run *command* to its end; asked to end meanwhile, hand that on."""
    import subprocess  # noqa: PLC0415 - as above

    with subprocess.Popen(command) as process:  # noqa: S603 - ourselves
        while process.poll() is None:
            if wait(0.2):
                process.terminate()
                return  # when it has ended: that is after the message at hand


def _site(run: Run) -> "Site | None":
    """Return the site as `feeds.toml` has it now; None where it cannot be read: the next run says why."""
    from feeds.desk import load  # noqa: PLC0415 - as above

    try:
        return load(run.folder).site
    except FeedsError:
        return None


_PASSED = {
    "passed": "not sent: old editions stay on the web, up to this; `feeds send DIGEST --date D` sends one",
    "empty": "not sent: nothing was published",
    "merged": "not sent, it is too late: its entries go into the next",
    "expired": "not sent, it is too late: it stays on the web",
}
"""What the progress of an edition means that nobody gets."""


# --- what was sent ---------------------------------------------------------------------------------


def _sent(run: Run, order: "Order") -> "Sent":
    from feeds import sending  # noqa: PLC0415 - as above
    from feeds.office import office_of  # noqa: PLC0415 - as above
    from feeds.proofs import files, foreseen, proof  # noqa: PLC0415 - as above
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    wishes = Wishes(now=run.now, watch=watch_of(run), dry_run=order.dry_run or bool(order.eml))
    work = foreseen if order.dry_run else proof if order.to else files if order.eml else sending.send
    with clock_of(run) as clock, office_of(run.folder, secrets(), clock, wishes) as office:
        return work(office, order)


def _exit_code(sent: "Sent") -> int:
    return 1 if sent.is_refused else BUSY if sent.is_waiting else 0


def _as_json(sent: "Sent", run: Run) -> dict[str, object]:
    return {"editions": [_edition_as_json(edition, run) for edition in sent.editions]}


def _edition_as_json(edition: "Dispatch", run: Run) -> Mapping[str, object]:
    return {
        "digest": edition.digest,
        "edition": edition.edition,
        "status": edition.status,
        "deliveries": [_delivery_as_json(one, run) for one in edition.deliveries],
        "counts": {fate.value: count for fate, count in sorted(edition.counts.items()) if count},
    }


def _delivery_as_json(one: "Delivery", run: Run) -> Mapping[str, object]:
    from feeds.dispatch import action_of  # noqa: PLC0415 - as above

    return {
        "address": one.address,
        "action": action_of(one, run.now),
        "state": one.fate.value,
        "reason": one.reason,
        "next_at": one.next_at.isoformat() if action_of(one, run.now) == "wait" else None,
    }


def _told(sent: "Sent", run: Run, *, is_trial: bool, date: str = "") -> Iterator[str]:
    """Yield what was sent, in words; *date* is the one that was asked for."""
    from feeds.dispatch import action_of  # noqa: PLC0415 - as above

    if date and not sent.editions:
        yield f"{date} was sent before: nothing of it is left to send"
    elif not sent.editions and not sent.passed:
        yield "nothing is due" + "".join(_next(*coming) for coming in sent.upcoming[:1])
    for digest, key, progress in sent.passed:
        yield f"{digest} {key}: {_PASSED.get(progress, progress)}"
    for edition in sent.editions:
        yield f"{edition.digest} {edition.edition}: {_counts(edition)}"
        if is_trial or run.verbose:
            for one in edition.deliveries:
                what = action_of(one, run.now) if is_trial else one.fate
                yield f"  {what} {one.address or '(forgotten)'}{_because(one, run)}"


def _next(digest: str, key: str, at: datetime) -> str:
    return f"; next is {digest} {key}, at {at.isoformat(' ', 'minutes')}"


def _because(one: "Delivery", run: Run) -> str:
    from feeds.dispatch import action_of  # noqa: PLC0415 - as above

    when = f" until {one.next_at:%Y-%m-%d %H:%M} UTC" if action_of(one, run.now) == "wait" else ""
    return when + (f": {one.reason}" if one.reason else "")


def _counts(edition: "Dispatch") -> str:
    listed = ", ".join(f"{count} {fate}" for fate, count in sorted(edition.counts.items()) if count)
    if edition.next_at is not None:
        return f"{listed}, next at {edition.next_at:%Y-%m-%d %H:%M} UTC"
    return listed or f"nobody is subscribed ({counted(0, 'message')})"
