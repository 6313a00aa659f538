"""Tells what a line says: navigation, a credit, a link, or just text."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from feeds.credits.declared import is_deep, web_link
from feeds.credits.names import ENDING, name_of
from feeds.credits.rules import DECORATION, LABELS, Rules, ascii_of, bare
from feeds.credits.words import CODE, Words, folded, rows_of, words_of

TEXT, NAVIGATION, LINK, CREDIT, LABEL, EMPTY = "text", "navigation", "link", "credit", "label", "empty"

_LONGEST = 300
_LONG = 20_000
"""Characters of HTML beyond which a paragraph is text, whatever it begins with."""

_BAR = re.compile(r"[|｜\n]")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_NAME_THEN_URL = re.compile(
    r"(?P<name>[^<>]*?)[\s(（<\[:：,，-]*(?P<url>https?://[^\s<>)）\]]*[^\s<>)）\].,。，])[)）>\]]?[.。]?",
    re.IGNORECASE,
)
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


class Said(NamedTuple):
    """What a line says."""

    kind: str
    """`text`, `navigation`, `link`, `credit`, `label` (of a link), or `empty` (an autolink without link)."""

    name: str = ""
    original: str = ""
    home: str = ""
    """The link that the name is, or that is a bare host."""

    is_closed: bool = False
    """It is text that ends with a bracket."""


PLAIN, _CLOSED = Said(TEXT), Said(TEXT, is_closed=True)


def said_in(html: str, rules: Rules) -> list[tuple[int, int, Said]]:
    """Return where the lines in the *html* of a paragraph begin and end, and what they say, last first.

    Left out are empty ones and captions of pictures.
    """
    if len(html) > _LONG:
        return [(0, len(html), _text(words_of(html[-ENDING:])))]
    return _repeated(html, rules) if len(html) <= _LONGEST else _read(html, rules)


def _read(html: str, rules: Rules) -> list[tuple[int, int, Said]]:
    words = words_of(html)
    if len(words.links) <= 1 and not rules.first.match(words.text):
        return [(0, len(html), _text(words))] if words.text else []
    return [
        (start, end, _said(line, rules))
        for start, end, line in reversed(rows_of(words))
        if line.text and not _CAPTION.match(line.text)
    ]


_repeated = lru_cache(maxsize=1024)(_read)
"""The same remembered of what is short: navigation and credits are the same in many posts."""


def _text(words: Words) -> Said:
    return _CLOSED if words.text.endswith(("）", ")")) else PLAIN


def _said(words: Words, rules: Rules) -> Said:
    text = words.text
    if not rules.first.match(text) or CODE in [kind for _, _, kind in words.runs]:
        return _text(words)
    if text in {"<>", "< >"}:
        return Said(EMPTY)
    if link := _lone_link(words, rules):
        return Said(LINK, original=link)
    if len(text) > _LONGEST:
        return _text(words)
    if _is_navigation(words, rules):
        return Said(NAVIGATION)
    return _credit(words, rules) or _label(words, rules) or _text(words)


# --- navigation and links --------------------------------------------------------------------------


def _is_navigation(words: Words, rules: Rules) -> bool:
    """Say whether the whole line matches a boilerplate pattern, or each part of it is a link that matches one."""
    plain, lower = ascii_of(words.text), words.text.casefold()
    if not words.links and not any(
        rule.line.fullmatch(plain) or any(part in lower for part in rule.exact) for rule in rules.navigation
    ):
        return False
    parts = _parts(words)
    return bool(parts) and any(
        rule.line.fullmatch(plain)
        or all((is_link and rule.part.fullmatch(part)) or part.casefold() in rule.exact for part, is_link in parts)
        for rule in rules.navigation
    )


def _parts(words: Words) -> list[tuple[str, bool]]:
    """Return the texts between bars and line breaks, and whether each is nothing but links."""
    parts: list[tuple[str, bool]] = []
    text, is_link = "", True
    for raw, kind in words.pieces:
        for number, piece in enumerate([raw] if kind >= 0 else _BAR.split(raw)):
            if number:
                parts.append((text, is_link))
                text, is_link = "", True
            text += piece
            is_link = is_link and (kind >= 0 or not folded(piece).strip(DECORATION))
    parts.append((text, is_link))
    return [(part, is_link) for text, is_link in parts if (part := folded(text).strip(DECORATION))]


def _lone_link(words: Words, rules: Rules) -> str:
    """Return the link if the paragraph is nothing but an autolink."""
    if not _URL.fullmatch(words.text):
        return ""
    numbers = {kind for piece, kind in words.pieces if not piece.isspace()}
    number = numbers.pop()
    if numbers:
        return ""
    link = web_link(words.links[number] if number >= 0 else words.text, rules.own_hosts)
    return link if unquote(link) == unquote(words.text) else ""


# --- credits ---------------------------------------------------------------------------------------


def _credit(words: Words, rules: Rules) -> Said | None:
    """Return the credit that a pattern finds; its name, or its link, or neither is given."""
    text = bare(words.text)
    plain = ascii_of(text)
    for pattern in rules.patterns:
        if match := pattern.fullmatch(plain):
            return _valued(words, text[slice(*match.span("source"))], rules)
    return None


def _valued(words: Words, value: str, rules: Rules) -> Said | None:
    value = value.strip().removesuffix("<>").strip()
    if not value:
        return Said(CREDIT)
    if match := _NAME_THEN_URL.fullmatch(value):
        return _named_with_url(words, match["name"], match["url"], rules)
    name = name_of(value)
    return Said(CREDIT, name=name, home=_link_of(words, name, rules)) if name else None


def _named_with_url(words: Words, before: str, url: str, rules: Rules) -> Said | None:
    """Return what a line says that ends with an address; nothing where a word or a link of it would be lost."""
    name, link = name_of(before), web_link(url, rules.own_hosts)
    if (_has_words(before) and not name) or _has_words(_behind_link(words, url)):
        return None
    if len(words.links) != 1:
        return _linked(CREDIT, name, link)
    other, linked = web_link(words.links[0], rules.own_hosts), _linked_text(words)
    if link == other or (linked and (url in linked or url.startswith(linked))):
        return _linked(CREDIT, name, other)
    return Said(CREDIT, name=name, original=link, home=other) if is_deep(link) and not is_deep(other) else None


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _behind_link(words: Words, url: str) -> str:
    """Return what follows in *url* upon what is linked of it: the text goes on there without a blank."""
    linked = _linked_text(words)
    return url[len(linked) :] if linked and url.startswith(linked) else ""


def _linked_text(words: Words) -> str:
    """Return the text of the first link."""
    return folded("".join([piece for piece, kind in words.pieces if kind == 0]))


def _linked(kind: str, name: str, link: str) -> Said | None:
    """Return what a line says that names the *link*; nothing where that is none."""
    if not link:
        return None
    deep = is_deep(link)
    return Said(kind, name=name, original=link if deep else "", home="" if deep else link)


def _link_of(words: Words, name: str, rules: Rules) -> str:
    """Return the link that the whole name is; parts of names are linked to share prices."""
    if len(words.links) != 1:
        return ""
    return web_link(words.links[0], rules.own_hosts) if name_of(_linked_text(words)) == name else ""


def _label(words: Words, rules: Rules) -> Said | None:
    """Return a label with the original link: `via: URL`, `原文链接：URL`, `Originally published at NAME`."""
    if len(words.links) > 1 or not LABELS.match(bare(words.text)):
        return None
    linked = [piece for piece, kind in words.pieces if kind >= 0]
    parts = [(piece if kind < 0 else "\0") for piece, kind in words.pieces]
    skeleton = re.sub(r"\0+", "\0", ascii_of(bare(folded("".join(parts))).rstrip(".。!")))
    skeleton = skeleton if linked else _URL.sub("\0", skeleton)
    match = _LABEL.fullmatch(skeleton)
    if match is None:
        return None
    text = folded("".join(linked)) if linked else words.text
    url = _URL.search(text)
    link = web_link(words.links[0] if linked else url[0] if url else "", rules.own_hosts)
    return _linked(LABEL, "" if url or match["plain"] or match["direct"] else name_of(text), link)
