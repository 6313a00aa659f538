"""Draws figures for a terminal: tables as wide as it is, and bars."""

import locale
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category, east_asian_width

from feeds.cli._words import harmless

LEAST = 12
"""Cells that the names in a table have at least; columns of figures that leave them less are left out."""

_BLOCKS, _SIGNS = "▁▂▃▄▅▆▇█", "_:-=+*%#"
"""Bars of eight heights, and what stands for them where there is nothing but ASCII."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is drawn upon."""

    width: int
    """In cells; a Chinese character takes two."""

    encoding: str = "utf-8"
    """What it cannot write is written as `\\\\u6f6e`."""

    has_blocks: bool = True
    """Whether it shows block elements and dots; else ASCII serves."""

    def shown(self, text: str) -> str:
        """Return *text* as one line that orders the terminal nothing."""
        line = harmless(text).replace("\n", "\\n").replace("\t", " ")
        return line.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def fitted(self, text: str, width: int) -> str:
        """Return *text* in exactly *width* cells: filled up, or cut with an ellipsis."""
        if cells(text) > width:
            mark = "…" if self.has_blocks else "..."
            while text and cells(text) > width - len(mark):
                text = text[:-1]
            text += mark
        return text + " " * (width - cells(text))


def paper() -> Paper:
    """Return what stdout is: as wide as the terminal, or as COLUMNS says; 80 cells where nobody knows."""
    encoding = sys.stdout.encoding
    are_utf8 = all(name.lower().replace("-", "") == "utf8" for name in (encoding, locale.getencoding()))
    return Paper(width=shutil.get_terminal_size().columns, encoding=encoding, has_blocks=are_utf8)


def cells(text: str) -> int:
    """Return how wide *text* is on a terminal."""
    return sum(0 if category(c) in {"Mn", "Me", "Cf"} else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], page: Paper) -> Iterator[str]:
    """Yield the lines of a table as wide as *page*: names to the left, and right-aligned figures.

    Where there is too little room the last columns are left out, then names are cut.
    """
    lines = [[page.shown(cell) for cell in row] for row in (head, *rows)]
    names = max(cells(line[0]) for line in lines)
    widths = [max(map(cells, column)) for column in zip(*(line[1:] for line in lines), strict=True)]
    while len(widths) > 1 and _room(widths, page) < min(names, LEAST):
        widths.pop()
    width = max(min(names, _room(widths, page)), 1)
    for name, *figures in lines:
        shown = zip(figures, widths, strict=False)
        yield page.fitted(name, width) + "".join(f"  {' ' * (w - cells(cell))}{cell}" for cell, w in shown)


def _room(widths: Sequence[int], page: Paper) -> int:
    """Return how many cells are left for names beside columns of *widths*."""
    return page.width - sum(widths) - 2 * len(widths)


def bars(numbers: Sequence[int], page: Paper) -> str:
    """Return a bar for each of *numbers*, as high as it is beside the largest; a blank place has a dot."""
    none, heights = ("·", _BLOCKS) if page.has_blocks else (".", _SIGNS)
    most = max(numbers, default=0)
    return "".join(heights[(number * 8 - 1) // most] if number else none for number in numbers)
