"""Takes down the problems of one post, each with its place in the file."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from feeds.decoding import decode
from feeds.diagnostics import Diagnostic, Severity, excerpt
from feeds.frontmatter import Field


class RefusedError(Exception):
    """The post cannot be published; the diagnostic says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


@dataclass(frozen=True)
class Remarks:
    """The problems of one post, as they are found."""

    shown: str
    """The post's path, as a person would type it."""

    data: bytes
    """The post, for the line that a caret points into."""

    taken: list[Diagnostic] = field(default_factory=list)

    @cached_property
    def _lines(self) -> list[str]:
        return (decode(self.data, path=self.shown)[0] or "").split("\n")

    def at(self, place: Field | None, code: str, message: str, remedy: str) -> Diagnostic:
        """Return an error at *place*, or of the whole file."""
        problem = Diagnostic(path=self.shown, code=code, message=message, help=remedy)
        if place is None:
            return problem
        placed = replace(problem, line=place.line, column=place.column)
        return replace(placed, excerpt=excerpt(self._lines, placed))

    def warn(self, place: Field | None, code: str, message: str, remedy: str) -> None:
        """Take a warning at *place*, or of the whole file."""
        self.taken.append(replace(self.at(place, code, message, remedy), severity=Severity.WARNING))
