"""What can be wrong with a value of `feeds.toml`, before its line is known, and the words for it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from unicodedata import normalize

from feeds.config._places import Path

_MANGLED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SHOWN = 60


class Bad(Exception):  # noqa: N818 - a value is bad; `BadError` says nothing more
    """What is wrong with a value, as a predicate: "must be …, not …"."""

    def __init__(self, message: str, *, help: str = "") -> None:  # noqa: A002 - the word of `Diagnostic`
        super().__init__(message)
        self.message = message
        self.help = help


class WrongType(Bad):
    """A value that is not even of the right type."""

    def __init__(self, wanted: str, value: object) -> None:
        super().__init__(f"must be {wanted}, not {found(value)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A diagnostic that does not know its line yet."""

    path: Path
    code: str
    message: str
    help: str = ""
    at_key: bool = False
    """The key is wrong, not its value."""


Problems = list[Problem]


def twice(
    items: Iterable[tuple[str, Path]],
    remedy: str,
    *,
    at_key: bool = False,
    same: Callable[[str], str] = str.casefold,
) -> Iterator[Problem]:
    """Yield a problem for every item whose text an earlier one has, as *same* sees it; some disks ignore case."""
    seen: set[str] = set()
    for text, path in items:
        folded = normalize("NFC", same(text))
        if folded in seen:
            message = f"`{_shown(text)}` is there a second time"
            yield Problem(path=path, code="config-duplicate", message=message, help=remedy, at_key=at_key)
        seen.add(folded)


def found(value: object) -> str:  # noqa: PLR0911 - a table of types
    """Return words for what a value is."""
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"the text `{_shown(value)}`"
        case int() if abs(value) >= 10**_SHOWN:  # Python refuses to write more than 4,300 digits
            return "a very long number"
        case int() | float():
            return f"the number `{value}`"
        case list():
            return "a list"
        case dict():
            return "a table"
        case time():
            return "a time without quotes"
        case _:
            return "a date without quotes"


def near(word: str, words: tuple[str, ...]) -> str:
    """Return the one of *words* that *word* was probably meant to be; empty: none is like it."""
    plain = {re.sub(r"[\W_]", "", candidate.casefold()): candidate for candidate in words}
    matches = get_close_matches(re.sub(r"[\W_]", "", word.casefold()), plain, n=1)
    return plain[matches[0]] if matches else ""


def shown(value: str) -> str:
    """Return *value* for a message: in backticks, short, without what a terminal would obey."""
    return f"`{_shown(value)}`"


def _shown(value: str) -> str:
    clean = _MANGLED.sub("\N{REPLACEMENT CHARACTER}", value)
    return clean if len(clean) <= _SHOWN else clean[:_SHOWN] + "…"
