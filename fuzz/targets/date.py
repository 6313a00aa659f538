"""Reads any text as a date."""

import os
import time
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from feeds.dates import DateError, Moment, date_in_name, parse_date
from fuzz.promises import holds
from fuzz.targets import PART, Target, texts

SITES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Apia", "Africa/Casablanca")
LONG = 200
"""Characters that no message needs."""

FARTHEST = (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12"))


def check(data: bytes) -> None:
    """Hold `parse_date` to its promises: an instant that every zone can show, or a `DateError` of one line."""
    zone, text = texts(data, 2)
    _read(text, ZoneInfo(SITES[len(zone) % len(SITES)]))
    if named := date_in_name(text):
        holds(named.date in text or named.date.replace("-", "") or named.rest is not None, "a name has no date")
        _read(named.date, ZoneInfo("UTC"))


def _read(text: str, zone: ZoneInfo) -> None:
    moment, elsewhere = _moment(text, zone, "UTC"), _moment(text, zone, "Asia/Tokyo")
    holds(moment == elsewhere, f"the machine's zone decides what {text!r} is")
    if moment is None:
        return
    instant = moment.instant
    holds(instant.tzinfo is UTC and not instant.microsecond, f"{instant!r} is not a whole second of UTC")
    for place in FARTHEST:
        (instant.astimezone(place) - timedelta(hours=9)).isoformat()
    again = parse_date(instant.isoformat(), zone)
    holds(again == Moment(instant=instant, has_zone=True, has_time=True), f"{instant} is read as {again}")


def _moment(text: str, zone: ZoneInfo, machine: str) -> Moment | None:
    os.environ["TZ"] = machine
    time.tzset()
    try:
        return parse_date(text, zone)
    except DateError as error:
        holds(error.message and error.help and len(error.message) < LONG, f"{text!r} is refused with {error.message!r}")
        return None


TARGET = Target(
    check=check,
    seeds=tuple(
        PART + text.encode()
        for text in (
            *("2026-03-02", "2026-03-02 10:20:30 +0800", "2026-03-02T10:20:30.123Z", "20260302", "20260302102030"),
            *(
                "1772416800",
                "1772416800000",
                "Mon, 02 Mar 2026 10:20:30 GMT",
                "2 March 2026, 10:20 PM",
                "March 2nd, 2026",
            ),
            *(
                "2026年3月2日 10时20分30秒",
                "2026-W10-1",
                "2026/3/2 10:20 America/New_York",
                "2026.03.02 (Mon)",
                "2026 Mar 2",
            ),
            *(
                "02/03/2026",
                "0001-01-01",
                "9999-12-31T23:59:59-14:00",
                "2026-03-29 02:30",
                "'2026-02-30'",
                "2026-13-01 CST",
            ),
            *(
                "2026-03-02-low-tide.md",
                "2026/03/02/low.md",
                "notes 2026-03-02 b.html",
                "20260302 c.md",
                "２０２６-03-02",
            ),
        )
    ),
    tokens=(
        *(
            "2026",
            "-03-",
            "-W10",
            "T10:20",
            ":30",
            ".5",
            "Z",
            "+08:00",
            "−0500",
            "GMT+8",
            "UTC",
            "EST",
            "CST",
            " am",
            "PM",
        ),
        *(
            "Mon, ",
            "March",
            "sept",
            "th",
            "年",
            "月",
            "日",
            "时",
            "：",
            "上午",
            "Asia/Shanghai",
            "Etc/GMT+12",
            "_",
            "9999",
            "0001",
        ),
    ),
    longest=128,
)
