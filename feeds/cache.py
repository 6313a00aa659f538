"""Decides which targets are out of date, and names the reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feeds.records import hash_of
from feeds.targets import Frame, MailSize, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a target was made of, each part as a hash."""

    program: str
    site: str
    templates: str
    entries: str
    """Of the entries that it shows, in their order."""

    rest: str
    """Of all else in its subject: titles, counts, neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file as it was last published."""

    fingerprint: Fingerprint
    size: int
    mtime_ns: int
    mail: MailSize | None = None
    """Of a message's HTML part."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A target that must be made, and why."""

    target: Target
    reason: str
    """A few words for people: `new`, `post changed: content/a.md`."""


class Printer:
    """Takes fingerprints; what all targets share is hashed once."""

    def __init__(self, frame: Frame, program: str) -> None:
        self._program = program
        self._site = hash_of(frame.site)
        self._templates = hash_of(frame.templates)

    def fingerprint(self, target: Target) -> Fingerprint:
        """Return the hash of everything that *target*'s bytes depend on."""
        return Fingerprint(
            program=self._program,
            site=self._site,
            templates=self._templates,
            entries=hash_of([(entry.digest, entry.id) for entry in target.entries]),
            rest=hash_of((target.kind, target.subject)),
        )


def stale(
    targets: Sequence[Target],
    prints: Mapping[str, Fingerprint],
    before: Mapping[str, Made],
    published: Mapping[str, tuple[int, int]],
    changed: Mapping[str, str],
) -> Iterator[Stale]:
    """Yield the targets that are out of date, in their order.

    *prints* are the targets' fingerprints, *before* what the cache says was made, *published* the size and
    modification time of the files that are there, all by path below `out/`; *changed* are the posts that are new or
    other than before, as people type their path, by path.
    """
    for target in targets:
        path = target.path
        reason = _reason(target, prints[path], before.get(path), published.get(path), changed)
        if reason:
            yield Stale(target, reason)


def _reason(
    target: Target,
    now: Fingerprint,
    made: Made | None,
    published: tuple[int, int] | None,
    changed: Mapping[str, str],
) -> str:
    if made is None:
        return "new" if published is None else "not in the cache"
    if published != (made.size, made.mtime_ns):
        return "missing" if published is None else "changed by someone else"
    part = next((part for part in _REASONS if getattr(now, part) != getattr(made.fingerprint, part)), "")
    return _of_entries(target, changed) if part == "entries" else _REASONS.get(part, "")


_REASONS = {
    "program": "another version of the program",
    "site": "configuration changed",
    "templates": "templates changed",
    "entries": "",
    "rest": "what stands around its entries changed",
}
"""What is said of each part of a fingerprint that is other than before: the first in this order."""


def _of_entries(target: Target, changed: Mapping[str, str]) -> str:
    paths = [changed[entry.path] for entry in target.entries if entry.path in changed]
    if not paths:
        return "an entry left"
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"post changed: {paths[0]}{more}"
