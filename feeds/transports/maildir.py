"""Puts messages into a Maildir, for a mail program to read or another to send."""

import os
from collections.abc import Sequence
from contextlib import suppress
from errno import EDQUOT, EFBIG, ENOSPC
from hashlib import sha256
from pathlib import Path

from feeds.parcels import Parcel, Reply, Step

_PRIVATE = 0o700
_NAME = "feeds.{}"
_FULL = frozenset([ENOSPC, EDQUOT, EFBIG])


class Maildir:
    """A Maildir; a message that is in it already is not put there again, also when it has been read."""

    width = 1

    def __init__(self, folder: Path) -> None:
        """Prepare for *folder*, which is made when it is needed."""
        self._folder = folder
        self._seen: frozenset[str] | None = None
        self._waiting: list[str] = []

    def offer(self, parcels: Sequence[Parcel]) -> list[Reply | None]:
        """Write *parcels*, at most one, where nobody looks; None: it waits for its end."""
        return [self._offered(parcel) for parcel in parcels]

    def finish(self) -> list[Reply]:
        """Move what waits to where it is read."""
        waiting, self._waiting = self._waiting, []
        return [self._delivered(name) for name in waiting]

    def close(self) -> None:
        """Remove what waits for its end."""
        for name in self._waiting:
            self._drop(name)
        self._waiting = []

    def _offered(self, parcel: Parcel) -> Reply | None:
        try:
            self._prepare()
        except OSError as error:
            return _failure(Step.CONNECT, error)
        name = _NAME.format(sha256(parcel.recipient.encode() + b"\0" + parcel.message).hexdigest()[:40])
        try:
            _write(self._folder / "tmp" / name, parcel.message.replace(b"\r\n", b"\n"))
        except OSError as error:
            self._drop(name)
            return _failure(Step.DATA, error)
        self._waiting.append(name)
        return None

    def _prepare(self) -> None:
        """Make the folders that are not there, and see once what has been read: a mail program may rename that."""
        if self._seen is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
        for name in ("tmp", "new", "cur"):
            (self._folder / name).mkdir(exist_ok=True, mode=_PRIVATE)
        self._seen = frozenset(name.partition(":")[0] for name in os.listdir(self._folder / "cur"))

    def _delivered(self, name: str) -> Reply:
        new = self._folder / "new"
        try:
            if name in (self._seen or ()):
                self._drop(name)
            else:
                (self._folder / "tmp" / name).rename(new / name)  # if it is there: over itself
            _sync(new)
        except OSError as error:
            self._drop(name)
            return _failure(Step.END, error)
        return Reply(step=Step.END, code=250, text="2.0.0 in the Maildir")

    def _drop(self, name: str) -> None:
        with suppress(OSError):
            (self._folder / "tmp" / name).unlink()


def _write(path: Path, data: bytes) -> None:
    """Write *data*, to the disk, over what a run that was killed may have left there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(step: Step, error: OSError) -> Reply:
    """Return what a server would answer that cannot write."""
    is_full = error.errno in _FULL
    code, enhanced = (452, "4.3.1") if is_full else (451, "4.3.0")
    return Reply(step=step, code=code, text=f"{enhanced} {error.strerror}: {error.filename or 'the Maildir'}"[:200])
