"""Reads how templates build on one another: what extends what, which blocks there are, and what stands in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from feeds.model import PACKAGED
from feeds.render._masking import JINJA

_TAG = re.compile(JINJA, re.DOTALL | re.IGNORECASE)
_STATEMENT = re.compile(r"\{%[-+]?\s*(?P<name>\w+)\s*(?P<rest>.*?)\s*[-+]?%\}", re.DOTALL)
_SUPER = re.compile(r"\{\{[-+]?\s*super\(\s*\)\s*[-+]?\}\}")
_STRING = re.compile(r"""["']([^"'\\]*)["']""")
_INCLUDED = re.compile(r"""["']([^"'\\]*)["'](?:\s+ignore\s+missing)?(?:\s+with(?:out)?\s+context)?""")
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

_OPENERS = frozenset(["if", "for", "macro", "call", "filter", "with", "autoescape"])
_QUIET = frozenset(["set", "endset", "import", "from", "macro", "endmacro", "do"])
"""What may stand beside the blocks of a template that extends another: it shows nothing there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in a template where another's text may stand."""

    kind: str
    """`block`, `super` or `include`."""

    name: str
    """The block's, or the included template's; empty for `super`."""

    line: int
    body: tuple["int | Slot", ...] = ()
    """A block's own text."""

    @property
    def blocks(self) -> "Iterator[Slot]":
        """Yield the blocks in this one, itself first."""
        if self.kind == "block":
            yield self
            for node in self.body:
                if isinstance(node, Slot):
                    yield from node.blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A template as others build on it."""

    leaves: tuple[str, ...]
    """The source, cut wherever another's text may stand."""

    body: tuple["int | Slot", ...]
    """The places of leaves, with the slots between them."""

    parent: str
    """The template that it extends; empty: none."""

    parent_line: int
    imports: tuple[str, ...]
    stray: int
    """The line of the first text that stands outside of the blocks and is never shown; 0: none."""

    is_followed: bool
    """Every name of another template is known before the run, and what is shown stands in blocks."""

    @property
    def blocks(self) -> Iterator[Slot]:
        """Yield every block, an outer one before those in it."""
        for node in self.body:
            if isinstance(node, Slot):
                yield from node.blocks

    @property
    def outside(self) -> str:
        """Return the text that stands in no block."""
        return "".join(self.leaves[node] for node in self.body if isinstance(node, int))


@lru_cache(maxsize=64)
def outline(source: str) -> Outline | None:
    """Return how the template *source* builds on others; None where its blocks are not closed."""
    reader = _Reader(source)
    at = 0
    for tag in _TAG.finditer(source):
        reader.text(at, tag.start())
        reader.tag(tag)
        at = tag.end()
    reader.text(at, len(source))
    return reader.outline()


def ancestors(name: str, templates: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return *name* and what it extends, the last extending nothing; None where that is not known before the run."""
    names: tuple[str, ...] = ()
    while name:
        found = outline(templates.get(name, "")) if name in templates and name not in names else None
        if found is None or not found.is_followed:
            return None
        names, name = (*names, name), found.parent
    return names


def misuse(name: str, templates: Mapping[str, str]) -> tuple[int, str] | None:
    """Return the line and what is wrong with how the template *name* extends another; None where nothing is."""
    own = outline(templates[name])
    if own is None or not own.parent:
        return None
    if _goes_round(name, templates):
        return own.parent_line, f"it extends itself; the packaged template is `{PACKAGED}{name.removeprefix(PACKAGED)}`"
    above = ancestors(own.parent, templates)
    if above is not None and (unknown := _unknown_block(own, above, templates)):
        return unknown
    if own.stray:
        return own.stray, "this stands outside of the blocks and is never shown; put it into a block"
    return None


def _goes_round(name: str, templates: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        found = outline(templates.get(name, ""))
        name = found.parent if found else ""
    return bool(name)


def _unknown_block(own: Outline, above: tuple[str, ...], templates: Mapping[str, str]) -> tuple[int, str] | None:
    """Return the first of the template's blocks that none *above* it has, with what is wrong."""
    known = [block.name for name in above for block in (outline(templates[name]) or own).blocks]
    for node in own.body:
        if isinstance(node, Slot) and node.kind == "block" and node.name not in known:
            names = ", ".join(f"`{block}`" for block in dict.fromkeys(known))
            problem = f"`{own.parent}` has no block `{node.name}`, so this is never shown"
            return node.line, f"{problem}; its blocks are {names}" if names else problem
    return None


@dataclass(kw_only=True)
class _Open:
    """A block whose end is not read yet."""

    name: str
    line: int
    body: list["int | Slot"] = field(default_factory=list)


class _Reader:
    """One reading of a template from its beginning."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._cut = 0
        self._leaves: list[str] = []
        self._open = [_Open(name="", line=0)]
        self._depth = 0
        self._parent = ""
        self._parent_line = 0
        self._imports: list[str] = []
        self._stray = 0
        self._kinds: set[str] = set()
        self._has_preface = False
        self._is_followed = True
        self._is_closed = True

    def text(self, start: int, end: int) -> None:
        """Read what stands between two tags."""
        if self._is_outside and not self._stray and not self._has_preface:
            shown = _HTML_COMMENT.sub(lambda found: " " * len(found[0]), self._source[start:end])
            if shown.strip():
                self._shown_outside(start + len(shown) - len(shown.lstrip()))

    def tag(self, tag: re.Match[str]) -> None:
        """Read one tag; comments and raw text say nothing."""
        text = tag.group()
        statement = _STATEMENT.fullmatch(text)
        if _SUPER.fullmatch(text):
            self._slot("super", "", tag)
        elif text.startswith("{{"):
            self._is_followed &= "super" not in text
            if self._is_outside:
                self._shown_outside(tag.start())
        elif statement and statement["name"] != "raw":
            self._statement(statement["name"], statement["rest"], tag)

    def outline(self) -> Outline | None:
        """Return what was read; None where a block has no end, or an end no block."""
        self._leaf(len(self._source))
        if len(self._open) > 1 or not self._is_closed:
            return None
        beside = self._kinds - _QUIET if self._parent else set()
        return Outline(
            leaves=tuple(self._leaves),
            body=tuple(self._open[0].body),
            parent=self._parent,
            parent_line=self._parent_line,
            imports=tuple(self._imports),
            stray=self._stray,
            is_followed=self._is_followed and not beside,
        )

    @property
    def _is_outside(self) -> bool:
        return len(self._open) == 1 and not self._depth

    def _shown_outside(self, at: int) -> None:
        """Note what would be shown before the document, or never."""
        if not self._parent:
            self._has_preface = True
        elif not self._stray:
            self._stray = self._line(at)

    def _statement(self, name: str, rest: str, tag: re.Match[str]) -> None:
        if name == "block":
            self._leaf(tag.end())
            self._has_preface |= not self._parent
            self._open.append(_Open(name=rest.split(maxsplit=1)[0] if rest else "", line=self._line(tag.start())))
        elif name == "endblock":
            self._leaf(tag.start())
            self._close()
        elif name == "extends":
            self._extends(rest, tag)
        else:
            self._other(name, rest, tag)

    def _other(self, name: str, rest: str, tag: re.Match[str]) -> None:
        self._is_followed &= "super" not in rest
        if len(self._open) == 1:
            self._kinds.add(name)
        if name == "include":
            self._include(rest, tag)
        elif name in {"import", "from"}:
            self._named(_STRING.match(rest))
        elif name in _OPENERS or (name == "set" and "=" not in rest):
            self._depth += 1
        elif name.startswith("end"):
            self._depth -= 1

    def _extends(self, rest: str, tag: re.Match[str]) -> None:
        name = _STRING.fullmatch(rest)
        is_first = self._is_outside and not self._parent and not self._has_preface and not self._kinds - _QUIET
        self._is_followed &= bool(name) and is_first
        if name and not self._parent:
            self._parent, self._parent_line = name[1], self._line(tag.start())

    def _include(self, rest: str, tag: re.Match[str]) -> None:
        name = _INCLUDED.fullmatch(rest)
        if name is None:
            self._is_followed = False
        elif not name[1].endswith(".css"):
            self._slot("include", name[1], tag)

    def _named(self, name: re.Match[str] | None) -> None:
        self._is_followed &= name is not None
        if name:
            self._imports.append(name[1])

    def _slot(self, kind: str, name: str, tag: re.Match[str]) -> None:
        self._leaf(tag.end())
        self._open[-1].body.append(Slot(kind=kind, name=name, line=self._line(tag.start())))

    def _close(self) -> None:
        if len(self._open) == 1:
            self._is_closed = False
            return
        block = self._open.pop()
        self._open[-1].body.append(Slot(kind="block", name=block.name, line=block.line, body=tuple(block.body)))

    def _leaf(self, end: int) -> None:
        """End the leaf that began where the last one ended."""
        self._open[-1].body.append(len(self._leaves))
        self._leaves.append(self._source[self._cut : end])
        self._cut = end

    def _line(self, at: int) -> int:
        return self._source.count("\n", 0, at) + 1
