"""Keeps the subscribers."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from feeds.deliveries import Fate
from feeds.state._tables import (
    Connection,
    bounce,
    change,
    delete,
    delivery,
    forgotten,
    func,
    insert,
    processed,
    request,
    select,
    subscriber,
    update,
)
from feeds.state._times import written
from feeds.subscribers import Status, Subscriber, key_of
from feeds.tokens import forgotten as hashes_of
from feeds.tokens import subscriber_id

SOFT_BOUNCES = 5
"""How many temporary failures within `WITHIN` end a subscription."""

WITHIN = timedelta(days=30)


class People:
    """The subscribers in the state; everything here happens inside a transaction of it."""

    def __init__(self, connection: Connection, keys: tuple[bytes, ...]) -> None:
        self._connection = connection
        self._keys = keys

    def all(self) -> Iterator[Subscriber]:
        """Yield every subscriber, by key."""
        everyone = select(subscriber).order_by(subscriber.c.key).execution_options(yield_per=1000)
        return (read_subscriber(dict(row)) for row in self._connection.execute(everyone).mappings())

    def of_address(self, address: str) -> Subscriber | None:
        """Return the subscriber at *address*, however it is written."""
        return self._one(subscriber.c.key == key_of(address))

    def of_id(self, number: str) -> Subscriber | None:
        """Return the subscriber with the id *number*."""
        return self._one(subscriber.c.id == number)

    def _one(self, condition: object) -> Subscriber | None:
        row = self._connection.execute(select(subscriber).where(condition)).mappings().one_or_none()  # type: ignore[arg-type]
        return None if row is None else read_subscriber(dict(row))

    def wishes(self) -> Counter[str]:
        """Return how many active subscribers name each digest; those who want all name none."""
        active = select(subscriber.c.digests, func.count()).where(subscriber.c.status == Status.ACTIVE.value)
        found = self._connection.execute(active.group_by(subscriber.c.digests)).tuples()
        wanted: Counter[str] = Counter()
        for names, count in found:
            wanted.update(dict.fromkeys(json.loads(names), count))
        return wanted

    def is_forgotten(self, address: str) -> bool:
        """Say whether the person at *address* asked to be forgotten."""
        hashes = hashes_of(key_of(address), self._keys)
        found = select(func.count()).select_from(forgotten).where(forgotten.c.hash.in_(hashes))
        return bool(self._connection.execute(found).scalar_one())

    def put(self, one: Subscriber, now: datetime, *, reason: str) -> Subscriber:
        """Keep *one*, new if its id is empty, and return it with its id; *reason* says how that came about."""
        times = {"changed": written(now), "reason": reason}
        if one.id:
            self._connection.execute(update(subscriber).where(subscriber.c.id == one.id).values(_row(one) | times))
        else:
            one = replace(one, id=subscriber_id(one.key, self._keys))
            self._connection.execute(insert(subscriber).values(_row(one) | times | {"since": written(now)}))
        noted = {"subscriber": one.id, "at": written(now), "status": one.status.value, "reason": reason}
        self._connection.execute(insert(change).values(noted))
        return one

    def changes(self, number: str) -> tuple[tuple[str, str, str], ...]:
        """Return when the subscriber *number* was changed, to which status and why; the oldest first."""
        columns = select(change.c.at, change.c.status, change.c.reason).where(change.c.subscriber == number)
        return tuple(self._connection.execute(columns.order_by(change.c.number)).tuples())

    def history(self, number: str) -> tuple[str, str, str]:
        """Return since when the subscriber *number* is known, when and why it was last changed."""
        columns = subscriber.c.since, subscriber.c.changed, subscriber.c.reason
        since, changed, reason = self._connection.execute(select(*columns).where(subscriber.c.id == number)).one()
        return since, changed, reason

    def forget(self, one: Subscriber) -> None:
        """Delete all that is known of *one*, but a keyed hash of the address against a later import.

        That there were deliveries stays, without what servers said of them: most name the address.
        """
        theirs = delivery.c.subscriber == one.id, delivery.c.fate != Fate.SKIPPED
        self._connection.execute(update(delivery).where(*theirs).values(reason=""))
        for table in (bounce, change, request):
            self._connection.execute(delete(table).where(table.c.subscriber == one.id))
        self._connection.execute(delete(subscriber).where(subscriber.c.id == one.id))
        if not self.is_forgotten(one.address):
            self._connection.execute(insert(forgotten).values(hash=hashes_of(one.key, self._keys)[0]))

    def remember(self, address: str) -> None:
        """Let the person at *address* be subscribed again."""
        self._connection.execute(delete(forgotten).where(forgotten.c.hash.in_(hashes_of(key_of(address), self._keys))))

    # --- what came back ---------------------------------------------------------------------------

    def is_processed(self, mail: str) -> bool:
        """Say whether something followed from the message with the hash *mail* before."""
        known = select(func.count()).select_from(processed).where(processed.c.hash == mail)
        return bool(self._connection.execute(known).scalar_one())

    def process(self, mail: str, now: datetime) -> None:
        """Note that something followed from the message with the hash *mail*."""
        if not self.is_processed(mail):
            self._connection.execute(insert(processed).values(hash=mail, at=written(now)))

    def bounced(self, one: Subscriber, status: str, now: datetime) -> bool:
        """Note that a message to *one* failed for a time; if it has now failed too often, say so and count anew."""
        self._connection.execute(insert(bounce).values(subscriber=one.id, at=written(now), status=status))
        recent = bounce.c.subscriber == one.id, bounce.c.at > written(now - WITHIN)
        count = self._connection.execute(select(func.count()).select_from(bounce).where(*recent)).scalar_one()
        if count < SOFT_BOUNCES:
            return False
        self._connection.execute(delete(bounce).where(bounce.c.subscriber == one.id))
        return True


def read_subscriber(known: Mapping[str, Any]) -> Subscriber:
    """Return the subscriber of a row, *known* by the names of its columns."""
    return Subscriber(
        id=known["id"],
        address=known["address"],
        name=known["name"],
        status=Status(known["status"]),
        digests=tuple(json.loads(known["digests"])),
        categories=tuple(json.loads(known["categories"])),
        language=known["language"],
        timezone=known["timezone"],
        hour=known["hour"],
    )


def _row(one: Subscriber) -> dict[str, object]:
    return {
        "id": one.id,
        "key": one.key,
        "address": one.address,
        "name": one.name,
        "status": one.status.value,
        "digests": json.dumps(one.digests, ensure_ascii=False),
        "categories": json.dumps(one.categories, ensure_ascii=False),
        "language": one.language,
        "timezone": one.timezone,
        "hour": one.hour,
    }
