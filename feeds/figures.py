"""The nouns of what is counted of a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """A day of the site's time zone, and how much was published on it."""

    day: date
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The last days, today among them."""

    days: int

    entries: int
    a_day: float
    """Entries a day, to two places."""

    empty: int
    """Days without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """When entries were published."""

    first: date | None
    """Of the oldest entry; None: there is no entry."""

    last: date | None
    busiest: DayCount | None
    """The one with most entries; of several the last."""

    spans: tuple[Span, ...]
    """The last 7, 30 and 365 days: those that began after the first entry's."""

    whole: Span
    """All days since the first entry."""

    recent: tuple[DayCount, ...]
    """The last 30 days, oldest first, those without entries too."""

    each: tuple[DayCount, ...]
    """Every day with entries, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The entries of a category, a source or a language."""

    name: str
    """As entries name it; empty: uncategorised."""

    title: str
    """For people; empty: uncategorised."""

    entries: int
    share: float
    """Of all entries, from 0 to 1, to four places; an entry of several categories counts in each."""

    without_source: int
    without_link: int
    newest: date | None
    """The day of its newest entry; None: it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """The entries that lack the same."""

    entries: int
    share: float
    """Of all entries, from 0 to 1, to four places."""

    posts: tuple[str, ...]
    """Theirs, as people type their paths: of the newest entry first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """How many entries say who first published them, and where: each counts once."""

    both: int
    source_only: Lacking
    """Those that lack the original link."""

    link_only: Lacking
    """Those that lack the source."""

    neither: Lacking
    """Those that name none: the site's own, as far as one can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSize:
    """An edition's message, as the last build made it."""

    edition: str
    """Its key."""

    path: str
    """Of its HTML part, below `out/`."""

    size: int
    """Of the HTML part, in bytes as they are sent."""

    budget: int
    """The most that it may have."""

    shown: int
    """How many entries it has."""

    count: int
    """How many its edition has."""

    for_size: bool
    """Whether it has fewer than `entries` and `per_category` allow: it would have been too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStats:
    """A digest's editions and messages."""

    name: str
    editions: int
    unmade: int
    """Editions that are over, and whose message no build has made yet."""

    latest: MessageSize | None
    """None: no build has made any."""

    largest: MessageSize | None
    """Of several the latest."""

    median: int
    """The middle one of all sizes, of two the smaller, in bytes; 0: there is none."""

    shortened: int
    """Messages that leave entries of their edition out: these are on the web only."""

    for_size: int
    """Those of them that do for their size."""

    over: int
    """Messages that are beyond the budget, whatever they leave out."""

    messages: tuple[MessageSize, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """What a site has, and what it lacks."""

    today: date
    """In the site's time zone."""

    posts: Mapping[str, int]
    """How many files were read, and what became of each."""

    twins: int
    """Entries that the site's feed and the editions leave out; here they count."""

    entries: int
    """Those that are published."""

    days: Days
    categories: tuple[Tally, ...]
    """Most entries first, ties by title, the uncategorised last of them; likewise the others."""

    sources: tuple[Tally, ...]
    languages: tuple[Tally, ...]
    attribution: Attribution
    digests: tuple[DigestStats, ...]
    """In the order of the configuration."""
