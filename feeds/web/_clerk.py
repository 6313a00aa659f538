"""Has the state open, and does one thing after the other with it, aside from the server's own work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from typing import TypeVar

from feeds.diagnostics import BUSY, FeedsError
from feeds.membership import Register
from feeds.web._site import LiveSite

T = TypeVar("T")

_QUEUE = 200
"""How many may wait; who comes then is told at once to come again, which costs less than to wait in vain."""

_PATIENCE = 5.0
"""Seconds after which nobody waits any more for those before them."""

_AT_ONCE = 0.5
"""Seconds within which a connection shows that it is lost; a state that somebody else has takes longer."""


class Clerk:
    """Whoever may ask for something that the state has to know."""

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[Register]],
        site: LiveSite,
        instant: Callable[[], datetime],
        patience: float = _PATIENCE,
    ) -> None:
        """Have the register *opened* when it is first needed; *site* and *instant* are asked each time.

        Whose turn does not come within *patience* seconds is refused.
        """
        self._opened = opened
        self._site = site
        self._instant = instant
        self._patience = patience
        self._register: Register | None = None
        self._open = ExitStack()
        self._waiting = 0
        self._desk = ThreadPoolExecutor(1, "clerk")  # one: SQLite has one writer, and its connection one thread

    async def do(self, work: Callable[[Register], T]) -> T:
        """Return what *work* makes of the register, once all before it is done.

        What cannot be read or kept just now is a `FeedsError` with exit code 75, and nothing of it is half done.
        """
        if self._waiting >= _QUEUE:
            raise _too_many()
        self._waiting += 1
        until = perf_counter() + self._patience
        try:
            return await asyncio.get_running_loop().run_in_executor(self._desk, self._done, work, until)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Do what is begun, and let go of the state."""
        self._desk.submit(self._let_go).result()
        self._desk.shutdown()

    def _done(self, work: Callable[[Register], T], until: float) -> T:
        if perf_counter() > until:
            raise _too_many()
        began, was_open = perf_counter(), self._register is not None
        try:
            return self._worked(work)
        except FeedsError:  # a connection that was lost is lost for good
            self._let_go()
            if not was_open or perf_counter() - began > _AT_ONCE:
                raise
        return self._worked(work)  # lost while nobody asked: who asks now need not know

    def _worked(self, work: Callable[[Register], T]) -> T:
        if self._register is None:
            self._register = self._open.enter_context(self._opened())
        return work(replace(self._register, site=self._site.site, now=self._instant()))

    def _let_go(self) -> None:
        self._register = None
        self._open.close()


def _too_many() -> FeedsError:
    return FeedsError("too many wait for the state", help="ask again", exit_code=BUSY)
