"""Takes other engines' tags and shortcodes out of a post's text."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import TypeAlias

from feeds.listings import BEGIN, Listings, as_shown

_FOREIGN = r"\{[%{:#]|\[\[|\[TOC\]|[{|](?:filename|static|attach)[}|]"
_ANY = re.compile(_FOREIGN)
_STOP = re.compile(f"{BEGIN}|{_FOREIGN}")
_LONGEST = 2000
"""Characters of a tag; what is longer, or holds an empty line or another tag, is text."""

_LIQUID = re.compile(r"\{%[-+~]?\s*(/?[A-Za-z_][\w:./-]*)\s*(.*?)\s*[-+~]?%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{([<%])\s*(/?)\s*([\w./-]*\w)(.*?)(/?)[>%]\}\}", re.DOTALL)
_ESCAPED = re.compile(r"\{\{([<%])/\*([^\n]{0,500}?)\*/([>%])\}\}")
_VERBATIM = frozenset(["raw", "verbatim"])
_LISTINGS = frozenset(["highlight", "codeblock"])
_BRANCHES = frozenset(["else", "elsif", "elif", "elseif", "when"])
_ASSIGNED = re.compile(r"""(?:assign|set)\s+([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_ROOTS = frozenset(["site.baseurl", "site.github.url", "site.BaseURL", ".Site.BaseURL", "config.base_url", "SITEURL"])
_ADDRESS = re.compile(
    r"""(["'])([^"']*)\1\s*\|\s*(?:relative_url|absolute_url|url|relURL|absURL|prepend:\s*site\.(?:base)?url)\b.*""",
    re.DOTALL,
)
_QUOTED = re.compile(r"""(["'])([^"']*)\1""")
_LOOSE = re.compile(
    r"[.$]?[A-Za-z_][\w.-]*(?:\[[^\]]*\][\w.]*)*\s*(?:\|.*)?|[A-Za-z_][\w:.]*\(.*\)"
    r"|(?:if|else|end|range|with|define|block|template|partial)\b.*",
    re.DOTALL,
)
_TIGHT = re.compile(r"[A-Za-z_][\w-]*(?:(?:\.[\w-]+)+(?:\|.*)?|\|.*|\(.*\))", re.DOTALL)
_NAME_END = re.compile(r"[\s|(\[]")

_ATTRIBUTES = re.compile(
    r"""\{:(?:\s*(?:[.\#][\w:-]+|[\w:-]+(?:=(?:"[^"\n]*"|'[^'\n]*'|[^\s}"']+))?)){1,20}\s*\}""",
)
_EXTENSION = re.compile(r"\{::(\w+)[^{}\n]{0,200}\}|\{:/\w*\}")
_REMARK = re.compile(r"\{#-?\s[^{}]{0,500}\s-?#\}")
_WIKILINK = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\](?![(\[:])")
_PATH_BEFORE = re.compile(r"""[(<"'=]|\]:[ \t]+""")
_LISTED = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*")
_CONTENTS = re.compile(r"[ \t]*(?:[-*+]|\d+\.)[ \t][^\n]*\n[ \t]*")


@dataclass(frozen=True, slots=True)
class Plain:
    """A post's text in Markdown or HTML alone."""

    text: str
    dropped: tuple[tuple[str, int], ...]
    """Each tag of which the output is missing, like `{% include %}`, `{{< figure >}}`, `{{ page.title }}`; its line from 1."""


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
      follows `\`, `^`, `_` or `$`. Everything else in braces is text.
    """
    if not _ANY.search(text):
        return Plain(text, ())
    scan = _Scan(text=text, base=root.rstrip("/"), is_html=is_html, code=Listings(text=text, is_html=is_html))
    return Plain(scan.run(), tuple(d for number, d in enumerate(scan.dropped) if number not in scan.paired))


Step: TypeAlias = tuple[int, str] | None
"""Where what was found ends, and what stands for it; None: it is text."""


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
            start = stop.start() - self._is_embed(stop.start(), step)
            kept += [self.text[done:start], step[1]]
            position = done = step[0]
        return "".join([*kept, self.text[done:]])

    def _is_embed(self, start: int, step: tuple[int, str]) -> bool:
        return not step[1] and self.text.startswith("[[", start) and self.text[start - 1 : start] == "!"

    def _step(self, stop: "re.Match[str]") -> Step:
        start, first = stop.start(), stop[0]
        if first[0] in "`~<":
            end = self.code.end(stop)
            return (end, as_shown(self.text[start:end])) if end else None
        if self.code.is_indented(start):
            end = self.code.line_end(start)
            return end, as_shown(self.text[start:end])
        return _HANDLERS.get(first, _Scan._path_prefix)(self, start)

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
            return tag.end(), self._path(words)
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
            return lambda content: self._listing(content, words, start)
        if name in _VERBATIM:
            return str
        return (lambda _: "") if name == "comment" else None

    def _enclosed(
        self, tag: "re.Match[str]", end_tag: "re.Pattern[str]", label: str, shown: Callable[[str], str]
    ) -> Step:
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
        before = self.text[self.code.line_start(start) : start]
        ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", content)), default=0))
        opening = ticks if not before.strip(" \t>") else f"\n\n{ticks}"
        indent = before if not before.strip(" \t>") else ""
        return f"{opening}{language}\n{content}\n{indent}{ticks}\n"

    # --- output tags and shortcodes ---

    def _braces(self, start: int) -> Step:
        if self.text.startswith(("{{<", "{{%"), start):
            return self._shortcode(start)
        end = self._tag_end(start, "}}")
        if not end or self.text[start - 1 : start] in {"\\", "^", "_", "$"}:
            return None
        inner = self.text[start + 2 : end - 2]
        expression = inner.strip("-~ \t\r\n")
        shown = self._value(expression, end)
        if shown is not None:
            return end, shown
        shape = _TIGHT if inner[:1] not in {" ", "\t", "\n", "\r", "-", "~"} else _LOOSE
        if not shape.fullmatch(expression):
            return None
        self._drop(f"{{{{ {_NAME_END.split(expression)[0]} }}}}", start)
        return end, self._nothing(start, end)

    def _value(self, expression: str, end: int) -> str | None:
        """Return what an output tag shows, as far as it can be known."""
        if expression in self.values:
            return self.values[expression]
        if expression == "site.url" or expression in _ROOTS:
            base = self.base if expression in _ROOTS and not self.text.startswith("{% link", end) else ""
            return base if self.text.startswith(("/", "{"), end) else f"{base}/"
        if address := _ADDRESS.fullmatch(expression):
            return self._path(address[2])
        quoted = _QUOTED.fullmatch(expression)
        return quoted[2] if quoted else None

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

    # --- kramdown, Pelican, Obsidian ---

    def _kramdown(self, start: int) -> Step:
        """Take out an attribute list where it belongs to something, or an extension."""
        if extension := _EXTENSION.match(self.text, start):
            if extension[1] == "comment" and not extension[0].endswith("/}"):
                return self._enclosed(extension, re.compile(r"\{:/(?:comment)?\}"), "{::comment}", lambda _: "")
            return extension.end(), ""
        found = _ATTRIBUTES.match(self.text, start)
        if not found:
            return None
        line_start, line_end = self.code.line_start(start), self.code.line_end(start)
        before = self.text[line_start:start]
        is_own = _LISTED.fullmatch(before) or not self.text[found.end() : line_end].strip()
        return (found.end(), "") if is_own or before[-1] in "*_)]`\"'>}" else None

    def _remark(self, start: int) -> Step:
        remark = _REMARK.match(self.text, start)
        return (remark.end(), "") if remark else None

    def _bracket(self, start: int) -> Step:
        """Return the text of a wiki link; nothing for an embedded file or the place of a table of contents."""
        if self.text.startswith(("[TOC]", "[[toc]]", "[[TOC]]", "[[_TOC_]]"), start):
            end = self.text.index("]", start) + (2 if self.text[start + 1] == "[" else 1)
            return (end, "") if self._is_alone(start, end) else None
        link = _WIKILINK.match(self.text, start)
        if not link or not any(character.isalpha() for character in link[1]) or link[1] != link[1].strip():
            return None
        if self.text[start - 1 : start] == "!":
            self._drop(f"![[{link[1]}]]", start)
            return link.end(), ""
        return link.end(), (link[2] or link[1]).strip()

    def _path_prefix(self, start: int) -> Step:
        """Take Pelican's `{static}` off a path."""
        prefix = re.compile(r"[{|]\w+[}|]").match(self.text, start)
        line = self.text[max(self.code.line_start(start), start - 80) : start]
        if not prefix or not (line and (line[-1] in "(<\"'=" or _PATH_BEFORE.search(line.rstrip() + line[-1:]))):
            return None
        return prefix.end(), self.base if self.text.startswith("/", prefix.end()) else ""

    # --- small parts ---

    def _path(self, address: str) -> str:
        """Return *address* below the root; one with a scheme as it is."""
        return (
            address
            if ":" in address.split("/", maxsplit=1)[0] or address.startswith("//")
            else f"{self.base}/{address.lstrip('/')}"
        )

    def _tag_end(self, start: int, closer: str) -> int:
        """Return where the tag ends that begins at *start*; 0: it is none."""
        end = self.text.find(closer, start + 2, start + _LONGEST)
        inner = self.text[start + 2 : end] if end > 0 else "\n\n"
        return 0 if self.text[start : start + 2] in inner or "\n\n" in inner else end + len(closer)

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
        """Return what stands for a dropped tag: where an empty line would end the HTML around it, a comment."""
        if self.is_html or not self._is_alone(start, end):
            return ""
        line_start, line_end = self.code.line_start(start), self.code.line_end(end)
        above = self.text[self.code.line_start(line_start - 1) : line_start] if line_start else ""
        below = self.text[line_end + 1 : self.code.line_end(line_end + 1)]
        return "<!---->" if above.strip() or below.strip() else ""

    def _is_alone(self, start: int, end: int) -> bool:
        line_start, line_end = self.code.line_start(start), self.code.line_end(end)
        return not (self.text[line_start:start].strip() or self.text[end:line_end].strip())


_HANDLERS: dict[str, Callable[[_Scan, int], Step]] = {
    "{%": _Scan._liquid,
    "{{": _Scan._braces,
    "{:": _Scan._kramdown,
    "{#": _Scan._remark,
    "[[": _Scan._bracket,
    "[TOC]": _Scan._bracket,
}


@lru_cache(maxsize=16)
def _end_tag(name: str) -> "re.Pattern[str]":
    return re.compile(rf"\{{%[-+~]?\s*end{name}\s*[-+~]?%\}}")


@lru_cache(maxsize=16)
def _end_shortcode(name: str) -> "re.Pattern[str]":
    return re.compile(rf"\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}")
