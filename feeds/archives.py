"""Divides a feed's entries into the archive documents of RFC 5005."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.model import Entry, local_day
from feeds.settings import Site

FEWEST = 5
"""Entries that an archive document has at least where its month has them, however large they are."""


@dataclass(frozen=True, slots=True)
class Part:
    """An archive document's name without format, and its entries, newest first."""

    name: str
    entries: tuple[Entry, ...]

    def path(self, file_name: str) -> str:
        """Return the document's path below `out/` in the format of *file_name*, such as `rss.xml`."""
        return f"{self.name}.{file_name}"


def archive_of(folder: str, entries: Sequence[Entry], site: Site) -> tuple[Part, ...]:
    """Return the archive documents of RFC 5005 §4, oldest first: each month's entries, split by size from the oldest.

    A post's own size stands for what it takes in a document, so that a document's bounds are known before it is
    made, and never move when a newer post comes.
    """
    months: dict[str, list[Entry]] = defaultdict(list)
    for entry in reversed(entries):
        local = local_day(entry.published, site.zone)
        months[f"{local.year:04}-{local.month:02}"].append(entry)
    parts = []
    for month, members in months.items():
        for number, part in enumerate(_split(members, site.feeds.max_bytes), start=1):
            name = f"archive/{folder}{month}" + (f"-{number}" if number > 1 else "")
            parts.append(Part(name, tuple(reversed(part))))
    return tuple(parts)


def _split(entries: Sequence[Entry], max_bytes: int) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    size = 0
    for entry in entries:
        weight = 2 * entry.size + 2000
        if part and size + weight > max_bytes and len(part) >= FEWEST:
            yield part
            part, size = [], 0
        part.append(entry)
        size += weight
    if part:
        yield part
