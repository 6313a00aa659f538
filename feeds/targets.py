"""The nouns of what is made: each file, and all that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from feeds.forms import Topic
from feeds.model import Edition, Entry
from feeds.people import Source
from feeds.settings import Digest, Site

WORDS = "words/{}.txt"
"""A language's wording: a template whose variables and macros are the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """Entries under one URL, in one format."""

    kind: str
    """`site`, `category`, `tag`, `author`, `source`, `language`, `custom` or `digest`."""

    name: str
    """The group's title, the custom feed's title, the digest's title; empty for the site's own feed."""

    slug: str
    path: str
    """The document's, below `out/`."""

    page: str
    """The path of the HTML page that shows the same entries."""

    siblings: tuple[tuple[str, str], ...]
    """Format and path of every format of this feed, this one's included."""

    language: str
    content: str
    """`full` or `summary`."""

    entries: tuple[Entry, ...] = ()
    """Newest first. Empty for a digest's feed."""

    editions: tuple[Edition, ...] = ()
    """A digest's feed: newest first, cut as the e-mail is."""

    hub: str = ""
    current: str = ""
    """RFC 5005: the path of the subscription document, where this is an archive document; else empty."""

    previous: str = ""
    """RFC 5005: the path of the next older archive document."""

    next: str = ""
    """RFC 5005: the path of the next newer archive document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed as OPML and the pages list it."""

    kind: str
    name: str
    """As `FeedDocument.name`."""

    page: str
    formats: tuple[tuple[str, str], ...]
    """Format and path."""

    count: int
    """Of all the entries that belong to it, shown or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The subject of `feeds.opml` and `feeds.html`: every feed, in order."""

    feeds: tuple[FeedLink, ...]
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the calendar."""

    date: date
    count: int
    page: str
    """The path of its edition's page; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """The subject of `index.html`."""

    feed: FeedLink | None
    """The site's own; None where no format is on."""

    digests: tuple[FeedLink, ...]
    groups: tuple[FeedLink, ...]
    """The categories, in the order of sections."""

    latest: Edition | None
    """Of the first digest: its newest edition, open or over."""

    recent: tuple[Entry, ...]
    """The newest entries; for sites without digests."""

    days: tuple[Day, ...]
    """Every day with entries, oldest first."""

    count: int
    topics: tuple[Topic, ...] = ()
    """What can be chosen where one subscribes by e-mail, in the order of sections; empty where one cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """The subject of a feed's page for people: `category/x/index.html`, `feed/x/index.html`."""

    feed: FeedLink
    slug: str
    source: Source | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A row of the page of sources."""

    source: Source
    count: int
    page: str
    """The path of the source's own page; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    """The subject of `source/index.html`: most entries first, ties by name."""

    sources: tuple[SourceLine, ...]
    without: int
    """Entries that name no source: the site's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """The subject of `digest/<digest>/index.html`."""

    feed: FeedLink
    digest: Digest
    editions: tuple[tuple[str, date, date, int], ...]
    """Key, first day, last day and number of entries; newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPage:
    """The subject of an edition's web page, its e-mail, its text and its message."""

    edition: Edition
    """On the web with every entry; in the e-mail cut to `entries` and `per_category`."""

    feed: FeedLink
    """The digest's own."""

    whole: frozenset[str] = frozenset()
    """Ids of the entries whose only place this page is: shown with their whole text."""

    mark: str = ""
    """Of a message that is sent: what stands in it where each recipient's own token belongs. Empty: it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The subject of a file that is a template and nothing else: `style.css`, `_headers`."""

    template: str
    redirects: tuple[tuple[str, str], ...] = ()


Subject = FeedDocument | FeedList | FrontPage | GroupPage | SourcesPage | DigestPage | EditionPage | Copied


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A file to make, and all that it is made of beside the site and the templates."""

    path: str
    """Below `out/`, with `/`."""

    kind: str
    """The renderer's name: `rss`, `atom`, `jsonfeed`, `opml`, `pages`, `email`, `text` or `message`."""

    subject: Subject
    entries: tuple[Entry, ...] = ()
    """Those whose articles it shows."""

    def shows_whole(self, entry: Entry) -> bool:
        """Say whether the whole text of *entry* is shown, and not the summary alone."""
        if isinstance(self.subject, FeedDocument):
            return self.subject.kind != "digest" and (entry.content or self.subject.content) == "full"
        return isinstance(self.subject, EditionPage) and entry.id in self.subject.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSize:
    """How much of its budget a message's HTML part takes."""

    size: int
    """Bytes as they are sent: encoded."""

    budget: int
    """The most that it may have, in the same bytes."""

    shown: int
    """How many entries it has."""

    count: int
    """How many its edition has; the others are on the web only."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What every renderer gets beside its subject."""

    site: Site
    templates: Mapping[str, str]
    """Text by name, `email.html`; the site's own file before the packaged one."""

    workshop: str = ""
    """The folder for what templates were compiled into, absolute; empty: it is not kept."""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Return the tags of the languages that there are words in, sorted."""
        start, end = WORDS.split("{}")
        found = (name for name in self.templates if name.startswith(start) and name.endswith(end))
        return tuple(sorted(name.removeprefix(start).removesuffix(end) for name in found))

    def spoken(self, language: str) -> "Frame":
        """Return the frame for those who want the words in *language*, a tag; empty: in the site's."""
        return replace(self, site=replace(self.site, language=language)) if language else self
