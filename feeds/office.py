"""Opens a site for sending: its state, its keys, its posts when they are asked for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from feeds.desk import load, workshop_of
from feeds.diagnostics import FeedsError
from feeds.dispatch import Order, Secrets
from feeds.due import Past
from feeds.mailroom import Desk, desk_of, signer_of
from feeds.parcels import Transport
from feeds.periods import midnight, next_due
from feeds.posting import Clock, Limits
from feeds.render.mailboxes import domain_of, parsed, sender_of
from feeds.reports import Wishes
from feeds.settings import Digest, Site
from feeds.state import State, opened
from feeds.store import Cache
from feeds.subscribers import Subscriber, wants
from feeds.targets import Frame
from feeds.tokens import SIZE
from feeds.transports import opened as transport_of
from feeds.vault import keys_of

ROOM = 64 - 1 - SIZE
"""Characters before the `@` of a mailbox for bounces, beside `+` and a token: 64 in all (RFC 5321 §4.5.3.1.1)."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """All that a run of sending needs."""

    folder: Path
    frame: Frame
    state: State
    keys: tuple[bytes, ...]
    password: str
    clock: Clock
    wishes: Wishes
    open: ExitStack
    """What is let go of at the end."""

    @property
    def site(self) -> Site:
        """Return the site as `feeds.toml` has it."""
        return self.frame.site

    @cached_property
    def desk(self) -> Desk:
        """Return the editions as the posts are now; they are read when that is first asked for."""
        cache = self.open.enter_context(Cache.looked_at(self.folder / ".feeds" / "cache.sqlite3"))
        return desk_of(self.folder, self.frame, cache, self.wishes)

    @cached_property
    def sign(self) -> Callable[[bytes], bytes]:
        """Return what signs a message, if the site wants that."""
        return signer_of(self.site, self.folder)

    def past(self, digest: Digest) -> Past:
        """Return what the ledger knows of *digest*."""
        with self.state.transaction():
            return Past(numbers=self.state.ledger.numbers(digest.name), sent=self.state.ledger.sent(digest.name))

    def people(self, digest: Digest) -> tuple[Subscriber, ...]:
        """Return who wants *digest* now."""
        with self.state.transaction():
            return tuple(person for person in self.state.people.all() if wants(person, digest.name))

    def limits(self) -> Limits:
        """Return how fast messages may leave, and how many may today."""
        mail, left = self.site.mail, None
        if mail.per_day:
            with self.state.transaction():
                today = self.state.ledger.accepted_since(midnight(self.clock.instant(), self.site))
            left = max(mail.per_day - today, 0)
        return Limits(rate=mail.rate, left=left, hold=mail.on_uncertain == "hold")

    def carrier(self) -> Transport:
        """Return the way for messages to leave; nothing is opened before it is needed."""
        helo = domain_of(self.site, sender_of(self.site)[1].rpartition("@")[2])
        return transport_of(self.site.mail, folder=self.folder, password=self.password, helo=helo)


@contextmanager
def office_of(folder: Path, secrets: Secrets, clock: Clock, wishes: Wishes) -> Iterator[Office]:
    """Open the site in *folder* for sending; one that is not set up for it is a `FeedsError` with exit code 2.

    A dry run of *wishes* begins no state: where none is, nobody is subscribed.
    """
    frame = replace(load(folder), workshop="" if wishes.dry_run else workshop_of(folder))
    _refuse_unready(frame.site, has_password=bool(secrets.smtp_password) or wishes.dry_run)
    keys = keys_of(secrets.keys, folder / ".feeds", is_lasting=not wishes.dry_run)
    url = secrets.state_url or frame.site.state.url
    with opened(url, folder, keys, wishes.now, is_lasting=not wishes.dry_run) as state, ExitStack() as stack:
        office = Office(
            folder=folder,
            frame=frame,
            state=state,
            keys=keys,
            password=secrets.smtp_password,
            clock=clock,
            wishes=wishes,
            open=stack,
        )
        _ = office.sign  # a key that cannot be used is told before anything is touched
        yield office


def digests_of(site: Site, order: Order) -> tuple[Digest, ...]:
    """Return the digests that *order* is about; a name that the site has not is a `FeedsError` with exit code 2."""
    found = tuple(digest for digest in site.digests if order.digest in {"", digest.name})
    if not found:
        names = ", ".join(f"`{digest.name}`" for digest in site.digests)
        words = f"there is no digest `{order.digest}`" if order.digest else "there is no digest"
        raise FeedsError(words, help=f"there is {names}" if names else "write [[digests]] in feeds.toml", exit_code=2)
    return found


def _refuse_unready(site: Site, *, has_password: bool) -> None:
    """Refuse to send for a site that does not say from whom, or how to leave; one without digests sends nothing."""
    mail = site.mail
    if not site.digests:
        return
    if not mail.sender:
        words, remedy = "`mail.from` is missing", 'write it as `from = "Name <name@example.org>"` under [mail]'
    elif not mail.unsubscribe and not mail.public_url:
        words = "`mail.unsubscribe` and `mail.public_url` are missing: nobody could leave"
        remedy = "write a mailbox for unsubscribe mails, or where `feeds serve` is reached: see docs/sending.md"
    elif mail.user and not has_password:
        words = f"`mail.smtp` names the user `{mail.user}`, and FEEDS_SMTP_PASSWORD is not set"
        remedy = "set it in the environment, never in a file of the site"
    elif mail.bounces and len(parsed(mail.bounces)[1].partition("@")[0]) > ROOM:
        words, remedy = f"`mail.bounces` has more than {ROOM} characters before the `@`", "a token must fit after them"
    else:
        return
    raise FeedsError(f"feeds.toml: {words}", help=remedy, exit_code=2)


def upcoming(office: Office, order: Order) -> tuple[tuple[str, str, datetime], ...]:
    """Return digest, key and instant, in the site's time zone, of what each of *order* is to send next, in order."""
    site, now = office.site, office.clock.instant()
    periods = [(digest.name, next_due(digest, site, now)) for digest in digests_of(site, order)]
    coming = [(name, period.key, period.due.astimezone(site.zone)) for name, period in periods]
    return tuple(sorted(coming, key=lambda one: (one[2], one[0])))
