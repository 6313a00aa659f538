"""Keeps what must not be lost: subscribers, what was frozen, and what became of each delivery."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from feeds.diagnostics import BUSY, FeedsError
from feeds.state import _tables
from feeds.state._tables import Connection, insert, meta, select, told, update
from feeds.state.ledger import Ledger
from feeds.state.people import People
from feeds.state.requests import Requests
from feeds.tokens import fingerprint, subscriber_id

PATIENCE = _tables.PATIENCE
"""Seconds that a run waits for another that is just writing."""

_STAMP = "state.stamp"
"""Beside the database, and never in a backup of it alone: how far it had come."""


class State:
    """The state of a site, opened."""

    def __init__(self, connection: Connection, stamp: Path, keys: tuple[bytes, ...]) -> None:
        self._connection = connection
        self._stamp = stamp
        self._instance = ""
        self._generation = 0
        self.people = People(connection, keys)
        self.requests = Requests(connection)
        self.ledger = Ledger(connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Read, and change what is changed wholly or not at all; when it ends, it is on the disk."""
        with told(), self._connection.begin():
            yield

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Be the only one that sends; another, on whatever machine, gets `FeedsError` with exit code 75.

        A database that is older than what was sent from here, say from a backup, is refused: it would send again.
        """
        with self.transaction():
            is_alone = _tables.lock(self._connection, _tables.SENDS)
            found = dict(self._connection.execute(select(meta.c.name, meta.c.value)).tuples().all())
        if not is_alone:
            raise FeedsError("another machine is sending", help="wait until it has ended", exit_code=BUSY)
        self._instance, self._generation = found["instance"], int(found["generation"])
        self._refuse_older()
        yield

    @contextmanager
    def inviting(self) -> Iterator[None]:
        """Be the only one that sends invitations; another, on whatever machine, gets `FeedsError` with code 75."""
        with self.transaction():
            is_alone = _tables.lock(self._connection, _tables.INVITES)
        if not is_alone:
            raise FeedsError("another machine sends the invitations", help="one is enough", exit_code=BUSY)
        yield

    @contextmanager
    def step(self) -> Iterator[None]:
        """Make a `transaction` that no older database may forget; only inside `sending`."""
        with self.transaction():
            yield
            self._generation += 1
            counted = update(meta).where(meta.c.name == "generation").values(value=str(self._generation))
            self._connection.execute(counted)
        with told():
            self._note()

    def _refuse_older(self) -> None:
        instance, generation = _noted(self._stamp) or (self._instance, 0)
        if instance != self._instance or generation > self._generation:
            words = "is older than" if instance == self._instance else "is another one than"
            raise FeedsError(
                f"the state {words} the one that was last sent from here: it does not know what was sent since",
                help=f"bring back the newest; or, if mails may go out twice, remove {self._stamp} and run it again",
                exit_code=BUSY,
            )

    def _note(self) -> None:
        number = os.open(self._stamp, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:  # one write of one length: there is never half of it
            os.pwrite(number, f"{self._instance} {self._generation:>20}\n".encode(), 0)
        finally:
            os.close(number)


def _noted(stamp: Path) -> tuple[str, int] | None:
    with suppress(OSError, ValueError):
        instance, generation = stamp.read_text(encoding="ascii").split()
        return instance, int(generation)
    return None


@contextmanager
def opened(  # noqa: PLR0913 - what a database needs
    url: str,
    folder: Path,
    keys: tuple[bytes, ...],
    now: datetime,
    *,
    is_lasting: bool = True,
    patience: float = PATIENCE,
) -> Iterator[State]:
    """Open the state at *url*, made if need be; *keys* seal what is kept of people.

    Where another process is writing it waits for *patience* seconds.

    What cannot be reached, read or written is a `FeedsError` with exit code 75: nothing of it is ever begun anew.
    Unless it *is_lasting*, none is made: where none is, an empty state is forgotten at the end.
    """
    with told():
        connection = _tables.engine_of(url, folder, is_lasting=is_lasting, patience=patience).connect()
    with closing(connection):
        with told(), connection.begin():
            _tables.made(connection, _instance(folder, keys, now))
            _refuse_others(connection, keys)
        yield State(connection, folder / ".feeds" / _STAMP, keys)


def _refuse_others(connection: Connection, keys: tuple[bytes, ...]) -> None:
    """Refuse *keys* of which none sealed what is out in messages: nobody could leave any more."""
    seals = [fingerprint(key) for key in keys]
    known = connection.execute(select(meta.c.value).where(meta.c.name == "key")).scalar()
    if known is None:
        connection.execute(insert(meta).values(name="key", value=seals[0]))
    elif known not in seals:
        raise FeedsError(
            "the key is another than the one that sealed the messages which were sent",
            help="set FEEDS_SECRET as other runs have it, or bring back .feeds/secret; a new key goes before the old",
            exit_code=2,
        )
    elif known != seals[0]:
        connection.execute(update(meta).where(meta.c.name == "key").values(value=seals[0]))


def _instance(folder: Path, keys: tuple[bytes, ...], now: datetime) -> str:
    """Return the name of a database that is made now."""
    return blake2b(
        f"{folder.absolute()} {now.isoformat()} {subscriber_id('', keys)}".encode(), digest_size=8
    ).hexdigest()
