"""Tells what a paragraph says: navigation, a credit, a link, or just text."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from feeds.credits.declared import is_deep, unwrapped, web_link
from feeds.credits.paragraphs import CODE, Paragraph, folded, text_of
from feeds.credits.rules import CLOSING, LABELS, OPENING, PUBLISHERS, Rules, ascii_of, bare, key_of

TEXT, NAVIGATION, LINK, CREDIT, LABEL, EMPTY = "text", "navigation", "link", "credit", "label", "empty"

NEAR = 3
"""How many of the last paragraphs may be a credit."""

_LAST = 24
"""How many of the last paragraphs are looked at, navigation and links included."""

_LONGEST_NAME = 60
_LONGEST_LINE = 300
_DECORATION = " \t\n[]【】<>«»‹›←→↑·•"
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_NAME_THEN_URL = re.compile(
    r"(?P<name>[^<>]*?)[\s(（<\[:：,，-]*(?P<url>https?://[^\s<>)）\]]*[^\s<>)）\].,。，])[)）>\]]?[.。]?",
    re.IGNORECASE,
)
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
_CAPTION = re.compile(r"[（(]?(?:图片?|图文|照片|视频|封面|题图|头图|配图)(?:来源|源|自|/|:|：|by\b)")
_LABEL = re.compile(
    r"""(?P<plain>原文(?:链接|地址|网址|出处|连接)?|original(?:[ ](?:article|post|link|url|source|story))?)\s*:\s*\0
      | (?P<direct>原文\0)
      | via\s*:\s*\0
      | (?:本文)?(?:转载?自|译自|首发[于在]|原载于?|最初发[布表][于在])\s*:?\s*\0
      | (?:this[ ](?:article|post|story|piece|essay|entry)[ ](?:(?:was|is|has[ ]been)[ ])?)?
        (?:originally|first)[ ](?:published|posted|appeared)(?:[ ](?:at|on|in|by|here|over[ ]at))?\s*:?\s*\0
    """,
    re.IGNORECASE | re.VERBOSE,
)
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


class Line(NamedTuple):
    """A paragraph, and what it is."""

    paragraph: Paragraph
    kind: str
    """`text`, `navigation`, `link`, `credit`, `label` (of a link), or `empty` (an autolink without link)."""

    name: str = ""
    original: str = ""
    home: str = ""
    """The link that the name is, or that is a bare host."""


class Bracket(NamedTuple):
    """A closing bracket with a publisher's name, and its place."""

    name: str
    start: int
    end: int


def lines_of(html: str, found: Sequence[Paragraph], rules: Rules) -> list[Line]:
    """Return the last of the paragraphs, last first, with what they are; without captions of pictures.

    In a quote or a list all are text if one is.
    """
    lines: list[Line] = []
    mixed: set[int] = set()
    for paragraph in reversed(found):
        if len(lines) == _LAST or (are_enough(lines) and paragraph.container in mixed | {0}):
            break
        text = text_of(html, paragraph)
        if text and not _CAPTION.match(text):
            is_mixed = paragraph.container in mixed
            lines.append(Line(paragraph, TEXT) if is_mixed else line_of(html, paragraph, text, rules))
            if lines[-1].kind == TEXT and paragraph.container:
                mixed.add(paragraph.container)
    return [line._replace(kind=TEXT) if line.paragraph.container in mixed else line for line in lines]


def are_enough(lines: Sequence[Line]) -> bool:
    """Say whether the lines, last first, reach beyond all that may be a credit."""
    kinds = [line.kind for line in lines if not line.paragraph.is_cut]
    return len(kinds) >= NEAR and sum(kind in {TEXT, CREDIT, LABEL} for kind in kinds) >= NEAR


def line_of(html: str, paragraph: Paragraph, text: str, rules: Rules) -> Line:
    """Return *paragraph*, whose text is *text*, with what it is."""
    if not paragraph.is_prose or paragraph.is_cut or any(kind == CODE for _, _, kind in paragraph.runs):
        return Line(paragraph, TEXT)
    if text in {"<>", "< >"}:
        return Line(paragraph, EMPTY)
    if link := _lone_link(paragraph, text, html, rules):
        return Line(paragraph, LINK, original=link)
    if len(text) > _LONGEST_LINE:
        return Line(paragraph, TEXT)
    if _is_navigation(html, paragraph, text, rules):
        return Line(paragraph, NAVIGATION)
    return _credit(html, paragraph, text, rules) or _label(html, paragraph, text, rules) or Line(paragraph, TEXT)


def closing_bracket(html: str, paragraph: Paragraph, rules: Rules, known: str = "") -> Bracket | None:
    """Return the bracket at the very end of *paragraph* if its text is a publisher's name.

    Accepted is the one *known*, what a pattern or the site names, else up to 20 characters that end like a publisher.
    """
    runs = [run for run in paragraph.runs if not html[run[0] : run[1]].isspace()]
    raw = "".join(html[start:end] for start, end, _ in runs).rstrip()
    opening = _opening_of_last(raw)
    if opening < 0:
        return None
    text = folded(raw[opening + 1 : -1])
    name = text if known and key_of(text) == key_of(known) else _publisher(text, rules)
    start, end = _place(runs, opening), _place(runs, len(raw) - 1) + 1
    touched = (kind for first, last, kind in runs if last > start and first < end)
    return Bracket(name, start, end) if name and CODE not in touched else None


def _opening_of_last(text: str) -> int:
    """Return where the bracket opens that closes at the end of *text*; -1: none does."""
    depth = 0
    for position in range(len(text) - 1, max(-1, len(text) - _LONGEST_LINE), -1):
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
            return _name(text[slice(*match.span("source"))])
    name = unwrapped(_FROM.sub("", text, count=1) if _FROM.match(text) else text)
    if key_of(name) in rules.names:
        return name
    guess = _GUESS.fullmatch(name) and name.endswith(PUBLISHERS) and not _NO_PUBLISHER.match(name)
    return name if guess else ""


# --- navigation and links --------------------------------------------------------------------------


def _is_navigation(html: str, paragraph: Paragraph, text: str, rules: Rules) -> bool:
    """Say whether the whole line matches a boilerplate pattern, or each part of it is a link that matches one."""
    plain = ascii_of(text)
    if not paragraph.links and not any(rule.line.fullmatch(plain) or rule.exact for rule in rules.navigation):
        return False
    parts = tuple(_parts(html, paragraph))
    return bool(parts) and any(
        rule.line.fullmatch(plain)
        or all((is_link and rule.part.fullmatch(part)) or part.casefold() in rule.exact for part, is_link in parts)
        for rule in rules.navigation
    )


def _parts(html: str, paragraph: Paragraph) -> Iterator[tuple[str, bool]]:
    """Yield the texts between bars and line breaks, and whether each is nothing but links."""
    text, is_link = "", True
    for start, end, kind in paragraph.runs:
        pieces = [html[start:end]] if kind >= 0 else re.split(r"[|｜\n]", html[start:end])
        for number, piece in enumerate(pieces):
            if number and (part := folded(text).strip(_DECORATION)):
                yield part, is_link
            if number:
                text, is_link = "", True
            text += piece
            is_link = is_link and (kind >= 0 or not folded(piece).strip(_DECORATION))
    if part := folded(text).strip(_DECORATION):
        yield part, is_link


def _lone_link(paragraph: Paragraph, text: str, html: str, rules: Rules) -> str:
    """Return the link if the paragraph is nothing but an autolink."""
    if not _URL.fullmatch(text):
        return ""
    links = {kind for start, end, kind in paragraph.runs if not html[start:end].isspace()}
    number = links.pop()
    if links:
        return ""
    link = web_link(paragraph.links[number] if number >= 0 else text, rules.own_hosts)
    return link if unquote(link) == unquote(text) else ""


# --- credits ---------------------------------------------------------------------------------------


def _credit(html: str, paragraph: Paragraph, text: str, rules: Rules) -> Line | None:
    """Return the credit that a pattern finds; its name, or its link, or neither is given."""
    text = bare(text)
    plain = ascii_of(text)
    for pattern in rules.patterns:
        if match := pattern.fullmatch(plain):
            return _valued(html, paragraph, text[slice(*match.span("source"))], rules)
    return None


def _valued(html: str, paragraph: Paragraph, value: str, rules: Rules) -> Line | None:
    value = value.strip().removesuffix("<>").strip()
    if not value:
        return Line(paragraph, CREDIT)
    if match := _NAME_THEN_URL.fullmatch(value):
        link = web_link(paragraph.links[0] if len(paragraph.links) == 1 else match["url"], rules.own_hosts)
        return _linked(paragraph, _name(match["name"]), link) if link else None
    name = _name(value)
    return Line(paragraph, CREDIT, name=name, home=_link_of(html, paragraph, name, rules)) if name else None


def _linked(paragraph: Paragraph, name: str, link: str) -> Line:
    deep = is_deep(link)
    return Line(paragraph, CREDIT, name=name, original=link if deep else "", home="" if deep else link)


def _link_of(html: str, paragraph: Paragraph, name: str, rules: Rules) -> str:
    """Return the link that the whole name is; parts of names are linked to share prices."""
    if len(paragraph.links) != 1:
        return ""
    linked = folded("".join(html[start:end] for start, end, kind in paragraph.runs if kind == 0))
    return web_link(paragraph.links[0], rules.own_hosts) if _name(linked) == name else ""


def _name(text: str) -> str:
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


def _label(html: str, paragraph: Paragraph, text: str, rules: Rules) -> Line | None:
    """Return a label with the original link: `via: URL`, `原文链接：URL`, `Originally published at NAME`."""
    if len(paragraph.links) > 1 or not LABELS.match(bare(text)):
        return None
    links = [kind for _, _, kind in paragraph.runs if kind >= 0]
    parts = [(html[start:end] if kind < 0 else "\0") for start, end, kind in paragraph.runs]
    skeleton = re.sub(r"\0+", "\0", ascii_of(bare(folded("".join(parts))).rstrip(".。!")))
    skeleton = _URL.sub("\0", skeleton) if not links else skeleton
    match = _LABEL.fullmatch(skeleton)
    if match is None:
        return None
    text = folded("".join(html[start:end] for start, end, kind in paragraph.runs if kind >= 0 or not links))
    url = _URL.search(text)
    link = web_link(paragraph.links[0] if links else url[0] if url else "", rules.own_hosts)
    name = "" if url or match["plain"] or match["direct"] else _name(text)
    return _linked(paragraph, name, link)._replace(kind=LABEL) if link else None
