"""Sends the editions that are due: freezes each, and delivers it to everyone once."""

import re
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import islice

from feeds.deliveries import OPEN, Delivery, Fate, Mailing, Number, Progress
from feeds.diagnostics import BUSY, Diagnostic, FeedsError, Severity
from feeds.dispatch import Dispatch, Order, Sent
from feeds.due import Past, Step, chosen, steps, was_sent
from feeds.mailroom import envelopes, mailings_of
from feeds.model import Edition
from feeds.office import Office, digests_of, upcoming
from feeds.parcels import Transport
from feeds.periods import due_after
from feeds.posting import Course, Post, deliver
from feeds.records import hash_of
from feeds.render.mailing import content_hash
from feeds.replies import Verdict
from feeds.settings import Digest
from feeds.store import locked
from feeds.subscribers import Subscriber, wants
from feeds.variants import delivery_to

_NAME = re.compile(r"\d{4}-(\d\d(-\d\d)?|W\d\d)")
"""A day, and what editions are called."""


def send(office: Office, order: Order) -> Sent:
    """Freeze what *order* asks for and is due, and deliver all that is frozen to whom it is due.

    Whatever ended an earlier run, this one goes on where it was; run again, it does nothing twice.
    """
    digests = digests_of(office.site, order)
    with locked(office.folder / ".feeds", "sending"), office.state.sending():
        left = _recovered(office)
        planned = plans_for(office, order)
        problems = [problem for digest, found in planned for problem in _freeze_all(office, digest, found, order)]
        sent = _deliver_all(office, order, [digest.name for digest in digests], left)
    made = (step.number for _, found in planned for step in found if step.edition is None and not step.is_told)
    return replace(
        sent,
        passed=tuple((one.digest, one.key, one.progress) for one in made),
        upcoming=upcoming(office, order),
        diagnostics=(*problems, *sent.diagnostics, *_unknown(office)),
        is_refused=sent.is_refused or bool(problems),
    )


def _unknown(office: Office) -> Iterator[Diagnostic]:
    """Yield the digests that subscribers have chosen and the site has not: it may have given them other names."""
    with office.state.transaction():
        wanted = office.state.people.wishes()
    for name in sorted(wanted.keys() - {digest.name for digest in office.site.digests}):
        message = f"{wanted[name]} subscribed to `{name}`, which no digest is called: they get nothing by that"
        code, remedy = "digest-unknown", "feeds subscribers export, mend it, and import it again"
        yield Diagnostic(path="feeds.toml", severity=Severity.WARNING, code=code, message=message, help=remedy)


# --- freezing --------------------------------------------------------------------------------------


def plans_for(office: Office, order: Order) -> list[tuple[Digest, tuple[Step, ...]]]:
    """Return what is to be done about each digest of *order* now; of those without edition of its date nothing."""
    digests = digests_of(office.site, order)
    if order.date and not order.digest:
        digests = tuple(digest for digest in digests if _has(office, digest, order.date)) or digests
    return [(digest, _steps_for(office, digest, order)) for digest in digests]


def _has(office: Office, digest: Digest, date: str) -> bool:
    return any(covers(edition, date) and edition.is_over for edition in office.desk.editions[digest.name])


def _steps_for(office: Office, digest: Digest, order: Order) -> tuple[Step, ...]:
    """Return what is to be done about *digest*: of what is due, or of the one edition that *order* names."""
    past = office.past(digest)
    if order.date:
        edition = wanted(office.desk.editions[digest.name], order.date)
        return () if was_sent(edition, past) else (chosen(edition, past, office.site),)
    if not _has_due(office, digest, past):
        return ()
    return tuple(steps(digest, office.desk.editions[digest.name], past, office.site, office.clock.instant()))


def _has_due(office: Office, digest: Digest, past: Past) -> bool:
    """Say whether a period of *digest* may be due of which the ledger knows nothing."""
    return past.last is None or any(True for _ in due_after(digest, past.last, office.site, office.clock.instant()))


def covers(edition: Edition, date: str) -> bool:
    """Say whether *date*, a day or a key, names *edition*."""
    return edition.key == date or edition.first.isoformat() <= date <= edition.last.isoformat()


def wanted(editions: Sequence[Edition], date: str) -> Edition:
    """Return the one of *editions* that *date*, a day or a key, names; `FeedsError` with exit code 2 without one."""
    found = next((edition for edition in editions if covers(edition, date)), None)
    if found is None and not _NAME.fullmatch(date):
        remedy = "write it as 2026-03-02, or as editions are called: 2026-W10, 2026-03"
        raise FeedsError(f"`{date}` is no day, and no edition's name", help=remedy, exit_code=2)
    if found is None:
        near = f"the newest is {editions[-1].key}" if editions else "there is none yet"
        raise FeedsError(f"no edition covers {date}", help=near, exit_code=2)
    if not found.is_over:
        remedy = "it can be sent when its last day is over"
        raise FeedsError(f"the edition {found.key} is still open", help=remedy, exit_code=2)
    return found


def deliveries_of(
    office: Office, edition: Edition, people: Iterable[Subscriber], names: Collection[str], order: Order
) -> list[Delivery]:
    """Return a delivery of *edition* to each of *people*; *names* are those of its variants."""
    start = office.clock.instant() if order.date else edition.due
    return [delivery_to(person, names, edition, start, office.site) for person in people]


def _freeze_all(office: Office, digest: Digest, found: Sequence[Step], order: Order) -> Iterator[Diagnostic]:
    """Freeze what is due of *digest*, the oldest first; what cannot be made is told, and left to the next run."""
    try:
        _freeze(office, found, order)
    except FeedsError as error:
        if error.exit_code == BUSY:
            raise
        yield Diagnostic(path=digest.name, code="edition-not-made", message=error.message, help=error.help)


def _freeze(office: Office, found: Sequence[Step], order: Order) -> None:
    for step in found:
        mailings, deliveries = _prepared(office, step, order)
        content = hash_of({name: content_hash(mailing) for name, mailing in mailings.items()}) if mailings else ""
        number = replace(step.number, content=content)
        with office.state.step():
            office.state.ledger.freeze(number, step.hashes, mailings, deliveries, office.clock.instant())


def _prepared(office: Office, step: Step, order: Order) -> tuple[dict[str, Mailing], list[Delivery]]:
    if step.edition is None:
        return {}, []
    people = office.people(step.edition.digest)
    mailings = mailings_of(office.desk, step.edition, people, office.keys)
    return mailings, deliveries_of(office, step.edition, people, mailings, order)


# --- delivering ------------------------------------------------------------------------------------


def _recovered(office: Office) -> dict[int, Number]:
    """Settle what a run left that was killed, and what it is too late for; return the editions that were being sent.

    Who never confirmed is forgotten here as well, where nobody else may subscribe for months.
    """
    ledger = office.state.ledger
    with office.state.step():
        ledger.recover(hold=office.site.mail.on_uncertain == "hold")
        ledger.expire(office.clock.instant())
        office.state.requests.lapse(office.clock.instant())
        left = dict(ledger.sending())
        for number, one in left.items():
            _close(office, number, one.digest)
    return left


def _close(office: Office, number: int, digest: str) -> Progress:
    merges = any(one.name == digest and one.catch_up == "merge" for one in office.site.digests)
    return office.state.ledger.close(number, merge=merges)


def _deliver_all(office: Office, order: Order, digests: Sequence[str], left: Mapping[int, Number]) -> Sent:
    """Deliver every edition of *digests* that somebody waits for; those *left* are told of also if nobody does."""
    with office.state.transaction():
        waiting = dict(office.state.ledger.sending())
    editions: list[Dispatch] = []
    courses: list[Course] = []
    with closing(office.carrier()) as transport:
        for number, one in sorted({**left, **waiting}.items()):
            if one.digest in digests:
                is_stopped = any(course.stopped in {Verdict.PAUSE, Verdict.STOP} for course in courses)
                rests = is_stopped or number not in waiting
                course = Course(left=None) if rests else _deliver(office, number, one.digest, transport)
                courses.append(course)
                editions.append(_dispatched(office, number, one, detailed=order.detailed))
    return _sent(editions, courses, office.site.mail.way)


def _sent(editions: Sequence[Dispatch], courses: Sequence[Course], way: str) -> Sent:
    is_waiting = any(course.stopped for course in courses) or any(edition.is_put_off for edition in editions)
    is_refused = any(course.stopped is Verdict.REFUSED for course in courses)
    is_lost = any(course.refused for course in courses) or any(edition.held for edition in editions)
    problems = (one for pair in zip(editions, courses, strict=True) for one in _problems(*pair, way))
    return Sent(
        editions=tuple(editions),
        diagnostics=tuple(problems),
        is_waiting=is_waiting,
        is_refused=is_refused or (is_lost and not is_waiting),
    )


def _problems(edition: Dispatch, course: Course, way: str) -> Iterator[Diagnostic]:
    """Yield what somebody must know of *edition* who looks at nothing else."""
    name = f"{edition.digest} {edition.edition}"
    for one in course.refused:
        message = f"{one.address} was refused for good: {one.reason}"
        yield Diagnostic(path=name, code="delivery-refused", message=message)
    for one in edition.held:
        message = f"{one.address or one.subscriber} is held: nobody knows whether the mail server took the message"
        yield Diagnostic(path=name, code="delivery-held", message=message, help="its log may say; it is not sent again")
    if course.stopped:
        where = f" at {way}" if course.is_theirs else ""
        remedy = "run it again" if course.stopped is Verdict.PAUSE else "mend that, and run it again"
        yield Diagnostic(path=name, code="sending-stopped", message=f"it stopped{where}: {course.words}", help=remedy)


def _deliver(office: Office, number: int, digest: str, transport: Transport) -> Course:
    with office.state.transaction():
        mailings = office.state.ledger.mailings(number)
        counts = office.state.ledger.counts(number)
    with closing(_steps(office, sum(counts.get(fate, 0) for fate in OPEN))) as steps:
        post = Post(
            state=office.state,
            number=number,
            is_wanted=partial(wants, digest=digest),
            step=office.state.step,
            transport=transport,
            address=envelopes(mailings, digest, office.site, office.keys, office.sign),
            limits=office.limits(),
            clock=office.clock,
            watch=lambda tried: deque(islice(steps, tried), maxlen=0),
        )
        return deliver(post)


def _steps(office: Office, total: int) -> Generator[int]:
    """Yield a step for each of *total* deliveries; who looks on sees how many were asked for."""
    yield from office.wishes.watch(range(total), "sending", total)


def _dispatched(office: Office, number: int, one: Number, *, detailed: bool) -> Dispatch:
    with office.state.step():
        progress = _close(office, number, one.digest)
        counts = office.state.ledger.counts(number)
        deliveries = office.state.ledger.deliveries(number) if detailed else ()
        next_at = office.state.ledger.waits_until(number)
        held = office.state.ledger.held(number) if counts.get(Fate.HELD) else ()
    return Dispatch(
        digest=one.digest,
        edition=one.key,
        status=progress.value,
        counts=counts,
        deliveries=deliveries,
        held=held,
        next_at=next_at,
    )
