"""Checks of single values: text, numbers, names, languages and time zones."""

import re
import zoneinfo
from collections.abc import Callable
from datetime import time
from unicodedata import category, normalize

from feeds.config._problems import Bad, WrongType, found, near, shown
from feeds.languages import language_tag
from feeds.slugs import MAX_BYTES, RESERVED

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_PODCAST_HELP = "write it as Apple Podcasts does: `News` or `News > Daily News`"
_DAY_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_NAME_LIKE = re.compile(r"[^\W\d]{2,}[/ ]?[^\W\d]{3,}")
"""Long enough for a resemblance to mean something; no `UTC+8`, no `CST`."""
_LOOSE_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?(?::[0-9]{2})?", re.ASCII)


# --- text ----------------------------------------------------------------------------------------


def text(value: object) -> str:
    """Return *value*, which is a text without control characters."""
    if not isinstance(value, str):
        raise WrongType("text in quotes", value)
    control = _CONTROL.search(value)
    if control is not None:
        raise Bad(f"holds the control character U+{ord(control[0]):04X}", help="write it in one line of plain text")
    return value


def words(value: object) -> str:
    """Return *value* as one line: white space folded to one space, none at the ends."""
    return text(" ".join(value.split()) if isinstance(value, str) else value)


def some_words(value: object) -> str:
    """Return *value* as `words`, of which there is at least one."""
    return _not_empty(words(value))


def some_text(value: object) -> str:
    """Return *value* as it is; it is more than blanks."""
    _not_empty(text(value).strip())
    return text(value)


def lines(value: object) -> str:
    """Return *value* as one line in which commas stand for the line breaks: an address."""
    if isinstance(value, str):
        value = ", ".join(part.strip(" \t,") for part in value.splitlines() if part.strip(" \t,"))
    return words(value)


def podcast_category(value: object) -> str:
    """Return *value* as a category of podcasts, with one below it or without: `News > Daily News`."""
    parts = [part.strip() for part in some_words(value).split(">")]
    if not all(parts) or len(parts) > 2:  # noqa: PLR2004 - Apple has two levels
        raise Bad(f"must be one category, or two with `>` between them, not {shown(str(value))}", help=_PODCAST_HELP)
    return " > ".join(parts)


def label(value: object) -> str:
    """Return *value* as a name that posts use: one line, NFC."""
    return normalize("NFC", some_words(value))


def folder_name(value: object) -> str:
    """Return *value*, NFC, which can be a folder's name on every disk and in every URL."""
    name = normalize("NFC", _not_empty(text(value)))
    wrong = next((c for c in name if category(c)[0] not in "LMN" and c not in "-_"), "")
    if wrong:
        raise Bad(f"must be letters, digits, `-` and `_`; {shown(name)} has {shown(wrong)}", help=_plain(name))
    if name.startswith("-"):
        raise Bad("must not begin with `-`: a command would take it for an option", help=_plain(name))
    if name.casefold() in RESERVED:
        raise Bad(f"cannot be {shown(name)}: Windows has no files of that name", help="choose another name")
    if len(name.encode()) > MAX_BYTES:
        raise Bad(f"is {len(name.encode())} bytes long; {MAX_BYTES} at most", help="choose a shorter name")
    return name


def category_slug(value: object) -> str:
    """Return *value* as `folder_name`; it is not the folder of entries without a category."""
    name = folder_name(value)
    if name.casefold() == "uncategorised":
        raise Bad("cannot be `uncategorised`: entries without a category are there", help="choose another slug")
    return name


def _plain(name: str) -> str:
    plain = re.sub("-+", "-", "".join(c if category(c)[0] in "LMN" or c == "_" else "-" for c in name)).strip("-")
    return f"write it as `{plain}`" if plain else "choose another name"


def _not_empty(value: str) -> str:
    if not value:
        raise Bad("is empty", help="write something between the quotes, or delete the line")
    return value


# --- true, numbers, choices ------------------------------------------------------------------------


def truth(value: object) -> bool:
    """Return *value*, which is true or false."""
    if not isinstance(value, bool):
        raise WrongType("`true` or `false`, without quotes", value)
    return value


def whole(low: int, high: int = 1_000_000_000) -> Callable[[object], int]:
    """Return the check of a whole number within the bounds."""

    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongType("a whole number, without quotes", value)
        if not low <= value <= high:
            bound = f"at least {low:,}" if value < low else f"at most {high:,}"
            raise Bad(f"must be {bound}, not {_number(value)}", help=f"write a number from {low:,} to {high:,}")
        return value

    return check


def positive(high: float) -> Callable[[object], float]:
    """Return the check of a number above 0, at most *high*."""

    def check(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise WrongType("a number, without quotes", value)
        if not 0 < value <= high:
            raise Bad(f"must be above 0 and at most {high:,g}, not {_number(value)}", help="write it like `5.0`")
        return float(value)

    return check


def choice(*options: str) -> Callable[[object], str]:
    """Return the check of a value that is one of *options*."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise WrongType(f"{one_of(options)}, in quotes", value)
        if value not in options:
            meant = near(value, options)
            raise Bad(
                f"must be {one_of(options)}, not {shown(value)}",
                help=f"did you mean `{meant}`?" * bool(meant),
            )
        return value

    return check


def one_of(options: tuple[str, ...]) -> str:
    """Return the words for a choice: "`a`, `b` or `c`"."""
    quoted = [f"`{option}`" for option in options]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]


def _number(value: float) -> str:
    return found(value).removeprefix("the number ")


# --- time, language --------------------------------------------------------------------------------


def day_time(value: object) -> time:
    """Return the time of day that *value* says as `HH:MM`."""
    if not isinstance(value, str):
        raise WrongType("a time of day in quotes", value)
    match = _DAY_TIME.fullmatch(value)
    if match is None:
        raise Bad(f"must be a time of day, 00:00 to 23:59, not {shown(value)}", help=_loose_time(value))
    return time(int(match[1]), int(match[2]))


def _loose_time(value: str) -> str:
    match = _LOOSE_TIME.fullmatch(value.strip())
    meant = f"{int(match[1]):02}:{match[2] or '00'}" if match is not None else ""
    return f'write it as `"{meant if _DAY_TIME.fullmatch(meant) else "07:00"}"`'


def zone(value: object) -> str:
    """Return *value*, which is the name of a time zone in the package `tzdata`."""
    name = _not_empty(text(value))
    names = zoneinfo.available_timezones()
    if name not in names:
        meant = _near_zone(name, tuple(sorted(names)))
        remedy = f"did you mean `{meant}`?" if meant else "name it by its city, like `Asia/Shanghai` or `Europe/Berlin`"
        raise Bad(f"must be an IANA time zone, not {shown(name)}", help=remedy)
    return name


def _near_zone(name: str, names: tuple[str, ...]) -> str:
    """Return the zone of that city, else the zone whose name is most like it; never one that means the opposite.

    Who writes `GMT+8` means what `Etc/GMT-8` names: those count westwards.
    """
    names = tuple(zone for zone in names if not re.search(r"\d", zone))
    city = name.casefold().strip().replace(" ", "_")
    cities = (zone for zone in names if zone.casefold().rpartition("/")[2] == city)
    return next(cities, "") or (near(name, names) if _NAME_LIKE.fullmatch(name) else "")


def language(value: object) -> str:
    """Return *value* as a BCP 47 tag in the usual case: `zh-Hant-HK`."""
    tag = _not_empty(text(value))
    if cased := language_tag(tag):
        return cased
    wanted = language_tag(re.split(r"[.@]", tag)[0].replace("_", "-"))
    remedy = f"write it as `{wanted}`" if wanted else ""
    raise Bad(
        f"must be a language tag of BCP 47, not {shown(tag)}",
        help=remedy or "write the code of the language, and of the country where it matters: `en`, `pt-BR`",
    )
