"""Groups the entries of a run every way that the site asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from feeds.grouping import Twin, editions_of, groups_of, linked, newest_first, places_of, twins_of
from feeds.model import CustomFeed, Edition, Entry, Filter, Group, Site


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
        """Return the entries of each custom feed, newest first."""
        return tuple(tuple(e for e in self.main if _is_chosen(e, custom)) for custom in self.site.feeds.custom)

    @cached_property
    def main(self) -> tuple[Entry, ...]:
        """Return the entries without twins: those of the site's own feed."""
        hidden = {twin.entry.id for twin in self.twins}
        return tuple(entry for entry in self.entries if entry.id not in hidden)


def arrange(entries: Sequence[Entry], site: Site, now: datetime) -> Arrangement:
    """Return *entries*, each of which is due, grouped as *site* asks; *now* says which editions are over."""
    twins = twins_of(entries, site) if site.content.dedupe else ()
    hidden = {twin.entry.id for twin in twins}
    places = places_of([entry for entry in entries if entry.id not in hidden], twins, site)
    ordered = linked(newest_first(entries), places, site)
    kinds = dict.fromkeys(("category", "source", *site.feeds.by))
    groups = {kind: groups_of(kind, ordered, site) for kind in kinds}
    main = [entry for entry in ordered if entry.id not in hidden]
    editions = tuple(editions_of(digest, main, groups["category"], site, now) for digest in site.digests)
    return Arrangement(site=site, entries=ordered, twins=twins, groups=groups, editions=editions)


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
