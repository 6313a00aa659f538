"""Reads configuration in YAML, TOML and JSON, with the place of each value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from feeds.frontmatter import Value, normalised, split
from feeds.generators.found import Fact, Tree, Unclear
from feeds.headers import from_json, from_toml, from_yaml
from feeds.headers.fields import HeaderError

_READERS = {
    "yml": from_yaml.read_full,
    "yaml": from_yaml.read_full,
    "toml": from_toml.read,
    "json": from_json.read,
}
SUFFIXES = tuple(_READERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file of configuration."""

    path: str
    text: str
    values: Mapping[str, Value] = field(default_factory=dict)
    """By normalised key at every depth."""

    under: tuple[str, ...] = ()
    """The keys under which the whole file stands: Hugo's `params.toml` is `params`."""

    problem: str = ""
    """Why nothing of it could be read, with its place."""

    def get(self, *keys: str) -> Value:
        """Return the value below *keys*, however these are spelt; None where there is none."""
        value: Value = self.values
        for key in keys:
            value = value.get(normalised(key)) if isinstance(value, Mapping) else None
        return value

    def fact(self, *keys: str) -> Fact | None:
        """Return the text below *keys*; None where there is none, or an empty one."""
        value = self.get(*keys)
        if value is None or value in ("", ()):
            return None
        kind = "is a list, not a text" if isinstance(value, tuple) else "is a table, not a text"
        return Fact(value if isinstance(value, str) else Unclear(kind), self.place(*keys))

    def place(self, *keys: str) -> str:
        """Return where *keys* stand: `_config.yml:3`."""
        own = keys[len(self.under) :] if keys[: len(self.under)] == self.under else keys
        return f"{self.path}:{_line(self.text, own, is_json=self.path.endswith('.json'))}"


def table_of(path: str, text: str, *under: str) -> Table:
    """Return what *text*, the file at *path*, says; what cannot be read says nothing, and has a problem."""
    try:
        values: Mapping[str, Value] = _READERS[path.rpartition(".")[2]](text)
    except HeaderError as error:
        found = error.diagnostic
        what = found.message.replace("the header is", "it is", 1).replace("the header has", "it has", 1)
        return Table(path=path, text=text, under=under, problem=f"{path}:{found.line}: {what}: nothing of it was taken")
    for key in reversed(under):
        values = {key: values}
    return Table(path=path, text=text, values=_normalised(values), under=under)


def tables_in(tree: Tree, *stems: str) -> list[Table]:
    """Return the tables whose paths without suffix are *stems*, in that order; of one stem `toml` goes first."""
    paths = (f"{stem}.{suffix}" for stem in stems for suffix in ("toml", "yaml", "yml", "json"))
    return [table_of(path, tree.texts[path]) for path in paths if path in tree.texts]


def header_of(tree: Tree, path: str) -> Table | None:
    """Return the header of the page at *path*."""
    text = tree.texts.get(path)
    header = split(text.encode(), path=path)[0] if text else None
    return Table(path=path, text=text or "", values=_normalised(header.values)) if header else None


def _normalised(values: Mapping[str, Value]) -> dict[str, Value]:
    return {normalised(key): _inside(value) for key, value in values.items()}


def _inside(value: Value) -> Value:
    if isinstance(value, Mapping):
        return _normalised(value)
    return tuple(map(_inside, value)) if isinstance(value, tuple) else value


def _line(text: str, keys: tuple[str, ...], *, is_json: bool) -> int:
    """Return the line of the last of *keys*, each looked for from the line of the one before it."""
    at = 0
    for number, key in enumerate(keys):
        found = _shape(key, is_top=not number and not is_json).search(text, at)
        if found is None:
            break
        at = text.rfind("\n", 0, max(found.start(1), found.start(2))) + 1
    return text.count("\n", 0, at) + 1


def _shape(key: str, *, is_top: bool) -> re.Pattern[str]:
    """Return what *key* looks like where it stands; at the *top* of YAML and TOML it begins a line."""
    spelt = f"({'[-_]?'.join(map(re.escape, normalised(key)))})"
    lead = r"^" if is_top else r"^[ \t]{0,80}\{?(?:- )?"
    in_line = rf"{lead}\[{{0,2}}(?:[\w.\"' -]{{0,200}}\.)?[\"']?{spelt}[\"' ]{{0,40}}[\]:=.]"
    in_braces = rf"[{{,]\s{{0,80}}[\"']?{spelt}[\"']?\s{{0,9}}[:=]"
    return re.compile(f"{in_line}|{in_braces}", re.IGNORECASE | re.MULTILINE)
