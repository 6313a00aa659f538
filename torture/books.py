"""Holds what a ledger says to what the mail server has, after each disturbance and at an edition's end."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta

from torture.mailhost import MailHost, Taken
from torture.outbox import CONNECTIONS, Outbox
from torture.runs import in_copy
from torture.sites import NOW
from torture.wards import Tally

_LATER = timedelta(minutes=10)
_MOST_RUNS = 80
"""Runs after which everybody must have got it; the last is still in time."""

_WAITING = 75
_ON_THE_WAY = "finalising"
_DOUBTED = {"resend": {"queued", "deferred", _ON_THE_WAY, "accepted"}, "hold": {"held", _ON_THE_WAY, "accepted"}}
"""What the ledger may say of whom nobody knew of after an earlier run."""


class Books:
    """An edition, from before it is frozen until nobody waits for it."""

    def __init__(self, outbox: Outbox, host: MailHost, tally: Tally, *, is_frozen: bool = False) -> None:
        """Begin anew: nothing was sent, nothing was taken."""
        outbox.anew(is_frozen=is_frozen)
        host.begin()
        self._outbox, self._host, self._tally = outbox, host, tally
        self._doubts: defaultdict[str, set[int]] = defaultdict(set)
        self.is_begun = False
        """Whether the ledger knows of a message that went, or was on its way."""

        self.twice = self.held = self.held_though_taken = 0

    def looked(self, when: str) -> None:
        """Hold what a run has left, however it ended, to what was taken by then."""
        self._host.settle()
        fates = self._outbox.fates()
        taken = {one.recipient for one in self._host.taken}
        for address, (fate, _) in fates.items():
            is_known = fate in {"accepted", _ON_THE_WAY} or (self._doubted(address) and fate in self._allowed)
            self._tally.holds(address not in taken or is_known, f"{when}: {address} has it, and is {fate}")
            self._tally.holds(fate != "accepted" or address in taken, f"{when}: {address} is {fate}, and has it not")
        self._tally.holds(taken <= fates.keys(), f"{when}: somebody has it who is not in the ledger")
        on_the_way = {address: attempt for address, (fate, attempt) in fates.items() if fate == _ON_THE_WAY}
        self._tally.holds(len(on_the_way) <= CONNECTIONS, f"{when}: {len(on_the_way)} were on the way at once")
        self.is_begun = self.is_begun or any(attempt for _, attempt in fates.values())
        for address, attempt in on_the_way.items():
            self._doubts[address].add(attempt)

    def ended(self, when: str, wanted: Mapping[str, Taken], first: Callable[[], object] | None = None) -> None:
        """Run again until nobody waits, and hold the end to the promise; *wanted* is what each is to get."""
        self._run_to_the_end(when, first)
        fates = {address: fate for address, (fate, _) in self._outbox.fates().items()}
        copies = Counter(one.recipient for one in self._host.taken)
        self._tally.files += len(self._host.taken)
        for one in self._host.taken:
            self._tally.holds(one == wanted.get(one.recipient), f"{when}: {one.recipient} got something else")
        for address in self._outbox.addresses:
            self._holds(when, address, fates.get(address, "unknown"), copies[address])
        self.twice += sum(copies.values()) - len(copies)
        held = [address for address, fate in fates.items() if fate == "held"]
        self.held += len(held)
        self.held_though_taken += sum(address in copies for address in held)

    def _run_to_the_end(self, when: str, first: Callable[[], object] | None) -> None:
        for number in range(1, _MOST_RUNS + 1):
            ended = in_copy(self._outbox.arguments(NOW + number * _LATER), first)
            self.looked(f"{when}, run {number} after it")
            is_held = any(fate == "held" for fate, _ in self._outbox.fates().values())
            is_told = ended.code in {0, _WAITING} or (ended.code == 1 and is_held)
            self._tally.holds(is_told, f"{when}: the next run ended with {ended.code}: {ended.words[-300:]}")
            if ended.code != _WAITING:
                return
        self._tally.holds(False, f"{when}: {_MOST_RUNS} runs did not end it")

    def _holds(self, when: str, address: str, fate: str, copies: int) -> None:
        """Hold the end of one recipient to the promise of the policy."""
        if self._outbox.policy == "resend":
            is_right = fate == "accepted" and 1 <= copies <= 1 + self._doubted(address)
        elif fate == "held":
            is_right = copies <= 1 and bool(self._doubted(address))
        else:
            is_right = fate == "accepted" and copies == 1
        self._tally.holds(is_right, f"{when}: {address} has it {copies} times, and is {fate}")

    @property
    def _allowed(self) -> set[str]:
        return _DOUBTED[self._outbox.policy]

    def _doubted(self, address: str) -> int:
        """Return how often nobody could know whether *address* had it."""
        host = self._host
        return len(self._doubts[address]) + host.doubtful[address] + host.unheard[address]
