"""Reads a site and arranges its entries: what every command begins with."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from feeds.arrangement import Arrangement, arrange
from feeds.assets import measured
from feeds.census import is_due
from feeds.config import parse_site
from feeds.diagnostics import Diagnostic
from feeds.identity import with_ids_of_their_own
from feeds.model import Entry
from feeds.reading import Posts
from feeds.scan import Listing, file_size, list_posts, read_config, read_templates
from feeds.settings import Site
from feeds.targets import Frame


def load(folder: Path) -> Frame:
    """Return the site in *folder* and its templates; wrong configuration is a `ConfigError`, and touches nothing."""
    return Frame(site=parse_site(read_config(folder), path="feeds.toml"), templates=read_templates(folder))


def workshop_of(folder: Path) -> str:
    """Return the folder for what the templates of the site in *folder* were compiled into."""
    return str((folder / ".feeds" / "compiled").absolute())


def listed(folder: Path, frame: Frame) -> tuple[Listing, Frame]:
    """Return what the content folder holds, and the frame with the site's dialect settled."""
    listing = list_posts(folder, frame.site)
    return listing, replace(frame, site=_with_dialect(frame.site, listing))


def _with_dialect(site: Site, listing: Listing) -> Site:
    """Return *site* with its dialect settled: Jekyll where the folder is or contains `_posts`."""
    if site.content.dialect != "auto":
        return site
    root = site.content.folder.rstrip("/").rpartition("/")[2]
    is_jekyll = root == "_posts" or any("/_posts/" in f"/{post.path}" for post in listing.posts)
    return replace(site, content=replace(site.content, dialect="jekyll" if is_jekyll else "none"))


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python's collector rest: what is read and planned stays for the whole run, and is looked through in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """The entries of a run."""

    arrangement: Arrangement
    due: Sequence[Entry]
    """Those that are published, as the posts have them."""

    clashes: Sequence[Diagnostic]
    """Ids that two posts have."""


def arranged(folder: Path, posts: Posts, site: Site, now: datetime) -> Arranged:
    """Return the entries of *posts* that are due at *now*, grouped as *site* asks."""
    entries, clashes = with_ids_of_their_own(tuple(post.entry for post in posts.parsed.values() if post.entry), site)
    size_of = partial(file_size, folder / site.content.folder)
    due = [measured(entry, site, size_of) for entry in entries if is_due(entry, now)]
    return Arranged(arrangement=arrange(due, site, now), due=due, clashes=clashes)
