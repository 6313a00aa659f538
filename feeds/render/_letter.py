"""Says what an edition's message shows, in its HTML part as in its text part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from feeds.languages import direction
from feeds.model import Article, Edition, Entry, Image, Section, Site, host_of
from feeds.render import _templates
from feeds.render._columns import cut, excerpt, width
from feeds.render._plain import isolated, line
from feeds.targets import EditionPage, Frame

SUMMARY = 160
"""Latin characters of a summary; of CJK 9/16 as many."""

SHORT_SUMMARY = 90
"""The same where the message would be too large."""

CONTENTS_FROM = 13
"""Entries from which on a list of contents pays."""

_TITLE = 200
_NAME = 80
_SUBJECT = 60
_PREHEADER = 90
_PICTURE_FROM = 3000
"""Bytes of words below which a picture makes a message look like spam."""

_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_NO_CASE = "\u0590"
"""From here on scripts have no capitals, and letters that spacing would part."""


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

    language: str = ""
    """Empty where it is the site's."""

    direction: str = ""
    """`ltr` or `rtl`; empty where `language` is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A section as a message shows it."""

    title: str
    slug: str
    url: str
    """Its place on the web edition."""

    stories: tuple[Story, ...]
    more: int

    @property
    def count(self) -> int:
        """Return the number of its entries, those left out included."""
        return len(self.stories) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a message shows, beside the site and the words."""

    edition: Edition
    title: str
    subject: str
    """One line, at most 60 columns, without control characters."""

    preheader: str
    """What the list of messages shows after the subject."""

    date: str
    """The days that the edition covers, in words."""

    language: str
    direction: str
    han: str
    """`zh-Hans`, `zh-Hant`, `ja`, `ko`, or empty."""

    wording: str
    """The language of the words, where there are none in the site's; else empty."""

    has_capitals: bool
    """The headings are in letters that may be set in capitals, and spaced."""

    chapters: tuple[Chapter, ...]
    """Those with stories."""

    others: tuple[Chapter, ...]
    """Those of which every entry was left out."""

    picture: Image | None
    """Of the first story."""

    feeds: tuple[tuple[str, str], ...]
    """Format and URL."""

    web: str
    """The edition's page."""

    archive: str
    """The page of all editions."""

    unsubscribe: str
    preferences: str
    is_long: bool = False
    """So long that mail programs may cut it: a way out stands at the top too."""

    @property
    def stories(self) -> tuple[Story, ...]:
        """Return every story in order."""
        return tuple(story for chapter in self.chapters for story in chapter.stories)

    @property
    def has_originals(self) -> bool:
        """Say whether any story has an original link."""
        return any(story.entry.original for story in self.stories)

    @property
    def has_contents(self) -> bool:
        """Say whether a list of contents pays."""
        return len(self.stories) >= CONTENTS_FROM and len(self.chapters) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What is the same for every story of a letter."""

    edition: Edition
    site: Site
    words: Any
    """The wording: a namespace of text and functions."""

    direction: str
    """Of a line that has words: theirs."""

    summary: int


def letter(subject: EditionPage, articles: Mapping[str, Article], frame: Frame, *, summary: int = SUMMARY) -> Letter:
    """Return what the message of *subject* shows, its summaries of at most *summary* Latin characters."""
    edition, site = subject.edition, frame.site
    words = _templates.words(frame)
    voice = direction(words.language)
    setting = _Setting(edition=edition, site=site, words=words, direction=voice, summary=summary)
    title = line(edition.digest.title or words.digest_titles[edition.digest.every])
    chapters = [_chapter(section, articles, setting) for section in edition.sections]
    stories = [story for chapter in chapters for story in chapter.stories]
    return Letter(
        edition=edition,
        title=title,
        subject=_subject(title, stories, frame),
        preheader=_preheader(stories),
        date=_date(edition, frame),
        language=site.language,
        direction=direction(site.language),
        han=_han(site.language),
        wording="" if _is_worded(site.language, words.language) else words.language,
        has_capitals=all(character < _NO_CASE for chapter in chapters for character in chapter.title),
        chapters=tuple(chapter for chapter in chapters if chapter.stories),
        others=tuple(chapter for chapter in chapters if not chapter.stories and chapter.more),
        picture=_picture(stories),
        feeds=tuple((kind, site.url_of(path)) for kind, path in subject.feed.formats),
        web=site.url_of(edition.path),
        archive=site.url_of(subject.feed.page),
        unsubscribe=f"{site.url}#subscribe",
        preferences=f"{site.url}#subscribe",
    )


def without_last(edition: Edition, count: int) -> Edition:
    """Return *edition* without *count* entries: each the last of the section that then has most.

    Of two sections with as many entries the later loses one. What is left out is counted in `more`.
    """
    kept = [len(section.entries) for section in edition.sections]
    for _ in range(min(count, sum(kept))):
        largest = max(range(len(kept)), key=lambda place: (kept[place], place))
        kept[largest] -= 1
    return replace(edition, sections=tuple(map(_shortened, edition.sections, kept)))


def _shortened(section: Section, kept: int) -> Section:
    left_out = len(section.entries) - kept
    if not left_out:
        return section
    return replace(section, entries=section.entries[:kept], more=section.more + left_out)


def _chapter(section: Section, articles: Mapping[str, Article], setting: _Setting) -> Chapter:
    return Chapter(
        title=line(section.title or setting.words.uncategorised),
        slug=section.slug,
        url=f"{setting.site.url_of(setting.edition.path)}#{quote(section.slug)}",
        stories=tuple(_story(entry, articles[entry.id], setting) for entry in section.entries),
        more=section.more,
    )


def _story(entry: Entry, article: Article, setting: _Setting) -> Story:
    source = line(entry.source.label) if entry.source else ""
    is_foreign = entry.language.lower() != setting.site.language.lower()
    return Story(
        entry=entry,
        title=cut(line(entry.title), _TITLE),
        summary=excerpt(line(article.summary), setting.summary),
        source=isolated(cut(source or host_of(entry.original), _NAME), setting.direction),
        is_named=bool(source),
        notes=_notes(entry, source, setting),
        language=entry.language if is_foreign else "",
        direction=direction(entry.language) if is_foreign else "",
    )


def _notes(entry: Entry, source: str, setting: _Setting) -> tuple[str, ...]:
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


def _subject(title: str, stories: list[Story], frame: Frame) -> str:
    """Return the message's subject, as `subject.txt` has it."""
    headline = stories[0].title if stories else ""
    text = _templates.render(frame, "subject.txt", title=title, headline=headline)
    return cut(line(text), _SUBJECT)


def _preheader(stories: list[Story]) -> str:
    """Return the headlines after the first, which the subject has; of a single story its summary."""
    if len(stories) == 1:
        return cut(stories[0].summary, _PREHEADER)
    shown: list[str] = []
    for story in stories[1:4]:
        if shown and width(" · ".join([*shown, story.title])) > _PREHEADER:
            break
        shown.append(story.title)
    return cut(" · ".join(shown), _PREHEADER)


def _date(edition: Edition, frame: Frame) -> str:
    """Return the edition's days in words."""
    words = _templates.words(frame)
    if edition.first == edition.last:
        return str(words.day(edition.first))
    if edition.digest.every == "month":
        return str(words.month(edition.first))
    return str(words.days(edition.first, edition.last))


def _picture(stories: list[Story]) -> Image | None:
    """Return the first story's picture, where there are words enough around it and it is fetched safely."""
    image = stories[0].entry.image if stories else None
    if image is None or not image.url.startswith("https://"):
        return None
    words = sum(len((story.title + story.summary).encode()) for story in stories)
    return image if words >= _PICTURE_FROM else None


def _is_worded(language: str, wording: str) -> bool:
    """Say whether the *wording* is in the site's *language*, whatever the region."""
    return language.lower().partition("-")[0] == wording.lower().partition("-")[0]


def _han(language: str) -> str:
    """Return which Han characters, and so which fonts, suit *language* (BCP 47); empty: none."""
    primary, *rest = language.lower().split("-")
    if primary == "zh":
        return "zh-Hant" if "hans" not in rest and _TRADITIONAL.intersection(rest) else "zh-Hans"
    return primary if primary in {"ja", "ko"} else ""
