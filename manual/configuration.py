"""Fills the blocks of `docs/configuration.md`: every key of `feeds.toml` with its default and its words."""

import re
from collections.abc import Iterator
from textwrap import wrap
from unicodedata import east_asian_width

from feeds.config import Setting, schema
from feeds.config.explained import EXPLAINED

_BLOCK = re.compile(r"(<!-- made by `make docs`: ([^ ]+) -->\n\n```toml\n).*?(?=^```)", re.MULTILINE | re.DOTALL)
_CHOICE = re.compile(r"(?:list; each: )?((?:`[\w-]+`,? )+or `[\w-]+`)")
_COLUMN = 43
_WIDTH = 120

_SHOWN = {
    "[site]": {"title": '"Tide News"', "url": '"https://news.example.org/"', "home": '"https://news.example.org/"'}
    | {"id": '"tag:news.example.org,2026:"'},
    "[categories.NAME]": {"title": '"Evening Paper"'},
    "[categories.NAME.source]": {"name": '"Evening Paper"', "url": '"https://paper.example/"'}
    | {"feed": '"https://paper.example/rss"'},
    "[[feeds.custom]]": {"name": '"english"', "entries": "50", "content": '"full"'},
    "[feeds.custom.include]": {"language": '["en"]'},
}
"""What stands in the place of a default that there is none of, or that would show nothing."""


def filled(page: str) -> str:
    """Return *page* with the block of each table as the code has it; a table without a block is a `ValueError`."""
    tables = dict(_tables())
    blocks = [match[2] for match in _BLOCK.finditer(page)]
    if blocks != list(tables):
        raise ValueError(f"docs/configuration.md has blocks of {blocks}, and should have them of {list(tables)}")
    return _BLOCK.sub(lambda match: match[1] + tables[match[2]], page)


def _tables() -> Iterator[tuple[str, str]]:
    """Yield each table with a header of its own, and its block."""
    rows = schema()
    headers = list(dict.fromkeys(row.header for row in rows))
    for header in headers:
        if _is_inline(header, headers):
            continue
        lines = [header.replace("NAME", "wanbao")]
        for row in rows:
            if row.header == header:
                lines += _explained(f"{row.key} = {_value(row)}", _words(row))
        for inner in headers:
            if _is_inline(inner, headers) and _above(inner) == header.strip("[]"):
                name = inner.strip("[]").rpartition(".")[2]
                lines += _explained(f"{name} = {_inline(inner)}", EXPLAINED[header][name])
        yield header, "\n".join(lines) + "\n"


def _above(header: str) -> str:
    return header.strip("[]").rpartition(".")[0]


def _is_inline(header: str, headers: list[str]) -> bool:
    """Say whether the table stands in one line of the one above: that has keys too, and there is one of it."""
    return not header.startswith("[[") and _above(header) in {other.strip("[]") for other in headers}


def _inline(header: str) -> str:
    return "{ " + ", ".join(f"{row.key} = {_value(row)}" for row in schema() if row.header == header) + " }"


def _value(row: Setting) -> str:
    value = _SHOWN.get(row.header, {}).get(row.key, row.default)
    return f"{int(value):_}" if re.fullmatch(r"\d{5,}", value) else value


def _words(row: Setting) -> str:
    """Return what is to be said of the key: its choices, if it has any, and its words."""
    choice = _CHOICE.fullmatch(row.words)
    is_truth = row.default in {"true", "false"}
    choices = choice[1].replace("`", "") + "; " if choice and not is_truth else ""
    return choices + EXPLAINED[row.header][row.key]


def _explained(line: str, words: str) -> Iterator[str]:
    """Yield *line* with *words* beside it; where it is long, they stand above it."""
    if _breadth(line) >= _COLUMN:
        yield from (f"# {part}" for part in wrap(words, _WIDTH - 2))
        yield line
        return
    first, *rest = wrap(words, _WIDTH - _COLUMN - 2)
    yield line + " " * (_COLUMN - _breadth(line)) + f"# {first}"
    yield from (" " * _COLUMN + f"# {part}" for part in rest)


def _breadth(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
