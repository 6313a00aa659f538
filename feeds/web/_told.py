"""Understands `out/_headers`: what the site tells static hosts to say of its files, we say too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

FILE = "_headers"

_HEADER = re.compile(r"[ \t]+([A-Za-z0-9-]+):[ \t]*([\x20-\x7e]*)")
_WILD = re.compile(r"\*|:[A-Za-z]\w*")
_OURS = frozenset(
    [
        *("accept-ranges", "cache-control", "connection", "content-encoding", "content-length", "content-range"),
        *("date", "etag", "keep-alive", "last-modified", "location", "trailer", "transfer-encoding", "upgrade", "vary"),
    ]
)
"""What only who sends a file can know, and how long it holds: a new build is seen at once here."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said of the files whose paths match."""

    pattern: re.Pattern[str]
    headers: tuple[tuple[str, str], ...]
    """Names in lower case."""


def rules_of(text: str) -> tuple[Rule, ...]:
    """Return the rules that *text* has, in its order; lines that are neither a path nor a header are passed over."""
    return tuple(_rules(text))


def told(rules: Sequence[Rule], path: str) -> Mapping[str, str]:
    """Return what *rules* say of the file at *path*, by name; of two that say the same, the later holds."""
    address = f"/{path.removesuffix('index.html') if f'/{path}'.endswith('/index.html') else path}"
    return dict(header for rule in rules if rule.pattern.fullmatch(address) for header in rule.headers)


def _rules(text: str) -> Iterator[Rule]:
    pattern, headers = None, list[tuple[str, str]]()
    for line in text.splitlines():
        header = _HEADER.fullmatch(line.rstrip())
        if header and header[1].lower() not in _OURS:
            headers.append((header[1].lower(), header[2]))
        elif line.startswith("/"):
            if pattern:
                yield Rule(pattern, tuple(headers))
            pattern, headers = _pattern(line.strip()), []
    if pattern:
        yield Rule(pattern, tuple(headers))


def _pattern(address: str) -> re.Pattern[str]:
    """Return what matches the addresses that *address* means: `*` is anything, `:name` one name."""
    fixed = [re.escape(part) for part in _WILD.split(address)]
    wild = [".*" if mark == "*" else "[^/]+" for mark in _WILD.findall(address)]
    return re.compile("".join(part for pair in zip(fixed, [*wild, ""], strict=True) for part in pair), re.DOTALL)
