"""Renders a feed as Atom 1.0."""

import re
from collections.abc import Mapping
from functools import partial
from html import escape

from feeds.model import Article
from feeds.render import _feedgen
from feeds.render._feedgen import FH, XML, Element, add_media, child
from feeds.render._instants import rfc3339
from feeds.render._items import dated, head_of, items_of
from feeds.render._outline import Head, Item
from feeds.targets import FeedDocument, Frame

TYPE = "application/atom+xml"

_LIKE_HTML = re.compile(r"<[A-Za-z/!?]|&#?\w+;")


def render(subject: FeedDocument, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return *subject* as an Atom document (RFC 4287); *articles* by entry id."""
    items = items_of(subject, articles, frame)
    head = dated(head_of(subject, frame), items)
    return _feedgen.atom(head, items, amend=partial(_amend_feed, head), amend_item=_amend_entry)


def _amend_feed(head: Head, feed: Element) -> None:
    for relation, url in head.links:
        child(feed, "link", rel=relation, href=url, type=TYPE if relation != "hub" else "")
    if head.current:
        child(feed, f"{FH}archive")
    _declare_texts(feed)


def _amend_entry(entry: Element, item: Item) -> None:
    """Give *entry* its links with all their attributes, its picture, language and source."""
    for link in () if item.html else entry.findall("link"):
        entry.remove(link)
    if _LIKE_HTML.search(item.title) or _LIKE_HTML.search(item.summary):
        _declare_texts(entry)
    _add_links(entry, item)
    add_media(entry, item)
    if item.language:
        entry.set(f"{XML}lang", item.language)
    _add_source(entry, item)


def _declare_texts(parent: Element) -> None:
    """Write plain texts that look like HTML as HTML: readers that guess the type would guess wrong."""
    for element in parent.iterchildren("title", "subtitle", "summary"):
        if element.text and _LIKE_HTML.search(element.text):
            element.text = escape(element.text, quote=False)
            element.set("type", "html")


def _add_links(entry: Element, item: Item) -> None:
    """Add every link. NetNewsWire reads `related`; RFC 4287 §4.2.7.2 means `via`."""
    child(entry, "link", rel="alternate", href=item.link, type="text/html")
    if item.original:
        child(entry, "link", rel="via", href=item.original, title=item.source.name if item.source else "")
        child(entry, "link", rel="related", href=item.original)
    for file in item.enclosures:
        length = str(file.length) if file.length else ""
        child(entry, "link", rel="enclosure", href=file.url, type=file.type, length=length)


def _add_source(entry: Element, item: Item) -> None:
    """Add the feed that the entry comes from, where it is known (RFC 4287 §4.2.11).

    It stands last: readers that look only for the next `title` or `link` would take its own for the entry's.
    """
    if not item.source or not item.source.feed:
        return
    source = child(entry, "source")
    child(source, "id", item.source.feed)
    child(source, "title", item.source.name)
    child(source, "updated", rfc3339(item.updated))
    child(child(source, "author"), "name", item.source.name)
    child(source, "link", rel="self", href=item.source.feed)
    if item.source.url:
        child(source, "link", rel="alternate", href=item.source.url, type="text/html")
