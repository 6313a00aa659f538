"""Keeps `.feeds/`: the cache's file and the lock."""

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self, TypeVar

from feeds import __version__
from feeds.diagnostics import BUSY, FeedsError
from feeds.records import UnreadableError, packed, unpacker

T = TypeVar("T")

_SCHEMA = 1
"""Raised whenever the tables or the meaning of their rows change: an older cache is then made anew."""

_TABLES = """
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists posts (path text primary key, stamp text not null, row blob not null) without rowid;
create table if not exists targets (path text primary key, row blob not null) without rowid;
"""


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the site's one lock; while another run holds it: `FeedsError` with exit code 75.

    The value is the modification time that the file system gives just now, in nanoseconds: what is younger may
    still change without a trace in its time stamps.
    """
    _made(folder)
    with (folder / "lock").open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FeedsError(
                f"another run holds {folder.name}/lock",
                help="wait until it has ended; a lock of a run that was killed is free at once",
                exit_code=BUSY,
            ) from error
        (folder / "lock").touch()
        yield (folder / "lock").stat().st_mtime_ns


def _made(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FeedsError(
            f"{folder}: {error.strerror}", help="make it a folder that can be written", exit_code=BUSY
        ) from error


def program_stamp() -> str:
    """Return a text that changes with the program: its version, and its modules' sizes and times of change."""
    modules = sorted(Path(__file__).parent.rglob("*.py"))
    stamps = (f"{module.name}:{status.st_size}:{status.st_mtime_ns}" for module in modules if (status := module.stat()))
    return f"{__version__} {' '.join(stamps)}"


class Cache:
    """What the last run learned, by path. It may be deleted, damaged or another version's: then it is empty."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """Open the cache at *path*, made anew if it cannot be read; changes are kept once `commit` is called."""
        connection = _connection(path)
        try:
            yield cls(connection)
        finally:
            connection.close()

    @classmethod
    @contextmanager
    def forgetful(cls) -> Iterator[Self]:
        """Open a cache that is empty, and forgotten at the end."""
        with cls.opened(Path(":memory:")) as cache:
            yield cache

    def posts(self, key: str, kind: type[T]) -> dict[str, tuple[str, T]]:
        """Return every remembered post's stamp and record, unless they were made under another *key*."""
        return self._rows("posts", key, kind)

    def targets(self, kind: type[T]) -> dict[str, T]:
        """Return every remembered target's record."""
        return {path: record for path, (_, record) in self._rows("targets", "", kind).items()}

    def _rows(self, table: str, key: str, kind: type[T]) -> dict[str, tuple[str, T]]:
        stamp = "stamp" if table == "posts" else "''"
        decode = unpacker(kind)
        try:
            if key and self._meta("posts") != key:
                return {}
            rows = self._connection.execute(f"select path, {stamp}, row from {table}")  # noqa: S608 - our own words
            return {path: (mark, decode(row)) for path, mark, row in rows}
        except (sqlite3.Error, UnreadableError):
            return {}

    def _meta(self, name: str) -> str:
        row = self._connection.execute("select value from meta where key = ?", (name,)).fetchone()
        return row[0] if row else ""

    def remember_posts(self, key: str, changed: Mapping[str, tuple[str, object]], gone: Iterable[str]) -> None:
        """Remember *changed* posts and forget those that are *gone*; under another *key* all others are forgotten."""
        if self._meta("posts") != key:
            self._connection.execute("delete from posts")
            self._connection.execute("replace into meta values ('posts', ?)", (key,))
        self._connection.executemany("delete from posts where path = ?", ((path,) for path in gone))
        rows = ((path, stamp, packed(record)) for path, (stamp, record) in changed.items())
        self._connection.executemany("replace into posts values (?, ?, ?)", rows)

    def remember_targets(self, changed: Mapping[str, object], gone: Iterable[str]) -> None:
        """Remember *changed* targets and forget those that are *gone*."""
        self._connection.executemany("delete from targets where path = ?", ((path,) for path in gone))
        rows = ((path, packed(record)) for path, record in changed.items())
        self._connection.executemany("replace into targets values (?, ?)", rows)

    def commit(self) -> None:
        """Keep what was remembered."""
        self._connection.commit()


def _connection(path: Path) -> sqlite3.Connection:
    with suppress(sqlite3.Error):
        return _prepared(path)
    for name in (path, path.with_name(path.name + "-journal"), path.with_name(path.name + "-wal")):
        name.unlink(missing_ok=True)
    return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0)
    try:
        connection.execute("pragma synchronous = off")  # a cache lost to a power cut costs one slower run
        if connection.execute("pragma user_version").fetchone()[0] not in {0, _SCHEMA}:
            raise sqlite3.DatabaseError("another version's")
        connection.executescript(_TABLES)
        connection.execute(f"pragma user_version = {_SCHEMA}")
        connection.execute("select count(*) from targets").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
