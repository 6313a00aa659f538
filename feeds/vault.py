"""Reads what must stay secret: from files that only their owner can read."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from feeds.beneath import NEW_FILE, OLD_FILE
from feeds.diagnostics import BUSY, FeedsError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SHORTEST = 16
_LONGEST = 65_536
_STATES = ("state.sqlite3", "state.stamp")
"""What stands beside a key that was used: subscribers, and what was last sent."""


def keys_of(given: str, folder: Path, *, is_lasting: bool = True) -> tuple[bytes, ...]:
    """Return the keys that seal tokens: those *given*, parted by blanks, and then that of the state's *folder*.

    The first seals, all are believed: a new one is put before the old. Where there is none one is made, and kept in
    `secret`, for its owner alone. One that is too short or that others can read is a `FeedsError` with exit code 2, and
    so is one that is lost where there is a state: what is out in messages was sealed with it.
    Unless the run *is_lasting*, none is made: one serves that is forgotten.
    """
    file = folder / "secret"
    named = tuple(map(os.fsencode, given.split()))
    keys = named if named and not os.path.lexists(file) else (*named, *_kept(file, is_lasting=is_lasting))
    if min(map(len, keys), default=0) < _SHORTEST:
        raise FeedsError(
            f"{'FEEDS_SECRET' if given.split() else file} has a key of fewer than {_SHORTEST} characters, or none",
            help="make one with: openssl rand -hex 32",
            exit_code=2,
        )
    return keys


def secret_of(path: Path) -> bytes:
    """Return the bytes of the file at *path*; one that is not there or that others can read is a `FeedsError`."""
    try:
        with open(os.open(path, OLD_FILE), "rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise FeedsError(f"{path} can be read by others", help=f"run: chmod 600 {path}", exit_code=2)
            return file.read(_LONGEST)
    except OSError as error:
        words = f"{path} cannot be read: {error.strerror}"
        raise FeedsError(words, help="it is a file of its own, not a link; see docs/sending.md", exit_code=2) from error


def _kept(path: Path, *, is_lasting: bool) -> tuple[bytes, ...]:
    """Return the keys in the file at *path*, which is made, with one, if it is not there."""
    try:
        if not os.path.lexists(path):
            _refuse_lost(path)
            if not is_lasting:
                return (secrets.token_bytes(32),)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _made(path)
    except OSError as error:
        words = f"{path} cannot be written: {error.strerror}"
        raise FeedsError(words, help="make the folder writable, or set FEEDS_SECRET", exit_code=BUSY) from error
    return tuple(secret_of(path).split())


def _refuse_lost(path: Path) -> None:
    """Refuse to go on without the key of the state that stands where *path* should."""
    if any(os.path.lexists(path.with_name(name)) for name in _STATES):
        raise FeedsError(
            f"there is no {path}, and the state beside it was sealed with a key",
            help="bring the file back, or set FEEDS_SECRET to that key; see docs/sending.md",
            exit_code=2,
        )


def _made(path: Path) -> None:
    """Make the file at *path* with a new key in it; where another run is as fast, one of them wins."""
    draft = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, NEW_FILE, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
