"""Makes the files that are out of date, and publishes them all at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from feeds.cache import Fingerprint, Made, Printer, Stale, stale
from feeds.diagnostics import Diagnostic, in_order
from feeds.inventory import blocked, immovable, orphans, published, strangers, written
from feeds.model import Brief
from feeds.publish import Outcome, Publication
from feeds.reading import Posts
from feeds.reports import Report, Wishes
from feeds.store import Cache, program_stamp
from feeds.targets import Frame, MailSize, Target
from feeds.workers import Rendered, render_all

Unmade = tuple[str, Diagnostic]
"""What could not be made, in words, and why."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What there is to make."""

    out: Path
    frame: Frame
    posts: Posts
    targets: tuple[Target, ...]
    prints: Mapping[str, Fingerprint]
    before: Mapping[str, Made]
    stale: tuple[Stale, ...]
    ours: frozenset[str]
    """Paths below `out/` of what earlier runs wrote there."""

    strangers: tuple[str, ...]
    """What feeds did not write and stands where it would write."""

    in_the_way: tuple[str, ...]
    """Those of them that stay."""

    cache: Cache


def work_of(  # noqa: PLR0913, PLR0917 - all that a run has learned
    folder: Path,
    frame: Frame,
    targets: tuple[Target, ...],
    posts: Posts,
    cache: Cache,
    before: Mapping[str, Made],
    wishes: Wishes,
) -> Work:
    """Return what there is to make of *targets*, where *before* is what the last run made, by path."""
    out = folder / "out"
    printer = Printer(frame, program_stamp())
    prints = {target.path: printer.fingerprint(target) for target in targets}
    ours = written(out, {path: (one.size, one.mtime_ns) for path, one in before.items()})
    found = strangers(out, prints.keys(), ours)
    return Work(
        out=out,
        frame=frame,
        posts=posts,
        targets=targets,
        prints=prints,
        before=before,
        stale=tuple(stale(targets, prints, before, published(out, prints), posts.changed)),
        ours=ours,
        strangers=found,
        in_the_way=immovable(out, found) if wishes.adopt else found,
        cache=cache,
    )


def foreseen(work: Work, report: Report) -> Report:
    """Return *report* of a run that writes nothing, with what another would write."""
    barred = blocked(work.prints.keys(), work.in_the_way)
    reasons = {item.target.path: item.reason for item in work.stale if item.target.path not in barred}
    planned = replace(
        report,
        written=tuple(reasons),
        unchanged=len(work.targets) - len(barred) - len(reasons),
        removed=orphans(work.out, work.prints.keys() - barred, work.ours),
        reasons=reasons,
        mails=_mails_before(work),
    )
    return _with_failures(planned, work, ())


def tried(work: Work, report: Report, wishes: Wishes, apart: Iterable[Unmade] = ()) -> Report:
    """Make every file and throw it away; *report* is told which cannot be made, and what is known of others *apart*."""
    made = [replace(one, data=b"", briefs={}) for one in _rendered(work, work.targets, wishes)]
    mails = {one.path: one.mail for one in made if one.mail}
    return _with_failures(replace(report, mails=mails), work, [*_failed(made), *apart])


def publish(work: Work, report: Report, wishes: Wishes) -> Report:
    """Make what is out of date, publish it all at once, and remember what was made; *report* is told of it."""
    barred = blocked(work.prints.keys(), work.in_the_way)
    mails = _mails_before(work)
    with closing(Publication(work.out)) as publication:
        publication.take_over(set(work.strangers).difference(work.in_the_way))
        unmade = tuple(_made(work, publication, barred, wishes, mails))
        absent = {rendered.path for rendered in unmade}.difference(published(work.out, [r.path for r in unmade]))
        outcome = publication.commit(work.prints.keys() - barred - absent, work.ours)
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
    return _with_failures(done, work, tuple(_failed(unmade)))


def _mails_before(work: Work) -> dict[str, MailSize]:
    """Return the size of each message that there still is, as it was when it was last made."""
    known = ((path, work.before[path].mail) for path in work.prints if path in work.before)
    return {path: mail for path, mail in known if mail}


def _made(
    work: Work,
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


def _rendered(work: Work, targets: Sequence[Target], wishes: Wishes) -> Iterable[Rendered]:
    """Make *targets*; what is remembered of their entries' texts serves where the posts are as they were."""
    paths = {entry.path for target in targets for entry in target.entries}
    briefs = work.cache.briefs(paths - work.posts.fresh, Brief)
    made = render_all(targets, work.posts.listing.root, briefs, work.frame, wishes.jobs)
    return wishes.watch(made, "making", len(targets))


def _remember(work: Work, outcome: Outcome, mails: Mapping[str, MailSize]) -> None:
    sizes = published(work.out, [*outcome.written, *outcome.unchanged])
    made = {
        path: Made(fingerprint=work.prints[path], size=size, mtime_ns=mtime_ns, mail=mails.get(path))
        for path, (size, mtime_ns) in sizes.items()
    }
    work.cache.remember_targets(made, work.before.keys() - work.prints.keys())


# --- problems ------------------------------------------------------------------------------------


def _failed(made: Iterable[Rendered]) -> Iterator[Unmade]:
    return ((f"out/{one.path}", one.problem) for one in made if one.problem)


def _with_failures(report: Report, work: Work, unmade: Sequence[Unmade]) -> Report:
    """Return *report* with what is in the way, and what could not be made."""
    problems = [*map(_in_the_way, work.in_the_way), *_reasons(unmade)]
    return replace(
        report,
        diagnostics=in_order([*report.diagnostics, *problems]),
        failed=(*(f"out/{path}" for path in work.in_the_way), *dict.fromkeys(name for name, _ in unmade)),
    )


def _reasons(unmade: Iterable[Unmade]) -> Iterator[Diagnostic]:
    """Yield each thing that is wrong once, however many could not be made for it."""
    names: dict[Diagnostic, dict[str, None]] = {}
    for name, problem in unmade:
        names.setdefault(problem, {})[name] = None
    for problem, (first, *rest) in names.items():
        files = f"{first} and {len(rest)} more could" if rest else f"{first} could"
        message = f"{problem.message}; {files} not be made, and what was published before is still there"
        yield replace(problem, path=problem.path or first, code="not-made", message=message)


def _in_the_way(path: str) -> Diagnostic:
    return Diagnostic(
        path=f"out/{path}",
        code="stranger",
        message="something that feeds did not write is in the way; it was left as it is",
        help="move it away, or take it over with feeds build --adopt",
    )
