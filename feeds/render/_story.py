"""Says what a message shows of an entry."""

from dataclasses import dataclass
from typing import Any

from feeds.languages import direction
from feeds.model import Article, Edition, Enclosure, Entry
from feeds.people import host_of
from feeds.render._columns import cut
from feeds.render._plain import isolated, line
from feeds.settings import Site
from feeds.text import excerpt

_TITLE = 200
_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An entry as a message shows it."""

    entry: Entry
    title: str
    summary: str
    """May be empty."""

    source: str
    """Who first published it; the original's host where only the link is known; empty: the site's own."""

    is_named: bool
    """`source` is a name, not a host."""

    notes: tuple[str, ...]
    """Authors, and when it was published: what stands after the source."""

    media: Enclosure | None = None
    """What can be heard or watched."""

    language: str = ""
    """Empty where it is the site's."""

    direction: str = ""
    """`ltr` or `rtl`; empty where `language` is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is the same for every story of a letter."""

    edition: Edition
    site: Site
    words: Any
    """The wording: a namespace of text and functions."""

    direction: str
    """Of a line that has words: theirs."""

    summary: int
    """Latin characters of a summary."""


def story(entry: Entry, article: Article, setting: Setting) -> Story:
    """Return what a message shows of *entry*."""
    source = line(entry.source.label) if entry.source else ""
    is_foreign = entry.language.lower() != setting.site.language.lower()
    return Story(
        entry=entry,
        title=cut(line(entry.title), _TITLE),
        summary=excerpt(line(article.summary), latin=setting.summary, cjk=setting.summary * 9 // 16),
        source=isolated(cut(source or host_of(entry.original), _NAME), setting.direction),
        is_named=bool(source),
        notes=_notes(entry, source, setting),
        media=next((file for file in entry.enclosures if file.medium in {"audio", "video"}), None),
        language=entry.language if is_foreign else "",
        direction=direction(entry.language) if is_foreign else "",
    )


def _notes(entry: Entry, source: str, setting: Setting) -> tuple[str, ...]:
    """Return the authors, unless the source says the same, and when: the time within a day, else the day.

    Midnight is the time of posts that have none: it is not shown.
    """
    words, edition = setting.words, setting.edition
    names = [name for person in entry.authors if (name := line(person.name)) and name != source]
    local = entry.published.astimezone(setting.site.zone)
    if edition.first != edition.last:
        when = words.day_and_month(local)
    else:
        when = words.time(local) if (local.hour, local.minute) != (0, 0) else ""
    authors = isolated(cut(words.comma.join(names), _NAME), setting.direction)
    return tuple(note for note in (authors, when) if note)
