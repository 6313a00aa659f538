"""Turns Markdown or HTML into clean, safe HTML with absolute links."""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import quote

import nh3

from feeds.bounds import bounded, parted
from feeds.links import SCHEMES, UNKNOWN, absolute, absolute_image, absolute_set
from feeds.markdown import before_more, to_html
from feeds.model import Image
from feeds.soup import KNOWN, mended
from feeds.text import excerpt, one_line, printable, title_text

__all__ = [
    "absolute",
    "before_more",
    "clean",
    "excerpt",
    "first_heading",
    "first_image",
    "one_line",
    "printable",
    "text_of",
    "title_text",
    "to_html",
]

# --- cleaning --------------------------------------------------------------------------------------

_DROPPED = frozenset(
    [
        *("script", "style", "template", "noscript", "noembed", "noframes", "iframe", "frameset"),
        *("title", "svg", "math", "textarea", "select", "datalist", "button", "canvas", "map", "xmp"),
    ],
)
_LAZY = ("data-src", "data-original", "data-lazy-src")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height", *_LAZY, *_LAZY_SETS},
    "source": {"src", "srcset", "sizes", "media", "type"},
    "video": {"src", "poster", "width", "height"},
    "audio": {"src"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "ins": {"cite", "datetime"},
    "del": {"cite", "datetime"},
    "time": {"datetime"},
    "data": {"value"},
    "details": {"open"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "col": {"span"},
    "colgroup": {"span"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
}
_CLEANER = nh3.Cleaner(
    tags=set(KNOWN),
    clean_content_tags=set(_DROPPED),
    attributes=_ATTRIBUTES,
    url_schemes=set(SCHEMES),
    set_tag_attribute_values={"video": {"controls": ""}, "audio": {"controls": ""}},
    link_rel=None,
)
_URL = r"[A-Za-z0-9\-._~!$'()*+,;=:@/?]*+(?:(?:&amp;|%[0-9A-Fa-f]{2})[A-Za-z0-9\-._~!$'()*+,;=:@/?]*+)*+"
_SETTLED = rf'a href="https?://[A-Za-z0-9.-]++(?:[/?]{_URL})?(?:#{_URL})?">'
_LINKED = re.compile(rf'<(?!{_SETTLED})(a|img|source|video|audio|blockquote|q|ins|del)((?: [a-z-]+="[^"]*")*+)>')
_LINK_ENDS = re.compile(r"<(/?)a\b([^>]*)>")
_NOWHERE = "<a>"
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_UNKNOWN = quote(UNKNOWN)
_UNKNOWN_ADDRESS = re.compile(rf'="[^"<>]*(?:{UNKNOWN}|{_UNKNOWN})[^"<>]*"')
_EMPTY_LINK = re.compile(r'<a href="[^"]*"(?: [a-z]+="[^"]*")*></a>')
_HEADING_TAG = re.compile("</?h[1-6]")
_PRE = re.compile(r"(<pre(?: [^>]*)?>)\n")
_ODD_HOST = re.compile(r'="https?://(?!(?:(?!xn--)[\w-]+\.)*+(?!xn--)[A-Za-z][\w-]*+[/?#":])', re.ASCII)
"""One that the sanitiser may refuse, and did not see: it came from a relative address, or from `data-src`."""

_ROUNDS = 4
"""How often HTML in great disorder is parsed until it stays as it is."""


def clean(html: str, *, base: str, page: str) -> str:
    """Return raw *html* as it may be shown anywhere: safe, each element closed, every link and image absolute.

    Dropped with what is in them: scripts, styles, objects, hidden elements (`hidden`, `display: none`, `visibility:
    hidden`), drawings, controls; and comments, 1×1 images, images without an http address (their `alt` stays), every
    attribute that could do something or needs a style sheet. Frames become links, check boxes ☑ and ☐; elements
    unknown here leave their content. Links are relative to *base*; `#place` leads to *page*, and where that is empty
    is text, as is every link that leads nowhere. Of what is nested deeper than 100 levels the text stays.
    Cleaning what is clean changes nothing.
    """
    html, is_settled = mended(bounded(html))
    whole = _sanitised(html)
    if UNKNOWN in whole or _UNKNOWN in whole:
        whole = _UNKNOWN_ADDRESS.sub('=""', whole).replace(UNKNOWN, "")
    safe = _linked(whole, base=base, page=page)
    is_settled = is_settled and whole.count("</a>") == safe.count("</a>") and not _ODD_HOST.search(safe)
    for _ in range(0 if is_settled and not _nests_headings(safe) else _ROUNDS):
        again = _linked(_sanitised(parted(safe)), base=base, page=page)
        if again == safe:
            break
        safe = again
    return safe.strip()


def _nests_headings(html: str) -> bool:
    """Say whether a heading in clean *html* stands in another: when that is read again, the one ends the other."""
    return "<h" in html and not all(tag[1] == "/" for tag in _HEADING_TAG.findall(html)[1::2])


def _sanitised(html: str) -> str:
    """Return *html* as the sanitiser writes it."""
    try:
        safe = _CLEANER.clean(html)
    except UnicodeEncodeError:
        safe = _CLEANER.clean(printable(html))
    return printable(safe)


def _linked(html: str, *, base: str, page: str) -> str:
    """Return what the sanitiser wrote with links absolute or gone, and the line feed doubled that `<pre>` loses."""

    def settled(tag: "re.Match[str]") -> str:
        attributes = dict(_ATTRIBUTE.findall(tag[2]))
        if tag[1] == "img":
            return _image(attributes, base)
        if tag[1] != "a":
            return _embedded(tag[1], attributes, base)
        href = absolute(_value(attributes, "href"), base=base, page=page)
        return _tag("a", attributes, href=href) if href else _NOWHERE

    html = _LINKED.sub(settled, html)
    if _NOWHERE in html:
        html = _unwrapped(html)
    html = _EMPTY_LINK.sub("", html) if "></a>" in html else html
    return _PRE.sub(r"\1\n\n", html) if "<pre" in html else html


def _unwrapped(html: str) -> str:
    """Return *html* without the start tags and end tags of links that lead nowhere."""
    kept: list[bool] = []

    def tag(found: "re.Match[str]") -> str:
        if not found[1]:
            kept.append(found[0] != _NOWHERE)
        return found[0] if (kept.pop() if found[1] and kept else kept[-1:] == [True]) else ""

    return _LINK_ENDS.sub(tag, html)


def _value(attributes: dict[str, str], *names: str) -> str:
    """Return the value of the first of *names* that has one, entities decoded."""
    value = next((attributes[name] for name in names if attributes.get(name)), "")
    return unescape(value) if "&" in value else value


def _tag(name: str, attributes: dict[str, str], **urls: str) -> str:
    """Return a start tag; of *urls*, given plain, the empty ones are left out."""
    settled = attributes | {key: url.replace("&", "&amp;") for key, url in urls.items()}
    pairs = [f' {key}="{value}"' for key, value in settled.items() if value or key not in urls]
    return f"<{name}{''.join(pairs)}>"


def _image(attributes: dict[str, str], base: str) -> str:
    """Return the tag of an image; its `alt` where it has no address, nothing where it is a tracker."""
    if all(attributes.get(side, "").strip().removesuffix("px") in {"0", "1"} for side in ("width", "height")):
        return ""
    later, plain = _picture(attributes, base, _LAZY, _LAZY_SETS), _picture(attributes, base, ("src",), ("srcset",))
    src, srcset = later[0] or plain[0], later[1] or plain[1]
    if not src:
        return attributes.get("alt", "").replace("&quot;", '"')
    kept = {key: value for key, value in attributes.items() if not key.startswith("data-")}
    return _tag("img", {"src": "", **kept, "alt": kept.get("alt", "")}, src=src, srcset=srcset)


def _picture(attributes: dict[str, str], base: str, one: Sequence[str], many: Sequence[str]) -> tuple[str, str]:
    """Return the address that *one* of the attributes names, else the first of *many*; and the candidates of those."""
    url, urls = _value(attributes, *one), _value(attributes, *many)
    srcset = absolute_set(urls, base=base) if urls else ""
    return (absolute_image(url, base=base) if url else "") or _first_of(srcset), srcset


def _first_of(srcset: str) -> str:
    """Return the address of the first candidate: the picture of an element that has no other."""
    return srcset.partition(" ")[0].rstrip(",")


def _embedded(name: str, attributes: dict[str, str], base: str) -> str:
    """Return the tag of a video, a sound, a quotation or a change with its addresses settled."""
    urls: dict[str, str] = {
        key: absolute_image(_value(attributes, key), base=base)
        for key in ("src", "poster", "cite")
        if key in attributes
    }
    if "srcset" in attributes:
        urls["srcset"] = absolute_set(_value(attributes, "srcset"), base=base)
    if name == "source" and not any(urls.values()):
        return ""
    return _tag(name, attributes, **urls)


# --- reading ---------------------------------------------------------------------------------------

_RAW = re.compile(
    r"<(?:[!?]|/?[A-Z]|(?:script|style|template|noscript|iframe|svg|math|object|select|textarea|button|title|canvas|video|audio)\b)"
    r"|<[^<>]*\s(?:hidden|style|aria-hidden)\b",
)
_SILENT = re.compile(r"<(video|audio)\b.*?</\1>", re.DOTALL)
_MARKUP = re.compile(r"""<(/?[a-z][a-z0-9]*+)(?:[^<>"]++|"[^"]*+"){0,80}+>""")
_WIDE = r"\u2e80-\u303f\u3041-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003fffd"
_BREAK_IN_CJK = re.compile(rf"\n(?<=[{_WIDE}]\n)[ \t]*(?=[{_WIDE}])")
_GAP = re.compile(r"\n\n\n+")
_PARAGRAPH_MARK, _LINE_MARK = "\x1d", "\x1e"
_BLOCKS = (
    "p div blockquote ul ol dl h1 h2 h3 h4 h5 h6 hr pre table section article aside header footer nav figure figcaption"
    " details summary caption center main form address"
)
_MARKS = (
    {form + name: _PARAGRAPH_MARK for name in _BLOCKS.split() for form in ("", "/")}
    | dict.fromkeys(["br", "li", "dt", "dd", "tr"], _LINE_MARK)
    | dict.fromkeys(["/td", "/th"], " ")
)

_LEAD = (
    r"(?:\s++|<!--.*?-->|</?(?:div|article|section|header|main|hgroup|center)\b[^>]*>|<(?:br|hr)\b[^>]*>"
    r"|<p\b[^>]*>(?:\s|&nbsp;|<br\b[^>]*>)*+</p>|<a\b[^>]*></a>)*+"
)
_HEADING = re.compile(rf"({_LEAD})<h([1-6])\b[^>]*>(.*?)</h\2\s*>\s*", re.DOTALL | re.IGNORECASE)
_WORDS_FIRST = re.compile(r"(?:\s|<(?:p|ul|ol|li|blockquote|strong|em|b|i|code)>)*[^\s<&]")
_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*+)>')
_ICON = 64
"""Pixels: a picture that says it is smaller on a side is an icon or a badge, and shows nothing of an entry."""


def text_of(html: str) -> str:
    """Return the plain text of *html*, raw or clean: paragraphs by blank lines, lines and rows by line feeds.

    No blank is put between characters, and none between two CJK characters that only a line end parted. Nothing of
    scripts, hidden elements and the words for players that cannot play is in it.
    """
    return text_of_clean(clean(html, base="", page="") if _RAW.search(html) else html)


def text_of_clean(html: str) -> str:
    """Return the plain text of clean *html* as `text_of` does, and of raw HTML in which nothing has to be cleaned."""
    if "</video>" in html or "</audio>" in html:
        html = _SILENT.sub("", html)
    pieces = _MARKUP.split(html)
    pieces[1::2] = [_MARKS.get(tag, "") for tag in pieces[1::2]]
    text = "".join(pieces)
    if "&" in text:
        text = unescape(text)
    if "\n" in text and not text.isascii():
        text = _BREAK_IN_CJK.sub("", text)
    text = text.replace("\n", " ").replace(_PARAGRAPH_MARK, "\n\n").replace(_LINE_MARK, "\n")
    lines = [" ".join(line.split()) if line and line != " " else "" for line in text.split("\n")]
    return _GAP.sub("\n\n", "\n".join(lines)).strip("\n")


_NO_PROSE = re.compile(r"<(pre|table|figure|h[1-6])(?: [^>]*)?>.*?</\1>", re.DOTALL)


def prose_of(html: str) -> str:
    """Return clean *html* without what says little out of its place: listings, tables, pictures' captions, headings."""
    return _NO_PROSE.sub("", html)


def first_heading(html: str) -> tuple[str, str] | None:
    """Return the text of the heading with which *html*, raw or clean, begins, and *html* without it.

    Before it there may be what shows nothing: comments, empty paragraphs, hidden elements, the start of a `div`.
    """
    found = _HEADING.match(html)
    if not found and "<h" in html and not _WORDS_FIRST.match(html):
        html, _ = mended(html)
        found = _HEADING.match(html)
    text = one_line(text_of(found[3])) if found else ""
    return (text, html[: found.end(1)] + html[found.end() :]) if found and text else None


def first_image(html: str) -> Image | None:
    """Return the first picture of clean *html* that belongs to the content: not an icon or a badge."""
    for tag in _IMAGE.finditer(html):
        attributes = dict(_ATTRIBUTE.findall(tag[1]))
        src = _value(attributes, "src")
        sides = [attributes.get(side, "").removesuffix("px") for side in ("width", "height")]
        if src.startswith(("http://", "https://")) and not any(map(_is_small, sides)):
            return Image(url=src, alt=one_line(_value(attributes, "alt")))
    return None


def _is_small(side: str) -> bool:
    """Say whether a picture's *side* is that of an icon; Python reads no number of more than 4,300 digits."""
    return side.isdecimal() and len(side.lstrip("0")) <= len(str(_ICON)) and int(side[-9:]) < _ICON
