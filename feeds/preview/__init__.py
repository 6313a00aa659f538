"""Shows `out/` on localhost and rebuilds when a file changes."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from socket import create_server, socket

from feeds.desk import load
from feeds.diagnostics import BUSY, FeedsError
from feeds.preview._app import app_of
from feeds.preview._look import Look, after, in_trouble
from feeds.preview._server import Live, serve
from feeds.preview._watch import keep_current
from feeds.reports import Report

__all__ = ["door", "preview"]

_LAST = 65535
"""The highest port there is."""

Build = Callable[[], Report]


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


def preview(folder: Path, at: socket, first: Report, build: Build) -> None:
    """Serve *folder*'s `out/` and what it is made into *at* a socket, until the process is asked to end.

    *first* is the report of the build before. Whenever a file of the site changes, *build* is called, in a thread, and
    pages that are open show the result; a `FeedsError` that it raises is shown instead, until it is mended.
    """
    live = Live(after(Look(mark=f"{os.getpid()}", site=load(folder).site), first))

    async def rebuild() -> bool:
        live.look = await asyncio.to_thread(_looked, folder, live.look, build)
        return live.look.is_busy

    asyncio.run(serve(app_of(folder / "out", live), at, live, keep_current(folder, rebuild)))


def _looked(folder: Path, before: Look, build: Build) -> Look:
    try:
        return after(before, build(), load(folder).site)
    except FeedsError as error:
        return in_trouble(before, error)
