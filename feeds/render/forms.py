"""Turns what people are asked and told where they subscribe into pages, which need no script and fetch nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from functools import cache, partial
from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from feeds.forms import Form, Kind, Topic
from feeds.languages import direction
from feeds.render import _templates
from feeds.render._plain import isolated, line
from feeds.render.pages import formats_of, relative, voice
from feeds.settings import Site
from feeds.subscribers import Status
from feeds.targets import Frame

_REGIONS = frozenset(
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
)
"""What the names of time zones begin with that stand for places; the others are old ways to say the same."""

_TEMPLATES = {Kind.SUBSCRIBE: "subscribe.html", Kind.PREFERENCES: "preferences.html"}
_HOURS = tuple(time(hour) for hour in range(24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the world, and its time zones."""

    name: str
    zones: tuple[str, ...]
    """IANA names, sorted."""


def render(form: Form, frame: Frame) -> bytes:
    """Return the page of *form* in UTF-8, in the language of *frame*'s site; its links are relative.

    A malformed template is a `FeedsError`.
    """
    path = "_/" * form.depth + "_"
    shown = replace(form, topics=(*form.topics, *_unlisted(form)))
    values: dict[str, object] = {"form": shown, "path": path, "href": partial(relative, path)}
    values |= {
        "site_formats": formats_of(frame.site),
        "voice": voice(frame),
        "named": name_of(form.digest, frame),
        "onward": _onward(form),
    }
    if form.kind is Kind.PREFERENCES:
        values |= {"hours": _HOURS, "regions": _with(regions(), form.person.timezone)}
        values |= {"languages": _spoken(form.person.language, _templates.languages(frame))}
    return _templates.render(frame, _TEMPLATES.get(form.kind, "answer.html"), **values).encode()


def _unlisted(form: Form) -> tuple[Topic, ...]:
    """Return what was chosen and can be no more: a page that is saved must not take it away."""
    if form.kind not in (Kind.PREFERENCES, Kind.CONFIRM):
        return ()
    listed = {topic.name for topic in form.topics}
    return tuple(Topic(name=name, title=name) for name in form.person.categories if name not in listed)


def name_of(digest: str, frame: Frame) -> str:
    """Return what *digest* is called, as a sentence of the words may quote it; of all digests, the site's title."""
    words = _templates.words(frame)
    title = title_of(digest, frame.site, words) if digest else line(frame.site.title)
    return isolated(title, direction(str(words.language)))


def title_of(digest: str, site: Site, words: Any) -> str:  # noqa: ANN401 - the wording
    """Return the title of *digest*; of one that is not there any more the name."""
    found = next((one for one in site.digests if one.name == digest), None)
    return line(found.title) or str(words.digest_titles[found.every]) if found else digest


def _spoken(chosen: str, known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the *known* languages, tag and name, and with them the one that is *chosen*."""
    return known if not chosen or chosen in dict(known) else (*known, (chosen, chosen))


def _onward(form: Form) -> str:
    """Return where the page leads on to: `preferences`, `subscribe`, `front`, or nowhere."""
    has_more = form.token and form.person.status is Status.ACTIVE
    match form.kind:
        case Kind.LEAVE | Kind.CONFIRMED if has_more:
            return "preferences"
        case Kind.LEFT:
            return "preferences" if has_more else "subscribe"
        case Kind.GONE | Kind.MISTAKEN | Kind.TOO_LARGE:
            return "subscribe"
        case Kind.CONFIRM | Kind.LEAVE | Kind.SUBSCRIBE | Kind.PREFERENCES:
            return ""
    return "front"


# --- time zones ----------------------------------------------------------------------------------


@cache
def regions() -> tuple[Region, ...]:
    """Return the time zones that can be chosen, by their part of the world."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in _REGIONS and "/" in name)
    return tuple(_regions(names))


def _regions(names: list[str]) -> Iterator[Region]:
    for region, zones in groupby(names, key=lambda name: name.partition("/")[0]):
        yield Region(name=region, zones=tuple(zones))


def _with(known: tuple[Region, ...], chosen: str) -> tuple[Region, ...]:
    """Return *known*, and with it what is *chosen* where it is not there: UTC, or an old name."""
    if not chosen or any(chosen in region.zones for region in known):
        return known
    return (*known, Region(name="…", zones=(chosen,)))
