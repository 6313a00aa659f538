"""The command that shows a site while it is written."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from feeds.cli._run import Run, asked_to_end, watch_of
from feeds.cli._words import finish, harmless, summary
from feeds.diagnostics import FeedsError

if TYPE_CHECKING:
    from feeds.reports import Report


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Where on this machine.")
@click.pass_obj
def preview(run: Run, *, port: int) -> None:
    """Show the site in a browser, and build it again when a file changes.

    Each edition is shown as web page, e-mail, text and message, each feed as a reader shows it, with every problem and
    its place. Only this machine can reach it. Ctrl-C ends it.

    Example: feeds preview --port 8001
    """
    from feeds import preview as showing  # noqa: PLC0415 - what a server needs takes longer to load than `--help`

    at = showing.door(port)
    first = _built(run, jobs=None)
    if not run.quiet:
        click.echo(f"http://localhost:{at.getsockname()[1]}/           the site")
        click.echo(f"http://localhost:{at.getsockname()[1]}/_preview/  its editions, feeds and problems")
    with asked_to_end():
        showing.preview(run.folder, at, first, lambda: _rebuilt(_later(run)))


def _rebuilt(run: Run) -> "Report":
    """Build the site again, and say what keeps it from being built, too."""
    try:
        return _built(run, jobs=1)  # processes cannot be split off safely beside a server's threads
    except FeedsError as error:
        click.echo(harmless(str(error)), err=True)
        raise


def _built(run: Run, *, jobs: int | None) -> "Report":
    """Build the site, and say what was done."""
    from feeds import build as building  # noqa: PLC0415 - as above
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    report = building.build(run.folder, Wishes(now=run.now, jobs=jobs, watch=watch_of(run)))
    if report.written or report.removed or report.diagnostics:
        finish(run, {}, report.diagnostics, summary(report, run, dry_run=False), as_json=False)
    return report


def _later(run: Run) -> Run:
    """Return *run* as it would be if it began now."""
    from datetime import timedelta  # noqa: PLC0415 - as above

    passed = time.monotonic() - run.started
    return replace(run, now=run.now + timedelta(seconds=passed), started=time.monotonic())
