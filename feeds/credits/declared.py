"""Reads from a post's fields who first published it, and where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import urlsplit

from feeds.people import Source, host_of

Value: TypeAlias = "str | tuple[Value, ...] | Mapping[str, Value] | None"
"""What a field holds: every scalar is text."""

ORIGINAL = (
    *("originalurl", "originallink", "source", "sourceurl", "sourcelink"),
    *("canonicalurl", "externalurl", "link", "via", "canonical", "original", "externallink", "external"),
    *("externalsource", "xlink", "tumblrurl", "url", "redirectto", "redirect"),
)
"""The fields that may hold the original link: the first that does, has it."""

NAME = ("source", "sourcename", "sourcetitle", "publication", "publisher", "site", "via")
"""The fields that may hold the source's name, in the same sense."""

_HOMES = ("source", "sourceurl", "sourcelink", "via")
"""The fields whose link is the source's home where it is a bare host."""

_ONLY_LINKS = frozenset(
    [
        *("originalurl", "originallink", "sourceurl", "sourcelink", "canonicalurl"),
        *("externalurl", "externallink", "xlink", "tumblrurl"),
    ],
)
_WRAPPERS = {"(": ")", "（": "）", "<": ">", "[": "]", '"': '"', "'": "'", "“": "”", "‘": "’", "《": "》"}
_NOTHINGS = frozenset(["", "true", "false", "null", "none", "~", "yes", "no", "[]", "{}"])
_WEB = re.compile(
    r"https?://(?:[^/?#\s@]*@)?(?:[.-]*\w[\w.-]*|\[[\da-f:.]+\])(?::\d{1,5})?(?:[/?#]|\Z)",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    r"//|[a-z][a-z0-9+.-]*://|(?:javascript|data|vbscript|file|about|blob|mailto|tel)\s*:",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_NAME_AND_LINK = re.compile(
    r"\[(?P<name>[^\]]+)\]\((?P<url>\S+)\)|(?P<plain>[^<(]*)[<(](?P<link>https?://\S+?)[>)]",
    re.IGNORECASE,
)
_NEVER = re.compile(r"[\s<>\"\\]")
_WIKILINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]|]+)\]\]")
_FEED = re.compile(r"(?:\.(?:xml|rss|atom)|/(?:feed|rss|atom)/?)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the fields of a post say of its origin."""

    source: Source | None = None
    original: str = ""
    """Absolute, http or https, on no host of the site's own."""

    refused: tuple[tuple[str, str], ...] = ()
    """Normalised keys of fields that should hold a link and do not, with what is wrong, as a predicate."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What one field says: each part may be empty."""

    name: str = ""
    link: str = ""
    """As written: not yet known to be one."""

    feed: str = ""


def declared(values: Mapping[str, Value], own_hosts: frozenset[str] = frozenset()) -> Declared:
    """Return the source and the original link that the fields *values*, by normalised key, name.

    Links to *own_hosts* are no original links, and nothing is wrong with them. A link of `source`,
    `source_url` or `via` that is a bare host is the source's home; so is a deep one that stands beside
    `original_url`, or in a mapping beside a feed.
    """
    said = {key: _said(values[key]) for key in _FIELDS if values.get(key)}
    if not said:
        return NOTHING
    links = {key: web_link(part.link, own_hosts) for key, part in said.items() if part.link}
    original = next((links[key] for key in ORIGINAL if links.get(key) and not _is_home(key, links, said)), "")
    feed = said["source"].feed if "source" in said else ""
    source = Source(
        name=_name(said, values),
        url=next((links[key] for key in _HOMES if links.get(key, original) != original), ""),
        feed=web_link(feed or _said(values.get("sourcefeed")).link),
    )
    return Declared(
        source=source if source.label else None,
        original=original,
        refused=tuple((key, _REFUSAL) for key, part in said.items() if _is_refused(key, part)),
    )


NOTHING = Declared()
"""What the fields of a post declare that says nothing of its origin."""

_FIELDS = tuple(dict.fromkeys((*ORIGINAL, *NAME)))
_REFUSAL = "is not an absolute http or https link"


def web_link(text: str, own_hosts: frozenset[str] = frozenset()) -> str:
    """Return *text* as a link without blanks and control characters; empty where it is none.

    It is one if it is absolute, http or https, and its host is none of *own_hosts*. Its percent-encoding
    stays as written.
    """
    link = (
        (text if text.isprintable() else _UNSEEN.sub("", text))
        .strip()
        .replace(" ", "%20")
        .replace("\u3000", "%E3%80%80")
    )
    web = _WEB.match(link)
    if web is None or _NEVER.search(link):
        return ""
    host = _host_of(web[0])
    return link if host and host not in own_hosts else ""


_host_of = lru_cache(maxsize=1024)(host_of)
"""The host of links that differ in what follows it only."""


def is_deep(link: str) -> bool:
    """Say whether the *link* leads to more than a site's front page."""
    parts = urlsplit(link)
    return parts.path not in {"", "/"} or bool(parts.query or parts.fragment)


def unwrapped(text: str) -> str:
    """Return *text* without blanks, quotes and brackets that enclose all of it."""
    text = text.strip()
    while len(text) > 1 and _WRAPPERS.get(text[0]) == text[-1] and not {text[0], text[-1]} & {*text[1:-1]}:
        text = text[1:-1].strip()
    return text


def _said(value: Value) -> _Said:
    """Return what *value* says, told by its shape: a name, a link, both, a mapping, or a list of these."""
    if isinstance(value, str):
        return _text_said(" ".join(value.split()))
    if isinstance(value, Mapping):
        return _table_said({key.casefold(): part for key, part in value.items()})
    parts = [_said(part) for part in value or () if not isinstance(part, tuple)]
    return _Said(
        next((part.name for part in parts if part.name), ""),
        next((part.link for part in parts if part.link), ""),
        next((part.feed for part in parts if part.feed), ""),
    )


def _text_said(text: str) -> _Said:
    if wikilink := _WIKILINK.fullmatch(text):
        return _Said(name=wikilink[1].strip())
    if both := _NAME_AND_LINK.fullmatch(text):
        return _Said(unwrapped(both["name"] or both["plain"] or ""), both["url"] or both["link"])
    text = unwrapped(text)
    if text.casefold() in _NOTHINGS or not any(character.isalnum() for character in text):
        return _Said()
    return _Said(link=text) if _SCHEME.match(text) else _Said(name=text)


def _table_said(table: Mapping[str, Value]) -> _Said:
    """Return what a mapping says; a URL that is a feed's is the feed."""
    name, link, feed = (
        next((text for key in keys if (text := _scalar(table.get(key)))), "")
        for keys in (("name", "title", "label"), ("url", "link", "href"), ("feed", "rss", "atom"))
    )
    return _Said(name, "", link) if not feed and _FEED.search(link) else _Said(name, link, feed)


def _scalar(value: Value) -> str:
    text = unwrapped(" ".join(value.split())) if isinstance(value, str) else ""
    return "" if text.casefold() in _NOTHINGS else text


def _is_home(key: str, links: Mapping[str, str], said: Mapping[str, _Said]) -> bool:
    """Say whether the link of the field *key* is the source's home."""
    return key in _HOMES and (not is_deep(links[key]) or bool(said[key].feed))


def _name(said: Mapping[str, _Said], values: Mapping[str, Value]) -> str:
    """Return the source's name.

    `site` is one beside a `source` that is a link, as Obsidian's clipper writes them; `publisher` is the
    person who pressed the button where there is a translator or a collector, as LCTT writes them.
    """
    skipped = set() if "source" in said and said["source"].link else {"site"}
    if "translator" in values or "collector" in values:
        skipped.add("publisher")
    names = (said[key].name for key in NAME if key in said and key not in skipped)
    return next((name for name in names if name), "")


def _is_refused(key: str, said: _Said) -> bool:
    """Say whether the field should hold a link and holds something that leads nowhere."""
    link = said.link
    if key in _ONLY_LINKS and not said.name.startswith(("/", ".", "#", "?")):
        link = link or said.name
    return bool(link) and not web_link(link)
