"""Signs messages with DKIM."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256

from dkim import DKIM, NaClNotFoundError, Relaxed
from dkim.crypto import RSASSA_PKCS1_v1_5_sign, RSASSA_PKCS1_v1_5_verify, UnparsableKeyError, parse_pem_private_key

from feeds.diagnostics import FeedsError
from feeds.settings import Dkim

_SIGNED = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"reply-to"),
    *(b"mime-version", b"content-type", b"content-transfer-encoding"),
    *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post"),
)
"""RFC 6376 §5.4.1; of the last two RFC 8058 §4."""

_ONCE_MORE = (b"from", b"subject")
"""Signed a second time, so that none can be added (RFC 6376 §8.15)."""

_LEAST_BITS = 2048
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_ED25519 = bytes.fromhex("06032b6570") + bytes.fromhex("04220420")
"""Of RFC 8410 §7: the algorithm, and the start of the 32 bytes that are the key."""

_SEED = 32
_DAMAGED = (UnparsableKeyError, ValueError, LookupError, AssertionError)
"""What dkimpy raises for bytes that are no RSA key, or one that was changed."""


def signer(settings: Dkim, key: bytes) -> Callable[[bytes], bytes]:
    r"""Return what gives a message back with its DKIM-Signature before it (RFC 6376); *key* is the key file's content.

    The message is ASCII with CRLF at the ends of lines. The same one is signed with the same bytes: there is no time
    stamp. Relaxed in headers and body: nothing is lost when a server folds headers anew, or takes blanks off line ends.

    RSA of 2,048 bits or more, in PKCS #1 or #8; Ed25519 (RFC 8463) in PKCS #8, or as 44 characters of base64, where the
    package pynacl is installed. Any other key is a `FeedsError`, now and not at the first message.
    """
    algorithm, secret = _secret(settings, key)

    def signed(message: bytes) -> bytes:
        signing = _Dkim(message, signature_algorithm=algorithm)
        there = {name.lower() for name, _ in signing.headers}
        header: bytes = signing.sign(
            settings.selector.encode(),
            settings.domain.encode(),
            secret,
            canonicalize=(Relaxed, Relaxed),
            include_headers=[*(name for name in _SIGNED if name in there), *_ONCE_MORE],
        )
        return header + message

    try:
        signed(b"From: a@example.org\r\n\r\n")
    except NaClNotFoundError as error:
        raise _refused(settings, "holds an Ed25519 key, and the package pynacl is not installed") from error
    return signed


class _Dkim(DKIM):  # type: ignore[misc]  # the package has no types
    """Signs without saying when: `t=` would make each signature another, and one from before its time is refused."""

    def gen_header(self, fields: Sequence[tuple[bytes, bytes]], *rest: object) -> bytes:
        header: bytes = super().gen_header([(name, value) for name, value in fields if name != b"t"], *rest)
        return header


def _secret(settings: Dkim, key: bytes) -> tuple[bytes, bytes]:
    """Return the algorithm, and the key as dkimpy takes it."""
    if _is_seed(key):
        return b"ed25519-sha256", key.strip()
    block = next((match for match in _PEM.finditer(key) if match[1].endswith(b"KEY")), None)
    if block is None:
        raise _refused(settings, "holds no key in PEM")
    if b"ENCRYPTED" in block[0]:
        raise _refused(settings, "is locked with a passphrase, which nobody types at night")
    der = _decoded(block[2])
    seed = der.partition(_ED25519)[2][:_SEED]
    if len(seed) == _SEED:
        return b"ed25519-sha256", b64encode(seed)
    pem = b"-----BEGIN PRIVATE KEY-----\n" + b64encode(der) + b"\n-----END PRIVATE KEY-----\n"
    bits = _bits(pem)
    if not bits:
        raise _refused(settings, f"holds no RSA or Ed25519 key, or a damaged one: {block[1].decode().lower()}")
    if bits < _LEAST_BITS:
        raise _refused(settings, f"holds a key of {bits:,} bits; mail providers want {_LEAST_BITS:,}")
    return b"rsa-sha256", pem


def _is_seed(key: bytes) -> bool:
    try:
        return len(b64decode(key.strip(), validate=True)) == _SEED
    except binascii.Error:
        return False


def _decoded(rows: bytes) -> bytes:
    try:
        return b64decode(rows)
    except binascii.Error:
        return b""


def _bits(pem: bytes) -> int:
    """Return how many bits the RSA key has; 0: it is none, or what it signs does not verify."""
    try:
        parts = parse_pem_private_key(pem)
        trial = sha256(b"")
        is_whole = RSASSA_PKCS1_v1_5_verify(trial, RSASSA_PKCS1_v1_5_sign(trial, parts), parts)
        return int(parts["modulus"]).bit_length() if is_whole else 0
    except _DAMAGED:
        return 0


def _refused(settings: Dkim, found: str) -> FeedsError:
    file, record = settings.key_file, f"{settings.selector}._domainkey.{settings.domain}"
    return FeedsError(
        f"{file}: {found}",
        help=f"make one with `openssl genrsa -out new.pem 2048`, publish its public half at {record}, put it there",
        exit_code=2,
    )
