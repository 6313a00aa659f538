"""Says how a request for a file is answered: pure, from the file's version and the request's headers."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from feeds.web._asked import IDENTITY, codings, heard, is_known, is_other, part_of
from feeds.web._versions import Form, Version

_METHODS = (b"allow", b"GET, HEAD, OPTIONS")
_EMPTY = (b"content-length", b"0")
_FRESH = (b"cache-control", b"no-cache")


class Reply(NamedTuple):
    """The answer to a request for a file."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    form: Form | None = None
    """Whose bytes are the body; None: there is none."""

    part: range | None = None
    """Which of them; None: all."""


def reply_to(version: Version, method: str, headers: Iterable[tuple[bytes, bytes]]) -> Reply:
    """Return the answer to a request with these *headers* for a file that is now *version*."""
    if method not in {"GET", "HEAD"}:
        return misused(method)
    asked = heard(headers)
    form, part = _chosen(version, asked) if method == "GET" and b"range" in asked else (None, None)
    if form is None:
        form = _best(version, asked.get(b"accept-encoding"))
    if is_other(asked, form.tag, version.modified):
        return Reply(HTTPStatus.PRECONDITION_FAILED, (_EMPTY, _FRESH))
    if is_known(asked, form.tag, version.modified):
        return Reply(HTTPStatus.NOT_MODIFIED, form.unchanged)
    if part is not None:
        return _partial(form, part, version.size)
    return Reply(HTTPStatus.OK, form.headers, form if method == "GET" else None)


def misused(method: str) -> Reply:
    """Return the answer to a *method* that is neither GET nor HEAD."""
    if method == "OPTIONS":
        return Reply(HTTPStatus.NO_CONTENT, (_METHODS,))
    return Reply(HTTPStatus.METHOD_NOT_ALLOWED, (_METHODS, _EMPTY))


def moved(place: str) -> Reply:
    """Return the answer that leads to *place*, for good."""
    return Reply(HTTPStatus.MOVED_PERMANENTLY, (_EMPTY, _FRESH, (b"location", place.encode("ascii"))))


def _chosen(version: Version, asked: Mapping[bytes, bytes]) -> tuple[Form | None, range | None]:
    """Return the plain form and the part of it that is asked for; a part of what is compressed is of no use."""
    plain = version.forms[IDENTITY]
    part = part_of(asked, version.size, plain.tag, version.modified)
    is_taken = IDENTITY in codings(asked.get(b"accept-encoding"))
    return (plain, part) if part is not None and is_taken else (None, None)


def _best(version: Version, accepted: bytes | None) -> Form:
    forms = version.forms
    if len(forms) > 1:
        for coding in codings(accepted):
            if coding in forms:
                return forms[coding]
    return forms[IDENTITY]


def _partial(form: Form, part: range, size: int) -> Reply:
    if not part:
        said = (b"content-range", b"bytes */%d" % size)
        return Reply(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, (said, _EMPTY, *form.unchanged))
    said = (b"content-range", b"bytes %d-%d/%d" % (part[0], part[-1], size))
    rest = (header for header in form.headers if header[0] != b"content-length")
    return Reply(HTTPStatus.PARTIAL_CONTENT, (said, (b"content-length", b"%d" % len(part)), *rest), form, part)
