"""Arguments in, exit code out."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from feeds import __version__
from feeds.diagnostics import BUSY, ConfigError, Diagnostic, FeedsError, Severity, shortened

if TYPE_CHECKING:
    from feeds.reports import Report, Watch
    from feeds.targets import MailSize


@dataclass(frozen=True, kw_only=True)
class Run:
    """What every command gets: where, when and how loud."""

    folder: Path
    now: datetime
    quiet: bool
    verbose: bool
    started: float


def _instant(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="feeds %(version)s")
@click.option("-C", "folder", default=".", metavar="DIR", help="The folder that holds feeds.toml; default: this one.")
@click.option("--now", callback=_instant, metavar="INSTANT", help="The time to go by, in ISO 8601; without zone: UTC.")
@click.option("-q", "quiet", is_flag=True, help="Print results and errors only.")
@click.option("-v", "verbose", is_flag=True, help="Print every diagnostic, and the size of each message.")
@click.pass_context
def feeds(context: click.Context, folder: str, now: datetime | None, *, quiet: bool, verbose: bool) -> None:
    """Turn a folder of posts into feeds and daily digests."""
    context.obj = Run(folder=Path(folder), now=now or _now(), quiet=quiet, verbose=verbose, started=time.monotonic())


def _now() -> datetime:
    """Return the instant to go by: SOURCE_DATE_EPOCH where it is set, else the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return _with_neighbours(datetime.fromtimestamp(int(epoch), UTC))
    except (ValueError, OverflowError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds from 1970 to a year before 9999"
        raise FeedsError(message, help="unset it, or set it to such a number", exit_code=2) from error


_JOBS = click.option("--jobs", type=click.IntRange(1), metavar="N", help="Worker processes; default: one a core.")
_STRICT = click.option("--strict", is_flag=True, help="Exit with 1 if anything is wrong with any post.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout, and nothing else.")


@feeds.command()
@click.option("--clean", is_flag=True, help="Make everything anew, as if there were no cache.")
@_JOBS
@_STRICT
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--explain", is_flag=True, help="Name each file that is written, and why.")
@click.option("--adopt", is_flag=True, help="Take over files in out/ that feeds did not write.")
@_JSON
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

    Example: feeds build --explain
    """
    from feeds import build as building  # noqa: PLC0415 - what a build needs takes longer to load than `--help`
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    wishes = Wishes(now=run.now, jobs=jobs, clean=clean, dry_run=dry_run, adopt=adopt, watch=_watch(run))
    with _refusals_as_json(run, _nothing_read(run), as_json=as_json):
        report = building.build(run.folder, wishes)
    for line in _explained(report) if explain and not as_json else ():
        click.echo(_harmless(line))
    words = "\n".join([_summary(report, run, dry_run=dry_run), *_of_mails(report, run)])
    _finish(run, _results(report), report.diagnostics, words, as_json=as_json)
    sys.exit(_exit_code(report, strict=strict))


@feeds.command()
@_JOBS
@click.option("--strict", is_flag=True, help="Exit with 1 on any warning too.")
@_JSON
@click.pass_obj
def check(run: Run, *, jobs: int | None, strict: bool, as_json: bool) -> None:
    """Name every problem of posts and configuration.

    The files are made too, and thrown away; nothing is written.

    Example: feeds check --strict
    """
    from feeds import build as building  # noqa: PLC0415 - as above
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    with _refusals_as_json(run, _nothing_read(run), as_json=as_json):
        report = building.check(run.folder, Wishes(now=run.now, jobs=jobs, watch=_watch(run)))
    _finish(run, _results(report), report.diagnostics, _verdict(report), as_json=as_json, rest="")
    sys.exit(1 if _is_bad(report.diagnostics, strict=strict) else 0)


@feeds.command()
@_JSON
@click.pass_obj
def ping(run: Run, *, as_json: bool) -> None:
    """Tell the WebSub hub which feeds have changed.

    Those are told that changed since it was last told. Run it when the new out/ is where readers find it: the hub
    fetches the feeds from there.

    Example: feeds build && rsync -a out/ server:/var/www/ && feeds ping
    """
    from feeds import ping as pinging  # noqa: PLC0415 - no other command needs the network

    with _refusals_as_json(run, {"told": [], "unchanged": 0}, as_json=as_json):
        report = pinging.ping(run.folder)
    results = {"told": list(report.told), "unchanged": report.unchanged}
    words = f"{_counted(len(report.told), 'feed')} told, {report.unchanged} unchanged in {_elapsed(run)}"
    _finish(run, results, report.diagnostics, words, as_json=as_json, rest="feeds -v ping")
    sys.exit(BUSY if report.is_away else 1 if report.diagnostics else 0)


def _watch(run: Run) -> "Watch":
    """Return who looks on: a person at a terminal, who did not ask for quiet."""
    from feeds.progress import shown  # noqa: PLC0415 - as above
    from feeds.reports import unwatched  # noqa: PLC0415 - as above

    if run.quiet or not sys.stderr.isatty():
        return unwatched
    return partial(shown, clock=time.monotonic, drawing=partial(click.progressbar, file=sys.stderr))


# --- words ---------------------------------------------------------------------------------------


def _finish(  # noqa: PLR0913 - one for each thing to print
    run: Run,
    results: Mapping[str, object],
    diagnostics: Sequence[Diagnostic],
    words: str,
    *,
    as_json: bool,
    rest: str = "feeds check",
) -> None:
    """Print what a run did; of many diagnostics of a code five, and the command that prints the *rest*, if any does."""
    if as_json:
        _print_json(run, results, diagnostics)
        return
    told = [d for d in diagnostics if not run.quiet or d.severity is Severity.ERROR]
    for line in map(str, told) if run.verbose or not rest else shortened(told, all_of_them=rest):
        click.echo(_harmless(line), err=True)
    if not run.quiet:
        click.echo(words)


@contextmanager
def _refusals_as_json(run: Run, results: Mapping[str, object], *, as_json: bool) -> Iterator[None]:
    """Print what ends the run early, before there are other *results*, as the object that was asked for, too."""
    try:
        yield
    except FeedsError as error:
        if as_json:
            _print_json(run, results, _refused(error))
        raise


def _refused(error: FeedsError) -> Sequence[Diagnostic]:
    """Return the diagnostics of a run that *error* ended before it did anything."""
    if isinstance(error, ConfigError):
        return error.diagnostics
    message, _, remedy = str(error).partition("\n  help: ")
    code = {2: "usage", BUSY: "busy"}.get(error.exit_code, "failed")
    return (Diagnostic(path="", code=code, message=message, help=remedy),)


def _print_json(run: Run, results: Mapping[str, object], diagnostics: Sequence[Diagnostic]) -> None:
    keys = ("path", "line", "column", "severity", "code", "message", "help")
    problems = [{key: asdict(diagnostic)[key] for key in keys} for diagnostic in diagnostics]
    whole = {**results, "diagnostics": problems, "seconds": round(time.monotonic() - run.started, 3)}
    click.echo(json.dumps(whole, ensure_ascii=False, indent=1).translate(_JSON_ESCAPES))


def _results(report: "Report") -> dict[str, object]:
    return {
        "posts": dict(report.posts),
        "twins": len(report.twins),
        "files": {
            "written": len(report.written),
            "unchanged": report.unchanged,
            "removed": len(report.removed),
        },
        "messages": [{"path": path} | asdict(report.mails[path]) for path in report.written if path in report.mails],
    }


def _nothing_read(run: Run) -> dict[str, object]:
    """Return the results of a build or check that ended before it did anything."""
    from feeds.census import counts  # noqa: PLC0415 - as above
    from feeds.reports import Report  # noqa: PLC0415 - as above

    return _results(Report(posts=counts((), 0, run.now), twins=(), diagnostics=()))


def _explained(report: "Report") -> Iterator[str]:
    yield from (f"{path}: {report.reasons[path]}" for path in report.written)
    yield from (f"{path}: removed, it no longer belongs" for path in report.removed)
    yield from (f"{left_out}: not shown beside its twin {shown}" for left_out, shown in report.twins)


def _summary(report: "Report", run: Run, *, dry_run: bool) -> str:
    read, published = report.posts["read"], report.posts["published"]
    rest = [f"{n} {state.replace('_', ' ')}" for state, n in list(report.posts.items())[2:] if n]
    rest += [_counted(len(report.twins), "twin")] if report.twins else []
    would = " would be" if dry_run else ""
    return (
        f"{_counted(read, 'post')} read: {', '.join([f'{published} published', *rest])}\n"
        f"{_counted(len(report.written), 'file')}{would} written, {report.unchanged} unchanged, "
        f"{len(report.removed)} removed in {_elapsed(run)}"
    )


def _of_mails(report: "Report", run: Run) -> Iterator[str]:
    """Yield what became of the messages that were written: each, where *run* is verbose, and the largest."""
    written = {path: report.mails[path] for path in report.written if path in report.mails}
    if run.verbose:
        yield from (f"{path}: {_of_mail(mail)}" for path, mail in written.items())
    if written:
        largest = max(written, key=lambda path: (written[path].size, path))
        yield f"largest message: {largest}, {_of_mail(written[largest])}"


def _of_mail(mail: "MailSize") -> str:
    return f"{mail.size:,} of {mail.budget:,} bytes, entries: {mail.shown} of {mail.count}"


def _elapsed(run: Run) -> str:
    return f"{time.monotonic() - run.started:.1f} s"


def _verdict(report: "Report") -> str:
    found = {severity: sum(d.severity is severity for d in report.diagnostics) for severity in Severity}
    listed = ", ".join(_counted(n, severity) for severity, n in found.items() if n)
    return f"{_counted(report.posts['read'], 'post')} read: {listed or 'nothing to complain of'}"


def _harmless(text: str) -> str:
    """Return *text* without what a terminal would obey, or show turned round: names of files may hold it."""
    return text.translate(_ESCAPES)


_TURNING = (*range(0x2028, 0x202F), *range(0x2066, 0x206A))
_JSON_ESCAPES = {number: f"\\u{number:04x}" for number in (*range(127, 160), *_TURNING)}
_ESCAPES = _JSON_ESCAPES | {number: f"\\x{number:02x}" for number in (*range(9), *range(11, 32), *range(127, 160))}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _exit_code(report: "Report", *, strict: bool) -> int:
    return 1 if report.failed or (strict and report.diagnostics) else 0


def _is_bad(diagnostics: tuple[Diagnostic, ...], *, strict: bool) -> bool:
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(diagnostic.severity in bad for diagnostic in diagnostics)


def _speak_utf8() -> None:
    """Start again in Python's UTF-8 mode where the locale names files in another encoding: our names are UTF-8."""
    if sys.getfilesystemencoding() != "utf-8":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "feeds", *sys.argv[1:]])  # noqa: S606 - ourselves


def main() -> NoReturn:
    """Run the command line: what we expect to go wrong ends with its message and exit code, a bug in a traceback."""
    _speak_utf8()
    try:
        feeds(prog_name="feeds")
    except FeedsError as error:
        click.echo(_harmless(str(error)), err=True)
        sys.exit(error.exit_code)
    sys.exit(0)
