"""Makes and reads the tokens by which a message's recipient is known when an answer comes back."""

import hmac
from base64 import b32decode, b32encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256

_LEAVE, _CONFIRM = b"\x01", b"\x02"
"""What a token is for: the first byte of all that it says."""

_SCOPE = 4
_SEAL = 16
SIZE = 47
"""Characters of a token."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says."""

    subscriber: str
    """The subscriber's id."""

    scope: bytes
    """As `scope_of` has it."""


def token(subscriber: str, digest: str, keys: Sequence[bytes]) -> str:
    """Return the token of the *subscriber*, an id, in messages of *digest*; sealed with the first of *keys*.

    47 characters, lower-case letters and digits alone: it is the local part of an address, where case may be lost, and
    a line of a message, where nothing else is safe. It never expires: a message of last year must still work.
    """
    return _sealed(_LEAVE + bytes.fromhex(subscriber) + scope_of(digest), keys)


def claim_of(written: str, keys: Sequence[bytes]) -> Claim | None:
    """Return what the token *written* says; None where none of *keys* has sealed it."""
    said = _said(written, keys)
    return Claim(said[1:-_SCOPE].hex(), said[-_SCOPE:]) if said[:1] == _LEAVE else None


def confirmation(subscriber: str, request: int, keys: Sequence[bytes]) -> str:
    """Return the token by which the *subscriber*, an id, confirms the *request* of that number, below 2³²."""
    return _sealed(_CONFIRM + bytes.fromhex(subscriber) + request.to_bytes(_SCOPE), keys)


def confirmed_by(written: str, keys: Sequence[bytes]) -> tuple[str, int] | None:
    """Return the subscriber's id and the number of the request that the token *written* confirms; None: it is none."""
    said = _said(written, keys)
    return (said[1:-_SCOPE].hex(), int.from_bytes(said[-_SCOPE:])) if said[:1] == _CONFIRM else None


def scope_of(digest: str) -> bytes:
    """Return what stands in tokens for *digest*, a name; of all digests, the empty name."""
    return blake2b(digest.encode(), digest_size=_SCOPE).digest() if digest else bytes(_SCOPE)


def scoped(scope: bytes, digests: Iterable[str]) -> str:
    """Return the one of *digests*, names, that has *scope*; empty: all of them, also where it is none, or no more."""
    return next((name for name in digests if scope_of(name) == scope), "")


def subscriber_id(key: str, keys: Sequence[bytes]) -> str:
    """Return the id of a new subscriber of the address with *key*, 16 hexadecimal digits."""
    return _keyed(b"subscriber", key, keys[0])[:16]


def forgotten(key: str, keys: Sequence[bytes]) -> tuple[str, ...]:
    """Return what is kept of the address with *key* when it is forgotten, one for each of *keys*: no way leads back."""
    return tuple(_keyed(b"forgotten", key, one) for one in keys)


def _sealed(said: bytes, keys: Sequence[bytes]) -> str:
    return _encoded(said + _seal(said, keys[0]))


def _said(written: str, keys: Sequence[bytes]) -> bytes:
    """Return what was sealed into the token *written*; empty where none of *keys* has sealed it."""
    try:
        data = b32decode(written.upper() + "=") if len(written) == SIZE else b""
    except ValueError:
        return b""
    said, seal = data[:-_SEAL], data[-_SEAL:]
    is_ours = _encoded(data) == written.lower() and any(hmac.compare_digest(seal, _seal(said, key)) for key in keys)
    return said if is_ours else b""


def _encoded(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()


def fingerprint(key: bytes) -> str:
    """Return what tells *key* from others, and nothing else."""
    return _keyed(b"key", "", key)


def _seal(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, sha256)[:_SEAL]


def _keyed(purpose: bytes, text: str, key: bytes) -> str:
    return hmac.digest(key, purpose + b"\0" + text.encode(), sha256).hex()[:32]
