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

Lines = tuple[tuple[str, str], ...]
Headers = tuple[tuple[bytes, bytes], ...]
Stamp = tuple[int, int, int, int]
"""What tells one version of a file from the next without reading it."""

_SMALLEST = 1024
"""Bytes below which compressing saves no packet."""

_OVERHEAD = 4096
"""Bytes that the headers of a version take in memory, about."""


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a file in one coding."""

    tag: bytes
    """Its `ETag`: strong, for what is sent is these bytes and no others."""

    body: bytes
    headers: Headers
    """Of the answer that has the body."""

    unchanged: Headers
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


def streamed(path: str, status: os.stat_result, policy: str) -> Version:
    """Return the version of a file that is too large to be kept: without its bytes, which nobody has read yet.

    *policy* is what it may do in a browser.
    """
    known = _known(repr((status.st_mtime_ns, status.st_size, status.st_ino)).encode())
    form = _form(_kind(path, policy), IDENTITY, known, _always(path, status), status.st_size)
    return Version(stamp=stamp_of(status), size=status.st_size, modified=_modified(status), forms={IDENTITY: form})


def whole(path: str, status: os.stat_result, data: bytes, policy: str) -> Version:
    """Return the version of the file at *path* that is *data*, also compressed where that makes it smaller.

    *policy* is what it may do in a browser.
    """
    bodies = {IDENTITY: data, **(_packed(data) if can_shrink(kind_of(path)) else {})}
    always = _always(path, status) + ((("vary", "Accept-Encoding"),) if len(bodies) > 1 else ())
    forms = {
        coding: replace(_form(_kind(path, policy), coding, _known(data), always, len(body)), body=body)
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


def _always(path: str, status: os.stat_result) -> Lines:
    """Return what is said of every form of the file at *path*, also to those who have it already."""
    said = (("last-modified", formatdate(_modified(status), usegmt=True)), ("cache-control", "no-cache"))
    return (*said, ("access-control-allow-origin", "*")) if is_open(path) else said


def _kind(path: str, policy: str) -> Lines:
    """Return what is said of the file at *path* to those who get it."""
    return (
        ("content-type", kind_of(path)),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", policy),
    )


def _form(kind: Lines, coding: str, known: str, always: Lines, size: int) -> Form:
    """Return a form of *size* bytes, without them."""
    tag = f'"{known}"' if coding == IDENTITY else f'"{known}-{coding}"'
    same = (("etag", tag), *always)
    headers = (
        ("content-length", str(size)),
        *(() if coding == IDENTITY else (("content-encoding", coding),)),
        *same,
        *kind,
    )
    return Form(tag.encode(), b"", _written(headers), _written(same))


def _written(headers: Lines) -> Headers:
    return tuple((name.encode(), value.encode()) for name, value in headers)
