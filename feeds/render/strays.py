"""Finds templates of a site's own that are never shown, since their names are nearly those of ours."""

from collections.abc import Iterator, Mapping

from feeds.diagnostics import Diagnostic, Severity
from feeds.model import PACKAGED
from feeds.render._mistakes import FOLDER

_LIKE = 0.75
"""How much of a name must be the same; of `emial.html` and `email.html` 0.9 is."""


def strays(templates: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield a note for each of *templates*, by name, that nothing uses and whose name is nearly that of one of ours."""
    ours = [name.removeprefix(PACKAGED) for name in templates if name.startswith(PACKAGED)]
    own = {name: text for name, text in templates.items() if not name.startswith(PACKAGED)}
    for name in sorted(own.keys() - set(ours)):
        is_named = any(name in text for other, text in own.items() if other != name)
        if not is_named and (meant := _meant(name, ours)):
            yield Diagnostic(
                path=f"{FOLDER}{name}",
                severity=Severity.NOTE,
                code="template-unknown",
                message="no page, feed or mail is made with a template of this name",
                help=f"did you mean `{meant}`?",
            )


def _meant(name: str, ours: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - most sites have no template of their own

    return next(iter(get_close_matches(name, ours, 1, _LIKE)), "")
