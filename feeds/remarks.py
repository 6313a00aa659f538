"""Takes down the problems of one post, each with its place in the file."""

from dataclasses import dataclass, field, replace

from feeds.diagnostics import Diagnostic, Severity
from feeds.frontmatter import Field


class RefusedError(Exception):
    """The post cannot be published; the diagnostic says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Remarks:
    """The problems of one post, as they are found."""

    shown: str
    """The post's path, as a person would type it."""

    data: bytes
    """The post, for the line that a caret points into."""

    taken: list[Diagnostic] = field(default_factory=list)

    def at(self, place: Field | None, code: str, message: str, remedy: str) -> Diagnostic:
        """Return an error at *place*, or of the whole file."""
        problem = Diagnostic(path=self.shown, code=code, message=message, help=remedy)
        if place is None:
            return problem
        line = self.data.decode("utf-8-sig", "replace").splitlines()[place.line - 1 : place.line]
        return replace(problem, line=place.line, column=place.column, excerpt="".join(line))

    def warn(self, place: Field | None, code: str, message: str, remedy: str) -> None:
        """Take a warning at *place*, or of the whole file."""
        self.taken.append(replace(self.at(place, code, message, remedy), severity=Severity.WARNING))
