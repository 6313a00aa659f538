"""Keeps what templates were compiled into, so that the next run need not."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import blake2b

from feeds.beneath import FOLDER, NEW_FILE, OLD_FILE
from feeds.store import program_stamp

_SIZE = 32
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def kept(folder: str, name: str, made_of: str) -> bytes | None:
    """Return what *folder* keeps under *name*; None unless it is whole, and was made of *made_of* by this program.

    It may be code, so nothing is taken from a folder in which others may write, or of which others are the owners.
    """
    if not folder:
        return None
    try:
        data = _read(folder, _file(name))
    except OSError:
        return None
    seal, result = data[:_SIZE], data[_SIZE:]
    return result if seal == _seal(result, made_of) else None


def keep(folder: str, name: str, made_of: str, result: bytes) -> None:
    """Keep *result* under *name*, for as long as it is made of *made_of*; where that cannot be done, it is not kept."""
    if not folder:
        return
    with suppress(OSError):
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)  # not what it lies in: a site that was moved away meanwhile is not begun anew
        _write(folder, _file(name), _seal(result, made_of) + result)


def _read(folder: str, name: str) -> bytes:
    with _opened(folder, FOLDER) as inside, _opened(name, OLD_FILE, inside) as number:
        return b"".join(iter(lambda: os.read(number, 1 << 20), b""))


def _write(folder: str, name: str, data: bytes) -> None:
    number = os.open(folder, FOLDER)
    try:
        os.fchmod(number, 0o700)  # an older version made it as everything else
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=number)
        # Half a file has no seal, and is as good as none: a run that is killed here leaves nothing beside.
        with open(os.open(name, NEW_FILE, 0o600, dir_fd=number), "wb") as file:
            file.write(data)
    finally:
        os.close(number)


@contextmanager
def _opened(path: str, flags: int, within: int | None = None) -> Iterator[int]:
    """Open what only this user can have written; anything else, links included, is an OSError."""
    number = os.open(path, flags, dir_fd=within)
    try:
        status = os.fstat(number)
        if status.st_uid != os.geteuid() or status.st_mode & _OTHERS_WRITE:
            raise PermissionError(errno.EPERM, "others may have written it", path)
        yield number
    finally:
        os.close(number)


def _file(name: str) -> str:
    return blake2b(name.encode(), digest_size=12).hexdigest()


def _seal(result: bytes, made_of: str) -> bytes:
    """Return a hash of *result* and of all that it depends on."""
    key = blake2b(made_of.encode("utf-8", "surrogatepass"), key=_program()).digest()
    return blake2b(result, key=key, digest_size=_SIZE).digest()


@cache
def _program() -> bytes:
    return blake2b(program_stamp().encode()).digest()
