"""Keeps what people asked for on the public pages, until it is confirmed or too old."""

import json
from collections.abc import Iterator
from datetime import datetime

from feeds.signup import ASKED, LASTS, Request
from feeds.state._tables import (
    ColumnElement,
    Connection,
    Row,
    change,
    delete,
    delivery,
    insert,
    request,
    select,
    subscriber,
    update,
)
from feeds.state._times import read, written
from feeds.state.people import read_subscriber
from feeds.subscribers import Status, Subscriber


class Requests:
    """The requests in the state; everything here happens inside a transaction of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person: Subscriber, source: str, now: datetime) -> int:
        """Keep that *person*, who is in the state, asked for what they have here; return the request's number."""
        row = {
            "subscriber": person.id,
            "at": written(now),
            "source": source,
            "digests": json.dumps(person.digests, ensure_ascii=False),
            "categories": json.dumps(person.categories, ensure_ascii=False),
            "used": "",
        }
        added = self._connection.execute(insert(request).values(row))
        return int(added.inserted_primary_key[0])  # type: ignore[index]

    def of_number(self, number: int) -> Request | None:
        """Return the request *number*; None where it is not known any more, or its subscriber."""
        return next(self._where(request.c.number == number), None)

    def of_person(self, person: str) -> tuple[Request, ...]:
        """Return the requests of the subscriber with the id *person*, oldest first."""
        return tuple(self._where(request.c.subscriber == person))

    def _where(self, condition: ColumnElement[bool]) -> Iterator[Request]:
        found = select(request, *(subscriber.c[name].label(f"their_{name}") for name in subscriber.c.keys()))  # noqa: SIM118 - columns
        joined = found.join(subscriber, subscriber.c.id == request.c.subscriber).where(condition)
        return map(_request, self._connection.execute(joined.order_by(request.c.number)))

    def instants(self, person: str) -> tuple[datetime, ...]:
        """Return when the subscriber with the id *person* asked, oldest first; what is too old may be left out."""
        theirs = select(request.c.at).where(request.c.subscriber == person).order_by(request.c.at, request.c.number)
        return tuple(map(read, self._connection.execute(theirs).scalars()))

    def use(self, number: int, now: datetime) -> None:
        """Note that the request *number* was confirmed."""
        self._connection.execute(update(request).where(request.c.number == number).values(used=written(now)))

    def lapse(self, now: datetime) -> int:
        """Forget the requests that nobody confirmed in time, and who is known by them alone; return how many these are.

        Who was confirmed once keeps that request: it says when and where they asked.
        """
        late = request.c.used == "", request.c.at <= written(now - LASTS)
        asked, waiting = select(request.c.subscriber).where(*late), select(request.c.subscriber).where(~late[1])
        is_new = subscriber.c.status == Status.PENDING, subscriber.c.reason.startswith(ASKED)
        is_over = subscriber.c.id.in_(asked), subscriber.c.id.not_in(waiting)
        gone = self._connection.execute(select(subscriber.c.id).where(*is_new, *is_over)).scalars().all()
        self._connection.execute(delete(request).where(*late))
        for table, column in ((delivery, delivery.c.subscriber), (change, change.c.subscriber)):
            self._connection.execute(delete(table).where(column.in_(gone)))
        self._connection.execute(delete(subscriber).where(subscriber.c.id.in_(gone)))
        return len(gone)


def _request(row: Row[tuple[object, ...]]) -> Request:
    theirs = {name.removeprefix("their_"): value for name, value in row._mapping.items() if name.startswith("their_")}  # noqa: SLF001 - public
    wishes = {"digests": row.digests, "categories": row.categories}
    return Request(
        number=row.number,
        person=read_subscriber(theirs | wishes),
        at=read(row.at),
        source=row.source,
        is_used=bool(row.used),
    )
