"""The command that shows a site while it is written."""

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from feeds.cli._run import PORT, Run, asked_to_end, watch_of
from feeds.cli._words import complain, finish, summary

if TYPE_CHECKING:
    from feeds.drafts import Draft
    from feeds.figures import Stats
    from feeds.reports import Report


@click.command()
@PORT
@click.pass_obj
def preview(run: Run, *, port: int) -> None:
    """Show the site in a browser, and rebuild it on each change.

    Each edition is shown as web page, e-mail, text and message, each feed as a reader shows it, with every problem and
    its place. Only this machine can reach it. Ctrl-C ends it.

    Example: feeds preview --port 8001
    """
    from feeds import preview as showing  # noqa: PLC0415 - what a server needs takes longer to load than `--help`

    at = showing.door(port)
    address = f"http://localhost:{at.getsockname()[1]}/"
    words = f"{address}           the site\n{address}_preview/  its editions, feeds and problems"
    errands = showing.Errands(
        build=partial(_built, run),
        survey=partial(_surveyed, run),
        draft=partial(_drafted, run),
        built=partial(_told, run),
        clock=time.monotonic,
        failed=lambda error: complain(str(error)),
    )
    look = showing.first_look(run.folder, errands)
    if not run.quiet:
        click.echo(words)
    with asked_to_end() as end:
        showing.preview(run.folder, at, errands, look, end.is_set)


def _built(first: Run) -> "Report":
    from feeds import build as building  # noqa: PLC0415 - as above
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    run = _begun_now(first)
    return building.build(run.folder, Wishes(now=run.now, watch=watch_of(run)))


def _told(first: Run, report: "Report", seconds: float) -> None:
    """Say what a build did, which took some *seconds*."""
    run = replace(first, started=time.monotonic() - seconds)
    finish(run, {}, report.diagnostics, summary(report, run, dry_run=False), as_json=False)


def _surveyed(first: Run) -> "Stats":
    from feeds.reports import Wishes  # noqa: PLC0415 - as above
    from feeds.survey import survey  # noqa: PLC0415 - as above

    return survey(first.folder, Wishes(now=_begun_now(first).now))


def _drafted(first: Run, digest: str, key: str) -> "Draft":
    from feeds.drafts import draft  # noqa: PLC0415 - as above
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    return draft(first.folder, digest, key, Wishes(now=_begun_now(first).now))


def _begun_now(run: Run) -> Run:
    """Return *run* as it would be if it had begun now."""
    return replace(run, now=run.instant(), started=time.monotonic())
