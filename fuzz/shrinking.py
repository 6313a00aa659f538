"""Makes an input smaller that breaks a promise: `python -m fuzz.shrinking NAME FILE` prints it as Python has it."""

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from fuzz.targets import load

SECONDS = 20


def smallest(data: bytes, fails: Callable[[bytes], bool], seconds: float = SECONDS) -> bytes:
    """Return *data* with as much left out as goes while it still *fails*; in time for a person who waits."""
    end = monotonic() + seconds
    size = len(data) // 2
    while size:
        before, start = data, 0
        while start < len(data) and monotonic() < end:
            shorter = data[:start] + data[start + size :]
            data, start = (shorter, start) if fails(shorter) else (data, start + size)
        size = size if data != before and monotonic() < end else size // 2
    return data


def kind_of(check: Callable[[bytes], None], data: bytes) -> str:
    """Return what is wrong with *data*, in the words that all inputs share which break the same promise."""
    try:
        check(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it should not have been raised
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        words = str(error).split("'")[0].split(":")[0][:40] if isinstance(error, AssertionError) else ""
        return f"{type(error).__name__} {words} {trace.tb_lineno if trace and not words else ''}"
    return ""


def main() -> None:
    """Print the smallest input that fails as the one in the file does."""
    _, name, file = sys.argv
    check, data = load(name).check, Path(file).read_bytes()
    kind = kind_of(check, data)
    print(repr(smallest(data, lambda part: kind_of(check, part) == kind) if kind else data))


if __name__ == "__main__":
    main()
