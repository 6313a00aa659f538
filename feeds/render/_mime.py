"""Writes a message with a text and an HTML part as bytes that every mail server takes.

The same bytes from every version of Python: nothing of the standard library's email package is used, which
encodes long List-Unsubscribe headers, loses spaces in folded subjects and writes lines of 78.
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

_EOL: Final = b"\r\n"
_LINE, _LONGEST_LINE = 76, 998
"""Characters of a line that we break, and of any (RFC 5322 §2.1.1)."""

_BASE64_LINE = 57
"""Bytes of which a line of base64 is made."""

_WORD_START, _WORD_END = "=?utf-8?B?", "?="
_WORD_BYTES = 45
"""RFC 2047 §2: an encoded word has at most 75 characters, so 60 of base64."""

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ASCII = bytes(range(128))

Header = tuple[str, str]
"""Name and value; the value is ASCII, and may have been folded with CRLF and a blank."""


def alternative(headers: Sequence[Header], *, text: bytes, html: bytes, seed: str) -> bytes:
    """Return a `multipart/alternative` message of the UTF-8 parts *text* and *html* below *headers*.

    *seed* decides the boundary, and is nowhere else in the message. Lines end in CRLF and are ASCII.
    """
    return filled(headers, blank(text=text, html=html, seed=seed, mark=""), "")


@dataclass(frozen=True, slots=True)
class Row:
    """Whole lines of a message's body: encoded, or, where the mark is in them, still to be."""

    data: bytes
    encoding: str = ""
    """Empty: encoded already."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A message's body that is the same for many recipients, but for one word."""

    boundary: str
    rows: tuple[Row, ...]
    mark: bytes
    """What stands for the word; of the same length."""


def blank(*, text: bytes, html: bytes, seed: str, mark: str) -> Blank:
    """Return the body of a `multipart/alternative` message of the UTF-8 parts *text* and *html*, open at each *mark*.

    *seed* decides the boundary, and is nowhere else in the message.
    """
    boundary = f"=_{sha256(seed.encode()).hexdigest()[:24]}"
    line = Row(f"--{boundary}".encode())
    parts = (_part(kind, part, mark.encode()) for kind, part in (("text/plain", text), ("text/html", html)))
    rows = [row for part in parts for row in (line, *part)]
    return Blank(boundary, (*rows, Row(line.data + b"--"), Row(b"")), mark.encode())


def filled(headers: Sequence[Header], body: Blank, word: str) -> bytes:
    """Return the message of *headers* and *body*, with *word* for its mark. Lines end in CRLF and are ASCII."""
    kind = f'multipart/alternative;\r\n boundary="{body.boundary}"'
    top = _headers([*headers, ("MIME-Version", "1.0"), ("Content-Type", kind)])
    return _EOL.join([top, b"", *(_filled(row, body.mark, word.encode()) for row in body.rows)])


def _filled(row: Row, mark: bytes, word: bytes) -> bytes:
    return _ENCODERS[row.encoding](row.data.replace(mark, word)) if row.encoding else row.data


@lru_cache(maxsize=2)
def encoded(part: bytes) -> tuple[str, bytes]:
    """Return the shorter of quoted-printable and base64, and *part* in it (RFC 2045 §6).

    Remembered: the HTML part is encoded to be measured, and then for each message that carries it.
    """
    data = _lines(part)
    rows = _base64(data)
    if len(data) + 2 * len(data.translate(None, _ASCII)) > len(rows):  # what quoted-printable takes at least
        return "base64", rows
    plain = _quoted(data)
    return ("base64", rows) if len(rows) < len(plain) else ("quoted-printable", plain)


def unstructured(text: str, name: str) -> str:
    """Return *text* as the value of the header *name*: encoded words unless it is ASCII (RFC 2047)."""
    if text.isascii() and "=?" not in text:
        return text
    return _encoded_words(text, len(name) + 2)


def mailbox(display: str, address: str, name: str) -> str:
    """Return `display <address>` as the value of the header *name* (RFC 5322 §3.4)."""
    if not display:
        return address
    phrase = _plain_phrase(display, name) or _encoded_words(display, len(name) + 2)
    return _after_phrase(phrase, f"<{address}>", name)


def listing(display: str, identifier: str, name: str) -> str:
    """Return *identifier* in angle brackets; before it *display* where that is ASCII and fits a line.

    Filters compare List-Id as written, so it never has encoded words.
    """
    phrase = _plain_phrase(display, name) if display else ""
    return _after_phrase(phrase, f"<{identifier}>", name) if phrase else f"<{identifier}>"


def addresses(uris: Sequence[str]) -> str:
    """Return *uris* in angle brackets, one a line, never encoded or broken (RFC 2369 §2)."""
    return ",\r\n ".join(f"<{uri}>" for uri in uris)


def _part(kind: str, content: bytes, mark: bytes) -> Iterator[Row]:
    encoding, body = encoded(content)
    head = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Transfer-Encoding", encoding)]
    yield Row(_headers(head) + _EOL)
    if not mark:
        yield Row(body.removesuffix(_EOL))
        return
    data = _lines(content) if encoding == "base64" else _lines(content).removesuffix(_EOL)
    cut = _by_base64 if encoding == "base64" else _by_lines
    for has_mark, run in _runs(data, mark, cut):
        yield Row(run, encoding) if has_mark else Row(_ENCODERS[encoding](run))


@dataclass(frozen=True, slots=True)
class _Cut:
    """How bytes are cut into what becomes lines of the encoded body."""

    line_of: Callable[[bytes, int], tuple[int, int]]
    """Says where the line of the byte at a place begins and ends."""

    gap: int
    """Bytes between two of them."""


def _runs(data: bytes, mark: bytes, cut: _Cut) -> Iterator[tuple[bool, bytes]]:
    """Yield *data* in runs of lines, each with whether it has the *mark*."""
    start = 0
    while (place := data.find(mark, start)) >= 0:
        first, end = cut.line_of(data, place)[0], place
        while start <= place <= end:  # the next mark may begin in the last of these lines
            end = cut.line_of(data, place + len(mark) - 1)[1]
            place = data.find(mark, place + 1)
        if first > start:
            yield False, data[start : first - cut.gap]
        yield True, data[first:end]
        start = end + cut.gap
    if start < len(data) + (cut.gap > 0):  # after the last gap an empty line may be left
        yield False, data[start:]


def _line_in_base64(data: bytes, place: int) -> tuple[int, int]:
    start = place // _BASE64_LINE * _BASE64_LINE
    return start, min(start + _BASE64_LINE, len(data))


def _line_in_text(data: bytes, place: int) -> tuple[int, int]:
    end = data.find(_EOL, place)
    before = data.rfind(_EOL, 0, place)
    return before + 2 if before >= 0 else 0, end if end >= 0 else len(data)


_by_base64, _by_lines = _Cut(_line_in_base64, 0), _Cut(_line_in_text, 2)


def _base64(data: bytes) -> bytes:
    digits = b64encode(data)
    return _EOL.join(digits[at : at + _LINE] for at in range(0, len(digits), _LINE))


def _quoted(data: bytes) -> bytes:
    """Return *data* in quoted-printable; the function that makes it takes the ends of its lines from the first."""
    return b2a_qp(data + _EOL, istext=True).removesuffix(_EOL)


def _lines(part: bytes) -> bytes:
    """Return *part* with the ends of lines that mail has."""
    return part.replace(b"\r\n", b"\n").replace(b"\n", _EOL)


_ENCODERS = {"base64": _base64, "quoted-printable": _quoted}


def _headers(headers: Sequence[Header]) -> bytes:
    return _EOL.join(f"{name}: {_checked(name, value)}".encode("ascii") for name, value in headers)


def _checked(name: str, value: str) -> str:
    """Return *value*; one that would end the header is a `ValueError`."""
    if re.search(r"\r(?!\n[ \t])|(?<!\r)\n|\x00", value):
        raise ValueError(f"the header {name} has a line break")
    return value


def _plain_phrase(display: str, name: str) -> str:
    """Return *display* as words or a quoted string; empty: it is not ASCII, looks encoded, or is longer than a line."""
    if not display.isascii() or "=?" in display:
        return ""
    escaped = display.replace("\\", "\\\\").replace('"', '\\"')
    phrase = display if _ATOMS.fullmatch(display) else f'"{escaped}"'
    return phrase if len(name) + len(": ") + len(phrase) <= _LONGEST_LINE else ""


def _after_phrase(phrase: str, address: str, name: str) -> str:
    last = phrase.rpartition("\r\n")
    used = len(last[2]) + (0 if last[1] else len(name) + 2)
    blank = " " if used + 1 + len(address) <= _LINE else "\r\n "
    return f"{phrase}{blank}{address}"


def _encoded_words(text: str, used: int) -> str:
    """Return *text* as encoded words, one a line, of whole characters; *used* of the first is taken."""
    words, word = [], b""
    room = min(_WORD_BYTES, (_LINE - used - len(_WORD_START) - len(_WORD_END)) // 4 * 3)
    for character in text:
        more = character.encode()
        if len(word) + len(more) > room:
            words.append(word)
            word, room = b"", _WORD_BYTES
        word += more
    words.append(word)
    return "\r\n ".join(f"{_WORD_START}{b64encode(word).decode()}{_WORD_END}" for word in words)
