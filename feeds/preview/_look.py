"""What the preview shows at a moment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from feeds.diagnostics import BUSY, Diagnostic, FeedsError, Severity
from feeds.reports import Report
from feeds.settings import Site


@dataclass(frozen=True, kw_only=True)
class Look:
    """A site as its last build left it."""

    mark: str
    """Another one for each look that differs: pages that have an older one are to be loaded again."""

    site: Site
    """As the last `feeds.toml` had it that could be read."""

    report: Report | None = None
    """Of the last build that came to its end."""

    problems: tuple[Diagnostic, ...] = ()
    trouble: str = ""
    """Why what is shown is not what the files say, as a finished message; empty where it is."""

    is_busy: bool = False
    """Another run was at work: it is worth trying again."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many problems there are of each severity, the worst first."""
        found = Counter(problem.severity for problem in self.problems)
        return {severity: found[severity] for severity in Severity if found[severity]}


def after(before: Look, report: Report, site: Site | None = None) -> Look:
    """Return the look after a build that came to its end with *report*."""
    look = replace(
        before,
        site=site or before.site,
        report=report,
        problems=report.diagnostics,
        trouble=_first_unmade(report),
        is_busy=False,
    )
    is_same = not report.written and not report.removed and look == replace(before, report=report)
    return look if is_same else replace(look, mark=_next(before.mark))


def in_trouble(before: Look, error: FeedsError) -> Look:
    """Return the look after a build that *error* ended: what was published is still there."""
    look = replace(before, problems=error.diagnostics, trouble=str(error), is_busy=error.exit_code == BUSY)
    return look if look == before else replace(look, mark=_next(before.mark))


def _first_unmade(report: Report) -> str:
    """Return what is wrong with the first file that could not be made."""
    return next((str(d) for d in report.diagnostics if d.code == "not-made"), "")


def _next(mark: str) -> str:
    name, _, number = mark.partition(".")
    return f"{name}.{int(number or 0) + 1}"
