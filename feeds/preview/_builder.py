"""Builds in a process of its own for each build, which has the heavy modules from its first moment."""

import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from traceback import format_exc

from feeds.diagnostics import FeedsError
from feeds.reports import Report

Build = Callable[[], Report]

_HEAVY = ("build", "articles", "entries", *(f"render.{kind}" for kind in ("atom", "rss", "jsonfeed", "pages", "email")))

# One process for all builds would keep what each has read; one that is forked from a server with threads is not safe.
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload([f"feeds.{room}" for room in _HEAVY])


def apart(build: Build) -> Report:
    """Return what *build*, which can be pickled, returns elsewhere; raise what it raises.

    Where its process was killed, that is a `FeedsError`: what was published is as whole as before.
    """
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_tried, args=(build, theirs))
    process.start()
    theirs.close()
    try:
        answer: tuple[Report | None, Exception | None] = ours.recv()
    except EOFError as lost:
        raise FeedsError("the build was killed", help="save any file to build again") from lost
    finally:
        process.join()
        ours.close()
    report, error = answer
    if report is None:
        raise error or AssertionError("neither a report nor an error")
    return report


def _tried(build: Build, answer: "Connection[tuple[Report | None, Exception | None], object]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a build at any moment: it is made for that
    try:
        answer.send((build(), None))
    except Exception as error:  # noqa: BLE001 - it is raised again where the result is awaited
        error.add_note(format_exc())
        answer.send((None, error))
