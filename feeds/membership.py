"""Changes who is subscribed, and says what became of each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from feeds.desk import load
from feeds.diagnostics import Diagnostic, FeedsError, Severity
from feeds.inbox import messages
from feeds.reports import Watch, unwatched
from feeds.returns import Kind, Returned, returned
from feeds.roster import Result, Sheet, decided, read, written
from feeds.settings import Site
from feeds.signup import Request
from feeds.state import PATIENCE, State
from feeds.state import opened as state_of
from feeds.subscribers import FINAL, BadAddressError, Status, Subscriber, address_of, without
from feeds.tokens import scoped
from feeds.vault import keys_of

_IMPORTED = "imported"
_AT_ONCE = 100
"""Messages that are settled in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The subscribers of a site."""

    site: Site
    state: State
    keys: tuple[bytes, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a row, or of a message that came back."""

    name: str
    """The address, or the message's name."""

    result: str
    words: str = ""


@contextmanager
def opened(  # noqa: PLR0913 - what a state needs
    folder: Path, keys: str, state_url: str, now: datetime, *, patience: float = PATIENCE, site: Site | None = None
) -> Iterator[Register]:
    """Open the subscribers of the *site* in *folder*; the secrets are those of the environment, each may be empty.

    Where another process is writing it waits for *patience* seconds. Without *site* that is read.
    """
    site = site or load(folder).site
    known = keys_of(keys, folder / ".feeds")
    with state_of(state_url or site.state.url, folder, known, now, patience=patience) as state:
        yield Register(site=site, state=state, keys=known, now=now)


def checked(address: str) -> str:
    """Return *address* as it is kept; one that cannot be is a `FeedsError` with exit code 2."""
    try:
        return address_of(address)
    except BadAddressError as error:
        raise FeedsError(f"`{address}` {error}", help="write it as name@example.org", exit_code=2) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of a subscriber."""

    person: Subscriber
    since: str
    """When they came onto the list, ISO 8601 in UTC, as the other instants here."""

    changed: str
    reason: str
    """Of the last change."""

    changes: tuple[tuple[str, str, str], ...]
    """When, the status from then on, and the reason of each change; the oldest first."""

    requests: tuple[Request, ...]
    """What was asked for in the form, and is not forgotten yet; the oldest first."""

    deliveries: tuple[tuple[str, str, str, str], ...]
    """Digest, key of the edition, fate and when it was that, of each message; the oldest first."""


def found(register: Register, address: str) -> Known:
    """Return what is known of the subscriber at *address*; a `FeedsError` where there is none."""
    people = register.state.people
    with register.state.transaction():
        person = _known(register, address)
        since, changed, reason = people.history(person.id)
        return Known(
            person=person,
            since=since,
            changed=changed,
            reason=reason,
            changes=people.changes(person.id),
            requests=register.state.requests.of_person(person.id),
            deliveries=register.state.ledger.history(person.id),
        )


def _known(register: Register, address: str) -> Subscriber:
    if person := register.state.people.of_address(checked(address)):
        return person
    raise FeedsError(f"nobody is subscribed as {address}", help="feeds subscribers list names all", exit_code=1)


def listed(register: Register, status: Status | None = None) -> Iterator[Subscriber]:
    """Yield the subscribers, by address; only those of *status*, if one is given."""
    with register.state.transaction():
        yield from (person for person in register.state.people.all() if status in {None, person.status})


def add(register: Register, person: Subscriber, *, again: bool) -> Outcome:
    """Subscribe *person*, who has no id yet; who has left comes back only *again*, since they asked for it.

    Of one who is known only that changes which *person* says.
    """
    people = register.state.people
    with register.state.transaction():
        known = people.of_address(person.address)
        is_out = people.is_forgotten(person.address) or (known is not None and known.status in FINAL)
        if is_out and not again:
            why = str(known.status) if known else "forgotten at their wish"
            remedy = "if they want to come back, add them with --again"
            raise FeedsError(f"{person.address} is {why}", help=remedy, exit_code=1)
        people.remember(person.address)
        people.put(_with_wishes(known, person) if known else person, register.now, reason="added by hand")
    return Outcome(name=person.address, result=Result.CHANGED if known else Result.ADDED)


def _with_wishes(known: Subscriber, said: Subscriber) -> Subscriber:
    """Return *known*, active, with what is *said* of them."""
    fields = ("name", "digests", "categories", "language", "timezone", "hour")
    wishes = {field: value for field in fields if (value := getattr(said, field)) not in {"", (), None}}
    return replace(known, address=said.address, status=Status.ACTIVE, **wishes)


def valid(site: Site, person: Subscriber) -> Subscriber:
    """Return *person* as an import would take them; what it would refuse is a `FeedsError` with exit code 2."""
    row = read("".join(written([person])).encode(), site, path="").rows[0]
    if row.subscriber is None:
        raise FeedsError(f"{person.address}: {row.problem}", help="see feeds subscribers add --help", exit_code=2)
    return row.subscriber


def remove(register: Register, address: str, *, forget: bool) -> Outcome:
    """Unsubscribe the person at *address*; *forget*: delete all but what keeps an import from bringing them back."""
    with register.state.transaction():
        person = _known(register, address)
        if forget:
            register.state.people.forget(person)
            return Outcome(name=person.address, result="forgotten")
        gone = register.state.people.put(without(person, "", ()), register.now, reason="removed by hand")
    return Outcome(name=gone.address, result=gone.status)


def taken(
    register: Register, data: bytes, path: str, watch: Watch = unwatched
) -> tuple[Sheet, list[tuple[Outcome, Diagnostic | None]]]:
    """Take the CSV file *data* at *path*, and return what became of each row; all at once, or nothing if that fails.

    *watch* sees each row that is taken.
    """
    sheet = read(data, register.site, path=path)
    people, results = register.state.people, []
    with register.state.transaction():
        everyone = {person.key: person for person in people.all()}
        for row in watch(sheet.rows, "importing", len(sheet.rows)):
            known = everyone.get(row.subscriber.key) if row.subscriber else None
            is_forgotten = bool(row.subscriber) and people.is_forgotten(row.address)
            result, kept, words = decided(row, known, is_forgotten=is_forgotten)
            if kept is not None:
                people.put(kept, register.now, reason=_IMPORTED)
            problem = _problem(path, row.line, words, result)
            results.append((Outcome(name=row.address, result=result, words=words), problem))
    return sheet, results


def exported(register: Register) -> Iterator[str]:
    """Yield the lines of a CSV file of all subscribers, whatever their state."""
    return written(listed(register))


def _problem(path: str, line: int, words: str, result: Result) -> Diagnostic | None:
    match result:
        case Result.REFUSED:
            return Diagnostic(path=path, line=line, code="subscriber-refused", message=words)
        case Result.LEFT_OUT:
            message = f"left out: the person {words}"
            code, severity = "subscriber-left-out", Severity.NOTE
            return Diagnostic(path=path, line=line, severity=severity, code=code, message=message)
    return None


# --- what came back --------------------------------------------------------------------------------


def processed(register: Register, path: Path) -> Iterator[Outcome]:
    """Do what the messages at *path* ask for or tell, each once however often this runs, and yield what became of each.

    A request to leave is believed also where only its sender's address says who asks; a bounce or a complaint only with
    a token of ours: anybody can write one.
    """
    batch: list[tuple[str, bytes]] = []
    for message in messages(path):
        batch.append(message)
        if len(batch) == _AT_ONCE:
            yield from _settled(register, batch)
            batch = []
    yield from _settled(register, batch)


def _settled(register: Register, batch: Sequence[tuple[str, bytes]]) -> list[Outcome]:
    with register.state.transaction():
        return [outcome for name, data in batch for outcome in _of_message(register, name, data)]


def _of_message(register: Register, name: str, data: bytes) -> Iterator[Outcome]:
    mail = blake2b(data, digest_size=16).hexdigest()
    if register.state.people.is_processed(mail):
        yield Outcome(name=name, result="seen", words="it was processed before")
        return
    for one in returned(data, register.keys):
        person = _person(register, one)
        if one.kind is Kind.OTHER or person is None:
            words = one.words if one.kind is Kind.OTHER else f"{one.words}; it names no subscriber"
            yield Outcome(name=name, result="ignored", words=words)
        else:
            register.state.people.process(mail, register.now)
            yield Outcome(name=name, result=_applied(register, person, one), words=f"{person.address}: {one.words}")


def _person(register: Register, one: Returned) -> Subscriber | None:
    people = register.state.people
    if one.claim is not None:
        return people.of_id(one.claim.subscriber)
    if one.kind is not Kind.UNSUBSCRIBE:
        return None
    try:
        return people.of_address(address_of(one.address))
    except BadAddressError:
        return None


def _applied(register: Register, person: Subscriber, one: Returned) -> str:
    """Change *person* as *one* says, and return the result in a word."""
    people, result = register.state.people, person
    match one.kind:
        case Kind.UNSUBSCRIBE:
            result = without(person, _digest(register.site, one), [digest.name for digest in register.site.digests])
        case Kind.COMPLAINT:
            result = replace(person, status=Status.COMPLAINED)
        case Kind.HARD:
            result = replace(person, status=_bounced(person))
        case Kind.SOFT if people.bounced(person, one.status, register.now):
            result = replace(person, status=_bounced(person))
    if result != person:
        people.put(result, register.now, reason=one.words)
    return str(result.status) if result.status is not person.status else str(one.kind)


def _bounced(person: Subscriber) -> Status:
    return person.status if person.status in FINAL else Status.BOUNCED


def _digest(site: Site, one: Returned) -> str:
    """Return the digest that is left; empty: all, also where the one that was meant is none, or no more."""
    names = [digest.name for digest in site.digests]
    if one.claim is None:
        return next((name for name in names if name.casefold() == one.digest.casefold()), "")
    return scoped(one.claim.scope, names)
