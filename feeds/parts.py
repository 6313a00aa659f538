"""Takes parts of raw HTML that mean alone what they mean in their place."""

import re
from collections.abc import Iterator, Sequence

from feeds.links import UNKNOWN
from feeds.soup import BARE, KNOWN, hides
from feeds.text import printable

_VOID = frozenset(["br", "hr", "img", "source", "wbr"])
_TABLE = frozenset(["table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"])
_INLINE = frozenset(
    [
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q"),
        *("rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var"),
        *("audio", "picture", "video"),
    ],
)
_LINES = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"])
"""Elements that a parser ends where one begins that is not `_INLINE`."""

_ORDERLY = KNOWN - _TABLE | {"center"}
"""Elements that stay where they stand, as long as each ends in the one that it began in."""

_BARE = frozenset(tag for tag in BARE if tag.strip("</ >") in _ORDERLY)
_ATTRIBUTES = r'(?: +[a-z][a-z0-9:_-]*="[^"<>]*")*'
_PIECE = re.compile(
    rf"([^<]*)<(?:(/(?=[a-z0-9]+>)|)([a-z][a-z0-9]*)({_ATTRIBUTES}) *(/?)|!--(?:-?[^<>-])*--)>",
)
_TAGS = re.compile(rf"(?:</?[a-z][a-z0-9]*{_ATTRIBUTES} */?>)*")
_TAG = re.compile(r"<[^>]*+>?")
_NAME = re.compile("</?([a-z0-9]*)")
_PICTURE = re.compile("<im", re.IGNORECASE)
_ALT = re.compile(r'\salt="[^"]')
_WIDE = re.compile("[\u2e80-\uffdc]")

_LEAST, _LEAST_WIDE = 400, 200
"""How many characters of paragraphs mostly are enough for a summary: more than it has room for, as some are no text."""

_GROWTH = 3
_FAR = 6000
"""How far on, in characters, a place to cut is looked for."""


def beginnings(html: str) -> Iterator[tuple[str, bool]]:
    """Yield ever longer beginnings of raw *html*, the last of them all of it; with each, whether it is plain.

    All but the last end where a parser is as it was at the start: with a paragraph that stands in nothing else, and
    before it every element is known and ends in the one that it began in. So cleaned they are beginnings of all of it
    cleaned, and their texts of its text. Of plain HTML cleaning leaves the text as it is.
    """
    least = _LEAST_WIDE if _WIDE.search(html, 0, _LEAST_WIDE) else _LEAST
    for end, length, is_plain in _paragraph_ends(html):
        if end == len(html):
            yield html, is_plain and _is_settled(html)
            return
        if length >= least:
            least = _GROWTH * length
            yield (part := html[:end]), is_plain and _is_settled(part)
    yield html, False


def _paragraph_ends(html: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where each paragraph ends that stands in nothing else, and the end of *html* if all of it is in order.

    With each, how many characters of text such paragraphs had so far, and whether all tags so far are plain: nothing
    is hidden, and nothing has words that show only where it cannot be shown itself.
    """
    at = length = 0
    is_plain = True
    around: list[str] = []
    while at < _FAR and (piece := _PIECE.match(html, at)):
        at = piece.end()
        words, is_end, name, attributes, is_empty = piece.groups()
        is_comment = name is None
        is_plain = is_plain and not is_comment and not (attributes and _is_odd(attributes))
        if around and around[0] == "p":
            length += len(words)
        if is_comment or (name in _VOID and not is_end):
            continue
        if is_empty or name not in _ORDERLY:
            return
        if not is_end and (name in _INLINE or _LINES.isdisjoint(around)):
            around.append(name)
        elif not is_end or not around or around.pop() != name:
            return
        elif name == "p" and not around:
            yield at, length, is_plain
    if not around and html.find("<", at) < 0:
        yield len(html), length, is_plain


def _is_odd(attributes: str) -> bool:
    """Say whether an element may be hidden, or have words in place of it."""
    return hides(attributes.lower()) or bool(_ALT.search(attributes))


def _is_settled(text: str) -> bool:
    """Say whether cleaning changes no character of *text*."""
    return "&#" not in text and UNKNOWN not in text and printable(text) == text


def pictures(html: str) -> Sequence[str]:
    """Return the parts of raw *html* in which its pictures are, in their order.

    The tags of the pictures alone, where nothing can hide one, drop it or move it; else all of it; none without any.
    """
    if not _PICTURE.search(html):
        return ()
    tags = _TAG.findall(html)
    different = "".join(set(tags) - _BARE)
    if not _TAGS.fullmatch(different) or hides(different.lower()) or not _ORDERLY.issuperset(_NAME.findall(different)):
        return (html,)
    return [tag for tag in tags if tag.startswith("<img")]


def may_have_pictures(text: str) -> bool:
    """Say whether the body of a post, in whatever markup, may hold a picture."""
    return "![" in text or "{" in text or bool(_PICTURE.search(text))
