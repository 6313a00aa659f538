"""Lists every file to make, in order, and all that it is made of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from feeds.aliases import aliases_of, redirects_of
from feeds.archives import Part, archive_of
from feeds.arrangement import Arrangement
from feeds.forms import Topic
from feeds.grouping import cut
from feeds.model import NEVER, Edition, Entry, Group, day_after, local_day
from feeds.people import Source
from feeds.settings import CustomFeed, Digest, Site
from feeds.targets import (
    Copied,
    Day,
    DigestPage,
    EditionPage,
    FeedDocument,
    FeedLink,
    FeedList,
    FrontPage,
    GroupPage,
    SourceLine,
    SourcesPage,
    Target,
)

FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
RENDERERS = {"rss": "rss", "atom": "atom", "json": "jsonfeed"}
COPIES = ("style.css", "feed.css", "_headers")

RECENT = 30
"""Entries on the front page of a site without digests."""


def plan(arrangement: Arrangement) -> tuple[Target, ...]:
    """Return every file to make: the site's own pages, each feed with its page, each digest with its editions."""
    targets = tuple(_targets(arrangement))
    aliases = tuple(aliases_of(targets, arrangement.site))
    redirects = Copied(template="_redirects", redirects=redirects_of(aliases))
    return (*targets, *aliases, Target(path="_redirects", kind="pages", subject=redirects))


def _targets(arrangement: Arrangement) -> Iterator[Target]:
    site = arrangement.site
    feeds = tuple(_feeds(arrangement))
    digests = tuple(_digests(arrangement))
    links = tuple(_link(feed, site) for feed in (*feeds, *digests))
    yield _front_page(arrangement, links)
    feed_list = FeedList(feeds=links, updated=_newest(arrangement.entries))
    yield Target(path="feeds.html", kind="pages", subject=feed_list)
    yield Target(path="feeds.opml", kind="opml", subject=feed_list)
    yield _sources_page(arrangement)
    for feed in feeds:
        yield from _feed_targets(feed, site)
    for digest in digests:
        yield from _digest_targets(digest, site)
    for name in COPIES:
        yield Target(path=name, kind="pages", subject=Copied(template=name))


# --- feeds of entries ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """A feed in all its formats, with its page and its archive."""

    kind: str
    name: str
    """For people; empty for the site's own feed."""

    slug: str
    folder: str
    entries: tuple[Entry, ...] = ()
    """All that belong to it, newest first."""

    limit: int = 0
    content: str = "full"
    source: Source | None = None
    editions: tuple[Edition, ...] = ()
    """Of a digest's feed instead of entries: all of them, oldest first."""


def _feeds(arrangement: Arrangement) -> Iterator[_Feed]:
    site = arrangement.site
    settings = site.feeds
    main = _Feed(kind="site", name="", slug="", folder="", entries=arrangement.main, limit=settings.entries)
    yield replace(main, content=settings.content)
    for kind in settings.by:
        yield from (_of_group(group, site) for group in arrangement.groups[kind])
    for custom, entries in zip(settings.custom, arrangement.custom, strict=True):
        yield _of_custom(custom, entries, site)


def _of_group(group: Group, site: Site) -> _Feed:
    return _Feed(
        kind=group.kind,
        name=group.title,
        slug=group.slug,
        folder=group.path,
        entries=group.entries,
        limit=site.feeds.entries,
        content=site.feeds.content,
        source=group.source,
    )


def _of_custom(custom: CustomFeed, entries: tuple[Entry, ...], site: Site) -> _Feed:
    return _Feed(
        kind="custom",
        name=custom.title or custom.name,
        slug=custom.name,
        folder=f"feed/{custom.name}/",
        entries=entries,
        limit=site.feeds.entries if custom.entries is None else custom.entries,
        content=custom.content or site.feeds.content,
    )


def _feed_targets(feed: _Feed, site: Site) -> Iterator[Target]:
    archive = archive_of(feed.folder, feed.entries, site) if site.feeds.archive else ()
    shown = feed.entries[: feed.limit]
    for form in site.feeds.formats:
        document = replace(
            _document(feed, form, site),
            entries=shown,
            previous=archive[-1].path(FILES[form]) if archive else "",
        )
        yield _document_target(document.path, form, document)
        yield from _archive_targets(form, document, archive)
    if feed.kind != "site":
        link = _link(feed, site)
        page = GroupPage(feed=link, slug=feed.slug, source=feed.source, entries=shown)
        yield Target(path=link.page, kind="pages", subject=page, entries=shown)


def _document(feed: _Feed, form: str, site: Site) -> FeedDocument:
    return FeedDocument(
        kind=feed.kind,
        name=feed.name,
        slug=feed.slug,
        path=feed.folder + FILES[form],
        page=feed.folder + "index.html",
        siblings=_siblings(feed.folder, site),
        language=feed.name if feed.kind == "language" else site.language,
        content=feed.content,
        hub=site.feeds.websub,
    )


def _document_target(path: str, form: str, document: FeedDocument) -> Target:
    return Target(path=path, kind=RENDERERS[form], subject=document, entries=document.entries)


def _archive_targets(form: str, document: FeedDocument, archive: Sequence[Part]) -> Iterator[Target]:
    paths = ["", *(part.path(FILES[form]) for part in archive), ""]
    for part, path, before, after in zip(archive, paths[1:], paths, paths[2:], strict=False):
        links = replace(document, path=path, current=document.path, previous=before, next=after, hub="")
        subject = replace(links, entries=part.entries)
        yield _document_target(path, form, subject)


def _siblings(folder: str, site: Site) -> tuple[tuple[str, str], ...]:
    return tuple((form, folder + FILES[form]) for form in site.feeds.formats)


def _newest(entries: Iterable[Entry]) -> datetime:
    return max((entry.updated for entry in entries), default=NEVER)


def _link(feed: _Feed, site: Site) -> FeedLink:
    return FeedLink(
        kind=feed.kind,
        name=feed.name,
        page=feed.folder + "index.html",
        formats=_siblings(feed.folder, site),
        count=len(feed.entries) + len(feed.editions),
    )


# --- digests ---------------------------------------------------------------------------------------


def _digests(arrangement: Arrangement) -> Iterator[_Feed]:
    for digest, editions in zip(arrangement.site.digests, arrangement.editions, strict=True):
        folder = f"digest/{digest.name}/"
        yield _Feed(kind="digest", name=digest.title, slug=digest.name, folder=folder, editions=editions)


def feed_of(digest: Digest, arrangement: Arrangement) -> FeedLink:
    """Return the feed of *digest*'s editions."""
    return next(_link(feed, arrangement.site) for feed in _digests(arrangement) if feed.slug == digest.name)


def _digest_targets(feed: _Feed, site: Site) -> Iterator[Target]:
    link = _link(feed, site)
    digest = next(digest for digest in site.digests if digest.name == feed.slug)
    listed = tuple((edition.key, edition.first, edition.last, edition.count) for edition in reversed(feed.editions))
    page = DigestPage(feed=link, digest=digest, editions=listed)
    yield Target(path=link.page, kind="pages", subject=page)
    mailed = {edition.key: cut(edition) for edition in feed.editions if edition.is_over}
    shown = tuple(mailed.values())[::-1][: site.feeds.entries]
    entries = tuple(entry for edition in shown for entry in edition.entries)
    for form in site.feeds.formats:
        document = replace(_document(feed, form, site), editions=shown)
        yield Target(path=document.path, kind=RENDERERS[form], subject=document, entries=entries)
    for edition in feed.editions:
        yield from _edition_targets(edition, mailed.get(edition.key), link, site)


def _edition_targets(edition: Edition, mailed: Edition | None, link: FeedLink, site: Site) -> Iterator[Target]:
    """Yield an edition's page and, of one that is over, the files of its message."""
    url, entries = site.url_of(f"{edition.path}index.html"), edition.entries
    whole = frozenset(e.id for e in entries if e.link.startswith(url) and e.link == f"{url}#{e.anchor}")
    page = EditionPage(edition=edition, feed=link, whole=whole)
    yield Target(path=f"{edition.path}index.html", kind="pages", subject=page, entries=entries)
    if mailed is not None:
        yield from message_targets(mailed, link)


def message_targets(edition: Edition, link: FeedLink) -> Iterator[Target]:
    """Yield the files of the message of *edition*, cut to what a message shows."""
    mail = EditionPage(edition=edition, feed=link)
    for name, kind in (("email.html", "email"), ("email.txt", "text"), ("email.eml", "message")):
        yield Target(path=edition.path + name, kind=kind, subject=mail, entries=edition.entries)


# --- the site's own pages --------------------------------------------------------------------------


def _front_page(arrangement: Arrangement, links: Sequence[FeedLink]) -> Target:
    editions = arrangement.editions[0] if arrangement.editions else ()
    latest = editions[-1] if editions else None
    recent = () if arrangement.site.digests else arrangement.main[:RECENT]
    page = FrontPage(
        feed=next((link for link in links if link.kind == "site" and link.formats), None),
        digests=tuple(link for link in links if link.kind == "digest"),
        groups=tuple(link for link in links if link.kind == "category"),
        latest=latest,
        recent=recent,
        days=tuple(_days(arrangement.main, editions, arrangement.site)),
        count=len(arrangement.main),
        topics=topics_of(arrangement) if arrangement.site.mail.public_url else (),
    )
    lead = (latest.entries if latest else recent)[:1]
    return Target(path="index.html", kind="pages", subject=page, entries=lead)


def topics_of(arrangement: Arrangement) -> tuple[Topic, ...]:
    """Return the categories that subscribers can choose, in the order of sections: those that any digest may have."""
    digests = arrangement.site.digests
    carried = {name for digest in digests for name in digest.categories}
    has_all = any(not digest.categories for digest in digests)
    groups = (group for group in arrangement.groups["category"] if group.name and (has_all or group.name in carried))
    return tuple(Topic(name=group.name, title=group.title) for group in groups)


def _days(entries: Sequence[Entry], editions: Sequence[Edition], site: Site) -> Iterator[Day]:
    """Yield every day with entries, oldest first, with its page in the first digest."""
    counts: Counter[date] = Counter(local_day(entry.published, site.zone) for entry in entries)
    pages = {day: f"{edition.path}index.html" for edition in editions for day in _days_of(edition)}
    for day in sorted(counts):
        yield Day(date=day, count=counts[day], page=pages.get(day, ""))


def _days_of(edition: Edition) -> Iterator[date]:
    day = edition.first
    while day <= edition.last:
        yield day
        day = day_after(day)


def _sources_page(arrangement: Arrangement) -> Target:
    has_pages = "source" in arrangement.site.feeds.by
    lines = [
        SourceLine(source=group.source, count=len(group.entries), page=f"{group.path}index.html" if has_pages else "")
        for group in arrangement.groups["source"]
        if group.source
    ]
    lines.sort(key=lambda line: (-line.count, line.source.label))
    page = SourcesPage(sources=tuple(lines), without=sum(not entry.source for entry in arrangement.entries))
    return Target(path="source/index.html", kind="pages", subject=page)
