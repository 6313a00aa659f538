"""Keeps `.feeds/`: the cache's file and the lock."""

import errno
import fcntl
import json
import os
import sqlite3
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

from feeds import __version__
from feeds.diagnostics import BUSY, FeedsError
from feeds.forms import Topic
from feeds.records import UnreadableError, sealed, unpacker, unsealed

T = TypeVar("T")

_SCHEMA = 5
"""Raised whenever the tables or the meaning of their rows change: an older cache is then made anew."""

_TABLES = """
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists posts (path text primary key, stamp text not null, row blob not null, brief blob)
  without rowid;
create table if not exists targets (path text primary key, row blob not null) without rowid;
create table if not exists standing (row blob not null);
create table if not exists told (hub text, path text, hash text not null, primary key (hub, path)) without rowid;
"""
_MEMORY = Path(":memory:")
_DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""How a file that is no longer a database shows; sqlite quotes what it found there, whatever its encoding."""

_OUTSIDE = frozenset(
    [
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN),
    ],
)
"""Errors that are not the file's fault: another run may have better luck with it."""


@contextmanager
def locked(folder: Path, name: str = "lock") -> Iterator[int]:
    """Hold one of the site's locks; while another run holds it: `FeedsError` with exit code 75.

    The value is the modification time that the file system gives just now, in nanoseconds: what is younger may
    still change without a trace in its time stamps.
    """
    with _opened_lock(folder, name) as file:
        yield _locked(file.fileno(), folder / name)


def _locked(file: int, path: Path) -> int:
    """Lock the open *file* at *path*, and return the time that it has then."""
    with _told(path.parent):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FeedsError(
                f"another run holds {path.parent.name}/{path.name}",
                help="wait until it has ended; a lock of a run that was killed is free at once",
                exit_code=BUSY,
            ) from error
        os.utime(file)
        return os.fstat(file).st_mtime_ns


def _opened_lock(folder: Path, name: str) -> BinaryIO:
    """Return the lock's file, opened; *folder* is made for its owner alone. A link or a pipe in its place is told."""
    with _told(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        return open(folder / name, "a+b", opener=_opened_alone)


def _opened_alone(path: str, flags: int) -> int:
    number = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    if os.fstat(number).st_nlink > 1:  # its time is going to be changed
        os.close(number)
        raise OSError(errno.EMLINK, "the file has a second name elsewhere", path)
    return number


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the operating system or the cache's file refuses into a message."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        place, reason = (error.filename or path, error.strerror) if isinstance(error, OSError) else (path, error)
        remedy = "move it away" if getattr(error, "errno", 0) in _TAKEN else "make room, or make the folder writable"
        raise FeedsError(f"{place}: {reason or error}", help=f"{remedy}, then run it again", exit_code=BUSY) from error


_TAKEN = frozenset([errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.EMLINK, None])
"""Something else stands where a file or a folder of ours belongs; Python has no number for a pipe."""


@cache
def program_stamp() -> str:
    """Return a text that changes with the program: its version, its modules' sizes and times of change, its packages.

    A package that comes in another version changes the folder where all of them are.
    """
    modules = sorted(Path(__file__).parent.rglob("*.py"))
    packages = [Path(folder) for folder in sys.path if folder.endswith("-packages") and os.path.isdir(folder)]
    files = ((path, path.stat()) for path in (*modules, *packages))
    stamps = (f"{path.name}:{status.st_size}:{status.st_mtime_ns}" for path, status in files)
    return f"{__version__} {sys.version} {' '.join(stamps)}"


class Cache:
    """What the last run learned, by path. It may be deleted, damaged or another version's: then it is empty."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._changes: list[tuple[str, Iterable[tuple[object, ...]]]] = []

    @classmethod
    @contextmanager
    def opened(cls, path: Path, *, anew: bool = False) -> Iterator[Self]:
        """Open the cache at *path*, made *anew* also if it cannot be read; no row is written before `commit`.

        A link there, or a file that has a second name elsewhere, gives way to a cache of our own.
        """
        with _told(path):
            is_new = anew or not _is_ours_alone(path)
            opened = cls(_begun(path) if is_new else _connection(path), path)
        with closing(opened):
            yield opened

    @classmethod
    @contextmanager
    def looked_at(cls, path: Path) -> Iterator[Self]:
        """Open the cache at *path* to be read; what cannot be read, or is not there, is empty, and stays as it is."""
        try:
            connection = _checked(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))
        except _DAMAGE:
            connection = _begun(_MEMORY)
        with closing(cls(connection, _MEMORY)) as looked:
            yield looked

    @classmethod
    @contextmanager
    def forgetful(cls) -> Iterator[Self]:
        """Open a cache that is empty, and forgotten at the end."""
        with cls.opened(_MEMORY) as cache:
            yield cache

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def posts(self, key: str, kind: type[T]) -> dict[str, tuple[str, T]]:
        """Return every remembered post's stamp and record, unless they were made under another *key*."""
        sql = "select path, stamp, row from posts where (select value from meta where key = 'posts') = ?"
        return self._rows(sql, (key,), kind)

    def briefs(self, paths: Iterable[str], kind: type[T]) -> dict[str, T]:
        """Return the remembered brief of each of *paths* that has one, by path; of posts as they are remembered."""
        sql = "select path, '', brief from posts where brief is not null and path in (select value from json_each(?))"
        rows = self._rows(sql, (json.dumps([*paths]),), kind)
        return {path: record for path, (_, record) in rows.items()}

    def targets(self, kind: type[T]) -> dict[str, T]:
        """Return every remembered target's record."""
        rows = self._rows("select path, '', row from targets", (), kind)
        return {path: record for path, (_, record) in rows.items()}

    def standing(self, kind: type[T]) -> T | None:
        """Return the record of the last build, if it may still stand."""
        found = self._rows("select '', '', row from standing", (), kind)
        return found[""][1] if found else None

    def topics(self) -> tuple[Topic, ...]:
        """Return the categories of the last build that can be subscribed to, in their order."""
        try:
            rows = self._connection.execute("select value from meta where key = 'topics'")
            return tuple(Topic(name=str(n), title=str(title)) for row in rows for n, title in json.loads(row[0]))
        except (*_DAMAGE, ValueError, TypeError):
            return ()

    def told(self, hub: str) -> dict[str, str]:
        """Return the hash of each feed as *hub* was told of it, by path."""
        try:
            return dict(self._connection.execute("select path, hash from told where hub = ?", (hub,)))
        except _DAMAGE:
            return {}

    def _rows(self, sql: str, values: tuple[str, ...], kind: type[T]) -> dict[str, tuple[str, T]]:
        decode = unpacker(kind)
        try:
            rows = self._connection.execute(sql, values)
            return {path: (stamp, decode(unsealed(row, f"{path}{stamp}"))) for path, stamp, row in rows}
        except (*_DAMAGE, UnreadableError):
            self._begin_anew()
            return {}

    def _begin_anew(self) -> None:
        """Forget all that is remembered: where one row is damaged, no other is to be trusted."""
        with _told(self._path):
            self.close()
            self._connection = _begun(self._path)

    def remember_posts(self, key: str, changed: Mapping[str, tuple[str, object]], gone: Iterable[str]) -> None:
        """Remember *changed* posts and forget those that are *gone*; under another *key* all others are forgotten."""
        self._changes += [
            ("delete from posts where ? is not (select value from meta where key = 'posts')", [(key,)]),
            ("replace into meta values ('posts', ?)", [(key,)]),
            ("delete from posts where path = ?", [(path,) for path in gone]),
            (
                "replace into posts values (?, ?, ?, null)",
                ((path, stamp, sealed(record, path + stamp)) for path, (stamp, record) in changed.items()),
            ),
        ]

    def remember_briefs(self, briefs: Mapping[str, object]) -> None:
        """Remember the *briefs* of posts that are remembered, by path, until the posts change."""
        rows = ((sealed(brief, path), path) for path, brief in briefs.items())
        self._changes.append(("update posts set brief = ? where path = ?", rows))

    def remember_targets(self, changed: Mapping[str, object], gone: Iterable[str]) -> None:
        """Remember *changed* targets and forget those that are *gone*."""
        self._changes += [
            ("delete from targets where path = ?", [(path,) for path in gone]),
            ("replace into targets values (?, ?)", ((path, sealed(record, path)) for path, record in changed.items())),
        ]

    def remember_standing(self, record: object | None) -> None:
        """Remember the *record* of a build that may stand; None: forget the last one."""
        self._changes.append(("delete from standing", [()]))
        if record is not None:
            self._changes.append(("insert into standing values (?)", [(sealed(record),)]))

    def remember_topics(self, topics: Iterable[Topic]) -> None:
        """Remember the categories that can be subscribed to."""
        named = json.dumps([(topic.name, topic.title) for topic in topics])
        self._changes.append(("replace into meta values ('topics', ?)", [(named,)]))

    def remember_told(self, hub: str, told: Mapping[str, str], gone: Iterable[str]) -> None:
        """Remember that *hub* was *told* of feeds, hashes by path, and forget those that are *gone*."""
        self._changes += [
            ("delete from told where hub = ? and path = ?", [(hub, path) for path in gone]),
            ("replace into told values (?, ?, ?)", [(hub, path, digest) for path, digest in told.items()]),
        ]

    def commit(self) -> None:
        """Keep what was remembered; without room for it: `FeedsError` with exit code 75, and what was kept stays."""
        with _told(self._path):
            try:
                with self._connection:
                    for sql, rows in self._changes:
                        self._connection.executemany(sql, rows)
                self._changes.clear()
            except _DAMAGE as error:
                code = getattr(error, "sqlite_errorcode", 0)
                if code & 0xFF in _OUTSIDE and not (code == sqlite3.SQLITE_READONLY and os.access(self._path, os.W_OK)):
                    raise
                self._begin_anew()  # where reading did not meet it, or its own header forbids to write


def topics_in(folder: Path) -> tuple[Topic, ...]:
    """Return the categories of the site in *folder* that can be subscribed to, in their order."""
    with Cache.looked_at(folder / ".feeds" / "cache.sqlite3") as cache:
        return cache.topics()


def _connection(path: Path) -> sqlite3.Connection:
    with suppress(*_DAMAGE):
        return _prepared(path)
    return _begun(path)


def _begun(path: Path) -> sqlite3.Connection:
    """Return a connection to an empty cache at *path*, whatever is there."""
    if path != _MEMORY:
        _forget(path)
    return _prepared(path)


def _is_ours_alone(path: Path) -> bool:
    """Say whether what is written to *path* is written to no other file."""
    with suppress(FileNotFoundError):
        status = os.lstat(path)
        return stat.S_ISREG(status.st_mode) and status.st_nlink == 1
    return True


def _forget(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-journal"), path.with_name(path.name + "-wal")):
        name.unlink(missing_ok=True)


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0)
    try:
        connection.execute("pragma synchronous = normal")  # after a power cut it is whole, as before this run or after
        if connection.execute("pragma user_version").fetchone()[0] == 0:
            connection.executescript(f"{_TABLES}; pragma user_version = {_SCHEMA}")
    except _DAMAGE:
        connection.close()
        raise
    return _checked(connection)


def _checked(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return *connection*, closed and refused if it is not to a cache of this version."""
    try:
        if connection.execute("pragma user_version").fetchone()[0] != _SCHEMA:
            raise sqlite3.DatabaseError("another version's")
        connection.execute("select count(*) from targets").fetchone()
    except _DAMAGE:
        connection.close()
        raise
    return connection
