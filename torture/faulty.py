"""Ends a run at one of its operations on files, as a crash of the machine would."""

# ruff: noqa: ANN401 - it stands before functions of Python's own, and hands on whatever they are given

import builtins
import os
import sqlite3
from collections.abc import Callable
from typing import Any, Self

CRASHED = 99
"""The exit code of a run that was ended so."""

_CALLS = ("rename", "replace", "link", "symlink", "unlink", "remove", "mkdir", "rmdir", "fsync", "write", "utime")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Crash:
    """Ends this process before its operation number *at* on files, counted from 1."""

    def __init__(self, at: int, end: Callable[[int], object] = os._exit) -> None:
        self._left = at
        self._end = end

    def install(self, put: Callable[[object, str, object], None] = setattr) -> None:
        """Stand before every operation of this process from now on; a write counts twice, before and half done."""
        for name in _CALLS:
            put(os, name, self._counted(getattr(os, name)))
        put(os, "open", self._opening(os.open))
        put(builtins, "open", self._writing(open))
        put(sqlite3, "connect", _connecting(self, sqlite3.connect))

    def step(self) -> None:
        """Count an operation, or end here."""
        self._left -= 1
        if not self._left:
            self._end(CRASHED)

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.step()
            return call(*arguments, **options)

        return counted

    def _opening(self, call: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
            if flags & _WRITES:
                self.step()
            return call(path, flags, *arguments, **options)

        return opened

    def _writing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            found = call(file, mode, *arguments, **options)
            return _HalfWritten(found, self) if mode == "wb" else found

        return opened


class _HalfWritten:
    """A file of which half is on the disk for a moment."""

    def __init__(self, file: Any, crash: Crash) -> None:
        self._file, self._crash = file, crash

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        self._crash.step()
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        self._crash.step()
        self._file.write(data[len(data) // 2 :])


def _connecting(crash: Crash, call: Callable[..., Any]) -> Callable[..., Any]:
    class Connection(sqlite3.Connection):
        """A connection whose every statement counts, and its commit."""

        def execute(self, *arguments: Any) -> Any:
            crash.step()
            return super().execute(*arguments)

        def executemany(self, *arguments: Any) -> Any:
            crash.step()
            return super().executemany(*arguments)

        def __exit__(self, *arguments: Any) -> Any:  # noqa: PYI036 - handed on as they come
            crash.step()
            return super().__exit__(*arguments)

    def connect(*arguments: Any, **options: Any) -> Any:
        return call(*arguments, factory=Connection, **options)

    return connect
