"""Reads what a paragraph says: its text, and what of it is a link."""

import re
from html import unescape
from typing import NamedTuple

from feeds.credits.paragraphs import TAG, end_of, is_hidden

TEXT, CODE = -1, -2
"""What a run is that belongs to no link."""

LAST = 24
"""How many of the last lines are looked at, navigation and links included."""

_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FILLERS = "\u200b\u2060\ufeff"
_CODES = frozenset(["code", "kbd", "samp", "tt"])


class Words(NamedTuple):
    """A paragraph, or a line of one, read."""

    html: str
    runs: tuple[tuple[int, int, int], ...]
    """Start, end, and the number of the link they belong to, else `TEXT` or `CODE`."""

    links: tuple[str, ...]
    """Of each link the value of its `href`, entities decoded."""

    text: str
    """Entities decoded, white space folded to single blanks."""

    @property
    def pieces(self) -> list[tuple[str, int]]:
        """The raw text of each run, and its number."""
        return [(self.html[start:end], kind) for start, end, kind in self.runs]


def words_of(html: str) -> Words:
    """Return what the *html* of a paragraph says; without comments and hidden elements."""
    if "<" not in html:
        return Words(html, ((0, len(html), TEXT),), (), folded(html))
    runs: list[tuple[int, int, int]] = []
    links: list[str] = []
    kind, position = TEXT, 0
    for tag in TAG.finditer(html):
        start, closing, name = tag.start(), tag[1], (tag[2] or "").lower()
        if start < position:
            continue
        if start > position:
            runs.append((position, start, kind))
        position = tag.end()
        if name and is_hidden(closing, name, tag[3]):
            position = end_of(name, html, position, len(html))
        elif name == "a":
            kind = TEXT if closing else len(links)
            links += [] if closing else [_target(tag[3])]
        elif name in _CODES:
            kind = TEXT if closing else CODE
        elif name in {"http", "https"} and tag[3].startswith("://"):
            runs.append((start + 1, position - 1, len(links)))
            links.append(unescape(tag[0][1:-1]))
    if position < len(html):
        runs.append((position, len(html), kind))
    return _words(html, tuple(runs), tuple(links))


def folded(raw: str) -> str:
    """Return *raw* HTML text with entities decoded and white space folded."""
    if "&" in raw:
        raw = unescape(raw)
    return " ".join(raw.split()).strip(_FILLERS)


def _target(attributes: str) -> str:
    href = _HREF.search(attributes)
    return unescape(href[1] or href[2] or href[3] or "") if href else ""


def rows_of(words: Words) -> list[tuple[int, int, Words]]:
    """Return the last lines of a paragraph of nothing but links, and where they begin and end; any other is one."""
    whole = [(0, len(words.html), words)]
    if len(words.links) <= 1 or "\n" not in words.html:
        return whole
    between = [piece for piece, kind in words.pieces if kind < 0]
    if any(piece.strip(" \t\r\n\u3000|｜") for piece in between):
        return whole
    rows: list[list[tuple[int, int, int]]] = [[]]
    starts = [0]
    for start, end, kind in words.runs:
        line = words.html.find("\n", start, end) if kind < 0 else -1
        if line < 0:
            rows[-1].append((start, end, kind))
        elif rows[-1]:
            starts.append(line + 1)
            rows.append([])
    ends = [*(start - 1 for start in starts[1:]), len(words.html)]
    lines = [line for line in zip(starts, ends, rows, strict=True) if line[2]]
    return [(start, end, _words(words.html, tuple(runs), words.links)) for start, end, runs in lines[-LAST:]]


def _words(html: str, runs: tuple[tuple[int, int, int], ...], links: tuple[str, ...]) -> Words:
    return Words(html, runs, links, folded("".join([html[start:end] for start, end, _ in runs])))
