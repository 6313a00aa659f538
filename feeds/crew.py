"""Shares work among processes, none of which holds the run up or outlives it."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from traceback import format_exc
from typing import TYPE_CHECKING, Generic, TypeVar

from feeds.diagnostics import BUSY, FeedsError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
R = TypeVar("R")

_OFTEN = 8
"""After how many results it is seen who has finished: looking costs as much as a small one."""


def shared(task: Callable[[T], Sequence[R]], parts: Sequence[T], size: int) -> Iterator[R]:
    """Yield what *task* makes of each of *parts*, in their order, made by *size* processes.

    An exception in one of them is raised here. Where one was killed: `FeedsError` with exit code 75.
    """
    with closing(_Crew(task, min(size, len(parts)))) as crew:
        yield from crew.results(parts)


@dataclass(frozen=True, eq=False)
class _Mate(Generic[T, R]):
    """A process with pipes of its own: no other waits for what it held when it was killed."""

    process: "BaseProcess"
    orders: "Connection[T, object]"
    answers: "Connection[object, tuple[R, Exception | None]]"


class _Crew(Generic[T, R]):
    """Processes that do one task."""

    def __init__(self, task: Callable[[T], Sequence[R]], size: int) -> None:
        self._mates: list[_Mate[T, Sequence[R]]] = []
        self._at_work: dict[Connection[object, object], tuple[_Mate[T, Sequence[R]], int]] = {}
        self._done: dict[int, Sequence[R]] = {}
        for _ in range(size):
            self._mates.append(_hired(task, self._mates))

    def results(self, parts: Sequence[T]) -> Iterator[R]:
        """Yield what is made of each of *parts*, in their order."""
        todo = iter(enumerate(parts))
        for mate in self._mates:
            self._order(mate, todo)
        for number in range(len(parts)):
            while number not in self._done:
                self._collect(todo, None)
            for place, result in enumerate(self._done.pop(number)):
                if place % _OFTEN == 0:
                    self._collect(todo, 0)
                yield result

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for mate in self._mates:
            mate.process.kill()
        for mate in self._mates:
            mate.process.join()
            mate.orders.close()
            mate.answers.close()

    def _order(self, mate: _Mate[T, Sequence[R]], todo: Iterator[tuple[int, T]]) -> None:
        """Have *mate* do the next part, if there is one."""
        for number, part in todo:
            with suppress(BrokenPipeError):  # its answer, which never comes, tells that it was killed
                mate.orders.send(part)
            self._at_work[mate.answers] = mate, number
            return

    def _collect(self, todo: Iterator[tuple[int, T]], seconds: float | None) -> None:
        """Take the answers that come within some *seconds*, None: one at least, and have their makers go on."""
        from multiprocessing.connection import wait  # noqa: PLC0415 - only where there are processes

        for answers in wait(list(self._at_work), seconds):
            mate, number = self._at_work.pop(answers)  # type: ignore[call-overload]
            self._done[number] = _answer(mate)
            self._order(mate, todo)


def _hired(task: Callable[[T], R], others: Iterable[_Mate[T, R]]) -> _Mate[T, R]:
    """Start a process that does *task* with each part that it is sent.

    What it is begun with costs nothing where it is forked; what it is sent is packed and unpacked.
    """
    from multiprocessing import Pipe, Process  # noqa: PLC0415 - as above

    orders, our_orders = Pipe(duplex=False)
    our_answers, answers = Pipe(duplex=False)
    inherited = [our_orders, our_answers, *(end for mate in others for end in (mate.orders, mate.answers))]
    process = Process(target=_work, args=(task, orders, answers, inherited), daemon=True)
    process.start()
    orders.close()
    answers.close()
    return _Mate(process, our_orders, our_answers)


def _answer(mate: _Mate[T, R]) -> R:
    try:
        result, error = mate.answers.recv()
    except (EOFError, OSError) as lost:
        remedy = "run it again; where memory runs out, with --jobs 1"
        raise FeedsError("a worker process was killed; nothing was published", help=remedy, exit_code=BUSY) from lost
    if error is not None:
        raise error
    return result


# --- in a process --------------------------------------------------------------------------------


def _work(
    task: Callable[[T], R],
    orders: "Connection[object, T]",
    answers: "Connection[tuple[R | None, Exception | None], object]",
    inherited: "Iterable[Connection]",
) -> None:
    """Do *task* with each part that comes, until the other end is closed: for that, no copy of it may be open here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever pressed the keys means the run
    for end in inherited:
        end.close()
    _leave_with_parent()
    with suppress(EOFError, OSError):
        while True:
            answers.send(_tried(task, orders.recv()))


def _tried(task: Callable[[T], R], part: T) -> tuple[R | None, Exception | None]:
    try:
        return task(part), None
    except Exception as error:  # noqa: BLE001 - it is raised again where the results are awaited
        error.add_note(format_exc())
        return None, error


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, also in the middle of its work: it holds the lock."""
    from multiprocessing import parent_process  # noqa: PLC0415 - as above
    from threading import Thread  # noqa: PLC0415

    def leave() -> None:
        if (parent := parent_process()) is not None:
            parent.join()
            os._exit(1)

    Thread(target=leave, daemon=True).start()
