"""Runs the steps of a build; the only room that knows their order."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from feeds.aliases import lost_aliases
from feeds.cache import Made
from feeds.census import counts, left_out, notes, unmeasured
from feeds.desk import arranged, listed, load, uncollected, workshop_of
from feeds.diagnostics import in_order
from feeds.forms import Topic
from feeds.inventory import stands
from feeds.making import Unmade, foreseen, publish, tried, work_of
from feeds.plan import plan
from feeds.reading import Posts, read_posts
from feeds.records import hash_of
from feeds.render.strays import strays
from feeds.reports import Report, Wishes
from feeds.scan import Listing
from feeds.settings import Site
from feeds.standing import Standing, stands_until
from feeds.store import Cache, locked, program_stamp
from feeds.targets import Frame, FrontPage, Target


def build(folder: Path, wishes: Wishes) -> Report:
    """Read *folder*'s posts, group them, plan the files to make, render those out of date, publish them all at once."""
    frame = replace(load(folder), workshop=_workshop(folder, wishes))
    with _lock(folder, wishes) as started_ns, _cache(folder, wishes) as cache:
        with uncollected():
            listing, frame = listed(folder, frame)
            signature = _signature(frame, listing)
            before = cache.targets(Made)
            if standing := _standing(folder, cache, signature, wishes.now, before):
                return standing
            posts = read_posts(listing, frame.site, cache, wishes, started_ns)
            targets, report = _planned(folder, posts, frame, wishes.now)
            work = work_of(folder, frame, targets, posts, cache, before, wishes)
        if wishes.dry_run:
            return foreseen(work, report)
        done = publish(work, report, wishes)
        cache.remember_topics(_topics(targets))
        cache.remember_standing(_to_stand(posts, frame.site, signature, done, wishes.now, started_ns))
        cache.commit()
        return done


def _signature(frame: Frame, listing: Listing) -> str:
    """Return a hash of all that a build is made of, but the time."""
    found = listing.posts, listing.skipped, listing.notes
    return hash_of((program_stamp(), frame.site, frame.templates, found))


def _standing(folder: Path, cache: Cache, signature: str, now: datetime, made: Mapping[str, Made]) -> Report | None:
    """Return the report of the last build if another would be the same, and what it published is there."""
    last = cache.standing(Standing)
    files = {path: (one.size, one.mtime_ns) for path, one in made.items()}
    is_same = last is not None and last.holds(signature, now) and stands(folder / "out", files)
    return last.report if last is not None and is_same else None


def _topics(targets: Iterable[Target]) -> tuple[Topic, ...]:
    """Return the categories that can be subscribed to, as the front page has them."""
    return next((target.subject.topics for target in targets if isinstance(target.subject, FrontPage)), ())


def _to_stand(  # noqa: PLR0913, PLR0917 - all that it depends on
    posts: Posts, site: Site, signature: str, done: Report, now: datetime, started_ns: int
) -> Standing | None:
    """Return what the next run needs to know that it would change nothing.

    None where it cannot know: a post was just written, a file could not be made, or one's size is the disk's to say.
    """
    entries = [post.entry for post in posts.parsed.values() if post.entry]
    are_measured = all(file.length for entry in entries for file in entry.enclosures)
    if done.failed or not are_measured or not posts.are_settled(started_ns):
        return None
    unchanged = replace(done, written=(), removed=(), reasons={}, unchanged=done.unchanged + len(done.written))
    until = stands_until(entries, site, now)
    return Standing(signature=signature, since=now, until=until, report=unchanged)


def check(folder: Path, wishes: Wishes) -> Report:
    """Return every problem that a build would have, with each file made and thrown away; nothing is written.

    So it is with what is made when somebody asks: the pages of the public part, and its mail.
    """
    frame = load(folder)
    with Cache.forgetful() as cache:
        listing, frame = listed(folder, frame)
        posts = read_posts(listing, frame.site, cache, wishes, 0)
        targets, report = _planned(folder, posts, frame, wishes.now)
        served = _unservable(frame, _topics(targets), wishes.now) if frame.site.mail.public_url else ()
        return tried(work_of(folder, frame, targets, posts, cache, {}, wishes), report, wishes, served)


def _unservable(frame: Frame, topics: tuple[Topic, ...], now: datetime) -> Iterable[Unmade]:
    from feeds.render.rehearsal import unmade  # noqa: PLC0415 - a build needs neither pages nor mail of the public part

    return unmade(frame, topics, now)


# --- steps ---------------------------------------------------------------------------------------


def _lock(folder: Path, wishes: Wishes) -> AbstractContextManager[int]:
    return nullcontext(0) if wishes.dry_run else locked(folder / ".feeds")


def _cache(folder: Path, wishes: Wishes) -> AbstractContextManager[Cache]:
    path = folder / ".feeds" / "cache.sqlite3"
    if wishes.dry_run:
        return Cache.forgetful() if wishes.clean else Cache.looked_at(path)
    return Cache.opened(path, anew=wishes.clean)


def _workshop(folder: Path, wishes: Wishes) -> str:
    return "" if wishes.dry_run or wishes.clean else workshop_of(folder)


def _planned(folder: Path, posts: Posts, frame: Frame, now: datetime) -> tuple[tuple[Target, ...], Report]:
    """Return the files to make of the due entries, and the report as far as it is known."""
    site = frame.site
    found = arranged(folder, posts, site, now)
    targets = plan(found.arrangement)
    parsed, listing = tuple(posts.parsed.values()), posts.listing
    problems = [
        *(problem for post in parsed for problem in post.diagnostics),
        *found.clashes,
        *lost_aliases(targets, site),
        *listing.skipped,
        *listing.notes,
        *strays(frame.templates),
        *unmeasured(found.due, site),
        *notes(parsed, site, now),
    ]
    twins = found.arrangement.twins
    report = Report(
        posts=counts(parsed, len(listing.skipped), now),
        twins=tuple((site.shown(twin.entry.path), site.shown(twin.shown.path)) for twin in twins),
        diagnostics=in_order(problems),
        left_out=tuple(left_out(parsed, site, now)),
    )
    return targets, report
