"""Finds when a post was published, changed and expires, or says why its date is none."""

import re
from dataclasses import replace
from datetime import datetime

from feeds.dates import DateError, Moment, date_in_name, parse_date
from feeds.diagnostics import Diagnostic, Severity
from feeds.fields import DATE, Fields
from feeds.frontmatter import Field
from feeds.remarks import RefusedError, Remarks
from feeds.settings import Site

_MISSING = "date in the header, nor in the file name", "add a line such as `date: 2026-01-31 09:00:00 +08:00`"
_WITHOUT_HEADER = (
    "header, nor a date in the file name",
    "begin the file with three lines: `---`, `date: 2026-01-31` and `---`",
)


def published(path: str, fields: Fields, site: Site, remarks: Remarks) -> Moment:
    """Return the date of the first key that has one, else the path's or the file name's; never mtime or the clock."""
    for key in DATE:
        text = fields.text(key)
        if not _is_no_date(text, key):
            return _moment(text, key, fields, site, remarks)
    named = date_in_name(fields.text("path")) or date_in_name(path)
    if named is not None:
        return _moment(named.date, "path", fields, site, remarks)
    what, remedy = _MISSING if fields.header.dialect != "none" else _WITHOUT_HEADER
    raise RefusedError(remarks.at(fields.place(*DATE), "date-missing", f"there is no {what}", remedy))


def _is_no_date(text: str, key: str) -> bool:
    """Say whether a date's key holds nothing, a zone alone, `published: true`, or Eleventy's `Last Modified`."""
    return not text[:1].isdigit() and (
        not text
        or re.fullmatch(r"[+-]\d{2}:?\d{2}", text) is not None
        or text.casefold() in {"created", "last modified", "git created", "git last modified"}
        or (key == "published" and text.casefold() in {"true", "false", "yes", "no", "on", "off"})
    )


def _moment(text: str, key: str, fields: Fields, site: Site, remarks: Remarks) -> Moment:
    try:
        return parse_date(text, site.zone)
    except DateError as error:
        raise RefusedError(_date_problem(fields.place(key), error, remarks)) from error


def _date_problem(field: Field | None, error: DateError, remarks: Remarks) -> Diagnostic:
    key = f"`{field.name}`" if field else "the date in the file name"
    return remarks.at(field, "date-impossible", f"{key} is not a date: {error.message}", error.help)


def instant(keys: tuple[str, ...], fields: Fields, site: Site, remarks: Remarks) -> datetime | None:
    """Return the date of the first of *keys* that has one; one that is none is told, and passed over."""
    key = next((key for key in keys if not _is_no_date(fields.text(key), key)), "")
    if not key or (text := fields.text(key)).startswith("9999"):  # the calendar's far end: a way to write "never"
        return None
    try:
        return parse_date(text, site.zone).instant
    except DateError as error:
        problem = _date_problem(fields.place(key), error, remarks)
        remarks.taken.append(
            replace(
                problem,
                severity=Severity.WARNING,
                code="date-unreadable",
                message=f"{problem.message}; it was ignored",
            ),
        )
        return None
