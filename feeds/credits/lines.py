"""Finds the lines that a post begins and ends with, and what they say."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from feeds.credits.cutting import is_whole
from feeds.credits.declared import web_link
from feeds.credits.paragraphs import END_OF_P, INLINE, TAG_END, USUAL, Paragraph, Unbalanced, paragraphs
from feeds.credits.rules import Rules
from feeds.credits.said import CREDIT, LABEL, LINK, PLAIN, TEXT, Said, said_in
from feeds.credits.words import LAST

NEAR = 3
"""How many of the last paragraphs may be a credit."""

_READ = 1024, 8192
"""How many characters from the end are read: more where they hold too little or begin inside of something, then all."""

_COUNTED = frozenset([TEXT, CREDIT, LABEL])


class Line(NamedTuple):
    """A paragraph, or a line of one that is a row of links, and what it says."""

    start: int
    end: int
    said: Said
    container: int = 0
    """The number of the outermost quote or list it is in; 0: none."""

    is_cut: bool = False
    """Its beginning lies before the part that was read."""

    is_element: bool = False
    """It fills a plain `<p>` element, which can be taken out as it is."""


def last_lines(html: str, rules: Rules) -> list[Line]:
    """Return the last lines, last first; without captions of pictures. In a quote or list all are text if one is."""
    row = _row(html, rules)
    if row is not None:
        return row
    for size in _READ:
        start = max(0, len(html) - size)
        tag_end, tag = html.find(">", start), html.find("<", start)
        try:
            found = paragraphs(html, tag_end + 1 if start and -1 < tag_end < tag else start)
        except Unbalanced:
            continue
        lines = _last_of(html, found, rules)
        if _are_enough(lines) or not start:
            return lines
    return _last_of(html, paragraphs(html), rules)


def first_lines(html: str, end: int, rules: Rules) -> list[Line]:
    """Return all lines before *end*, in order; without captions of pictures."""
    return [line for found in paragraphs(html, 0, end) for line in _lines_in(html, found, rules)[::-1]]


def _last_of(html: str, found: Sequence[Paragraph], rules: Rules) -> list[Line]:
    lines: list[Line] = []
    mixed: set[int] = set()
    for paragraph in reversed(found):
        container = paragraph.container
        if len(lines) >= LAST or ((not container or container in mixed) and _are_enough(lines)):
            break
        more = _lines_in(html, paragraph, rules)
        lines += more
        if container and TEXT in [line.said.kind for line in more]:
            mixed.add(container)
    if mixed:
        lines = [line._replace(said=PLAIN) if line.container in mixed else line for line in lines]
    return lines


def _lines_in(html: str, paragraph: Paragraph, rules: Rules) -> list[Line]:
    """Return the lines of a *paragraph* of *html*, last first."""
    start, end, container, is_prose, is_cut = paragraph
    return [
        Line(start + first, start + last, said if is_prose else PLAIN, container, is_cut)
        for first, last, said in said_in(html[start:end], rules)
    ]


def _are_enough(lines: Iterable[Line]) -> bool:
    """Say whether the lines, last first, reach beyond all that may be a credit."""
    return sum([line.said.kind in _COUNTED and not line.is_cut for line in lines]) >= NEAR


# --- rows of plain paragraphs ----------------------------------------------------------------------

_ROW = 2048
"""How many characters from the end such a row is looked for in."""

_SHORT = 300
_PLAIN = re.compile(rf"{TAG_END}({INLINE}){END_OF_P}")
_AUTOLINK = re.compile(rf'{TAG_END}(<a href="(https?://[^\s"&<>%]++)">\2</a>){END_OF_P}')
_LEFT_OPEN = re.compile(
    rf"<(?!/|p{TAG_END}|{USUAL}|(?:br|hr)\b|!--.*?-->|([a-z][a-z0-9]*+)\b.*?</\1>)",
    re.DOTALL,
)
"""A tag without its partner."""

_ORDINARY = [Line(0, 0, PLAIN)]


def _row(html: str, rules: Rules) -> list[Line] | None:
    """Return the same where a post ends with a row of plain `<p>` elements, as most do, but quicker; else nothing."""
    elements = html[-_ROW:].split("<p")
    lines: list[Line] = []
    end, wanted = len(html), NEAR
    while len(elements) > 1 and wanted > 0 and len(lines) < LAST:
        element = elements.pop()
        found = _ORDINARY if rules.ordinary.fullmatch(element) else _plain(element, rules)
        if found is None:
            return None
        start = end - len(element)
        for first, last, said, container, is_cut, is_element in found:
            lines.append(Line(start + first, start + last, said, container, is_cut, is_element))
            wanted -= said.kind in _COUNTED
        end = start - len("<p")
    if end and wanted > 0 and len(lines) < LAST:
        return None
    return lines if not _LEFT_OPEN.search(html, max(0, len(html) - _READ[0]), end) else None


def _plain(html: str, rules: Rules) -> list[Line] | None:
    """Return the lines of a plain `<p>` element, last first; nothing where the *html* after `<p` is more or less."""
    return _repeated(html, rules) if len(html) <= _SHORT else _read(html, rules)


def _read(html: str, rules: Rules) -> list[Line] | None:
    link = _AUTOLINK.fullmatch(html)
    if link and web_link(link[2], rules.own_hosts) == link[2]:
        return [Line(*link.span(1), Said(LINK, original=link[2]), is_element=True)]
    plain = _PLAIN.fullmatch(html)
    if plain is None:
        return None
    start, found = plain.start(1), said_in(plain[1], rules)
    is_element = len(found) == 1 and is_whole(plain[1])
    return [Line(start + first, start + last, said, is_element=is_element) for first, last, said in found]


_repeated = lru_cache(maxsize=1024)(_read)
"""The same remembered of what is short: navigation and credits are the same in many posts."""
