"""Says what a mail server's answer means for a delivery, and when to try again.

Codes are those of RFC 5321 §4.2, enhanced ones those of RFC 3463 and its registry.
"""

import re
from collections import deque
from datetime import timedelta
from enum import Enum, auto
from hashlib import blake2b

from feeds.parcels import Reply, Step


class Verdict(Enum):
    """What a reply means."""

    ACCEPTED = auto()
    """The server has it: neither delivered nor read."""

    DEFERRED = auto()
    """Not now, for this recipient."""

    REJECTED = auto()
    """Never, for this recipient."""

    GONE = auto()
    """Never, since there is no such address: nothing is to be sent there again."""

    UNCERTAIN = auto()
    """The end was sent, and nobody knows what became of it."""

    PAUSE = auto()
    """The server is away or wants a rest: nothing more now, for anyone."""

    STOP = auto()
    """The server wants nothing from us, whoever the recipient: the operator must mend something."""

    REFUSED = auto()
    """The message itself, whoever the recipient: it is too large, or against the server's policy."""


_ENHANCED = re.compile(r"#?([245])\.(\d{1,3})\.(\d{1,3})")
_ADDRESS = re.compile(r"\S*@\S*")
_ABOUT_US = re.compile(r"authenticat|\brelay", re.IGNORECASE)
_GREYLISTED = re.compile(r"gr[ea]y", re.IGNORECASE)
"""Who wants to see the same once more says so of each recipient, if by a code that means all."""

_NO_SUCH_ADDRESS = frozenset([(1, 1), (1, 10)])
_SYSTEM_IS_BUSY = frozenset([(3, 1), (3, 2)])
_TOO_LARGE = (3, 4)
_MAILBOX, _POLICY = 2, 7
"""Subjects: what enhanced codes have in the middle."""

_SHUTS_DOWN, _IS_FULL, _IS_THROTTLED, _EXCEEDED = 421, 452, 454, 552
_OUT_OF_TURN = 503
_LOG_IN_FIRST = frozenset([530, 534, 535, 538])


def verdict(reply: Reply) -> Verdict:
    """Return what *reply* means; what only the end can earn, acceptance and doubt, is never of an earlier step."""
    kind = reply.code // 100
    at_end = reply.step is Step.END
    if kind == 4:  # noqa: PLR2004 - 4xx
        return _for_now(reply)
    if kind == 5:  # noqa: PLR2004 - 5xx
        return _for_good(reply)
    if at_end:
        return Verdict.ACCEPTED if kind == 2 else Verdict.UNCERTAIN  # noqa: PLR2004 - 2xx
    return Verdict.DEFERRED if reply.code else Verdict.PAUSE


def _for_now(reply: Reply) -> Verdict:
    """Return what a 4xx means: a rest for all where it says nothing of the recipient."""
    subject, detail = _enhanced(reply)
    if reply.code in {_SHUTS_DOWN, _IS_THROTTLED} or reply.step in {Step.CONNECT, Step.SENDER}:
        return Verdict.PAUSE
    if subject == _POLICY and not _GREYLISTED.search(_words(reply)):
        return Verdict.PAUSE
    if (subject, detail) in _SYSTEM_IS_BUSY or (reply.code == _IS_FULL and subject != _MAILBOX):
        return Verdict.PAUSE
    return Verdict.DEFERRED


def _for_good(reply: Reply) -> Verdict:
    """Return what a 5xx means."""
    enhanced = _enhanced(reply)
    is_early = reply.step in {Step.CONNECT, Step.SENDER}
    if reply.code in _LOG_IN_FIRST or _is_about_us(reply, enhanced[0]):
        return Verdict.STOP
    if _is_too_large(reply, enhanced) or (not is_early and _is_against_policy(reply, enhanced[0])):
        return Verdict.REFUSED
    if is_early:
        return Verdict.STOP
    if reply.code == _OUT_OF_TURN:  # of the order of commands, by servers that pipeline worse than they say
        return Verdict.DEFERRED
    return Verdict.GONE if enhanced in _NO_SUCH_ADDRESS else Verdict.REJECTED


def _is_about_us(reply: Reply, subject: int) -> bool:
    """Say whether the server knows us too little: many say so of the recipient, who must not be struck off for it."""
    return subject in {0, _POLICY} and bool(_ABOUT_US.search(_words(reply)))


def _is_too_large(reply: Reply, enhanced: tuple[int, int]) -> bool:
    """Say whether any message of this size is refused; a 552 alone, of a recipient, is said of a full mailbox too."""
    if enhanced == _TOO_LARGE:
        return True
    return reply.code == _EXCEEDED and enhanced[0] != _MAILBOX and reply.step is not Step.RECIPIENT


def _is_against_policy(reply: Reply, subject: int) -> bool:
    return subject == _POLICY and (reply.code == 554 or reply.step in {Step.DATA, Step.END})  # noqa: PLR2004 - it is one


def _enhanced(reply: Reply) -> tuple[int, int]:
    """Return subject and detail of the enhanced code; zeros where there is none, or it contradicts the code."""
    found = _ENHANCED.match(reply.text)
    if not found or int(found[1]) != reply.code // 100:
        return 0, 0
    return int(found[2]), int(found[3])


def _words(reply: Reply) -> str:
    """Return the text without addresses: people choose theirs, and may choose words that mean something here."""
    return _ADDRESS.sub("", reply.text)


# --- trying again ----------------------------------------------------------------------------------

_MINUTES = (1, 5, 15, 60, 180)
_JITTER = 0.2


def again_after(attempt: int, seed: str) -> timedelta:
    """Return how long to wait after the *attempt*, from 1, that was deferred: 1, 5, 15, 60, then always 180 minutes.

    Whole seconds, and up to a fifth more or less, so that what was deferred together does not come back together;
    the same for the same *seed*, a delivery's name.
    """
    chance = int.from_bytes(blake2b(f"{attempt} {seed}".encode(), digest_size=4).digest()) / 0xFFFF_FFFF
    minutes = _MINUTES[min(max(attempt, 1), len(_MINUTES)) - 1]
    return timedelta(seconds=round(minutes * 60 * (1 + _JITTER * (2 * chance - 1))))


_FAILURES = frozenset([Verdict.DEFERRED, Verdict.REJECTED, Verdict.UNCERTAIN])
_IN_A_ROW = 20
_LAST = 50
_SHARE = 0.1


class Breaker:
    """Opens, for good, when so many deliveries fail that more of them would do harm.

    That is at 20 failures in a row, or when of the last 50 more than a tenth have failed. An address that does not
    exist is no failure: lists have them.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._in_a_row = 0
        self._last: deque[bool] = deque(maxlen=_LAST)

    def count(self, result: Verdict) -> None:
        """Take the *result* of one delivery into account."""
        failed = result in _FAILURES
        self._in_a_row = self._in_a_row + 1 if failed else 0
        self._last.append(failed)
        too_many = len(self._last) == _LAST and sum(self._last) > _LAST * _SHARE
        self.is_open = self.is_open or too_many or self._in_a_row >= _IN_A_ROW
