"""Kills runs that send, at every line and at any instant, and lets the mail server fail; then asks it who has what."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from torture.books import Books
from torture.faulty import CRASHED
from torture.lines import Death, all_but, rooms
from torture.mailhost import MailHost, Taken, hosted
from torture.outbox import Outbox
from torture.runs import environment, in_copy
from torture.wards import Tally

POLICIES = ("resend", "hold")
FEW, MANY, QUITE_SOME = 5, 300, 60
ALL = 100
"""Kills from which on every line has its turn."""

_LINES = 2_500
"""Lines that a run executes, or so, in the rooms that send."""

_AGAIN = 300
"""Lines of the run after a killed one within which it is killed as well, now and then."""

_DELIVERING = ("posting.py", "sending.py", "replies.py", "mailroom.py", "state/", "transports/")
_FREEZING = ("sending.py", "state/")
_SENDS, _FREEZES = rooms(*_DELIVERING), rooms(*_FREEZING)

_RUN = 1.0
"""Seconds that a run takes until it sends, or so."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How runs are to be killed at lines."""

    policy: str
    every: int
    """One line in so many has its turn."""

    is_frozen: bool
    """Whether the edition is frozen before."""

    within: Callable[[str], bool]
    """Says whether a file's lines count."""


class Bench:
    """What the parts of the trial share."""

    def __init__(self, folder: Path, host: MailHost, tally: Tally, seed: int) -> None:
        """Prepare; nothing is made yet."""
        self.host, self.tally = host, tally
        self.random = Random(seed)
        self._folder = folder
        self._outboxes: dict[int, tuple[Outbox, dict[str, Taken]]] = {}
        self.seen: Counter[str] = Counter()

    def outbox(self, policy: str, people: int) -> tuple[Outbox, Mapping[str, Taken]]:
        """Return a site, and what each of its *people* gets if nothing happens."""
        if people not in self._outboxes:
            made = Outbox(self._folder / str(people), self.host.port, people)
            self._outboxes[people] = made, self._undisturbed(made)
        self._outboxes[people][0].policy = policy
        return self._outboxes[people]

    def _undisturbed(self, outbox: Outbox) -> dict[str, Taken]:
        """Send in this process: from then on its copies have every module at hand."""
        Books(outbox, self.host, self.tally)
        outbox.send()
        self.host.settle()
        wanted = {one.recipient: one for one in self.host.taken}
        self.tally.holds(wanted.keys() == {*outbox.addresses}, f"undisturbed, {len(wanted)} got it")
        return wanted

    def note(self, books: Books) -> None:
        """Add up what an edition came to."""
        self.seen.update(twice=books.twice, held=books.held, taken=books.held_though_taken)

    def told(self, what: str, disturbances: int) -> None:
        """Take down what a part of the trial came to."""
        self.tally.disturbances += disturbances
        self.tally.remarks.append(
            f"{what}: {disturbances:,}, after which {self.seen['twice']} messages came twice"
            f" and {self.seen['held']} were held, of which {self.seen['taken']} had come"
        )
        self.seen.clear()


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Do so under both policies: *kills* ÷ 2 at random instants for each, and at every line from ALL *kills* on."""
    tally = Tally()
    with hosted(seed) as host:
        bench = Bench(folder, host, tally, seed)
        for policy in POLICIES:
            _at_every_line(bench, policy, kills)
            _at_random_instants(bench, policy, max(2, kills // 2))
            _failing(bench, policy, max(1, kills // 20))
    return tally


# --- at every line -----------------------------------------------------------------------------------


def _at_every_line(bench: Bench, policy: str, kills: int) -> None:
    """Kill runs that find an edition frozen, in both ways to speak SMTP, and runs that freeze it.

    Every line has its turn in one way to speak, and in freezing under one policy: that is the same under each.
    """
    least = 1 if kills >= ALL else _LINES // kills
    seldom, hardly = least * 10, least * 100
    is_first = policy == POLICIES[0]
    for bench.host.is_pipelined in (False, True):
        every = least if bench.host.is_pipelined is not is_first else seldom
        count = _killed_at(bench, Way(policy=policy, every=every, is_frozen=True, within=_SENDS))
        bench.told(f"{policy}, lines of sending, {'pipelined' if bench.host.is_pipelined else 'step by step'}", count)
    freezing = Way(policy=policy, every=least if is_first else seldom, is_frozen=False, within=_FREEZES)
    others = Way(policy=policy, every=hardly, is_frozen=False, within=all_but(_SENDS))
    bench.told(f"{policy}, lines before that", sum(_killed_at(bench, one) for one in (freezing, others)))


def _killed_at(bench: Bench, way: Way) -> int:
    """Kill a run at one line in so many, each time from the beginning; return how often."""
    outbox, wanted = bench.outbox(way.policy, FEW)
    number, count = 1 + bench.random.randrange(min(way.every, _LINES)), 0
    while True:
        books = Books(outbox, bench.host, bench.tally, is_frozen=way.is_frozen)
        ended = in_copy(outbox.arguments(), Death(number, way.within).install)
        when = f"{way.policy}, killed at line {number}"
        books.looked(when)
        if ended.code != CRASHED or (way.within is _FREEZES and books.is_begun):
            return count
        count += 1 + _killed_again(bench, outbox, books, when)
        books.ended(when, wanted)
        bench.note(books)
        number += way.every


def _killed_again(bench: Bench, outbox: Outbox, books: Books, when: str) -> bool:
    """Now and then, kill the next run as well; say so."""
    if bench.random.random() > 0.2:
        return False
    ended = in_copy(outbox.arguments(), Death(bench.random.randint(1, _AGAIN), _SENDS).install)
    books.looked(f"{when}, and again")
    return ended.code == CRASHED


# --- at random instants ------------------------------------------------------------------------------


def _at_random_instants(bench: Bench, policy: str, kills: int) -> None:
    outbox, wanted = bench.outbox(policy, MANY if kills >= ALL // 2 else QUITE_SOME)
    count = 0
    bench.host.delay = 0.004
    while count < kills:
        books = Books(outbox, bench.host, bench.tally)
        while count < kills and _struck(bench, outbox):
            count += 1
            books.looked(f"{policy}, kill {count}")
        books.ended(f"{policy}, after kill {count}", wanted)
        bench.note(books)
    bench.host.delay = 0.0
    bench.told(f"{policy}, any instant", count)


def _struck(bench: Bench, outbox: Outbox) -> bool:
    """Start a run, kill it, and say whether it was hit: it had not ended before."""
    process = subprocess.Popen(
        outbox.command(bench.random.choice(("send", "daily"))),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if bench.random.random() < 0.2:
        time.sleep(bench.random.uniform(0, _RUN))
    else:
        target = len(bench.host.taken) + bench.random.randint(1, 60)
        while process.poll() is None and not bench.host.has_taken(target, 0.02):
            pass
        time.sleep(bench.random.uniform(0, 0.01))
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


# --- a server that fails -----------------------------------------------------------------------------


def _failing(bench: Bench, policy: str, editions: int) -> None:
    outbox, wanted = bench.outbox(policy, QUITE_SOME)
    host, before = bench.host, bench.host.failures
    for number in range(editions):
        host.is_pipelined = bench.random.random() < 0.5
        books = Books(outbox, host, bench.tally)
        host.share, host.is_patient = 0.1, True
        books.ended(f"{policy}, failing server {number + 1}", wanted, _hasten)
        host.share, host.is_patient = 0.0, False
        bench.note(books)
    bench.told(f"{policy}, messages that the server failed", host.failures - before)


def _hasten() -> None:
    """Wait for no answer longer than a second, in this process."""
    from feeds import transports  # noqa: PLC0415 - only where feeds runs in this process
    from feeds.transports.patience import Patience  # noqa: PLC0415 - as above

    short = Patience(connect=1.0, answer=1.0, end=1.0, farewell=0.2)
    transports.opened.__kwdefaults__ = {"patience": short}
