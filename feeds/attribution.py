"""Finds who first published an entry, and where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from feeds.credits.cutting import without
from feeds.credits.declared import NOTHING, Declared, Value, declared, is_deep
from feeds.credits.lines import (
    CREDIT,
    EMPTY,
    LABEL,
    LINK,
    NAVIGATION,
    NEAR,
    TEXT,
    Bracket,
    Line,
    are_enough,
    closing_bracket,
    line_of,
    lines_of,
)
from feeds.credits.paragraphs import Paragraph, Unbalanced, paragraphs, text_of
from feeds.credits.rules import Rules, key_of, rules_of
from feeds.model import Source, host_of

__all__ = ["NOTHING", "Declared", "Found", "Rules", "Value", "combined", "declared", "find", "rules_of"]

_TAIL = 1536
"""How many characters from the end must hold something that looks like a credit."""

_READ = 1024, 8192
"""How many characters from the end are read: more where they hold too little or begin inside of something, then all."""

_HEAD = 4096
"""How many characters a first paragraph, quote or list has at most that is read."""

_PASSES = 16
"""How often the end is looked at again, after something was taken: the same credit may stand there twice."""

_AUTOLINK = re.compile(r">\s*https?://[^\s<]+\s*(?:<|\Z)", re.IGNORECASE)
_FIRST = re.compile(r"\s*<(blockquote|ul|p)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the text of a post says of its origin, and the text without it."""

    source: str = ""
    """A name; empty: none."""

    original: str = ""
    """Absolute, http or https, on no host of the site's own; empty: none."""

    home: str = ""
    """A link that says more of the source: its home page, mostly."""

    html: str


def combined(said: Declared, found: Found, settled: Source | None, rules: Rules) -> tuple[Source | None, str]:
    """Return the source and the original link: the fields' before the text's before the category's *settled* one.

    A name that any category's declared source has brings that one's home and feed.
    """
    own = said.source or Source()
    source = Source(name=own.name or found.source, url=own.url or found.home, feed=own.feed)
    original = said.original or found.original
    if not source.label:
        return settled, original
    known = _known(source, settled, rules)
    name, url, feed = source.name or known.name, source.url or known.url, source.feed or known.feed
    return Source(name=name, url=url, feed=feed), original


def _known(source: Source, settled: Source | None, rules: Rules) -> Source:
    """Return the declared source of that name; for a nameless one the category's, if it has the same host."""
    if source.name:
        return rules.sources.get(key_of(source.name), Source())
    host = host_of(source.url)
    return settled if settled is not None and host and host_of(settled.url) == host else Source()


def find(html: str, rules: Rules, known: Declared = NOTHING) -> Found:
    """Return what the raw *html* of a post says of its origin, and the HTML without it.

    Read are the last paragraphs, and the first one or the quote or list that the post begins with. What the fields
    say, *known*, is not contradicted: what differs from it stays in the text. Where nothing is taken, *html* comes
    back as it is.

    - Navigation: closing lines that match a boilerplate pattern. `*` in it is any text; `｜` separates parts, in a
      line `|` or a line break too. A line matches as a whole, or if each of its parts is a link whose text
      matches any part of the pattern, or equals one that has no `*`.
    - Source: one of the last three paragraphs before it that a pattern fills; else a bracket at the end of the last
      paragraph, or of the quote that the post begins with. A pattern without a name is dropped.
    - Original link: what a label says (`via:`, `原文链接：`, `Originally published at`, or a link in place of the
      name); else the last of these paragraphs that is nothing but an autolink, where a source is known too or
      navigation follows at once; else the link that the name is. An empty autolink, `<>`, is dropped.

    In a quote, a list or a note nothing counts unless all of it does: else it is the quote's own source.
    """
    found = Found(html=html)
    for _ in range(_PASSES):
        before, found = found, _without_tail(found, rules, known)
        if found is before:
            break
    return _without_head(found, rules, known)


# --- the end ---------------------------------------------------------------------------------------


def _without_tail(found: Found, rules: Rules, known: Declared) -> Found:
    """Return *found* with what the last paragraphs say more; itself where that is nothing."""
    tail = found.html[-_TAIL:]
    if not rules.may_match(tail) and not ((found.source or known.source) and _AUTOLINK.search(tail)):
        return found
    lines = _last_lines(found.html, rules)
    closing = _closing(lines)
    near = _near(lines[len(closing) :])
    said, credited = _credited(found, near, known)
    said, bracket = _bracketed(said, [line for line in near if line not in credited], rules, known)
    is_sourced = bool(said.source or known.source or credited)
    said, link = _linked(said, near, known, is_sourced=is_sourced, is_before_navigation=bool(closing))
    taken = [*closing, *credited, *link]
    if taken or bracket:
        taken += [line for line in near if line.kind == EMPTY]
    return _cut(said, [line.paragraph for line in taken], bracket) if taken or bracket else found


def _last_lines(html: str, rules: Rules) -> list[Line]:
    """Return the last paragraphs, last first. In a quote or list all are text if one is."""
    for size in _READ:
        start = max(0, len(html) - size)
        tag_end, tag = html.find(">", start), html.find("<", start)
        try:
            lines = lines_of(html, paragraphs(html, tag_end + 1 if start and -1 < tag_end < tag else start), rules)
        except Unbalanced:
            continue
        if are_enough(lines) or not start:
            return lines
    return lines_of(html, paragraphs(html), rules)


def _closing(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines at the end that are navigation."""
    run = list(takewhile(lambda line: line.kind in {NAVIGATION, EMPTY}, lines))
    while run and run[-1].kind == EMPTY:
        run.pop()
    return run


def _near(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the last three paragraphs, with the links among and after them."""
    counted = 0
    for number, line in enumerate(lines):
        counted += line.kind not in {LINK, EMPTY}
        if counted == NEAR:
            return lines[: number + 1]
    return lines


def _credited(found: Found, near: Sequence[Line], known: Declared) -> tuple[Found, list[Line]]:
    """Return *found* with what the credits among *near* say, and those of them that are taken."""
    taken: list[Line] = []
    is_last = True
    for line in near:
        if line.kind not in {CREDIT, LABEL}:
            is_last = is_last and line.kind != TEXT
        elif _agrees(line, found, known) and (is_last or line.name or line.original or line.home):
            found = _with(found, line)
            taken.append(line)
    return found, taken


def _agrees(line: Line, found: Found, known: Declared) -> bool:
    """Say whether *line* says nothing else than what is known already."""
    name = found.source or (known.source.name if known.source else "")
    original = found.original or known.original
    return (not line.name or not name or key_of(line.name) == key_of(name)) and (
        not line.original or not original or line.original == original
    )


def _with(found: Found, line: Line) -> Found:
    return replace(
        found,
        source=found.source or line.name,
        original=found.original or line.original,
        home=found.home or line.home,
    )


def _bracketed(
    found: Found,
    rest: Sequence[Line],
    rules: Rules,
    known: Declared,
) -> tuple[Found, Bracket | None]:
    """Return *found* with the source that the last text ends with, and its bracket."""
    last = next((line for line in rest if line.kind not in {LINK, EMPTY}), None)
    if last is None or last.kind != TEXT or last.paragraph.container or not last.paragraph.is_prose:
        return found, None
    bracket = closing_bracket(found.html, last.paragraph, rules, found.source)
    if bracket is None or not _agrees(Line(last.paragraph, CREDIT, name=bracket.name), found, known):
        return found, None
    return replace(found, source=found.source or bracket.name), bracket


def _linked(
    found: Found,
    near: Sequence[Line],
    known: Declared,
    *,
    is_sourced: bool,
    is_before_navigation: bool,
) -> tuple[Found, list[Line]]:
    """Return *found* with the original link, and its line: the last autolink; else the link that the name is."""
    lines = [line for line in near if line.kind != EMPTY]
    link = next((line for line in lines if line.kind == LINK), None)
    is_one = link is not None and (is_sourced or (is_before_navigation and link is lines[0]))
    if link is not None and is_one and _agrees(link, found, known):
        return _with(found, link), [link]
    if is_deep(found.home) and not found.original and not known.original:
        return replace(found, original=found.home, home=""), []
    return found, []


def _cut(found: Found, taken: Sequence[Paragraph], bracket: Bracket | None) -> Found:
    """Return *found* with its HTML without what was *taken*, from the end on."""
    html = found.html
    places = [(paragraph.start, paragraph.end) for paragraph in taken]
    if bracket is not None:
        places.append((bracket.start, bracket.end))
    for start, end in sorted(places, reverse=True):
        html = without(html, start, end)
    return replace(found, html=html.rstrip())


# --- the beginning ---------------------------------------------------------------------------------


def _without_head(found: Found, rules: Rules, known: Declared) -> Found:
    """Return *found* with what the first paragraph, quote or list says more."""
    html = found.html
    first = _FIRST.match(html)
    end = html.find(f"</{first[1]}>", 0, _HEAD) if first else -1
    if first is None or end < 0 or not rules.may_match(html[: end + 3]):
        return found
    block = paragraphs(html, 0, end)
    lines = (line_of(html, paragraph, text_of(html, paragraph), rules) for paragraph in block)
    label = next((line for line in lines if line.kind == LABEL and _agrees(line, found, known)), None)
    if label is not None:
        return _cut(_with(found, label), [label.paragraph], None)
    if first[1] != "blockquote" or not block:
        return found
    bracket = closing_bracket(html, block[-1], rules, found.source)
    if bracket is None or not _agrees(Line(block[-1], CREDIT, name=bracket.name), found, known):
        return found
    return _cut(replace(found, source=found.source or bracket.name), [], bracket)
