"""Keeps old paths of feeds valid, where nothing else is in the way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from feeds.diagnostics import Diagnostic, Severity
from feeds.settings import Site
from feeds.targets import FeedDocument, Target

_OTHERS = ("_redirects", ".feeds", ".feeds-new")
"""What stands in `out/` beside: where the aliases themselves are listed, and what `publish` keeps."""


def aliases_of(targets: Sequence[Target], site: Site) -> Iterator[Target]:
    """Yield feeds among *targets* again, under the old paths that the configuration keeps valid.

    Where a path is another's, or one is another's folder, the alias gives way. Paths that differ in case only are one
    path on many disks.
    """
    by_path = {target.path: target for target in targets}
    files = {path.casefold() for path in (*by_path, *_OTHERS)}
    folders = {folder for path in files for folder in _folders(path)}
    for old, new in site.feeds.aliases:
        path = old.casefold()
        if new in by_path and path not in files | folders and files.isdisjoint(_folders(path)):
            yield replace(by_path[new], path=old)
            files.add(path)
            folders.update(_folders(path))


def redirects_of(targets: Iterable[Target]) -> tuple[tuple[str, str], ...]:
    """Return the old and the new path of each alias among *targets*."""
    feeds = ((target.path, target.subject) for target in targets)
    return tuple((path, feed.path) for path, feed in feeds if isinstance(feed, FeedDocument) and feed.path != path)


def lost_aliases(targets: Iterable[Target], site: Site) -> Iterator[Diagnostic]:
    """Yield a warning for each alias that is not among *targets*."""
    kept = redirects_of(targets)
    for old, new in site.feeds.aliases:
        if (old, new) not in kept:
            yield Diagnostic(
                path="feeds.toml",
                severity=Severity.WARNING,
                code="alias-left-out",
                message=f"the alias `{old}` was left out: its place is taken, or there is no feed `{new}`",
                help="write the path of a feed that is there, or delete the alias",
            )


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that *path* lies in."""
    return (path[:at] for at, letter in enumerate(path) if letter == "/")
