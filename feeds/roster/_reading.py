"""Turns the bytes of a CSV file into rows."""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from feeds.decoding import likely_encoding
from feeds.diagnostics import FeedsError
from feeds.roster import _values as values
from feeds.settings import Site
from feeds.subscribers import Status, Subscriber, address_of, key_of
from feeds.text import one_line, printable

COLUMNS = ("email", "name", "state", "digests", "categories", "language", "timezone", "hour")
FIELDS = {column: "status" if column == "state" else column for column in COLUMNS[1:]}
"""The field of a subscriber that each column but the first fills."""

_COLUMN = {
    **{column: column for column in COLUMNS},
    **dict.fromkeys(("e mail", "mail", "email address", "e mail address"), "email"),
    **dict.fromkeys(("full name", "display name"), "name"),
    "first name": "first",
    "fname": "first",
    "last name": "last",
    "lname": "last",
    "status": "state",
    "digest": "digests",
    "category": "categories",
    "lang": "language",
    "locale": "language",
    "time zone": "timezone",
    "tz": "timezone",
}
"""Names of columns, `_` and `-` as blanks, in our exports and in those of listmonk, Mailchimp, Ghost and Substack."""

_GONE = {
    **dict.fromkeys(("unsub", "unsub time", "unsubscribed", "unsubscribed at", "email disabled"), "unsubscribed"),
    **dict.fromkeys(("clean time", "bounced", "bounced at"), "bounced"),
}
"""Columns that are filled only for those who get no mail any more, and the state that this is with us."""

_STILL = frozenset(["subscribed", "subscribed to emails"])
"""Columns that say `false` of those who get no mail any more."""

_NO = frozenset(["0", "no", "false"])
_GUARDED = re.compile(r"'+[=+\-@]")

_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and LibreOffice begin, and those of old Excel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the file."""

    line: int
    """In the file, from 1; of several the first."""

    address: str
    """As `address_of` has it; as written, in one line, where it is none."""

    subscriber: Subscriber | None = None
    """Without an id; None: the row cannot be taken."""

    given: frozenset[str] = frozenset()
    """The fields of `subscriber` that the row says something of: no others change for one who is known already."""

    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file."""

    rows: tuple[Row, ...]
    """In its order, blank ones left out."""

    ignored: tuple[str, ...] = ()
    """Names of columns that nothing is read of."""

    encoding: str = "UTF-8"
    """If it is neither UTF-8 nor UTF-16, a guess: somebody should look at the names."""


def read(data: bytes, site: Site, *, path: str) -> Sheet:
    """Return the rows of the CSV *data*, the content of the file *path*; without a column `email` it is a `FeedsError`.

    Cells that are missing at a row's end are empty, and an empty cell says nothing; one too many is a problem. So is
    any value that is not right: a row is taken whole or not at all. An address in several rows counts in the first.
    UTF-8, UTF-16 with a mark, else GB18030 or Windows-1252; commas, semicolons or tabs, whichever part the header.
    """
    if data.startswith(_SPREADSHEETS):
        raise FeedsError(f"{path}: is a spreadsheet, not CSV", help="save it as CSV in its own program", exit_code=2)
    text, encoding = _text(data)
    text = text.lstrip("\ufeff").replace("\u2028", " ").replace("\u2029", " ")
    lines = printable(text).splitlines(keepends=True)
    delimiter = next((mark for mark in ",;\t" if "email" in map(_column, _header(lines, mark))), "")
    if not delimiter:
        raise _no_addresses(path, next((line for line in lines if line.strip()), ""))
    header = _header(lines, delimiter)
    records = _records(lines, delimiter)
    next(records)
    rows = (_row(header, line, cells, last, site) for line, cells, last in records)
    return Sheet(rows=_each_once(rows), ignored=tuple(filter(None, _ignored(header))), encoding=encoding)


def _text(data: bytes) -> tuple[str, str]:
    """Return the text of *data*, and the name of its encoding."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "UTF-16"
    try:
        return data.decode(), "UTF-8"
    except UnicodeDecodeError:
        encoding = likely_encoding(data)
        return data.decode(encoding, "replace"), encoding


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | None, int]]:
    """Yield each record that is not blank with its first and last line; None: its quotes are not in order."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [one_line(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield line, None, reader.line_num
        else:
            if any(cells):
                yield line, cells, reader.line_num


def _header(lines: Iterable[str], delimiter: str) -> list[str]:
    return next((cells or [] for _, cells, _ in _records(lines, delimiter)), [])


def _known(name: str) -> str:
    """Return the *name* of a column as our tables have it."""
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _column(name: str) -> str:
    return _COLUMN.get(_known(name), "")


def _ignored(header: Sequence[str]) -> Iterator[str]:
    """Yield the columns that nothing is read of; of two that say the same it is the second."""
    read: set[str] = set()
    for name in header:
        column = _column(name)
        if column in read or not (column or _known(name) in _GONE or _known(name) in _STILL):
            yield name
        read.update([column] if column else [])


def _no_addresses(path: str, first: str) -> FeedsError:
    found = f"its first line is {values.shown(one_line(first))}" if first else "it is empty"
    return FeedsError(
        f"{path}: has no column `email`: {found}",
        help="write the columns' names into the first line, at least `email`",
        exit_code=2,
    )


def _row(header: Sequence[str], line: int, cells: Sequence[str] | None, last: int, site: Site) -> Row:
    if cells is None:
        return Row(line=line, address="", problem=_quotes(line, last))
    said = _said(header, cells)
    problems: list[str] = []
    address = values.checked({"email": said.get("email", "")}, problems, "email", address_of, "")
    if any(cells[len(header) :]):
        problems.append(f"there are {len(cells)} cells, and {len(header)} columns: put cells with commas in quotes")
    found = _subscriber(address, said, problems, site)
    if problems:
        return Row(line=line, address=address or said.get("email", ""), problem="; ".join(problems))
    given = frozenset(field for column, field in FIELDS.items() if said.get(column))
    return Row(line=line, address=address, subscriber=found, given=given)


def _quotes(line: int, last: int) -> str:
    lost = f", so lines {line} to {last} were not read" if last > line else ""
    return f"the quotes are not in order{lost}: close each, and write one within quotes as two"


def _said(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return what the row says, by column; the first of two columns that say the same counts."""
    said: dict[str, str] = {}
    gone = ""
    for name, cell in zip(header, cells, strict=False):
        gone = gone or _gone(_known(name), cell)
        if column := _column(name):
            said.setdefault(column, cell[1:] if _GUARDED.match(cell) else cell)
    said["name"] = said.get("name") or " ".join(filter(None, (said.get("first"), said.get("last"))))
    return said | ({"state": gone} if gone else {})


def _gone(column: str, cell: str) -> str:
    """Return the state of someone who gets no mail any more; empty: the *cell* does not say so."""
    is_no = cell.casefold() in _NO
    if column in _STILL:
        return "unsubscribed" if is_no else ""
    return _GONE.get(column, "") if cell and not is_no else ""


def _each_once(rows: Iterable[Row]) -> tuple[Row, ...]:
    first: dict[str, int] = {}
    unique = []
    for row in rows:
        line = first.setdefault(key_of(row.address), row.line) if row.address else row.line
        again = f"stands in line {line} already: delete one of the two"
        is_first = line == row.line or row.problem
        unique.append(row if is_first else Row(line=row.line, address=row.address, problem=again))
    return tuple(unique)


def _subscriber(address: str, said: Mapping[str, str], problems: list[str], site: Site) -> Subscriber:
    names = tuple(digest.name for digest in site.digests)
    return Subscriber(
        id="",
        address=address,
        name=values.checked(said, problems, "name", values.name, ""),
        status=values.checked(said, problems, "state", values.status, Status.ACTIVE),
        digests=values.checked(said, problems, "digests", partial(values.digests, names), ()),
        categories=values.checked(said, problems, "categories", values.categories, ()),
        language=values.checked(said, problems, "language", values.language, ""),
        timezone=values.checked(said, problems, "timezone", values.timezone, ""),
        hour=values.checked(said, problems, "hour", values.hour, None),
    )
