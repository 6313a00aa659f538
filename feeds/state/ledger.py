"""Keeps what was frozen, and what became of each delivery."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feeds.deliveries import OPEN, Delivery, Fate, Mailing, Number, Progress
from feeds.state._tables import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    delivery,
    edition,
    func,
    insert,
    select,
    sent,
    subscriber,
    update,
    variant,
)
from feeds.state._times import read, written
from feeds.state.people import read_subscriber
from feeds.subscribers import Subscriber

KEPT = timedelta(days=30)
"""How long the bytes of an edition are kept that nobody waits for."""

INVITATIONS = ""
"""The name of no digest: what is sent of it are the mails to those who typed an address into the form."""

_OPEN = [fate.value for fate in OPEN]
_UNKNOWN = "it ended before the server had answered"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery to be made now, and the subscriber as known now; None: not known any more."""

    delivery: Delivery
    subscriber: Subscriber | None


class Ledger:
    """Editions and deliveries in the state; everything here happens inside a transaction of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- editions -----------------------------------------------------------------------------------

    def numbers(self, digest: str) -> tuple[Number, ...]:
        """Return every edition of *digest* that the ledger knows, the oldest first."""
        theirs = select(edition).where(edition.c.digest == digest).order_by(edition.c.last, edition.c.number)
        return tuple(map(_number, self._connection.execute(theirs)))

    def sending(self) -> tuple[tuple[int, Number], ...]:
        """Return the editions that somebody still waits for, with their numbers, in the order they were frozen."""
        waiting = edition.c.progress == Progress.SENDING, edition.c.digest != INVITATIONS
        open_ones = select(edition).where(*waiting).order_by(edition.c.number)
        return tuple((row.number, _number(row)) for row in self._connection.execute(open_ones))

    def number_of(self, digest: str, key: str) -> int | None:
        """Return the number of *digest*'s edition *key*; None if the ledger does not know it."""
        found = select(edition.c.number).where(edition.c.digest == digest, edition.c.key == key)
        return self._connection.execute(found).scalar()

    def sent(self, digest: str) -> frozenset[str]:
        """Return the hashes of all that editions of *digest* have had."""
        return frozenset(self._connection.execute(select(sent.c.hash).where(sent.c.digest == digest)).scalars())

    def record(self, one: Number, hashes: Iterable[str], now: datetime) -> int:
        """Keep the edition *one*, of which *hashes* are the entries that are not to come again; return its number."""
        number = self._kept(one, now)
        known = self.sent(one.digest)
        rows = [{"digest": one.digest, "hash": h, "edition": number} for h in sorted({*hashes} - known)]
        if rows:
            self._connection.execute(insert(sent), rows)
        return number

    def _kept(self, one: Number, now: datetime) -> int:
        """Keep the edition *one*, in the place of what is known of it, and return its number."""
        known = self.number_of(one.digest, one.key)
        if known is not None:
            self._connection.execute(update(edition).where(edition.c.number == known).values(_row(one, now)))
            return known
        added = self._connection.execute(insert(edition).values(_row(one, now)))
        return int(added.inserted_primary_key[0])  # type: ignore[index]

    def freeze(
        self,
        one: Number,
        hashes: Iterable[str],
        mailings: Mapping[str, Mailing],
        deliveries: Sequence[Delivery],
        now: datetime,
    ) -> int:
        """Keep the edition *one* with its *mailings*, by name, and a row for each recipient; return its number."""
        self._prune(now)
        number = self.record(one, hashes, now)
        if mailings or deliveries:  # of one that was too late, and is wanted all the same, some may be left
            for table in (variant, delivery):
                self._connection.execute(delete(table).where(table.c.edition == number))
        if mailings:
            self._connection.execute(insert(variant), [_packed(number, *named) for named in mailings.items()])
        if deliveries:
            self._connection.execute(insert(delivery), [_delivery_row(number, d, now) for d in deliveries])
        return number

    def mailings(self, number: int) -> dict[str, Mailing]:
        """Return what was frozen of the edition *number*, by name."""
        rows = self._connection.execute(select(variant).where(variant.c.edition == number))
        return {row.name: _unpacked(row) for row in rows}

    def _prune(self, now: datetime) -> None:
        over = select(edition.c.number).where(
            edition.c.progress != Progress.SENDING, edition.c.frozen < written(now - KEPT)
        )
        self._connection.execute(delete(variant).where(variant.c.edition.in_(over)))

    def invitations(self, now: datetime) -> int:
        """Return the number under which invitations are delivered: that of an edition that never ends."""
        day = now.date()
        progress = Progress.SENDING
        one = Number(digest=INVITATIONS, key="", first=day, last=day, due=now, progress=progress, is_alone=True)
        return self._kept(one, now)

    def queue(self, number: int, one: Delivery, now: datetime) -> None:
        """Queue *one* of the edition *number*, in the place of what its subscriber got of it before."""
        theirs = delivery.c.edition == number, delivery.c.subscriber == one.subscriber
        self._connection.execute(delete(delivery).where(*theirs))
        self._connection.execute(insert(delivery).values(_delivery_row(number, one, now)))

    # --- deliveries ---------------------------------------------------------------------------------

    def deliveries(self, number: int) -> tuple[Delivery, ...]:
        """Return every delivery of the edition *number*, by address; of who was forgotten the address is empty."""
        rows = self._connection.execute(
            select(delivery, subscriber.c.address)
            .outerjoin(subscriber, subscriber.c.id == delivery.c.subscriber)
            .where(delivery.c.edition == number)
            .order_by(subscriber.c.key.nulls_first(), delivery.c.subscriber),
        )
        return tuple(_delivery(row, row.address or "") for row in rows)

    def history(self, person: str) -> tuple[tuple[str, str, str, str], ...]:
        """Return digest, key, fate and when it was that, of each delivery to the subscriber *person*; oldest first."""
        columns = select(edition.c.digest, edition.c.key, delivery.c.fate, delivery.c.changed)
        theirs = columns.join(delivery).where(delivery.c.subscriber == person, edition.c.digest != INVITATIONS)
        return tuple(self._connection.execute(theirs.order_by(edition.c.number)).tuples())

    def held(self, number: int) -> tuple[Delivery, ...]:
        """Return the deliveries of the edition *number* of which nobody knows whether they were accepted."""
        return tuple(one for one in self.deliveries(number) if one.fate is Fate.HELD)

    def recover(self, *, hold: bool, invitations: bool = False) -> int:
        """Settle what a run left that was killed: it is held, or sent again. Return how many there were.

        That is of editions, or of *invitations*: another process may be sending the other.
        """
        fate = Fate.HELD if hold else Fate.QUEUED
        left = update(delivery).where(delivery.c.fate == Fate.FINALISING, _is_of(invitations=invitations))
        return self._connection.execute(left.values(fate=fate, reason=_UNKNOWN)).rowcount

    def expire(self, now: datetime, *, invitations: bool = False) -> int:
        """Skip what it is too late for, of editions or of *invitations*; return how many."""
        condition = delivery.c.fate.in_(_OPEN), delivery.c.not_after <= written(now), _is_of(invitations=invitations)
        late = update(delivery).where(*condition)
        return self._connection.execute(late.values(fate=Fate.SKIPPED, reason="late", changed=written(now))).rowcount

    def claim(self, number: int, now: datetime, most: int) -> tuple[Claimed, ...]:
        """Return deliveries of the edition *number* that are due, *most* at most, with their subscribers as of now."""
        found: list[Claimed] = []
        for fate in (Fate.QUEUED, Fate.DEFERRED):  # one query for both would sort all that wait, each time
            if len(found) < most:
                values = {"number": number, "fate": fate.value, "now": written(now), "most": most - len(found)}
                found += [_claimed(row) for row in self._connection.execute(_CLAIM, values)]
        return tuple(found)

    def settle(self, number: int, settled: Iterable[Delivery], now: datetime) -> None:
        """Keep what became of deliveries of the edition *number*, but of one in whose place another was queued."""
        rows = [
            {
                "the_edition": number,
                "the_subscriber": one.subscriber,
                "the_variant": one.variant,
                "fate": one.fate.value,
                "reason": one.reason,
                "attempt": one.attempt,
                "next_at": written(one.next_at),
                "changed": written(now),
            }
            for one in settled
        ]
        if rows:
            self._connection.execute(_SETTLE, rows)

    def waits_until(self, number: int) -> datetime | None:
        """Return when the next delivery of the edition *number* is due; None if nobody waits."""
        earliest = select(func.min(delivery.c.next_at)).where(delivery.c.edition == number, delivery.c.fate.in_(_OPEN))
        found = self._connection.execute(earliest).scalar()
        return None if found is None else read(found)

    def close(self, number: int, *, merge: bool) -> Progress:
        """Settle the edition *number* if nobody waits for it; return what became of it.

        What nobody got was too late: under *merge* its entries may come again.
        """
        counts = self.counts(number)
        if any(counts.get(fate) for fate in (*OPEN, Fate.FINALISING)):
            return Progress.SENDING
        is_late = self._is_late(number) and not any(counts.get(f) for f in (Fate.ACCEPTED, Fate.HELD, Fate.REJECTED))
        progress = Progress.EXPIRED if is_late else Progress.DONE
        self._connection.execute(update(edition).where(edition.c.number == number).values(progress=progress))
        if is_late and merge:
            self._connection.execute(delete(sent).where(sent.c.edition == number))
        return progress

    def _is_late(self, number: int) -> bool:
        late = delivery.c.edition == number, delivery.c.fate == Fate.SKIPPED, delivery.c.reason == "late"
        return bool(self._connection.execute(select(func.count()).select_from(delivery).where(*late)).scalar_one())

    def counts(self, number: int) -> dict[Fate, int]:
        """Return how many deliveries of the edition *number* had which fate."""
        counted = select(delivery.c.fate, func.count()).where(delivery.c.edition == number).group_by(delivery.c.fate)
        return {Fate(fate): count for fate, count in self._connection.execute(counted).tuples()}

    def accepted_since(self, instant: datetime) -> int:
        """Return how many messages were accepted since *instant*."""
        recent = edition.c.frozen >= written(instant - timedelta(days=7))
        condition = delivery.c.fate == Fate.ACCEPTED, delivery.c.changed >= written(instant), recent
        counted = select(func.count()).select_from(delivery).join(edition).where(*condition)
        return int(self._connection.execute(counted).scalar_one())


def _is_of(*, invitations: bool) -> ColumnElement[bool]:
    those = select(edition.c.number).where(edition.c.digest == INVITATIONS)
    return delivery.c.edition.in_(those) if invitations else delivery.c.edition.not_in(those)


_CLAIM = (
    select(delivery, *(subscriber.c[name].label(f"their_{name}") for name in subscriber.c.keys()))  # noqa: SIM118 - columns
    .outerjoin(subscriber, subscriber.c.id == delivery.c.subscriber)
    .where(
        delivery.c.edition == bindparam("number"),
        delivery.c.fate == bindparam("fate"),
        delivery.c.next_at <= bindparam("now"),
    )
    .order_by(delivery.c.next_at, delivery.c.subscriber)
    .limit(bindparam("most"))
)
_SETTLE = (
    update(delivery)
    .where(
        delivery.c.edition == bindparam("the_edition"),
        delivery.c.subscriber == bindparam("the_subscriber"),
        delivery.c.variant == bindparam("the_variant"),
    )
    .values({name: bindparam(name) for name in ("fate", "reason", "attempt", "next_at", "changed")})
)


def _claimed(row: Row[tuple[object, ...]]) -> Claimed:
    known = {name.removeprefix("their_"): value for name, value in row._mapping.items() if name.startswith("their_")}  # noqa: SLF001 - public
    person = read_subscriber(known) if known["id"] else None
    return Claimed(_delivery(row, person.address if person else ""), person)


def _delivery(row: Row[tuple[object, ...]], address: str) -> Delivery:
    return Delivery(
        subscriber=row.subscriber,
        address=address,
        variant=row.variant,
        fate=Fate(row.fate),
        reason=row.reason,
        attempt=row.attempt,
        next_at=read(row.next_at),
        not_after=read(row.not_after),
    )


def _delivery_row(number: int, one: Delivery, now: datetime) -> dict[str, object]:
    return {
        "edition": number,
        "subscriber": one.subscriber,
        "variant": one.variant,
        "fate": one.fate.value,
        "reason": one.reason,
        "attempt": one.attempt,
        "next_at": written(one.next_at),
        "not_after": written(one.not_after),
        "changed": written(now),
    }


def _number(row: Row[tuple[object, ...]]) -> Number:
    return Number(
        digest=row.digest,
        key=row.key,
        first=date.fromisoformat(row.first),
        last=date.fromisoformat(row.last),
        due=read(row.due),
        progress=Progress(row.progress),
        content=row.content,
        is_alone=bool(row.alone),
    )


def _row(one: Number, now: datetime) -> dict[str, object]:
    return {
        "digest": one.digest,
        "key": one.key,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "due": written(one.due),
        "progress": one.progress.value,
        "content": one.content,
        "alone": int(one.is_alone),
        "frozen": written(now),
    }


def _packed(number: int, name: str, mailing: Mailing) -> dict[str, object]:
    facts = {"headers": mailing.headers, "mark": mailing.mark, "seed": mailing.seed, "domain": mailing.domain}
    return {
        "edition": number,
        "name": name,
        "facts": json.dumps(facts | {"entries": mailing.entries}),
        "text": mailing.text,
        "html": mailing.html,
    }


def _unpacked(row: Row[tuple[object, ...]]) -> Mailing:
    facts = json.loads(row.facts)
    headers = tuple((name, value) for name, value in facts.pop("headers"))
    return Mailing(headers=headers, text=row.text, html=row.html, **facts)
