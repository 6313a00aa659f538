"""Shows how far a long run has come."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol, TypeVar

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that a step may take before anything is shown of it."""

STEPS = 100
"""How often the bar is drawn at most."""


class Bar(Protocol):
    """What grows while a step goes on."""

    def update(self, n_steps: int, /) -> None:
        """Grow by *n_steps*."""


class Drawing(Protocol):
    """What draws bars."""

    def __call__(self, *, length: int, label: str, update_min_steps: int) -> AbstractContextManager[Bar]:
        """Return a bar of *length* steps with a *label*, drawn again only after some of them."""


def shown(
    items: Iterable[T], label: str, total: int, /, *, clock: Callable[[], float], drawing: Drawing
) -> Iterator[T]:
    """Yield *items*; where they take longer than a second, a bar says how many of *total* have come."""
    started = clock()
    bar = None
    with ExitStack() as stack:
        for number, item in enumerate(items):
            yield item
            if bar is not None:
                bar.update(1)
            elif clock() - started > PATIENCE:
                steps = max(1, total // STEPS)
                bar = stack.enter_context(drawing(length=total, label=label, update_min_steps=steps))
                bar.update(number + 1)
