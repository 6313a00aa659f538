"""Decides which targets are out of date, and names the reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from feeds.model import Edition, Entry, Section, short_hash
from feeds.records import hash_of
from feeds.targets import EditionPage, FeedDocument, Frame, FrontPage, GroupPage, MailSize, Target


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
    """Takes fingerprints; what several targets share is hashed once."""

    def __init__(self, frame: Frame, program: str) -> None:
        self._program = program
        self._site = hash_of(frame.site)
        self._templates = hash_of(frame.templates)
        self._known: dict[int, tuple[object, str]] = {}
        self._marks: dict[int, str] = {}

    def fingerprint(self, target: Target) -> Fingerprint:
        """Return the hash of everything that *target*'s bytes depend on."""
        return Fingerprint(
            program=self._program,
            site=self._site,
            templates=self._templates,
            entries=self._hash_of(target.entries),
            rest=f"{target.kind} {self._hash_of(target.subject)}",
        )

    def _hash_of(self, value: object) -> str:
        """Return the hash of *value*, which is kept: no other object has its number meanwhile."""
        if id(value) not in self._known:
            self._known[id(value)] = value, hash_of(self._essence(value))
        return self._known[id(value)][1]

    def _essence(self, value: object) -> object:
        """Return *value* with each entry as its mark; entries are where `HOLDERS` says that there are any."""
        if isinstance(value, tuple):
            return [self._marks.get(id(item)) or self._essence(item) for item in value]
        if isinstance(value, Entry):
            return self._marks.setdefault(id(value), _mark(value))
        if type(value) not in _PARTS:
            return value
        others, holding = _PARTS[type(value)]
        return others(value), [self._essence(getattr(value, name)) for name in holding]


HOLDERS = {
    FeedDocument: ("entries", "editions"),
    GroupPage: ("entries",),
    FrontPage: ("latest", "recent"),
    EditionPage: ("edition",),
    Edition: ("sections",),
    Section: ("entries",),
}
"""The records that hold entries, and the fields in which they do."""


def _mark(entry: Entry) -> str:
    """Return what all of *entry* follows from: the site and the program have hashes of their own."""
    lengths = "".join(f" {file.length}" for file in entry.enclosures) if entry.enclosures else ""
    return short_hash(f"{entry.path} {entry.digest} {entry.id} {entry.link}{lengths}", 9)


_PARTS = {
    kind: (attrgetter(*(field.name for field in fields(kind) if field.name not in holding)), holding)
    for kind, holding in HOLDERS.items()
}


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
