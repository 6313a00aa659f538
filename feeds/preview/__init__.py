"""Shows `out/` on localhost and rebuilds when a file changes."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from socket import create_server, socket

from feeds.desk import load
from feeds.diagnostics import BUSY, FeedsError
from feeds.drafts import Draft
from feeds.figures import Stats
from feeds.preview._apart import apart
from feeds.preview._app import app_of
from feeds.preview._drafts import Drafts
from feeds.preview._look import Look, after, in_trouble
from feeds.preview._server import Live, serve
from feeds.preview._watch import keep_current
from feeds.reports import Report

__all__ = ["Errands", "door", "preview"]

_LAST = 65535
"""The highest port there is."""


@dataclass(frozen=True, kw_only=True)
class Errands:
    """What the preview has others do. The first three can be pickled: each call is in a process of its own."""

    build: Callable[[], Report]
    survey: Callable[[], Stats]
    draft: Callable[[str, str], Draft]
    """Given a digest and the key of one of its editions."""

    opened: Callable[[], None]
    """Called when browsers can come."""

    failed: Callable[[FeedsError], None]
    """Called with what keeps a site from being built again."""


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


def preview(folder: Path, at: socket, errands: Errands) -> None:
    """Build *folder*, and serve its `out/` and what it is made into *at* a socket, until the process is asked to end.

    It is built at first and whenever a file of the site changes, and pages that are open show the result. What the
    first build raises is raised; a `FeedsError` of a later one is shown until it is mended.
    """
    live = Live(after(Look(mark=f"{os.getpid()}", site=load(folder).site), apart(errands.build)))
    errands.opened()

    async def rebuild() -> bool:
        live.look = await asyncio.to_thread(_looked, folder, live.look, errands)
        return live.look.is_busy

    drafts = Drafts(lambda digest, key: apart(partial(errands.draft, digest, key)))
    app = app_of(folder / "out", live, lambda: apart(errands.survey), drafts)
    asyncio.run(serve(app, at, live, keep_current(folder, rebuild)))


def _looked(folder: Path, before: Look, errands: Errands) -> Look:
    try:
        return after(before, apart(errands.build), load(folder).site)
    except FeedsError as error:
        errands.failed(error)
        return in_trouble(before, error)
