"""Lists the keys of `feeds.toml` for people: table, name, what it may be, and the default."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import time
from functools import lru_cache

from feeds.config._keys import FILE
from feeds.config._kinds import Key, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A key of `feeds.toml`."""

    header: str
    """Of its table, as it is written: `[feeds]`, `[[digests]]`, `[categories.NAME]`."""

    key: str
    words: str
    """What it may be."""

    default: str
    """As TOML; empty: none, or it follows from other keys."""

    required: bool = False


@lru_cache(maxsize=1)
def schema() -> tuple[Setting, ...]:
    """Return every key: by table in the order of the file, a table's own keys before its inner tables."""
    return tuple(_below(FILE, ()))


def names_in(table: Sequence[str]) -> tuple[str, ...]:
    """Return the keys and tables that may stand in *table*: `["categories", "news", "source"]`."""
    kind = FILE
    for name in table:  # the name of a category is not among the keys: it leads nowhere else
        kind = next((key.kind for key in kind.keys if key.name == name), kind)
    return tuple(key.name for key in kind.keys)


def _below(kind: Kind, path: tuple[str, ...]) -> Iterator[Setting]:
    defaults = {field.name: field.default for field in fields(kind.record)} if kind.record is not None else {}
    header = kind.header.format(".".join(path))
    for key in kind.keys:
        if not key.kind.keys:
            yield Setting(
                header=header,
                key=key.name,
                words=key.kind.words,
                default="" if key.required else _toml(key, defaults[key.field or key.name]),
                required=key.required,
            )
    inner = header.strip("[]")
    for key in kind.keys:
        if key.kind.keys:
            yield from _below(key.kind, (inner, key.name) if inner else (key.name,))


def _toml(key: Key, default: object) -> str:
    """Return *default* as it would be written; a text without one is empty."""
    if default is None:
        return ""
    if default is MISSING:
        return "" if key.name in {"home", "id"} else '""'
    if isinstance(default, time):
        default = default.isoformat("minutes")
    if default == () and key.kind.example.startswith("{"):
        return "{}"
    return json.dumps(default, ensure_ascii=False)
