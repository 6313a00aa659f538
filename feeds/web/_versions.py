"""Files of `out/` as they are at one time, each in all the forms in which it can be sent."""

import gzip
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from hashlib import blake2b
from time import time

import brotli

from feeds.web._asked import BROTLI, GZIP, IDENTITY
from feeds.web._kinds import can_shrink, is_open, kind_of
from feeds.web._ready import Ready

Lines = tuple[tuple[str, str], ...]
Said = Mapping[str, str]
Stamp = tuple[int, int, int, int]
"""What tells one version of a file from the next without reading it."""

_SMALLEST = 1024
"""Bytes below which compressing saves no packet."""

_ORIGIN = "access-control-allow-origin"

_OVERHEAD = 4096
"""Bytes that the headers of a version take in memory, about."""


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a file in one coding."""

    tag: bytes
    """Its `ETag`: strong, for what is sent is these bytes and no others."""

    body: bytes
    headers: Ready
    """Of the answer that has the body."""

    unchanged: Ready
    """Of the answer that says that it is known: 304."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A file as it is at one time."""

    stamp: Stamp
    size: int
    modified: int
    """Seconds since 1970."""

    forms: Mapping[str, Form]
    """By coding; the plain one is always there."""

    @property
    def weight(self) -> int:
        """The bytes that it takes in memory, about."""
        return _OVERHEAD + sum(len(form.body) for form in self.forms.values())


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what changes with each version: a rename changes the number, a write the times."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def is_still(number: int, version: Version) -> bool:
    """Say whether the file with the descriptor *number* has been left as it was in *version*; it may be gone."""
    modified, _, size, _ = version.stamp
    status = os.fstat(number)
    return (status.st_mtime_ns, status.st_size) == (modified, size)


def streamed(path: str, status: os.stat_result, said: Said) -> Version:
    """Return the version of a file that is too large to be kept: without its bytes, which nobody has read yet.

    *said* is what the site wants said of it.
    """
    known = _known(repr((status.st_mtime_ns, status.st_size, status.st_ino)).encode())
    form = _form({**_said(path), **said}, IDENTITY, known, _always(status), status.st_size)
    return Version(stamp=stamp_of(status), size=status.st_size, modified=_modified(status), forms={IDENTITY: form})


def whole(path: str, status: os.stat_result, data: bytes, said: Said) -> Version:
    """Return the version of the file at *path* that is *data*, also compressed where that makes it smaller.

    *said* is what the site wants said of it.
    """
    said = {**_said(path), **said}
    bodies = {IDENTITY: data, **(_packed(data) if can_shrink(said["content-type"]) else {})}
    always = _always(status) + ((("vary", "Accept-Encoding"),) if len(bodies) > 1 else ())
    forms = {
        coding: replace(_form(said, coding, _known(data), always, len(body)), body=body)
        for coding, body in bodies.items()
    }
    return Version(stamp=stamp_of(status), size=len(data), modified=_modified(status), forms=forms)


def _packed(data: bytes) -> Mapping[str, bytes]:
    """Return *data* in each coding in which it is smaller; the same bytes each time."""
    if len(data) < _SMALLEST:
        return {}
    bodies = {
        BROTLI: brotli.compress(data, mode=brotli.MODE_TEXT, quality=6),  # three milliseconds for 100 KB
        GZIP: gzip.compress(data, 6, mtime=0),
    }
    return {coding: body for coding, body in bodies.items() if len(body) < len(data)}


def _known(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _modified(status: os.stat_result) -> int:
    return min(status.st_mtime_ns // 1_000_000_000, int(time()))  # never later than now: RFC 9110 §8.8.2.1


def _said(path: str) -> Said:
    """Return what is said of the file at *path* unless the site wants something else said."""
    kind = {"content-type": kind_of(path), "x-content-type-options": "nosniff"}
    return {**kind, _ORIGIN: "*"} if is_open(path) else kind


def _always(status: os.stat_result) -> Lines:
    """Return what is said of every form of a file, also to those who have it already."""
    return ("last-modified", formatdate(_modified(status), usegmt=True)), ("cache-control", "no-cache")


def _form(said: Said, coding: str, known: str, always: Lines, size: int) -> Form:
    """Return a form of *size* bytes, without them."""
    tag = f'"{known}"' if coding == IDENTITY else f'"{known}-{coding}"'
    same = (("etag", tag), *always)
    packed = () if coding == IDENTITY else (("content-encoding", coding),)
    headers = (("content-length", str(size)), *packed, *same, ("accept-ranges", "bytes"), *said.items())
    open_to = tuple((name, value) for name, value in said.items() if name == _ORIGIN)
    return Form(tag.encode(), b"", Ready(headers), Ready((*same, *open_to)))
