"""Counts what a site has, and what it lacks."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from feeds.arrangement import Arrangement, arrange
from feeds.census import counts
from feeds.figures import Attribution, DayCount, Days, DigestStats, Lacking, MessageSize, Span, Stats, Tally
from feeds.grouping import cut, groups_of
from feeds.model import Edition, Entry, Group, local_day
from feeds.settings import Digest, Site
from feeds.targets import MailSize

SPANS = (7, 30, 365)
"""The last so many days are counted alone, today among them."""

RECENT = 30
"""Days that are shown one by one."""


def stats_of(arrangement: Arrangement, posts: Mapping[str, int], mails: Mapping[str, MailSize], now: datetime) -> Stats:
    """Return the figures of the entries that *arrangement* has at *now*.

    *posts* is what became of each file that was read; *mails* has the sizes of messages as far as they are known, by
    the path of their HTML part below `out/`.
    """
    site, entries, groups = arrangement.site, arrangement.entries, arrangement.groups
    today = local_day(now, site.zone)
    languages = groups_of("language", entries, site)
    return Stats(
        today=today,
        posts=posts,
        twins=len(arrangement.twins),
        entries=len(entries),
        days=_days([local_day(entry.published, site.zone) for entry in entries], today),
        categories=_tallies(groups["category"], len(entries), site),
        sources=_tallies(groups["source"], len(entries), site),
        languages=_tallies(languages, len(entries), site),
        attribution=_attribution(entries, site),
        digests=tuple(
            _digest(digest, editions, mails)
            for digest, editions in zip(site.digests, arrangement.editions, strict=True)
        ),
    )


def nothing(now: datetime) -> Stats:
    """Return the figures of a site that could not be read: all are 0."""
    site = Site(title="", url="", home="", id="", digests=())
    return stats_of(arrange((), site, now), counts((), 0, now), {}, now)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _days(published: Sequence[date], today: date) -> Days:
    """Return the figures of *published*, the day of each entry, newest first."""
    found = Counter(published)
    first = published[-1] if published else None
    age = (today - first).days + 1 if first else 0
    each = tuple(DayCount(day=day, entries=found[day]) for day in sorted(found))
    return Days(
        first=first,
        last=published[0] if published else None,
        busiest=max(each, key=lambda one: (one.entries, one.day), default=None),
        spans=tuple(_span(each, today, days) for days in SPANS if days < age),
        whole=_span(each, today, age),
        recent=tuple(
            DayCount(day=day, entries=found[day])
            for day in (today - timedelta(days=ago) for ago in reversed(range(RECENT)))
        ),
        each=each,
    )


def _span(each: Sequence[DayCount], today: date, days: int) -> Span:
    within = [one.entries for one in each if (today - one.day).days < days]
    a_day = round(sum(within) / days, 2) if days else 0.0
    return Span(days=days, entries=sum(within), a_day=a_day, empty=days - len(within))


def _tallies(groups: Sequence[Group], whole: int, site: Site) -> tuple[Tally, ...]:
    tallies = (_tally(group, whole, site) for group in groups)
    return tuple(
        sorted(tallies, key=lambda tally: (-tally.entries, not tally.name, tally.title.casefold(), tally.name))
    )


def _tally(group: Group, whole: int, site: Site) -> Tally:
    entries = group.entries
    return Tally(
        name=group.name,
        title=group.title,
        entries=len(entries),
        share=_share(len(entries), whole),
        without_source=sum(entry.source is None for entry in entries),
        without_link=sum(not entry.original for entry in entries),
        newest=local_day(entries[0].published, site.zone) if entries else None,
    )


def _attribution(entries: Sequence[Entry], site: Site) -> Attribution:
    posts: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    for entry in entries:
        posts[entry.source is not None, bool(entry.original)].append(entry.path)
    return Attribution(
        both=len(posts[True, True]),
        source_only=_lacking(posts[True, False], len(entries), site),
        link_only=_lacking(posts[False, True], len(entries), site),
        neither=_lacking(posts[False, False], len(entries), site),
    )


def _lacking(posts: Sequence[str], whole: int, site: Site) -> Lacking:
    return Lacking(entries=len(posts), share=_share(len(posts), whole), posts=tuple(map(site.shown, posts)))


# --- messages --------------------------------------------------------------------------------------


def _digest(digest: Digest, editions: Sequence[Edition], mails: Mapping[str, MailSize]) -> DigestStats:
    over = [edition for edition in reversed(editions) if edition.is_over]
    made = [_message(edition, mails[path]) for edition in over if (path := _path(edition)) in mails]
    return DigestStats(
        name=digest.name,
        editions=len(editions),
        unmade=len(over) - len(made),
        latest=made[0] if made else None,
        largest=max(made, key=lambda message: message.size, default=None),
        median=sorted(message.size for message in made)[(len(made) - 1) // 2] if made else 0,
        shortened=sum(message.shown < message.count for message in made),
        for_size=sum(message.for_size for message in made),
        over=sum(message.size > message.budget for message in made),
        messages=tuple(made),
    )


def _path(edition: Edition) -> str:
    return f"{edition.path}email.html"


def _message(edition: Edition, mail: MailSize) -> MessageSize:
    return MessageSize(
        edition=edition.key,
        path=_path(edition),
        size=mail.size,
        budget=mail.budget,
        shown=mail.shown,
        count=mail.count,
        for_size=mail.count == edition.count and mail.shown < len(cut(edition).entries),
    )
