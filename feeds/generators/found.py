"""What is looked at of another generator's site, and what was understood of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Unclear:
    """Stands for a value that is there and cannot be taken."""

    why: str
    """As a predicate: "is a list, not a text"."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value, and the place where it was found."""

    value: str | Unclear
    place: str
    """For people: `_config.yml:3`."""


Facts: TypeAlias = Mapping[str, Fact]
"""By the key of `feeds.toml`: title, description, home, language, timezone, author.name, permalink …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A file that may be a post, as far as its header says."""

    path: str
    """Below the site's folder, with `/`."""

    header: str
    """`yaml`, `toml`, `json`, `pelican`, `links`, `none`; `unreadable` where it cannot be read."""

    keys: frozenset[str] = frozenset()
    """Normalised."""

    title: str = ""
    slug: str = ""
    address: str = ""
    """Its own permalink, URL or path."""

    is_dated: bool = False
    """By its header, or by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A site of another generator's: what it says of itself, and a sample of its posts."""

    texts: Mapping[str, str]
    """What may be configuration, by path below the site's folder."""

    posts: tuple[Post, ...] = ()
    """By path; spread evenly over all where there are very many."""

    names: frozenset[str] = frozenset()
    """What stands at the top of the site's folder."""

    scope: str = "."
    """The folder that was asked for, below the site's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was understood of a site."""

    generator: str
    """`jekyll` … `astro`; or `none`."""

    because: str
    """What it was known by: `_config.yml`."""

    facts: Facts = field(default_factory=dict)
    folder: str = "."
    """Of the posts, below the site's folder."""

    ignore: tuple[str, ...] = ()
    """Globs of paths below `folder`."""

    reads: tuple[str, ...] = ()
    """The folders in which the generator looks for its sources; a name that begins with `_` or `.` is in none."""

    notes: tuple[str, ...] = ()
    """What was not understood, and what it leads to."""


def present(facts: Mapping[str, Fact | None]) -> dict[str, Fact]:
    """Return *facts* without those that nobody stated."""
    return {key: fact for key, fact in facts.items() if fact is not None}


def first(facts: Iterable[Fact | None]) -> Fact | None:
    """Return the first of *facts* that is plain, else the first that somebody stated at all."""
    stated = [fact for fact in facts if fact is not None]
    return next((fact for fact in stated if isinstance(fact.value, str)), stated[0] if stated else None)


def joined(address: Fact | None, path: Fact | None) -> Fact | None:
    """Return the web address with the *path* below it at which a site is published."""
    if address is None or path is None or not isinstance(address.value, str) or not isinstance(path.value, str):
        return address
    below = path.value.strip("/")
    if not below or address.value.rstrip("/").endswith(f"/{below}"):
        return address
    return Fact(f"{address.value.rstrip('/')}/{below}/", f"{address.place}, {path.place}")
