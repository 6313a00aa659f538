"""Says where in a TOML text each key and value stands, which `tomllib` does not."""

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]
"""The way to a value: names of tables and keys, numbers of items; `("digests", 0, "name")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_CLOSING = re.compile(r"[ \t]*\]\]?")
_SCALAR = re.compile(
    r"\"\"\"(?:\\.|[^\\])*?\"\"\"\"{0,2}"  # up to two quotation marks may stand before the closing three
    r"|'''.*?''''{0,2}"
    r"|\"(?:\\.|[^\"\\])*\""
    r"|'[^']*'"
    r"|[^\s,\]}#]+(?: \d\d:[^\s,\]}#]*)?",  # a date may have a blank before its time
    re.DOTALL,
)


class Place(NamedTuple):
    """Offsets into the text."""

    key: int
    value: int
    """Where a table has no value of its own, its name in the header."""


def find_places(text: str) -> dict[Path, Place]:
    """Return the place of every key, table and item of *text*, which `tomllib` has found to be TOML."""
    return _Finder(text).places


def nearest(places: dict[Path, Place], path: Path) -> Place | None:
    """Return the place of *path*, else of the innermost table that has one; None where there is nothing."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path)


class _Finder:
    """Walks through a text once; each method returns the offset after what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[Path, Place] = {}
        self._sizes: dict[Path, int] = {}
        self._read()

    def _read(self) -> None:
        table: Path = ()
        at = self._blank(0)
        while at < len(self.text):
            if self.text[at] == "[":
                table, at = self._header(at)
            else:
                at = self._pair(at, table)
            at = self._blank(at)

    def _header(self, at: int) -> tuple[Path, int]:
        """Read `[a.b]` or `[[a.b]]`; within an array of tables the last one is meant."""
        is_item = self.text.startswith("[[", at)
        names = list(self._key(at + (2 if is_item else 1)))
        path: Path = ()
        for name, start, _ in names[:-1]:
            path = self._last(self._noted((*path, name), start))
        name, start, end = names[-1]
        path = self._noted((*path, name), start)
        if is_item:
            self._sizes[path] = self._sizes.get(path, 0) + 1
            path = self._last(path)
        self.places[path] = Place(start, start)
        return path, self._after(_CLOSING, end)

    def _last(self, path: Path) -> Path:
        return (*path, self._sizes[path] - 1) if path in self._sizes else path

    def _pair(self, at: int, table: Path) -> int:
        path, start, end = table, at, at
        for name, start, end in self._key(at):  # noqa: B007 - the last one is the key itself
            path = self._noted((*path, name), start)
        value = self._after(_EQUALS, end)
        self.places[path] = Place(start, value)
        return self._value(value, path)

    def _key(self, at: int) -> Iterator[tuple[str, int, int]]:
        """Yield each part of a dotted key with its start and end."""
        at = self._after(_BLANK, at)
        while True:
            end = self._after(_PART, at)
            yield _unquoted(self.text[at:end]), at, end
            dot = _DOT.match(self.text, end)
            if dot is None:
                return
            at = dot.end()

    def _value(self, at: int, path: Path) -> int:
        match self.text[at]:
            case "[":
                return self._array(at, path)
            case "{":
                return self._inline(at, path)
            case _:
                return self._after(_SCALAR, at)

    def _array(self, at: int, path: Path) -> int:
        count = 0
        at = self._blank(at + 1)
        while self.text[at] != "]":
            item = (*path, count)
            self.places[item] = Place(at, at)
            count += 1
            at = self._blank(self._value(at, item))
            at = self._blank(at + 1) if self.text[at] == "," else at
        return at + 1

    def _inline(self, at: int, path: Path) -> int:
        at = self._blank(at + 1)
        while self.text[at] != "}":
            at = self._blank(self._pair(at, path))
            at = self._blank(at + 1) if self.text[at] == "," else at
        return at + 1

    def _noted(self, path: Path, at: int) -> Path:
        self.places.setdefault(path, Place(at, at))
        return path

    def _blank(self, at: int) -> int:
        return self._after(_BLANK, at)

    def _after(self, pattern: re.Pattern[str], at: int) -> int:
        match = pattern.match(self.text, at)
        return match.end() if match is not None else at


def _unquoted(part: str) -> str:
    return next(iter(tomllib.loads(f"{part} = 0"))) if part[0] in "\"'" else part
