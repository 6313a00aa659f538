"""Runs the steps; the only room that knows their order."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from feeds.aliases import lost_aliases
from feeds.arrangement import arrange
from feeds.assets import measured
from feeds.cache import Fingerprint, Made, Printer, Stale, stale
from feeds.census import counts, is_due, notes, unmeasured
from feeds.config import parse_site
from feeds.diagnostics import Diagnostic, in_order
from feeds.identity import with_ids_of_their_own
from feeds.model import Brief, Site
from feeds.outcomes import Parsed
from feeds.plan import plan
from feeds.publish import Outcome, Publication, blocked, immovable, orphans, published, stands, strangers
from feeds.records import hash_of, unpacker
from feeds.reports import Report, Wishes
from feeds.scan import Listing, file_size, list_posts, read_config, read_templates
from feeds.standing import Standing, stands_until
from feeds.store import Cache, locked, program_stamp
from feeds.targets import Frame, MailSize, Target
from feeds.workers import Rendered, parse_all, render_all

RACY_NS = 2_000_000_000
"""A file that changed this shortly before the run may change again unseen: it is remembered, and read again."""


def load(folder: Path) -> Frame:
    """Return the site in *folder* and its templates; wrong configuration is a `ConfigError`, and touches nothing."""
    return Frame(site=parse_site(read_config(folder), path="feeds.toml"), templates=read_templates(folder))


def build(folder: Path, wishes: Wishes) -> Report:
    """Read *folder*'s posts, group them, plan the files to make, render those out of date, publish them all at once."""
    frame = replace(load(folder), workshop=_workshop(folder, wishes))
    with _lock(folder, wishes) as started_ns, _cache(folder, wishes) as cache:
        with _uncollected():
            listing, frame = _listed(folder, frame)
            signature = _signature(frame, listing)
            before = cache.targets(Made)
            if standing := _standing(folder, cache, signature, wishes.now, before):
                return standing
            posts = _read(listing, frame.site, cache, wishes, started_ns)
            targets, report = _planned(folder, posts, frame.site, wishes.now)
            work = _work(folder, frame, targets, posts, cache, before, wishes)
        if wishes.dry_run:
            return _foreseen(work, report)
        done = _publish(work, report, wishes)
        cache.remember_standing(_to_stand(posts, frame.site, signature, done, wishes.now, started_ns))
        cache.commit()
        return done


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let Python's collector rest: what is read and planned stays for the whole run, and is looked through in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


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


def _to_stand(  # noqa: PLR0913, PLR0917 - all that it depends on
    posts: "_Posts", site: Site, signature: str, done: Report, now: datetime, started_ns: int
) -> Standing | None:
    """Return what the next run needs to know that it would change nothing.

    None where it cannot know: a post was just written, a file could not be made, or one's size is the disk's to say.
    """
    entries = [post.entry for post in posts.parsed.values() if post.entry]
    is_racy = any(post.changed_ns >= started_ns - RACY_NS for post in posts.listing.posts)
    if is_racy or done.failed or any(not file.length for entry in entries for file in entry.enclosures):
        return None
    unchanged = replace(done, written=(), removed=(), reasons={}, unchanged=done.unchanged + len(done.written))
    until = stands_until(entries, site, now)
    return Standing(signature=signature, since=now, until=until, report=unchanged)


def check(folder: Path, wishes: Wishes) -> Report:
    """Return every problem that a build would have, with each file made and thrown away; nothing is written."""
    frame = load(folder)
    with Cache.forgetful() as cache:
        listing, frame = _listed(folder, frame)
        posts = _read(listing, frame.site, cache, wishes, 0)
        targets, report = _planned(folder, posts, frame.site, wishes.now)
        work = _work(folder, frame, targets, posts, cache, {}, wishes)
    made = [replace(one, data=b"", briefs={}) for one in _rendered(work, work.targets, wishes)]
    problems = [_unmade(one.path, one.problem) for one in made if one.problem]
    mails = {one.path: one.mail for one in made if one.mail}
    return _with_failures(replace(report, mails=mails), [*problems, *map(_in_the_way, work.in_the_way)])


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Posts:
    """Every post of the run."""

    listing: Listing
    parsed: Mapping[str, Parsed]
    """By path, in the listing's order."""

    fresh: frozenset[str]
    """Those of them, by path, that were read now."""

    changed: Mapping[str, str]
    """Posts that are new, or say something else than the cache knew of them: how people type their path, by path."""


def _lock(folder: Path, wishes: Wishes) -> AbstractContextManager[int]:
    return nullcontext(0) if wishes.dry_run else locked(folder / ".feeds")


def _cache(folder: Path, wishes: Wishes) -> AbstractContextManager[Cache]:
    path = folder / ".feeds" / "cache.sqlite3"
    if wishes.dry_run:
        return Cache.forgetful() if wishes.clean else Cache.looked_at(path)
    return Cache.opened(path, anew=wishes.clean)


def _workshop(folder: Path, wishes: Wishes) -> str:
    return "" if wishes.dry_run or wishes.clean else str((folder / ".feeds" / "compiled").absolute())


def _listed(folder: Path, frame: Frame) -> tuple[Listing, Frame]:
    """Return what the content folder holds, and the frame with the site's dialect settled."""
    listing = list_posts(folder, frame.site)
    return listing, replace(frame, site=_with_dialect(frame.site, listing))


def _read(listing: Listing, site: Site, cache: Cache, wishes: Wishes, started_ns: int) -> _Posts:
    """Return every post, parsed now or remembered."""
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
    return _Posts(listing=listing, parsed=parsed, fresh=frozenset(fresh), changed=changed)


def _with_dialect(site: Site, listing: Listing) -> Site:
    """Return *site* with its dialect settled: Jekyll where the folder is or contains `_posts`."""
    if site.content.dialect != "auto":
        return site
    root = site.content.folder.rstrip("/").rpartition("/")[2]
    is_jekyll = root == "_posts" or any("/_posts/" in f"/{post.path}" for post in listing.posts)
    return replace(site, content=replace(site.content, dialect="jekyll" if is_jekyll else "none"))


def _planned(folder: Path, posts: _Posts, site: Site, now: datetime) -> tuple[tuple[Target, ...], Report]:
    """Return the files to make of the due entries, and the report as far as it is known."""
    parsed = tuple(posts.parsed.values())
    entries, clashes = with_ids_of_their_own(tuple(post.entry for post in parsed if post.entry), site)
    size_of = partial(file_size, folder / site.content.folder)
    due = [measured(entry, site, size_of) for entry in entries if is_due(entry, now)]
    arrangement = arrange(due, site, now)
    targets = plan(arrangement)
    found = [problem for post in parsed for problem in post.diagnostics]
    listing = posts.listing
    report = Report(
        posts=counts(parsed, len(listing.skipped), now),
        twins=tuple((site.shown(twin.entry.path), site.shown(twin.shown.path)) for twin in arrangement.twins),
        diagnostics=in_order(
            [
                *found,
                *clashes,
                *lost_aliases(targets, site),
                *listing.skipped,
                *listing.notes,
                *unmeasured(due, site),
                *notes(parsed, site, now),
            ]
        ),
    )
    return targets, report


# --- making --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What there is to make."""

    out: Path
    frame: Frame
    posts: _Posts
    targets: tuple[Target, ...]
    prints: Mapping[str, Fingerprint]
    before: Mapping[str, Made]
    stale: tuple[Stale, ...]
    strangers: tuple[str, ...]
    """What feeds did not write and stands where it would write."""

    in_the_way: tuple[str, ...]
    """Those of them that stay."""

    cache: Cache


def _work(  # noqa: PLR0913, PLR0917 - all that a run has learned
    folder: Path,
    frame: Frame,
    targets: tuple[Target, ...],
    posts: _Posts,
    cache: Cache,
    before: Mapping[str, Made],
    wishes: Wishes,
) -> _Work:
    out = folder / "out"
    printer = Printer(frame, program_stamp())
    prints = {target.path: printer.fingerprint(target) for target in targets}
    found = strangers(out, prints.keys())
    return _Work(
        out=out,
        frame=frame,
        posts=posts,
        targets=targets,
        prints=prints,
        before=before,
        stale=tuple(stale(targets, prints, before, published(out, prints), posts.changed)),
        strangers=found,
        in_the_way=immovable(out, found) if wishes.adopt else found,
        cache=cache,
    )


def _foreseen(work: _Work, report: Report) -> Report:
    """Return the report of a run that writes nothing."""
    barred = blocked(work.prints.keys(), work.in_the_way)
    reasons = {item.target.path: item.reason for item in work.stale if item.target.path not in barred}
    planned = replace(
        report,
        written=tuple(reasons),
        unchanged=len(work.targets) - len(barred) - len(reasons),
        removed=orphans(work.out, work.prints.keys() - barred),
        reasons=reasons,
        mails=_mails_before(work),
    )
    return _with_failures(planned, [*map(_in_the_way, work.in_the_way)])


def _publish(work: _Work, report: Report, wishes: Wishes) -> Report:
    """Make what is out of date, publish it all at once, and remember what was made."""
    barred = blocked(work.prints.keys(), work.in_the_way)
    mails = _mails_before(work)
    with closing(Publication(work.out)) as publication:
        publication.take_over(set(work.strangers).difference(work.in_the_way))
        unmade = tuple(_made(work, publication, barred, wishes, mails))
        absent = {rendered.path for rendered in unmade}.difference(published(work.out, [r.path for r in unmade]))
        outcome = publication.commit(work.prints.keys() - barred - absent)
    _remember(work, outcome, mails)
    reasons = {item.target.path: item.reason for item in work.stale}
    done = replace(
        report,
        written=tuple(outcome.written),
        unchanged=len(work.targets) - len(barred) - len(absent) - len(outcome.written),
        removed=tuple(outcome.removed),
        reasons={path: reasons[path] for path in outcome.written},
        mails=mails,
    )
    problems = [*map(_in_the_way, work.in_the_way), *(_unmade(r.path, r.problem) for r in unmade)]
    return _with_failures(done, problems)


def _mails_before(work: _Work) -> dict[str, MailSize]:
    """Return the size of each message that there still is, as it was when it was last made."""
    known = ((path, work.before[path].mail) for path in work.prints if path in work.before)
    return {path: mail for path, mail in known if mail}


def _made(
    work: _Work,
    publication: Publication,
    barred: frozenset[str],
    wishes: Wishes,
    mails: dict[str, MailSize],
) -> Iterator[Rendered]:
    """Make every stale target that nothing bars, note the sizes of *mails*, and yield those that could not be made."""
    briefs: dict[str, Brief] = {}
    targets = [item.target for item in work.stale if item.target.path not in barred]
    for rendered in _rendered(work, targets, wishes):
        if rendered.problem:
            yield rendered
        else:
            publication.add(rendered.path, rendered.data)
        if rendered.mail:
            mails[rendered.path] = rendered.mail
        briefs |= rendered.briefs
    work.cache.remember_briefs(briefs)


def _rendered(work: _Work, targets: Sequence[Target], wishes: Wishes) -> Iterable[Rendered]:
    """Make *targets*; what is remembered of their entries' texts serves where the posts are as they were."""
    paths = {entry.path for target in targets for entry in target.entries}
    briefs = work.cache.briefs(paths - work.posts.fresh, Brief)
    made = render_all(targets, work.posts.listing.root, briefs, work.frame, wishes.jobs)
    return wishes.watch(made, "making", len(targets))


def _remember(work: _Work, outcome: Outcome, mails: Mapping[str, MailSize]) -> None:
    sizes = published(work.out, [*outcome.written, *outcome.unchanged])
    made = {
        path: Made(fingerprint=work.prints[path], size=size, mtime_ns=mtime_ns, mail=mails.get(path))
        for path, (size, mtime_ns) in sizes.items()
    }
    work.cache.remember_targets(made, work.before.keys() - work.prints.keys())


# --- problems ------------------------------------------------------------------------------------


def _with_failures(report: Report, problems: list[Diagnostic]) -> Report:
    diagnostics = in_order([*report.diagnostics, *problems])
    return replace(report, diagnostics=diagnostics, failed=tuple(problem.path for problem in problems))


def _unmade(path: str, problem: str) -> Diagnostic:
    place, _, rest = problem.partition(": ")
    message, _, remedy = rest.partition("\n  help: ")
    text = f"it could not be made: {place}: {message}; what was published before is still there"
    return Diagnostic(path=f"out/{path}", code="not-made", message=text, help=remedy)


def _in_the_way(path: str) -> Diagnostic:
    return Diagnostic(
        path=f"out/{path}",
        code="stranger",
        message="something that feeds did not write is in the way; it was left as it is",
        help="move it away, or take it over with feeds build --adopt",
    )
