"""What HTML could do to a reader, as two parsers see it: the one of HTML5, and the forgiving one of libxml2."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import lxml.html
from selectolax.lexbor import LexborHTMLParser

from fuzz.promises import ALIEN, holds, is_web

HARMLESS = frozenset(
    [
        *("a", "abbr", "article", "aside", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code"),
        *("col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure"),
        *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "mark", "nav"),
        *("ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "source", "span"),
        *("strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr"),
        *("tt", "u", "ul", "var", "video", "wbr"),
    ]
)
"""Elements that only show something."""

ATTRIBUTES = frozenset(
    [
        *("align", "alt", "cite", "colspan", "controls", "datetime", "dir", "height", "href", "lang", "media", "open"),
        *("poster", "reversed", "rowspan", "scope", "sizes", "span", "src", "srcset", "start", "title", "type"),
        *("value", "width"),
    ]
)
"""Attributes that a post may set."""

OURS = HARMLESS | frozenset(["html", "head", "title", "meta", "link", "body", "main"])
"""Elements of our own pages; the e-mail has `style` too."""

_OURS_ONLY = frozenset(
    [
        *("aria-current", "aria-hidden", "aria-label", "aria-labelledby", "aria-roledescription", "border", "charset"),
        *("cellpadding", "cellspacing", "class", "content", "http-equiv", "id", "loading", "name", "preload"),
        *("referrerpolicy", "rel", "role"),
    ]
)
_MAIL_ONLY = frozenset(["style", "data-premailer", "bgcolor"])
_FETCHED = ("src", "poster", "srcset", "data", "background", "action", "formaction", "ping", "manifest")
SCHEMES = frozenset(
    [
        *("http", "https", "mailto", "tel", "sms", "ftp", "xmpp", "irc", "ircs", "magnet", "geo", "webcal", "news"),
        *("matrix", "gemini", "bitcoin"),
    ]
)
"""Where a link may lead: none of them runs anything."""

_BLANKS = re.compile("[\t\n\r]|^[\x00-\x20]+|[\x00-\x20]+$")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_RELATIONS = frozenset(["canonical", "alternate", "prev", "next", "stylesheet"])
_STYLE = re.compile(r"url\s*\(|@import|expression|\\|behavior|-moz-binding|<", re.IGNORECASE)
_PRE = re.compile("(<pre[^>]*>)\n")
"""Of two line feeds there parsers drop one, and do not put it back when they write (HTML §13.3)."""

_MARK = "the-end-of-the-page"
_PAGE = '<!doctype html><html><body><article><div>{}</div><p id="{}">.</p></article></body></html>'


class Element(NamedTuple):
    """A start tag as a parser understood it."""

    name: str
    attributes: dict[str, str]


@lru_cache(maxsize=64)
def body(html: str, *, ours: frozenset[str] = frozenset()) -> None:
    """Hold what was cleaned of a post to its promise: alone, within a page, and written again by a parser.

    *ours* are the attributes that it may have beside a post's.
    """
    holds(not ALIEN.search(html), "a character that XML forbids in HTML")
    holds("<!" not in html and "<?" not in html, "a comment or a declaration in clean HTML")
    for element in (*_of_html5(html), *_of_libxml2(html)):
        _shown(element, ours)
    _closed(html)
    _settled(html, ours)


def _shown(element: Element, ours: frozenset[str]) -> None:
    name, attributes = element
    holds(name in HARMLESS, f"<{name}> in clean HTML")
    for key, value in attributes.items():
        holds(key in ATTRIBUTES or key in ours, f"the attribute {key} of <{name}> in clean HTML")
        if key == "href":
            scheme = scheme_of(value)
            holds(scheme in SCHEMES, f"a link to {value!r} in clean HTML")
            holds(scheme not in {"http", "https"} or is_web(value), f"a link to {value!r} in clean HTML")
        elif key in {"src", "poster", "cite"}:
            holds(not value or is_web(value), f"{key} is {value!r} in clean HTML")
        elif key == "srcset":
            for url in candidates(value):
                holds(is_web(url), f"{url!r} in a srcset of clean HTML")


def _closed(html: str) -> None:
    """Hold *html* to its place: what stands behind it in a page is not drawn into it."""
    tree = LexborHTMLParser(_PAGE.format(html, _MARK))
    inside, end = tree.css_first("article > div"), tree.css_first(f"#{_MARK}")
    holds(end is not None and end.parent is not None and end.parent.tag == "article", "HTML swallows what follows it")
    holds(
        inside is not None and _PRE.sub(r"\1\n\n", inside.inner_html or "") == _written(html),
        "HTML means something else within a page",
    )


def _settled(html: str, ours: frozenset[str]) -> None:
    """Hold *html* to what it means: written by a parser and read again it is the same."""
    once = _written(html)
    holds(_written(once) == once, "HTML changes when it is written and read again")
    for element in _of_html5(once):
        _shown(element, ours)


def _written(html: str) -> str:
    found = LexborHTMLParser(f"<!doctype html><body>{html}").body
    return _PRE.sub(r"\1\n\n", found.inner_html or "") if found else ""


# --- pages -----------------------------------------------------------------------------------------


def page(html: str, *, is_mail: bool = False) -> None:
    """Hold a whole page to its promise: nothing runs, and nothing is fetched but pictures, sound and film."""
    allowed = OURS | {"style"} if is_mail else OURS
    attributes = ATTRIBUTES | _OURS_ONLY | (_MAIL_ONLY if is_mail else set())
    ids = []
    for element in _of_html5(html, is_page=True):
        name, given = element
        holds(name in allowed, f"<{name}> in a page")
        holds(given.keys() <= attributes, f"<{name}> has {given.keys() - attributes} in a page")
        holds(not _STYLE.search(given.get("style", "")), f"a style fetches: {given.get('style')!r}")
        holds("href" not in given or scheme_of(given["href"]) in {"", *SCHEMES}, f"a link to {given.get('href')!r}")
        _fetches(element)
        ids += [given["id"]] if "id" in given else []
    holds(len(ids) == len(set(ids)), "two elements of a page have one id")
    _no_hidden_element(html, allowed)


def _fetches(element: Element) -> None:
    name, given = element
    if name == "meta":
        holds(given.get("http-equiv", "") in {"", "Content-Security-Policy"}, f"a page has {given}")
    if name == "link":
        relations = given.get("rel", "").split()
        holds(relations and _RELATIONS.issuperset(relations), f"a page links to {given}")
        is_near = not scheme_of(given["href"]) and not given["href"].startswith(("//", "\\", "/\\"))
        holds("stylesheet" not in relations or is_near, f"a style sheet from {given['href']!r}")
    for key in _FETCHED:
        urls = candidates(given[key]) if key == "srcset" and key in given else [given[key]] if given.get(key) else []
        for url in urls:
            holds(name in {"img", "source", "audio", "video"} and is_web(url), f"<{name} {key}={url!r}>")


def _no_hidden_element(html: str, allowed: frozenset[str]) -> None:
    """Hold a page to it that the older parser finds no other elements in it either."""
    names = {name for name, _ in _of_libxml2(html)}
    holds(names <= allowed, f"{names - allowed} in a page for another parser")


# --- parsers ---------------------------------------------------------------------------------------


def scheme_of(url: str) -> str:
    """Return the scheme of *url* as a browser sees it, in lower case; empty: it is relative."""
    match = _SCHEME.match(_BLANKS.sub("", url))
    return match[1].lower() if match else ""


def candidates(srcset: str) -> list[str]:
    """Return the addresses in a `srcset` as the HTML standard splits them (§4.8.4.2.1)."""
    urls, rest = [], srcset
    while rest := rest.lstrip("\t\n\f\r ,"):
        url, _, rest = rest.replace("\t", " ").replace("\n", " ").partition(" ")
        urls.append(url.rstrip(","))
        if not url.endswith(","):
            rest = rest.partition(",")[2]
    return urls


def _of_html5(html: str, *, is_page: bool = False) -> Iterator[Element]:
    tree = LexborHTMLParser(html) if is_page else LexborHTMLParser(f"<!doctype html><body>{html}")
    for node in tree.css("*" if is_page else "body *"):
        yield Element(node.tag or "", {key: value or "" for key, value in node.attributes.items()})


def _of_libxml2(html: str) -> Iterator[Element]:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    document = lxml.html.document_fromstring(f"<!doctype html><html><body>{html}</body></html>".encode(), parser=parser)
    for node in document.iter():
        if isinstance(node.tag, str) and node.tag not in {"html", "body"}:
            yield Element(node.tag, {str(key): str(value) for key, value in node.attrib.items()})
