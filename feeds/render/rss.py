"""Renders a feed as RSS 2.0."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from feeds.model import Article, Enclosure
from feeds.render import _feedgen
from feeds.render._feedgen import ATOM, DC, FH, MEDIA, Element, add_media, child
from feeds.render._instants import rfc3339
from feeds.render._items import dated, head_of, items_of
from feeds.render._outline import Head, Item
from feeds.render._podcast import add_episode, add_show, is_episode
from feeds.settings import PodcastSettings
from feeds.targets import FeedDocument, Frame

TYPE = "application/rss+xml"


def render(subject: FeedDocument, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return *subject* as an RSS 2.0 document; *articles* by entry id."""
    items = items_of(subject, articles, frame)
    head = dated(head_of(subject, frame), items)
    if not any(map(is_episode, items)):
        head = replace(head, podcast=PodcastSettings())
    return _feedgen.rss(head, items, amend=partial(_amend_channel, head), amend_item=partial(_amend_item, head))


def _amend_channel(head: Head, channel: Element) -> None:
    child(channel, f"{DC}creator", head.author.name)
    for relation, url in head.links:
        child(channel, f"{ATOM}link", rel=relation, href=url, type=TYPE if relation != "hub" else "")
    if head.current:
        child(channel, f"{FH}archive")
    add_show(channel, head)


def _amend_item(head: Head, element: Element, item: Item) -> None:
    """Add what RSS itself has no element for; an author without e-mail is a `dc:creator`."""
    if item.updated != item.published:
        child(element, f"{ATOM}updated", rfc3339(item.updated))
    for author in item.authors:
        child(element, f"{DC}creator", author.name)
    if item.language:
        child(element, f"{DC}language", item.language)
    _add_source(element, item)
    add_media(element, item)
    for file in item.enclosures[1:]:
        _add_file(element, file)
    if head.podcast.category and is_episode(item):
        add_episode(element, item)


def _add_file(element: Element, file: Enclosure) -> None:
    """Add a file beyond the first, which alone may be an `enclosure` (RSS Best Practices Profile)."""
    numbers = {"fileSize": file.length, "duration": file.duration}
    known = {name: str(number) for name, number in numbers.items() if number}
    child(element, f"{MEDIA}content", url=file.url, type=file.type, medium=file.medium, **known)


def _add_source(element: Element, item: Item) -> None:
    """Add the original link; `dc:source` stands in for RSS's own `source`, which must have a URL."""
    name = item.source.name if item.source else ""
    if item.original:
        child(element, f"{ATOM}link", rel="via", href=item.original, title=name)
        child(element, f"{ATOM}link", rel="related", href=item.original)
    if element.find("source") is None and (item.original or name):
        child(element, f"{DC}source", item.original or name)
