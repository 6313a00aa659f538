"""Reads the plain values that stand in a Python file; nothing is run."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from feeds.generators.found import Fact, Unclear

Plain: TypeAlias = "str | bool | tuple[Plain, ...] | Unclear | None"

_DEEPEST, _LONGEST = 50, 10_000
"""Of what is put together: `A = A + A` in forty lines would fill any memory."""

_COMPUTED = Unclear("is computed when the site is built")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """What a Python file assigns at its top level."""

    path: str
    values: Mapping[str, tuple[Plain, int]] = field(default_factory=dict)
    """With lines, by name."""

    problem: str = ""

    def fact(self, name: str) -> Fact | None:
        """Return the text that *name* is; None where it is none, or an empty one."""
        value, line = self.values.get(name, (None, 0))
        if value is None or value in ("", ()):
            return None
        kind = value if isinstance(value, str | Unclear) else Unclear("is no text")
        return Fact(kind, f"{self.path}:{line}")


def module_of(path: str, text: str, above: Module | None = None) -> Module:
    """Return what *text*, the file at *path*, assigns, where it knows the names of the file *above*.

    What is no Python says nothing, and has a problem.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        return Module(path=path, problem=f"{path}:{line}: it is not Python: nothing of it was taken")
    known = dict(above.values) if above else {}
    values: dict[str, tuple[Plain, int]] = {}
    for node in tree.body:
        for name, value in _assigned(node):
            values[name] = known[name] = _plain(value, known, 0), node.lineno
    return Module(path=path, values=values)


def _assigned(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    value = getattr(node, "value", None)
    return [(target.id, value) for target in targets if isinstance(target, ast.Name) and value is not None]


def _plain(node: ast.expr, known: Mapping[str, tuple[Plain, int]], depth: int) -> Plain:  # noqa: PLR0911 - one a kind
    """Return what *node* is: literals, known names, sums of texts, and choices between them that are settled."""
    if depth > _DEEPEST:
        return _COMPUTED
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bool | None) else str(node.value)
    if isinstance(node, ast.Name):
        return known.get(node.id, (_COMPUTED, 0))[0]
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(_plain(item, known, depth + 1) for item in node.elts)
    if isinstance(node, ast.JoinedStr):
        return _sum([_plain(part, known, depth + 1) for part in node.values])
    if isinstance(node, ast.FormattedValue) and node.format_spec is None and node.conversion == -1:
        return _plain(node.value, known, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _sum([_plain(node.left, known, depth + 1), _plain(node.right, known, depth + 1)])
    return _chosen(node, known, depth)


def _chosen(node: ast.expr, known: Mapping[str, tuple[Plain, int]], depth: int) -> Plain:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        value = _plain(node.operand, known, depth + 1)
        return not value if isinstance(value, bool) else _COMPUTED
    if isinstance(node, ast.IfExp):
        test = _plain(node.test, known, depth + 1)
        return _plain(node.body if test else node.orelse, known, depth + 1) if isinstance(test, bool) else _COMPUTED
    return _COMPUTED


def _sum(parts: list[Plain]) -> Plain:
    texts = [part for part in parts if isinstance(part, str)]
    is_plain = len(texts) == len(parts) and sum(map(len, texts)) <= _LONGEST
    return "".join(texts) if is_plain else _COMPUTED
