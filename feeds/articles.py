"""Turns a post's text into what is shown of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from hashlib import blake2b
from urllib.parse import urlsplit

from feeds.attribution import Declared, Found, Rules, declared, find, rules_of
from feeds.body import before_more, clean, first_heading, first_image, prose_of, text_of_clean, to_html
from feeds.dialects import plain
from feeds.fields import fields_of
from feeds.frontmatter import Header, split
from feeds.model import Article, Brief, Entry
from feeds.outcomes import Unreadable
from feeds.parts import beginnings, may_have_pictures, pictures
from feeds.settings import Site
from feeds.text import excerpt_of

_WORD = re.compile(r"\w")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The site, with what reading its posts needs compiled once."""

    site: Site
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A post's text, taken apart; nothing in it is safe to show yet."""

    declared: Declared
    """What its fields say of its origin."""

    found: Found
    """What its text says of that, and the raw HTML without it."""

    kept: int | None
    """How many characters of the raw HTML that is, where only its end was taken."""

    dropped: tuple[tuple[str, int], ...]
    """Names of other engines' tags that were taken out, with their line in the body."""


@lru_cache(maxsize=2)
def reader_of(site: Site) -> Reader:
    """Return what reading the site's posts takes: the same for the whole run, with what it remembers between posts."""
    return Reader(site=site, rules=rules_of(site))


def read(header: Header, path: str, reader: Reader) -> Reading:
    """Return the text of the post at *path*, taken apart."""
    html, dropped = _raw_html(header, path, reader)
    said = declared(fields_of(header).values, reader.rules.own_hosts)
    found = find(html, reader.rules, said)
    kept = len(found.html) if html.startswith(found.html) else None
    return Reading(declared=said, found=found, kept=kept, dropped=dropped)


def _raw_html(header: Header, path: str, reader: Reader) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Return the post's text as raw HTML, and the tags that were taken out."""
    is_html = path.casefold().endswith(".html")
    without = plain(header.body, root=urlsplit(reader.site.home).path, is_html=is_html)
    return to_html(without.text, is_html=is_html), without.dropped


def article_of(data: bytes, entry: Entry, reader: Reader) -> Article:
    """Return *entry* with its words, from the bytes of the post that it came from.

    Bytes that are no post, since the file changed meanwhile, raise `Unreadable`.
    """
    html = _shown_of(_header_of(data, entry), data, entry, reader)
    cleaned = _cleaner(entry, reader.site)
    whole = cleaned(html)
    summary = entry.summary or _summary(html, lambda part: whole if part is html else cleaned(part))
    return briefly(entry, Brief(summary=summary, image=entry.image or first_image(whole)), lambda: whole)


def brief_of(data: bytes, entry: Entry, reader: Reader) -> Brief:
    """Return what `article_of` finds beside the whole text, of which it reads no more than that takes."""
    header = _header_of(data, entry)
    if entry.summary and (entry.image or not may_have_pictures(header.body)):
        return Brief(summary=entry.summary, image=entry.image)
    html = _shown_of(header, data, entry, reader)
    cleaned = _cleaner(entry, reader.site)
    images = (first_image(cleaned(part)) for part in pictures(html))
    return Brief(
        summary=entry.summary or _summary(html, cleaned),
        image=entry.image or next(filter(None, images), None),
    )


def briefly(entry: Entry, brief: Brief, whole: Callable[[], str]) -> Article:
    """Return *entry* with the words of *brief*; *whole* makes its HTML when that is asked for."""
    entry = entry if brief.image == entry.image else replace(entry, image=brief.image)
    return Article(entry=entry, summary=brief.summary, whole=whole)


def _header_of(data: bytes, entry: Entry) -> Header:
    header, _ = split(data, path=entry.path)
    if header is None:
        raise Unreadable("it can no longer be read")
    return header


def _shown_of(header: Header, data: bytes, entry: Entry, reader: Reader) -> str:
    """Return the post's raw HTML without attribution, and without the title if it begins with that."""
    html = _words_of(header, data, entry, reader)
    heading = first_heading(html)
    return heading[1] if heading is not None and heading[0] == entry.title else html


def _words_of(header: Header, data: bytes, entry: Entry, reader: Reader) -> str:
    """Return the raw HTML without attribution: cut as the entry knows, unless the post is no longer that one."""
    if entry.kept is None or digest_of(data) != entry.digest:
        return read(header, entry.path, reader).found.html
    return _raw_html(header, entry.path, reader)[0][: entry.kept]


def digest_of(data: bytes) -> str:
    """Return a hash of a post's bytes."""
    return blake2b(data, digest_size=16).hexdigest()


def _cleaner(entry: Entry, site: Site) -> Callable[[str], str]:
    """Return what cleans the post's raw HTML: its links are relative to where the post, or else its original, is."""
    page = entry.permalink or entry.original
    return partial(clean, base=page or site.home, page=page)


def _summary(html: str, cleaned: Callable[[str], str]) -> str:
    """Return the beginning of the text of raw *html*: of what its author marked, if that has any; else of all of it."""
    marked = before_more(html)
    return (excerpt_of(_texts(marked, cleaned)) if marked else "") or excerpt_of(_texts(html, cleaned))


def _texts(html: str, cleaned: Callable[[str], str]) -> Iterator[str]:
    """Yield the prose of ever longer beginnings of raw *html*; where it has none, all of its text."""
    text = shown = ""
    for part, is_plain in beginnings(html):
        shown = part if is_plain else cleaned(part)
        text = text_of_clean(prose_of(shown))
        if _WORD.search(text):
            yield text
    if not _WORD.search(text):
        yield text_of_clean(shown)
