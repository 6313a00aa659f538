"""Makes RSS and Atom documents with feedgen, and hides its habits.

feedgen dates feeds now, puts the newest entry last, takes the last link for the channel's, drops all
attributes of an entry's links, knows no RFC 5005, and calls `setlocale` for each date. So nothing is left
to its defaults, dates are written without it, and what it cannot say the formats add to its tree.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

import feedgen.entry
import feedgen.feed
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.mediatypes import media_type
from feeds.render._instants import rfc822
from feeds.render._outline import Head, Item

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type

GENERATOR = "feeds"

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
FH = "{http://purl.org/syndication/history/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
XML = "{http://www.w3.org/XML/1998/namespace}"

_PREFIXES = {"dc": DC[1:-1], "fh": FH[1:-1], "itunes": ITUNES[1:-1], "media": MEDIA[1:-1]}

_RSS_TITLE = re.compile(rb"<title>[^<]*&[^<]*</title>")
_ATOM_DATE = re.compile(rb"\+00:00(</(?:updated|published)>)")

_HOLE = "\x7f"
"""Stands for the content of an item until the document is written: no other text has it, see `text.printable`."""


def rss(
    head: Head,
    items: Sequence[Item],
    *,
    amend: Callable[[Element], None],
    amend_item: Callable[[Element, Item], None],
) -> bytes:
    """Return the RSS 2.0 document of *head* and *items*.

    *amend* gets the channel, *amend_item* each finished item, to add what feedgen cannot say.
    """
    generator = _generator(head, amend)
    generator.description(head.description or head.title)
    generator.docs("")
    if head.logo:
        generator.image(url=head.logo, title=head.title, link=head.page)
    for item in items:
        _rss_item(_entry(generator, item, amend_item), item)
    root, tree = generator._create_rss()  # noqa: SLF001 - the only way to the tree
    return _filled(_RSS_TITLE.sub(_hexadecimal, _serialised(root, tree, head)), items)


def _rss_item(entry: FeedEntry, item: Item) -> None:
    """Tell *entry* what RSS has of its own. A description is HTML: a plain summary is escaped once more.

    A category has no `domain`: rss-parser, which most programs in JavaScript read feeds with, takes one that
    has attributes for an object, not a name. So nothing sets a tag apart from a category of its name.
    """
    entry.link(href=item.link)
    entry.published(item.published)
    names = dict.fromkeys(term.name for term in item.terms)
    entry.category([{"term": name} for name in names])
    if item.summary:
        entry.summary(escape(item.summary, quote=False))
    if item.source and (item.source.feed or item.source.url):
        entry.source(url=item.source.feed or item.source.url, title=item.source.name)
    for file in item.enclosures[:1]:
        entry.enclosure(url=file.url, length=file.length, type=file.type)


def _hexadecimal(title: re.Match[bytes]) -> bytes:
    """Write `<` and `&` as the RSS Best Practices Profile (§ item title) wants them in a plain-text title."""
    return title[0].replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;")


def atom(
    head: Head,
    items: Sequence[Item],
    *,
    amend: Callable[[Element], None],
    amend_item: Callable[[Element, Item], None],
) -> bytes:
    """Return the Atom document of *head* and *items*; *amend* and *amend_item* as in `rss`."""
    generator = _generator(head, amend)
    generator.author(name=head.author.name, uri=head.author.url)
    if head.description:
        generator.subtitle(head.description)
    if head.logo:
        generator.icon(head.logo)
        generator.logo(head.logo)
    for item in items:
        _atom_entry(_entry(generator, item, amend_item), item)
    root, tree = generator._create_atom()  # noqa: SLF001 - the only way to the tree
    return _filled(_ATOM_DATE.sub(rb"Z\1", _serialised(root, tree, head)), items)


def _atom_entry(entry: FeedEntry, item: Item) -> None:
    if not item.html:
        entry.link(href=item.link)  # feedgen wants one where there is no content
    entry.updated(item.updated.replace(microsecond=0))
    entry.published(item.published.replace(microsecond=0))
    entry.author([{"name": author.name, "uri": author.url} for author in item.authors])
    entry.category([{"term": term.name, "scheme": term.scheme} for term in item.terms])
    if item.summary:
        entry.summary(item.summary)


def _generator(head: Head, amend: Callable[[Element], None]) -> FeedGenerator:
    """Return a feed with what both formats have. The alternate link is the last: it becomes the channel's."""
    generator = FeedGenerator()
    generator.register_extension("feeds", _FeedHook, _EntryHook)
    generator.feeds.amend = amend
    generator.id(head.id)
    generator.title(head.title)
    generator.updated(head.updated.replace(microsecond=0))
    generator.language(head.language)
    generator.generator(GENERATOR)
    generator.link(href=head.page, rel="alternate", type="text/html")
    return generator


def _entry(generator: FeedGenerator, item: Item, amend_item: Callable[[Element, Item], None]) -> FeedEntry:
    """Return a new last entry of *generator* with what both formats have."""
    entry = generator.add_entry(order="append")
    entry.feeds.amend = lambda element: amend_item(element, item)
    entry.id(item.id)
    entry.title(item.title)
    if item.html:
        entry.content(_HOLE, type="html")
    return entry


class _FeedHook:
    """A feedgen extension: hands the finished head to whoever amends it."""

    amend: Callable[[Element], None]

    def extend_ns(self) -> dict[str, str]:
        return _PREFIXES

    def extend_rss(self, root: Element) -> Element:
        self.amend(root[0])
        return root

    def extend_atom(self, root: Element) -> Element:
        self.amend(root)
        return root


class _EntryHook:
    """The same for an entry."""

    amend: Callable[[Element], None]

    def extend_rss(self, element: Element) -> Element:
        self.amend(element)
        return element

    extend_atom = extend_rss


def _serialised(root: Element, tree: etree._ElementTree, head: Head) -> bytes:
    """Return the document with its style sheet, and without the prefixes that nothing uses."""
    etree.cleanup_namespaces(root)
    style = etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{escape(head.style, quote=False)}"')
    root.addprevious(style)
    return etree.tostring(tree, pretty_print=True, encoding="UTF-8", xml_declaration=True)


def _filled(document: bytes, items: Sequence[Item]) -> bytes:
    """Return *document* with the content of *items*: most of it by far, and the same in RSS as in Atom."""
    pieces = document.split(f">{_HOLE}<".encode())
    contents = (item.xml for item in items if item.html)
    return b"".join(_between(pieces, contents))


def _between(pieces: Sequence[bytes], contents: Iterator[bytes]) -> Iterator[bytes]:
    yield pieces[0]
    for content, piece in zip(contents, pieces[1:], strict=True):
        yield from (b">", content, b"<", piece)


feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = rfc822
"""feedgen's own sets the process's locale for each date, which other threads see."""


def child(parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
    """Append an element to *parent*; attributes without a value are left out."""
    known = {key: value for key, value in attributes.items() if value} if attributes else None
    element = etree.SubElement(parent, name, known)
    if text:
        element.text = text
    return element


def add_media(element: Element, item: Item) -> None:
    """Add the picture of *item* as Media RSS has it; a plain thumbnail, since some readers know no other element."""
    if not item.image:
        return
    kind = media_type(item.image.url)
    known = {"type": kind} if kind.startswith("image/") else {}
    picture = child(element, f"{MEDIA}content", url=item.image.url, medium="image", **known)
    if item.image.alt:
        child(picture, f"{MEDIA}description", item.image.alt, type="plain")
    child(element, f"{MEDIA}thumbnail", url=item.image.url)
