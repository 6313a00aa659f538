"""Says what a run did: to people, or as JSON."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from feeds.cli._colours import are_wanted, painted
from feeds.cli._run import Run
from feeds.diagnostics import Diagnostic, FeedsError, Severity, shortened

if TYPE_CHECKING:
    from feeds.figures import MessageSize
    from feeds.reports import Report
    from feeds.targets import MailSize


def finish(  # noqa: PLR0913 - one for each thing to print
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
        told_as_json(run, results, diagnostics)
        return
    told = [d for d in diagnostics if not run.quiet or d.severity is Severity.ERROR]
    for line in map(str, told) if run.verbose or not rest else shortened(told, all_of_them=rest):
        complain(line)
    if not run.quiet:
        click.echo(words)


def complain(text: str) -> None:
    """Print a problem for people: on stderr, in colours where they are wanted."""
    shown = harmless(text)
    click.echo(painted(shown) if are_wanted() else shown, err=True)


@contextmanager
def refusals_as_json(run: Run, results: Mapping[str, object], *, as_json: bool) -> Iterator[None]:
    """Print what ends the run early, before there are other *results*, as the object that was asked for, too."""
    try:
        yield
    except FeedsError as error:
        if as_json:
            told_as_json(run, results, error.diagnostics)
        raise


def told_as_json(run: Run, results: Mapping[str, object], diagnostics: Sequence[Diagnostic]) -> None:
    keys = ("path", "line", "column", "severity", "code", "message", "help")
    problems = [{key: asdict(diagnostic)[key] for key in keys} for diagnostic in diagnostics]
    whole = {**results, "diagnostics": problems, "seconds": round(time.monotonic() - run.started, 3)}
    click.echo(json.dumps(whole, ensure_ascii=False, indent=1).translate(_JSON_ESCAPES))


def results_of(report: "Report") -> dict[str, object]:
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


def nothing_read(run: Run) -> dict[str, object]:
    """Return the results of a build or check that ended before it did anything."""
    from feeds.census import counts  # noqa: PLC0415 - as above
    from feeds.reports import Report  # noqa: PLC0415 - as above

    return results_of(Report(posts=counts((), 0, run.now), twins=(), diagnostics=()))


def explained(report: "Report") -> Iterator[str]:
    yield from (f"{path}: {report.reasons[path]}" for path in report.written)
    yield from (f"{path}: removed, it no longer belongs" for path in report.removed)
    yield from (f"{post}: left out, {reason}" for post, reason in report.left_out)
    yield from (f"{left_out}: not shown beside its twin {shown}" for left_out, shown in report.twins)


def became(posts: Mapping[str, int], twins: int) -> str:
    found = [(state, n) for state, n in posts.items() if state != "read" and (n or state == "published")]
    listed = [f"{n} {state.replace('_', ' ')}" for state, n in found]
    listed += [counted(twins, "twin")] if twins else []
    return f"{counted(posts['read'], 'post')} read: {', '.join(listed)}"


def summary(report: "Report", run: Run, *, dry_run: bool) -> str:
    would = " would be" if dry_run else ""
    return (
        f"{became(report.posts, len(report.twins))}\n"
        f"{counted(len(report.written), 'file')}{would} written, {report.unchanged} unchanged, "
        f"{len(report.removed)} removed in {elapsed(run)}"
    )


def of_mails(report: "Report", run: Run) -> Iterator[str]:
    """Yield what became of the messages that were written: each, where *run* is verbose, and the largest."""
    written = {path: report.mails[path] for path in report.written if path in report.mails}
    if run.verbose:
        yield from (f"{path}: {of_mail(mail)}" for path, mail in written.items())
    if written:
        largest = max(written, key=lambda path: (written[path].size, path))
        yield f"largest message: {largest}, {of_mail(written[largest])}"


def of_mail(mail: "MailSize | MessageSize") -> str:
    return f"{mail.size:,} of {mail.budget:,} bytes, entries: {mail.shown} of {mail.count}"


def elapsed(run: Run) -> str:
    return f"{time.monotonic() - run.started:.1f} s"


def verdict(report: "Report") -> str:
    found = {severity: sum(d.severity is severity for d in report.diagnostics) for severity in Severity}
    listed = ", ".join(counted(n, severity) for severity, n in found.items() if n)
    return f"{counted(report.posts['read'], 'post')} read: {listed or 'nothing to complain of'}"


def harmless(text: str) -> str:
    """Return *text* without what a terminal would obey, or show turned round: names of files may hold it."""
    return text.translate(_ESCAPES)


_TURNING = (*range(0x2028, 0x202F), *range(0x2066, 0x206A))
_JSON_ESCAPES = {number: f"\\u{number:04x}" for number in (*range(127, 160), *_TURNING)}
_ESCAPES = _JSON_ESCAPES | {number: f"\\x{number:02x}" for number in (*range(9), *range(11, 32), *range(127, 160))}


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def exit_code(report: "Report", *, strict: bool) -> int:
    return 1 if report.failed or (strict and report.diagnostics) else 0


def is_bad(diagnostics: tuple[Diagnostic, ...], *, strict: bool) -> bool:
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(diagnostic.severity in bad for diagnostic in diagnostics)
