"""What is tried: each module has one `TARGET`, a function that raises where a promise is broken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

NAMES = ("header", "date", "credit", "link", "html", "slug", "message", "config", "foreign", "cache", "post")

PART = b"\xff"
"""Parts one input from the next, where a target takes several texts: no UTF-8 has this byte."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A function to be tried, and what to begin with."""

    check: Callable[[bytes], None]
    """Takes any bytes; raises `Finding`, or whatever the package should not have raised."""

    seeds: Sequence[bytes]
    tokens: Sequence[str]
    """What inputs are made of beside chance."""

    longest: int = 2048
    """Bytes of an input."""


def load(name: str) -> Target:
    """Return the target *name*, one of `NAMES`."""
    target = import_module(f"fuzz.targets.{name}").TARGET
    assert isinstance(target, Target)
    return target


def texts(data: bytes, count: int) -> list[str]:
    """Return *count* texts that stand in *data*; what is missing is empty.

    Bytes that are no UTF-8 are lone surrogates.
    """
    parts = data.split(PART, count - 1) if count > 1 else [data]
    return [part.decode("utf-8", "surrogateescape") for part in parts] + [""] * (count - len(parts))


def text(part: bytes) -> str:
    """Return *part* as text that UTF-8 can hold."""
    return part.decode("utf-8", "replace")
