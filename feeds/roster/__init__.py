"""Reads and writes lists of subscribers as CSV, and decides what becomes of each row."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from feeds.roster._reading import COLUMNS, FIELDS, Row, Sheet, read
from feeds.subscribers import FINAL, Status, Subscriber

__all__ = ["COLUMNS", "Result", "Row", "Sheet", "decided", "read", "written"]

_FORMULA = re.compile(r"'*[=+\-@]")


class Result(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left out"
    """It would write to someone who does not want it."""

    REFUSED = "refused"
    """It cannot be read."""


def decided(row: Row, known: Subscriber | None, *, is_forgotten: bool) -> tuple[Result, Subscriber | None, str]:
    """Return what becomes of *row*, the subscriber to keep, None: as it was, and words for it.

    *known* has the same key already. Nobody who is out of their own will comes back, or changes in anything; nor does
    one who was forgotten. One who bounced comes back where the row itself says `active`.
    """
    if row.subscriber is None:
        return Result.REFUSED, None, row.problem
    if is_forgotten:
        return Result.LEFT_OUT, None, "asked to be forgotten: only they can sign up again"
    if known is None:
        status = row.subscriber.status
        return Result.ADDED, row.subscriber, "" if status is Status.ACTIVE else f"as {status}"
    if known.status in FINAL and row.subscriber.status not in FINAL:
        return Result.LEFT_OUT, None, f"is {known.status} here: only they can sign up again"
    return _changed(known, _merged(row.subscriber, row.given, known))


def _merged(said: Subscriber, given: frozenset[str], known: Subscriber) -> Subscriber:
    """Return *known* with what is *given*, as far as that may change."""
    if known.status in FINAL:
        return replace(known, status=Status.COMPLAINED) if said.status is Status.COMPLAINED else known
    if known.status is Status.BOUNCED and said.status is Status.PENDING:
        given -= {"status"}
    return replace(known, **{field: getattr(said, field) for field in given})


def _changed(known: Subscriber, merged: Subscriber) -> tuple[Result, Subscriber | None, str]:
    changed = [column for column, field in FIELDS.items() if getattr(known, field) != getattr(merged, field)]
    return (Result.CHANGED, merged, ", ".join(changed)) if changed else (Result.UNCHANGED, None, "")


def written(subscribers: Iterable[Subscriber]) -> Iterator[str]:
    """Yield the lines of a CSV file that `read` takes, the header first, then *subscribers* by key.

    RFC 4180, but for the line ends: LF, which spreadsheets take as well, and which `sort` and `diff` want. A cell that
    a spreadsheet would take for a formula has an apostrophe before it; `read` takes it off again.
    """
    yield _joined(COLUMNS, ",") + "\n"
    for subscriber in sorted(subscribers, key=lambda one: (one.key, one.id)):
        yield _joined(map(_safe, _cells(subscriber)), ",") + "\n"


def _cells(subscriber: Subscriber) -> Iterator[str]:
    yield subscriber.address
    yield subscriber.name
    yield subscriber.status
    yield _joined(subscriber.digests, ";")
    yield _joined(subscriber.categories, ";")
    yield subscriber.language
    yield subscriber.timezone
    yield "" if subscriber.hour is None else str(subscriber.hour)


def _safe(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _joined(cells: Iterable[str], delimiter: str) -> str:
    special = {delimiter, '"', "\n", "\r"}
    return delimiter.join(
        cell if special.isdisjoint(cell) else '"{}"'.format(cell.replace('"', '""')) for cell in cells
    )
