"""Finds the files of the site's own that posts name, and how large they are."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote

from feeds.model import Enclosure, Entry
from feeds.settings import Site

FOLDERS = ("", "static/", "public/", "assets/")
"""Where generators keep files that they publish as they are, below the site's folder or beside the posts'."""


def measured(entry: Entry, site: Site, size_of: Callable[[str], int]) -> Entry:
    """Return *entry* with the length of each file that lies in the site's own folders and whose length nobody wrote.

    *size_of* returns the size of the file at a path relative to the content folder, 0 where there is none.
    """
    if all(file.length for file in entry.enclosures):
        return entry
    files = (
        file if file.length else replace(file, length=_size(file, entry, site, size_of)) for file in entry.enclosures
    )
    return replace(entry, enclosures=tuple(files))


def _size(file: Enclosure, entry: Entry, site: Site, size_of: Callable[[str], int]) -> int:
    return next(filter(None, map(size_of, _places(file.url, entry, site))), 0)


def _places(url: str, entry: Entry, site: Site) -> Iterator[str]:
    """Yield where the file published as *url* may lie, relative to the content folder: beside the post first."""
    folder = entry.path.rpartition("/")[0]
    beside = _below(entry.permalink.rpartition("/")[0] + "/", url)
    if entry.permalink and beside:
        yield f"{folder}/{beside}" if folder else beside
    for top in dict.fromkeys((site.home, site.url)):
        if path := _below(top, url):
            yield from (f"{above}{assets}{path}" for above in ("", "../") for assets in FOLDERS)


def _below(top: str, url: str) -> str:
    """Return the path of *url* below *top*; empty where it is elsewhere, or leads out."""
    path = unquote(url.removeprefix(top).partition("?")[0].partition("#")[0]) if url.startswith(top) else ""
    return "" if "\0" in path or {"..", ""}.intersection(path.replace("\\", "/").split("/")) else path
