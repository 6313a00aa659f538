"""Who gets what: the people of a mailing list, and how they are told apart."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from feeds.links import ascii_host

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""RFC 1123 §2.1: two labels or more, and the last is more than a number."""

_AMBIGUOUS = frozenset("ßẞς\u200c\u200d")
"""Of domains: IDNA of 2003, which Python knows, writes them as other letters; that of 2008 does not (RFC 5894 §7.2)."""

_LONGEST_LOCAL = 64
_LONGEST = 254
"""RFC 5321 §4.5.3.1: of a path, with its angle brackets 256."""


class Status(StrEnum):
    """Whether a subscriber gets mail, and why not."""

    PENDING = "pending"
    """Signed up, and has not confirmed it yet."""

    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    """The address does not exist, or has taken no mail for a long time."""

    COMPLAINED = "complained"
    """Told their provider that this is spam."""


FINAL = frozenset([Status.UNSUBSCRIBED, Status.COMPLAINED])
"""Out of their own will: no import brings them back."""


class BadAddressError(ValueError):
    """No mail can be sent there; the message says why, in lower case and without full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person who gets digests, or did."""

    id: str
    """16 hexadecimal digits; never changes, and tells nothing of the address."""

    address: str
    """ASCII, as `address_of` has it."""

    name: str = ""
    status: Status = Status.ACTIVE
    digests: tuple[str, ...] = ()
    """Names; empty: all."""

    categories: tuple[str, ...] = ()
    """Names; empty: all."""

    language: str = ""
    """BCP 47: of the words around the entries; empty: the site's."""

    timezone: str = ""
    """IANA; empty: the site's."""

    hour: int | None = None
    """Local hour from which on mail is welcome, 0 to 23; None: the digest's `at`."""

    @property
    def key(self) -> str:
        """Return what is the same for two ways to write one address."""
        return key_of(self.address)


def address_of(text: str) -> str:
    """Return the address *text* in ASCII, its domain in lower case; `BadAddressError` where no mail can be sent to it.

    Local parts beyond ASCII (RFC 6531) and quoted ones are refused: most servers do not take them.
    """
    local, at, domain = text.strip().rpartition("@")
    if not _AMBIGUOUS.isdisjoint(domain):
        raise BadAddressError("has a domain that some programs take for another: write it in ASCII, `xn--…`")
    host = ascii_host(domain[:_LONGEST]).lower().removesuffix(".")
    if not at or not local:
        raise BadAddressError("has no `@` with something before it")
    if not local.isascii():
        raise BadAddressError("has letters beyond ASCII before the `@`, which most mail servers refuse")
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise BadAddressError("is not an address before the `@`")
    if not _DOMAIN.fullmatch(host):
        raise BadAddressError("has no domain after the `@`")
    if len(local) + len(host) >= _LONGEST:
        raise BadAddressError(f"is longer than {_LONGEST} characters")
    return f"{local}@{host}"


def key_of(address: str) -> str:
    """Return what is the same for two ways to write one *address*; mail is sent to the address as it was written."""
    return address.casefold()


def wants(subscriber: Subscriber, digest: str) -> bool:
    """Say whether *subscriber* gets mail, and that of *digest*."""
    return subscriber.status is Status.ACTIVE and (not subscriber.digests or digest in subscriber.digests)


def without(subscriber: Subscriber, digest: str, digests: Collection[str]) -> Subscriber:
    """Return *subscriber* without *digest*, of the site's *digests*; empty: without any.

    Whom nothing is left is unsubscribed. A status that weighs more, like a complaint, stays.
    """
    kept = tuple(name for name in subscriber.digests or digests if name != digest) if digest else ()
    if kept:
        return replace(subscriber, digests=kept)
    status = subscriber.status if subscriber.status is Status.COMPLAINED else Status.UNSUBSCRIBED
    return replace(subscriber, status=status)
