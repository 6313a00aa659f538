"""Turns a post's text into what is shown of it."""

from dataclasses import dataclass, replace

from feeds.attribution import Rules, find, rules_of
from feeds.body import before_more, clean, excerpt, first_heading, first_image, text_of, to_html
from feeds.dialects import plain
from feeds.frontmatter import Header, split
from feeds.model import Article, Entry, Site


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The site, with what its posts need compiled once."""

    site: Site
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A post's text, taken apart; nothing in it is safe to show yet."""

    html: str
    """Raw, without attribution and navigation."""

    source: str
    """Who first published it, as the text says; empty: it does not."""

    original: str
    dropped: tuple[tuple[str, int], ...]
    """Names of other engines' tags that were taken out, with their line in the body."""


def reader_of(site: Site) -> Reader:
    """Return what reading the site's posts takes; worth keeping for the whole run."""
    return Reader(site=site, rules=rules_of(site))


def read(header: Header, path: str, reader: Reader) -> Reading:
    """Return the text of the post at *path*, taken apart."""
    without = plain(header.body, root="/")
    found = find(to_html(without.text, is_html=path.casefold().endswith(".html")), reader.rules)
    return Reading(html=found.html, source=found.source, original=found.original, dropped=without.dropped)


def article_of(data: bytes, entry: Entry, reader: Reader) -> Article:
    """Return *entry* with its words, from the bytes of the post that it came from."""
    header, _ = split(data, path=entry.path)
    if header is None:
        raise ValueError(f"{entry.path} was readable before, and is not now")
    html = read(header, entry.path, reader).html
    heading = first_heading(html)
    if heading is not None and heading[0] == entry.title:
        html = heading[1]
    return _cleaned(html, entry, reader)


def _cleaned(html: str, entry: Entry, reader: Reader) -> Article:
    page = entry.permalink or entry.original
    base = page or reader.site.home
    whole = clean(html, base=base, page=page)
    teaser = before_more(html)
    shown = clean(teaser, base=base, page=page) if teaser else whole
    summary = entry.summary or excerpt(text_of(shown))
    image = entry.image or first_image(whole)
    return Article(entry=replace(entry, image=image) if image != entry.image else entry, html=whole, summary=summary)
