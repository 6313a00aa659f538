"""Reads the YAML header that most posts have, exactly as `from_yaml` would, a few times faster."""

import re

from feeds.headers.fields import Field, Reading, Value

NULLS = frozenset(["", "~", "null", "Null", "NULL"])

_SCALAR = r"""(?:"[^"\\]*" | '[^']*'
    | [^\s\-?:,\[\]{}\#&*!|>'"%@`] (?:[^\s:\#]+ | :(?=\S) | (?<=\S)\# | [ ]+(?=[^\s:\#]))*+ )"""
_FLOW = r"\[[ ]*\w[\w.-]*(?:[ ]*,[ ]*\w[\w.-]*)*[ ]*\]"
_SIMPLE = re.compile(
    rf"(?P<key>[A-Za-z][A-Za-z0-9_-]{{0,60}}):(?:[ ]+(?P<value>{_SCALAR}|{_FLOW}))?[ ]*",
    re.VERBOSE,
)
_ITEM = re.compile(rf"(?P<indent>[ ]*)-[ ]+(?P<value>{_SCALAR})[ ]*", re.VERBOSE)


def read_simple(header: str) -> Reading | None:
    """Return the fields of *header*; None where a line is neither a plain `key: value` nor a plain `- item`."""
    if "\\u" in header or not header.replace("\n", "").isprintable():
        return None
    rows: list[_Row] = []
    for number, line in enumerate(header.split("\n"), 1):
        if not line or line[0] == "#":
            continue
        if match := _SIMPLE.fullmatch(line):
            key, text = match.groups()
            rows.append(_Row(key, text, number, match.start("value") + 1 if text else 1))
        elif not rows or (match := _ITEM.fullmatch(line)) is None or not rows[-1].takes(number, *match.groups()):
            return None
    return Reading(row.field() for row in rows)


class _Row:
    """A line of a simple header, with the items in the lines below it."""

    __slots__ = ("column", "items", "key", "line", "text")

    def __init__(self, key: str, text: str | None, line: int, column: int) -> None:
        self.key, self.text, self.line, self.column = key, text, line, column
        self.items: list[str] = []

    def takes(self, number: int, indent: str, text: str) -> bool:
        """Take an item of the list, unless there is none or its indentation differs."""
        if self.text is not None or (self.items and len(indent) + 1 != self.column):
            return False
        if not self.items:
            self.line, self.column = number, len(indent) + 1
        self.items.append(text)
        return True

    def field(self) -> Field:
        """Return the field."""
        value: Value = tuple(map(_simple_text, self.items)) if self.items else None
        if self.text is not None:
            flow = self.text[0] == "["
            items = self.text[1:-1].split(",") if flow else ()
            value = tuple(_simple_text(item.strip()) for item in items) if flow else _simple_text(self.text)
        return Field(name=self.key, value=value, line=self.line, column=self.column)


def _simple_text(text: str) -> str | None:
    return text[1:-1] if text[0] in "\"'" else None if text in NULLS else text
