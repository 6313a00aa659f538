"""Understands what other engines write in `{{ }}`, as far as it can be known without them."""

import re
from collections.abc import Mapping

_ROOTS = frozenset(["site.baseurl", "site.github.url", "site.BaseURL", ".Site.BaseURL", "config.base_url", "SITEURL"])
_ADDRESS = re.compile(
    r"""(["'])([^"']*)\1\s*\|\s*(?:relative_url|absolute_url|url|relURL|absURL|prepend:\s*site\.(?:base)?url)\b.*""",
    re.DOTALL,
)
_QUOTED = re.compile(
    r"""(["'])(?:([^"']*)\1(?:\s*\|\s*(?:url_?encode|escape|safe|markdownify))*|(https?://[^"']*)\1\s*\|.*)""",
    re.DOTALL,
)
_LOOSE = re.compile(
    r"[.$]?[A-Za-z_][\w.-]*(?:\[[^\]]*\][\w.]*)*\s*(?:\|.*)?|[A-Za-z_][\w:.]*\(.*\)"
    r"|(?:if|else|end|range|with|define|block|template|partial)\b.*",
    re.DOTALL,
)
_TIGHT = re.compile(r"[A-Za-z_][\w-]*(?:(?:\.[\w-]+)+(?:\|.*)?|\|.*|\(.*\))", re.DOTALL)
_BRACES = re.compile(r"""\{\{\s*(["'])(\{\{|\}\}|\{%|%\})\1\s*\}\}""")
_TEX = re.compile(r"(?:[\^_$]|\\[A-Za-z]*)\Z")
_NAME_END = re.compile(r"[\s|(\[]")
_EDGES = "-~ \t\r\n"


def value(inner: str, following: str, *, base: str, values: Mapping[str, str]) -> str | None:
    """Return what `{{ inner }}` shows before the text *following*; None: it cannot be known.

    Known are the site's addresses, of which the path remains, *base* being the path of the site's root without its
    last slash; addresses below it; names in *values*; and text in quotes.
    """
    expression = inner.strip(_EDGES)
    if expression in values:
        return values[expression]
    if expression == "site.url" or expression in _ROOTS:
        root = base if expression in _ROOTS and not following.startswith("{% link") else ""
        return root if following.startswith(("/", "{")) else f"{root}/"
    if address := _ADDRESS.fullmatch(expression):
        return below(base, address[2])
    quoted = _QUOTED.fullmatch(expression)
    return quoted[2] or quoted[3] or "" if quoted else None


def below(base: str, address: str) -> str:
    """Return *address* below *base*; one that is absolute as it is."""
    is_absolute = ":" in address.split("/", maxsplit=1)[0] or address.startswith("//")
    return address if is_absolute else f"{base}/{address.lstrip('/')}"


def is_tag(inner: str) -> bool:
    """Say whether `{{ inner }}` is another engine's: a name, with or without filters, a call, or a word of control.

    Without blanks inside, a name needs a dot, a filter or a call: `{{a}}` is TeX or text.
    """
    shape = _LOOSE if inner[:1] in {*_EDGES} else _TIGHT
    return bool(shape.fullmatch(inner.strip(_EDGES)))


def name_of(inner: str) -> str:
    """Return the name with which the expression begins."""
    return _NAME_END.split(inner.strip(_EDGES))[0]


def literal_braces(text: str, start: int) -> tuple[int, str] | None:
    """Return the end of, and the braces in, `{{ "{{" }}`, as posts about templates write it."""
    found = _BRACES.match(text, start)
    return (found.end(), found[2]) if found else None


def is_tex(text: str, start: int) -> bool:
    r"""Say whether braces at *start* are the argument of `\frac`, `^`, `_`, or follow a dollar sign."""
    return bool(_TEX.search(text, max(start - 20, 0), start))
