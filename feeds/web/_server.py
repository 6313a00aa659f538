"""Runs the public server until it is asked to end, and then answers everybody who has asked."""

import asyncio
import resource
from collections.abc import Callable, Sequence
from contextlib import suppress
from socket import socket
from typing import cast

import uvloop
from starlette.types import ASGIApp
from uvicorn import Server
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from feeds.web._doors import hush
from feeds.web._house import House, HouseConfig, logger_of
from feeds.web._limits import Limits
from feeds.web._protocol import Connection

_FILES = 4
"""Descriptors for each connection: of the client, of a file that is sent, and what the state needs."""


def serve(
    app: ASGIApp, doors: Sequence[socket], failed: Callable[[str], None], limits: Limits, is_over: Callable[[], bool]
) -> None:
    """Serve *app* at *doors*, which listen, until SIGTERM or SIGINT; they are closed then.

    Who was let in is answered, for `limits.end` seconds at most. *failed* is called with the traceback of a fault in
    *app*, whose client gets a 500. *is_over* says whether the process was asked to end before it listened for that.
    """
    _make_room(limits.connections * _FILES)
    house = House(limits=limits, logger=logger_of(failed))
    server = _Server(HouseConfig(app, house, Connection), house, is_over)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=list(doors)))


def behind_proxy(app: ASGIApp, trusted: str) -> ASGIApp:
    """Return *app* with the client and the scheme that `X-Forwarded-For` and `X-Forwarded-Proto` name.

    They are believed from the addresses and networks in *trusted* alone, separated by commas; `*`: from everybody.
    """
    return ProxyHeadersMiddleware(app, trusted_hosts=trusted)  # type: ignore[arg-type, return-value]


class _Server(Server):
    """A server that looks after its connections, and shuts its doors before it closes them."""

    def __init__(self, config: HouseConfig, house: House, is_over: Callable[[], bool]) -> None:
        super().__init__(config)
        self._house = house
        self._is_over = is_over

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to serve; signals are heard from here on, and one that came just before is seen."""
        await self.on_tick(0)  # the date for those who are answered at once
        await super().startup(sockets)
        self.should_exit = self.should_exit or self._is_over()
        self._looking = asyncio.create_task(self._look_after())

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let nobody in any more, and everybody out who is in: with an answer, if they have asked."""
        self._house.is_closing = True
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for at in sockets or []:
            hush(at)
        await asyncio.sleep(self._house.limits.grace)  # what is on its way arrives
        for server in self.servers:
            server.close()
        for at in sockets or []:
            at.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._house.limits.end):
                await self._empty()
        self._looking.cancel()
        for connection in list(self.server_state.connections):
            cast(Connection, connection).cut()
        for task in list(self.server_state.tasks):
            task.cancel()

    async def _empty(self) -> None:
        """Return when nobody is in any more; who asks nothing is shown out, after a while for what is on its way."""
        while not self.force_exit:
            await asyncio.sleep(self._house.limits.grace)
            for connection in list(self.server_state.connections):
                cast(Connection, connection).leave()
            if not self.server_state.connections and not self.server_state.tasks:
                return

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(self._house.limits.look)
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                cast(Connection, connection).look(now)


def _make_room(files: int) -> None:
    """Let this process open as many *files*, if it may; many systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
