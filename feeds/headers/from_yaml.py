"""Reads a YAML header: every scalar as its text, with its place, within bounds, and nothing in it runs."""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import yaml

from feeds.diagnostics import Diagnostic
from feeds.headers.fields import (
    DEEPEST,
    MOST_VALUES,
    Field,
    HeaderError,
    Reading,
    Value,
    refusal,
    repeated,
    too_deep,
    warning,
)
from feeds.headers.mending import advice, cleaned, mended
from feeds.headers.simple_yaml import NULLS, read_simple

_LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CORE = "tag:yaml.org,2002:"
_TAGS = frozenset(re.findall(r"\w+", "str int float bool null timestamp seq map set omap pairs"))
_BEGAN_EARLIER = re.compile("expected '[:,]'")
"""Problems that the parser sees after the line that causes them."""

_COMMENT = re.compile(r"[ \t]+(#.*)")

_Events: TypeAlias = Iterator[yaml.Event]


def read(header: str) -> Reading:
    """Return the fields of *header*, which begins in line 1 of the file.

    Raises `HeaderError`: `header-syntax`, `header-not-mapping`, `header-tag`, `header-too-deep`,
    `header-too-large`. A line that is no YAML but can only mean one thing is taken as it stands, with the
    warning `header-lenient`.
    """
    values = read_simple(header)
    return read_full(header) if values is None else Reading(values, lambda: read_full(header).fields)


def read_full(header: str) -> Reading:
    """Return what `read` does, whatever the header has in it."""
    text, problems = cleaned(header)
    try:
        return _read_strictly(text, problems)
    except HeaderError as error:
        if error.diagnostic.code != "header-syntax":
            raise
        text, lenient = mended(text, _stands)
        if not lenient:
            raise
        try:
            return _read_strictly(text, (*problems, *lenient))
        except HeaderError:
            raise error from None


def _stands(line: str) -> bool:
    """Say whether *line* is YAML by itself."""
    try:
        _read_strictly(line, ())
    except HeaderError as error:
        return error.diagnostic.code != "header-syntax"
    return True


def _read_strictly(text: str, problems: tuple[Diagnostic, ...]) -> Reading:
    document = _Document(text)
    try:
        fields = document.fields()
    except yaml.YAMLError as error:
        raise _syntax(error, text) from error
    return Reading.of(fields, (*problems, *document.problems))


class _Document:
    """One header on its way from YAML's events to fields. Lives for one reading."""

    def __init__(self, text: str) -> None:
        self.problems: list[Diagnostic] = []
        self._lines = [*text.split("\n"), ""]  # a value without an end is said to end in the line after the last
        self._events: _Events = yaml.parse(text, Loader=_LOADER)
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._size = 0

    def fields(self) -> list[Field]:
        """Return the top-level fields in their order; a document of nothing has none."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return []
        root = next(self._events)
        if isinstance(root, yaml.ScalarEvent) and _is_null(root):
            return []
        if not isinstance(root, yaml.MappingStartEvent):
            raise _not_mapping(root, self._lines)
        fields = [self._field(key) for key in self._until(yaml.MappingEndEvent)]
        inherited = [field for field in fields if field.name == "<<"]
        own = [field for field in fields if field.name != "<<"]
        self._end()
        return [*_merged(inherited, {field.name for field in own}), *own]

    def _end(self) -> None:
        """Let the parser see the rest: a second document is refused."""
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise refusal(
                code="header-syntax",
                **_place(event),
                message="the header has two documents",
                help="leave one, between two lines of `---`",
            )

    def _field(self, key: yaml.Event) -> Field:
        name = _key(key)
        event = next(self._events)
        value = self._value(event, 1)
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            self._warn_of_comment(name, event)
        place = key if isinstance(event, yaml.ScalarEvent) and event.value == "" and value is None else event
        return Field(name=name, value=value, **_place(place))

    def _until(self, end: type[yaml.Event]) -> _Events:
        while not isinstance(event := next(self._events), end):
            yield event

    def _value(self, event: yaml.Event, depth: int) -> Value:
        """Return the value that begins with *event*."""
        if depth > DEEPEST:
            raise too_deep(**_place(event))
        before = self._size
        self._count(1, event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        assert isinstance(event, yaml.NodeEvent)
        _check_tag(event)
        value = self._node(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = value, self._size - before
        return value

    def _node(self, event: yaml.Event, depth: int) -> Value:
        if isinstance(event, yaml.ScalarEvent):
            return None if _is_null(event) else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return tuple(self._value(item, depth + 1) for item in self._until(yaml.SequenceEndEvent))
        return self._table(depth)

    def _table(self, depth: int) -> Mapping[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        lines: dict[str, int] = {}
        for key in self._until(yaml.MappingEndEvent):
            name, line = _key(key), _place(key)["line"]
            value = self._value(next(self._events), depth + 1)
            if name == "<<" and isinstance(value, Mapping):
                merged |= value
                continue
            if name in own:
                self.problems.append(repeated(name, lines[name], line))
            own[name], lines[name] = value, line
        return merged | own

    def _alias(self, event: yaml.AliasEvent) -> Value:
        if event.anchor not in self._anchors:
            raise refusal(
                code="header-syntax",
                **_place(event),
                message=f"the header is not YAML: `*{event.anchor}` refers to something that is not there",
                help="quote the value if it is text",
            )
        value, size = self._anchors[event.anchor]
        self._count(size, event)
        return value

    def _count(self, size: int, event: yaml.Event) -> None:
        self._size += size
        if self._size > MOST_VALUES:
            raise refusal(
                code="header-too-large",
                **_place(event),
                message=f"the header has more than {MOST_VALUES:,} values, all aliases written out",
                help="leave out what is repeated",
            )

    def _warn_of_comment(self, name: str, event: yaml.ScalarEvent) -> None:
        """Warn where ` #` cut a value short: `tags: #news`, `title: Learning C #`."""
        mark = event.end_mark
        assert mark is not None
        comment = _COMMENT.match(self._lines[mark.line], mark.column)
        if comment is None or (event.value and comment[1][1:2].isspace()):
            return
        found = "is empty" if not event.value else f"ends at `{event.value[-20:]}`"
        self.problems.append(
            warning(
                code="value-is-comment",
                line=mark.line + 1,
                column=comment.start(1) + 1,
                message=f"`{name}` {found}: what follows, from ` #` on, is a comment in YAML",
                help=f'quote the value if it is text: `{name}: "…"`',
            ),
        )


def _merged(inherited: list[Field], own: set[str]) -> Iterator[Field]:
    """Yield what `<<: *defaults` brings: the keys that the header does not have itself."""
    for field in inherited:
        for name, value in field.value.items() if isinstance(field.value, Mapping) else ():
            if name not in own:
                yield Field(name=name, value=value, line=field.line, column=field.column)


def _key(event: yaml.Event) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise refusal(
            code="header-syntax",
            **_place(event),
            message="the header is not YAML of posts: a key must be text",
            help="quote the value if it is text that begins with a bracket or a brace",
        )
    _check_tag(event)
    return event.value


def _check_tag(event: yaml.Event) -> None:
    tag = getattr(event, "tag", None)
    if tag is None or tag == "!" or tag.removeprefix(_CORE) in _TAGS:
        return
    shown = tag.replace(_CORE, "!!", 1)[:60]
    raise refusal(
        code="header-tag",
        **_place(event),
        message=f"the header has the tag `{shown}`: a post is text, nothing in it becomes an object",
        help="delete the tag, or quote the value if the `!` is text",
    )


def _is_null(event: yaml.ScalarEvent) -> bool:
    return event.tag == _CORE + "null" or (event.implicit[0] and event.value in NULLS and event.tag is None)


def _place(event: yaml.Event) -> dict[str, int]:
    mark = event.start_mark
    assert mark is not None
    return {"line": mark.line + 1, "column": mark.column + 1}


def _not_mapping(root: yaml.Event, lines: list[str]) -> HeaderError:
    place = _place(root)
    kind = "a list" if isinstance(root, yaml.SequenceStartEvent) else "a text"
    return refusal(
        code="header-not-mapping",
        **place,
        message=f"the header is {kind}, not lines of `key: value`",
        help=advice("", lines, place["line"] - 1),
    )


def _syntax(error: yaml.YAMLError, text: str) -> HeaderError:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", "") or "it cannot be read")
    mark = getattr(error, "context_mark" if _BEGAN_EARLIER.search(problem) else "problem_mark", None)
    number, column = (mark.line, mark.column) if mark is not None else (0, -1)
    lines = text.split("\n")
    number = min(number, len(lines) - 1)
    return refusal(
        code="header-syntax",
        line=number + 1,
        column=column + 1,
        message=f"the header is not YAML: {problem}",
        help=advice(problem, lines, number),
    )
