"""The nouns: immutable records that the pipeline carries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from zoneinfo import ZoneInfo

from feeds.people import Person, Source
from feeds.settings import Digest

# --- entries -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that stands for an entry."""

    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that belongs to an entry: audio, mostly."""

    url: str
    type: str
    length: int
    """In bytes; 0 where it is not known."""

    duration: int = 0
    """In seconds; 0 where it is not known."""

    @property
    def medium(self) -> str:
        """Return `audio`, `video`, `image`, or `document` for all else, as Media RSS calls them."""
        medium = self.type.partition("/")[0]
        return medium if medium in {"audio", "video", "image"} else "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What a post says of itself as an episode of a podcast."""

    number: int = 0
    """0: none said."""

    season: int = 0
    """0: none said."""

    kind: str = ""
    """`full`, `trailer`, `bonus`, or empty: nothing said."""

    explicit: bool | None = None
    """None: nothing said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing we publish, in Atom's sense of the word."""

    id: str
    """Permanent, a URI. Never changes when the title, the date or the URL does."""

    path: str
    """The post's, below the content folder, with `/`."""

    digest: str
    """A hash of the post's bytes."""

    size: int
    """The post's, in bytes."""

    title: str
    """One line of plain text."""

    published: datetime
    """Aware, in UTC; the site's time zone matters only when grouping and rendering."""

    updated: datetime
    """Aware, in UTC, never before `published`."""

    expires: datetime | None = None
    """Aware, in UTC: from this instant on the entry is no longer published."""

    language: str
    """BCP 47; the site's, unless the post says otherwise."""

    categories: tuple[str, ...] = ()
    """Names as written, NFC; empty: uncategorised."""

    tags: tuple[str, ...] = ()
    authors: tuple[Person, ...] = ()
    source: Source | None = None
    original: str = ""
    """The original link: where the source published it. Absolute, http or https; empty: none known."""

    permalink: str = ""
    """Where the site publishes the post itself. Absolute, http or https; empty: nowhere."""

    link: str = ""
    """Where the title leads; of a post that is published nowhere and came from nowhere it is set with the editions."""

    summary: str = ""
    """The author's own, plain text; empty: the text's beginning serves."""

    content: str = ""
    """`full`, `summary`, or empty: as the feed says."""

    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    episode: Episode | None = None
    kept: int | None = None
    """How many characters of the text, as raw HTML, are left where only its end was taken as attribution."""

    @property
    def anchor(self) -> str:
        """Return the entry's place on a page: a name that only its id decides."""
        return "e" + short_hash(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What most files show of an entry's text."""

    summary: str
    """Plain text, some 300 characters at most unless the author wrote more. May be empty."""

    image: Image | None = None
    """The entry's own, else the first of the text."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """An entry with its words, ready to be shown."""

    entry: Entry
    """With the picture of its text, where it has none of its own."""

    summary: str
    """As `Brief` has it."""

    whole: Callable[[], str]
    """Makes `html`, when that is asked for: most files show no more than the summary."""

    @cached_property
    def html(self) -> str:
        """Return clean, safe HTML with absolute links; without attribution and navigation. May be empty."""
        return self.whole()


# --- groups --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries that belong together: of a category, a tag, an author, a source or a language."""

    kind: str
    """`category`, `tag`, `author`, `source` or `language`."""

    name: str
    """As entries name it; empty: uncategorised."""

    title: str
    """For people. Empty for the uncategorised: the templates have the word."""

    slug: str
    entries: tuple[Entry, ...]
    """Newest first, ties by id."""

    source: Source | None = None
    """Of a source's group: the source; of a category: its declared source."""

    @property
    def path(self) -> str:
        """Return the group's folder below `out/`."""
        return f"{self.kind}/{self.slug}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A category's part of an edition."""

    name: str
    title: str
    """Empty for the uncategorised: the templates have the word."""

    slug: str
    """Also the section's anchor on the edition's page."""

    path: str
    """The category's folder below `out/`; empty where it has no page."""

    entries: tuple[Entry, ...]
    """Newest first, ties by id."""

    more: int = 0
    """How many entries were left out after these."""

    page: str = ""
    """Of late and missed entries the page of their own edition, below `out/`; empty: they are this edition's."""

    days: tuple[date, date] | None = None
    """Theirs, the first and the last: what a message says instead of a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One dated number of a digest."""

    digest: Digest
    key: str
    """`2022-01-03`, `2022-W01` or `2022-01`."""

    first: date
    """Its first day, in the site's time zone."""

    last: date
    """Its last day."""

    due: datetime
    """Aware, in UTC: when it is sent."""

    is_over: bool
    """Its last day has ended: it has its e-mail, and an entry in the digest's feeds."""

    sections: tuple[Section, ...]
    """Every entry, each in one section."""

    previous: str = ""
    """The key of the edition before it; empty: none."""

    next: str = ""

    @property
    def path(self) -> str:
        """Return the edition's folder below `out/`."""
        return f"digest/{self.digest.name}/{self.key}/"

    @property
    def count(self) -> int:
        """Return the number of its entries, those left out included."""
        return sum(len(section.entries) + section.more for section in self.sections)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return its entries in their order."""
        return tuple(entry for section in self.sections for entry in section.entries)


# --- small truths ----------------------------------------------------------------------------------

PACKAGED = "default/"
"""What stands before the name of a packaged template, whether or not the site has one of that name."""

NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
"""The `updated` of a feed without entries."""


def short_hash(text: str, size: int = 5) -> str:
    """Return a hash of *text* in hexadecimal digits, two for each of *size* bytes."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the day in *zone* in which *instant* lies."""
    return instant.astimezone(zone).date()


def day_after(day: date) -> date:
    """Return the day that follows *day*."""
    return day + timedelta(days=1)
