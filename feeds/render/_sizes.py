"""Tells how large an item is at most, whatever the format it is written in."""

import re

from feeds.render._outline import Head, Item

_SPECIAL = re.compile("[&<>\"'\\\\\n\r\t]")

_MARKUP = 550
"""Bytes of what every item has: element names, dates and white space, in the most verbose format."""

_PART = 45
"""The same for a category or a tag; what is longer counts as several."""


def size_of(item: Item) -> int:
    """Return how many bytes *item* takes at most, whatever the format.

    The content is counted as the format writes it that escapes most; of everything else as many
    copies as the most verbose format has: the original link stands thrice in an RSS item.
    """
    parts = len(item.terms) + 2 * len(item.authors) + 3 * len(item.enclosures)
    parts += 8 * bool(item.source) + 5 * bool(item.original) + 4 * bool(item.image) + 6 * bool(item.episode)
    return _MARKUP + _PART * parts + _short_sizes(item) + _text_sizes(item)


def _short_sizes(item: Item) -> int:
    """Return the size of each short text, as often as it is written."""
    once, thrice = [item.id, item.title, item.link], item.original
    for term in item.terms:
        once += (term.scheme, term.name)
    for author in item.authors:
        once += (author.name, author.url)
    for file in item.enclosures:
        once += (file.url, file.type)
    if source := item.source:
        once += (source.feed, source.feed, source.url)
        thrice += source.name
    if image := item.image:
        once.append(image.alt)
        thrice += image.url
    return _size("".join(once)) + 3 * _size(thrice)


def _text_sizes(item: Item) -> int:
    """Return the size of content and summary. Of an RSS summary even the escapes are escaped."""
    html = item.html
    more_in_xml = 4 * html.count("&") + 3 * html.count("<") + 3 * html.count(">")
    more_in_json = html.count('"') + html.count("\\") + html.count("\n") + html.count("\t")
    return len(item.xml) + max(0, more_in_json - more_in_xml) + _size(item.summary, 8)


def _size(text: str, escape: int = 5) -> int:
    """Return the bytes of *text* where each special character takes *escape* more."""
    return len(text.encode()) + escape * len(_SPECIAL.findall(text))


def size_of_head(head: Head) -> int:
    texts = (head.id, head.title, head.description, head.url, head.page, head.style, head.logo, head.hub)
    links = (head.current, head.previous, head.next, head.author.name, head.author.url)
    show = (head.podcast.category, head.podcast.email, head.podcast.image)
    return 2_000 + 3 * sum(_size(text) for text in (*texts, *links, *show))
