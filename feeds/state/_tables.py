"""The tables, and the one way to them: SQLAlchemy, on SQLite or PostgreSQL."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.engine import URL, Row
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InternalError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from feeds.diagnostics import BUSY, FeedsError

__all__ = [
    "ColumnElement", "Connection", "Row", "bindparam", "bounce", "change", "delete", "delivery", "edition",
    "forgotten", "func", "insert", "meta", "processed", "request", "select", "sent", "subscriber", "told", "update",
    "variant",
]  # fmt: skip

SCHEMA = 1
PATIENCE = 10.0

_ON_A_SERVER = {"connect_timeout": "10", "client_encoding": "utf8"}
"""What a URL of PostgreSQL says unless it says something else."""

_WRITES, SENDS, INVITES = 7214608, 7214609, 7214610
"""Advisory locks of PostgreSQL: any numbers that no other program takes in the same database."""

_ALL = MetaData()
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""In the order of code points, as Python and SQLite have it: the locale of a server knows others."""

meta = Table("meta", _ALL, Column("name", _TEXT, primary_key=True), Column("value", _TEXT, nullable=False))
subscriber = Table(
    "subscriber",
    _ALL,
    Column("id", _TEXT, primary_key=True),
    Column("key", _TEXT, nullable=False, unique=True),
    Column("address", _TEXT, nullable=False),
    Column("name", _TEXT, nullable=False),
    Column("status", _TEXT, nullable=False),
    Column("digests", _TEXT, nullable=False),
    Column("categories", _TEXT, nullable=False),
    Column("language", _TEXT, nullable=False),
    Column("timezone", _TEXT, nullable=False),
    Column("hour", Integer),
    Column("since", _TEXT, nullable=False),
    Column("changed", _TEXT, nullable=False),
    Column("reason", _TEXT, nullable=False),
)
change = Table(
    "change",
    _ALL,
    Column("number", Integer, primary_key=True),
    Column("subscriber", _TEXT, nullable=False, index=True),
    Column("at", _TEXT, nullable=False),
    Column("status", _TEXT, nullable=False),
    Column("reason", _TEXT, nullable=False),
)
request = Table(
    "request",
    _ALL,
    Column("number", Integer, primary_key=True),
    Column("subscriber", _TEXT, nullable=False, index=True),
    Column("at", _TEXT, nullable=False),
    Column("source", _TEXT, nullable=False),
    Column("digests", _TEXT, nullable=False),
    Column("categories", _TEXT, nullable=False),
    Column("used", _TEXT, nullable=False),
    sqlite_autoincrement=True,  # a number that was forgotten stays so: it tells one mail, and its link, from the next
)
forgotten = Table("forgotten", _ALL, Column("hash", _TEXT, primary_key=True))
processed = Table("processed", _ALL, Column("hash", _TEXT, primary_key=True), Column("at", _TEXT, nullable=False))
bounce = Table(
    "bounce",
    _ALL,
    Column("number", Integer, primary_key=True),
    Column("subscriber", _TEXT, nullable=False, index=True),
    Column("at", _TEXT, nullable=False),
    Column("status", _TEXT, nullable=False),
)
edition = Table(
    "edition",
    _ALL,
    Column("number", Integer, primary_key=True),
    Column("digest", _TEXT, nullable=False),
    Column("key", _TEXT, nullable=False),
    Column("first", _TEXT, nullable=False),
    Column("last", _TEXT, nullable=False),
    Column("due", _TEXT, nullable=False),
    Column("progress", _TEXT, nullable=False),
    Column("content", _TEXT, nullable=False),
    Column("alone", Integer, nullable=False),
    Column("frozen", _TEXT, nullable=False),
    UniqueConstraint("digest", "key"),
)
variant = Table(
    "variant",
    _ALL,
    Column("edition", ForeignKey("edition.number"), primary_key=True),
    Column("name", _TEXT, primary_key=True),
    Column("facts", _TEXT, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("html", LargeBinary, nullable=False),
)
delivery = Table(
    "delivery",
    _ALL,
    Column("edition", ForeignKey("edition.number"), primary_key=True),
    Column("subscriber", _TEXT, primary_key=True),
    Column("variant", _TEXT, nullable=False),
    Column("fate", _TEXT, nullable=False),
    Column("reason", _TEXT, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("next_at", _TEXT, nullable=False),
    Column("not_after", _TEXT, nullable=False),
    Column("changed", _TEXT, nullable=False),
    Index("delivery_open", "edition", "fate", "next_at", "subscriber"),
)
sent = Table(
    "sent",
    _ALL,
    Column("digest", _TEXT, primary_key=True),
    Column("hash", _TEXT, primary_key=True),
    Column("edition", ForeignKey("edition.number"), nullable=False, index=True),
)


def engine_of(url: str, folder: Path, *, is_lasting: bool, patience: float = PATIENCE) -> Engine:
    """Return the way to the database at *url*, of which a file of SQLite is below the site's *folder*.

    Where somebody else is writing it waits for *patience* seconds.

    A URL of anything else is a `FeedsError` with exit code 2, which shows nothing of it: it may hold a password.
    Unless it *is_lasting*, nothing is made where none is: it is the way to an empty one that is soon forgotten.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise _unusable("it is no URL of a database") from error
    if parsed.drivername == "postgresql+psycopg":
        engine = _on_postgresql(parsed, patience)
        return engine if is_lasting or inspect(engine).has_table(meta.name) else _on_sqlite(None, patience)
    if parsed.drivername == "sqlite" and parsed.database:
        path = (folder / parsed.database).absolute()
        return _on_sqlite(path if is_lasting or path.exists() else None, patience)
    raise _unusable("it names neither a file of SQLite nor a PostgreSQL database")


def _unusable(words: str) -> FeedsError:
    return FeedsError(
        f"`state.url` or FEEDS_STATE_URL cannot be used: {words}",
        help="write `sqlite:///.feeds/state.sqlite3`, or `postgresql+psycopg://…` and install feeds[postgresql]",
        exit_code=2,
    )


def _on_postgresql(url: URL, patience: float) -> Engine:
    try:
        engine = create_engine(url.set(query=_ON_A_SERVER | url.query), poolclass=NullPool)
    except ModuleNotFoundError as error:
        raise _unusable("psycopg is not installed") from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"set local lock_timeout = {int(patience * 1000)}")
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({_WRITES})")  # one after the other, as on SQLite

    return engine


def _on_sqlite(path: Path | None, patience: float) -> Engine:
    """Return the way to the file at *path*, which is made if need be; None: to one in memory."""
    if path is not None:
        _begun(path)
    engine = create_engine(URL.create("sqlite", database=str(path or ":memory:")), poolclass=NullPool)
    pragmas = (
        *(f"busy_timeout = {int(patience * 1000)}", "journal_mode = wal", "synchronous = full", "foreign_keys = on"),
        "secure_delete = on",  # nothing of who is forgotten is left in the file's free pages
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # its own ideas of transactions are SQLite's past
        for line in pragmas:
            connection.execute(f"pragma {line}")
        if path is not None:
            record.info["file"] = _number(path)  # who writes into one that has no name any more writes for nobody

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if path is not None and connection.info.get("file") != _number(path):
            raise OSError(errno.ESTALE, "it was taken away, or another one put into its place", str(path))
        connection.exec_driver_sql("begin immediate")  # one that only reads at first may find no way to write later

    return engine


def _number(path: Path) -> tuple[int, int]:
    """Return what tells the file at *path* from all others; OSError where there is none."""
    status = path.stat()
    return status.st_dev, status.st_ino


def _begun(path: Path) -> None:
    """Make the file for its owner alone, where there is none: it has the addresses of people.

    One that is there is not opened: to close it again would let go of every lock that this process has on it, and
    another process would take the log away under our connections (sqlite.org/howtocorrupt.html §2.2).
    """
    with suppress(FileExistsError):
        path.parent.mkdir(mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def made(connection: Connection, instance: str) -> None:
    """Make the tables where there are none; those of a later version are refused with `FeedsError`."""
    _ALL.create_all(connection)
    found = dict(connection.execute(select(meta.c.name, meta.c.value)).tuples().all())
    if not found:
        rows = {"schema": str(SCHEMA), "instance": instance, "generation": "0"}
        connection.execute(insert(meta), [{"name": name, "value": value} for name, value in rows.items()])
    elif int(found["schema"]) > SCHEMA:
        raise FeedsError(
            "the state is a later version's", help="use that version of feeds, or a later one", exit_code=2
        )


def lock(connection: Connection, number: int) -> bool:
    """Say whether this connection alone has `SENDS` or `INVITES` from now on: on a server, another machine might."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(select(func.pg_try_advisory_lock(number))).scalar())


@contextmanager
def told() -> Iterator[None]:
    """Turn what the operating system or the database refuses into a message with exit code 75."""
    try:
        yield
    except OSError as error:
        raise _refused(
            f"{error.filename}: {error.strerror or error}", "make room, or make the folder writable"
        ) from error
    except DBAPIError as error:
        words = (str(error.orig).strip() or "nobody says why").splitlines()[0]
        is_damaged = type(error) in {DatabaseError, InternalError}
        remedy = "take it from a backup" if is_damaged else "see that it can be reached and written"
        raise _refused(words, remedy) from error


def _refused(words: str, remedy: str) -> FeedsError:
    return FeedsError(f"the state cannot be used: {words}", help=f"{remedy}, then run it again", exit_code=BUSY)
