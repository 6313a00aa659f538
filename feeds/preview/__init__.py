"""Shows `out/` on localhost and rebuilds when a file changes."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from socket import create_server, socket

from feeds.desk import load
from feeds.diagnostics import BUSY, FeedsError, Severity
from feeds.drafts import Draft
from feeds.figures import Stats
from feeds.preview._apart import StoppedError, apart
from feeds.preview._app import app_of
from feeds.preview._drafts import Drafts
from feeds.preview._look import Look, after, in_trouble
from feeds.preview._server import Live, serve
from feeds.preview._watch import keep_current
from feeds.reports import Report

__all__ = ["Errands", "Look", "door", "first_look", "preview"]

_LAST = 65535
"""The highest port there is."""


@dataclass(frozen=True, kw_only=True)
class Errands:
    """What the preview has others do. The first three can be pickled: each call is in a process of its own."""

    build: Callable[[], Report]
    survey: Callable[[], Stats]
    draft: Callable[[str, str], Draft]
    """Given a digest and the key of one of its editions."""

    built: Callable[[Report, float], None]
    """Called with each build that changed what there is to say, and the seconds that it took.

    Of its diagnostics there are those that cost something, and the others once.
    """

    clock: Callable[[], float]
    """Returns seconds, from whenever."""

    failed: Callable[[FeedsError], None]
    """Called with what keeps the site from being built again, once until something else does."""


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


def first_look(folder: Path, errands: Errands) -> Look:
    """Build *folder*, and return how it looks; what the build raises is raised."""
    started = errands.clock()
    site = load(folder).site
    report = apart(errands.build)
    errands.built(report, errands.clock() - started)
    return after(Look(mark=f"{os.getpid()}", site=site), report)


def preview(folder: Path, at: socket, errands: Errands, look: Look, is_over: Callable[[], bool]) -> None:
    """Serve `out/` and what it is made into *at* a socket, from a first *look*, until the process is asked to end.

    *folder* is built again whenever a file of the site changes, and pages that are open show the result. A
    `FeedsError` is shown until it is mended. *is_over* says whether the process was asked to end before it served.
    """
    live = Live(look)

    async def rebuild() -> bool:
        live.look = await asyncio.to_thread(_looked, folder, live.look, errands)
        return live.look.is_busy

    def content() -> str:
        return live.look.site.content.folder

    drafts = Drafts(lambda digest, key: apart(partial(errands.draft, digest, key)))
    app = app_of(folder / "out", live, lambda: apart(errands.survey), drafts)
    asyncio.run(serve(app, at, live, keep_current(folder, content, rebuild), is_over))


def _looked(folder: Path, before: Look, errands: Errands) -> Look:
    started = errands.clock()
    try:
        report = apart(errands.build)
        look = after(before, report, load(folder).site)
        if look.mark != before.mark:
            errands.built(_news(report, before), errands.clock() - started)
    except StoppedError:
        return before
    except FeedsError as error:
        look = in_trouble(before, error)
        if look.mark != before.mark:
            errands.failed(error)
    return look


def _news(report: Report, before: Look) -> Report:
    """Return *report* without the warnings and notes that were there *before*: hundreds would hide the new one."""
    known = {problem for problem in before.problems if problem.severity is not Severity.ERROR}
    return replace(report, diagnostics=tuple(problem for problem in report.diagnostics if problem not in known))
