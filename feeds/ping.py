"""Tells the hub which feeds have changed since it was last told."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from feeds.config import parse_site
from feeds.diagnostics import Diagnostic, FeedsError, Severity, in_order
from feeds.inventory import subscriptions
from feeds.scan import read_config
from feeds.settings import Site
from feeds.store import Cache, locked
from feeds.websub import Answer, Hub, Result


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run told the hub."""

    told: tuple[str, ...]
    """Paths of feeds below `out/`, in the order in which the hub was told: the site's own first."""

    unchanged: int
    """Feeds of which the hub was told in an earlier run, as they still are."""

    diagnostics: tuple[Diagnostic, ...]
    """Why it was not told of the others."""

    is_away: bool
    """Whether the run ended because the hub did not answer: another may get further."""


def ping(folder: Path) -> Report:
    """Tell the hub of every feed of the site in *folder* whose bytes are not those of which it was told.

    What it was told is kept as it answers: a run that ends early, or is killed, is taken up by the next. Another hub
    is told of every feed. Without hub, or before the first build: `FeedsError` with exit code 2.
    """
    site = parse_site(read_config(folder), path="feeds.toml")
    if not site.feeds.websub:
        raise FeedsError("there is no hub", help="set `websub` under [feeds] to a hub's URL", exit_code=2)
    state = folder / ".feeds"
    with locked(state), Cache.opened(state / "cache.sqlite3") as cache:
        feeds = subscriptions(folder / "out", dict(site.feeds.aliases))
        before = cache.told(site.feeds.websub)
        changed = {path: digest for path, digest in feeds.items() if before.get(path) != digest}
        cache.remember_told(site.feeds.websub, {}, before.keys() - feeds.keys())
        cache.commit()
        answers = dict(_answers(site, changed, cache))
    return _report(site.feeds.websub, len(feeds), len(changed), answers)


def _answers(site: Site, changed: Mapping[str, str], cache: Cache) -> Iterator[tuple[str, Answer]]:
    """Tell the hub of the *changed* feeds, until it has moved or is away, and yield what it answers to each."""
    hub = Hub(site.feeds.websub, publisher=site.url)
    with closing(hub):
        for path, digest in changed.items():
            answer = hub.tell(site.url_of(path))
            if answer.result is Result.TOLD:
                cache.remember_told(site.feeds.websub, {path: digest}, ())
                cache.commit()
            yield path, answer
            if answer.result in {Result.MOVED, Result.AWAY}:
                return


def _report(hub: str, feeds: int, changed: int, answers: Mapping[str, Answer]) -> Report:
    settled = sum(answer.result in {Result.TOLD, Result.REFUSED} for answer in answers.values())
    problems = (_problem(hub, path, answer, changed - settled) for path, answer in answers.items())
    return Report(
        told=tuple(path for path, answer in answers.items() if answer.result is Result.TOLD),
        unchanged=feeds - changed,
        diagnostics=in_order(problem for problem in problems if problem),
        is_away=any(answer.result is Result.AWAY for answer in answers.values()),
    )


def _problem(hub: str, path: str, answer: Answer, untold: int) -> Diagnostic | None:
    """Return what the user learns of an *answer* to the feed at *path*; *untold* feeds were left when the run ended."""
    match answer.result:
        case Result.TOLD:
            return None
        case Result.REFUSED:
            place, code, message = f"out/{path}", "hub-refused", f"the hub did not take it: {answer.words}"
            remedy = "the next feeds ping tells it again; some hubs refuse feeds that nobody has subscribed to"
        case Result.MOVED:
            place, code = "feeds.toml", "hub-moved"
            message = f"the hub {hub} leads to {answer.words}, where it was not followed{_left(untold)}"
            remedy = "if that is the hub now, write it as `websub` under [feeds], and run feeds build"
        case Result.AWAY:
            place, code = "feeds.toml", "hub-away"
            message = f"the hub {hub} is away: {answer.words}{_left(untold)}"
            remedy = "run feeds ping again: it tells the hub of those"
    return Diagnostic(path=place, severity=Severity.WARNING, code=code, message=message, help=remedy)


def _left(untold: int) -> str:
    return f"; it was not told of {untold} {'feed' if untold == 1 else 'feeds'}"
