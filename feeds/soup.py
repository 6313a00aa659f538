"""Mends raw HTML where a sanitiser would show too much of it, or lose too much."""

import re
from collections.abc import Callable
from html import escape, unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

KNOWN = frozenset(
    [
        *("a", "abbr", "article", "aside", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code"),
        *("col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure"),
        *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "mark"),
        *("nav", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "source"),
        *("span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
        *("time", "tr", "tt", "u", "ul", "var", "video", "wbr"),
    ],
)
"""The elements that stay as they are."""

_TAG = re.compile(r"</?[a-zA-Z][^>]*+>?")
BARE = frozenset(form.format(name) for name in KNOWN for form in ("<{}>", "</{}>", "<{}/>", "<{} />"))
"""The tags of these elements that are nothing but their names."""

_NAME = re.compile(r"</?([^\s/>]*)")
_SETTLED = KNOWN - {"table"}
"""Elements of which the sanitiser's first word is its last."""

_MISPLACED = re.compile(
    r"<(?:/(?:t(?:[dhr]|head|body|foot)|col(?:group)?|caption)|t(?:r|able|head|body|foot)|col(?:group)?)\b"
    r"""(?!(?:[^<>"']*+"[^<>"]*+")*+[^<>"']*+>[ \t\n\f\r]*+</?(?:t(?:[dhr]|able|head|body|foot)|c(?:ol|aption)))""",
)
"""A tag of a table that another does not follow: what stands there, parsers put before the table."""

_HIDES = re.compile(
    r"""hidden\b(?:(?<=\shidden)|(?<=\saria-hidden))|katex-html"""
    r"""|style\b(?<=\sstyle)(?:(?!="[^"&<>]*")|="[^"]*(?:display|visibility|text-align))""",
)
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"]*+"|'[^']*+'){0,80}+"""
_NEW_NAMES = dict.fromkeys(["center", "main", "form", "fieldset", "legend", "dialog", "address", "marquee"], "div") | {
    "menu": "ul",
    "dir": "ul",
    "listing": "pre",
}
_RENAMED = re.compile(rf"<(/?)({'|'.join(_NEW_NAMES)})(?=[\s/>])", re.IGNORECASE)
_MATH_NAMES = frozenset(
    [
        *("math", "semantics", "mrow", "mi", "mo", "mn", "ms", "mtext", "msup", "msub", "msubsup", "mfrac", "msqrt"),
        *("mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mspace", "mstyle", "mpadded", "mphantom"),
        *("menclose", "merror", "mmultiscripts", "mprescripts"),
    ],
)
_MATH = re.compile(rf"</?(?:{'|'.join(sorted(_MATH_NAMES))})(?:\s[^<>]*)?>", re.IGNORECASE)
_ANNOTATION = re.compile(r"<annotation(?:-xml)?\b[^<>]*>[^<]*</annotation(?:-xml)?\s*>", re.IGNORECASE)
_INPUT = re.compile(rf"<input\b({_ATTRIBUTES})>", re.IGNORECASE)
_IS_CHECKBOX = re.compile(r"\stype\s*=\s*[\"']?checkbox", re.IGNORECASE)
_IS_CHECKED = re.compile(r"\schecked\b", re.IGNORECASE)
_FRAME = re.compile(
    rf"(<p\b[^<>]*>\s*+)?<iframe\b({_ATTRIBUTES})>(?:[^<]*+</iframe\s*>)?(\s*+</p\s*>)?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z-])([a-zA-Z-]++)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_NO_PAGE = re.compile(r"\s*(?:about|blob|data|javascript|vbscript):", re.IGNORECASE)
_NO_SCRIPT = re.compile(
    rf"(<img\b{_ATTRIBUTES}>\s*+)?<noscript\b[^<>]*+>((?:[^<]++|<(?!/?noscript\b))*)</noscript\s*>",
    re.IGNORECASE,
)
_PICTURE = re.compile(rf"</?picture\b[^<>]*+>|<(?:img|source)\b{_ATTRIBUTES}>", re.IGNORECASE)
_IS_TRACKER = re.compile(r"""\s(?:width|height)\s*=\s*["']?[01](?:px)?["'\s/>]""", re.IGNORECASE)
_DRAWING = re.compile(
    rf"<svg\b({_ATTRIBUTES})>((?:[^<]++|<(?!/?svg\b))*)</svg\s*>",
    re.IGNORECASE,
)
_DRAWING_TITLE = re.compile(r"<title\b[^<>]*+>([^<]*+)</title\s*>", re.IGNORECASE)
_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,})[^\s]*")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_ALIGNING = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)
_SUSPECTS = '[hidden], [style], a[aria-hidden="true"], .katex-html'


def mended(html: str) -> tuple[str, bool]:
    """Return *html* with the same content in plainer markup, and whether the sanitiser's first word on it is its last.

    That is so of elements that are `KNOWN`, and of tables in which all that is not of the table stands in cells.
    Hidden elements are gone; frames are links, check boxes ☑ and ☐, formulas their text; blocks that only old or
    interactive pages have are `div`, `ul` and `pre`; pictures for readers without scripts are there, and the words of
    drawings in place of them.
    """
    tags = _tags(html)
    names = set(_NAME.findall(tags))
    if not names.isdisjoint(_NEW_NAMES):
        html = _RENAMED.sub(_new_name, html)
        names.difference_update(_NEW_NAMES)
    if not names <= _SETTLED:
        for marks, found, instead in _MENDINGS:
            if not marks.isdisjoint(names):
                html = found.sub(instead, html)
        tags = _tags(html)
        names = set(_NAME.findall(tags))
    is_settled = names <= _SETTLED and not ("<table" in html and _MISPLACED.search(html))
    return _without_hidden(html) if hides(tags) else html, is_settled


def _tags(html: str) -> str:
    """Return each tag in *html* once, in lower case, but those that are nothing but the name of a known element.

    They are in any order, each in a line of its own: the last of the text may have no end.
    """
    return "\n".join(set(_TAG.findall(html)) - BARE).lower()


def hides(tags: str) -> bool:
    """Say whether one of *tags*, in lower case, may hide an element or align a cell: most styles do neither."""
    return bool(_HIDES.search(tags))


def _without_script(found: "re.Match[str]") -> str:
    """Return the pictures for readers without scripts, in place of the one right before that a script would replace.

    The words there say that scripts are needed, and a picture of one pixel counts visits.
    """
    tags = [tag for tag in _PICTURE.findall(found[2]) if not _IS_TRACKER.search(tag) and not _HIDING.search(tag)]
    return "".join(tags) if any(tag[:4].lower() == "<img" for tag in tags) else found[1] or ""


def _words_of_drawing(found: "re.Match[str]") -> str:
    """Return what a drawing says to those who cannot see it: an icon is often all that a link has."""
    attributes = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(found[1])}
    if attributes.get("aria-hidden") == "true":
        return ""
    title = _DRAWING_TITLE.search(found[2])
    return escape(attributes.get("aria-label") or (unescape(title[1]) if title else ""))


def _new_name(tag: "re.Match[str]") -> str:
    return f"<{tag[1]}{_NEW_NAMES[tag[2].lower()]}"


def _frame_link(frame: "re.Match[str]") -> str:
    """Return a paragraph that links to what a frame shows; nothing for frames that nobody sees."""
    pairs = ((m[1].lower(), unescape(m[2] or m[3] or m[4] or "")) for m in _ATTRIBUTE.finditer(frame[2]))
    attributes = dict(pairs)
    source = attributes.get("src") or attributes.get("data-src", "")
    unseen = {attributes.get("width"), attributes.get("height")} & {"0", "1", "0px", "1px"}
    if unseen or _HIDING.search(attributes.get("style", "")) or _NO_PAGE.match(source) or not source:
        return (frame[1] or "") + (frame[3] or "")
    video = _YOUTUBE.fullmatch(source)
    link = f"https://www.youtube.com/watch?v={video[1]}" if video else source
    link = f"https:{link}" if link.startswith("//") else link
    anchor = f'<a href="{escape(link)}">{escape(attributes.get("title", "").strip() or link)}</a>'
    is_alone = bool(frame[1]) == bool(frame[3])
    return f"<p>{anchor}</p>" if is_alone else f"{frame[1] or ''}{anchor}{frame[3] or ''}"


def _checkbox(box: "re.Match[str]") -> str:
    if not _IS_CHECKBOX.search(box[1]):
        return ""
    return "☑ " if _IS_CHECKED.search(box[1]) else "☐ "


def _without_hidden(html: str) -> str:
    """Return *html* without hidden elements; the alignment of table cells is an attribute."""
    tree = LexborHTMLParser(html, is_fragment=True)
    nodes = tree.css(_SUSPECTS)
    for node in reversed(nodes):
        style = node.attributes.get("style") or ""
        if _is_hidden(node, style):
            node.decompose()
        elif node.tag in {"td", "th"} and (aligned := _ALIGNING.search(style)):
            node.attrs["align"] = aligned[1].lower()
    return tree.inner_html if nodes else html


def _is_hidden(node: LexborNode, style: str) -> bool:
    attributes = node.attributes
    if "hidden" in attributes or _HIDING.search(style):
        return True
    return (node.tag == "a" and attributes.get("aria-hidden") == "true") or "katex-html" in (
        attributes.get("class") or ""
    )


_MENDINGS: tuple[tuple[frozenset[str], "re.Pattern[str]", str | Callable[["re.Match[str]"], str]], ...] = (
    (frozenset(["noscript"]), _NO_SCRIPT, _without_script),
    (frozenset(["svg"]), _DRAWING, _words_of_drawing),
    (frozenset(["iframe"]), _FRAME, _frame_link),
    (frozenset(["input"]), _INPUT, _checkbox),
    (frozenset(["annotation", "annotation-xml"]), _ANNOTATION, ""),
    (_MATH_NAMES, _MATH, ""),
)
"""The elements that ask for it, what is replaced, and by what."""
