"""Makes plain text fit to publish, and cuts it where a reader would."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from unicodedata import category, combining

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_FORBIDDEN_ASCII = bytes(code for code in range(128) if _FORBIDDEN.match(chr(code)))
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")

_INLINE = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|ruby|rb|rp|rt|s|samp|small|span|strike|strong"
    "|sub|sup|time|tt|u|var"
)
_ELEMENT = re.compile(rf"<({_INLINE})(?:\s[^<>]*)?>([^<>]*)</\1\s*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<!--.{0,500}?-->|<(script|style)\b[^<>]*>.{0,2000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|wbr|img)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")

_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")
_WIDE_CHARACTERS = re.compile(f"[{_WIDE}]+")
_CJK_PARAGRAPHS = re.compile(rf"\n(?<=[{_WIDE}”’]\n)\n*(?=[{_WIDE}“‘])")
"""Between two paragraphs that are joined into one line: a full stop of these scripts brings its own blank."""

_SENTENCE_END = re.compile(
    r"""[.؟۔।!?。！？｡](?:(?<=[。！？｡])["'”’»）」』】]*"""
    r"""|(?:(?<=\w\w\w[.؟۔।])|(?<=\w\w\w[)"”’»\]][.۔])|(?<=[!?]))["'”’»)\]]*(?=\s+[^\sa-z]))""",
)
_DANGLING = " \t\n,;:–—-(（[【“「『《，、；：·…"

_ZWJ = "\u200d"
_NESTED = 4
"""How deep elements may be nested in a title."""

_AHEAD = 2
"""How much more of a text is read than there is room for, because of its white space."""

_HALF = 0.5
"""How much of the room a sentence or a word's end must leave filled to be the place of the cut."""


def printable(text: str) -> str:
    """Return *text* without what XML 1.0 or mail forbids; line ends, also U+2028 and U+2029, become line feeds.

    Dropped: C0 but tab and line feed, DEL, C1, lone surrogates, U+FFFE, U+FFFF (XML 1.0 §2.2, RFC 5322 §2.2).
    """
    if _is_printable(text):
        return text
    return _FORBIDDEN.sub("", _LINE_END.sub("\n", text))


def _is_printable(text: str) -> bool:
    """Say whether nothing has to go; several searches for single characters cost less than one for all."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    if len(data.translate(None, _FORBIDDEN_ASCII)) != len(data):
        return False
    if len(data) == len(text):
        return True
    if "\u2028" in text or "\u2029" in text or "\ufffe" in text or "\uffff" in text:
        return False
    return not _C1.search(data)


def one_line(text: str) -> str:
    """Return *text* as titles and names need it: printable, one line, nothing that turns the direction of writing.

    White space is folded to single blanks. Bidi overrides, embeddings and isolates go (UAX #9): unclosed, they
    would turn the rest of the page. The harmless marks U+200E and U+200F stay.
    """
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    text = printable(text)
    if not text.isascii() and _BIDI.search(text):
        text = _BIDI.sub("", text)
    return " ".join(text.split())


def title_text(text: str) -> str:
    """Return a title as plain text on one line: markup stripped, entities decoded once.

    Markup is: an inline element of HTML with its end tag (`<em>x</em>`), `<br>`, `<wbr>`, `<img>`, comments, and
    scripts and styles with what is in them. All else is text: `List<String>`, `x < 3`, `Use <b>`. An entity is what
    ends with a semicolon: `AT&amp;T` is `AT&T`, `R&D;` and `a&lt` stay.
    """
    if "<" in text:
        text = _BREAK.sub(" ", _UNSEEN.sub("", text))
        for _ in range(_NESTED):
            text = _ELEMENT.sub(r"\2", text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: unescape(entity[0]), text)
    return one_line(text)


def excerpt(text: str, *, latin: int = 300, cjk: int = 160) -> str:
    """Return the beginning of *text* on one line: at most *latin* characters, or *cjk* of the wide ones, or a mixture.

    Cut at the end of a sentence if one ends in the second half, and then as it is; else at the end of a word (between
    any two characters where words have no blanks between them) and with `…`. Never inside what a reader takes for one
    character (UAX #29).
    """
    return excerpt_of((text,), latin=latin, cjk=cjk)


def excerpt_of(beginnings: Iterable[str], *, latin: int = 300, cjk: int = 160) -> str:
    """Return the `excerpt` of a text of which *beginnings* are ever longer ones, the last of them all of it.

    No more of them are asked for than it takes.
    """
    line, end = "", 0
    for text in _heads(beginnings, latin * _AHEAD):
        line = one_line(_CJK_PARAGRAPHS.sub("", text))
        end = _room(line, latin, cjk)
        if end < len(line):
            break
    return line if end == len(line) else _cut(line, end)


def _heads(texts: Iterable[str], size: int) -> Iterator[str]:
    """Yield each of *texts*, and before a long one its beginning: it mostly is enough."""
    for text in texts:
        if len(text) > size:
            yield text[:size]
        yield text


def _cut(text: str, end: int) -> str:
    """Return *text* to *end* or a better place before."""
    least = int(end * _HALF)
    sentences = [m.end() for m in _SENTENCE_END.finditer(text, least, end + 4) if m.end() <= end]
    if sentences:
        return text[: sentences[-1]]
    return text[: _word_end(text, end, least)].rstrip(_DANGLING) + "…"


def _room(text: str, latin: int, cjk: int) -> int:
    """Return how many characters of *text* there is room for."""
    if not _WIDE_CHARACTER.search(text, 0, latin):
        return min(latin, len(text))
    end, left = 0, latin * cjk
    while end < len(text):
        piece = text[end : end + max(left // max(latin, cjk), 1)]
        narrow = len(_WIDE_CHARACTERS.sub("", piece))
        left -= narrow * cjk + (len(piece) - narrow) * latin
        if left < 0:
            break
        end += len(piece)
    return end


def _word_end(text: str, end: int, least: int) -> int:
    """Return where to cut *text*, at *end* or before."""
    blank = text.rfind(" ", least, end + 1)
    if blank > 0 and not _WIDE_CHARACTER.search(text, blank, end + 1):
        return blank
    while end > 0 and (is_inside_character(text, end) or _is_inside_word(text, end, least)):
        end -= 1
    return end


def _is_inside_word(text: str, position: int, least: int) -> bool:
    """Say whether a Latin word or a number in a CJK sentence would be cut, and does not begin too far back."""
    return position > least and text[position - 1].isascii() and text[position - 1 : position + 1].isalnum()


def is_inside_character(text: str, position: int) -> bool:
    """Say whether what is before and after *position* belongs to one character for the reader (UAX #29, in short)."""
    before, after = text[position - 1], text[position]
    if after < "\u0300" and before < "\u0300":
        return False
    if _ZWJ in (before, after) or combining(before) == 9:  # noqa: PLR2004 - the class of viramas
        return True
    if category(after)[0] == "M" or "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if "\u1160" <= after <= "\u11ff":
        return True
    return _is_flag(before) and _is_flag(after) and _flags_before(text, position) % 2 == 1


def _is_flag(character: str) -> bool:
    """Say whether *character* is a regional indicator: two of them are one flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, position: int) -> int:
    start = position
    while start > 0 and _is_flag(text[start - 1]):
        start -= 1
    return position - start
