"""Records that tests start from."""

from dataclasses import replace
from datetime import UTC, datetime

from feeds.model import Entry
from feeds.settings import Site

SITE = Site(
    title="Tide News",
    url="https://news.example.org/",
    home="https://www.example.org/",
    id="tag:news.example.org,2026:",
    timezone="Asia/Shanghai",
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Noon of 2 March 2026 in the site's zone."""


def entry(name, published=NOON, **changes):
    """Return an entry whose id, path and title come from *name*."""
    plain = Entry(
        id=f"tag:news.example.org,2026:{name}",
        path=f"{name}.md",
        digest=name,
        size=100,
        title=name.title(),
        published=published,
        updated=published,
        language="en",
        link=f"https://www.example.org/{name}",
    )
    return replace(plain, **changes)


def names(entries):
    """Return the names that `entry` made *entries* from."""
    return [one.path.removesuffix(".md") for one in entries]
