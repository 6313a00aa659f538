"""What every feed format says: of the feed, its head, and of each entry or edition, an item."""

from dataclasses import dataclass
from datetime import datetime

from feeds.model import Enclosure, Episode, Image
from feeds.people import Person, Source
from feeds.settings import PodcastSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A category or a tag."""

    scheme: str
    """Where the terms of its kind are published: a URL, which tells a category from a tag."""

    name: str
    """For people: most readers show it, and no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What RSS calls an item and Atom an entry: clean texts, and URIs for links."""

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime
    summary: str
    """Plain text; empty only where there is a content."""

    html: str = ""
    """The whole content, with its attribution; empty: only the summary is published."""

    xml: bytes = b""
    """The same as the text of an element."""

    language: str = ""
    """Empty: the feed's."""

    authors: tuple[Person, ...] = ()
    terms: tuple[Term, ...] = ()
    source: Source | None = None
    original: str = ""
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    episode: Episode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a feed says of itself."""

    id: str
    """Permanent, and the same in every format and in the feed's archive."""

    title: str
    description: str
    """May be empty."""

    url: str
    """The document's own."""

    page: str
    """The URL of the HTML page that shows the same."""

    style: str
    """Where the CSS style sheet is for people who open the feed in a browser: a path on whichever host has the feed."""

    language: str
    updated: datetime
    author: Person
    """The site's, else one with the site's title for a name."""

    podcast: PodcastSettings
    """What directories of podcasts ask, where the site says it."""

    logo: str = ""
    hub: str = ""
    current: str = ""
    """RFC 5005: the subscription document's URL, where this is an archive document; else empty."""

    previous: str = ""
    """RFC 5005: the URL of the next older archive document."""

    next: str = ""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Return relation and URL of what the feed points to beside its page, itself first."""
        links = (
            ("self", self.url),
            ("hub", self.hub),
            ("current", self.current),
            ("prev-archive", self.previous),
            ("next-archive", self.next),
        )
        return tuple((relation, url) for relation, url in links if url)
