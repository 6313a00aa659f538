"""Takes feed documents apart as feed readers do."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element, fromstring

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_SOURCE = "{http://purl.org/dc/elements/1.1/}source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a reader shows of an entry."""

    title: str
    link: str
    published: datetime | None
    authors: tuple[str, ...] = ()
    source: str = ""
    """Who first published it; as the format has it apart from the text."""

    original: str = ""
    """Where."""

    html: str = ""
    """Clean: the body that we published."""

    files: tuple[tuple[str, str], ...] = ()
    """What goes with it: URL and media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a reader shows of a feed."""

    title: str
    description: str = ""
    link: str = ""
    language: str = ""
    items: tuple[Item, ...] = ()


def shown(path: str, document: bytes) -> Shown:
    """Return what a reader makes of the *document* at *path*, one that we wrote."""
    if path.endswith(".json"):
        return _of_json(json.loads(document))
    root = fromstring(document)  # noqa: S314 - we wrote it
    channel = root.find("channel")
    return _of_atom(root) if channel is None else _of_rss(channel)


def _of_rss(channel: Element) -> Shown:
    return Shown(
        title=channel.findtext("title", ""),
        description=channel.findtext("description", ""),
        link=channel.findtext("link", ""),
        language=channel.findtext("language", ""),
        items=tuple(_item_of_rss(item) for item in channel.iter("item")),
    )


def _item_of_rss(item: Element) -> Item:
    written = item.findtext("pubDate", "")
    via = _via(item)
    return Item(
        title=item.findtext("title", ""),
        link=item.findtext("link", ""),
        published=parsedate_to_datetime(written) if written else None,
        authors=tuple(one.text or "" for one in item.iter(_CREATOR)),
        source=item.findtext("source") or via[0] or item.findtext(_SOURCE) or "",
        original=via[1],
        html=item.findtext(_CONTENT) or item.findtext("description") or "",
        files=tuple((one.get("url", ""), one.get("type", "")) for one in item.iter("enclosure")),
    )


def _of_atom(feed: Element) -> Shown:
    return Shown(
        title=_text(feed, "title"),
        description=_text(feed, "subtitle"),
        link=next(_links(feed, "alternate"), ""),
        language=feed.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        items=tuple(_item_of_atom(entry) for entry in feed.iter(f"{_ATOM}entry")),
    )


def _item_of_atom(entry: Element) -> Item:
    via = _via(entry)
    return Item(
        title=_text(entry, "title"),
        link=next(_links(entry, "alternate"), ""),
        published=_instant(entry.findtext(f"{_ATOM}published") or ""),
        authors=tuple(one.findtext(f"{_ATOM}name", "") for one in entry.findall(f"{_ATOM}author")),
        source=entry.findtext(f"{_ATOM}source/{_ATOM}title") or via[0],
        original=via[1],
        html=entry.findtext(f"{_ATOM}content") or entry.findtext(f"{_ATOM}summary") or "",
        files=tuple(
            (link.get("href", ""), link.get("type", ""))
            for link in entry.findall(f"{_ATOM}link")
            if link.get("rel") == "enclosure"
        ),
    )


def _text(parent: Element, name: str) -> str:
    """Return a plain text; what looks like HTML is written as HTML (RFC 4287 §3.1.1.2)."""
    element = parent.find(f"{_ATOM}{name}")
    text = "" if element is None else element.text or ""
    return unescape(text) if element is not None and element.get("type") == "html" else text


def _links(parent: Element, rel: str) -> Iterator[str]:
    yield from (link.get("href", "") for link in parent.findall(f"{_ATOM}link") if link.get("rel") == rel)


def _via(item: Element) -> tuple[str, str]:
    """Return who first published an item and where: RFC 4287 §4.2.7.2 has `via` for it, also in RSS."""
    found = [link for link in item.findall(f"{_ATOM}link") if link.get("rel") == "via"]
    return (found[0].get("title", ""), found[0].get("href", "")) if found else ("", "")


def _of_json(feed: Any) -> Shown:  # noqa: ANN401 - what JSON holds
    return Shown(
        title=feed["title"],
        description=feed.get("description", ""),
        link=feed.get("home_page_url", ""),
        language=feed.get("language", ""),
        items=tuple(_item_of_json(item) for item in feed["items"]),
    )


def _item_of_json(item: Any) -> Item:  # noqa: ANN401 - as above
    source = item.get("_source", {})
    return Item(
        title=item.get("title", ""),
        link=item.get("url", ""),
        published=_instant(item.get("date_published", "")),
        authors=tuple(one.get("name", "") for one in item.get("authors", [])),
        source=source.get("name", ""),
        original=item.get("external_url", ""),
        html=item.get("content_html") or item.get("summary", ""),
        files=tuple((one["url"], one.get("mime_type", "")) for one in item.get("attachments", [])),
    )


def _instant(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
