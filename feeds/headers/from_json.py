"""Reads a JSON header: every value as its text, with the line of its key."""

import json
import re
from collections.abc import Iterator

from feeds.diagnostics import Diagnostic
from feeds.headers.fields import DEEPEST, Field, HeaderError, Reading, Value, refusal, too_deep
from feeds.headers.mending import half_a_character

_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {True: "true", False: "false"}


class _Pairs(tuple[tuple[str, object], ...]):
    """An object as it stands: a key may be there twice."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_Pairs)


def end_of_object(text: str) -> int | None:
    """Return where the JSON object ends that *text* begins with; None where it is none."""
    try:
        return _DECODER.raw_decode(text)[1]
    except (ValueError, RecursionError):
        return None


def read(header: str) -> Reading:
    """Return the fields of *header*, which begins in line 1 of the file; braces may be missing (Hexo).

    Raises `HeaderError`: `header-syntax`, `header-not-mapping`, `header-too-deep`.
    """
    text = header if header.lstrip()[:1] in {"{", "["} else _in_braces(header)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _syntax(error) from error
    except RecursionError as error:
        raise too_deep(1) from error
    if not isinstance(value, _Pairs):
        raise refusal(
            code="header-not-mapping",
            line=1,
            message="the header is a list, not an object",
            help='write it as `{"title": "…", "date": "…"}`',
        )
    problems: list[Diagnostic] = []
    return Reading.of(list(_fields(value, header, problems)), problems)


def _in_braces(header: str) -> str:
    """Return *header* as an object, no line of it moved."""
    text = header.rstrip().removesuffix(",")
    lead = len(text) - len(text.lstrip("\n"))
    return text[:lead] + "{" + text[lead:] + "}"


def _fields(pairs: _Pairs, header: str, problems: list[Diagnostic]) -> Iterator[Field]:
    position = 0
    for name, value in pairs:
        found = re.compile(re.escape(json.dumps(name, ensure_ascii=False)) + r"\s*:\s*").search(header, position)
        position = found.end() if found is not None else position
        line = header.count("\n", 0, position) + 1
        column = position - header.rfind("\n", 0, position)
        text = _text(value, line, 1, problems)
        yield Field(name=_whole(name, line, problems), value=text, line=line, column=column)


def _text(value: object, line: int, depth: int, problems: list[Diagnostic]) -> Value:
    """Return *value* with all scalars as text."""
    if depth > DEEPEST:
        raise too_deep(line)
    if isinstance(value, _Pairs):
        pairs = ((_whole(key, line, problems), item) for key, item in value)
        return {key: _text(item, line, depth + 1, problems) for key, item in pairs}
    if isinstance(value, list):
        return tuple(_text(item, line, depth + 1, problems) for item in value)
    if isinstance(value, bool):
        return _WORDS[value]
    return None if value is None else _whole(str(value), line, problems)


def _whole(text: str, line: int, problems: list[Diagnostic]) -> str:
    """Return *text* without halves of characters."""
    if not _SURROGATE.search(text):
        return text
    problems.append(half_a_character(line))
    return _SURROGATE.sub("", text)


def _syntax(error: json.JSONDecodeError) -> HeaderError:
    return refusal(
        code="header-syntax",
        line=error.lineno,
        column=error.colno,
        message=f"the header is not JSON: {error.msg[:1].lower()}{error.msg[1:]}",
        help='write `"key": "value"` pairs with commas between them and none after the last',
    )
