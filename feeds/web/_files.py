"""Answers requests for the files of `out/`, each as one whole version that a new build cannot mix with the next."""

import asyncio
import os
import stat
from pathlib import Path
from urllib.parse import quote

from starlette.types import Scope, Send

from feeds.web._replies import Reply, misused, moved, reply_to
from feeds.web._shelf import Shelf, opened
from feeds.web._told import FILE, rules_of, told
from feeds.web._versions import Stamp, Version, is_still, stamp_of, streamed

_PAGE = "index.html"
_KNOWN = ".well-known"
_FOR_HOSTS = frozenset([FILE, "_redirects"])
_MOST = 1_000_000
"""Bytes of what the site wants said that are read."""


class Files:
    """The files of a folder."""

    def __init__(self, out: Path, *, whole: int = 1_000_000, room: int = 64_000_000, chunk: int = 256_000) -> None:
        """Serve *out*, which may come and go: files up to *whole* bytes from memory, of which *room* bytes are taken.

        Larger ones are read and sent in pieces of *chunk* bytes.
        """
        self._out = out
        self._top = f"{out}/"
        self._whole = whole
        self._chunk = chunk
        self._room = room
        self._heard: Stamp | None = None
        self._note("")

    async def answer(self, path: str, scope: Scope, send: Send) -> bool:
        """Answer the request of *scope*, if there is a file at *path*; say whether there was.

        *path* is below the top, decoded, without `/` at its beginning. A folder is its `index.html`; without `/` at
        its end it leads there. Links are no files, nor is what is nobody's business: hidden names, and files that are
        for other hosts.
        """
        if not path or path[-1] == "/":
            path += _PAGE
        status = self._status(path)
        if status is None:
            return False
        self._listen()
        version = self._shelf.at_hand(path, stamp_of(status))
        if version is None:
            return _is_public(path) and await self._fetch(path, status, scope, send)
        await _send(send, reply_to(version, scope["method"], scope["headers"]))
        return True

    def _status(self, path: str) -> os.stat_result | None:
        try:
            return os.stat(self._top + path)
        except (OSError, ValueError):  # no such file, or no name of any
            return None

    def _listen(self) -> None:
        """Hear what the site wants said of its files, if that has changed."""
        status = self._status(FILE)
        stamp = stamp_of(status) if status else None
        if stamp != self._heard:
            self._heard = stamp
            found = opened(self._out, FILE)
            self._note(_text(found[0]) if found else "")

    def _note(self, text: str) -> None:
        """Take *text* for what the site wants said; what was made ready without it is forgotten."""
        self._rules = rules_of(text)
        self._shelf = Shelf(self._out, self._room, self._rules)

    async def _fetch(self, path: str, status: os.stat_result, scope: Scope, send: Send) -> bool:
        """Answer as `answer` does, for what is not at hand."""
        if not stat.S_ISREG(status.st_mode):
            return stat.S_ISDIR(status.st_mode) and await self._lead(path, scope, send)
        if status.st_size > self._whole:
            return await self._stream(path, scope, send)
        version = await self._shelf.fetched(path, stamp_of(status))
        if version is not None:
            await _send(send, reply_to(version, scope["method"], scope["headers"]))
        return version is not None

    async def _lead(self, path: str, scope: Scope, send: Send) -> bool:
        """Lead from a folder's name to its page, whatever stands before it in the address."""
        page = f"{path}/{_PAGE}"
        status = self._status(page)
        if status is None or await self._shelf.fetched(page, stamp_of(status)) is None:
            return False
        method = scope["method"]
        place = f"./{quote(path.rpartition('/')[2], safe='')}/"
        await _send(send, moved(place) if method in {"GET", "HEAD"} else misused(method))
        return True

    async def _stream(self, path: str, scope: Scope, send: Send) -> bool:
        """Answer with a file that is too large for memory, from one descriptor: it goes on from what was replaced."""
        found = await asyncio.to_thread(opened, self._out, path)
        if found is None:
            return False
        number, status = found
        try:
            version = streamed(path, status, told(self._rules, path))
            reply = reply_to(version, scope["method"], scope["headers"])
            if reply.form is None:
                await _send(send, reply)
            else:
                await self._send_pieces(send, reply, number, version)
        finally:
            os.close(number)
        return True

    async def _send_pieces(self, send: Send, reply: Reply, number: int, version: Version) -> None:
        """Send what *reply* says of the file with the descriptor *number*; one that is written to breaks off."""
        part = reply.part or range(version.size)
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        for start in range(part.start, part.stop, self._chunk):
            end = min(start + self._chunk, part.stop)
            piece = await asyncio.to_thread(os.pread, number, end - start, start)
            if len(piece) < end - start or not is_still(number, version):
                return
            await send({"type": "http.response.body", "body": piece, "more_body": end < part.stop})


def _text(number: int) -> str:
    with open(number, "rb") as file:
        return file.read(_MOST).decode(errors="replace")


def _is_public(path: str) -> bool:
    """Say whether *path* is one that the public may ask for: below the top, and with no name that is hidden."""
    names = path.split("/")
    is_plain = all(name and (name[0] != "." or name == _KNOWN) for name in names) and "\\" not in path
    return is_plain and path.casefold() not in _FOR_HOSTS


async def _send(send: Send, reply: Reply) -> None:
    status, headers, form, part = reply
    body = b"" if form is None else form.body if part is None else form.body[part.start : part.stop]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
