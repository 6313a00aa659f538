"""Groups the entries of a run every way that the site asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from feeds.grouping import Twin, editions_of, groups_of, is_for, linked, newest_first, places_of, twins_of
from feeds.model import Edition, Entry, Group
from feeds.settings import CustomFeed, Digest, Filter, Site


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """The entries of a run, grouped every way that the site asks for."""

    site: Site
    entries: tuple[Entry, ...]
    """Every published entry with its link, newest first, ties by id."""

    twins: tuple[Twin, ...]
    groups: Mapping[str, tuple[Group, ...]]
    """By kind: those of `[feeds] by`, and always category and source."""

    editions: tuple[tuple[Edition, ...], ...]
    """Of each digest, oldest first, uncut."""

    @cached_property
    def custom(self) -> tuple[tuple[Entry, ...], ...]:
        """Return the entries of each custom feed, newest first; of twins it has the one that it chooses."""
        chosen = ([e for e in self.entries if _is_chosen(e, custom)] for custom in self.site.feeds.custom)
        return tuple(_without(_twins(entries, self.site), entries) for entries in chosen)

    @cached_property
    def main(self) -> tuple[Entry, ...]:
        """Return the entries without twins: those of the site's own feed."""
        return _without(self.twins, self.entries)


def arrange(entries: Sequence[Entry], site: Site, now: datetime) -> Arrangement:
    """Return *entries*, each of which is due, grouped as *site* asks; *now* says which editions are over.

    A digest of chosen categories looks for twins among its own entries: what it leaves out, it shows elsewhere.
    """
    twins = _twins(entries, site)
    hidden = [_twins_in(digest, entries, site) if digest.categories else twins for digest in site.digests]
    places: dict[str, str] = {}
    for digest, those in zip(site.digests, hidden, strict=True):
        places = places_of(digest, entries, those, site) | places
    ordered = linked(newest_first(entries), places, site)
    kinds = dict.fromkeys(("category", "source", *site.feeds.by))
    groups = {kind: groups_of(kind, ordered, site) for kind in kinds}
    editions = tuple(
        editions_of(digest, _without(those, ordered), groups["category"], site, now)
        for digest, those in zip(site.digests, hidden, strict=True)
    )
    return Arrangement(site=site, entries=ordered, twins=twins, groups=groups, editions=editions)


def _twins(entries: Sequence[Entry], site: Site) -> tuple[Twin, ...]:
    return twins_of(entries, site) if site.content.dedupe else ()


def _twins_in(digest: Digest, entries: Sequence[Entry], site: Site) -> tuple[Twin, ...]:
    return _twins([entry for entry in entries if is_for(digest, entry)], site)


def _without(twins: Sequence[Twin], entries: Sequence[Entry]) -> tuple[Entry, ...]:
    hidden = {twin.entry.id for twin in twins}
    return tuple(entry for entry in entries if entry.id not in hidden) if hidden else tuple(entries)


def _is_chosen(entry: Entry, custom: CustomFeed) -> bool:
    return all(_meets(entry, custom.include)) and not any(_meets(entry, custom.exclude, of_empty=False))


def _meets(entry: Entry, wanted: Filter, *, of_empty: bool = True) -> Iterator[bool]:
    """Yield for each list of *wanted* whether *entry* has one of it; *of_empty* is said of an empty list."""
    pairs = (
        (wanted.category, set(entry.categories)),
        (wanted.tag, set(entry.tags)),
        (wanted.author, {author.name for author in entry.authors}),
        (wanted.source, {entry.source.label} if entry.source else set()),
        (wanted.language, {entry.language, entry.language.partition("-")[0]}),
    )
    return (not has.isdisjoint(listed) if listed else of_empty for listed, has in pairs)
