"""Renders a feed as JSON Feed 1.1."""

import json
from collections.abc import Mapping
from typing import TypeAlias

from feeds.model import Article, Enclosure
from feeds.people import Person, Source
from feeds.render._instants import rfc3339
from feeds.render._items import head_of, items_of
from feeds.render._outline import Head, Item
from feeds.targets import FeedDocument, Frame

VERSION = "https://jsonfeed.org/version/1.1"

Value: TypeAlias = "str | int | list[str] | list[Value] | list[Object] | Object | None"
Object: TypeAlias = "dict[str, Value]"


def render(subject: FeedDocument, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return *subject* as a JSON Feed; *articles* by entry id.

    Keys have one order, and empty ones are left out.
    """
    items = items_of(subject, articles, frame)
    feed = _feed(head_of(subject, frame), items, has_author=bool(frame.site.author.name))
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _feed(head: Head, items: tuple[Item, ...], *, has_author: bool) -> Object:
    """Return the feed. Readers add its authors to those of an item: it names one only where no item does."""
    authors = [_author(head.author)] if has_author and not any(item.authors for item in items) else []
    return _filled(
        version=VERSION,
        title=head.title,
        home_page_url=head.page,
        feed_url=head.url,
        description=head.description,
        next_url=head.previous,
        icon=head.logo,
        authors=authors,
        language=head.language,
        hubs=[_filled(type="WebSub", url=head.hub)] if head.hub else [],
    ) | {"items": [_item(item) for item in items]}


def _item(item: Item) -> Object:
    """Return an item. It must have a content: without the body it is the summary."""
    return _filled(
        id=item.id,
        url=item.link,
        external_url=item.original if item.original != item.link else "",
        title=item.title,
        content_html=item.html,
        content_text="" if item.html else item.summary,
        summary=item.summary,
        image=item.image.url if item.image else "",
        date_published=rfc3339(item.published),
        date_modified=rfc3339(item.updated) if item.updated != item.published else "",
        authors=[_author(author) for author in item.authors],
        tags=list(dict.fromkeys(term.name for term in item.terms)),
        language=item.language,
        attachments=[_attachment(file) for file in item.enclosures],
        _source=_source(item.source) if item.source else {},
    )


def _author(author: Person) -> Object:
    return _filled(name=author.name, url=author.url)


def _attachment(file: Enclosure) -> Object:
    return _filled(
        url=file.url,
        mime_type=file.type,
        size_in_bytes=file.length,
        duration_in_seconds=file.duration,
    )


def _source(source: Source) -> Object:
    return _filled(name=source.name, url=source.url, feed_url=source.feed)


def _filled(**values: Value) -> Object:
    return {key: value for key, value in values.items() if value}
