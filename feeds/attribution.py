"""Finds who first published an entry, and where."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from feeds.model import Site, Source, host_of
from feeds.paragraphs import CODE, Paragraph, Unbalanced, folded, paragraphs, text_of
from feeds.sources import NOTHING, Declared, Value, declared, is_deep, unwrapped, web_link

__all__ = ["NOTHING", "Declared", "Found", "Rules", "Value", "combined", "declared", "find", "rules_of"]

TAIL = 2048
"""How many characters from the end are read first; more only where they begin inside of something."""

_NEAR = 3
"""How many of the last paragraphs may name the source."""

_LINES = 24
"""How many lines from the end are looked at: navigation and all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The site's settings, compiled once for all its posts."""

    patterns: tuple["re.Pattern[str]", ...]
    navigation: tuple["_Navigation", ...]
    names: frozenset[str]
    """Accepted in a closing bracket; folded."""

    sources: Mapping[str, Source]
    """The declared sources by folded name."""

    own_hosts: frozenset[str]
    promising: "re.Pattern[str]"
    """Matches `>` and the last characters of a post's HTML if it is worth to read them."""

    closing: tuple["re.Pattern[str]", ...]
    """The same, of brackets that end a paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the text of a post says of its origin, and the text without it."""

    source: str = ""
    """A name; empty: none."""

    original: str = ""
    """Absolute, http or https, on no host of the site's own; empty: none."""

    home: str = ""
    """The source's home page, where its name was a link to it."""

    html: str


class Says(Protocol):
    """What `combined` needs of `Found`."""

    @property
    def source(self) -> str: ...
    @property
    def original(self) -> str: ...
    @property
    def home(self) -> str: ...


class _Navigation(NamedTuple):
    """A boilerplate pattern: of the whole line, of its parts, and of those parts that have no `*`."""

    line: "re.Pattern[str]"
    parts: "re.Pattern[str]"
    exact: frozenset[str]


class _Line(NamedTuple):
    """A paragraph with what it is: `text`, `navigation`, `link`, `credit` or `nothing`."""

    paragraph: Paragraph
    text: str
    kind: str
    name: str = ""
    original: str = ""
    home: str = ""


def combined(
    said: Declared,
    found: Says,
    settled: Source | None,
    rules: Rules,
) -> tuple[Source | None, str]:
    """Return the source and the original link: the fields' before the text's before the category's *settled* one.

    A name that a declared source has, in any category, brings that source's home and feed.
    """
    own = said.source or Source()
    original = said.original or found.original
    source = Source(name=own.name or found.source, url=own.url or found.home, feed=own.feed)
    if not source.label:
        return settled, original
    known = rules.sources.get(_key(source.name)) if source.name else None
    if known is None and settled is not None and host_of(settled.url) == host_of(source.url) != "":
        known = settled
    if known is not None:
        source = Source(
            name=source.name or known.name,
            url=source.url or known.url,
            feed=source.feed or known.feed,
        )
    return source, original


# --- the rules -----------------------------------------------------------------------------------

_FULL_WIDTH = str.maketrans("（）：［］【】｜　\xa0", "():[][]|  ")
_LABELS = ("via", "原文", "转载自", "本文转", "译自", "本文译自", "首发于", "本文首发于", "original", "first ", "this ")
_PUBLISHERS = (
    "报",
    "网",
    "社",
    "刊",
    "台",
    "新闻",
    "客户端",
    "杂志",
    "频道",
    "经济报道",
    "传媒",
    "卫视",
    "融媒体",
    "公众号",
)
_BEFORE = r"[\s（(\[【［“\"&nbsp;emsp;#\d]*"


def rules_of(site: Site) -> Rules:
    """Return the rules that *site* sets; worth keeping for the whole run."""
    settings = site.attribution
    declared_sources = {
        _key(name): category.source
        for category in reversed(site.categories)
        if category.source is not None
        for name in (category.title, category.source.name)
        if name
    }
    names = {*settings.names, *(name for c in site.categories for name in (c.name, c.title))}
    folded_names = frozenset(map(_key, names)) | declared_sources.keys()
    boilerplate = [[part.strip() for part in _plain(text).split("|")] for text in settings.boilerplate]
    starts = [_plain(text).strip("([ ").partition("{")[0] for text in settings.patterns if "{source}" in text]
    starts += [part.partition("*")[0] for parts in boilerplate for part in parts if part]
    endings = {name[-1] for name in (*folded_names, *_PUBLISHERS) if name}
    return Rules(
        patterns=tuple(pattern for text in settings.patterns if (pattern := _pattern(text)) is not None),
        navigation=tuple(_navigation(parts) for parts in boilerplate if any(parts)),
        names=folded_names - {""},
        sources=declared_sources,
        own_hosts=frozenset([host_of(site.home), host_of(site.url)]),
        promising=_promising([*starts, *_LABELS]),
        closing=_closing(endings),
    )
