"""Reads the paragraphs of raw HTML as people see them, and where they stand in it."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

TEXT, CODE = -1, -2
"""What a run is that belongs to no link."""

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^<>]*+>|<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>", re.DOTALL)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_HIDDEN = re.compile(r"""display\s*:\s*none|(?:^|\s)hidden(?=[\s=/]|$)""", re.IGNORECASE)
_FILLERS = "\u200b\u2060\ufeff"

_CONTAINERS = frozenset(["blockquote", "ul", "ol", "dl", "aside", "details"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCKS = frozenset(
    [
        *_CONTAINERS,
        *_HEADINGS,
        *("p", "div", "center", "section", "article", "header", "footer", "main", "nav", "address", "form"),
        *("fieldset", "hr", "br", "body", "html", "summary", "li", "dt", "dd"),
    ],
)
_CODES = frozenset(["code", "kbd", "samp", "tt"])
_COUNTED = frozenset(["pre", "table"])
_OPAQUE = frozenset(
    [
        *_COUNTED,
        *("figure", "figcaption", "script", "style", "template", "svg", "math", "iframe", "textarea"),
        *("noscript", "select"),
    ],
)
_VOID = frozenset(["br", "hr", "img", "input", "wbr", "source", "meta", "link", "col", "embed", "area", "track"])


class Paragraph(NamedTuple):
    """A paragraph, or a line of one that `<br>` ends, with its place in the HTML."""

    start: int
    end: int
    runs: tuple[tuple[int, int, int], ...]
    """Start, end, and the number of the link they belong to, else `TEXT` or `CODE`."""

    links: tuple[str, ...]
    """Of each link the value of its `href`, entities decoded."""

    is_prose: bool = True
    """Neither a heading, nor a listing, nor a table."""

    is_cut: bool = False
    """Its beginning lies before the part that was read."""

    container: int = 0
    """The number of the outermost quote or list it is in; 0: none."""


class Unbalanced(Exception):  # noqa: N818 - it is no error of anyone's
    """The part that was read begins inside of something: all must be read."""


def paragraphs(html: str, start: int = 0, end: int | None = None) -> list[Paragraph]:
    """Return the paragraphs of *html* between *start* and *end* that have text, in order.

    Left out is what nobody reads as text: comments, hidden elements, figures with their captions, scripts.
    A listing or a table is one paragraph that is no prose. Tags may be in any disorder. `Unbalanced`: *start*
    lies inside one of these, or of a quote or a list.
    """
    end = len(html) if end is None else end
    comment = html.find("-->", start, end)
    if start and comment >= 0 and html.find("<!--", start, comment) < 0:
        raise Unbalanced
    reader = _Reader(html=html, is_part=start > 0, block=start, position=start)
    for tag in _TAG.finditer(html, start, end):
        reader.take(tag)
    reader.text_until(end)
    reader.close_block(end, end)
    return reader.found


def text_of(html: str, paragraph: Paragraph) -> str:
    """Return the text of *paragraph*: without tags, entities decoded, white space folded to single blanks."""
    return folded("".join([html[start:end] for start, end, _ in paragraph.runs]))


def folded(raw: str) -> str:
    """Return *raw* HTML text with entities decoded and white space folded."""
    if "&" in raw:
        raw = unescape(raw)
    return " ".join(raw.split()).strip(_FILLERS)


@dataclass(slots=True)
class _Reader:
    """Where the reading of the tags has come to."""

    html: str
    is_part: bool
    block: int
    position: int
    found: list[Paragraph] = field(default_factory=list)
    runs: list[tuple[int, int, int]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    has_text: bool = False
    kind: int = TEXT
    skipped: str = ""
    depth: int = 0
    heading: bool = False
    open: list[str] = field(default_factory=list)
    containers: int = 0

    def take(self, tag: "re.Match[str]") -> None:
        """Go on to the end of *tag*."""
        closing, name, attributes = tag[1], (tag[2] or "").lower(), tag[3]
        if self.skipped:
            self._skip(closing, name, tag)
            if self.skipped or name not in _BLOCKS:
                return
        self.text_until(tag.start())
        self.position = tag.end()
        if not name:
            return
        if not closing and name not in _VOID and (name in _OPAQUE or (attributes and _HIDDEN.search(attributes))):
            self._begin_skipping(name, tag)
        elif name in _BLOCKS:
            self._block(closing, name, attributes, tag)
        elif name == "a":
            self._link("" if closing else attributes, is_open=not closing)
        elif name in _CODES:
            self.kind = TEXT if closing else CODE
        elif name in {"http", "https"} and attributes.startswith("://"):
            self.links.append(unescape(tag[0][1:-1]))
            self.runs.append((tag.start() + 1, tag.end() - 1, len(self.links) - 1))
            self.has_text = True
        elif closing and name in _OPAQUE and self.is_part:
            raise Unbalanced

    def text_until(self, end: int) -> None:
        """Take the text up to *end*."""
        if end > self.position and not self.skipped:
            self.runs.append((self.position, end, self.kind))
            self.has_text = self.has_text or not self.html[self.position : end].isspace()
        self.position = end

    def close_block(self, end: int, following: int, *, is_prose: bool = True) -> None:
        """End the paragraph at *end*; the next begins at *following*."""
        if self.has_text:
            paragraph = Paragraph(
                start=self.block,
                end=end,
                runs=tuple(self.runs),
                links=tuple(self.links),
                is_prose=is_prose and not self.heading,
                is_cut=self.is_part and not self.found,
                container=self.containers if self.open else 0,
            )
            self.found += _lines(self.html, paragraph) if len(self.links) > 1 else (paragraph,)
        self.block = following
        if self.runs:
            self.runs, self.links = [], []
        self.kind = TEXT
        self.has_text = False

    def _block(self, closing: str, name: str, attributes: str, tag: "re.Match[str]") -> None:
        self.close_block(tag.start(), tag.end())
        if name in _HEADINGS:
            self.heading = not closing
        elif name in _CONTAINERS or (name == "div" and not closing and "footnote" in attributes):
            self._container(closing, name)
        elif name == "div" and closing and "footnote" in self.open:
            self.open.remove("footnote")

    def _container(self, closing: str, name: str) -> None:
        if not closing:
            self.containers += not self.open
            self.open.append("footnote" if name == "div" else name)
        elif name in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(name) :]
        elif self.is_part:
            raise Unbalanced

    def _link(self, attributes: str, *, is_open: bool) -> None:
        self.kind = TEXT
        if is_open:
            href = _HREF.search(attributes)
            self.links.append(unescape(href[1] or href[2] or href[3] or "") if href else "")
            self.kind = len(self.links) - 1

    def _begin_skipping(self, name: str, tag: "re.Match[str]") -> None:
        if name in _OPAQUE or name in _BLOCKS:
            self.close_block(tag.start(), tag.start())
        self.skipped, self.depth = name, 1
        if name in _COUNTED:
            self.runs.append((tag.start(), tag.end(), CODE))
            self.has_text = True
            self.close_block(tag.end(), tag.end(), is_prose=False)

    def _skip(self, closing: str, name: str, tag: "re.Match[str]") -> None:
        """Pass over what is in a skipped element; a `<p>` ends with the next block too."""
        if name == self.skipped:
            self.depth += -1 if closing else 1
        if self.depth == 0 or (self.skipped == "p" and name in _BLOCKS and name != "br"):
            was_block = self.skipped in _OPAQUE or self.skipped in _BLOCKS
            self.skipped = ""
            self.position = tag.end() if name not in _BLOCKS else tag.start()
            if was_block:
                self.block = self.position


def _lines(html: str, paragraph: Paragraph) -> list[Paragraph]:
    """Return a paragraph of nothing but links line by line; any other as it is."""
    between = [html[start:end] for start, end, kind in paragraph.runs if kind < 0]
    if any(text.strip(" \t\r\n\u3000|｜") for text in between) or not any("\n" in text for text in between):
        return [paragraph]
    lines: list[list[tuple[int, int, int]]] = [[]]
    starts = [paragraph.start]
    for start, end, kind in paragraph.runs:
        if kind >= 0 or "\n" not in html[start:end]:
            lines[-1].append((start, end, kind))
        elif lines[-1]:
            starts.append(html.index("\n", start) + 1)
            lines.append([])
    ends = [*(start - 1 for start in starts[1:]), paragraph.end]
    rows = zip(starts, ends, lines, strict=True)
    return [paragraph._replace(start=start, end=end, runs=tuple(runs)) for start, end, runs in rows if runs]
