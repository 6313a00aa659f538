"""Measures, cuts and wraps text by the columns it takes, where CJK takes two."""

import re
from itertools import accumulate
from unicodedata import category, east_asian_width

ELLIPSIS = "…"

_WIDE = frozenset("WF")
_EAST_ASIAN = re.compile("[\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]+")
"""Most of the wide characters that there are in texts, to be counted at once."""

_NARROW = frozenset(["Mn", "Me", "Cf"])
"""Categories that take no column. A vowel sign that stands beside its letter (Mc), as in Hindi, takes one."""

_CHARACTERS = 78
"""The most that a line of a mail should have, marks counted (RFC 5322 §2.1.1)."""

_DANGLING = " ,;:-–—(（[【「『《〈“‘、，；：·/|"
_JOINER = "\u200d"


def width(text: str) -> int:
    """Return the columns that *text* takes: two for a wide character, none for a mark above or below, else one."""
    if text.isascii():
        return len(text)
    rest = _EAST_ASIAN.sub("", text)
    return 2 * (len(text) - len(rest)) + sum(_columns(rest))


def cut(text: str, most: int) -> str:
    """Return *text* if it takes at most *most* columns, else its beginning and `…`, together not more.

    It is cut between words, or between CJK characters, never within a character as people see it.
    """
    if len(text) * 2 <= most:
        return text
    ends = list(accumulate(_columns(text)))
    if not ends or ends[-1] <= most:
        return text
    size = sum(1 for end in ends if end < most)
    return text[: _between_words(text, size)].rstrip(_DANGLING) + ELLIPSIS


def wrap(text: str, columns: int = 72, indent: str = "", hang: str | None = None) -> str:
    """Return *text* in lines of at most *columns*, broken at blanks; CJK text and long words stay whole.

    *indent* begins each line, *hang* those after the first if it is given.
    """
    if not text.isascii() and width(text) * 4 > len(text) * 5:
        return indent + text
    lines, line = [], indent
    for word in text.split():
        longer = f"{line} {word}"
        if line.strip() and (width(longer) > columns or len(longer) > _CHARACTERS):
            lines.append(line)
            line = indent if hang is None else hang
        line += f" {word}" if line.strip() else word
    return "\n".join([*lines, line])


def _columns(text: str) -> list[int]:
    return [1 if character.isascii() else _columns_of(character) for character in text]


def _columns_of(character: str) -> int:
    if east_asian_width(character) in _WIDE:
        return 2
    return 0 if category(character) in _NARROW else 1


def _extends(character: str) -> bool:
    """Say whether *character* belongs to the one before it: a mark, a joiner, a skin tone."""
    return category(character) in {"Mn", "Me", "Mc", "Cf"} or "\U0001f3fb" <= character <= "\U0001f3ff"


def _between_words(text: str, size: int) -> int:
    """Return the last place not after *size* where *text* may be cut; in a word only if that fills half."""
    while size > 0 and not _parts(text, size):
        size -= 1
    for place in range(size, size // 2, -1):
        if _parts(text, place) and (_is_open(text[place - 1]) or _is_open(text[place])):
            return place
    return size


def _parts(text: str, place: int) -> bool:
    """Say whether two characters, as people see them, meet at *place*."""
    before, after = text[place - 1], text[place]
    flags = "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
    return not (_extends(after) or before == _JOINER or (flags and _run_of_flags(text, place) % 2))


def _run_of_flags(text: str, place: int) -> int:
    """Return how many regional indicators stand directly before *place*."""
    start = place
    while start and "\U0001f1e6" <= text[start - 1] <= "\U0001f1ff":
        start -= 1
    return place - start


def _is_open(character: str) -> bool:
    """Say whether a line may break beside *character*."""
    return character.isspace() or east_asian_width(character) in _WIDE
