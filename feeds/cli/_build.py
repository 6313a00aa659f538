"""The commands that read posts and write `out/`."""

import sys

import click

from feeds.cli._run import JSON, Run, watch_of
from feeds.cli._words import (
    counted,
    elapsed,
    exit_code,
    explained,
    finish,
    harmless,
    is_bad,
    nothing_read,
    of_mails,
    refusals_as_json,
    results_of,
    summary,
    verdict,
)
from feeds.diagnostics import BUSY

_JOBS = click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Work in this many processes; default: one a core."
)
_STRICT = click.option("--strict", is_flag=True, help="Exit with 1 on any error, warning or note.")


@click.command()
@click.option("--clean", is_flag=True, help="Make everything anew, as if there were no cache.")
@_JOBS
@_STRICT
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--explain", is_flag=True, help="Name each file that is written or removed, and why.")
@click.option("--adopt", is_flag=True, help="Replace what is in the way in out/, though feeds did not write it.")
@JSON
@click.pass_obj
def build(  # noqa: PLR0913 - one for each option
    run: Run,
    *,
    clean: bool,
    jobs: int | None,
    strict: bool,
    dry_run: bool,
    explain: bool,
    adopt: bool,
    as_json: bool,
) -> None:
    """Read the posts and write what is out of date in out/.

    A post that cannot be read is left out and named; all others are published. All files are made before the first is
    put into its place: a run that fails leaves out/ as it was.

    Example: feeds build --explain
    """
    from feeds import build as building  # noqa: PLC0415 - what a build needs takes longer to load than `--help`
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    wishes = Wishes(now=run.now, jobs=jobs, clean=clean, dry_run=dry_run, adopt=adopt, watch=watch_of(run))
    with refusals_as_json(run, nothing_read(run), as_json=as_json):
        report = building.build(run.folder, wishes)
    for line in explained(report) if explain and not as_json else ():
        click.echo(harmless(line))
    words = "\n".join([summary(report, run, dry_run=dry_run), *of_mails(report, run)])
    finish(run, results_of(report), report.diagnostics, words, as_json=as_json)
    sys.exit(exit_code(report, strict=strict))


@click.command()
@_JOBS
@click.option("--strict", is_flag=True, help="Exit with 1 on any warning too.")
@JSON
@click.pass_obj
def check(run: Run, *, jobs: int | None, strict: bool, as_json: bool) -> None:
    """Name every problem of posts and configuration.

    The files are made too, and thrown away: problems of templates and messages are named as well. Nothing is written.
    It exits with 1 on any error.

    Example: feeds check --strict
    """
    from feeds import build as building  # noqa: PLC0415 - as above
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    with refusals_as_json(run, nothing_read(run), as_json=as_json):
        report = building.check(run.folder, Wishes(now=run.now, jobs=jobs, watch=watch_of(run)))
    finish(run, results_of(report), report.diagnostics, verdict(report), as_json=as_json, rest="")
    sys.exit(1 if is_bad(report.diagnostics, strict=strict) else 0)


@click.command()
@JSON
@click.pass_obj
def ping(run: Run, *, as_json: bool) -> None:
    """Tell the WebSub hub which feeds have changed.

    Those are told of that changed since the last time. `websub` under [feeds] names the hub. Run this when the new
    out/ is where readers find it: the hub fetches the feeds from there.

    Example: feeds build && rsync -a out/ server:/var/www/ && feeds ping
    """
    from feeds import ping as pinging  # noqa: PLC0415 - no other command needs the network

    with refusals_as_json(run, {"told": [], "unchanged": 0}, as_json=as_json):
        report = pinging.ping(run.folder)
    results = {"told": list(report.told), "unchanged": report.unchanged}
    words = f"{counted(len(report.told), 'feed')} told, {report.unchanged} unchanged in {elapsed(run)}"
    finish(run, results, report.diagnostics, words, as_json=as_json, rest="feeds -v ping")
    sys.exit(BUSY if report.is_away else 1 if report.diagnostics else 0)
