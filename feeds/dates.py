"""Reads every way of writing a date that posts use."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

WRITE = "write it as 2026-01-31 or 2026-01-31T09:00:00+01:00"

_LONGEST = 100
"""Characters of a date; more is none."""

_FARTHEST = timedelta(hours=14)
"""From UTC: Kiritimati."""

_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905 - one line

_DAY = r"(?P<day>[0-9]{1,2})"
_WORD = r"(?P<word>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?P<year>[0-9]{4})(?P<separator>[-/._])(?P<month>[0-9]{1,2})(?P=separator)(?P<day>[0-9]{1,2})(?![0-9])",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])",
        r"(?P<year>[0-9]{4}) ?年 ?(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2}) ?[日号]?",
        rf"{_DAY}(?:st|nd|rd|th)?[ .,-]*{_WORD}[ ,-]*{_YEAR}",
        rf"{_WORD}[ -]*{_DAY}(?:st|nd|rd|th)?[ ,-]+{_YEAR}",
        rf"{_YEAR}[ ,-]+{_WORD}[ -]+{_DAY}(?![0-9])",
        r"(?P<year>[0-9]{4})-?W(?P<week>[0-9]{2})(?:-?(?P<weekday>[0-9]))?(?![0-9])",
    )
)
_USUAL = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[ T](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2} ?(?:Z|[+-](?:0[0-9]|1[0-3]):?[0-5][0-9])?)?"
)
"""What `datetime` reads itself but for a blank: for speed only."""

_DAY_LONG = len("2022-01-03")

_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[.,]? +", re.IGNORECASE)
_TIME = re.compile(
    r"""(?:[ ]?T[ ]?|[ ]?,[ ]?|[ _])(?:at[ ])?
        (?P<hour>[0-9]{1,2})(?:[:：时点](?P<minute>[0-9]{2})(?:[:：分](?P<second>[0-9]{2})(?:[.,][0-9]+)?秒?)?分?
                           |(?P<compact>[0-9]{2}(?:[0-9]{2})?)?(?![0-9:]))
        (?:[ ]?(?P<half>[ap])\.?m\.?(?![a-z]))?""",
    re.VERBOSE | re.IGNORECASE,
)
_ZONE = re.compile(
    r"(?:UTC|GMT|Z)?(?P<sign>[+\-−])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?(?: [A-Z]{2,5})?", re.IGNORECASE
)
_AREA = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")
_COMMENT = re.compile(r" ?(?:\([^()]*\)|\[[^][]*\])$")
_AMBIGUOUS = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_COMPACT = re.compile(r"([0-9]{8})([0-9]{2})([0-9]{2})([0-9]{2})")

_HOURS = (
    "Z+0 UTC+0 UT+0 GMT+0 WET+0 EST-5 EDT-4 CDT-5 MST-7 MDT-6 PST-8 PDT-7 AKST-9 AKDT-8 HST-10 "
    "WEST+1 CET+1 CEST+2 EET+2 EEST+3 MSK+3 HKT+8 JST+9 KST+9 AEST+10 AEDT+11"
)
"""RFC 5322 §4.3 and common use. `CST`, `IST` and `BST` stand for several zones and are refused."""

_NAMED = {name: int(hours) for name, hours in re.findall(r"([A-Z]+)([+-][0-9]+)", _HOURS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a date says."""

    instant: datetime
    """Aware, in UTC, whole seconds."""

    has_zone: bool
    """Else it was read in the site's zone."""

    has_time: bool
    """Else it is midnight."""


class DateError(ValueError):
    """A text is no date."""

    def __init__(self, message: str, help: str = WRITE) -> None:  # noqa: A002 - Diagnostic's word
        super().__init__(message)
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedName:
    """A name with a date in it."""

    date: str
    """For `parse_date`."""

    rest: str
    """The name without it."""


# --- dates in headers ----------------------------------------------------------------------------


def parse_date(text: str, zone: ZoneInfo) -> Moment:
    """Return the moment that *text* names; without a zone of its own it is in *zone*.

    Of two local times the first is meant, and one that a clock change leaves out counts as if the clock had
    not changed. Fractions of a second are dropped. Digits alone are `YYYYMMDD` (8), `YYYYMMDDhhmmss` (14), seconds
    (9 to 11) or milliseconds (12 and 13) since 1970. Refuses with `DateError` what is no date, what cannot be one,
    what can be read in two ways, and what is too near to the years 1 and 9999 to be shown in every time zone.
    """
    if not _USUAL.fullmatch(text):
        return _parse(_tidied(text), zone)
    try:
        local = datetime.fromisoformat(text[:11] + text[11:].replace(" ", ""))
    except ValueError:
        return _parse(text, zone)
    has_zone = local.tzinfo is not None
    return _moment(local if has_zone else local.replace(tzinfo=zone), has_zone=has_zone, has_time=len(text) > _DAY_LONG)


def _tidied(text: str) -> str:
    if len(text) > _LONGEST:
        raise DateError("it is too long for a date")
    return _COMMENT.sub("", " ".join(text.split()).strip("\"'")).strip()


def _parse(text: str, zone: ZoneInfo) -> Moment:
    if text.isascii() and text.isdigit() and len(text) != 8:  # noqa: PLR2004 - YYYYMMDD is a shape like others
        return _from_digits(text, zone)
    start = _end(_WEEKDAY.match(text))
    match = next((match for shape in _SHAPES if (match := shape.match(text, start))), None)
    if match is None:
        raise _no_date(text)
    day = _day(match.groupdict())
    rest = text[match.end() :]
    time = _TIME.match(rest)
    clock = _clock(time.groupdict()) if time is not None else (0, 0, 0)
    named = rest[_end(time) :].removeprefix(f" {day.year:04}").strip()
    where = _zone(named) if named else zone
    local = datetime(day.year, day.month, day.day, *clock, tzinfo=where)
    return _moment(local, has_zone=bool(named), has_time=time is not None)


def _moment(local: datetime, *, has_zone: bool, has_time: bool) -> Moment:
    """Return the moment of *local*; the day before and the day after must exist, so that every zone can show it."""
    try:
        instant = local.astimezone(UTC)
        if not 1 < instant.year < 9999:  # noqa: PLR2004 - the years of `datetime`
            instant - timedelta(days=1), instant + timedelta(days=1)
    except OverflowError as error:
        raise DateError(f"the year {local.year} is too far away") from error
    return Moment(instant=instant, has_zone=has_zone, has_time=has_time)


def _from_digits(text: str, zone: ZoneInfo) -> Moment:
    size = len(text)
    if compact := _COMPACT.fullmatch(text):
        return _parse("{} {}:{}:{}".format(*compact.groups()), zone)
    if size not in range(9, 14):
        raise _no_date(text)
    seconds = int(text) if size < 12 else int(text) // 1000  # noqa: PLR2004 - from 12 digits on milliseconds
    return _moment(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), has_zone=True, has_time=True)


def _day(parts: dict[str, str | None]) -> date:
    """Return the day that the *parts* of a shape give."""
    year = _number("year", parts.get("year"), 1, 9999)
    if parts.get("week"):
        return _of_week(year, _number("week", parts["week"], 1, 53), _number("day", parts["weekday"] or "1", 1, 7))
    month = _month(parts["word"] or "") if parts.get("word") else _number("month", parts.get("month"), 1, 12)
    last = monthrange(year, month)[1]
    where = f" in {_MONTHS[month - 1].capitalize()} {year}" if last < 31 else ""  # noqa: PLR2004 - the longest month
    return date(year, month, _number("day", parts["day"], 1, last, where))


def _of_week(year: int, week: int, weekday: int) -> date:
    try:
        return date.fromisocalendar(year, week, weekday)
    except ValueError as error:
        raise DateError(f"the year {year} has no week {week}") from error


def _month(word: str) -> int:
    name = "sep" if word.casefold() == "sept" else word.casefold()
    number = next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)), None)
    if number is None:
        raise DateError(f"`{word}` is no month")
    return number


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int]:
    compact = parts["compact"] or ""
    hour = _number("hour", parts["hour"], 0, 23)
    minute = _number("minute", parts["minute"] or compact[:2] or "0", 0, 59)
    second = _number("second", parts["second"] or compact[2:] or "0", 0, 59)
    if parts["half"]:
        hour = _number("hour", parts["hour"], 1, 12) % 12 + (12 if parts["half"] in "pP" else 0)
    return hour, minute, second


def _zone(text: str) -> tzinfo:
    """Return the zone that *text* names: `+0800`, `-8`, `GMT+8`, `Z`, `EST`, `America/New_York`."""
    if text.upper() in _NAMED:
        return timezone(timedelta(hours=_NAMED[text.upper()]))
    if match := _ZONE.fullmatch(text):
        return _offset(match)
    try:
        if _AREA.fullmatch(text):
            return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise DateError(f"there is no time zone `{text}`") from error
    if text in {"CST", "IST", "BST"}:
        raise DateError(
            f"`{text}` is the name of several time zones",
            "write the offset from UTC, such as +08:00 or -06:00",
        )
    raise DateError(f"`{text}` is neither a time nor a time zone")


def _offset(match: re.Match[str]) -> timezone:
    minutes = _number("minutes of the offset", match["minutes"] or "0", 0, 59)
    offset = timedelta(hours=int(match["hours"]), minutes=minutes)
    if offset > _FARTHEST:
        raise DateError(f"the offset must be -14:00 to +14:00, not {match[0][:6]}")
    return timezone(offset if match["sign"] == "+" else -offset)


def _number(name: str, digits: str | None, low: int, high: int, where: str = "") -> int:
    number = int(digits or "0")
    if not low <= number <= high:
        raise DateError(f"the {name} must be {low} to {high}{where}, not {number}")
    return number


def _no_date(text: str) -> DateError:
    """Return why *text* has no shape that we know."""
    if not text:
        return DateError("it is empty")
    if match := _AMBIGUOUS.match(text):
        readings = (f"{match[4]}-{month:0>2}-{day:0>2}" for month, day in ((match[3], match[1]), (match[1], match[3])))
        possible = dict.fromkeys(reading for reading in readings if _is_day(reading))
        return DateError(
            f"`{match[0]}` does not say which is the day and which the month",
            f"write the year first: {' or '.join(possible)}" if possible else WRITE,
        )
    if re.fullmatch(r"[0-9]{4}(-[0-9]{1,2})?", text):
        return DateError("the day is missing")
    return DateError(f"`{text[:40]}` has no year, month and day that can be told apart")


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


# --- dates in names ------------------------------------------------------------------------------

_LEADING = re.compile(r"([0-9]{4})([-_.])([0-9]{1,2})\2([0-9]{1,2})(?:[-_. ]+(.*)|$)")
_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[-_. ]+(.*)|$)")
_FOLDERS = re.compile(r"(?:^|/)([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?:/(.*)|$)")
_ANYWHERE = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_EXTENSION = re.compile(r"\.(?:md|markdown|html)$", re.IGNORECASE)


def date_in_name(name: str) -> DatedName | None:
    """Return the date in a file's name or path and what is left of its last part; None where there is none.

    First the beginning of the last part (`2022-01-03-slug`, `2022_1_3 slug`, `20220103 title`), then folders
    (`2024/05/07/slug`), then any `YYYY-MM-DD`. A date at the very beginning need not exist: `parse_date`
    then says why not. Digits in any other number than eight are none: `202205262391921712` is an id.
    """
    path = _EXTENSION.sub("", name.strip("/")) if "." in name else name.strip("/")
    last = path.rpartition("/")[2]
    if match := _LEADING.match(last):
        year, _, month, day, rest = match.groups(default="")
        return DatedName(date=f"{year}-{month}-{day}", rest=rest)
    for shape, text in ((_EIGHT, last), (_FOLDERS, path)):
        if (match := shape.search(text) if shape is _FOLDERS else shape.match(text)) and _exists(match):
            year, month, day, rest = match.groups(default="")
            return DatedName(date=f"{year}-{month}-{day}", rest=rest)
    match = next(filter(_exists, _ANYWHERE.finditer(path)), None)
    return DatedName(date=match[0], rest=_without(last, match[0])) if match else None


def _without(name: str, date_text: str) -> str:
    return re.sub(r"[-_. ]*" + date_text + r"[-_. ]*", "-", name, count=1).strip("-_. ")


def _exists(match: re.Match[str]) -> bool:
    """Say whether the first three groups are a day of a year in which posts are written."""
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    return 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]  # noqa: PLR2004 - months


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match is not None else 0
