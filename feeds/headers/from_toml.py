"""Reads a TOML header: every value as its text, with the line of its key."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time

from feeds.headers.fields import DEEPEST, Field, HeaderError, Reading, Value, refusal, too_deep

_KEY = re.compile(
    r"""[ \t]*(?P<table>\[{1,2}[ \t]*)?(?P<quote>["']?)(?P<name>[^"'=\[\]\n]+?)(?P=quote)[ \t]*[=.\]][ \t]*"""
)
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_DIGITS, _MOST_BITS = re.compile(r"[\d_]{4300}"), 4096
"""Python neither reads nor writes decimal numbers of more than 4,300 digits."""

_MOST_DOTS = 200
"""In a line: tomllib takes quadratic time over a dotted key."""


def read(header: str) -> Reading:
    """Return the fields of *header*, which begins in line 1 of the file.

    Dates and times come as ISO 8601 has them. Raises `HeaderError`: `header-syntax`, `header-too-deep`.
    """
    for number, line in enumerate(header.split("\n"), 1):
        if line.count(".") > _MOST_DOTS:
            raise too_deep(number)
    try:
        table = tomllib.loads(header, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(error, header) from error
    except RecursionError as error:
        raise too_deep(1) from error
    except ValueError as error:
        raise _too_long(header) from error
    places = _places(header)
    return Reading.of(_field(name, value, places.get(name, (1, 0))) for name, value in table.items())


def _field(name: str, value: object, place: tuple[int, int]) -> Field:
    return Field(name=name, value=_text(value, place[0], 1), line=place[0], column=place[1])


def _text(value: object, line: int, depth: int) -> Value:
    """Return *value* with all scalars as text."""
    if depth > DEEPEST:
        raise too_deep(line)
    if isinstance(value, dict):
        return {key: _text(item, line, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_text(item, line, depth + 1) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise _long_number(line)
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def _places(header: str) -> dict[str, tuple[int, int]]:
    """Return line and column of each top-level value, and of each table's name."""
    places: dict[str, tuple[int, int]] = {}
    for name, place in _keys(header):
        places.setdefault(name, place)
    return places


def _keys(header: str) -> Iterator[tuple[str, tuple[int, int]]]:
    in_table = False
    for number, line in enumerate(header.split("\n"), 1):
        match = _KEY.match(line)
        if match is None:
            continue
        in_table = in_table or match["table"] is not None
        if match["table"] is not None:
            yield match["name"].partition(".")[0], (number, match.start("name") + 1)
        elif not in_table:
            yield match["name"].partition(".")[0].strip(), (number, match.end() + 1)


def _too_long(header: str) -> HeaderError:
    lines = enumerate(header.split("\n"), 1)
    return _long_number(next((number for number, line in lines if _DIGITS.search(line)), 1))


def _long_number(line: int) -> HeaderError:
    return refusal(
        code="header-syntax",
        line=line,
        message="the header has a number of more digits than any needs",
        help="put it in quotes if it is text",
    )


def _syntax(error: tomllib.TOMLDecodeError, header: str) -> HeaderError:
    place = _PLACE.search(str(error))
    last = header.rstrip("\n").count("\n") + 1
    line, column = (int(place[1]), int(place[2])) if place is not None and place[1] else (last, 0)
    problem = _PLACE.sub("", str(error))
    return refusal(
        code="header-syntax",
        line=min(line, last),
        column=column if line <= last else 0,
        message=f"the header is not TOML: {problem[:1].lower()}{problem[1:]}",
        help='write `key = "value"` lines: text in quotes, dates without, each key once',
    )
