"""Turns what the site has into its HTML pages, which need no script and link to each other relatively."""

from bisect import bisect_left
from calendar import Calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from re import Match
from re import compile as pattern
from urllib.parse import quote, urlsplit

from feeds.model import Article
from feeds.people import host_of
from feeds.render import _templates
from feeds.settings import Site
from feeds.targets import Copied, Day, DigestPage, EditionPage, FeedList, Frame, FrontPage, GroupPage, SourcesPage

Page = FeedList | FrontPage | GroupPage | SourcesPage | DigestPage | EditionPage

FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
"""The name of a feed's document in each format."""

SHADES = 5
"""How many shades the calendar has."""

MONTHS_BY_DAY = 12
"""How many months the calendar shows day by day; older ones are one line each, to keep the page small."""

_SAFE = "/-_.~!$&'()*+,;=:@"
_WEEKS = Calendar(firstweekday=0)
_HEADING = pattern(r"<(/?)h([1-6])(?=[\s>])")
_PATIENT = {
    "<img ": '<img loading="lazy" referrerpolicy="no-referrer" ',
    "<video ": '<video preload="none" ',
    "<audio ": '<audio preload="none" ',
}
"""Tags that make a browser fetch something; clean HTML has them nowhere else, not in an attribute either."""

_UNDER = 4
"""The level of an entry's own first heading: it stands under the entry's `<h3>`."""


def render(subject: Page | Copied, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return the page or file of *subject* in UTF-8; *articles* are by the ids of their entries.

    Who lists headlines needs no articles, and shows the summaries of those it gets.
    A malformed template is a `FeedsError`.
    """
    if isinstance(subject, Copied):
        return _copied(subject, frame).encode()
    template, path, values = _page(subject)
    values |= {"page": subject, "articles": articles, "path": path, "voice": voice(frame)}
    values |= {"href": partial(relative, path), "here": partial(_here, path, frame.site.url)}
    values |= {"host_of": host_of, "site_formats": formats_of(frame.site)}
    return _templates.render(frame, template, **values).encode()


def relative(page: str, path: str) -> str:
    """Return the link from *page* to *path*, both below `out/`: it works from a disk and under any prefix."""
    here, there = page.split("/")[:-1], path.split("/")
    shared = 0
    while shared < len(here) and shared < len(there) - 1 and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + quote("/".join(there[shared:]), safe=_SAFE)


def formats_of(site: Site) -> tuple[tuple[str, str], ...]:
    """Return the formats of the site's own feed, each with its path."""
    return tuple((name, FILES[name]) for name in site.feeds.formats)


def _copied(subject: Copied, frame: Frame) -> str:
    """Return the file's text; a style sheet is no template, since `{#` may stand in one."""
    if subject.template.endswith(".css") and subject.template in frame.templates:
        return frame.templates[subject.template]
    top = urlsplit(frame.site.url).path.removeprefix("/")
    redirects = tuple((top + quote(old, safe=_SAFE), top + quote(new, safe=_SAFE)) for old, new in subject.redirects)
    return _templates.render(frame, subject.template, redirects=redirects)


def _page(subject: Page) -> tuple[str, str, dict[str, object]]:
    """Return the template's name, the page's path and the values only this kind of page has."""
    match subject:
        case FrontPage():
            return "index.html", "index.html", {"calendar": calendar(subject.days)}
        case FeedList():
            return "feeds.html", "feeds.html", {}
        case SourcesPage():
            return "sources.html", "source/index.html", {}
        case GroupPage():
            return "group.html", subject.feed.page, {}
        case DigestPage():
            return "digest.html", subject.feed.page, {"months": _by_month(subject)}
        case EditionPage():
            path = f"{subject.edition.path}index.html"
            return "edition.html", path, {"span": _span, "nested": _nested}


def voice(frame: Frame) -> str:
    """Return the language in which a page itself speaks: the site's, unless there is no wording in it."""
    wording = str(_templates.words(frame).language)
    return frame.site.language if _primary(wording) == _primary(frame.site.language) else wording


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def _here(page: str, site: str, link: str) -> str:
    """Return *link*, relative where it leads to an entry's place in one of our editions."""
    address, mark, anchor = link.partition("#")
    if not mark or not address.startswith(f"{site}digest/"):
        return link
    target = f"{address.removeprefix(site)}index.html"
    return f"#{anchor}" if target == page else f"{relative(page, target)}#{anchor}"


def _nested(html: str) -> str:
    """Return clean *html* with headings that begin under the entry's own and leave out no level.

    Pictures, sounds and films are fetched when somebody comes to them; who serves pictures is not told from where.
    """
    for tag, patient in _PATIENT.items():
        if tag in html:
            html = html.replace(tag, patient)
    levels = {found[2] for found in _HEADING.finditer(html)}
    ranks = {level: min(_UNDER + rank, 6) for rank, level in enumerate(sorted(levels))}
    return _HEADING.sub(_renumber(ranks), html) if ranks else html


def _renumber(ranks: Mapping[str, int]) -> Callable[[Match[str]], str]:
    """Return a substitution that never steps down more than one level at a time."""
    last = _UNDER - 1

    def heading(found: Match[str]) -> str:
        nonlocal last
        if not found[1]:
            last = min(ranks[found[2]], last + 1)
        return f"<{found[1]}h{last}"

    return heading


# --- editions ------------------------------------------------------------------------------------


def _span(key: str) -> tuple[date, date]:
    """Return the first and last day of the edition *key*."""
    if "W" in key:
        first = date.fromisoformat(key)
        return first, first + timedelta(days=6)
    if key.count("-") == 1:
        first = date.fromisoformat(f"{key}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return date.fromisoformat(key), date.fromisoformat(key)


def _by_month(subject: DigestPage) -> tuple[tuple[date, tuple[tuple[str, date, date, int], ...]], ...]:
    """Return the editions by the month in which they begin, newest first."""
    months = groupby(subject.editions, key=lambda edition: edition[1].replace(day=1))
    return tuple((month, tuple(editions)) for month, editions in months)


# --- the calendar --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A field of a month's grid."""

    number: int
    """The day of the month; 0 where the field is empty."""

    day: Day | None = None
    """None: a day without entries."""

    shade: int = 0
    """From 1, few entries, to `SHADES`, many; 0 without entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of the calendar."""

    first: date
    count: int
    has_page: bool
    """At least one of its days has an edition."""

    weeks: tuple[tuple[Cell, ...], ...] = ()
    """From Monday on; empty for a month that is one line."""


def calendar(days: Sequence[Day]) -> tuple[tuple[Month, ...], tuple[tuple[int, tuple[Month, ...]], ...]]:
    """Return the newest months with their days, and the older ones by year; all newest first.

    Only months with entries are there. *days* are oldest first, as `FrontPage.days`.
    """
    by_month = [(first, tuple(found)) for first, found in groupby(days, key=_first_of_month)]
    recent, older = by_month[-MONTHS_BY_DAY:], by_month[:-MONTHS_BY_DAY]
    steps = _steps([day.count for _, found in recent for day in found])
    grids = [_month(first, found, tuple(_weeks(first, found, steps))) for first, found in recent]
    years = groupby(reversed(older), key=lambda month: month[0].year)
    lines = tuple((year, tuple(_month(first, found) for first, found in months)) for year, months in years)
    return tuple(reversed(grids)), lines


def _first_of_month(day: Day) -> date:
    return day.date.replace(day=1)


def _month(first: date, days: Sequence[Day], weeks: tuple[tuple[Cell, ...], ...] = ()) -> Month:
    has_page = any(day.page for day in days)
    return Month(first=first, count=sum(day.count for day in days), has_page=has_page, weeks=weeks)


def _weeks(first: date, days: Sequence[Day], steps: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    """Yield the month's weeks, seven fields each."""
    known = {day.date.day: day for day in days}
    for week in _WEEKS.monthdayscalendar(first.year, first.month):
        yield tuple(_cell(number, known.get(number), steps) for number in week)


def _cell(number: int, day: Day | None, steps: Sequence[int]) -> Cell:
    if not day:
        return Cell(number=number)
    return Cell(number=number, day=day, shade=bisect_left(steps, day.count) + 1)


def _steps(counts: Sequence[int]) -> tuple[int, ...]:
    """Return the counts up to which each shade but the darkest goes: a fifth of the days has each."""
    ordered = sorted(counts)
    return tuple(ordered[(len(ordered) - 1) * step // SHADES] for step in range(1, SHADES)) if ordered else ()
