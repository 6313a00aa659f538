"""Has invitations delivered as soon as they wait, aside from the server's own work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from feeds.diagnostics import FeedsError

_AGAIN = timedelta(minutes=1)
"""After a trouble, which may pass."""


class Post:
    """Someone who delivers, and waits for more."""

    def __init__(
        self,
        deliver: Callable[[], datetime | None],
        instant: Callable[[], datetime],
        told: Callable[[FeedsError], None],
        is_over: Event,
    ) -> None:
        """Begin: *deliver* delivers what is due, and returns when the next is; None: nothing waits.

        It ends between two messages when *is_over* is set, which `close` does.
        """
        self._deliver = deliver
        self._instant = instant
        self._told = told
        self._is_over = is_over
        self._is_wanted = Event()
        self._at_work = Thread(target=self._work, name="post")
        self._at_work.start()

    def wake(self) -> None:
        """Deliver what is due, soon."""
        self._is_wanted.set()

    def close(self) -> None:
        """End after the message at hand."""
        self._is_over.set()
        self._is_wanted.set()
        self._at_work.join()

    def _work(self) -> None:
        while not self._is_over.is_set():
            self._is_wanted.clear()
            next_at = self._next_at()
            self._is_wanted.wait(None if next_at is None else max((next_at - self._instant()).total_seconds(), 0))

    def _next_at(self) -> datetime | None:
        try:
            return self._deliver()
        except FeedsError as error:
            self._told(error)
            return self._instant() + _AGAIN
