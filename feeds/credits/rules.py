"""Compiles the site's `[attribution]` once for all its posts."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from feeds.credits.paragraphs import END_OF_P, INLINE, TAG_END
from feeds.people import Source, host_of
from feeds.settings import Site

PUBLISHERS = ("报", "网", "社", "刊", "台", "新闻", "客户端", "杂志", "频道", "经济报道", "传媒", "卫视", "融媒体")
"""How the names of publishers end."""

OPENING, CLOSING = "（([［【", "）)]］】"

_LABELS = (
    r"via\s*[:：]|[原本转译首]|original(?: \w+)?\s*[:：]|(?:originally|first) (?:published|posted|appeared)"
    r"|this (?:article|post|story|piece|essay|entry) "
)
LABELS = re.compile(_LABELS, re.IGNORECASE)
"""How a paragraph begins that may be a label with the original link."""

_OTHERS = r"https?://|<\s?>|图|照片|视频|封面|题图|头图|配图"
"""How links, empty links and captions of pictures begin."""

_FIRST, _FIRST_OF_OTHERS = "v原本转译首oft", "h图照视封题头配"
"""The characters that these begin with."""

DECORATION = " \t\n[]【】<>«»‹›←→↑·•"
"""What stands around the words of a link."""

_BEFORE = OPENING + DECORATION + "|｜"
_ASCII = tuple(zip("（）：［］｜　\xa0", "():[]|  ", strict=True))
_ENDINGS = ("）", re.compile(r"）\s*(?:<|\Z)")), (")", re.compile(r"\)\s*(?:<|\Z)"))
"""A bracket that closes a paragraph: two patterns, since one that begins with a letter is much quicker."""

_TAGS = re.compile(r"<[^<>]*>")
_LINK = r"https?://[^\s<]+\s*(?:<|\Z)"
_BLANKS = r"&(?:nbsp|emsp|ensp|#)"


class Navigation(NamedTuple):
    """A boilerplate pattern."""

    line: "re.Pattern[str]"
    """All of it."""

    part: "re.Pattern[str]"
    """Any of the parts that `｜` separates."""

    exact: frozenset[str]
    """The parts without `*`, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """What is a credit or navigation on this site. Equal to itself only: what lines say is remembered with it."""

    patterns: tuple["re.Pattern[str]", ...]
    """Of a paragraph in ASCII brackets and colons without enclosing brackets; the group is `source`."""

    navigation: tuple[Navigation, ...]
    names: frozenset[str]
    """Accepted in a closing bracket; as `key_of` has them."""

    sources: Mapping[str, Source]
    """The declared sources by `key_of` their names."""

    own_hosts: frozenset[str]
    beginnings: "re.Pattern[str]"
    """How the HTML of a paragraph begins that may be a credit or navigation."""

    beginnings_or_links: "re.Pattern[str]"
    """The same, or an autolink."""

    first: "re.Pattern[str]"
    """How the text of a paragraph begins that may be anything but just text."""

    ordinary: "re.Pattern[str]"
    """What follows `<p` in an element that is just text by its beginning and its end."""

    last: frozenset[str]
    """The characters that accepted names and publishers' names end with."""

    words: "re.Pattern[str]"
    """How a bracket begins that fills a pattern."""

    def may_match(self, html: str, *, is_sourced: bool = False) -> bool:
        """Say whether it is worth to read the paragraphs of *html*; quick. Where a source is known, a link is."""
        return self.may_begin(html, is_sourced=is_sourced) or self._may_close(html)

    def may_begin(self, html: str, *, is_sourced: bool = False) -> bool:
        """Say whether a paragraph of *html* may begin with a credit or be navigation."""
        beginnings = self.beginnings_or_links if is_sourced else self.beginnings
        return beginnings.search(">" + html) is not None

    def _may_close(self, html: str) -> bool:
        """Say whether a paragraph may close with a bracket that holds a name."""
        for bracket, ending in _ENDINGS:
            for closing in ending.finditer(html) if bracket in html else ():
                text = _TAGS.sub("", html[max(0, closing.start() - 200) : closing.start()]).rstrip()
                if text[-1:].casefold() in self.last or self.words.search(text):
                    return True
        return False


def rules_of(site: Site) -> Rules:
    """Return the rules that *site* sets; worth keeping for the whole run."""
    settings = site.attribution
    sources = _sources(site)
    names = {*settings.names, *(name for category in site.categories for name in (category.name, category.title))}
    accepted = (frozenset(map(key_of, names)) | sources.keys()) - {""}
    navigation = [[part.strip() for part in ascii_of(text).split("|")] for text in settings.boilerplate]
    patterns = [bare(ascii_of(text)) for text in settings.patterns if "{source}" in text]
    words = {_first_word(text.partition("{")[0]) for text in patterns}
    parts = {_first_word(part.partition("*")[0]) for parts in navigation for part in parts if part}
    return Rules(
        patterns=tuple(map(_pattern, patterns)),
        navigation=tuple(_navigation(parts) for parts in navigation if any(parts)),
        names=accepted,
        sources=sources,
        own_hosts=frozenset([host_of(site.home), host_of(site.url)]),
        beginnings=_beginnings(words | parts),
        beginnings_or_links=_beginnings(words | parts, "h", _LINK),
        first=re.compile(rf"[\s{re.escape(_BEFORE)}]*(?:{_any_of(words | parts)}|{_LABELS}|{_OTHERS})", re.IGNORECASE),
        ordinary=_ordinary(words | parts),
        words=re.compile(rf"[（(](?:\s|&#?\w+;)*+(?:{_any_of(words)})", re.IGNORECASE),
        last=frozenset(name[-1] for name in (*accepted, *PUBLISHERS)) | {"》", "”", ">"},
    )


def ascii_of(text: str) -> str:
    """Return *text* with ASCII brackets, colons, bars and blanks: as long as it was."""
    if not text.isascii():  # `translate` is ten times as slow
        for wide, narrow in _ASCII:
            text = text.replace(wide, narrow)
    return text


def bare(text: str) -> str:
    """Return *text* without the pair of brackets that encloses all of it."""
    text = text.strip()
    is_enclosed = len(text) > 1 and text[0] in OPENING and text[-1] in CLOSING
    return text[1:-1].strip() if is_enclosed else text


def key_of(name: str) -> str:
    """Return *name* as names are compared: without blanks, in lower case."""
    return "".join(name.casefold().split())


def _sources(site: Site) -> dict[str, Source]:
    """Return the declared sources by name and by category title; names before titles, first ones first."""
    with_source = [category for category in site.categories[::-1] if category.source is not None]
    titles = {key_of(category.title): category.source for category in with_source if category.source}
    names = {key_of(category.source.name): category.source for category in with_source if category.source}
    return {key: source for key, source in (titles | names).items() if key}


def _pattern(text: str) -> "re.Pattern[str]":
    """Return a pattern compiled; its placeholder is the group `source`."""
    before, _, after = text.partition("{source}")
    return re.compile(f"{_flexible(before)}(?P<source>.*){_flexible(after)}", re.IGNORECASE | re.DOTALL)


def _flexible(text: str) -> str:
    """Return *text* as a regular expression in which blanks around punctuation are free."""
    tokens = re.findall(r"\w+|[^\w\s]|\s+", text)
    words = (r"\s*" if token.isspace() else re.escape(token) for token in tokens)
    return "".join(word if token[0].isalnum() else rf"\s*{word}\s*" for token, word in zip(tokens, words, strict=True))


def _navigation(parts: list[str]) -> Navigation:
    globs = [".*".join(map(re.escape, part.split("*"))) for part in parts if part]
    return Navigation(
        re.compile(r"\s*\|\s*".join(globs), re.IGNORECASE),
        re.compile("|".join(globs), re.IGNORECASE),
        frozenset(part.casefold() for part in parts if part and "*" not in part),
    )


def _first_word(text: str) -> str:
    """Return the word that *text* begins with; else its first character, if it has any."""
    match = re.match(r"\w+", text.strip())
    return match[0] if match else text.strip()[:1]


def _beginnings(words: Collection[str], first: str = "", more: str = "(?!)") -> "re.Pattern[str]":
    """Return what the beginning of a paragraph looks like that may be a credit; a tag may cut its first word.

    Or that looks like *more*, which begins with *first*.
    """
    pieces = {word[:size] for word in words for size in range(1, len(word))}
    whole = rf"{_any_of(words)}|{_LABELS}|{_BLANKS}|(?:{_any_of(pieces)})<|{more}"
    may_be = rf"(?=[{_first_of(words)}{_FIRST}&{first}])" if all(words) else ""
    return re.compile(rf">[\s{re.escape(OPENING)}]*+{may_be}(?:{whole})", re.IGNORECASE)


def _first_of(words: Collection[str]) -> str:
    """Return what *words* begin with, for a set of a regular expression."""
    return re.escape("".join(sorted({word[0] for word in words})))


def _ordinary(words: Collection[str]) -> "re.Pattern[str]":
    """Return an element that begins with a letter that none of *words* begins with, and ends with no bracket."""
    other = rf"(?i:[{_first_of(words)}{_FIRST}{_FIRST_OF_OTHERS}])" if all(words) else ""
    tags = rf"(?:\s|<(?:b|em|i|span|strong){TAG_END})*"
    return re.compile(rf"{TAG_END}{tags}(?!{other})\w{INLINE}(?<![)）>\s]){END_OF_P}")


def _any_of(words: Collection[str]) -> str:
    """Return a regular expression for any of *words*."""
    return "|".join(map(re.escape, sorted(words))) if words else "(?!)"
