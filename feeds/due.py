"""Decides which editions are due, and what goes into them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from feeds.deliveries import Number, Progress
from feeds.model import Edition, Entry, Section, local_day, short_hash
from feeds.periods import Period, before, due_after, last_due
from feeds.settings import Digest, Site

LATE = timedelta(hours=20)
"""How long after it was due an edition is still sent."""

LOOK_BACK = timedelta(days=31)
"""How old an edition may be into which a late entry is dated: what is older is no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done about one period of a digest."""

    number: Number
    """As the ledger is to know it: of an edition to be sent `SENDING`."""

    hashes: frozenset[str]
    """Of the entries that are not to come again."""

    edition: Edition | None = None
    """With every entry, those that come late after its own; None: nothing is sent."""

    is_told: bool = False
    """It was sent before, and only takes its place in the sequence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the ledger knows of a digest."""

    numbers: tuple[Number, ...]
    """The oldest first."""

    sent: frozenset[str]
    """Hashes of the entries that came already."""

    @property
    def last(self) -> date | None:
        """Return the last day of the sequence; None where it has not begun."""
        return max((number.last for number in self.numbers if not number.is_alone), default=None)


def steps(digest: Digest, editions: Sequence[Edition], past: Past, site: Site, now: datetime) -> Iterator[Step]:
    """Yield what is to be done about *digest*, the oldest period first, so that none is left open but what must wait.

    *editions* are all of its, oldest first, uncut. At first, only its last complete edition counts: all before are
    as good as sent. Afterwards periods follow each other without gap. What is over for longer than `LATE` is missed:
    under `merge` its entries go into the next edition, under `each` and `skip` they stay on the web; under `skip`
    only the newest is sent. Where all that is due is too late under `merge`, it waits for the next.
    """
    last = past.last
    if last is None:
        first = _first(digest, editions, site, now)
        yield Step(number=first, hashes=frozenset())
        past, last = replace(past, numbers=(first, *past.numbers)), first.last
    periods = tuple(due_after(digest, last, site, now))
    if not periods or (digest.catch_up == "merge" and _is_late(periods[-1], now)):
        return
    for number in past.numbers:
        if number.is_alone and any(number.key == period.key for period in periods):
            yield Step(number=replace(number, is_alone=False), hashes=frozenset(), is_told=True)
    alone = {number.key for number in past.numbers if number.is_alone}
    if digest.catch_up == "merge":  # what is merged is due with the newest, whichever of them have entries left
        periods = tuple(replace(period, due=periods[-1].due) for period in periods)
    others = [period for period in periods if period.key not in alone]
    yield from _each(digest, others, _Pile(editions, past, site), now)


def chosen(edition: Edition, past: Past, site: Site) -> Step:
    """Return what is to be done to send *edition* alone and whole, whenever it was due."""
    step = _Pile((), past, site).step(_period(edition), edition)
    is_new = all(number.key != edition.key for number in past.numbers)
    return replace(step, number=replace(step.number, is_alone=is_new))


def was_sent(edition: Edition, past: Past) -> bool:
    """Say whether *edition* went out already, or is going out."""
    sent = {Progress.SENDING, Progress.DONE}
    return any(number.key == edition.key and number.progress in sent for number in past.numbers)


def hashes_of(entry: Entry, site: Site) -> tuple[str, ...]:
    """Return what tells that *entry* came already.

    Its id; title and time, which a post that was renamed still has; and, where the *site* knows twins, the original
    link, which a twin has as well.
    """
    facts = [f"id {entry.id}", f"title {entry.title}\n{entry.published.isoformat()}\n{entry.language}"]
    facts += [f"original {entry.original}\n{entry.language}"] if entry.original and site.content.dedupe else []
    return tuple(short_hash(fact, 9) for fact in facts)


def _first(digest: Digest, editions: Sequence[Edition], site: Site, now: datetime) -> Number:
    """Return the last of those that count as sent: the one before the first to be sent."""
    newest = last_due(digest, site, now)
    is_first = any(edition.key == newest.key for edition in editions) and not _is_late(newest, now)
    return _numbered(digest, before(digest, newest, site) if is_first else newest, Progress.PASSED)


def _is_late(period: Period, now: datetime) -> bool:
    return now > period.due + LATE


def _each(digest: Digest, periods: Sequence[Period], pile: "_Pile", now: datetime) -> Iterator[Step]:
    """Yield the steps of *periods*, of which none is late under `merge`, or they wait."""
    chosen = _chosen(digest, periods, pile, now)
    for period in periods:
        if period in chosen:
            yield pile.sent(digest, period)
        elif not pile.own(period):
            yield pile.passed(digest, period, Progress.EMPTY)
        else:
            yield pile.passed(digest, period, Progress.MERGED if digest.catch_up == "merge" else Progress.EXPIRED)


def _chosen(digest: Digest, periods: Sequence[Period], pile: "_Pile", now: datetime) -> Sequence[Period]:
    """Return those of *periods* that are sent: with entries of their own, since only these have a page on the web."""
    full = [period for period in periods if pile.own(period)]
    if digest.catch_up == "merge":
        return full[-1:]
    in_time = [period for period in full if not _is_late(period, now)]
    return in_time[-1:] if digest.catch_up == "skip" else in_time


class _Pile:
    """The entries that have not come yet, by edition."""

    def __init__(self, editions: Sequence[Edition], past: Past, site: Site) -> None:
        self._site = site
        self._passed = max((n.last for n in past.numbers if n.progress is Progress.PASSED), default=date.min)
        self._editions = [edition for edition in editions if edition.last > self._passed]
        self._sent = set(past.sent)
        self._missed = {n.first for n in past.numbers if n.progress in {Progress.MERGED, Progress.EXPIRED}}

    def own(self, period: Period) -> tuple[Section, ...]:
        """Return the sections of *period*'s own entries."""
        return next((self._left(e) for e in self._editions if e.first == period.first), ())

    def sent(self, digest: Digest, period: Period) -> Step:
        """Return the sending of *period* with what came late; all of it has come then."""
        late = [section for edition in self._before(period) for section in self._late(edition)]
        missed = [section.days[0] for section in late if section.days and section.days[0] in self._missed]
        edition = Edition(
            digest=digest,
            key=period.key,
            first=min([period.first, *missed]),
            last=period.last,
            due=period.due,
            is_over=True,
            sections=(*self.own(period), *late),
        )
        return self.step(period, edition)

    def step(self, period: Period, edition: Edition) -> Step:
        """Return the sending of *edition*, in the place of *period*; its entries have come then."""
        number = _numbered(edition.digest, period, Progress.SENDING)
        return Step(number=number, hashes=self._taken(edition.entries), edition=edition)

    def passed(self, digest: Digest, period: Period, progress: Progress) -> Step:
        """Return that *period* is not sent; its entries have come then, unless they are merged into another."""
        if progress is Progress.MERGED:
            self._missed.add(period.first)
            return Step(number=_numbered(digest, period, progress), hashes=frozenset())
        entries = [entry for section in self.own(period) for entry in section.entries]
        return Step(number=_numbered(digest, period, progress), hashes=self._taken(entries))

    def _taken(self, entries: Iterable[Entry]) -> frozenset[str]:
        hashes = frozenset(one for entry in entries for one in hashes_of(entry, self._site))
        self._sent |= hashes
        return hashes

    def _before(self, period: Period) -> Iterator[Edition]:
        """Yield the editions before *period* whose entries may still come, the newest first."""
        oldest = period.first - LOOK_BACK
        for edition in reversed(self._editions):
            if edition.first < period.first and (edition.last >= oldest or edition.first in self._missed):
                yield edition

    def _left(self, edition: Edition) -> tuple[Section, ...]:
        """Return the sections of *edition* with the entries that have not come yet."""
        sections = (replace(section, entries=self._new(section.entries)) for section in edition.sections)
        return tuple(section for section in sections if section.entries)

    def _late(self, edition: Edition) -> tuple[Section, ...]:
        """Return what is left of *edition* under the heading of its days."""
        entries = tuple(entry for section in self._left(edition) for entry in section.entries)
        if not entries:
            return ()
        days, page = (edition.first, edition.last), f"{edition.path}index.html"
        return (Section(name=edition.key, title="", slug=edition.key, path="", entries=entries, days=days, page=page),)

    def _new(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        return tuple(entry for entry in entries if self._is_new(entry))

    def _is_new(self, entry: Entry) -> bool:
        """Say whether *entry* did not come yet, and is of no day that counts as sent, as some of an edition may be."""
        day = local_day(entry.published, self._site.zone)
        return day > self._passed and self._sent.isdisjoint(hashes_of(entry, self._site))


def _period(edition: Edition) -> Period:
    return Period(key=edition.key, first=edition.first, last=edition.last, end=edition.due, due=edition.due)


def _numbered(digest: Digest, period: Period, progress: Progress) -> Number:
    return Number(
        digest=digest.name,
        key=period.key,
        first=period.first,
        last=period.last,
        due=period.due,
        progress=progress,
    )
