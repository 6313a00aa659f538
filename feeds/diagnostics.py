"""What can go wrong, and the one way we say it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

SHOWN_OF_A_CODE = 5
"""How many diagnostics of one code a run prints before it only counts them."""

_SHOWN = 160
"""Characters of a file's line that are shown."""

_LONGEST = 1000
"""Characters of a line that is printed: posts can name things at any length."""

BUSY = 75
"""EX_TEMPFAIL of sysexits.h: could not do it now, run it again."""


class Severity(StrEnum):
    """How much a problem cost."""

    ERROR = "error"
    """The post was left out."""

    WARNING = "warning"
    """The post was taken, and what the message says was done instead."""

    NOTE = "note"
    """Worth knowing once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A problem, its place, its remedy."""

    path: str
    """As the reader would type it: `content/a.md`, `feeds.toml`, `templates/email.html`; empty: no file's."""

    line: int = 0
    """From 1; 0 where the problem is the whole file's."""

    column: int = 0
    """From 1, in characters; 0 where it is the whole line's."""

    severity: Severity = Severity.ERROR
    code: str
    """Stable and documented in `docs/diagnostics.md`, like `date-impossible`."""

    message: str
    """Lower case, no full stop, names in backticks: what was found, and what was done."""

    help: str = ""
    """What to do now."""

    excerpt: str = ""
    """The line of the file that the caret points into."""

    def __str__(self) -> str:
        """Return the message as people read it: place, line with caret, help, each of them one line."""
        return "\n".join(line[:_LONGEST].replace("\n", "\\n") for line in self._lines())

    @property
    def place(self) -> str:
        """Return where it is, as editors know places: `content/a.md:3:7`."""
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])

    @property
    def headline(self) -> str:
        """Return place and message, as they are read in one line."""
        label = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{self.place}: {label}{self.message}" if self.place else f"{label}{self.message}"

    def _lines(self) -> Iterator[str]:
        yield self.headline
        if self.excerpt:
            yield f"    {self.excerpt}"
            if self.column:
                yield f"    {_blank(self.excerpt[: self.column - 1])}^"
        if self.help:
            yield f"  help: {self.help}"


class FeedsError(Exception):
    """What we expect to go wrong, with the finished message and the exit code."""

    def __init__(self, message: str, *, help: str = "", exit_code: int = 1) -> None:  # noqa: A002 - the word of the format
        super().__init__(f"{message}\n  help: {help}" if help else message)
        self.message = message
        self.help = help
        self.exit_code = exit_code

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what went wrong as diagnostics: this one, of nobody's file, or those that it stands for."""
        code = {2: "usage", BUSY: "busy"}.get(self.exit_code, "failed")
        return (Diagnostic(path="", code=code, message=self.message, help=self.help),)


class FileError(FeedsError):
    """Something is wrong with a file of the site's that is not a post, and the place in it is known."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.headline, help=problem.help)
        self._problem = problem

    def __str__(self) -> str:
        """Return the problem as people read it, with the line that it is in."""
        return str(self._problem)

    def __reduce__(self) -> tuple[type["FileError"], tuple[Diagnostic]]:
        """Return what it is made of, so that another process can have it."""
        return FileError, (self._problem,)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the problem."""
        return (self._problem,)


class ConfigError(FeedsError):
    """Wrong usage or configuration; nothing was touched."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics), exit_code=2)
        self._diagnostics = tuple(diagnostics)

    def __reduce__(self) -> tuple[type["ConfigError"], tuple[tuple[Diagnostic, ...]]]:
        """Return what it is made of, so that another process can have it."""
        return ConfigError, (self._diagnostics,)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the problems of the configuration, by line."""
        return self._diagnostics


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return *diagnostics* by path, line and column, none twice."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.path, d.line, d.column, d.code, d.message)))


def excerpt(lines: Sequence[str], problem: Diagnostic) -> str:
    """Return the one of a file's *lines* that *problem* is in, as far as it is shown.

    Nothing where the caret would be beyond.
    """
    if not 0 < problem.line <= len(lines) or problem.column > _SHOWN:
        return ""
    return "".join(
        c if c.isprintable() or c in "\t\u00a0\u3000" else "\ufffd" for c in lines[problem.line - 1][:_SHOWN]
    )


def shortened(diagnostics: Iterable[Diagnostic], *, all_of_them: str = "feeds check") -> Iterator[str]:
    """Yield what a run prints: at most five of a code, then how many more *all_of_them*, a command, prints."""
    seen: Counter[str] = Counter()
    for diagnostic in diagnostics:
        seen[diagnostic.code] += 1
        if seen[diagnostic.code] <= SHOWN_OF_A_CODE:
            yield str(diagnostic)
    for code, count in sorted(seen.items()):
        if count > SHOWN_OF_A_CODE:
            yield f"{code}: and {count - SHOWN_OF_A_CODE} more: {all_of_them}"


def _blank(text: str) -> str:
    """Return white space as wide as *text* on a terminal, where CJK takes two cells."""
    from unicodedata import east_asian_width  # noqa: PLC0415 - only when something went wrong

    return "".join("\t" if c == "\t" else " " * (2 if east_asian_width(c) in "WF" else 1) for c in text)
