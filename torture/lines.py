"""Ends a run at one of the lines of feeds' own code that it executes, as a kill at that instant would."""

import os
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from torture.faulty import CRASHED
from torture.runs import TOP

_FEEDS = str(TOP / "feeds") + os.sep
_Traced = Callable[[FrameType, str, Any], Any]
"""What `sys.settrace` takes."""


def rooms(*names: str) -> Callable[[str], bool]:
    """Return what says whether a file is of one of the rooms with these *names*: modules, or folders of them."""
    starts = tuple(f"{_FEEDS}{name}" for name in names)
    return lambda file: file.startswith(starts)


def all_but(those: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return what says whether a file is of feeds, and not of *those* rooms."""
    return lambda file: file.startswith(_FEEDS) and not those(file)


class Death:
    """Ends this process before the line number *at*, counted from 1, that it executes in files *within* some rooms."""

    def __init__(self, at: int, within: Callable[[str], bool]) -> None:
        self._left = at
        self._within = within
        self._known: dict[CodeType, _Traced | None] = {}

    def install(self) -> None:
        """Count from now on, in functions that are called from now on."""
        sys.settrace(self._called)

    def _called(self, frame: FrameType, _event: str, _argument: object) -> _Traced | None:
        code = frame.f_code
        if code not in self._known:
            self._known[code] = self._executed if self._within(code.co_filename) else None
        return self._known[code]

    def _executed(self, _frame: FrameType, event: str, _argument: object) -> _Traced:
        if event == "line":
            self._left -= 1
            if not self._left:
                os._exit(CRASHED)
        return self._executed
