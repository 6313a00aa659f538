"""Decides which entries belong together: by category, date or edition."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter

from feeds.model import Edition, Entry, Group, Section, local_day
from feeds.people import Source
from feeds.periods import first_day, key_of, period_of
from feeds.settings import Digest, Site
from feeds.slugs import assigned

UNCATEGORISED = "uncategorised"
"""The folder of entries without a category."""


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return *entries*, newest first, ties by id."""
    return tuple(sorted(sorted(entries, key=attrgetter("id")), key=attrgetter("published"), reverse=True))


# --- twins ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Twin:
    """An entry that the site's feed and the editions leave out, and the one that they show instead."""

    entry: Entry
    shown: Entry


def twins_of(entries: Sequence[Entry], site: Site) -> tuple[Twin, ...]:
    """Return the entries that say what another says, in the order of that other.

    Two are twins that have the same original link and language, or the same title, day and language in different
    categories. The one with more of source and original link is shown, then the earlier, then the first by path.
    """
    by_link: dict[tuple[str, str], Entry] = {}
    by_title: dict[tuple[str, date, str], Entry] = {}
    found = []
    for entry in sorted(_alike(entries), key=_worth):
        link = (entry.original, entry.language)
        title = (entry.title, local_day(entry.published, site.zone), entry.language)
        shown = by_link.get(link) if entry.original else None
        namesake = by_title.get(title)
        if shown is None and namesake is not None and _are_apart(namesake, entry):
            shown = namesake
        if shown is not None:
            found.append(Twin(entry, shown))
            continue
        by_link[link] = entry
        by_title.setdefault(title, entry)
    return tuple(found)


def _alike(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries that share their title or their original link with another."""
    titles, links = (Counter(map(attrgetter(name), entries)) for name in ("title", "original"))
    return (e for e in entries if titles[e.title] > 1 or (e.original and links[e.original] > 1))


def _are_apart(one: Entry, other: Entry) -> bool:
    """Say whether two are in different categories; to have none is a category too."""
    return set(one.categories or [""]).isdisjoint(other.categories or [""])


def _worth(entry: Entry) -> tuple[int, datetime, str]:
    return ((not entry.source) + (not entry.original), entry.published, entry.path)


# --- groups --------------------------------------------------------------------------------------


def groups_of(kind: str, entries: Sequence[Entry], site: Site) -> tuple[Group, ...]:
    """Return the groups of *kind*, as `Group` has it, in the order of sections; *entries* are newest first.

    Declared categories come first, in their order, with or without entries; then the rest by name; the
    uncategorised last.
    """
    members = _members(kind, entries)
    declared = [settings.name for settings in site.categories] if kind == "category" else []
    slugs = _slugs(members, declared, site if kind == "category" else None)
    ordered = declared + sorted(set(members) - set(declared) - {""}, key=lambda name: (name.casefold(), name))
    if kind == "category" and "" in members:
        ordered.append("")
    return tuple(_group(kind, name, slugs[name], members.get(name, []), site) for name in ordered)


def _members(kind: str, entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Return the entries of each name, in the order of *entries*."""
    names = _NAMES[kind]
    members: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found = names(entry)
        for name in found if len(found) < 2 else dict.fromkeys(found):  # noqa: PLR2004 - most have one
            members[name].append(entry)
    return members


_NAMES: Mapping[str, Callable[[Entry], Sequence[str]]] = {
    "category": lambda entry: entry.categories or ("",),
    "tag": lambda entry: entry.tags,
    "author": lambda entry: [author.name for author in entry.authors],
    "source": lambda entry: [entry.source.label] if entry.source else (),
    "language": lambda entry: (entry.language,),
}


def _slugs(members: Mapping[str, Sequence[Entry]], declared: Sequence[str], site: Site | None) -> dict[str, str]:
    """Return each name's folder: a declared category keeps it, else the one with the oldest entry, ties by name.

    Of *site*'s categories none has the folder of the uncategorised.
    """
    fixed = {"": UNCATEGORISED} | {c.name: c.slug for c in site.categories if c.slug} if site else {}
    oldest = {name: entries[-1].published for name, entries in members.items() if name}
    rest = sorted(oldest.keys() - set(declared), key=lambda name: (oldest[name], name))
    return assigned([*declared, *rest], fixed)


def _group(kind: str, name: str, slug: str, entries: Sequence[Entry], site: Site) -> Group:
    settings = next((c for c in site.categories if c.name == name), None) if kind == "category" else None
    source = _source(entries) if kind == "source" else settings.source if settings else None
    return Group(
        kind=kind,
        name=name,
        title=(settings.title if settings else "") or _title(kind, name, entries, site),
        slug=slug,
        entries=tuple(entries),
        source=source,
    )


def _title(kind: str, name: str, entries: Sequence[Entry], site: Site) -> str:
    """Return a group's readable name; the first tag of its oldest entry where the site says that is a category's."""
    if kind != "category" or site.content.category_titles != "first-tag":
        return name
    tagged = [entry for entry in entries if entry.tags and entry.categories[:1] == (name,)]
    return min(tagged, key=lambda entry: (entry.published, entry.path)).tags[0] if tagged else name


def _source(entries: Sequence[Entry]) -> Source:
    """Return what entries of one source know of it together, the older before the newer."""
    known = [entry.source for entry in reversed(entries) if entry.source]
    return Source(
        name=next((source.name for source in known if source.name), ""),
        url=next((source.url for source in known if source.url), ""),
        feed=next((source.feed for source in known if source.feed), ""),
    )


# --- editions ------------------------------------------------------------------------------------


def is_for(digest: Digest, entry: Entry) -> bool:
    """Say whether *entry* has one of *digest*'s categories, or it takes all."""
    return not digest.categories or not set(digest.categories).isdisjoint(entry.categories)


def editions_of(
    digest: Digest,
    entries: Sequence[Entry],
    categories: Sequence[Group],
    site: Site,
    now: datetime,
) -> tuple[Edition, ...]:
    """Return *digest*'s editions, oldest first, each with every entry of its days.

    Its days are whole days of the site's time zone: no entry is in two editions, or in none. *entries* are without
    twins, newest first; *categories* are in the order of sections.
    """
    by_start: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        if is_for(digest, entry):
            by_start[first_day(digest.every, local_day(entry.published, site.zone))].append(entry)
    section_of = _section_namer(digest, {group.name: n for n, group in enumerate(categories)}, site)
    sections = {first: _sections(by_start[first], categories, section_of, site) for first in sorted(by_start)}
    return tuple(_chained([_edition(digest, first, sections[first], site, now) for first in sections]))


def _edition(digest: Digest, first: date, sections: tuple[Section, ...], site: Site, now: datetime) -> Edition:
    period = period_of(digest, first, site)
    return Edition(
        digest=digest,
        key=period.key,
        first=first,
        last=period.last,
        due=period.due,
        is_over=now >= period.end,
        sections=sections,
    )


def _sections(
    entries: Sequence[Entry],
    categories: Sequence[Group],
    section_of: Callable[[tuple[str, ...]], str],
    site: Site,
) -> tuple[Section, ...]:
    members: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        members[section_of(entry.categories)].append(entry)
    return tuple(
        Section(
            name=group.name,
            title=group.title,
            slug=group.slug,
            path=group.path if "category" in site.feeds.by else "",
            entries=tuple(members[group.name]),
        )
        for group in categories
        if group.name in members
    )


def _section_namer(digest: Digest, order: Mapping[str, int], site: Site) -> Callable[[tuple[str, ...]], str]:
    """Return what names the one category under which an edition shows an entry: its first declared one, else its first.

    It is asked for an entry's categories.
    """
    declared = {settings.name for settings in site.categories}

    @lru_cache(maxsize=4096)
    def section_of(categories: tuple[str, ...]) -> str:
        names = [name for name in categories if not digest.categories or name in digest.categories]
        own = declared.intersection(names)
        return min(own, key=lambda name: order[name]) if own else names[0] if names else ""

    return section_of


def _chained(editions: Sequence[Edition]) -> Iterator[Edition]:
    keys = ["", *(edition.key for edition in editions), ""]
    for edition, (previous, following) in zip(editions, zip(keys, keys[2:], strict=False), strict=False):
        yield replace(edition, previous=previous, next=following)


def cut(edition: Edition) -> Edition:
    """Return *edition* as its e-mail shows it: at most `entries`, at most `per_category` of a section.

    Beyond that the last entry of the section with most is left out, of the later section where two have as many.
    A section's `more` counts what it lost.
    """
    digest = edition.digest
    sizes = [min(len(section.entries), digest.per_category) for section in edition.sections]
    kept = _levelled(sizes, max(digest.entries, 1))
    sections = (_shortened(section, n) for section, n in zip(edition.sections, kept, strict=True))
    return replace(edition, sections=tuple(sections), previous="", next="")


def _levelled(sizes: Sequence[int], room: int) -> list[int]:
    """Return *sizes* cut to *room* in all: to one level, and the first of those above it to one more."""
    level = max(sizes, default=0)
    while sum(min(size, level) for size in sizes) > room:
        level -= 1
    left = room - sum(min(size, level) for size in sizes)
    kept = []
    for size in sizes:
        is_above = size > level and left > 0
        left -= is_above
        kept.append(min(size, level + is_above))
    return kept


def _shortened(section: Section, count: int) -> Section:
    """Return *section* with its first entries, as many as *count*."""
    left = len(section.entries) - count
    return replace(section, entries=section.entries[:count], more=left) if left else section


# --- links ---------------------------------------------------------------------------------------


def linked(entries: Sequence[Entry], places: Mapping[str, str], site: Site) -> tuple[Entry, ...]:
    """Return *entries*, each with a link: those that have none lead to their place in an edition, else to `home`.

    *places* has the URL of an entry's place in an edition, by id.
    """
    return tuple(e if e.link else replace(e, link=places.get(e.id) or site.home) for e in entries)


def places_of(digest: Digest, entries: Sequence[Entry], twins: Sequence[Twin], site: Site) -> dict[str, str]:
    """Return the URL of each place in an edition of *digest* that an entry without link leads to, by the entry's id.

    A twin's is that of the one shown.
    """
    shown = {twin.entry.id: twin.shown for twin in twins}
    found = ((entry, shown.get(entry.id, entry)) for entry in entries if not entry.link)
    return {entry.id: _place(digest, other, site) for entry, other in found if is_for(digest, other)}


def _place(digest: Digest, entry: Entry, site: Site) -> str:
    key = key_of(digest.every, local_day(entry.published, site.zone))
    return f"{site.url}digest/{digest.name}/{key}/#{entry.anchor}"
