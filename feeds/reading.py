"""Reads the posts that have changed, and takes the others as they are remembered."""

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.outcomes import Parsed
from feeds.records import hash_of, unpacker
from feeds.reports import Wishes
from feeds.scan import Listing
from feeds.settings import Site
from feeds.store import Cache, program_stamp
from feeds.workers import parse_all

RACY_NS = 2_000_000_000
"""A file that changed this shortly before the run may change again unseen: it is remembered, and read again."""


@dataclass(frozen=True, kw_only=True)
class Posts:
    """Every post of the run."""

    listing: Listing
    parsed: Mapping[str, Parsed]
    """By path, in the listing's order."""

    fresh: frozenset[str]
    """Those of them, by path, that were read now."""

    changed: Mapping[str, str]
    """Posts that are new, or say something else than the cache knew of them: how people type their path, by path."""

    def are_settled(self, started_ns: int) -> bool:
        """Say whether none of them changed so shortly before *started_ns* that it may change again unseen."""
        return all(post.changed_ns < started_ns - RACY_NS for post in self.listing.posts)


def read_posts(listing: Listing, site: Site, cache: Cache, wishes: Wishes, started_ns: int) -> Posts:
    """Return every post of *listing*, parsed now or remembered in *cache*; it is told what to remember of them.

    *started_ns* is when the run began, in nanoseconds of the file system's clock.
    """
    key = hash_of((program_stamp(), site))
    known = cache.posts(key, Parsed)
    outdated = [post for post in listing.posts if post.path not in known or known[post.path][0] != post.stamp]
    paths = [post.path for post in outdated]
    rows = wishes.watch(parse_all(paths, listing.root, site, wishes.jobs), "reading", len(paths))
    fresh = dict(zip(paths, map(unpacker(Parsed), rows), strict=True))
    seen = {p.path: (p.stamp if p.changed_ns < started_ns - RACY_NS else "", fresh[p.path]) for p in outdated}
    parsed = {post.path: fresh.get(post.path) or known[post.path][1] for post in listing.posts}
    cache.remember_posts(key, seen, known.keys() - parsed.keys())
    changed = {path: site.shown(path) for path in fresh if path not in known or known[path][1] != fresh[path]}
    return Posts(listing=listing, parsed=parsed, fresh=frozenset(fresh), changed=changed)
