"""Splits any bytes into fields, body and line numbers."""

from collections.abc import Mapping

from feeds.diagnostics import Severity
from feeds.fields import fields_of
from feeds.frontmatter import Header, split
from feeds.headers.fields import DEEPEST, MOST_VALUES, normalised
from fuzz.promises import holds
from fuzz.seeds import HEADERS, POSTS
from fuzz.targets import Target


def check(data: bytes) -> None:
    """Hold `split` to its promises: it takes any bytes, loses no text, and its places are in the file."""
    header, problems = split(data, path="a.md")
    for problem in problems:
        holds(problem.path == "a.md" and problem.code and problem.message and problem.help, f"a bare {problem}")
        holds("\n" not in problem.message + problem.help, f"a diagnostic of two lines: {problem.message!r}")
        holds(
            problem.excerpt.replace("\t", "").replace("\u3000", "").replace("\xa0", "").isprintable(), "a raw excerpt"
        )
    if header is None:
        holds(problems and problems[-1].severity is Severity.ERROR, "a post was refused, and nothing says why")
        return
    _whole(header, data)
    _fields(header)
    holds(split(data, path="a.md") == (header, problems), "a second look sees something else")
    fields_of(header)


def _whole(header: Header, data: bytes) -> None:
    text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    holds(text.endswith(header.body), "the body is not the end of the post")
    above = text[: len(text) - len(header.body)].count("\n")
    holds(header.body_line == above + 1, f"the body begins in line {above + 1}, not in {header.body_line}")


def _fields(header: Header) -> None:
    fields = header.fields
    holds(fields.keys() == header.values.keys(), "values and fields are not the same")
    holds(_count(dict(header.values), 0) <= MOST_VALUES + len(fields), "a header has too many values")
    for key, field in fields.items():
        holds(key == normalised(field.name) == normalised(key), f"the key {key!r} is not normalised")
        holds(field.value == header.values[key], f"{key!r} has two values")
        holds(0 < field.line < header.body_line + 1 and field.column >= 0, f"{key!r} stands in line {field.line}")


def _count(value: object, depth: int) -> int:
    """Return the number of texts in *value*, which is one, none, or tuples and mappings of such."""
    holds(depth <= DEEPEST + 1, "a value is nested too deep")
    if value is None or isinstance(value, str):
        (value or "").encode()
        return 1
    if isinstance(value, Mapping):
        holds(all(isinstance(key, str) for key in value), "a key is no text")
        return sum(_count(part, depth + 1) for part in value.values())
    holds(isinstance(value, tuple), f"a value is a {type(value).__name__}")
    assert isinstance(value, tuple)
    return sum(_count(part, depth + 1) for part in value)


TARGET = Target(check=check, seeds=POSTS, tokens=HEADERS, longest=4096)
