"""Reads files of `out/`, and keeps those asked for last in memory, ready to be sent."""

import asyncio
import errno
import os
import stat
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from feeds.beneath import Beneath
from feeds.web._told import Rule, told
from feeds.web._versions import Said, Stamp, Version, whole

_NOWHERE = frozenset(
    [
        *(errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG),
        *(errno.EISDIR, errno.ENXIO, errno.ENODEV, errno.EINVAL),
    ]
)
"""What the answer is where there is no such file, or none for us; all else is a fault of the machine."""


class Shelf:
    """Versions of files below a folder, by path; those that were not asked for longest make room."""

    def __init__(self, out: Path, room: int, rules: Sequence[Rule]) -> None:
        """Keep what has *room* bytes at most of files in *out*, of which *rules* are to be said."""
        self._out = out
        self._rules = rules
        self._room = room
        self._versions: OrderedDict[str, Version] = OrderedDict()
        self._coming: dict[tuple[str, Stamp], asyncio.Task[Version | None]] = {}

    def at_hand(self, path: str, stamp: Stamp) -> Version | None:
        """Return the version of the file at *path* that has this *stamp*, if it is kept."""
        version = self._versions.get(path)
        if version is None or version.stamp != stamp:
            return None
        self._versions.move_to_end(path)
        return version

    async def fetched(self, path: str, stamp: Stamp) -> Version | None:
        """Return the version of the file at *path*, which has *stamp* or a newer one; None where none can be reached.

        Those who ask for it at the same time wait for the same reading.
        """
        coming = self._coming.get((path, stamp))
        if coming is None:
            coming = self._coming[path, stamp] = asyncio.create_task(self._fetch(path))
            coming.add_done_callback(lambda _: self._coming.pop((path, stamp)))
        return await asyncio.shield(coming)  # who goes away takes nothing from the others

    async def _fetch(self, path: str) -> Version | None:
        version = await asyncio.to_thread(_read, self._out, path, told(self._rules, path))
        if version is not None:
            self._keep(path, version)
        return version

    def _keep(self, path: str, version: Version) -> None:
        before = self._versions.pop(path, None)
        self._versions[path] = version
        self._room += (before.weight if before else 0) - version.weight
        while self._room < 0:
            self._room += self._versions.popitem(last=False)[1].weight


def opened(out: Path, path: str) -> tuple[int, os.stat_result] | None:
    """Return a descriptor of the file at *path* below *out*, and what is known of it; None where no way leads there.

    A link is no way, wherever it leads. What a machine that is out of order answers is an OSError.
    """
    try:
        folder = Beneath(out)
        try:
            number = folder.open(path)
        finally:
            folder.close()
    except OSError as error:
        if error.errno in _NOWHERE:
            return None
        raise
    status = os.fstat(number)
    if stat.S_ISREG(status.st_mode):
        return number, status
    os.close(number)
    return None


def _read(out: Path, path: str, said: Said) -> Version | None:
    found = opened(out, path)
    if found is None:
        return None
    number, status = found
    with open(number, "rb") as file:
        data = file.read(status.st_size)
    return whole(path, status, data, said)
