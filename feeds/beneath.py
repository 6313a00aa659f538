"""Reaches what lies below a folder, and never through a link that leads out of it."""

import errno
import os
import shutil
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
OLD_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # opening a pipe would wait for its writer
"""How a folder, a file that must not be there yet, and one that is there are opened: never through a link."""

_AT_ONCE = 8
"""How many files are settled at the same time."""

_UNSETTLED = frozenset([errno.EACCES, errno.EINVAL, errno.ENOENT, errno.ENOTDIR, errno.ENOTSUP])
"""Why something need not be settled: it cannot be read, its disk does not know how, or it is no more there."""


class Beneath:
    """A folder held open, and of those below it the one used last: files of a run stand near each other.

    Paths are below it, with `/` and without `..`. Each step opens a name in a folder that is open already: whatever
    somebody puts into its place meanwhile, a link where a folder belongs is an OSError and never a way.
    """

    def __init__(self, top: str | Path, *, within: int | None = None) -> None:
        """Open the folder *top*, a name in the open folder *within* if there is one; OSError where it is a link."""
        self._top = os.open(top, FOLDER, dir_fd=within)
        self._last = ("", os.dup(self._top))

    def close(self) -> None:
        """Let the folders go."""
        os.close(self._last[1])
        os.close(self._top)

    def folder(self, name: str) -> "Beneath":
        """Return the folder *name* directly below, made if it is not there."""
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=self._top)
        return Beneath(name, within=self._top)

    def mode(self, path: str) -> int:
        """Return the mode of what is at *path*, a link's own; 0 where nothing is, or what only a link leads to."""
        try:
            folder, name = self._place(path)
            return os.lstat(name, dir_fd=folder).st_mode
        except OSError:
            return 0

    def has(self, path: str, data: bytes) -> bool:
        """Say whether *path* is a file with exactly these bytes."""
        try:
            with open(self.open(path), "rb") as file:
                status = os.fstat(file.fileno())
                return stat.S_ISREG(status.st_mode) and status.st_size == len(data) and file.read() == data
        except OSError:
            return False

    def open(self, path: str) -> int:
        """Return a descriptor of what is at *path*, to read; OSError where nothing is, or a link."""
        folder, name = self._place(path)
        return os.open(name, OLD_FILE, dir_fd=folder)

    def write(self, path: str, data: bytes) -> None:
        """Make the file at *path*; OSError where anything is."""
        folder, name = self._place(path)
        with open(os.open(name, NEW_FILE, 0o666, dir_fd=folder), "wb") as file:
            file.write(data)

    def take(self, path: str, other: "Beneath", name: str) -> None:
        """Move the file *name* of the folder *other* to *path* in one step; it replaces what is no folder."""
        folder, new = self._place(path, make=True)
        os.rename(name, new, src_dir_fd=other._top, dst_dir_fd=folder)  # noqa: SLF001 - of our own kind

    def settle(self, paths: Sequence[str]) -> None:
        """Return when the disk itself has the files and folders at *paths*, an empty one being the folder's own.

        Several at a time: a disk that is asked for many at once writes them at once. What is no more there is passed
        over, and so is a folder that cannot be read, or lies on a disk that does not know of the request.
        """
        faults: list[BaseException] = []
        parts = [paths[start::_AT_ONCE] for start in range(min(_AT_ONCE, len(paths)))]
        threads = [Thread(target=self._settle, args=(part, faults)) for part in parts]
        for step in (Thread.start, Thread.join):
            for thread in threads:
                step(thread)
        if faults:
            raise faults[0]

    def _settle(self, paths: Sequence[str], faults: list[BaseException]) -> None:
        """Settle one after the other, apart from other threads: `_place` serves one only."""
        for path in paths:
            folder, _, name = path.rpartition("/")
            try:
                above = self._opened(folder, make=False)
                try:
                    _sync(name or ".", above)
                finally:
                    os.close(above)
            except BaseException as error:  # noqa: BLE001 - raised again where the threads are awaited
                if not isinstance(error, OSError) or error.errno not in _UNSETTLED:
                    faults.append(error)

    def remove(self, path: str) -> None:
        """Remove the file or link at *path*; OSError where none is."""
        folder, name = self._place(path)
        os.unlink(name, dir_fd=folder)

    def remove_folder(self, path: str) -> None:
        """Remove the folder at *path*; OSError unless it is one, and empty."""
        folder, name = self._place(path)
        os.rmdir(name, dir_fd=folder)

    def clear(self, path: str) -> None:
        """Remove what is at *path*, if anything is, with all that is in it; a link goes, what it leads to stays."""
        if stat.S_ISDIR(self.mode(path)):
            folder, name = self._place(path)
            shutil.rmtree(name, dir_fd=folder)
        elif self.mode(path):
            self.remove(path)

    def _place(self, path: str, *, make: bool = False) -> tuple[int, str]:
        """Return the open folder that *path* lies in, *make* it if need be, and the name there."""
        folder, _, name = path.rpartition("/")
        if self._last[0] != folder:
            number = self._opened(folder, make=make)
            os.close(self._last[1])
            self._last = folder, number
        return self._last[1], name

    def _opened(self, folder: str, *, make: bool) -> int:
        number = os.dup(self._top)
        for name in folder.split("/") if folder else ():
            above = number
            try:
                number = _below(above, name, make=make)
            finally:
                os.close(above)
        return number


def _below(folder: int, name: str, *, make: bool) -> int:
    """Return the folder *name* in the open *folder*, opened."""
    with suppress(FileNotFoundError):
        return os.open(name, FOLDER, dir_fd=folder)
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
    return os.open(name, FOLDER, dir_fd=folder)


def _sync(name: str, folder: int) -> None:
    number = os.open(name, OLD_FILE, dir_fd=folder)
    try:
        os.fsync(number)
    finally:
        os.close(number)
