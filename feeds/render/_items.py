"""Turns a feed's entries or editions into items that every format can write."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from html import escape
from urllib.parse import quote, urlsplit

from feeds.links import uri
from feeds.mediatypes import UNKNOWN
from feeds.model import NEVER, Article, Edition, Enclosure, Entry, Image
from feeds.people import Person, Source, host_of
from feeds.render._memory import latest
from feeds.render._outline import Head, Item, Term
from feeds.render._sizes import size_of, size_of_head
from feeds.render._templates import render, words
from feeds.settings import Site
from feeds.targets import FeedDocument, Frame
from feeds.text import printable

FEWEST = 5
"""How many items stay however large they are."""

HEADLINES = 5
"""How many headlines summarise an edition."""

REMEMBERED = 512
"""How many items a process keeps at hand, the latest used."""

LARGE = 200_000
"""Bytes of a post whose items are kept for a feed's next format, no longer: hundreds of them would fill the memory."""


def head_of(subject: FeedDocument, frame: Frame) -> Head:
    """Return what *subject* says of itself, with absolute URLs; its items date it, see `dated`."""
    site = frame.site
    place = "site" if subject.kind == "site" else f"{subject.kind}/{quote(subject.slug)}"
    archives = (site.url_of(path) if path else "" for path in (subject.current, subject.previous, subject.next))
    current, previous, following = archives
    return Head(
        id=f"{site.id}feed:{place}",
        title=title_of(subject.kind, subject.name, subject.page, frame),
        description=printable(site.description),
        url=site.url_of(subject.path),
        page=site.url_of(subject.page),
        style=urlsplit(site.url_of("feed.css")).path,
        language=subject.language,
        updated=NEVER,
        author=Person(name=printable(site.author.name or site.title), url=uri(site.author.url or site.home)),
        logo=uri(site.logo),
        podcast=site.feeds.podcast,
        hub=uri(subject.hub),
        current=current,
        previous=previous,
        next=following,
    )


def title_of(kind: str, name: str, page: str, frame: Frame) -> str:
    """Return a feed's title: the site's, and for all but the site's own feed its name after it."""
    site = frame.site
    if kind == "site":
        return printable(site.title)
    if not name and kind == "digest":
        every = next((d.every for d in site.digests if page.startswith(f"digest/{d.name}/")), "day")
        name = words(frame).digest_titles[every]
    return printable(f"{site.title} – {name or words(frame).uncategorised}")


def items_of(subject: FeedDocument, articles: Mapping[str, Article], frame: Frame) -> tuple[Item, ...]:
    """Return the items of *subject* in its order, the same for every format.

    The oldest are left out where a document might exceed `feeds.max_bytes`, but five always stay, and
    an archive document keeps all: it is the only place they have left.
    """
    every = _every_item(subject, articles, frame)
    if subject.current:
        return tuple(item for item, _size in every)
    return tuple(_fitting(every, frame.site.feeds.max_bytes - size_of_head(head_of(subject, frame))))


def dated(head: Head, items: Sequence[Item]) -> Head:
    """Return *head* with the newest change of *items*: what was left out for its size dates no document."""
    return replace(head, updated=max((item.updated for item in items), default=NEVER))


def _fitting(items: Iterable[tuple[Item, int]], room: int) -> Iterator[Item]:
    """Yield *items* as long as their sizes fit into *room* bytes, and the first few even so."""
    for number, (item, size) in enumerate(items):
        room -= size
        if room < 0 and number >= FEWEST:
            return
        yield item


def _every_item(subject: FeedDocument, articles: Mapping[str, Article], frame: Frame) -> Iterator[tuple[Item, int]]:
    """Yield each item with the bytes that it takes at most."""
    of_entry, of_edition = _of_entry(frame), _of_edition(frame)
    for entry in subject.entries:
        yield of_entry(entry, articles[entry.id], entry.content or subject.content, subject.language)
    for edition in subject.editions:
        yield of_edition(edition, tuple(articles[entry.id] for entry in edition.entries))


@latest
def _of_entry(frame: Frame) -> Callable[[Entry, Article, str, str], tuple[Item, int]]:
    """Return what makes entries into items, and remembers them: each stands in several feeds and formats."""

    def item_of(entry: Entry, article: Article, content: str, language: str) -> tuple[Item, int]:
        pictured = entry if entry.image == article.entry.image else replace(entry, image=article.entry.image)
        item = _entry_item(pictured, article, content, language, frame)
        return item, size_of(item)

    most, large = lru_cache(maxsize=REMEMBERED)(item_of), lru_cache(maxsize=FEWEST + 1)(item_of)
    return lambda entry, *more: (most if entry.size <= LARGE else large)(entry, *more)


@latest
def _of_edition(frame: Frame) -> Callable[[Edition, tuple[Article, ...]], tuple[Item, int]]:
    """Return the same for editions."""

    @lru_cache(maxsize=REMEMBERED)
    def item_of(edition: Edition, shown: tuple[Article, ...]) -> tuple[Item, int]:
        item = _edition_item(edition, {article.entry.id: article for article in shown}, frame)
        return item, size_of(item)

    return item_of


def _entry_item(entry: Entry, article: Article, content: str, language: str, frame: Frame) -> Item:
    """Return *entry* as an item of a feed in *language*; unless its *content* is full only its summary is published.

    Who published it is said to people even then: what comes from elsewhere has its summary and that line for a content.
    """
    is_whole, is_own = content == "full", not (entry.source or entry.original)
    body = article.html if is_whole else _paragraph(article.summary)
    html = _content(entry, body, frame) if is_whole or not is_own else ""
    title = printable(entry.title) or printable(entry.path)
    return Item(
        id=uri(entry.id),
        title=title,
        link=uri(entry.link) or frame.site.home,
        published=entry.published,
        updated=entry.updated,
        summary=printable(article.summary) or ("" if html else title),
        html=html,
        xml=_xml(html),
        language="" if entry.language == language else entry.language,
        authors=tuple(_author(person) for person in entry.authors if person.name),
        terms=_terms(frame.site)(entry.categories, entry.tags),
        source=entry.source and _source(entry.source),
        original=uri(entry.original),
        image=entry.image and Image(url=uri(entry.image.url), alt=printable(entry.image.alt)),
        enclosures=tuple(_enclosure(enclosure) for enclosure in entry.enclosures),
        episode=entry.episode,
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else ""


def _content(entry: Entry, body: str, frame: Frame) -> str:
    html = render(frame, "feed/content.html", html=body, entry=entry, uri=uri, host=host_of)
    return printable(html).strip()


def _xml(html: str) -> bytes:
    """Return *html* as the text of an XML element."""
    return escape(html, quote=False).encode()


@latest
def _terms(site: Site) -> Callable[[tuple[str, ...], tuple[str, ...]], tuple[Term, ...]]:
    """Return what makes the names of categories and tags into terms, each once; many entries have the same."""

    @lru_cache(maxsize=REMEMBERED)
    def terms_of(categories: tuple[str, ...], tags: tuple[str, ...]) -> tuple[Term, ...]:
        named = [("category", name) for name in _titles(categories, tags, site)] + [("tag", name) for name in tags]
        terms = (Term(scheme=f"{site.url}{kind}/", name=printable(name)) for kind, name in named)
        return tuple(dict.fromkeys(term for term in terms if term.name))

    return terms_of


def _titles(categories: Sequence[str], tags: Sequence[str], site: Site) -> Iterator[str]:
    """Yield each category's readable name: as declared, else the first one's the first tag where the site says so."""
    declared = {settings.name: settings.title for settings in site.categories if settings.title}
    is_tagged = site.content.category_titles == "first-tag" and bool(tags)
    for number, name in enumerate(categories):
        yield declared.get(name) or (tags[0] if is_tagged and number == 0 else name)


@lru_cache(maxsize=REMEMBERED)
def _author(person: Person) -> Person:
    return Person(name=printable(person.name), url=uri(person.url))


@lru_cache(maxsize=REMEMBERED)
def _source(source: Source) -> Source:
    return Source(name=printable(source.label), url=uri(source.url), feed=uri(source.feed))


def _enclosure(enclosure: Enclosure) -> Enclosure:
    return replace(enclosure, url=uri(enclosure.url), type=printable(enclosure.type) or UNKNOWN)


def _edition_item(edition: Edition, articles: Mapping[str, Article], frame: Frame) -> Item:
    digest = edition.digest
    title = digest.title or words(frame).digest_titles[digest.every]
    page = frame.site.url_of(f"{edition.path}index.html")
    html = render(frame, "feed/edition.html", edition=edition, articles=articles, page=page, uri=uri, host=host_of)
    content = printable(html).strip()
    return Item(
        id=uri(f"{frame.site.id}digest:{digest.name}:{edition.key}"),
        title=printable(f"{title} – {_days(edition, frame)}"),
        link=page,
        published=edition.due,
        updated=edition.due,
        summary=printable(" · ".join(entry.title for entry in edition.entries[:HEADLINES])),
        html=content,
        xml=_xml(content),
    )


def _days(edition: Edition, frame: Frame) -> str:
    """Return the edition's day, month or span of days in the site's wording."""
    wording = words(frame)
    first: date = edition.first
    if edition.digest.every == "month":
        return str(wording.month(first))
    if first == edition.last:
        return str(wording.short_day(first))
    return str(wording.days(first, edition.last))
