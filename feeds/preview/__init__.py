"""Shows `out/` on localhost and rebuilds when a file changes."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from socket import create_server, socket

from feeds.desk import load
from feeds.diagnostics import BUSY, FeedsError
from feeds.preview._app import app_of
from feeds.preview._builder import Build, apart
from feeds.preview._look import Look, after, in_trouble
from feeds.preview._server import Live, serve
from feeds.preview._watch import keep_current

__all__ = ["door", "preview"]

Told = Callable[[FeedsError], None]

_LAST = 65535
"""The highest port there is."""


def door(port: int) -> socket:
    """Return a socket of this machine alone at *port*; 0: at any that is free. A taken one is a `FeedsError`."""
    try:
        return create_server(("127.0.0.1", port))
    except OSError as error:
        raise FeedsError(
            f"cannot listen at port {port}: {os.strerror(error.errno or 0)}",
            help=f"choose another: feeds preview --port {port % _LAST + 1}",
            exit_code=BUSY,
        ) from error


def preview(
    folder: Path, at: socket, build: Build, opened: Callable[[], None], failed: Callable[[FeedsError], None]
) -> None:
    """Build *folder*, and serve its `out/` and what it is made into *at* a socket, until the process is asked to end.

    *build* is called, each time in a process of its own, at first and whenever a file of the site changes, and pages
    that are open show the result. What the first raises is raised; a `FeedsError` of a later one is shown until it is
    mended. *opened* is called when browsers can come, *failed* with each such error.
    """
    live = Live(after(Look(mark=f"{os.getpid()}", site=load(folder).site), apart(build)))
    opened()

    async def rebuild() -> bool:
        live.look = await asyncio.to_thread(_looked, folder, live.look, build, failed)
        return live.look.is_busy

    asyncio.run(serve(app_of(folder / "out", live), at, live, keep_current(folder, rebuild)))


def _looked(folder: Path, before: Look, build: Build, failed: Told) -> Look:
    try:
        return after(before, apart(build), load(folder).site)
    except FeedsError as error:
        failed(error)
        return in_trouble(before, error)
