"""Checks of patterns: files to leave out, permalinks, attributions, closing lines."""

import re

from feeds.config._problems import Bad, near, shown
from feeds.config._values import one_of, some_text, some_words

PLACEHOLDERS = ("category", "categories", "year", "month", "day", "name", "slug", "title", "path", "folder")
_CLASS = re.compile(r"\[!?\]?[^\]]*\]")
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_COLON = re.compile(r":([a-z_]+)")
_OTHER_ENGINES = {
    "title": "slug",
    "filename": "name",
    "i_month": "month",
    "i_day": "day",
    "slugorfilename": "slug",
}


def glob(value: object) -> str:
    """Return *value*, a pattern of paths below the content folder."""
    pattern = some_text(value)
    if "\\" in pattern:
        raise Bad(
            "must have `/` between folders, not a backslash",
            help=f"write it as `{pattern.replace(chr(92), '/')}`",
        )
    if pattern.startswith("/"):
        raise Bad("must be relative to the content folder", help=f"write it as `{pattern.lstrip('/') or '*'}`")
    if ".." in pattern.split("/"):
        raise Bad("must not leave the content folder with `..`", help="leave out what is above it")
    if "[" in _CLASS.sub("", pattern):
        raise Bad("has a `[` that nothing closes", help="write `[[]` for the character itself")
    return pattern


def permalink(value: object) -> str:
    """Return *value*, a path whose placeholders are known; one at least, else all posts would have one address."""
    pattern = some_text(value)
    if not _BRACES.search(pattern) and _COLON.search(pattern):
        raise Bad("must have its placeholders in braces", help=f"write it as `{_COLON.sub(_in_braces, pattern)}`")
    if re.match(r"[a-z][a-z0-9+.-]*:|//", pattern, re.IGNORECASE) or re.search(r"[?#\s]", pattern):
        raise Bad(
            f"must be a path without `?`, `#` and blanks, not {shown(pattern)}",
            help="write it like `/{year}/{name}.html`: it is added to `home`",
        )
    _known_braces(pattern, PLACEHOLDERS)
    return pattern


def attribution(value: object) -> str:
    """Return *value*, a pattern in which `{source}` stands once, beside words."""
    pattern = some_words(value)
    _known_braces(pattern, ("source",))
    if pattern.count("{source}") != 1:
        raise Bad("must have `{source}` once", help="write it like `Source: {source}`")
    if not pattern.replace("{source}", "").strip():
        raise Bad(
            "would take every paragraph for a source",
            help="write it with the words beside it: `Source: {source}`",
        )
    return pattern


def closing_line(value: object) -> str:
    """Return *value*, a pattern of lines in which `*` stands for any text."""
    pattern = some_words(value)
    if not pattern.replace("*", "").strip():
        raise Bad("would take every line for navigation", help="write it with words: `Back to *`")
    return pattern


def _known_braces(pattern: str, names: tuple[str, ...]) -> None:
    known = f"write {one_of(tuple(f'{{{name}}}' for name in names))}"
    if not _BRACES.search(pattern):
        raise Bad("must have a placeholder", help=known)
    for match in _BRACES.finditer(pattern):
        if match[1] is None:
            raise Bad(f"has a `{match[0]}` without its other half", help="placeholders are written like `{name}`")
        if match[1] not in names:
            meant = _OTHER_ENGINES.get(match[1]) or near(match[1], names)
            remedy = f"did you mean `{{{meant}}}`?" if meant in names else known
            raise Bad(f"has the unknown placeholder {shown(match[0])}", help=remedy)


def _in_braces(match: re.Match[str]) -> str:
    name = _OTHER_ENGINES.get(match[1], match[1])
    return f"{{{name if name in PLACEHOLDERS else near(name, PLACEHOLDERS) or name}}}"
