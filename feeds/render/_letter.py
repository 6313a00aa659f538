"""Says what an edition's message shows, in its HTML part as in its text part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from feeds.languages import direction
from feeds.model import Article, Edition, Image, Section
from feeds.render import _templates
from feeds.render._columns import cut, width
from feeds.render._plain import isolated, line
from feeds.render._story import Setting, Story, story
from feeds.render.mailboxes import CHOOSE, page_of, ways_out
from feeds.targets import EditionPage, Frame

MESSAGE = "email.html"
"""The template of a message's HTML part."""

SUMMARY = 160
"""Latin characters of a summary; of CJK 9/16 as many."""

SHORT_SUMMARY = 90
"""The same where the message would be too large."""

CONTENTS_FROM = 13
"""Entries from which on a list of contents pays."""

_SUBJECT = 60
_PREHEADER = 90
_PICTURE_FROM = 3000
"""Bytes of words below which a picture makes a message look like spam."""

_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_NO_CASE = "\u0590"
"""From here on scripts have no capitals, and letters that spacing would part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A section as a message shows it."""

    title: str
    name: str
    """The title as a sentence of the words may quote it, whatever its direction."""

    slug: str
    url: str
    """Its place on the web edition."""

    stories: tuple[Story, ...]
    more: int
    page: str = ""
    """Of late and missed entries the page of their own edition; else empty."""

    @property
    def count(self) -> int:
        """Return the number of its entries, those left out included."""
        return len(self.stories) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a message shows, beside the site and the words."""

    edition: Edition
    title: str
    """The digest's."""

    nameplate: str
    """The digest's own title; where it has none, the site's."""

    tagline: str
    """The other of the two, unless the nameplate says it."""

    name: str
    """The title as a sentence of the words may quote it, whatever its direction."""

    publisher: str
    """The site's title likewise; empty where the digest's has it."""

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
        return tuple(one for chapter in self.chapters for one in chapter.stories)

    @property
    def has_originals(self) -> bool:
        """Say whether any story has an original link."""
        return any(one.entry.original for one in self.stories)

    @property
    def has_contents(self) -> bool:
        """Say whether a list of contents pays."""
        return len(self.stories) >= CONTENTS_FROM and len(self.chapters) > 1


def letter(subject: EditionPage, articles: Mapping[str, Article], frame: Frame, *, summary: int = SUMMARY) -> Letter:
    """Return what the message of *subject* shows, its summaries of at most *summary* Latin characters."""
    edition, site = subject.edition, frame.site
    words = _templates.words(frame)
    voice = direction(words.language)
    setting = Setting(edition=edition, site=site, words=words, direction=voice, summary=summary)
    title = line(edition.digest.title) or line(words.digest_titles[edition.digest.every])
    owner = line(site.title)
    named = (title, "" if owner in title else owner) if edition.digest.title else (owner, title)
    chapters = [_chapter(section, articles, setting) for section in edition.sections]
    stories = [one for chapter in chapters for one in chapter.stories]
    return Letter(
        edition=edition,
        title=title,
        nameplate=named[0],
        tagline=named[1],
        name=isolated(title, voice),
        publisher="" if owner in title else isolated(owner, voice),
        subject=_subject(title, stories, frame),
        preheader=_preheader(stories),
        date=in_words(edition.first, edition.last, edition.digest.every, words),
        language=site.language,
        direction=direction(site.language),
        han=han_of(site.language),
        wording="" if _is_worded(site.language, words.language) else words.language,
        has_capitals=has_capitals("".join(chapter.title for chapter in chapters)),
        chapters=tuple(chapter for chapter in chapters if chapter.stories),
        others=tuple(chapter for chapter in chapters if not chapter.stories and chapter.more),
        picture=_picture(stories),
        feeds=tuple((kind, site.url_of(path)) for kind, path in subject.feed.formats),
        web=site.url_of(edition.path),
        archive=site.url_of(subject.feed.page),
        unsubscribe=next(iter(ways_out(site, subject.mark)), f"{site.url}#subscribe"),
        preferences=(subject.mark and page_of(site, CHOOSE, subject.mark)) or f"{site.url}#subscribe",
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


def _chapter(section: Section, articles: Mapping[str, Article], setting: Setting) -> Chapter:
    title = line(section.title or _days(section, setting) or setting.words.uncategorised)
    page = setting.site.url_of(section.page) if section.page else ""
    return Chapter(
        title=title,
        name=isolated(title, setting.direction),
        slug=section.slug,
        url=page or f"{setting.site.url_of(setting.edition.path)}#{quote(section.slug)}",
        page=page,
        stories=tuple(story(entry, articles[entry.id], setting) for entry in section.entries),
        more=section.more,
    )


def _subject(title: str, stories: list[Story], frame: Frame) -> str:
    """Return the message's subject, as `subject.txt` has it."""
    headline = stories[0].title if stories else ""
    text = _templates.render(frame, "subject.txt", title=title, headline=headline)
    return cut(line(text) or title, _SUBJECT)


def _preheader(stories: list[Story]) -> str:
    """Return the headlines after the first, which the subject has; of a single story its summary."""
    if len(stories) == 1:
        return cut(stories[0].summary, _PREHEADER)
    shown: list[str] = []
    for one in stories[1:4]:
        if shown and width(" · ".join([*shown, one.title])) > _PREHEADER:
            break
        shown.append(one.title)
    return cut(" · ".join(shown), _PREHEADER)


def in_words(first: date, last: date, every: str, words: Any) -> str:  # noqa: ANN401 - the wording
    """Return the days from *first* to *last* in words: a day, a month of a monthly digest, or from when to when."""
    if first == last:
        return str(words.day(first))
    if every == "month" and (first.year, first.month) == (last.year, last.month):
        return str(words.month(first))
    return str(words.days(first, last))


def _days(section: Section, setting: Setting) -> str:
    """Return whose days the entries of *section* are, where it has no title but days."""
    return in_words(*section.days, setting.edition.digest.every, setting.words) if section.days else ""


def _picture(stories: list[Story]) -> Image | None:
    """Return the first story's picture, where there are words enough around it and it is fetched safely."""
    image = stories[0].entry.image if stories else None
    if image is None or not image.url.startswith("https://"):
        return None
    words = sum(len((one.title + one.summary).encode()) for one in stories)
    return image if words >= _PICTURE_FROM else None


def _is_worded(language: str, wording: str) -> bool:
    """Say whether the *wording* is in the site's *language*, whatever the region."""
    return language.lower().partition("-")[0] == wording.lower().partition("-")[0]


def has_capitals(text: str) -> bool:
    """Say whether all of *text* is in letters that may be set in capitals, and spaced."""
    return all(character < _NO_CASE for character in text)


def han_of(language: str) -> str:
    """Return which Han characters, and so which fonts, suit *language* (BCP 47); empty: none."""
    primary, *rest = language.lower().split("-")
    if primary == "zh":
        return "zh-Hant" if "hans" not in rest and _TRADITIONAL.intersection(rest) else "zh-Hans"
    return primary if primary in {"ja", "ko"} else ""
