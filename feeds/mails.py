"""Takes a message that came by mail apart, whatever state it is in.

Not by the parser of the package `email`: that raises where parts are nested deep enough, and compares each line with
the boundary of every part around it. Here any bytes can be read, and cost what their length does.
"""

import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from feeds.text import one_line

_MOST = 1_000_000
"""Bytes of a message that are read; reports and the headers of what is returned stand near its beginning."""

_MOST_PARTS = 20
_DEEPEST = 3
"""Parts of a part, and parts in parts, that are looked into."""

_LONGEST = 1000
"""Characters of a header that are looked through for words and addresses."""

_LONGEST_BOUNDARY = 200

_LINE_END = re.compile(rb"\r+\n|\r")
_LEAD = re.compile(rb"[ \t\n]*(?:>?From [^\n]*\n)?")
_END = re.compile(rb"^(?![!-9;-~]+[ \t]*:|[ \t]+\S)", re.MULTILINE)
"""The first line that is neither a field nor its continuation; not every sender writes the blank one."""

_FIELD = re.compile(r"^([!-9;-~]+)[ \t]*:(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_BOUNDARY = re.compile(r'\bboundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))', re.IGNORECASE)

_QUOTED = re.compile(r'"[^"]*"')
_ANGLED = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")
_BARE = re.compile(r"[^\s<>,;:()\[\]@]+@[^\s<>,;:()\[\]@]+")
_BEYOND_ASCII = re.compile(r"\\x\{(10[0-9A-F]{4}|[0-9A-F]{1,5})\}", re.IGNORECASE)
"""RFC 6533 §3: `utf-8-addr-xtext`."""


class Part(NamedTuple):
    """A message, or a part of one."""

    headers: Mapping[str, str]
    """By name in lower case, unfolded; the values of one that is repeated are lines."""

    body: bytes
    """As it was transferred."""

    @property
    def media_type(self) -> str:
        """Return its type in lower case, without parameters."""
        found = _TYPE.match(self.headers.get("content-type", ""))
        return found[0].lower() if found else "text/plain"

    @property
    def content(self) -> bytes:
        """Return its body as it was before the transfer; what cannot be decoded is left as it is."""
        try:
            match self.headers.get("content-transfer-encoding", "").lower():
                case "base64":
                    return a2b_base64(self.body)
                case "quoted-printable":
                    return a2b_qp(self.body)
                case _:
                    return self.body
        except Error:
            return self.body


def message(data: bytes) -> Part:
    """Return the message *data*, as far as its first megabyte; line ends of any kind are line feeds then."""
    return _part(_LINE_END.sub(b"\n", data[:_MOST]))


def enclosed(part: Part) -> Mapping[str, str]:
    """Return the headers of the message that *part* carries, or only had the headers of."""
    return {**part.headers, **_part(part.content).headers}


def leaves(part: Part) -> tuple[Part, ...]:
    """Return those of the parts of *part* that have no parts, in their order; a message in it is one of them."""
    return tuple(_leaves(part, _DEEPEST))


def fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield each field of *text*: its name in lower case, its value unfolded. Other lines are passed over."""
    return ((field[1].lower(), " ".join(field[2].split())) for field in _FIELD.finditer(text))


def by_name(text: str) -> dict[str, str]:
    """Return the fields of *text* by name; the values of one that is repeated are lines."""
    values: dict[str, str] = {}
    for name, value in fields(text):
        values[name] = f"{values[name]}\n{value}" if name in values else value
    return values


def report(part: Part) -> str:
    """Return the text of a report that consists of fields, those of the part itself before it.

    Not every sender writes the blank line between.
    """
    above = "\n".join(f"{name}: {value}" for name, value in part.headers.items())
    return f"{above}\n\n{part.content.decode(errors='replace')}"


def address(written: str) -> str:
    """Return the last address in *written*, a header or a field of a report; empty if there is none.

    Quoted local parts are none: no subscriber has one.
    """
    text = _QUOTED.sub(" ", written[:_LONGEST])
    found = _ANGLED.findall(text) or _BARE.findall(text)
    return one_line(_BEYOND_ASCII.sub(lambda code: chr(int(code[1], 16)), found[-1])) if found else ""


def subject(part: Part) -> str:
    """Return the subject of *part* on one line, its encoded words (RFC 2047) decoded."""
    from email.errors import HeaderParseError  # noqa: PLC0415 - only who reads mail needs it
    from email.header import decode_header  # noqa: PLC0415 - only who reads mail needs it

    written = part.headers.get("subject", "")[:_LONGEST]
    try:
        words = decode_header(written) if "=?" in written else [(written, None)]
    except HeaderParseError:
        return one_line(written)
    return one_line("".join(text if isinstance(text, str) else _word(text, charset) for text, charset in words))


def _word(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "raw-unicode-escape", "replace")
    except (LookupError, ValueError):
        return data.decode("latin-1")


def _part(data: bytes) -> Part:
    lead = _LEAD.match(data)
    start = lead.end() if lead else 0
    found = _END.search(data, start)
    end = found.start() if found else len(data)
    return Part(by_name(data[start:end].decode(errors="replace")), data[end:])


def _leaves(part: Part, depth: int) -> Iterator[Part]:
    found = _BOUNDARY.search(part.headers.get("content-type", "")) if part.media_type.startswith("multipart/") else None
    boundary = (found[1] or found[2] or "").encode() if found else b""
    if not depth or not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        yield part
        return
    line = re.compile(rb"\n--%s(?:--)?[ \t]*(?=\n|\Z)" % re.escape(boundary))
    for piece in line.split(b"\n" + part.body, _MOST_PARTS)[1:]:
        yield from _leaves(_part(piece), depth - 1)
