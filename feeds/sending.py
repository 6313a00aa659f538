"""Sends the editions that are due: freezes each, and delivers it to everyone once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from feeds.deliveries import Delivery, Fate, Mailing, Number, Progress
from feeds.diagnostics import Diagnostic, FeedsError
from feeds.dispatch import Dispatch, Order, Sent
from feeds.due import Past, Step, chosen, is_known, steps
from feeds.mailroom import envelopes, mailings_of
from feeds.model import Edition
from feeds.office import Office, digests_of
from feeds.parcels import Transport
from feeds.periods import due_after, midnight
from feeds.posting import Course, Limits, Post, deliver
from feeds.records import hash_of
from feeds.render.mailing import content_hash
from feeds.replies import Verdict
from feeds.settings import Digest
from feeds.store import locked
from feeds.variants import delivery_to


def send(office: Office, order: Order) -> Sent:
    """Freeze what *order* asks for and is due, and deliver all that is frozen to whom it is due.

    Whatever ended an earlier run, this one goes on where it was; run again, it does nothing twice.
    """
    digests = digests_of(office.site, order)
    with locked(office.folder / ".feeds", "sending"), office.state.sending():
        left = _recovered(office)
        made = [step for digest in digests for step in _freeze(office, digest, order)]
        passed = tuple((one.number.digest, one.number.key, one.number.progress) for one in made if one.edition is None)
        return replace(_deliver_all(office, order, [digest.name for digest in digests], left), passed=passed)


# --- freezing --------------------------------------------------------------------------------------


def steps_for(office: Office, digest: Digest, order: Order) -> tuple[Step, ...]:
    """Return what is to be done about *digest* now: of what is due, or of the one edition that *order* names."""
    past = office.past(digest)
    if order.date:
        edition = wanted(office.desk.editions[digest.name], order.date)
        return () if is_known(edition, past) else (chosen(edition, past),)
    if not has_due(office, digest, past):
        return ()
    return tuple(steps(digest, office.desk.editions[digest.name], past, office.site, office.clock.instant()))


def has_due(office: Office, digest: Digest, past: Past) -> bool:
    """Say whether a period of *digest* may be due of which the ledger knows nothing."""
    if not past.numbers:
        return True
    last = max(number.last for number in past.numbers)
    return any(True for _ in due_after(digest, last, office.site, office.clock.instant()))


def wanted(editions: Sequence[Edition], date: str) -> Edition:
    """Return the one of *editions* that *date*, a day or a key, names; `FeedsError` with exit code 2 without one."""
    found = next((e for e in editions if e.key == date or e.first.isoformat() <= date <= e.last.isoformat()), None)
    if found is None:
        near = f"the newest is {editions[-1].key}" if editions else "there is none yet"
        raise FeedsError(f"no edition covers {date}", help=near, exit_code=2)
    if not found.is_over:
        remedy = "it can be sent when its last day is over"
        raise FeedsError(f"the edition {found.key} is still open", help=remedy, exit_code=2)
    return found


def deliveries_of(office: Office, edition: Edition, names: Collection[str], order: Order) -> list[Delivery]:
    """Return a delivery of *edition* for each who wants it; *names* are those of its variants."""
    start = office.clock.instant() if order.date else edition.due
    people = office.people(edition.digest)
    return [delivery_to(person, names, edition, start, office.site) for person in people]


def _freeze(office: Office, digest: Digest, order: Order) -> Iterator[Step]:
    """Freeze what is due of *digest*, the oldest first, and yield each step when it is kept."""
    for step in steps_for(office, digest, order):
        mailings, deliveries = _prepared(office, step, order)
        content = hash_of({name: content_hash(mailing) for name, mailing in mailings.items()}) if mailings else ""
        number = replace(step.number, content=content)
        with office.state.step():
            office.state.ledger.freeze(number, step.hashes, mailings, deliveries, office.clock.instant())
        yield step


def _prepared(office: Office, step: Step, order: Order) -> tuple[dict[str, Mailing], list[Delivery]]:
    if step.edition is None:
        return {}, []
    mailings = mailings_of(office.desk, step.edition, office.people(step.edition.digest), office.keys)
    return mailings, deliveries_of(office, step.edition, mailings, order)


# --- delivering ------------------------------------------------------------------------------------


def _recovered(office: Office) -> dict[int, Number]:
    """Settle what a run left that was killed, and what it is too late for; return the editions that were being sent."""
    ledger = office.state.ledger
    with office.state.step():
        ledger.recover(hold=office.site.mail.on_uncertain == "hold")
        ledger.expire(office.clock.instant())
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
    return _sent(editions, courses)


def _sent(editions: Sequence[Dispatch], courses: Sequence[Course]) -> Sent:
    is_waiting = any(course.stopped for course in courses) or any(edition.is_put_off for edition in editions)
    is_refused = any(course.stopped is Verdict.REFUSED for course in courses)
    is_lost = any(course.refused for course in courses) or any(edition.counts.get(Fate.HELD) for edition in editions)
    problems = (one for pair in zip(editions, courses, strict=True) for one in _problems(*pair))
    return Sent(
        editions=tuple(editions),
        diagnostics=tuple(problems),
        is_waiting=is_waiting,
        is_refused=is_refused or (is_lost and not is_waiting),
    )


def _problems(edition: Dispatch, course: Course) -> Iterator[Diagnostic]:
    """Yield what somebody must know of *edition* who looks at nothing else."""
    name = f"{edition.digest} {edition.edition}"
    for one in course.refused:
        message = f"{one.address} was refused for good: {one.reason}"
        yield Diagnostic(path=name, code="delivery-refused", message=message)
    if held := edition.counts.get(Fate.HELD):
        message = f"{held} held: nobody knows whether the mail server took what was on its way when a run ended"
        yield Diagnostic(path=name, code="delivery-held", message=message, help="feeds -v send names them; ask its log")
    if course.stopped:
        remedy = "run it again" if course.stopped is Verdict.PAUSE else "mend that, and run it again"
        yield Diagnostic(path=name, code="sending-stopped", message=f"it stopped: {course.words}", help=remedy)


def _deliver(office: Office, number: int, digest: str, transport: Transport) -> Course:
    with office.state.transaction():
        mailings = office.state.ledger.mailings(number)
    post = Post(
        state=office.state,
        number=number,
        digest=digest,
        transport=transport,
        address=envelopes(mailings, digest, office.site, office.keys, office.folder),
        limits=_limits(office),
        clock=office.clock,
    )
    return deliver(post)


def _limits(office: Office) -> Limits:
    mail, left = office.site.mail, None
    if mail.per_day:
        with office.state.transaction():
            today = office.state.ledger.accepted_since(midnight(office.clock.instant(), office.site))
        left = max(mail.per_day - today, 0)
    return Limits(rate=mail.rate, left=left, hold=mail.on_uncertain == "hold")


def _dispatched(office: Office, number: int, one: Number, *, detailed: bool) -> Dispatch:
    with office.state.step():
        progress = _close(office, number, one.digest)
        counts = office.state.ledger.counts(number)
        deliveries = office.state.ledger.deliveries(number) if detailed else ()
        next_at = office.state.ledger.waits_until(number)
    return Dispatch(
        digest=one.digest,
        edition=one.key,
        status=progress.value,
        counts=counts,
        deliveries=deliveries,
        next_at=next_at,
    )
