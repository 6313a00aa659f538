"""Renders the list of all feeds as OPML 2.0."""

from collections.abc import Mapping
from itertools import groupby
from xml.etree import ElementTree as ET

from feeds.links import uri
from feeds.model import Article
from feeds.render._instants import rfc822
from feeds.render._items import title_of
from feeds.render._templates import words
from feeds.targets import FeedLink, FeedList, Frame
from feeds.text import printable


def render(subject: FeedList, articles: Mapping[str, Article], frame: Frame) -> bytes:  # noqa: ARG001 - as every format
    """Return *subject* as an OPML document: the site's own feed, then a folder for each kind, in their order.

    A feed is listed in one format, the first that `feeds.formats` names: subscribing to all of them
    would show every entry as often.
    """
    root = ET.Element("opml", version="2.0")
    _add_head(ET.SubElement(root, "head"), subject, frame)
    body = ET.SubElement(root, "body")
    listed = (feed for feed in subject.feeds if feed.formats)
    for kind, feeds in groupby(listed, key=lambda feed: feed.kind):
        parent = body if kind == "site" else _folder(body, words(frame).feed_kinds[kind])
        for feed in feeds:
            _add_feed(parent, feed, frame)
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _add_head(head: ET.Element, subject: FeedList, frame: Frame) -> None:
    """Add title, dates (RFC 822) and owner."""
    date = rfc822(subject.updated).replace("+0000", "GMT")
    values = {
        "title": printable(frame.site.title),
        "dateCreated": date,
        "dateModified": date,
        "ownerName": printable(frame.site.author.name),
        "ownerId": uri(frame.site.author.url),
    }
    for name, value in values.items():
        if value:
            ET.SubElement(head, name).text = value


def _folder(body: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(body, "outline", text=name)


def _add_feed(parent: ET.Element, feed: FeedLink, frame: Frame) -> None:
    """Add *feed*. OPML wants the type `rss` for a feed of any format."""
    title = title_of(feed.kind, feed.name, feed.page, frame)
    _format, path = feed.formats[0]
    url_of = frame.site.url_of
    ET.SubElement(
        parent, "outline", type="rss", text=title, title=title, xmlUrl=url_of(path), htmlUrl=url_of(feed.page)
    )
