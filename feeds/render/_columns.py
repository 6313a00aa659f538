"""Measures, cuts and wraps text by the columns it takes, where CJK takes two."""

import re
from itertools import accumulate
from unicodedata import category, east_asian_width

ELLIPSIS = "…"

_WIDE = frozenset("WF")
_SENTENCE = re.compile(r"[。！？][”』」）]?|(?<=[^\W\d_A-Z]{4})[.!?؟۔][”’\")]?(?=\s)")
_DANGLING = " ,;:-–—(（[【「『《〈“‘、，；：·/|"
_JOINER = "\u200d"


def width(text: str) -> int:
    """Return the columns that *text* takes: two for a wide character, none for a mark, else one."""
    return len(text) if text.isascii() else sum(_weights(text, 1, 2))


def cut(text: str, most: int, *, narrow: int = 1, wide: int = 2) -> str:
    """Return *text* if it weighs at most *most*, else its beginning and `…`, together not more.

    *narrow* and *wide* are what a character weighs. It is cut between words, or between CJK characters,
    never within a character as people see it.
    """
    if len(text) * max(narrow, wide) <= most:
        return text
    ends = list(accumulate(_weights(text, narrow, wide)))
    if not ends or ends[-1] <= most:
        return text
    size = sum(1 for end in ends if end <= most - narrow)
    return text[: _between_words(text, size)].rstrip(_DANGLING) + ELLIPSIS


def excerpt(text: str, characters: int) -> str:
    """Return at most *characters* Latin or 9/16 as many CJK characters: whole sentences if they fill half."""
    shortened = cut(text, 9 * characters, narrow=9, wide=16)
    if shortened == text:
        return text
    ends = [match.end() for match in _SENTENCE.finditer(text, 0, len(shortened) + 1)]
    last = max((end for end in ends if end <= len(shortened)), default=0)
    return text[:last] if last * 2 >= len(shortened) else shortened


def wrap(text: str, columns: int = 72, indent: str = "", hang: str | None = None) -> str:
    """Return *text* in lines of at most *columns*, broken at blanks; CJK text and long words stay whole.

    *indent* begins each line, *hang* those after the first if it is given.
    """
    if not text.isascii() and width(text) * 4 > len(text) * 5:
        return indent + text
    lines, line = [], indent
    for word in text.split():
        if line.strip() and width(line) + 1 + width(word) > columns:
            lines.append(line)
            line = indent if hang is None else hang
        line += f" {word}" if line.strip() else word
    return "\n".join([*lines, line])


def _weights(text: str, narrow: int, wide: int) -> list[int]:
    return [
        narrow if c.isascii() else wide if east_asian_width(c) in _WIDE else 0 if _extends(c) else narrow for c in text
    ]


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
