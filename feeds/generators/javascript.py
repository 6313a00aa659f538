"""Reads the plain values that stand in JavaScript and TypeScript; nothing is run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from feeds.generators.found import Fact, Unclear

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<text>"(?:[^"\\\n]|\\.)*(?:["\n]|\\?\Z)|'(?:[^'\\\n]|\\.)*(?:['\n]|\\?\Z)|`(?:[^`\\]|\\.)*(?:`|\\?\Z))
      | (?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)
      | (?P<sign>=>|.)""",
    re.VERBOSE | re.DOTALL,
)
"""What is never closed ends with its line, or with the file: so each character is looked at once."""

_REGEX = re.compile(r"/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,500}/[a-z]*")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+") | {"=>", "return", ""}
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|.))", re.DOTALL)
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_ENDS = frozenset(",;})]") | {"as", "satisfies", "const", "let", "var", "export", "return", ""}
_COMPUTED = Unclear("is computed when the site is built")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    begins_line: bool


@dataclass(frozen=True, slots=True)
class Script:
    """What a file of JavaScript says in plain values."""

    path: str
    values: Mapping[tuple[str, ...], tuple[str | Unclear, int]]
    """Values with their lines, by the keys that lead to them; what is assigned begins with its name."""

    def fact(self, *keys: str) -> Fact | None:
        """Return the text below *keys*, also in an object that has a name."""
        places = (found for found in self.values if found == keys or found[1:] == keys)
        value, line = next((self.values[found] for found in places), ("", 0))
        return Fact(value, f"{self.path}:{line}") if value else None


def script_of(path: str, text: str) -> Script:
    """Return what *text*, the file at *path*, says; any text is taken."""
    values: dict[tuple[str, ...], tuple[str | Unclear, int]] = {}
    for keys, value, line in _entries(list(_tokens(text))):
        if keys not in values or isinstance(values[keys][0], Unclear):
            values[keys] = value, line
    return Script(path, values)


def _tokens(text: str) -> Iterator[_Token]:
    at, line, before, begins = 0, 1, "", True
    while at < len(text):
        found = _REGEX.match(text, at) if text[at] == "/" and before in _BEFORE_REGEX else None
        kind = "sign" if found else ""
        if found is None:
            found = _TOKEN.match(text, at)
            assert found is not None
            kind = found.lastgroup or "sign"
        if kind != "space":
            yield _Token(kind, found[0], line, begins)
            before, begins = found[0], False
        breaks = found[0].count("\n")
        line, at, begins = line + breaks, found.end(), begins or breaks > 0
    yield _Token("end", "", line, begins_line=True)


def _entries(tokens: list[_Token]) -> Iterator[tuple[tuple[str, ...], str | Unclear, int]]:
    """Yield each key with its value and line, in the order of the text."""
    constants: dict[str, str] = {}
    above: list[str] = []
    label = ""
    for number, token in enumerate(tokens):
        if token.kind == "sign" and token.text in "{[(":
            above.append(label)
        elif token.kind == "sign" and token.text in "}])" and above:
            above.pop()
        named = _label(tokens, number)
        label = named or ("" if token.text in _ENDS or token.text in "{[(" else label)
        if not named:
            continue
        value = _value(tokens, number + 1, constants)
        keys = tuple(name for name in (*above, label) if name and name != "module.exports")
        if isinstance(value, str) and not any(above):
            constants.setdefault(label, value)
        if value is not None:
            yield keys, value, tokens[_key(tokens, number)].line


def _label(tokens: list[_Token], number: int) -> str:
    """Return the name that the value after the token *number*, a colon or an equals sign, gets; empty: it gets none."""
    token = tokens[number]
    key = tokens[_key(tokens, number)]
    if token.kind != "sign" or token.text not in {":", "="} or key.kind not in {"name", "text"}:
        return ""
    before = tokens[_key(tokens, number) - 1].text if _key(tokens, number) else ""
    if token.text == ":" and before not in {"{", ","}:
        return ""
    return key.text if key.kind == "name" else _unquoted(key.text)


def _key(tokens: list[_Token], number: int) -> int:
    """Return where the name before the token *number* stands; that of `const a: Type = …` is before its type."""
    if number > 2 and tokens[number].text == "=" and tokens[number - 2].text == ":":  # noqa: PLR2004 - name, colon, type
        return number - 3
    return max(number - 1, 0)


def _value(tokens: list[_Token], number: int, constants: Mapping[str, str]) -> str | Unclear | None:
    """Return the value that begins with the token *number*; None for an object or a list, which has its own keys."""
    token, after = tokens[number], tokens[min(number + 1, len(tokens) - 1)]
    is_alone = after.text in _ENDS or (after.begins_line and after.kind != "sign")
    if token.kind == "text" and is_alone and not (token.text[0] == "`" and "${" in token.text):
        return _unquoted(token.text)
    if token.kind == "name" and is_alone and token.text in constants:
        return constants[token.text]
    return None if token.text in {"{", "[", "=", ""} else _COMPUTED


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(_escaped, text[1:-1]).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(found: "re.Match[str]") -> str:
    code = found[1] or found[2] or found[3]
    if not code:
        return _SIGNS.get(found[4], found[4])
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 - the last of Unicode
