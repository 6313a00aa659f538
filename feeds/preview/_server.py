"""Serves the preview, and tells open pages of each new look."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from socket import socket
from types import FrameType

from starlette.types import ASGIApp
from uvicorn import Config, Server

from feeds.preview._look import Look


class Live:
    """The look as it is now, for those who wait for the next."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._changed = asyncio.Event()
        self.is_over = False

    @property
    def look(self) -> Look:
        """Return the look as it is now."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._look = look
        self._wake()

    async def looks(self) -> AsyncIterator[Look]:
        """Yield the look as it is, and each that differs, until the preview ends."""
        shown = ""
        while not self.is_over:
            if self._look.mark != shown:
                shown = self._look.mark
                yield self._look
            else:
                await self._changed.wait()

    def end(self) -> None:
        """Let nobody wait any longer."""
        self.is_over = True
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


async def serve(
    app: ASGIApp, at: socket, live: Live, work: Coroutine[None, None, None], is_over: Callable[[], bool]
) -> None:
    """Serve *app* while *work* goes on, until the process is asked to end; what *work* raises ends both.

    *is_over* says whether it was asked before the server listened for that.
    """
    server = _Server(Config(app, log_config=None, access_log=False, lifespan="off", ws="none"), live, is_over)
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work)
        await server.serve(sockets=[at])
        working.cancel()


class _Server(Server):
    """A server that does not wait for pages that wait for news."""

    def __init__(self, config: Config, live: Live, is_over: Callable[[], bool]) -> None:
        super().__init__(config)
        self._live = live
        self._is_over = is_over
        self._loop = asyncio.get_running_loop()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to serve; signals are heard from here on, and one that came just before is seen."""
        await super().startup(sockets)
        self.should_exit = self.should_exit or self._is_over()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the server; called by a signal, at any moment."""
        super().handle_exit(sig, frame)
        self._loop.call_soon_threadsafe(self._live.end)
