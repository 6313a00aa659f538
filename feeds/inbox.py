"""Reads the messages of a Maildir, of an mbox or of one file."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from feeds.beneath import FOLDER, OLD_FILE
from feeds.diagnostics import BUSY, FeedsError

MOST = 10_000_000
"""Bytes of a message that are read."""

_AT_ONCE = 65_536
"""Bytes of a line that are read at once."""

_QUOTED = re.compile(rb">+From ")
_BLANK = (b"\n", b"\r\n")


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each message at *path* with a name for people, one after the other, in the order of the files' names.

    A folder with `new` or `cur` in it is a Maildir; of any other each file is read that is not hidden. A file that
    begins with `From ` is an mbox (its mboxrd form: `>From ` was `From `), any other is a message; an empty one is
    none. Of a message of more than 10 MB only these are read. No link in a folder is followed; what is no file, or
    is gone meanwhile, is passed over. Nothing is changed.

    Where nothing is at *path*: `FeedsError` with exit code 2; where something cannot be read: with 75.
    """
    try:
        with ExitStack() as opened:
            yield from _messages(path, opened)
    except (FileNotFoundError, NotADirectoryError) as error:
        remedy = "name a Maildir, an mbox, or a file or folder with messages"
        raise FeedsError(
            f"there are no messages at {_shown(path)}: {error.strerror}", help=remedy, exit_code=2
        ) from error
    except OSError as error:
        place = path if error.filename in {None, str(path)} else path / str(error.filename)
        remedy = "let this user read it, and run it again: nothing was changed there"
        raise FeedsError(f"{_shown(place)}: {error.strerror}", help=remedy, exit_code=BUSY) from error


def _messages(path: Path, opened: ExitStack) -> Iterator[tuple[str, bytes]]:
    """Yield the messages; what has to be closed afterwards is left to *opened*."""
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    opened.callback(os.close, number)
    mode = os.fstat(number).st_mode
    if stat.S_ISDIR(mode):
        yield from _in_folder(path, number, opened)
    elif stat.S_ISREG(mode):
        with open(number, "rb", closefd=False) as file:
            yield from _in_file(file, _shown(path))
    else:
        raise NotADirectoryError(None, "it is no file and no folder")


def _in_folder(path: Path, number: int, opened: ExitStack) -> Iterator[tuple[str, bytes]]:
    """Yield the messages of the open folder *number*. What is held of a file not yet read is its name.

    `new` is listed before `cur`: a mail program moves files that way, and none escapes between the two.
    """
    folders = {}
    for box in ("new", "cur"):
        if _is_folder(box, number):
            folders[box] = os.open(box, FOLDER, dir_fd=number)
            opened.callback(os.close, folders[box])
    is_maildir, folders = bool(folders), folders or {"": number}
    names = [(name, box) for box, folder in folders.items() for name in os.listdir(folder) if name[0] != "."]
    for name, box in sorted(names):
        if file := _opened(os.path.join(box, name), folders[box]):
            with file:
                yield from (_whole if is_maildir else _in_file)(file, _shown(path / box / name))


def _is_folder(name: str, folder: int) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=folder).st_mode)
    except FileNotFoundError:
        return False


def _opened(place: str, folder: int) -> BinaryIO | None:
    """Return the file at *place*, whose folder is the open *folder*; None where no file is, or is no more."""
    name = os.path.basename(place)
    try:
        if stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
            return open(os.open(name, OLD_FILE, dir_fd=folder), "rb")
    except FileNotFoundError:
        pass
    except OSError as error:
        error.filename = place
        raise
    return None


def _in_file(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the messages of *file*, those of an mbox numbered from 1."""
    if file.read(5) != b"From ":
        file.seek(0)
        yield from _whole(file, name)
        return
    file.seek(0)
    for number, message in enumerate(_divided(file), 1):
        yield f"{name}#{number}", message


def _whole(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    if data := file.read(min(MOST, os.fstat(file.fileno()).st_size)):
        yield name, data


def _divided(mbox: BinaryIO) -> Iterator[bytes]:
    """Yield each message of *mbox*, as it was before it came there.

    A line that begins with `From ` divides only after a blank one: some programs quote no other.
    """
    message = bytearray()
    mbox.readline(_AT_ONCE)
    is_start, is_after_blank = True, False
    for piece in iter(lambda: mbox.readline(_AT_ONCE), b""):
        if is_after_blank and piece.startswith(b"From "):
            yield _ended(message)
            message.clear()
        elif len(message) < MOST:
            message += piece[1:] if is_start and _QUOTED.match(piece) else piece
        is_after_blank = is_start and piece in _BLANK
        is_start = piece.endswith(b"\n")
    yield _ended(message)


def _ended(message: bytearray) -> bytes:
    """Return *message* without the blank line that an mbox has after each."""
    blank = next((len(end) - 1 for end in (b"\n\r\n", b"\n\n") if message.endswith(end)), 0)
    return bytes(message[: len(message) - blank][:MOST])


def _shown(path: Path) -> str:
    """Return *path* as it can be printed, whatever bytes are in it."""
    name = os.fsencode(path).decode(errors="replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
