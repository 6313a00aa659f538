"""Turns a post's bytes into text, or says where they are not UTF-8."""

import codecs
import re
import shlex

from feeds.diagnostics import Diagnostic

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_LONE_HIGH = re.compile(rb"(?<![\x80-\xff])[\xa0-\xff](?![\x80-\xff])")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_SAMPLE = 200


def decode(data: bytes, *, path: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """Return the text of *data* without byte order mark, with LF at the ends of lines.

    Bytes that are not UTF-8 (`not-utf8`) and a file of nothing but white space (`empty-post`) have no text,
    and an error says why. NUL and other control characters stay: whoever prints the text drops them.
    """
    sample = data[:_SAMPLE]
    foreign = _named_by_its_first_bytes(sample) if b"\0" in sample or data[:1] in b"\xff\xfe" else ""
    if foreign:
        return None, (_not_utf8(data, 0, foreign, path),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(data, error.start, likely_encoding(data), path),)
    text = text.lstrip("\ufeff")
    if not text or text.isspace():
        return None, (_empty(path),)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text, ()


def _named_by_its_first_bytes(sample: bytes) -> str:
    """Return the encoding that a byte order mark names, or zeros in every second place; else nothing."""
    if named := next((name for mark, name in _MARKS if sample.startswith(mark)), ""):
        return named
    if sample.count(0) * 3 <= len(sample):
        return ""
    return "UTF-16LE" if sample[1::2].count(0) > sample[::2].count(0) else "UTF-16BE"


def likely_encoding(data: bytes) -> str:
    """Return what *data* may be: Western text has high bytes one by one, Chinese has them in pairs."""
    if len(_LONE_HIGH.findall(data)) * 2 > len(_PAIR.findall(data)):
        return "WINDOWS-1252"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "WINDOWS-1252"
    return "GB18030"


def _not_utf8(data: bytes, start: int, encoding: str, path: str) -> Diagnostic:
    before = data[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lead = before[before.rfind(b"\n") + 1 :].decode("utf-8").lstrip("\ufeff")
    message = f"the text looks like {encoding}, not UTF-8" if start == 0 else f"byte 0x{data[start]:02X} is not UTF-8"
    convert = f"`iconv -f {encoding} -t UTF-8 {shlex.quote(path)} > new`"
    return Diagnostic(
        path=path,
        line=before.count(b"\n") + 1,
        column=len(lead) + 1,
        code="not-utf8",
        message=message,
        help=f"if it is {encoding}, convert it: {convert}, then put `new` in its place",
    )


def _empty(path: str) -> Diagnostic:
    return Diagnostic(
        path=path,
        code="empty-post",
        message="the file is empty",
        help="write the post, or delete the file",
    )
