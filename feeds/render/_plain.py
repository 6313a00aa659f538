"""Makes any text fit for a line of a mail."""

import re
from unicodedata import bidirectional, normalize

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_ISOLATE, _POP = "\u2068", "\u2069"


def line(text: str) -> str:
    """Return *text* as one line, NFC, without characters that control or hide."""
    if text.isprintable() and "  " not in text:  # nearly always, and ten times as fast
        return normalize("NFC", text).strip()
    return normalize("NFC", _CONTROLS.sub(" ", _INVISIBLE.sub("", text))).strip()


def isolated(text: str, direction: str) -> str:
    """Return *text* so that it does not disturb a line of *direction* around it (UAX 9 §2.4).

    Only text with letters of the other direction is, by characters: mail programs do not know `<bdi>`.
    """
    if text.isascii() and direction == "ltr":
        return text
    is_foreign = any(_STRONG.get(bidirectional(character), direction) != direction for character in text)
    return f"{_ISOLATE}{text}{_POP}" if is_foreign else text
