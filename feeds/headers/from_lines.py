"""Reads headers of bare lines: `Title: …` (Pelican) and `[#]: title: (…)` (link definitions)."""

import re
from collections.abc import Iterator

from feeds.headers.fields import Field, Reading

_PELICAN = re.compile(r"(?P<key>[A-Za-z][\w -]*?)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*")
_LINK = re.compile(r"\[#\]:[ \t]*(?P<key>[\w-]+)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*")
_ENDS = {"(": ")", '"': '"', "'": "'"}


def read_pelican(header: str) -> Reading:
    """Return the fields of `Key: value` lines; an indented line goes on with the value above it."""
    return Reading.of(_fields(header))


def _fields(header: str) -> Iterator[Field]:
    field: Field | None = None
    for number, line in enumerate(header.split("\n"), 1):
        match = None if line[:1] in {"", " ", "\t"} else _PELICAN.fullmatch(line)
        if match is not None:
            if field is not None:
                yield field
            column = match.start("value") + 1 if match["value"] else 1
            field = Field(name=match["key"], value=match["value"] or None, line=number, column=column)
        elif field is not None and line.strip():
            field = _continued(field, line.strip())
    if field is not None:
        yield field


def _continued(field: Field, text: str) -> Field:
    value = f"{field.value}\n{text}" if field.value else text
    return Field(name=field.name, value=value, line=field.line, column=field.column)


def read_links(header: str) -> Reading:
    """Return the fields of `[#]: key: (value)` lines, brackets and quotes taken off."""
    matches = ((number, _LINK.fullmatch(line)) for number, line in enumerate(header.split("\n"), 1))
    return Reading.of(_link(number, match) for number, match in matches if match is not None)


def _link(number: int, match: re.Match[str]) -> Field:
    value, column = match["value"], match.start("value") + 1
    if len(value) > 1 and value[-1] == _ENDS.get(value[0]):
        value = value[1:-1].strip()
    return Field(name=match["key"], value=value or None, line=number, column=column)
