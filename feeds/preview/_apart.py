"""Does what is heavy in a process of its own, which has the modules for it from its first moment."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
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


class StoppedError(FeedsError):
    """Ctrl-C ended the process at work; whoever waits for it is told to end as well."""


def apart(work: Callable[[], T]) -> T:
    """Return what *work*, which can be pickled, returns elsewhere; raise what it raises.

    Where its process was killed, that is a `FeedsError`: what was published is as whole as before. Whoever is
    interrupted while waiting ends it.
    """
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_tried, args=(work, theirs))
    resource_tracker.ensure_running()  # which the first process would start otherwise, and SIGINT is heard after that
    try:
        with _unheard(signal.SIGINT):
            process.start()
            theirs.close()
        answer: tuple[T | None, Exception | None] = ours.recv()
        process.join()
    except EOFError as lost:
        process.join()
        raise _killed(process.exitcode) from lost
    except KeyboardInterrupt:
        process.terminate()
        raise
    finally:
        ours.close()
    result, error = answer
    if result is None:
        raise error or AssertionError("neither a result nor an error")
    return result


@contextmanager
def _unheard(number: signal.Signals) -> Iterator[None]:
    """Keep a signal waiting; the server of processes that is started meanwhile, and all of its, do not hear it.

    Ctrl-C reaches every process at a terminal, and one that is still loading modules would answer with a traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _killed(exit_code: int | None) -> FeedsError:
    kind = StoppedError if exit_code == -signal.SIGINT else FeedsError
    return kind("the process at work was killed", help="save any file to build again")


def _tried(work: Callable[[], T], answer: "Connection[tuple[T | None, Exception | None], object]") -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as shells have it for what they run aside
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a build at any moment: it is made for that
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with suppress(BrokenPipeError):  # nobody waits for it any longer
        answer.send(_outcome(work))


def _outcome(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    try:
        return work(), None
    except Exception as error:  # noqa: BLE001 - it is raised again where the result is awaited
        error.add_note(format_exc())
        return None, error
