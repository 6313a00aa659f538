"""Takes other engines' tags and shortcodes out of a post's text."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from html import escape
from typing import TypeAlias

from feeds.decorations import Step, attributes, bracket, contents_start, is_alone, path, remark
from feeds.expressions import below, is_tag, is_tex, literal_braces, name_of, value
from feeds.links import UNKNOWN
from feeds.listings import BEGIN, Listings, as_shown, line_end, line_start

_FOREIGN = r"\{[%{:#]|\[\[|\[TOC\]|[{|](?:filename|static|attach)[}|]"
_BRACED = re.compile(r"\{(?:[%{:#]|(?:filename|static|attach)\})")
_BRACKETED = re.compile(r"\[(?:\[|TOC\])")
_PIPED = re.compile(r"\|(?:filename|static|attach)\|")
_STOP = re.compile(f"{BEGIN}|{_FOREIGN}")
_Tag: TypeAlias = "re.Match[str]"
_LONGEST = 20_000
"""Characters of a tag; what is longer, or holds another tag, or an empty line outside of named values, is text."""

_ROOM = 1_000_000
"""Characters that values may bring into a text in all: what comes after is dropped as if it were not known."""

_ARGUMENTS = re.compile(
    r"""[-<%]?\s*[\w./-]+\s+(?:[^\s=]+\s+)?(?:[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*+"|'[^']*'|[^\s"']+)\s*)++-?""",
    re.DOTALL,
)

_LIQUID = re.compile(r"\{%[-+~]?\s*(/?[A-Za-z_][\w:./-]*)\s*(.*?)\s*[-+~]?%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{([<%])\s*(/?)\s*([\w./-]*\w)(.*?)(/?)[>%]\}\}", re.DOTALL)
_ESCAPED = re.compile(r"\{\{([<%])/\*([^\n]{0,500}?)\*/([>%])\}\}")
_VERBATIM = frozenset(["raw", "verbatim"])
_LISTINGS = frozenset(["highlight", "codeblock"])
_BRANCHES = frozenset(["else", "elsif", "elif", "elseif", "when"])
_ASSIGNED = re.compile(r"""(?:assign|set)\s+([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_ADDRESS_BACKWARDS = re.compile(r"""[^\s"'<>()]*(?:<?\(\]|["']?=(?:ferh|crs|tescrs|retsop)\b|<?[ \t]*:\])""")
"""What stands before a tag inside an address, read from the tag on: its beginning is found at once, or is not there."""

_LONG_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Plain:
    """A post's text in Markdown or HTML alone."""

    text: str
    dropped: tuple[tuple[str, int], ...]
    """Tags of which the output is missing, like `{% include %}`, `{{< figure >}}`, `{{ x.y }}`; each with its line."""


def plain(text: str, *, root: str, is_html: bool = False) -> Plain:
    r"""Return the body *text* without Liquid, Jinja, Hugo, Zola, kramdown, Pelican and Obsidian syntax.

    *root* is the path of the site that publishes the posts. In code nothing changes, but `{% raw %}` tags go and
    `{{</* x */>}}` is `{{< x >}}`, because their engines do that there too. Elsewhere:

    - `raw`, `verbatim`: what is in them stays, letter by letter; `highlight`, `codeblock`: it becomes a listing.
    - `{{ site.url }}`, `{{ site.baseurl }}`, `{{ "/x" | relative_url }}`, `{% link x.pdf %}` are paths below *root*;
      `{{ x }}` is the text that `{% assign x = "…" %}` gave it; `{{ "x" }}` is x.
    - Tags and shortcodes that have an end tag leave what they enclose; comments leave nothing.
    - Attribute lists (`{:.x}`), `[TOC]`, `{static}` before a path go; `[[Name|text]]` is its text.
    - All other tags are dropped, and named in `dropped`. `{{ … }}` is one if it holds a name, with or without filters,
      or a call; without blanks inside, the name needs a dot, a filter or a call: `{{a}}` is TeX, and so is what
      follows `\frac`, `^`, `_` or `$`. Everything else in braces is text.
    """
    if not _has_marks(text):
        return Plain(text, ())
    scan = _Scan(text=text, base=root.rstrip("/"), is_html=is_html, code=Listings(text=text, is_html=is_html))
    return Plain(scan.run(), tuple(d for number, d in enumerate(scan.dropped) if number not in scan.paired))


def _has_marks(text: str) -> bool:
    """Say whether *text* has any of other engines' marks in it; a single character is looked for much faster."""
    return bool(
        ("{" in text and _BRACED.search(text))
        or ("[" in text and _BRACKETED.search(text))
        or ("|" in text and _PIPED.search(text))
    )


@dataclass(slots=True)
class _Scan:
    """Where the reading of a body has come to."""

    text: str
    base: str
    is_html: bool
    code: Listings
    dropped: list[tuple[str, int]] = field(default_factory=list)
    paired: set[int] = field(default_factory=set)
    open: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, str] = field(default_factory=dict)
    never_ended: set[str] = field(default_factory=set)
    room: int = _ROOM
    counted: int = 0
    line: int = 1

    def run(self) -> str:
        """Return the text without what is not its own."""
        kept: list[str] = []
        position = done = 0
        while stop := _STOP.search(self.text, position):
            step = self._step(stop)
            if step is None:
                position = stop.end()
                continue
            start = max(done, self._beginning(stop, step))
            kept += [self.text[done:start], step[1]]
            position = done = step[0]
        return "".join([*kept, self.text[done:]])

    def _beginning(self, stop: _Tag, step: tuple[int, str]) -> int:
        """Return where what was found begins; before its mark, where it is an embedded file or a table of contents."""
        start = stop.start()
        if self._is_embed(start) and not step[1]:
            return start - 1
        if self.text.startswith("{:toc", start) and step[1] == "":
            return contents_start(self.text, start)
        return start

    def _step(self, stop: "re.Match[str]") -> Step:
        start, first = stop.start(), stop[0]
        if first[0] in "`~<":
            end = self.code.end(stop)
            return (end, as_shown(self.text[start:end])) if end else None
        if self.code.is_indented(start):
            end = line_end(self.text, start)
            return end, as_shown(self.text[start:end])
        if first == "{%":
            return self._liquid(start)
        if first == "{{":
            return self._braces(start)
        return self._decoration(first, start)

    def _decoration(self, first: str, start: int) -> Step:
        if first == "{:":
            return attributes(self.text, start)
        if first == "{#":
            return remark(self.text, start)
        if first[0] != "[":
            return path(self.text, start, self.base)
        step = bracket(self.text, start)
        if step and step[1] and self._is_embed(start):
            self._drop(f"!{self.text[start : step[0]]}", start)
            return step[0], ""
        return step

    def _is_embed(self, start: int) -> bool:
        """Say whether the wiki link at *start* embeds a file: `![[image.png]]`."""
        return self.text.startswith("![[", max(start - 1, 0))

    # --- Liquid, Jinja, Tera ---

    def _liquid(self, start: int) -> Step:
        end = self._tag_end(start, "%}")
        tag = _LIQUID.fullmatch(self.text, start, end) if end else None
        if not tag:
            return None
        name, words = tag[1], tag[2]
        if shown := self._enclosed_as(name, words, start):
            return self._enclosed(tag, _end_tag(name), f"{{% {name} %}}", shown)
        if name == "link" and not words.startswith("_") and not words.endswith((".md", ".markdown", ".html")):
            return tag.end(), below(self.base, words)
        assigned = _ASSIGNED.fullmatch(f"{name} {words}")
        if assigned:
            self.values[assigned[1]] = assigned[2] or assigned[3] or ""
        elif name.startswith(("end", "/")):
            self._close(name.removeprefix("/").removeprefix("end"), f"{{% {name} %}}", start)
        elif name not in _BRANCHES or not any(self.open.values()):
            self._drop(f"{{% {name} %}}", start, opens=(name, "") if words.startswith("(") else (name,))
        return tag.end(), self._nothing(start, tag.end())

    def _enclosed_as(self, name: str, words: str, start: int) -> Callable[[str], str] | None:
        """Return what to make of the content of a tag whose content is no text like any other."""
        if name in _LISTINGS:
            return partial(self._listing, words=words, start=start)
        if name in _VERBATIM:
            return str
        return (lambda _: "") if name == "comment" else None

    def _enclosed(self, tag: _Tag, end_tag: "re.Pattern[str]", label: str, shown: Callable[[str], str]) -> Step:
        """Return what stands for a tag and all up to its end tag; without one, for the tag."""
        found = None if label in self.never_ended else end_tag.search(self.text, tag.end())
        if found:
            return found.end(), shown(self.text[tag.end() : found.start()])
        self.never_ended.add(label)
        self._drop(label, tag.start())
        return tag.end(), self._nothing(tag.start(), tag.end())

    def _listing(self, content: str, words: str, start: int) -> str:
        """Return *content* as a fenced block; in HTML as `pre`."""
        language = words.split(maxsplit=1)[0].strip("\"'").removeprefix("lang:") if words.split() else ""
        content = as_shown(content).strip("\n").rstrip()
        if self.is_html:
            return f"<pre><code>{escape(content, quote=False)}\n</code></pre>"
        before = self.text[line_start(self.text, start) : start]
        ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", content)), default=0))
        opening = ticks if not before.strip(" \t>") else f"\n\n{ticks}"
        indent = before if not before.strip(" \t>") else ""
        return f"{opening}{language}\n{content}\n{indent}{ticks}\n"

    # --- output tags and shortcodes ---

    def _braces(self, start: int) -> Step:
        if self.text.startswith(("{{<", "{{%"), start):
            return self._shortcode(start)
        if literal := literal_braces(self.text, start):
            return literal
        end = self._tag_end(start, "}}")
        if not end or is_tex(self.text, start):
            return None
        inner = self.text[start + 2 : end - 2]
        shown = value(inner, self.text[end : end + 7], base=self.base, values=self.values)
        self.room -= len(shown or "")
        if shown is not None and self.room >= 0:
            return end, shown
        if not is_tag(inner):
            return None
        self._drop(f"{{{{ {name_of(inner)} }}}}", start)
        return end, self._nothing(start, end)

    def _shortcode(self, start: int) -> Step:
        if escaped := _ESCAPED.match(self.text, start):
            opening = "&lt;" if escaped[1] == "<" and not escaped[2].startswith(" ") else escaped[1]
            return escaped.end(), f"{{{{{opening}{escaped[2]}{escaped[3]}}}}}"
        kind = self.text[start + 2]
        end = self._tag_end(start, ">}}" if kind == "<" else "%}}")
        tag = _SHORTCODE.fullmatch(self.text, start, end) if end else None
        if not tag:
            return None
        closing, name = tag[2], tag[3]
        label = f"{{{{{kind} {closing}{name} {'>' if kind == '<' else '%'}}}}}"
        if name in _LISTINGS and not closing:
            words = tag[4].strip()
            return self._enclosed(
                tag, _end_shortcode(name), label, lambda content: self._listing(content, words, start)
            )
        if closing:
            self._close(f"<{name}", label, start)
        else:
            self._drop(label, start, opens=() if tag[5] else (f"<{name}",))
        return tag.end(), self._nothing(start, tag.end())

    # --- small parts ---

    def _tag_end(self, start: int, closer: str) -> int:
        """Return where the tag ends that begins at *start*; 0: it is none."""
        opener = self.text[start : start + 2]
        limit = self.text.find(opener, start + 2, start + _LONGEST)
        end = self.text.find(closer, start + 2, start + _LONGEST if limit < 0 else limit)
        if end < 0 or ("\n\n" in self.text[start:end] and not _ARGUMENTS.fullmatch(self.text, start + 2, end)):
            return 0
        return end + len(closer)

    def _drop(self, label: str, start: int, *, opens: tuple[str, ...] = ()) -> None:
        """Note that a tag was dropped; the end tag of one of *opens* would say that nothing is missing."""
        self.line += self.text.count("\n", self.counted, start)
        self.counted = start
        for name in opens:
            self.open[name].append(len(self.dropped))
        self.dropped.append((label, self.line))

    def _close(self, name: str, label: str, start: int) -> None:
        """Pair an end tag with the last of its tags; `{% end %}` with the last that was called like a function."""
        if self.open[name]:
            self.paired.add(self.open[name].pop())
        else:
            self._drop(label, start)

    def _nothing(self, start: int, end: int) -> str:
        """Return what stands for a dropped tag: in an address `UNKNOWN`, where an empty line would matter a comment."""
        if _ADDRESS_BACKWARDS.match(self.text[max(start - _LONG_ADDRESS, 0) : start][::-1]):
            return UNKNOWN
        if self.is_html or not is_alone(self.text, start, end):
            return ""
        first, last = line_start(self.text, start), line_end(self.text, end)
        above = self.text[line_start(self.text, first - 1) : first] if first else ""
        below = self.text[last + 1 : line_end(self.text, last + 1)]
        return "<!---->" if above.strip() or below.strip() else ""


@lru_cache(maxsize=16)
def _end_tag(name: str) -> "re.Pattern[str]":
    return re.compile(rf"\{{%[-+~]?\s*end{name}\s*[-+~]?%\}}")


@lru_cache(maxsize=16)
def _end_shortcode(name: str) -> "re.Pattern[str]":
    return re.compile(rf"\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}")
