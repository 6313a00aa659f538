"""Decides who gets the same message, and when."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feeds.deliveries import Delivery, Fate
from feeds.due import LATE
from feeds.grouping import cut
from feeds.model import Edition, Entry, Section, day_after, local_day, short_hash
from feeds.settings import Digest, Site
from feeds.subscribers import Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What some subscribers get of an edition."""

    name: str
    language: str
    """Of the words around the entries."""

    edition: Edition
    """Cut to what the message has room for."""


def variants_of(edition: Edition, people: Iterable[Subscriber], site: Site) -> tuple[Variant, ...]:
    """Return what *people* get of *edition*, one for all who agree in language and categories, unless it is empty."""
    tastes = {_taste(person, site) for person in people}
    found = (_variant(edition, *taste) for taste in sorted(tastes))
    return tuple(variant for variant in found if variant.edition.sections)


def name_for(person: Subscriber, site: Site) -> str:
    """Return the name of the variant that *person* gets."""
    return _name(*_taste(person, site))


def delivery_to(person: Subscriber, names: Collection[str], edition: Edition, start: datetime, site: Site) -> Delivery:
    """Return the delivery of *edition* to *person*, from *start* on; *names* are those of its variants."""
    variant = name_for(person, site)
    welcome = max(start, welcome_at(person, edition.digest, edition.due, site))
    has_any = variant in names
    return Delivery(
        subscriber=person.id,
        address=person.address,
        variant=variant if has_any else "",
        fate=Fate.QUEUED if has_any else Fate.SKIPPED,
        reason="" if has_any else "empty",
        next_at=welcome,
        not_after=welcome + LATE,
    )


def welcome_at(person: Subscriber, digest: Digest, due: datetime, site: Site) -> datetime:
    """Return from when on *person* wants what is *due*: at their hour, in their time zone; in UTC.

    Who has neither gets it when it is due, who has only a time zone at the digest's `at` there. An hour that the clock
    leaves out in spring is taken as the one after it.
    """
    if person.hour is None and not person.timezone:
        return due
    zone = _zone(person.timezone) or site.zone
    at = digest.at if person.hour is None else time(person.hour)
    day = local_day(due, zone)
    today, tomorrow = (datetime.combine(d, at, zone) for d in (day, day_after(day)))
    chosen = today if today >= due else tomorrow
    return chosen.astimezone(due.tzinfo)


def _zone(name: str) -> ZoneInfo | None:
    """Return the time zone *name*; None where there is none, or none any more."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _taste(person: Subscriber, site: Site) -> tuple[str, tuple[str, ...]]:
    return person.language or site.language, tuple(sorted(set(person.categories)))


def _variant(edition: Edition, language: str, categories: tuple[str, ...]) -> Variant:
    chosen = _chosen(edition, frozenset(categories)) if categories else edition
    return Variant(name=_name(language, categories), language=language, edition=cut(chosen))


def _name(language: str, categories: tuple[str, ...]) -> str:
    return f"{language} {short_hash(chr(0).join(categories), 8)}" if categories else language


def _chosen(edition: Edition, categories: frozenset[str]) -> Edition:
    sections = (_of(section, categories) for section in edition.sections)
    return replace(edition, sections=tuple(section for section in sections if section.entries))


def _of(section: Section, categories: frozenset[str]) -> Section:
    def has_any(entry: Entry) -> bool:
        return not categories.isdisjoint(entry.categories)

    return replace(section, entries=tuple(filter(has_any, section.entries)))
