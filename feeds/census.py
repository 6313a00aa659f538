"""Counts what became of the posts, and notes what only all of them together show."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from feeds.diagnostics import Diagnostic, Severity
from feeds.model import Entry
from feeds.outcomes import Parsed, State
from feeds.settings import PLACEHOLDER, Site

NEARLY_NOW = timedelta(hours=14)
"""The largest difference that a missing time zone can make: UTC+14 is the farthest east."""

FIRST_LIKELY = datetime.fromisoformat("1990-01-01T00:00:00+00:00")
"""An earlier date is more often a mistake than a date of publication."""

_REASONS = {State.DRAFT: ("it is a draft",), State.NOT_A_POST: ("it is a page and no post",)}


def is_due(entry: Entry, now: datetime) -> bool:
    """Say whether *entry* is published at *now*: its date has come, and it has not expired."""
    return entry.published <= now and not is_expired(entry, now)


def is_expired(entry: Entry, now: datetime) -> bool:
    """Say whether *entry* is no longer published at *now*."""
    return entry.expires is not None and entry.expires <= now


def counts(posts: Iterable[Parsed], unread: int, now: datetime) -> dict[str, int]:
    """Return how many files were read and what became of each; *unread* are those that are no readable file.

    `read` is the sum of the others.
    """
    states = Counter(_state(post, now) for post in posts)
    named = ("published", "draft", "future", "expired", "not_a_post", "skipped")
    found = {state: states[state] for state in named}
    found["skipped"] += unread
    return {"read": sum(found.values())} | found


def _state(post: Parsed, now: datetime) -> str:
    if post.entry is None:
        return post.state.value
    if is_expired(post.entry, now):
        return "expired"
    return "published" if post.entry.published <= now else "future"


def left_out(posts: Iterable[Parsed], site: Site, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield each post that is not published though nothing is wrong with it, with the reason."""
    for post in posts:
        if post.entry is None:
            yield from ((site.shown(post.path), reason) for reason in _REASONS.get(post.state, ()))
        elif not is_due(post.entry, now):
            yield site.shown(post.path), _reason(post.entry, site, now)


def _reason(entry: Entry, site: Site, now: datetime) -> str:
    """Return why *entry* is not published now."""
    instant, words = entry.published, "it is not published before"
    if entry.expires is not None and entry.expires <= now:
        instant, words = entry.expires, "it expired at"
    return f"{words} {instant.astimezone(site.zone).isoformat(' ', 'minutes')}"


def notes(posts: Sequence[Parsed], site: Site, now: datetime) -> Iterator[Diagnostic]:
    """Yield what is worth knowing once about all *posts* together."""
    due = [post.entry for post in posts if post.entry and is_due(post.entry, now)]
    if due and site.digests and not any(entry.permalink or entry.original for entry in due):
        yield Diagnostic(
            path="feeds.toml",
            severity=Severity.NOTE,
            code="links-to-editions",
            message="no post has a permalink or an original link: entries link to their editions",
            help="set `content.permalink` to link to your own pages",
        )
    if due and site.url.startswith(PLACEHOLDER):
        yield Diagnostic(
            path="feeds.toml",
            severity=Severity.NOTE,
            code="url-unset",
            message=f"`url` is still {site.url}, which is nobody's: feeds, pages and mails link there",
            help="set `url` under [site] to where you will publish out/, and `id` with it",
        )
    if not site.timezone_is_given:
        yield from (_zoneless(post, site) for post in posts if _is_held_by_its_zone(post, now))
    yield from (_unlikely(entry, words, site) for entry in due if (words := _unlikely_date(entry, now)))
    yield from _shared_addresses(due, site)
    yield from _unknown_names(due, site)


def unmeasured(due: Iterable[Entry], site: Site) -> Iterator[Diagnostic]:
    """Yield a warning for each file of a podcast among *due* whose size is not known: its players want it."""
    files = ((entry, file) for entry in due for file in entry.enclosures) if site.feeds.podcast.category else ()
    for entry, file in files:
        if not file.length:
            yield Diagnostic(
                path=site.shown(entry.path),
                severity=Severity.WARNING,
                code="enclosure-unmeasured",
                message=f"the size of {file.url} is not known and no file of the site's; 0 was written",
                help="write its size in bytes as `length`",
            )


def _is_held_by_its_zone(post: Parsed, now: datetime) -> bool:
    return (
        post.state is State.ENTRY
        and post.entry is not None
        and not post.has_zone
        and now < post.entry.published <= now + NEARLY_NOW
    )


def _zoneless(post: Parsed, site: Site) -> Diagnostic:
    return Diagnostic(
        path=site.shown(post.path),
        severity=Severity.NOTE,
        code="zone-unknown",
        message=f"its date has no time zone and lies ahead in {site.timezone}, so it was left out for now",
        help='set `timezone` under [site] in feeds.toml, for instance "Europe/Berlin"',
    )


def _unlikely_date(entry: Entry, now: datetime) -> str:
    """Return what is strange about a date of *entry*: readers show it far from where it is looked for."""
    if entry.published < FIRST_LIKELY:
        return f"its date is {entry.published.date().isoformat()}, before there were pages"
    return f"its change is dated {entry.updated.date().isoformat()}, which is to come" if entry.updated > now else ""


def _unlikely(entry: Entry, words: str, site: Site) -> Diagnostic:
    return Diagnostic(
        path=site.shown(entry.path),
        severity=Severity.WARNING,
        code="date-unlikely",
        message=f"{words}; it was taken",
        help="mend it if it is wrong: a clock that was not set writes 1970-01-01",
    )


def _shared_addresses(due: Sequence[Entry], site: Site) -> Iterator[Diagnostic]:
    """Yield a warning for each entry whose page is said to be where an earlier one's is, by path."""
    first: dict[str, Entry] = {}
    for entry in sorted(due, key=lambda entry: entry.path):
        if entry.permalink and (other := first.setdefault(entry.permalink, entry)) is not entry:
            yield Diagnostic(
                path=site.shown(entry.path),
                severity=Severity.WARNING,
                code="permalink-repeated",
                message=f"{entry.permalink} is also the page of {site.shown(other.path)}; both link there",
                help="give one of the two another `permalink`, or mend `content.permalink`",
            )


def _unknown_names(due: Sequence[Entry], site: Site) -> Iterator[Diagnostic]:
    """Yield a note for each name that a digest or a custom feed asks for and no post has."""
    wanted = tuple(_wanted_names(site))
    known = _known_names(due, site) if wanted else {}
    for whose, kind, name in wanted:
        if name not in known[kind]:
            yield Diagnostic(
                path="feeds.toml",
                severity=Severity.NOTE,
                code="name-unknown",
                message=f"{whose} asks for the {kind} `{name}`, which no post has",
                help="write the name as the posts have it",
            )


def _wanted_names(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield who asks for a name, what it names, and the name."""
    for digest in site.digests:
        yield from ((f"the digest `{digest.name}`", "category", name) for name in digest.categories)
    for custom in site.feeds.custom:
        for kind in ("category", "tag", "author", "source"):
            yield from ((f"the feed `{custom.name}`", kind, name) for name in getattr(custom.include, kind))


def _known_names(due: Sequence[Entry], site: Site) -> dict[str, set[str]]:
    """Return the names that custom feeds can ask for, by what they name."""
    return {
        "category": {name for entry in due for name in entry.categories} | {c.name for c in site.categories},
        "tag": {name for entry in due for name in entry.tags},
        "author": {person.name for entry in due for person in entry.authors},
        "source": {entry.source.label for entry in due if entry.source},
    }
