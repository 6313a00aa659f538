"""Writes a message with a text and an HTML part as bytes that every mail server takes.

The same bytes from every version of Python: nothing of the standard library's email package is used, which
encodes long List-Unsubscribe headers, loses spaces in folded subjects and writes lines of 78.
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

_EOL: Final = b"\r\n"
_LINE = 76
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
    boundary = f"=_{sha256(seed.encode()).hexdigest()[:24]}"
    top = [
        *headers,
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'),
    ]
    mark = f"--{boundary}".encode()
    parts = (_part("text/plain", text), _part("text/html", html))
    return _EOL.join([_headers(top), b"", *(line for part in parts for line in (mark, part)), mark + b"--", b""])


@lru_cache(maxsize=2)
def encoded(part: bytes) -> tuple[str, bytes]:
    """Return the shorter of quoted-printable and base64, and *part* in it (RFC 2045 §6).

    Remembered: the HTML part is encoded to be measured, and then for each message that carries it.
    """
    data = part.replace(b"\r\n", b"\n").replace(b"\n", _EOL)
    digits = b64encode(data)
    rows = _EOL.join(digits[at : at + _LINE] for at in range(0, len(digits), _LINE))
    if len(data) + 2 * len(data.translate(None, _ASCII)) > len(rows):  # what quoted-printable takes at least
        return "base64", rows
    plain = b2a_qp(data, istext=True)
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
    return _after_phrase(_phrase(display, name), f"<{address}>", name)


def listing(display: str, identifier: str, name: str) -> str:
    """Return *identifier* in angle brackets; before it *display* where that is ASCII.

    Filters compare List-Id as written, so it never has encoded words.
    """
    plain = display.isascii() and display and "=?" not in display
    return _after_phrase(_phrase(display, name), f"<{identifier}>", name) if plain else f"<{identifier}>"


def addresses(uris: Sequence[str]) -> str:
    """Return *uris* in angle brackets, one a line, never encoded or broken (RFC 2369 §2)."""
    return ",\r\n ".join(f"<{uri}>" for uri in uris)


def _part(kind: str, content: bytes) -> bytes:
    encoding, body = encoded(content)
    head = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Transfer-Encoding", encoding)]
    return _headers(head) + _EOL + _EOL + body.removesuffix(_EOL)


def _headers(headers: Sequence[Header]) -> bytes:
    return _EOL.join(f"{name}: {_checked(name, value)}".encode("ascii") for name, value in headers)


def _checked(name: str, value: str) -> str:
    """Return *value*; one that would end the header is a `ValueError`."""
    if re.search(r"\r(?!\n[ \t])|(?<!\r)\n|\x00", value):
        raise ValueError(f"the header {name} has a line break")
    return value


def _phrase(display: str, name: str) -> str:
    if not display.isascii() or "=?" in display:
        return _encoded_words(display, len(name) + 2)
    escaped = display.replace("\\", "\\\\").replace('"', '\\"')
    return display if _ATOMS.fullmatch(display) else f'"{escaped}"'


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
