"""Knows what kramdown, Pelican, Obsidian and template comments write between the words, and what remains of it."""

import re
from typing import TypeAlias

from feeds.listings import line_end, line_start

Step: TypeAlias = tuple[int, str] | None
"""Where what was found ends, and what stands for it; None: it is text."""

_ATTRIBUTES = re.compile(
    r"""\{:(?:\s*(?:[.\#][\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s}"']+)|(?:toc|footnotes)\b)){1,20}\s*\}""",
)
_EXTENSION = re.compile(r"\{::(\w+)[^{}\n]{0,200}\}|\{:/\w*\}")
_COMMENT_END = re.compile(r"\{:/(?:comment)?\}")
_REMARK = re.compile(r"\{#-?\s[^{}]{0,500}\s-?#\}")
_WIKILINK = re.compile(r"\[\[(?=[^\s\]])([^\[\]|\n]+)(?<!\s)(?:\|([^\[\]\n]+))?\]\](?![(\[:])")
_CONTENTS = re.compile(r"\[TOC\]|\[\[(?:toc|TOC|_TOC_)\]\]")
_PREFIX = re.compile(r"[{|](?:filename|static|attach)[}|]")
_PATH_BEFORE = re.compile(r"""[(<"'=]\Z|\]:[ \t]+\Z""")
_ITEM_ABOVE = re.compile(r"[ \t]*(?:[-*+]|\d+\.)[ \t][^\n]*\n[ \t]*")
_LISTED = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*")
_CLOSERS = "*_)]`\"'>}"
_FAR = 20_000
"""How far the end of a comment is looked for."""


def attributes(text: str, start: int) -> Step:
    """Take out kramdown's attribute list, where it stands on its own or right after an element, and its extensions."""
    if extension := _EXTENSION.match(text, start):
        is_comment = extension[1] == "comment" and not extension[0].endswith("/}")
        end = _COMMENT_END.search(text, extension.end(), extension.end() + _FAR) if is_comment else None
        return (end or extension).end(), ""
    found = _ATTRIBUTES.match(text, start)
    if not found:
        return None
    before = text[line_start(text, start) : start]
    is_own = _LISTED.fullmatch(before) or not text[found.end() : line_end(text, start)].strip()
    return (found.end(), "") if is_own or before[-1] in _CLOSERS else None


def contents_start(text: str, start: int) -> int:
    """Return where kramdown's place of a table of contents begins: the item of a list before `{:toc}` is part of it."""
    above = line_start(text, line_start(text, start) - 1) if line_start(text, start) else start
    return above if _ITEM_ABOVE.fullmatch(text, above, start) else start


def remark(text: str, start: int) -> Step:
    """Take out a comment of Jinja or Twig: `{# like this #}`."""
    found = _REMARK.match(text, start)
    return (found.end(), "") if found and "\n\n" not in found[0] else None


def bracket(text: str, start: int) -> Step:
    """Return the text of a wiki link; nothing for the place of a table of contents."""
    if contents := _CONTENTS.match(text, start):
        return (contents.end(), "") if is_alone(text, start, contents.end()) else None
    link = _WIKILINK.match(text, start)
    if not link or not any(character.isalpha() for character in link[1]):
        return None
    return link.end(), (link[2] or link[1]).strip()


def path(text: str, start: int, base: str) -> Step:
    """Take Pelican's `{static}` off a path; what begins with a slash is below *base*."""
    prefix = _PREFIX.match(text, start)
    if not prefix or not _PATH_BEFORE.search(text[max(start - 80, line_start(text, start)) : start]):
        return None
    return prefix.end(), base if text.startswith("/", prefix.end()) else ""


def is_alone(text: str, start: int, end: int) -> bool:
    """Say whether what is between *start* and *end* has its lines for itself."""
    before, after = text[line_start(text, start) : start], text[end : line_end(text, end)]
    return not before.strip() and not after.strip()
