"""Does the heavy steps, in one process or several; results come in the order of the work."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from typing import TypeVar

from feeds.diagnostics import BUSY, Diagnostic, FeedsError
from feeds.model import Article, Entry, Site
from feeds.outcomes import Parsed, State
from feeds.scan import PostFile, read_post
from feeds.targets import Frame, MailSize, Target

T = TypeVar("T")
R = TypeVar("R")

PARSING_PAYS = 2000
"""Posts from which on a second process gains more than it costs to start."""

RENDERING_PAYS = 4000
"""Shown entries, likewise."""

SHELF = 4000
"""Articles that a process keeps at hand: an entry's files stand near each other in the plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A file, made; or why it could not be."""

    path: str
    data: bytes = b""
    problem: str = ""
    mail: MailSize | None = None
    """Of a message's HTML part."""


def parse_all(posts: Sequence[PostFile], site: Site, jobs: int | None) -> Iterator[Parsed]:
    """Yield what each of *posts* says, in their order; *jobs* None: as many processes as pay."""
    return _shared(partial(_parse, site), posts, jobs or _paying(len(posts), PARSING_PAYS))


def _parse(site: Site, posts: Sequence[PostFile]) -> list[Parsed]:
    from feeds.articles import reader_of  # noqa: PLC0415 - where nothing has changed, nothing is read
    from feeds.entries import parse_post  # noqa: PLC0415 - as above

    parse = partial(parse_post, reader=reader_of(site))
    return [_parse_one(post, site, parse) for post in posts]


def _parse_one(post: PostFile, site: Site, parse: Callable[[bytes, str], Parsed]) -> Parsed:
    try:
        return parse(read_post(post), post.path)
    except OSError as error:
        problem = Diagnostic(
            path=site.shown(post.path),
            code="file-unreadable",
            message=f"it cannot be read: {error.strerror}",
            help="mend it, or name it under `content.ignore`",
        )
        return Parsed(path=post.path, state=State.SKIPPED, diagnostics=(problem,))


def render_all(
    targets: Sequence[Target],
    posts: Mapping[str, PostFile],
    frame: Frame,
    jobs: int | None,
) -> Iterator[Rendered]:
    """Yield each of *targets*, made, in their order; *posts* are the files of their entries, by path."""
    shown = sum(len(target.entries) for target in targets)
    work = [(target, {e.path: posts[e.path] for e in target.entries}) for target in targets]
    return _shared(partial(_render, frame), work, jobs or _paying(shown, RENDERING_PAYS))


def _render(frame: Frame, work: Sequence[tuple[Target, Mapping[str, PostFile]]]) -> list[Rendered]:
    article = _shelf(frame.site)
    return [_render_one(target, posts, frame, article) for target, posts in work]


def _render_one(
    target: Target, posts: Mapping[str, PostFile], frame: Frame, article: Callable[[Entry, PostFile], Article]
) -> Rendered:
    articles = {entry.id: article(entry, posts[entry.path]) for entry in target.entries}
    renderer = import_module(f"feeds.render.{target.kind}")
    try:
        data = renderer.render(target.subject, articles, frame)
        mail = renderer.mail_size(target.subject, articles, frame) if target.kind == "email" else None
    except FeedsError as error:
        return Rendered(path=target.path, problem=str(error))
    return Rendered(path=target.path, data=data, mail=mail)


@lru_cache(maxsize=1)
def _shelf(site: Site) -> Callable[[Entry, PostFile], Article]:
    """Return what makes the articles of *site* in this process, and has the latest used at hand."""
    from feeds.articles import article_of, reader_of  # noqa: PLC0415 - as above

    reader = reader_of(site)

    @lru_cache(SHELF)
    def article(entry: Entry, post: PostFile) -> Article:
        try:
            return article_of(read_post(post), entry, reader)
        except (OSError, ValueError) as error:
            message = f"{site.shown(post.path)} changed while it was being read: {error}"
            raise FeedsError(message, help="run it again; nothing was published", exit_code=BUSY) from error

    return article


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone: it would wait for work for ever, and hold the lock."""
    from multiprocessing import parent_process  # noqa: PLC0415 - only where there are processes
    from threading import Thread  # noqa: PLC0415

    def leave() -> None:
        if (parent := parent_process()) is not None:
            parent.join()
            os._exit(1)

    Thread(target=leave, daemon=True).start()


def _paying(size: int, least: int) -> int:
    return 1 if size < least else os.cpu_count() or 1


def _shared(work: Callable[[Sequence[T]], list[R]], items: Sequence[T], jobs: int) -> Iterator[R]:
    """Yield the results of *work* over slices of *items*, in order, made by *jobs* processes."""
    if jobs == 1:
        for start in range(0, len(items), 64):
            yield from work(items[start : start + 64])
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - half of what a run on one process imports

    size = max(16, len(items) // (jobs * 8))
    with ProcessPoolExecutor(jobs, initializer=_leave_with_parent) as pool:
        for results in pool.map(work, [items[start : start + size] for start in range(0, len(items), size)]):
            yield from results
