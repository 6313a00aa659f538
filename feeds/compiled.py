"""Keeps what templates were compiled into, so that the next run need not."""

import os
from contextlib import suppress
from functools import cache
from hashlib import blake2b

from feeds.store import program_stamp

_SIZE = 32


def kept(folder: str, name: str, made_of: str) -> bytes | None:
    """Return what *folder* keeps under *name*; None unless it is whole, and was made of *made_of* by this program."""
    if not folder:
        return None
    try:
        with open(_path(folder, name), "rb") as file:
            data = file.read()
    except OSError:
        return None
    seal, result = data[:_SIZE], data[_SIZE:]
    return result if seal == _seal(result, made_of) else None


def keep(folder: str, name: str, made_of: str, result: bytes) -> None:
    """Keep *result* under *name*, for as long as it is made of *made_of*; where that cannot be done, it is not kept."""
    if not folder:
        return
    path = _path(folder, name)
    new = f"{path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(folder, exist_ok=True)
        with open(new, "wb") as file:
            file.write(_seal(result, made_of) + result)
        os.replace(new, path)


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, blake2b(name.encode(), digest_size=12).hexdigest())


def _seal(result: bytes, made_of: str) -> bytes:
    """Return a hash of *result* and of all that it depends on."""
    key = blake2b(made_of.encode("utf-8", "surrogatepass"), key=_program()).digest()
    return blake2b(result, key=key, digest_size=_SIZE).digest()


@cache
def _program() -> bytes:
    return blake2b(program_stamp().encode()).digest()
