"""The tables, and the one way to them: SQLAlchemy, on SQLite or PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import (
    Column,
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
    make_url,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.engine import URL, Row
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from feeds.diagnostics import BUSY, FeedsError

__all__ = [
    "Connection", "Row", "bindparam", "bounce", "delete", "delivery", "edition", "forgotten", "func", "insert",
    "meta", "processed", "select", "sent", "subscriber", "told", "tuple_", "update", "variant",
]  # fmt: skip

SCHEMA = 1
_PATIENCE = 10_000
"""Milliseconds that a run waits for another that is just writing."""

_ALL = MetaData()

meta = Table("meta", _ALL, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
subscriber = Table(
    "subscriber",
    _ALL,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("digests", Text, nullable=False),
    Column("categories", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("hour", Integer),
    Column("since", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
forgotten = Table("forgotten", _ALL, Column("hash", Text, primary_key=True))
processed = Table("processed", _ALL, Column("hash", Text, primary_key=True), Column("at", Text, nullable=False))
bounce = Table(
    "bounce",
    _ALL,
    Column("number", Integer, primary_key=True),
    Column("subscriber", Text, nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("status", Text, nullable=False),
)
edition = Table(
    "edition",
    _ALL,
    Column("number", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("progress", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("frozen", Text, nullable=False),
    UniqueConstraint("digest", "key"),
)
variant = Table(
    "variant",
    _ALL,
    Column("edition", ForeignKey("edition.number"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("facts", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("html", LargeBinary, nullable=False),
)
delivery = Table(
    "delivery",
    _ALL,
    Column("edition", ForeignKey("edition.number"), primary_key=True),
    Column("subscriber", Text, primary_key=True),
    Column("variant", Text, nullable=False),
    Column("fate", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("not_after", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Index("delivery_open", "edition", "fate", "next_at", "subscriber"),
)
sent = Table(
    "sent",
    _ALL,
    Column("digest", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("edition", ForeignKey("edition.number"), nullable=False, index=True),
)


def engine_of(url: str, folder: Path, *, is_lasting: bool) -> Engine:
    """Return the way to the database at *url*, of which a file of SQLite is below the site's *folder*."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, poolclass=NullPool)
        path = (folder / (parsed.database or "")).absolute()
        return _on_sqlite(parsed.set(database=str(path) if is_lasting or path.exists() else ":memory:"))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise FeedsError(
            f"feeds.toml: `state.url` cannot be used: {str(error).splitlines()[0]}",
            help="write `sqlite:///.feeds/state.sqlite3`, or `postgresql+psycopg://…` and install feeds[postgresql]",
            exit_code=2,
        ) from error


def _on_sqlite(url: URL) -> Engine:
    if url.database != ":memory:":
        with told():
            _begun(Path(url.database or ""))
    engine = create_engine(url, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined] # its own ideas of transactions are SQLite's past
        for line in (f"busy_timeout = {_PATIENCE}", "journal_mode = wal", "synchronous = full", "foreign_keys = on"):
            connection.execute(f"pragma {line}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("begin immediate")  # one that only reads at first may find no way to write later

    return engine


def _begun(path: Path) -> None:
    """Make the file for its owner alone: it has the addresses of people."""
    with suppress(FileExistsError):
        path.parent.mkdir(mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))


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


def lock(connection: Connection) -> bool:
    """Say whether this connection alone may send from now on: on a server, another machine might."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(text("select pg_try_advisory_lock(7214609)")).scalar())


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
        words = str(error.orig).strip().splitlines()[0]
        is_away = isinstance(error, OperationalError)
        remedy = "see that it can be reached and written" if is_away else "take it from a backup"
        raise _refused(words, remedy) from error


def _refused(words: str, remedy: str) -> FeedsError:
    return FeedsError(f"the state cannot be used: {words}", help=f"{remedy}, then run it again", exit_code=BUSY)
