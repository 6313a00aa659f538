"""Does what is heavy in a process of its own, which has the modules for it from its first moment."""

import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from traceback import format_exc
from typing import TypeVar

from feeds.diagnostics import FeedsError

T = TypeVar("T")

_HEAVY = ("preview", "build", "articles", "entries", "render.email", "render.rss", "render.jsonfeed", "render.pages")
"""The preview too: what a process is to do is found in it, and finding it would load it."""

# One process for all of them would keep what each has read; one that is forked from a server with threads is not safe.
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["__main__", *(f"feeds.{room}" for room in _HEAVY)])


def apart(work: Callable[[], T]) -> T:
    """Return what *work*, which can be pickled, returns elsewhere; raise what it raises.

    Where its process was killed, that is a `FeedsError`: what was published is as whole as before.
    """
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_tried, args=(work, theirs))
    process.start()
    theirs.close()
    try:
        answer: tuple[T | None, Exception | None] = ours.recv()
    except EOFError as lost:
        raise FeedsError("the process at work was killed", help="save any file to build again") from lost
    finally:
        process.join()
        ours.close()
    result, error = answer
    if result is None:
        raise error or AssertionError("neither a result nor an error")
    return result


def _tried(work: Callable[[], T], answer: "Connection[tuple[T | None, Exception | None], object]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a build at any moment: it is made for that
    try:
        answer.send((work(), None))
    except Exception as error:  # noqa: BLE001 - it is raised again where the result is awaited
        error.add_note(format_exc())
        answer.send((None, error))
