"""Turns a post's text into what is shown of it."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import urlsplit

from feeds.attribution import Declared, Found, Rules, declared, find, rules_of
from feeds.body import before_more, clean, first_heading, first_image, prose_of, text_of, to_html
from feeds.dialects import plain
from feeds.fields import fields_of
from feeds.frontmatter import Header, split
from feeds.model import Article, Entry, Site
from feeds.text import excerpt


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


def reader_of(site: Site) -> Reader:
    """Return what reading the site's posts takes; worth keeping for the whole run."""
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

    Bytes that are no post, since the file changed meanwhile, raise ValueError.
    """
    header, _ = split(data, path=entry.path)
    if header is None:
        raise ValueError("it can no longer be read")
    html = _words_of(header, data, entry, reader)
    heading = first_heading(html)
    return _cleaned(heading[1] if heading is not None and heading[0] == entry.title else html, entry, reader.site)


def _words_of(header: Header, data: bytes, entry: Entry, reader: Reader) -> str:
    """Return the raw HTML without attribution: cut as the entry knows, unless the post is no longer that one."""
    if entry.kept is None or digest_of(data) != entry.digest:
        return read(header, entry.path, reader).found.html
    return _raw_html(header, entry.path, reader)[0][: entry.kept]


def digest_of(data: bytes) -> str:
    """Return a hash of a post's bytes."""
    return blake2b(data, digest_size=16).hexdigest()


def _cleaned(html: str, entry: Entry, site: Site) -> Article:
    """Return the article of raw *html*, whose links are relative to where the post, or else its original, is."""
    page = entry.permalink or entry.original
    base = page or site.home
    whole = clean(html, base=base, page=page)
    teaser = before_more(html)
    shown = clean(teaser, base=base, page=page) if teaser else whole
    image = entry.image or first_image(whole)
    return Article(
        entry=entry if image == entry.image else replace(entry, image=image),
        html=whole,
        summary=entry.summary or excerpt(text_of(prose_of(shown))),
    )
