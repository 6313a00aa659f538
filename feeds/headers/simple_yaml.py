"""Reads the YAML header that most posts have, exactly as `from_yaml` would, many times faster."""

import re
from functools import lru_cache

from feeds.headers.fields import Value, normalised

NULLS = frozenset(["", "~", "null", "Null", "NULL"])

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
_ITEM = re.compile(r"([ ]*)-[ ]+([^ \[].*)")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
"""What a plain scalar does not begin with (YAML 1.2 §7.3.3), a few harmless cases included."""

_QUOTED = re.compile(r'"[^"\\]*+(?:\\["\\][^"\\]*+)*"|\'[^\']*\'')
_ESCAPED = re.compile(r'\\(["\\])')
_FLOW = re.compile(r"\[[ ]*\w[\w.-]*(?:[ ]*,[ ]*\w[\w.-]*)*[ ]*\]")


class _NotSimpleError(Exception):
    """The header has more to it."""


def read_simple(header: str) -> dict[str, Value] | None:
    """Return the values of *header* by normalised key.

    None where a key stands twice, or a line is neither a plain `key: value` nor a plain `- item`.
    """
    if "\\u" in header or not header.replace("\n", "").isprintable():
        return None
    try:
        return _values(header)
    except _NotSimpleError:
        return None


def _values(header: str) -> dict[str, Value]:
    values: dict[str, Value] = {}
    lists: dict[str, list[tuple[str, Value]]] = {}
    key = text = ""
    for line in header.split("\n"):
        if not line:
            continue
        if line[0] in "# -":
            if line[0] != "#":
                lists.setdefault("" if text else key, []).append(_item(line))
            continue
        name, colon, text = line.partition(":")
        key = _plain_key(name)
        if not (key and colon) or key in values or (text and text[0] != " "):
            raise _NotSimpleError
        text = text.strip(" ")
        values[key] = _value(text) if text else None
    return values | {key: _listed(key, items) for key, items in lists.items()} if lists else values


@lru_cache(maxsize=1024)
def _plain_key(name: str) -> str:
    return normalised(name) if _KEY.fullmatch(name) else ""


def _value(text: str) -> Value:
    """Return the value of *text*, a scalar or a flow list without blanks around it."""
    first = text[0]
    if first not in _INDICATORS:
        if ": " in text or " #" in text or " :" in text or text[-1] == ":":
            raise _NotSimpleError
        return None if text in NULLS else text
    if first in "\"'" and _QUOTED.fullmatch(text):
        return _ESCAPED.sub(r"\1", text[1:-1]) if first == '"' and "\\" in text else text[1:-1]
    if first == "[" and _FLOW.fullmatch(text):
        return tuple(_value(item.strip(" ")) for item in text[1:-1].split(","))
    raise _NotSimpleError


def _item(line: str) -> tuple[str, Value]:
    """Return the indentation of a list's item, and its value."""
    match = _ITEM.fullmatch(line)
    if match is None:
        raise _NotSimpleError
    return match[1], _value(match[2].rstrip(" "))


def _listed(key: str, items: list[tuple[str, Value]]) -> tuple[Value, ...]:
    """Return the values of the items below *key*, which have one indentation; without a key they are none's."""
    if not key or len({indent for indent, _ in items}) > 1:
        raise _NotSimpleError
    return tuple(value for _, value in items)
