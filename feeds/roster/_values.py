"""Checks of single cells: names, states, lists, languages, time zones and hours."""

import csv
import re
import zoneinfo
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar
from unicodedata import normalize

from feeds.languages import language_tag
from feeds.subscribers import BadAddressError, Status

_T = TypeVar("_T")

_STATES = {
    **{status.value: status for status in Status},
    **dict.fromkeys(("enabled", "subscribed", "confirmed"), Status.ACTIVE),
    "unconfirmed": Status.PENDING,
    **dict.fromkeys(("disabled", "blocklisted"), Status.UNSUBSCRIBED),
    "cleaned": Status.BOUNCED,
}
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])(?::00){0,2}", re.ASCII)
_LONGEST_NAME = 200
_SHOWN = 60


class BadCellError(ValueError):
    """A value that cannot be taken; the message says why, as a predicate."""


def checked(said: Mapping[str, str], problems: list[str], column: str, check: Callable[[str], _T], default: _T) -> _T:
    """Return what the cell of *column* means, *default* where it is empty; a bad one is added to *problems*."""
    cell = said.get(column, "")
    if not cell and column != "email":
        return default
    try:
        return check(cell)
    except (BadCellError, BadAddressError) as error:
        problems.append(f"`{column}` {shown(cell)} {error}" if cell else f"`{column}` is empty")
        return default


def name(cell: str) -> str:
    """Return *cell*, which is short enough for a header."""
    if len(cell) > _LONGEST_NAME:
        raise BadCellError(f"is longer than {_LONGEST_NAME} characters")
    return cell


def status(cell: str) -> Status:
    """Return the state that *cell* names, in our words or in those of listmonk and Mailchimp."""
    if found := _STATES.get(cell.casefold()):
        return found
    raise BadCellError(f"is no state: write one of {', '.join(f'`{status}`' for status in Status)}")


def digests(names: tuple[str, ...], cell: str) -> tuple[str, ...]:
    """Return the digests among *names* that *cell* lists, none twice."""
    by_key = {name.casefold(): name for name in names}
    found = []
    for item in categories(cell):
        if item.casefold() not in by_key:
            raise BadCellError(f"is not among the site's digests: {_meant(item, names) or _either(names)}")
        found.append(by_key[item.casefold()])
    return tuple(dict.fromkeys(found))


def categories(cell: str) -> tuple[str, ...]:
    """Return the items of a list, none twice: a line of CSV itself, with semicolons."""
    items = next(csv.reader([cell], delimiter=";", skipinitialspace=True), [])
    return tuple(dict.fromkeys(normalize("NFC", item.strip()) for item in items if item.strip()))


def language(cell: str) -> str:
    """Return *cell* as a BCP 47 tag in the usual case; `_` is taken for `-`."""
    if found := language_tag(cell.replace("_", "-")):
        return found
    raise BadCellError(
        "is no language tag: write the language's code, and the country's where it matters: `en`, `pt-BR`"
    )


def timezone(cell: str) -> str:
    """Return the IANA time zone *cell*; capitals and small letters, blanks and `_` are the same."""
    if found := _zones().get(cell.casefold().replace(" ", "_")):
        return found
    raise BadCellError(f"is no IANA time zone: {_meant_zone(cell) or 'name it by its city, like `Asia/Shanghai`'}")


def hour(cell: str) -> int:
    """Return the hour of `7`, `07` or `07:00`."""
    if match := _HOUR.fullmatch(cell):
        return int(match[1])
    raise BadCellError("is no full hour: write one from `0` to `23`")


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(zoneinfo.available_timezones())}


@lru_cache(maxsize=1024)
def _meant_zone(cell: str) -> str:
    return _meant(cell, tuple(_zones().values()))


def _meant(cell: str, names: tuple[str, ...]) -> str:
    by_key = {name.casefold(): name for name in names}
    matches = get_close_matches(cell.casefold(), by_key, n=1)
    return f"did you mean `{by_key[matches[0]]}`?" if matches else ""


def _either(names: tuple[str, ...]) -> str:
    return f"there {'are' if len(names) > 1 else 'is'} {', '.join(f'`{name}`' for name in names)}"


def shown(cell: str) -> str:
    """Return *cell* for a message, of a long one the start."""
    return f"`{cell if len(cell) <= _SHOWN else cell[:_SHOWN] + '…'}`"
