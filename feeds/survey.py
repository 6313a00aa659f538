"""Reads what `feeds stats` counts, and writes nothing."""

from pathlib import Path

from feeds.cache import Made
from feeds.census import counts
from feeds.desk import arranged, listed, load, uncollected
from feeds.figures import Stats
from feeds.reading import read_posts
from feeds.reports import Wishes
from feeds.stats import stats_of
from feeds.store import Cache


def survey(folder: Path, wishes: Wishes) -> Stats:
    """Return the figures of the site in *folder* at the time of *wishes*.

    Posts that the last build has read are taken as it remembers them. The sizes of messages are those of the last
    build: of a site that was never built there are none.
    """
    with uncollected():
        frame = load(folder)
        with Cache.looked_at(folder / ".feeds" / "cache.sqlite3") as cache:
            listing, frame = listed(folder, frame)
            posts = read_posts(listing, frame.site, cache, wishes, 0)
            mails = {path: made.mail for path, made in cache.targets(Made).items() if made.mail}
        found = arranged(folder, posts, frame.site, wishes.now)
        became = counts(posts.parsed.values(), len(listing.skipped), wishes.now)
        return stats_of(found.arrangement, became, mails, wishes.now)
