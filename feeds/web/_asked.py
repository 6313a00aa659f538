"""What a request asks of a file: in which coding, which part, and whether it has changed (RFC 9110)."""

import re
from collections.abc import Iterable, Mapping
from email.utils import mktime_tz, parsedate_tz
from functools import lru_cache

_HEARD = frozenset(
    [
        *(b"accept-encoding", b"if-match", b"if-modified-since", b"if-none-match"),
        *(b"if-range", b"if-unmodified-since", b"range"),
    ]
)
_CODING = re.compile(rb"([!#$%&'*+.^`|~\w-]+)[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?))?", re.IGNORECASE | re.ASCII)
_TAG = re.compile(rb'(W/)?("[^"]*")')
_RANGE = re.compile(rb"bytes=[ \t]*([0-9]{0,100})-([0-9]{0,100})[ \t]*", re.IGNORECASE)
_LONGEST_DATE = 64

IDENTITY, GZIP, BROTLI = "identity", "gzip", "br"
_CODINGS = (BROTLI, GZIP, IDENTITY)
"""What we have, best first."""


def heard(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Return those of *headers* that matter here; what is said in several lines stands in one."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _HEARD:
            found[name] = found[name] + b", " + value if name in found else value
    return found


@lru_cache(maxsize=256)
def codings(accepted: bytes | None) -> tuple[str, ...]:
    """Return the codings that an `Accept-Encoding` takes, best first; plain text is the last resort (§12.5.3)."""
    if accepted is None:
        return (IDENTITY,)
    weights = _weights(accepted)
    rest = weights.get("*", 0.0)
    plain = weights.get(IDENTITY, rest if "*" in weights else 0.001)  # taken, unless somebody says otherwise
    known = {BROTLI: weights.get(BROTLI, rest), GZIP: weights.get(GZIP, weights.get("x-gzip", rest)), IDENTITY: plain}
    taken = [coding for coding in sorted(_CODINGS, key=lambda coding: -known[coding]) if known[coding] > 0]
    return tuple(taken) or (IDENTITY,)


def _weights(accepted: bytes) -> Mapping[str, float]:
    found = (_CODING.fullmatch(part.strip(b" \t")) for part in accepted.split(b","))
    return {match[1].decode("ascii").lower(): float(match[2] or 1) for match in found if match}


def is_other(asked: Mapping[bytes, bytes], tag: bytes, modified: int) -> bool:
    """Say whether who asks wants the file only as it was, and it is no longer so: `If-Match`, `If-Unmodified-Since`."""
    wanted = asked.get(b"if-match")
    if wanted is not None:
        return wanted.strip() != b"*" and (b"", tag) not in _TAG.findall(wanted)
    until = _instant(asked.get(b"if-unmodified-since"))
    return until is not None and modified > until


def is_known(asked: Mapping[bytes, bytes], tag: bytes, modified: int) -> bool:
    """Say whether who asks has the file already: `If-None-Match`, or without it `If-Modified-Since` (§13.2.2)."""
    known = asked.get(b"if-none-match")
    if known is not None:
        return known == tag or known.strip() == b"*" or any(tag == one for _, one in _TAG.findall(known))
    since = _instant(asked.get(b"if-modified-since"))
    return since is not None and modified <= since


def part_of(asked: Mapping[bytes, bytes], size: int, tag: bytes, modified: int) -> range | None:
    """Return the bytes of a file that are asked for, an empty range where it has none of them; None: all of it.

    Several parts at once are all of it, and so is what is no range, or a part of a file that is no longer the one that
    `If-Range` names, by its tag or by its date to the second.
    """
    match = _RANGE.fullmatch(asked.get(b"range", b""))
    if not match or not size or not (match[1] or match[2]) or not _is_still(asked.get(b"if-range"), tag, modified):
        return None
    if not match[1]:
        return range(max(0, size - int(match[2])), size)
    first = int(match[1])
    last = int(match[2]) if match[2] else max(first, size)
    return None if last < first else range(min(first, size), min(last + 1, size))


def _is_still(named: bytes | None, tag: bytes, modified: int) -> bool:
    return named is None or named == tag or _instant(named) == modified


def _instant(text: bytes | None) -> int | None:
    """Return the seconds since 1970 that an HTTP date names, None where it is none."""
    if text is None or len(text) > _LONGEST_DATE:
        return None
    try:
        fields = parsedate_tz(text.decode("latin-1"))
        return None if fields is None else int(mktime_tz(fields))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
