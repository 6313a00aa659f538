"""Says where a template is wrong, and in words that its author knows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType

from feeds.model import PACKAGED

FOLDER = "templates/"
"""What stands before a template's name in tracebacks and messages."""

_NO_ATTRIBUTE = re.compile(r"'(?:[\w.]+\.)?(\w+) object' has no attribute '(\w+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a template."""

    name: str
    line: int
    """From 1; 0 where it is not known."""

    @property
    def path(self) -> str:
        """Return the file as the author of a site knows it: `templates/email.html`."""
        return FOLDER + self.name.removeprefix(PACKAGED)

    def __str__(self) -> str:
        """Return the place as editors know places: `templates/email.html:12`."""
        return f"{self.path}:{self.line}" if self.line else self.path


def is_own(name: str, templates: Mapping[str, str]) -> bool:
    """Say whether the site wrote the template *name*, or changed it."""
    return not name.startswith(PACKAGED) and templates.get(name) != templates.get(PACKAGED + name)


def places(error: BaseException) -> tuple[Place, ...]:
    """Return the lines of templates that *error* went through, the outermost first."""
    return tuple(_places(error.__traceback__))


def _places(step: TracebackType | None) -> Iterator[Place]:
    while step is not None:
        known = step.tb_frame.f_globals
        if template := known.get("__jinja_template__"):
            yield Place(name=template.name, line=template.get_corresponding_lineno(step.tb_lineno))
        elif "__jinja_exception__" in known:  # what jinja2 puts in place of such a step
            yield Place(name=step.tb_frame.f_code.co_filename.removeprefix(FOLDER), line=step.tb_lineno)
        step = step.tb_next


def culprit(error: BaseException, templates: Mapping[str, str]) -> tuple[Place, str] | None:
    """Return the innermost line that the site wrote, else the innermost of all; None where *error* met no template.

    With it a few words on the packaged template where it came to light, if that is another.
    """
    met = places(error)
    if not met:
        return None
    own = [place for place in met if is_own(place.name, templates)]
    if not own or own[-1] == met[-1]:
        return met[-1], ""
    last = met[-1]
    return own[-1], f" (in the packaged `{last.name.removeprefix(PACKAGED)}`, line {last.line})"


def plainly(problem: str) -> str:
    """Return what jinja2 says, without the names of our modules."""
    return _NO_ATTRIBUTE.sub(lambda found: f"`{found[1]}` has no `{found[2]}`", problem)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the question whether the most similar of *names* was meant; empty where none is similar."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something went wrong

    found = get_close_matches(name, sorted(names), n=1)
    return f"; did you mean `{found[0]}`?" if found else ""
