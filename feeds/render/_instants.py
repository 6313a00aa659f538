"""Writes instants as the formats have them, in English whatever the locale."""

from datetime import datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rfc3339(instant: datetime) -> str:
    """Return *instant*, which is in UTC, as RFC 3339 has it, to the second."""
    return instant.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def rfc822(instant: datetime) -> str:
    """Return *instant* with its own offset as RFC 5322 §3.3 has it: RFC 822 with a year of four digits."""
    minutes = round((instant.utcoffset() or instant - instant).total_seconds() / 60)
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    day = f"{_WEEKDAYS[instant.weekday()]}, {instant.day:02} {_MONTHS[instant.month - 1]} {instant.year:04}"
    return f"{day} {instant.hour:02}:{instant.minute:02}:{instant.second:02} {offset}"
