"""Keeps raw HTML from being so deep or so broad that it costs a parser the square of its length."""

import re
from collections import Counter

DEEPEST = 100
"""How many elements may be nested: readers and mail programs lose what lies much deeper."""

_UNCLOSED = 20
"""How many formatting elements may be open: each block repeats them (HTML, "reconstruct the active formatting")."""

_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_ALONE = frozenset(
    [
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track"),
        *("wbr", "p", "li", "dd", "dt", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "rp", "rt"),
    ],
)
"""Elements that hold none, and those that the next of their kind closes: no depth comes of them alone."""

_MANY = 10_000
_REFERENCES = re.compile(r"(?:&[^&<>]*+){2000}(?=&)")
_NESTING = re.compile(
    r"<(?=[a-zA-Z])(?!(?:p|li|a|h[1-6r]|t[dhr]|d[dt]|br|img)[\s/>])(?!([a-zA-Z]++)[^<>]*+>[^<]*+</\1>)",
)
"""The start of an element that others may be nested in: one that holds nothing but text is no depth."""

_NAMED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)[^>]*+>?")

_LARGE = 100_000
"""Characters: what is shorter cannot hold enough attributes to take long."""

_MOST_ATTRIBUTES = 1000
_TAG = re.compile(r"<[a-zA-Z][^ \t\n\f\r/>]*+")
_ATTRIBUTE = re.compile(
    r"""[ \t\n\f\r/]*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"""
    r"""(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r>]*+))?""",
)
"""An attribute of the tag before it, as parsers read it (HTML, "tokenization")."""


def bounded(html: str) -> str:
    """Return *html* without the tags of elements that are nested too deep, but with their content.

    Done before anything is parsed, because depth costs parsers its square. So do very many attributes of one tag, of
    which the first stay, and very many character references in one text: comments part them, which the sanitiser
    takes out.
    """
    if len(html) > _LARGE:
        html = _with_few_attributes(html)
    html = parted(html)
    if html.count("<") <= DEEPEST or (html.count("<") <= _MANY and len(_NESTING.findall(html)) < DEEPEST):
        return html
    depth = _Depth()
    kept = list(depth.spans(html))
    return "".join([html[start:end] for start, end in kept]) if depth.has_dropped else html


def parted(html: str) -> str:
    """Return *html* with comments among very many character references in one text; they mean what they did."""
    return _REFERENCES.sub(r"\g<0><!---->", html) if html.count("&") > _MANY else html


class _Depth:
    """How deep a place in the HTML lies, tag by tag."""

    def __init__(self) -> None:
        self.stack: list[str] = []
        self.open: Counter[str] = Counter()
        self.formatting = 0
        self.dropped: Counter[str] = Counter()
        self.has_dropped = False

    def spans(self, html: str) -> "list[tuple[int, int]]":
        """Return the parts of *html* to keep."""
        found, start = [], 0
        for tag in _NAMED.finditer(html):
            name = tag[2].lower()
            if name in _ALONE or self._is_kept(name, is_end=bool(tag[1])):
                continue
            self.has_dropped = True
            found.append((start, tag.start()))
            start = tag.end()
        found.append((start, len(html)))
        return found

    def _is_kept(self, name: str, *, is_end: bool) -> bool:
        if name in _FORMATTING:
            return self._formatting_is_kept(name, is_end=is_end)
        if not is_end:
            self.stack.append(name)
            self.open[name] += 1
            return len(self.stack) <= DEEPEST
        return self._closed(name) <= DEEPEST

    def _formatting_is_kept(self, name: str, *, is_end: bool) -> bool:
        """Say it of a formatting element: these stay open when the block they stand in ends."""
        if is_end and self.dropped[name]:
            self.dropped[name] -= 1
            return False
        if is_end:
            self.formatting -= bool(self.open[name])
            self.open[name] -= bool(self.open[name])
        elif self.formatting >= _UNCLOSED:
            self.dropped[name] += 1
            return False
        else:
            self.formatting += 1
            self.open[name] += 1
        return True

    def _closed(self, name: str) -> int:
        """Return at what depth the innermost open *name* stood that now ends; 0: there is none."""
        if not self.open[name]:
            return 0
        while True:
            depth = len(self.stack)
            last = self.stack.pop()
            self.open[last] -= 1
            if last == name:
                return depth


# --- attributes ------------------------------------------------------------------------------------


def _with_few_attributes(html: str) -> str:
    """Return *html* with no more than the first thousand attributes of each tag."""
    kept: list[str] = []
    start = at = 0
    while tag := _TAG.search(html, at):
        allowed, at = _attributes_end(html, tag.end())
        if allowed < at:
            kept.append(html[start:allowed])
            start = at
    return "".join([*kept, html[start:]])


def _attributes_end(html: str, at: int) -> tuple[int, int]:
    """Return where the last of the first thousand attributes ends that follow at *at*, and where the last of all."""
    count, allowed = 0, at
    while attribute := _ATTRIBUTE.match(html, at):
        at = attribute.end()
        count += 1
        if count <= _MOST_ATTRIBUTES:
            allowed = at
    return allowed, at
