"""Turns records into bytes and back; the only room that knows msgspec."""

from collections.abc import Callable
from hashlib import blake2b
from typing import TypeVar
from zlib import crc32

import msgspec

T = TypeVar("T")

_SEAL = 4
"""Bytes of a checksum: against damage, not against malice."""

packed: Callable[[object], bytes] = msgspec.msgpack.Encoder().encode
"""Return a record as bytes that `unpacker` of its class reads again."""

plain: Callable[[object], dict[str, object]] = msgspec.to_builtins
"""Return a record as a mapping: of mappings, lists, texts and numbers, as JSON has them; dates in ISO 8601."""

_canonical = msgspec.json.Encoder(order="deterministic").encode


class UnreadableError(ValueError):
    """The bytes are no record of the class: damaged, or another version's."""


def unpacker(kind: type[T]) -> Callable[[bytes], T]:
    """Return a function that turns bytes into a *kind*; it raises `UnreadableError` for any others."""
    decode = msgspec.msgpack.Decoder(kind).decode

    def unpacked(data: bytes) -> T:
        try:
            return decode(data)
        except (msgspec.MsgspecError, ValueError) as error:
            raise UnreadableError(str(error)) from error

    return unpacked


def sealed(record: object, beside: str = "") -> bytes:
    """Return *record* as bytes that tell whether they, or the text that is kept *beside* them, were damaged."""
    row = packed(record)
    return _checksum(row, beside) + row


def unsealed(row: object, beside: str = "") -> bytes:
    """Return the bytes for `unpacker` in *row*; what is not as it was `sealed` raises `UnreadableError`."""
    if not isinstance(row, bytes) or row[:_SEAL] != _checksum(row[_SEAL:], beside):
        raise UnreadableError("the row is damaged")
    return row[_SEAL:]


def _checksum(row: bytes, beside: str) -> bytes:
    return crc32(row, crc32(beside.encode())).to_bytes(_SEAL)


def hash_of(value: object) -> str:
    """Return a hash of *value*, a record or a collection of them: one for one value, whatever the hash seed."""
    return blake2b(_canonical(value), digest_size=12).hexdigest()
