"""What a value of `feeds.toml` may be, and how it is read: every problem noted, the rest taken."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from feeds.config._places import Path
from feeds.config._problems import Bad, Problem, Problems, WrongType, near, shown, twice

T = TypeVar("T")
Build = Callable[[Mapping[str, object]], object]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_OWN_NAME = "give each a name of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value may be."""

    words: str
    """For people: "text", "a whole number, at least 1"."""

    example: str
    """As TOML; empty for a table that has a header of its own."""

    read: Callable[[object, Path, Problems], object]
    """Returns the checked value, or None, noting why, where there is none: then the default holds."""

    keys: tuple["Key", ...] = ()
    """Of a table."""

    record: type | None = None
    """What a table becomes; the defaults are its."""

    header: str = "[{}]"
    """How the table begins; `{}` is its name."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table: a row of the list in `_keys`."""

    name: str
    kind: Kind
    field: str = ""
    """The record's, where it is not the name."""

    required: bool = False


def build(record: Callable[..., T], values: Mapping[str, object]) -> T:
    """Return the record of *values*, which the checks of its table have given the right types."""
    return record(**values)


# --- kinds ---------------------------------------------------------------------------------------


def value_of(check: Callable[[object], object], words: str, example: str, *, may_be_empty: bool = False) -> Kind:
    """Return the kind of a single value; *may_be_empty*: `""` stands for the default."""

    def read(value: object, path: Path, problems: Problems) -> object:
        if may_be_empty and value == "":
            return None
        try:
            return check(value)
        except Bad as bad:
            problems.append(_problem(path, bad, _written(path, example)))
            return None

    return Kind(words=words, example=example, read=read)


def list_of(kind: Kind, example: str, *, unique: bool = False) -> Kind:
    """Return the kind of a list; *unique*: no item may stand there twice."""

    def read(value: object, path: Path, problems: Problems) -> object:
        if not isinstance(value, list):
            problems.append(_problem(path, WrongType("a list", value), _written(path, example)))
            return None
        items = [(kind.read(item, (*path, n), problems), (*path, n)) for n, item in enumerate(value)]
        if unique:
            known = [(str(item), place) for item, place in items if item is not None]
            problems.extend(twice(known, "delete one of the two"))
        return tuple(item for item, _ in items if item is not None)

    return Kind(words=f"list; each: {kind.words}", example=example, read=read)


def table_of(record: type, *keys: Key, make: Build | None = None, example: str = "") -> Kind:
    """Return the kind of a table that becomes a *record*, or what *make* makes of its values by field."""
    names = {key.name: key for key in keys}

    def read(value: object, path: Path, problems: Problems) -> object:
        if not isinstance(value, dict):
            problems.append(_problem(path, WrongType("a table", value), _written(path, example)))
            return None
        before = len(problems)
        values = _values(value, names, path, problems)
        try:
            return make(values) if make is not None else build(record, values)
        except Bad as bad:
            if len(problems) == before:  # else it may only follow from what is told already
                problems.append(_problem(path, bad, ""))
            return None

    return Kind(words="table", example=example, read=read, keys=keys, record=record)


def tables_of(kind: Kind) -> Kind:
    """Return the kind of an array of tables, `[[digests]]`, whose names differ in more than case."""

    def read(value: object, path: Path, problems: Problems) -> object:
        if not isinstance(value, list):
            header = f"[[{'.'.join(map(str, path))}]]"
            remedy = f"begin each with a line `{header}`" if isinstance(value, dict) else _written(path, "[]")
            problems.append(_problem(path, WrongType("an array of tables", value), remedy))
            return None
        records = [kind.read(item, (*path, n), problems) for n, item in enumerate(value)]
        problems.extend(twice(_names(records, path, {problem.path for problem in problems}), _OWN_NAME))
        return tuple(record for record in records if record is not None)

    return Kind(
        words="tables",
        example="",
        read=read,
        keys=kind.keys,
        record=kind.record,
        header="[[{}]]",
    )


def named_tables_of(kind: Kind, name_of: Callable[[object], str], named: Callable[[str, object], object]) -> Kind:
    """Return the kind of a table of tables, `[categories.NAME]`, in the order in which they stand there.

    *name_of* checks a name; *named* returns the record with its name.
    """

    def read(value: object, path: Path, problems: Problems) -> object:
        if not isinstance(value, dict):
            remedy = f"begin each with a line `[{'.'.join(map(str, path))}.NAME]`"
            problems.append(_problem(path, WrongType("a table of tables", value), remedy))
            return None
        names = _checked_names(value, name_of, path, problems)
        places = [(name, (*path, key)) for key, name in names.items()]
        problems.extend(twice(places, _OWN_NAME, at_key=True, same=str))
        tables = {key: kind.read(value[key], (*path, key), problems) for key in value}
        return tuple(named(names[key], tables[key]) for key in names if tables[key] is not None)

    return Kind(
        words="tables",
        example="",
        read=read,
        keys=kind.keys,
        record=kind.record,
        header="[{}.NAME]",
    )


# --- problems ------------------------------------------------------------------------------------


def _values(value: dict[str, object], names: dict[str, Key], path: Path, problems: Problems) -> dict[str, object]:
    """Return the checked values by field; required ones that are missing or bad as an empty text."""
    values: dict[str, object] = {key.field or key.name: "" for key in names.values() if key.required}
    for name, inner in value.items():
        if name not in names:
            problems.append(_unknown((*path, name), inner, tuple(names)))
            continue
        checked = names[name].kind.read(inner, (*path, name), problems)
        if checked is not None:
            values[names[name].field or name] = checked
    problems.extend(_missing(path, key) for key in names.values() if key.required and key.name not in value)
    return values


def _unknown(path: Path, value: object, names: tuple[str, ...]) -> Problem:
    """Return the problem; outside all tables a key is none of theirs, so the remedy is left to `_help`."""
    is_table = isinstance(value, dict | list)
    meant = near(str(path[-1]), names) if is_table or len(path) > 1 else ""
    message = f"there is no {'table' if isinstance(value, dict) else 'key'} {shown(str(path[-1]))} here"
    remedy = f"did you mean `{meant}`?" if meant else ""
    return Problem(path=path, code="config-unknown-key", message=message, help=remedy, at_key=True)


def _missing(path: Path, key: Key) -> Problem:
    table = ".".join(str(part) for part in path if isinstance(part, str))
    header = f"[[{table}]]" if isinstance(path[-1], int) else f"[{table}]"
    remedy = f"add a line `{key.name} = {key.kind.example}` below `{header}`"
    return Problem(path=path, code="config-missing", message=f"`{key.name}` is missing", help=remedy, at_key=True)


def _problem(path: Path, bad: Bad, remedy: str) -> Problem:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    is_type = isinstance(bad, WrongType)
    return Problem(
        path=path,
        code="config-type" if is_type else "config-value",
        message=f"{shown(name)} {bad.message}",
        help=remedy if is_type else bad.help,
    )


def _written(path: Path, example: str) -> str:
    """Return the remedy that shows how the value at *path* is written."""
    if isinstance(path[-1], int):
        return f"write each as `{example}`"
    if not example:
        return f"begin it with a line `[{'.'.join(str(part) for part in path if isinstance(part, str))}]`"
    key = path[-1] if _BARE.fullmatch(path[-1]) else f'"{path[-1]}"'
    return f"write it like `{key} = {example}`"


def _names(records: list[object], path: Path, bad: set[Path]) -> list[tuple[str, Path]]:
    """Return the names of *records* with their places, but those that a mistake has left open."""
    places = [(str(getattr(record, "name", "")), (*path, n)) for n, record in enumerate(records)]
    return [
        (name, (*place, "name")) for name, place in places if name and not {(*place, "name"), (*place, "every")} & bad
    ]


def _checked_names(
    value: dict[str, object], name_of: Callable[[object], str], path: Path, problems: Problems
) -> dict[str, str]:
    names = {}
    for key in value:
        try:
            names[key] = name_of(key)
        except Bad as bad:
            message = f"{shown(key)} {bad.message}"
            problems.append(
                Problem(path=(*path, key), code="config-value", message=message, help=bad.help, at_key=True)
            )
    return names
