"""Finds who first published an entry, and where."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from feeds.credits.cutting import without
from feeds.credits.declared import NOTHING, Declared, Value, declared, is_deep
from feeds.credits.lines import NEAR, Line, first_lines, last_lines
from feeds.credits.names import Bracket, closing_bracket
from feeds.credits.rules import Rules, key_of, rules_of
from feeds.credits.said import CREDIT, EMPTY, LABEL, LINK, NAVIGATION, PLAIN, TEXT, Said
from feeds.people import Source, host_of

__all__ = ["NOTHING", "Declared", "Found", "Rules", "Value", "combined", "declared", "find", "rules_of"]

_TAIL = 1536
"""How many characters from the end must hold something that looks like a credit."""

_HEAD = 4096
"""How many characters a first paragraph, quote or list has at most that is read."""

_PASSES = 16
"""How often the end is looked at again, after something was taken: the same credit may stand there twice."""

_LINKS, _CREDITS = frozenset([LINK, EMPTY]), frozenset([CREDIT, LABEL])
_FIRST = re.compile(r"\s*<(blockquote|ul|p)\b", re.IGNORECASE)


class Found(NamedTuple):
    """What the text of a post says of its origin, and the text without it."""

    html: str
    source: str = ""
    """A name; empty: none."""

    original: str = ""
    """Absolute, http or https, on no host of the site's own; empty: none."""

    home: str = ""
    """A link that says more of the source: its home page, mostly."""


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
    if not rules.may_match(found.html[-_TAIL:], is_sourced=bool(found.source or known.source)):
        return found
    lines = last_lines(found.html, rules)
    closing = _closing(lines)
    near = _near(lines[len(closing) :])
    said, credited = _credited(found, near, known)
    said, bracket = _bracketed(said, near, credited, rules, known)
    is_sourced = bool(said.source or known.source or credited)
    said, link = _linked(said, near, known, is_sourced=is_sourced, is_before_navigation=bool(closing))
    taken = [*closing, *credited, *link]
    if not taken and bracket is None:
        return found
    taken += [line for line in near if line.said.kind == EMPTY]
    return _cut(said, taken, bracket)


def _closing(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines at the end that are navigation."""
    count = 0
    for number, line in enumerate(lines, 1):
        if line.said.kind == NAVIGATION:
            count = number
        elif line.said.kind != EMPTY:
            break
    return lines[:count]


def _near(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the last three paragraphs, with the links among and after them."""
    counted = 0
    for number, line in enumerate(lines):
        counted += line.said.kind not in _LINKS
        if counted == NEAR:
            return lines[: number + 1]
    return lines


def _credited(found: Found, near: Sequence[Line], known: Declared) -> tuple[Found, list[Line]]:
    """Return *found* with what the credits among *near* say, and those of them that are taken."""
    taken: list[Line] = []
    is_last = True
    for line in near:
        if line.said.kind not in _CREDITS:
            is_last = is_last and line.said.kind != TEXT
        elif _agrees(line.said, found, known) and (is_last or line.said.name or line.said.original or line.said.home):
            found = _with(found, line.said)
            taken.append(line)
    return found, taken


def _agrees(said: Said, found: Found, known: Declared) -> bool:
    """Say whether what is *said* is nothing else than what is known already."""
    name = found.source or (known.source.name if known.source else "")
    original = found.original or known.original
    return (
        (not said.name or not name or key_of(said.name) == key_of(name))
        and (not said.original or not original or said.original == original)
        and (not said.home or not found.home or said.home == found.home)
    )


def _with(found: Found, said: Said) -> Found:
    return Found(found.html, found.source or said.name, found.original or said.original, found.home or said.home)


def _bracketed(
    found: Found, near: Sequence[Line], credited: Sequence[Line], rules: Rules, known: Declared
) -> tuple[Found, Bracket | None]:
    """Return *found* with the source that the last text ends with, and its bracket."""
    for line in near:
        if line.said.kind not in _LINKS and line not in credited:
            return _with_bracket(found, line, rules, known)
    return found, None


def _with_bracket(found: Found, line: Line, rules: Rules, known: Declared) -> tuple[Found, Bracket | None]:
    bracket = closing_bracket(found.html, line.start, line.end, rules, found.source) if line.said.is_closed else None
    said = Said(CREDIT, name=bracket.name) if bracket else PLAIN
    return (_with(found, said), bracket) if bracket and _agrees(said, found, known) else (found, None)


def _linked(
    found: Found,
    near: Sequence[Line],
    known: Declared,
    *,
    is_sourced: bool,
    is_before_navigation: bool,
) -> tuple[Found, list[Line]]:
    """Return *found* with the original link, and its line: the last autolink; else the link that the name is."""
    lines = [line for line in near if line.said.kind != EMPTY]
    links = [line for line in lines if line.said.kind == LINK]
    is_one = links and (is_sourced or (is_before_navigation and links[0] is lines[0]))
    if is_one and _agrees(links[0].said, found, known):
        return _with(found, links[0].said), links[:1]
    if found.home and is_deep(found.home) and not found.original and not known.original:
        return found._replace(original=found.home, home=""), []
    return found, []


def _cut(found: Found, lines: Sequence[Line], bracket: Bracket | None = None) -> Found:
    """Return *found* with its HTML without the *lines* and the *bracket*, from the end on."""
    html, after = found.html, ""
    kept = len(html)
    places = [(line.start, line.end, line.is_element) for line in lines]
    if bracket is not None:
        places.append((bracket.start, bracket.end, False))
    for start, end, is_element in sorted(places, reverse=True):
        if is_element:
            after = html[html.find(">", end) + 1 : kept] + after
            kept = html.rfind("<p", 0, start)
        else:
            html, after = without(html[:kept] + after, start, end), ""
            kept = len(html)
    return Found((html[:kept] + after).rstrip(), *found[1:])


# --- the beginning ---------------------------------------------------------------------------------


def _without_head(found: Found, rules: Rules, known: Declared) -> Found:
    """Return *found* with what the first paragraph, quote or list says more."""
    html = found.html
    first = _FIRST.match(html)
    end = html.find(f"</{first[1]}>", 0, _HEAD) if first else -1
    if first is None or end < 0:
        return found
    is_quote, head = first[1] == "blockquote", html[: end + 3]
    if not (rules.may_match(head) if is_quote else rules.may_begin(head)):
        return found
    lines = first_lines(html, end, rules)
    label = next((line for line in lines if line.said.kind == LABEL and _agrees(line.said, found, known)), None)
    if label is not None:
        return _cut(_with(found, label.said), [label])
    if not is_quote or not lines:
        return found
    said, bracket = _with_bracket(found, lines[-1], rules, known)
    return _cut(said, [], bracket) if bracket else found
