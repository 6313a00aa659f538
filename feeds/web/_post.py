"""Has invitations delivered as soon as they wait, aside from the server's own work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from feeds.diagnostics import FeedsError
from feeds.web._house import trace_of

_AGAIN = timedelta(minutes=1)
"""After a trouble, which may pass."""

_PATIENCE = 30.0
"""Seconds; mail servers may take minutes to answer, and who wants the process to end waits for one (systemd: 90)."""


class Courier:
    """Someone who delivers, and waits for more."""

    def __init__(  # noqa: PLR0913 - what a thread of its own needs
        self,
        deliver: Callable[[], datetime | None],
        instant: Callable[[], datetime],
        told: Callable[[FeedsError], None],
        failed: Callable[[str], None],
        *,
        is_over: Event,
        patience: float = _PATIENCE,
    ) -> None:
        """Begin: *deliver* delivers what is due, and returns when the next is; None: nothing waits.

        It ends between two messages when *is_over* is set, which `close` does. A fault of ours is *failed*, with its
        traceback, and tried again like any other trouble.
        """
        self._deliver = deliver
        self._instant = instant
        self._told = told
        self._failed = failed
        self._is_over = is_over
        self._patience = patience
        self._is_wanted = Event()
        self._at_work = Thread(target=self._work, name="post", daemon=True)
        self._at_work.start()

    def wake(self) -> None:
        """Deliver what is due, soon."""
        self._is_wanted.set()

    def close(self) -> None:
        """End after the message at hand; one that takes too long is left as a kill would leave it."""
        self._is_over.set()
        self._is_wanted.set()
        self._at_work.join(self._patience)

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
        except Exception as fault:  # noqa: BLE001 - nobody would get an invitation any more, and nobody know it
            self._failed(trace_of(fault))
        return self._instant() + _AGAIN
