"""Instants as the database has them: text that people can read, in the order of time."""

from datetime import UTC, datetime


def written(instant: datetime) -> str:
    """Return *instant*, aware, in UTC, to the second: a part of one is left out."""
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read(text: str) -> datetime:
    """Return the instant that `written` gave, aware, in UTC."""
    return datetime.fromisoformat(text)
