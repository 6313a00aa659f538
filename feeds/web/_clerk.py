"""Has the state open, and does one thing after the other with it, aside from the server's own work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from feeds.diagnostics import BUSY, FeedsError
from feeds.membership import Register
from feeds.web._site import LiveSite

T = TypeVar("T")

_QUEUE = 200
"""How many may wait; who comes then is told at once to come again, which costs less than to wait in vain."""


class Clerk:
    """Whoever may ask for something that the state has to know."""

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[Register]],
        site: LiveSite,
        instant: Callable[[], datetime],
    ) -> None:
        """Have the register *opened* when it is first needed; *site* and *instant* are asked each time."""
        self._opened = opened
        self._site = site
        self._instant = instant
        self._register: Register | None = None
        self._open = ExitStack()
        self._waiting = 0
        self._desk = ThreadPoolExecutor(1, "clerk")  # one: SQLite has one writer, and its connection one thread

    async def do(self, work: Callable[[Register], T]) -> T:
        """Return what *work* makes of the register, once all before it is done.

        What cannot be read or kept just now is a `FeedsError` with exit code 75, and nothing of it is half done.
        """
        if self._waiting >= _QUEUE:
            raise FeedsError("too many wait for the state", help="ask again", exit_code=BUSY)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._desk, self._done, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Do what is begun, and let go of the state."""
        self._desk.submit(self._let_go).result()
        self._desk.shutdown()

    def _done(self, work: Callable[[Register], T]) -> T:
        try:
            if self._register is None:
                self._register = self._open.enter_context(self._opened())
            return work(replace(self._register, site=self._site.site, now=self._instant()))
        except FeedsError:  # a connection that was lost is lost for good
            self._let_go()
            raise

    def _let_go(self) -> None:
        self._register = None
        self._open.close()
