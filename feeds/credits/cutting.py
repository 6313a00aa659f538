"""Takes text out of raw HTML, with the elements that would be left empty."""

import re

_OPEN = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_CLOSE = re.compile(r"\s*</([a-zA-Z][a-zA-Z0-9]*)\s*>")
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_BREAK_AFTER = re.compile(r"\s*<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>")
_VOID = frozenset(["br", "hr", "img", "input", "wbr", "source", "col", "embed"])
_KEPT = re.compile(r"<(?:img|video|audio|iframe|picture|object|embed|svg)\b", re.IGNORECASE)


def without(html: str, start: int, end: int) -> str:
    """Return *html* without what is between *start* and *end*.

    The elements go too that hold nothing else, or the line break that made it a line of its own. Tags stay whose
    partner is elsewhere, and all of them where there is a picture among them.
    """
    inner = html[start:end]
    if not is_whole(inner):
        return html[:start] + "".join(tag[0] for tag in _TAG.finditer(inner)) + html[end:]
    start, end = _grown(html, start, end)
    if html.startswith("</", end):
        start = _before_blanks(html, start)
    return html[:start] + html[end:]


def is_whole(inner: str) -> bool:
    """Say whether every tag in *inner* has its partner there, and nothing is shown but text."""
    if "<" not in inner:
        return True
    open_tags = []
    for closing, written in _TAG.findall(inner):
        name = written.lower()
        if not closing and name not in _VOID:
            open_tags.append(name)
        elif closing and (not open_tags or open_tags.pop() != name):
            return False
    return not open_tags and _KEPT.search(inner) is None


def _grown(html: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of the outermost element that holds nothing else; else of the line with its break."""
    first = start, end
    while (element := _element(html, start, end)) is not None:
        start, end = element
    return (start, end) if (start, end) != first else _line(html, start, end)


def _element(html: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of the element that holds nothing but what is between *start* and *end*."""
    closing = _CLOSE.match(html, end)
    start = _before_blanks(html, start)
    opening = html.rfind("<", 0, start) if closing and html[start - 1 : start] == ">" else -1
    tag = _OPEN.fullmatch(html, opening, start) if opening >= 0 else None
    if closing is None or tag is None or tag[1].lower() != closing[1].lower():
        return None
    return tag.start(), closing.end()


def _line(html: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of a line with the breaks before it, or else with the one after it."""
    first = start
    while (opening := html.rfind("<", 0, _before_blanks(html, start))) >= 0:
        if not _BREAK.fullmatch(html, opening, _before_blanks(html, start)):
            break
        start = opening
    after = _BREAK_AFTER.match(html, end) if start == first else None
    return start, after.end() if after else end


def _before_blanks(html: str, position: int) -> int:
    """Return where the blanks begin that end at *position*."""
    while position and html[position - 1].isspace():
        position -= 1
    return position
