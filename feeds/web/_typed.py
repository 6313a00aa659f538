"""Reads what was typed into the forms."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from feeds.settings import Site
from feeds.subscribers import Subscriber
from feeds.text import one_line

Typed = Mapping[str, Sequence[str]]
"""The values of each field, in their order."""

TRAP = "website"
"""The field that no person sees, and that machines fill in."""

_FIELDS = frozenset(["digest", "category", "hour", "timezone", "language"])
"""Of what a subscriber chooses, of which a form has some: who sends nothing of it has not chosen to leave."""

_ALL = "all"
"""What the button to leave says that they leave."""

_LONGEST_ADDRESS = 320
"""More than any that mail can be sent to; what is longer is shown as far as this."""

_LONGEST_NAME = 200
_LONGEST_SOURCE = 200
_HOURS = frozenset(map(str, range(24)))


class MistakenError(ValueError):
    """It is none of our forms: no person at a browser could have sent it."""


def wanted_by(typed: Typed, site: Site, topics: Collection[str]) -> Subscriber:
    """Return who is to be subscribed, without id, the address as it was typed, if in one short line.

    *topics* are the names of the categories that there are. What no form has is a `MistakenError`. Who names none of
    several digests, as forms on other pages do, gets the first alone: more was not asked for.
    """
    address = one_line(_one(typed, "email")[:_LONGEST_ADDRESS])
    first = tuple(digest.name for digest in site.digests[:1]) if len(site.digests) > 1 else ()
    digests = _digests(typed, site) or first
    return Subscriber(id="", address=address, digests=digests, categories=_categories(typed, topics))


def chosen_by(
    typed: Typed, site: Site, topics: Collection[str], languages: Collection[str], before: Subscriber
) -> Subscriber | None:
    """Return *before* with what was chosen; None: nothing, so they leave. What no form has is a `MistakenError`.

    Who had all digests and keeps all has those to come as well.
    """
    if _known(_one(typed, "leave"), {_ALL}):  # whatever else is said: it may be a page of last year
        return None
    if _FIELDS.isdisjoint(typed):
        raise MistakenError("it has no field of ours")
    digests = _digests(typed, site)
    is_all = not before.digests and len(digests) == len(site.digests)
    chosen = replace(
        before,
        digests=() if is_all else digests,
        categories=_categories(typed, topics and {*topics, *before.categories}),
        language=_known(_one(typed, "language"), {*languages, before.language}),
        timezone=_known(_one(typed, "timezone"), _zones() | {before.timezone}),
        hour=_hour(_one(typed, "hour")),
    )
    return chosen if digests else None


def source_of(referer: str, fallback: str) -> str:
    """Return on which page somebody asked, as the browser says it: one short line, without what stands after a `?`."""
    page = one_line(referer.partition("?")[0].partition("#")[0])[:_LONGEST_SOURCE]
    return page if page.startswith(("https://", "http://")) else fallback


def _digests(typed: Typed, site: Site) -> tuple[str, ...]:
    return _among(typed.get("digest", ()), [digest.name for digest in site.digests])


def _categories(typed: Typed, topics: Collection[str]) -> tuple[str, ...]:
    """Return what was chosen of *topics*; where nobody knows them, since the cache was deleted, what is named."""
    names = typed.get("category", ())
    return _among(names, topics or {name for name in names if one_line(name) == name and len(name) <= _LONGEST_NAME})


def _among(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Return *names*, none twice; one that is not *known* is a `MistakenError`."""
    found = tuple(dict.fromkeys(names))
    if not set(found) <= set(known):
        raise MistakenError("it names what there is not")
    return found


def _known(name: str, known: Collection[str]) -> str:
    if name and name not in known:
        raise MistakenError("it names what there is not")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _one(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "").strip()


def _hour(text: str) -> int | None:
    if not text:
        return None
    if text not in _HOURS:
        raise MistakenError("it names no hour")
    return int(text)
