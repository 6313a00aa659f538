"""What every header is read into: fields with their places, and what is wrong with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, TypeAlias

from feeds.diagnostics import Diagnostic, Severity

Value: TypeAlias = "str | tuple[Value, ...] | Mapping[str, Value] | None"
"""Every scalar is its text as written: `2024-01-05`, `yes`, `1.10`; null is None."""

DEEPEST = 50
"""How far lists and tables may be nested."""

MOST_VALUES = 10_000
"""How many values a header may have, each alias counted as all that it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A key and its value."""

    name: str
    """As written."""

    value: Value
    line: int
    """Of the whole file, from 1."""

    column: int
    """Of the value, else of the key; from 1, in characters."""


class HeaderError(Exception):
    """A header cannot be read; path and excerpt of the diagnostic are the caller's to fill in."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Reading(dict[str, Value]):
    """A header's values by normalised key, the last of a name, with what is wrong but was taken.

    A `dict` because that is what `load` of a handler of python-frontmatter returns.
    """

    __slots__ = ("_read", "problems")

    def __init__(
        self,
        values: Mapping[str, Value],
        read: Callable[[], Mapping[str, Field]],
        problems: tuple[Diagnostic, ...] = (),
    ) -> None:
        super().__init__(values)
        self._read = read
        self.problems = problems

    @classmethod
    def of(cls, fields: Iterable[Field], problems: Iterable[Diagnostic] = ()) -> Self:
        """Return what *fields* say."""
        found: dict[str, Field] = {}
        twice: list[Diagnostic] = []
        for field in fields:
            key = normalised(field.name)
            if key in found:
                twice.append(repeated(field.name, found[key].line, field.line))
            found[key] = field
        return cls({key: field.value for key, field in found.items()}, lambda: found, (*problems, *twice))

    @property
    def fields(self) -> Mapping[str, Field]:
        """Return the values with their places; these may have to be looked for, so ask once."""
        return self._read()


@lru_cache(maxsize=1024)
def normalised(key: str) -> str:
    """Return *key* in the one spelling for all of `canonicalUrl`, `canonical_url`, `Canonical-URL`."""
    return "".join(key.casefold().replace("-", "").replace("_", "").split())


def warning(*, code: str, line: int, column: int = 0, message: str, help: str) -> Diagnostic:  # noqa: A002 - Diagnostic's word
    """Return a warning without path and excerpt."""
    return Diagnostic(
        path="",
        line=line,
        column=column,
        severity=Severity.WARNING,
        code=code,
        message=message,
        help=help,
    )


def refusal(*, code: str, line: int, column: int = 0, message: str, help: str) -> HeaderError:  # noqa: A002 - Diagnostic's word
    """Return the exception that says why the header cannot be read."""
    return HeaderError(Diagnostic(path="", line=line, column=column, code=code, message=message, help=help))


def too_deep(line: int, column: int = 0) -> HeaderError:
    """Return the refusal of a header whose lists or tables are nested too far."""
    return refusal(
        code="header-too-deep",
        line=line,
        column=column,
        message=f"the header is nested more than {DEEPEST} levels deep",
        help="flatten it: the fields that matter here need two levels",
    )


def repeated(name: str, first: int, last: int) -> Diagnostic:
    """Return the warning that the key *name* stands in two lines."""
    return warning(
        code="key-repeated",
        line=last,
        message=f"`{name}` stands in line {first} and in line {last}: the last was taken",
        help="delete one of the two lines",
    )
