"""Joins the templates that make one document into one text, and takes that apart again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feeds.render._inheritance import Outline, Slot, ancestors, outline

_MARK = re.compile(r"\{%leaf (\d+)%\}")
_DEPTH = 40
"""How deep templates may stand in one another: one that includes itself has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The text of one document, and which part of it is whose."""

    text: str
    """The templates' sources, each where it is shown, with a mark like a Jinja tag before each part."""

    places: tuple[tuple[str, int], ...]
    """Of each mark the template and the number of its leaf."""

    leaves: Mapping[str, tuple[str, ...]]
    """By template."""

    aside: str
    """What else the templates bring, without a place of its own: macros, above all."""

    def taken_apart(self, text: str) -> dict[str, str] | None:
        """Return the templates of *text*, which is this one's with other words between the same marks.

        None where a part that stands there twice is no longer the same.
        """
        pieces = _MARK.split(text)
        found: dict[tuple[str, int], str] = {}
        for number, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            if found.setdefault(self.places[int(number)], piece) != piece:
                return None
        return {
            name: "".join(found.get((name, number), leaf) for number, leaf in enumerate(leaves))
            for name, leaves in self.leaves.items()
        }


def joined(name: str, templates: Mapping[str, str]) -> Joined | None:
    """Return the document that the template *name* makes, as one text; None where that is known only in the run.

    Each block stands where its oldest ancestor has it, with the youngest's words; `super()` and `include` are followed
    by what they bring.
    """
    joiner = _Joiner(templates)
    try:
        text = "".join(joiner.document(name))
    except _LostError:
        return None
    if any(_MARK.search(templates[one]) for one in joiner.leaves):
        return None
    return Joined(text=text, places=tuple(joiner.places), leaves=joiner.leaves, aside="\n".join(joiner.aside.values()))


class _LostError(Exception):
    """What stands here is known only in the run."""


_Blocks = Mapping[str, Sequence[tuple[str, Slot]]]
"""By name, the youngest first: the template that defines it, and how."""


class _Joiner:
    """One walk through a document's templates."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates
        self.places: list[tuple[str, int]] = []
        self.leaves: dict[str, tuple[str, ...]] = {}
        self.aside: dict[str, str] = {}

    def document(self, name: str, depth: int = 0) -> Iterator[str]:
        """Yield the text of the template *name*, with all that it brings."""
        names = ancestors(name, self._templates)
        if names is None:
            raise _LostError
        blocks: dict[str, list[tuple[str, Slot]]] = {}
        for one in names:
            found = self._outline(one)
            for block in found.blocks:
                blocks.setdefault(block.name, []).append((one, block))
        yield from self._nodes(self._outline(names[-1]).body, (names[-1], "", 0), blocks, depth)

    def _outline(self, name: str) -> Outline:
        found = outline(self._templates[name])
        if found is None:
            raise _LostError
        self.leaves[name] = found.leaves
        if found.parent:
            self.aside[name] = found.outside
        for imported in found.imports:
            self._import(imported)
        return found

    def _import(self, name: str) -> None:
        """Set aside what the imported template *name* brings, and what that imports."""
        if name in self.aside:
            return
        found = outline(self._templates[name]) if name in self._templates else None
        if found is None or found.parent or not found.is_followed:
            raise _LostError
        self.aside[name] = self._templates[name]
        for imported in found.imports:
            self._import(imported)

    def _nodes(
        self, nodes: Sequence["int | Slot"], within: tuple[str, str, int], blocks: _Blocks, depth: int
    ) -> Iterator[str]:
        """Yield the text of *nodes*, which stand in a template's block of a name, so many generations old."""
        if depth > _DEPTH:
            raise _LostError
        template, block, age = within
        for node in nodes:
            if isinstance(node, int):
                yield f"{{%leaf {len(self.places)}%}}{self.leaves[template][node]}"
                self.places.append((template, node))
            elif node.kind == "include":
                yield from self._included(node.name, depth + 1)
            elif node.kind == "super":
                yield from self._block(block, age + 1, blocks, depth + 1)
            else:
                yield from self._block(node.name, 0, blocks, depth + 1)

    def _block(self, name: str, age: int, blocks: _Blocks, depth: int) -> Iterator[str]:
        if age >= len(blocks.get(name, ())):
            raise _LostError
        template, block = blocks[name][age]
        yield from self._nodes(block.body, (template, name, age), blocks, depth)

    def _included(self, name: str, depth: int) -> Iterator[str]:
        if name in self._templates:
            yield from self.document(name, depth)
