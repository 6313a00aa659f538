"""Delivers what is frozen, one message to one subscriber, and keeps what became of it before the next step."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from feeds.deliveries import Delivery, Fate
from feeds.parcels import Parcel, Reply, Transport
from feeds.replies import Breaker, Verdict, again_after, verdict
from feeds.state import State
from feeds.state.ledger import Claimed
from feeds.subscribers import Status, Subscriber

_AT_ONCE = 100
"""How many deliveries are looked up at once, at most."""

_Tried = tuple[Delivery, Subscriber]
Address = Callable[[str, Subscriber], Parcel]
"""Makes the message of a variant, by name, for a subscriber."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time, which goes on while a run works."""

    instant: Callable[[], datetime]
    """Aware, in UTC."""

    sleep: Callable[[float], object]
    """Seconds; shorter where the run is to end."""

    is_over: Callable[[], bool]
    """Says whether the run was asked to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast messages may leave."""

    rate: float
    """Messages a second."""

    left: int | None
    """How many may leave today; None: no limit."""

    hold: bool
    """What nobody knows to be accepted is held, and not sent again."""


@dataclass(slots=True)
class Course:
    """How delivering went."""

    left: int | None
    """How many messages may still leave today; None: no limit."""

    stopped: Verdict | None = None
    """Why it ended before everyone had got it; `PAUSE` also for a limit, or too many failures."""

    words: str = ""
    """The reason, in a few words."""

    is_theirs: bool = False
    """Whether it is the mail server's reason."""

    refused: list[Delivery] = field(default_factory=list)
    """Those that were refused for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """All that delivering an edition needs."""

    state: State
    number: int
    """The edition's, in the ledger."""

    is_wanted: Callable[[Subscriber], bool]
    """Says of someone as they are known now whether they still want it."""

    step: Callable[[], AbstractContextManager[None]]
    """Begins a transaction of the state in which is written down what became of messages."""

    transport: Transport
    address: Address
    limits: Limits
    clock: Clock
    watch: Callable[[int], object] = field(default=lambda _: None)
    """Told how many deliveries were tried, or given up, each time some were."""


class _Book:
    """Notes what becomes of deliveries, and writes it down with the next step: a commit costs as much as a message."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._noted: list[Delivery] = []
        self._gone: list[str] = []

    def note(self, settled: Sequence[Delivery], gone: Sequence[str] = ()) -> None:
        """Note what became of deliveries, and whom no server knows; the next `write` has it on the disk."""
        self._noted += settled
        self._gone += gone

    def write(self) -> None:
        """Have all that was noted on the disk."""
        if not self._noted:
            return
        with self._post.step():
            self._post.state.ledger.settle(self._post.number, self._noted, self._post.clock.instant())
            for number in self._gone:
                self._suppress(number)
        self._noted, self._gone = [], []

    def _suppress(self, number: str) -> None:
        """End the subscription *number*, unless that person has ended it meanwhile."""
        people = self._post.state.people
        person = people.of_id(number)
        if person is not None and person.status is Status.ACTIVE:
            bounced = replace(person, status=Status.BOUNCED)
            people.put(bounced, self._post.clock.instant(), reason="the mail server knows no such address")


def deliver(post: Post) -> Course:
    """Deliver an edition to everyone who is due, until nobody is left or the server refuses.

    What is written down, and when: all but a message's end is handed over, `FINALISING` is on the disk, the end is
    sent, and the answer is on the disk before the next end is sent, before a pause, and, where what nobody knows is
    held, at once. A run that ends anywhere before the second leaves nothing accepted; after it nobody knows, of one
    message a connection at most. Whether somebody has left is asked of the state within the second before.
    """
    course, breaker, book = Course(post.limits.left), Breaker(), _Book(post)
    try:
        while course.stopped is None and (claimed := _claimed(post, course)):
            leaving, going = _parted(claimed, post.is_wanted)
            book.note(leaving)
            post.watch(len(leaving))
            while going and course.stopped is None:
                width = post.transport.width
                _batch(post, going[:width], course, breaker, book)
                post.watch(len(going[:width]))
                going = going[width:]
            book.write()
    finally:
        book.write()
    return course


def _claimed(post: Post, course: Course) -> tuple[Claimed, ...]:
    """Return who is next, as many as a second takes; nobody, and in *course* why, where the run must end."""
    if post.clock.is_over():
        course.stopped, course.words = Verdict.PAUSE, "it was asked to end"
        return ()
    most = min(max(int(post.limits.rate), post.transport.width), _AT_ONCE)
    left = most if course.left is None else min(most, course.left)
    with post.state.transaction():
        claimed = post.state.ledger.claim(post.number, post.clock.instant(), max(left, 1))
    if claimed and not left:
        course.stopped, course.words = Verdict.PAUSE, "as many were sent today as `mail.per_day` allows"
        return ()
    return claimed


def _batch(post: Post, going: Sequence[_Tried], course: Course, breaker: Breaker, book: _Book) -> None:
    """Deliver to those *going*, all at once, no sooner than they may."""
    start, width = post.clock.instant(), post.transport.width
    settled = _round(post, going, book)
    _judge(settled, course, breaker, is_narrower=post.transport.width < width)
    if post.clock.is_over() and course.stopped is None:
        course.stopped, course.words = Verdict.PAUSE, "it was asked to end"
    left = len(going) / post.limits.rate - (post.clock.instant() - start).total_seconds()
    if left > 0 and course.stopped is None:
        book.write()
        post.clock.sleep(left)


def _parted(claimed: Sequence[Claimed], is_wanted: Callable[[Subscriber], bool]) -> tuple[list[Delivery], list[_Tried]]:
    """Return the deliveries to those who do not want it any more, settled, and the others, tried once more."""
    leaving, going = [], []
    for one in claimed:
        delivery, person = one.delivery, one.subscriber
        if person is not None and is_wanted(person):
            going.append((replace(delivery, attempt=delivery.attempt + 1), person))
        else:
            leaving.append(replace(delivery, fate=Fate.SKIPPED, reason=why_not(person)))
    return leaving, going


def why_not(person: Subscriber | None) -> str:
    """Return why a message does not go to *person*, who does not want it any more, or is not known; in a word."""
    if person is None:
        return "forgotten"
    return str(person.status if person.status is not Status.ACTIVE else Status.UNSUBSCRIBED)


def _round(post: Post, going: Sequence[_Tried], book: _Book) -> list[tuple[Delivery, Verdict]]:
    """Deliver to those *going*, note and return what became of each."""
    replies = post.transport.offer([post.address(delivery.variant, person) for delivery, person in going])
    waiting = [delivery for (delivery, _), reply in zip(going, replies, strict=True) if reply is None]
    if waiting:
        book.note([replace(one, fate=Fate.FINALISING, reason="") for one in waiting])
        book.write()
    ends = iter(post.transport.finish() if waiting else ())
    answers = [next(ends) if reply is None else reply for reply in replies]
    settled = [_settled(post, one, answer) for (one, _), answer in zip(going, answers, strict=True)]
    verdicts = [verdict(answer) for answer in answers]
    book.note(settled, [one.subscriber for one, what in zip(settled, verdicts, strict=True) if what is Verdict.GONE])
    if post.limits.hold:
        book.write()
    return list(zip(settled, verdicts, strict=True))


def _settled(post: Post, one: Delivery, reply: Reply) -> Delivery:
    """Return *one* as *reply* leaves it; what is not the recipient's fault counts as no attempt."""
    said, now = f"{reply.code} {reply.text}".strip() if reply.code else reply.text, post.clock.instant()
    match verdict(reply):
        case Verdict.ACCEPTED:
            return replace(one, fate=Fate.ACCEPTED, reason=said)
        case Verdict.REJECTED | Verdict.GONE:
            return replace(one, fate=Fate.REJECTED, reason=said)
        case Verdict.UNCERTAIN if post.limits.hold:
            return replace(one, fate=Fate.HELD, reason=said)
        case Verdict.PAUSE | Verdict.STOP:
            return replace(one, fate=Fate.DEFERRED, reason=said, attempt=one.attempt - 1, next_at=now)
    return replace(one, fate=Fate.DEFERRED, reason=said, next_at=now + again_after(one.attempt, one.subscriber))


def _judge(settled: Sequence[tuple[Delivery, Verdict]], course: Course, breaker: Breaker, *, is_narrower: bool) -> None:
    """Note how a round went, and whether to go on: a server that only allows fewer connections has not refused us."""
    taken = any(what is Verdict.ACCEPTED for _, what in settled)
    for one, what in settled:
        if is_narrower and taken and what is Verdict.PAUSE:
            continue
        breaker.count(what)
        if course.left is not None and one.fate is Fate.ACCEPTED:
            course.left -= 1
        if one.fate is Fate.REJECTED:
            course.refused.append(one)
        if what in {Verdict.PAUSE, Verdict.STOP, Verdict.REFUSED}:
            course.stopped, course.words, course.is_theirs = what, one.reason, True
    if breaker.is_open and course.stopped is None:
        course.stopped, course.words = (
            Verdict.PAUSE,
            f"too many messages failed, the last with: {settled[-1][0].reason}",
        )
