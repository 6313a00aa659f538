"""Tells names of publishers from other text."""

import re
from typing import NamedTuple

from feeds.credits.declared import unwrapped
from feeds.credits.rules import CLOSING, OPENING, PUBLISHERS, Rules, ascii_of, key_of
from feeds.credits.words import CODE, folded, words_of

_LONGEST_NAME = 60
_LONGEST_BRACKET = 300
ENDING = 8192
"""How many characters of HTML from its end are read to find the bracket that closes a line."""

_NO_NAME = re.compile(
    r"""[。；！？…<>]                                       # a sentence, or a tag
      | [:：](?=[\s\u2e80-\uffff]|\Z)                       # another label
      | (?<![A-Z])(?<![A-Z][a-z])(?<![A-Z][a-z]{2})[.]\s    # a full stop, but `St. Louis Post`
      | [;!?]\s | https?://
      | (?:\S+\s){10}                                       # more words than a name has
    """,
    re.VERBOSE,
)
_STOP = re.compile(r"(?:(?<=\w[a-z])\.|。)\Z")
_FROM = re.compile(r"(?:据|来自|来源于?|摘自|转载?自|原载于?)\s*[:：]?\s*")
_GUESS = re.compile(r"[\w·.&+ -]{2,20}")
_NO_PUBLISHER = re.compile(
    r"""(?:[完图文见]|记者|编辑|责编|责任编辑|作者|摄影|供图|实习|通讯员|详见|参见|例如|包括|本[报刊网社台]|以[上下])
      | .*(?:互联网|物联网|电网|官网|[内外上联管路]网|合作社|旅行社|公社|信用社|联社)\Z
      | .*[平舞后前柜站月阳楼讲擂灶吧出上登茅烟邢丰]台\Z
      | .*(?:(?<![青少])年报|季报|财报|研报|预报|海报|举报|申报|警报|情报|停刊|创刊|休刊|假新闻)\Z
      | (?:[公汇通简快电周月中]?报|社|[期特增]?刊|[电]?台|新闻|客户端|频道|传媒|经济报道|网)\Z
    """,
    re.VERBOSE,
)


class Bracket(NamedTuple):
    """A closing bracket with a publisher's name, and its place."""

    name: str
    start: int
    end: int


def name_of(text: str) -> str:
    """Return *text* as a name: without enclosing quotes and a full stop; empty where it is none."""
    name = unwrapped(_STOP.sub("", unwrapped(text)))
    if not 0 < len(name) <= _LONGEST_NAME or not any(map(str.isalnum, name)):
        return ""
    return "" if _NO_NAME.search(name) or not _is_closed(name) else name


def _is_closed(text: str) -> bool:
    """Say whether every bracket that opens also closes, and the other way round."""
    depth = 0
    for character in text:
        depth += (character in OPENING) - (character in CLOSING)
        if depth < 0:
            return False
    return depth == 0


def closing_bracket(html: str, start: int, end: int, rules: Rules, known: str = "") -> Bracket | None:
    """Return the bracket that closes the line of *html* from *start* to *end* if its text is a publisher's name.

    Accepted is the one *known*, what a pattern or the site names, else up to 20 characters that end like a publisher.
    """
    start = max(start, end - ENDING)
    words = words_of(html[start:end])
    runs = [run for run in words.runs if not words.html[run[0] : run[1]].isspace()]
    raw = "".join([words.html[first:last] for first, last, _ in runs]).rstrip()
    opening = _opening_of_last(raw)
    if opening < 0:
        return None
    text = folded(raw[opening + 1 : -1])
    name = text if known and key_of(text) == key_of(known) else _publisher(text, rules)
    opening, closing = _place(runs, opening), _place(runs, len(raw) - 1) + 1
    touched = [kind for first, last, kind in runs if last > opening and first < closing]
    return Bracket(name, start + opening, start + closing) if name and CODE not in touched else None


def _opening_of_last(text: str) -> int:
    """Return where the bracket opens that closes at the end of *text*; -1: none does."""
    depth = 0
    for position in range(len(text) - 1, max(-1, len(text) - _LONGEST_BRACKET), -1):
        depth += (text[position] in ")）") - (text[position] in "(（")
        if depth == 0:
            return position if text[position] in "(（" else -1
    return -1


def _place(runs: list[tuple[int, int, int]], offset: int) -> int:
    """Return where the character stands that is number *offset* of the text of *runs*."""
    number = 0
    while offset >= (length := runs[number][1] - runs[number][0]):
        offset -= length
        number += 1
    return runs[number][0] + offset


def _publisher(text: str, rules: Rules) -> str:
    """Return the publisher that the text of a closing bracket names; empty: none."""
    if key_of(text) in rules.names:
        return text
    for pattern in rules.patterns:
        if match := pattern.fullmatch(ascii_of(text)):
            return name_of(text[slice(*match.span("source"))])
    name = unwrapped(_FROM.sub("", text, count=1) if _FROM.match(text) else text)
    if key_of(name) in rules.names:
        return name
    guess = _GUESS.fullmatch(name) and name.endswith(PUBLISHERS) and not _NO_PUBLISHER.match(name)
    return name if guess else ""
