"""Finds the paragraphs of raw HTML as people see them: where they begin and end."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

_NAMED = r"(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>"
_COMMENT = r"!--.*?(?:-->|\Z)"

TAG_END = r'(?: (?!style|hidden)[a-z-]++="[^"<>\s]*+")*>'
"""The rest of a tag that hides nothing, as most are written."""

USUAL = rf"/?(?:a|b|code|em|i|span|strong){TAG_END}|img\b[^<>]*+>"
"""The rest of the usual tags that end no paragraph."""

INLINE = rf"[^<]*+(?:<(?:{USUAL})[^<]*+)*"
"""Text with such tags."""

END_OF_P = r"</p>\s*+(?:<center><img\b[^<>]*+></center>\s*+)*"
"""The end of a paragraph, with the blanks and pictures up to the next."""

TAG = re.compile(rf"<(?:{_COMMENT}|[!?][^<>]*+>|{_NAMED})", re.DOTALL)
_BREAK = re.compile(rf"<(?!{USUAL})(?:(/p>\s*+<p{TAG_END})|{_COMMENT}|{_NAMED})", re.DOTALL)
"""What may end a paragraph; the group is what does so nearly always. Passes over the usual tags within one."""

_HIDDEN = re.compile(r"(?:^|\s)(?:style\s*=.*display\s*:\s*none|hidden(?=[\s=/]|$))", re.DOTALL)
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
    """The place of a paragraph, or of a line of one that `<br>` ends."""

    start: int
    end: int
    container: int = 0
    """The number of the outermost quote or list it is in; 0: none."""

    is_prose: bool = True
    """Neither a heading, nor a listing, nor a table."""

    is_cut: bool = False
    """Its beginning lies before the part that was read."""


class Unbalanced(Exception):  # noqa: N818 - it is no error of anyone's
    """The part that was read begins inside of something: all must be read."""


def paragraphs(html: str, start: int = 0, end: int | None = None) -> list[Paragraph]:
    """Return the paragraphs of *html* between *start* and *end*, in order; some may have no text.

    Left out is what nobody reads as text: hidden blocks, figures with their captions, scripts. A listing or a table
    is one paragraph that is no prose. Tags may be in any disorder. `Unbalanced`: *start* lies inside one of these,
    or of a quote, a list or a comment.
    """
    end = len(html) if end is None else end
    comment = html.find("-->", start, end) if start else -1
    if comment >= 0 and html.find("<!--", start, comment) < 0:
        raise Unbalanced
    reader = _Reader(html, end, is_part=start > 0, block=start)
    position = start
    while tag := _BREAK.search(html, position, end):
        position = tag.end()
        if tag.lastindex == 1:
            reader.close(tag.start(), position)
        elif tag[3]:
            position = reader.take(tag, tag[3].lower())
    reader.close(end, end)
    return reader.found


def is_hidden(closing: str, name: str, attributes: str) -> bool:
    """Say whether the tag begins an element that nobody sees."""
    if closing or not attributes or name in _VOID:
        return False
    written = attributes.lower()
    return ("hidden" in written or "display" in written) and _HIDDEN.search(written) is not None


def end_of(name: str, html: str, position: int, end: int) -> int:
    """Return where the element *name* ends that is open at *position*: a `<p>` ends with the next block too."""
    depth = 1
    for tag in TAG.finditer(html, position, end):
        other = (tag[2] or "").lower()
        if other == name:
            depth += -1 if tag[1] else 1
        if depth == 0 or (name == "p" and other in _BLOCKS and other != "br"):
            return tag.start() if other in _BLOCKS else tag.end()
    return end


@dataclass(slots=True)
class _Reader:
    """What is known where the reading has come to."""

    html: str
    end: int
    is_part: bool
    block: int
    """Where the paragraph began."""

    found: list[Paragraph] = field(default_factory=list)
    heading: bool = False
    open: list[str] = field(default_factory=list)
    """The names of the quotes and lists, outermost first."""

    count: Counter[str] = field(default_factory=Counter)
    """How often each of these names is there."""

    containers: int = 0

    def close(self, end: int, following: int, *, is_prose: bool = True) -> None:
        """End the paragraph at *end*; the next begins at *following*."""
        if end > self.block and not self.html[self.block : end].isspace():
            container = self.containers if self.open else 0
            is_cut = self.is_part and not self.found
            self.found.append(Paragraph(self.block, end, container, is_prose and not self.heading, is_cut))
        self.block = following

    def take(self, tag: "re.Match[str]", name: str) -> int:
        """Return where to read on after *tag*."""
        closing, attributes = tag[2], tag[4]
        if (name in _OPAQUE and not closing) or is_hidden(closing, name, attributes):
            return self._pass(name, tag)
        if name in _BLOCKS:
            self.close(tag.start(), tag.end())
            self._enter(closing, name, attributes)
        elif name in _OPAQUE and self.is_part:
            raise Unbalanced
        return tag.end()

    def _pass(self, name: str, tag: "re.Match[str]") -> int:
        """Return the end of the element that *tag* begins; only of its name is there a paragraph, if any."""
        end = end_of(name, self.html, tag.end(), self.end)
        if name in _OPAQUE or name in _BLOCKS:
            self.close(tag.start(), tag.start() + 1)
            if name in _COUNTED:
                self.close(tag.end(), end, is_prose=False)
            self.block = end
        return end

    def _enter(self, closing: str, name: str, attributes: str) -> None:
        if name in _HEADINGS:
            self.heading = not closing
        elif name in _CONTAINERS:
            self._contain(closing, name)
        elif name == "div" and (self.count["footnote"] if closing else "footnote" in attributes):
            self._contain(closing, "footnote")

    def _contain(self, closing: str, name: str) -> None:
        if not closing:
            self.containers += not self.open
            self.open.append(name)
            self.count[name] += 1
        elif self.count[name]:
            last = ""
            while last != name:
                last = self.open.pop()
                self.count[last] -= 1
        elif self.is_part:
            raise Unbalanced
