"""Does the heavy steps, in one process or several; results come in the order of the work."""

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from feeds.crew import shared
from feeds.diagnostics import BUSY, Diagnostic, FeedsError
from feeds.model import Article, Brief, Entry
from feeds.outcomes import Parsed, State, Unreadable
from feeds.records import packed
from feeds.scan import read_post
from feeds.settings import Site
from feeds.targets import FeedDocument, Frame, MailSize, Target

if TYPE_CHECKING:
    from feeds.articles import Reader

T = TypeVar("T")
R = TypeVar("R")

PARSING_PAYS = 2000
"""Posts from which on a second process gains more than it costs to start."""

RENDERING_PAYS = 2000
"""Texts to read, likewise, and files to make, each of which takes as long as a few texts."""

_TEXTS_A_FILE = 4

SHELF = 2000
"""Articles that a process keeps at hand: an entry's files stand near each other in the plan."""

ROOM = 250_000_000
"""Bytes of the posts that they are made of: an article with its text takes several times as much memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A file, made; or why it could not be."""

    path: str
    data: bytes = b""
    problem: Diagnostic | None = None
    mail: MailSize | None = None
    """Of a message's HTML part."""

    briefs: Mapping[str, Brief] = field(default_factory=dict)
    """Of a feed: what was found of posts of which nothing was remembered, by path.

    A feed is made again with each new post, an edition's own files hardly ever.
    """


# --- reading ---------------------------------------------------------------------------------------


def parse_all(paths: Sequence[str], root: str, site: Site, jobs: int | None) -> Iterator[bytes]:
    """Yield what each of the posts at *paths* below *root* says, a packed `Parsed`, in their order.

    *jobs* None: as many processes as pay.
    """
    return _shared(partial(_parse, root, site), paths, jobs or _paying(len(paths), PARSING_PAYS))


def _parse(root: str, site: Site, paths: Sequence[str]) -> Iterator[bytes]:
    from feeds.articles import reader_of  # noqa: PLC0415 - where nothing has changed, nothing is read
    from feeds.entries import parse_post  # noqa: PLC0415 - as above

    parse = partial(parse_post, reader=reader_of(site))
    return (packed(_parse_one(path, root, site, parse)) for path in paths)


def _parse_one(path: str, root: str, site: Site, parse: Callable[[bytes, str], Parsed]) -> Parsed:
    try:
        return parse(read_post(root, path, site), path)
    except (FileNotFoundError, NotADirectoryError) as error:  # it was there when the folder was listed
        raise _changed(path, site, error) from error
    except OSError as error:
        problem = Diagnostic(
            path=site.shown(path),
            code="file-unreadable",
            message=f"it cannot be read: {error.strerror}",
            help="mend it, or name it under `content.ignore`",
        )
        return Parsed(path=path, state=State.SKIPPED, diagnostics=(problem,))


def _changed(path: str, site: Site, error: Exception) -> FeedsError:
    message = f"{site.shown(path)} changed while it was being read: {error}"
    return FeedsError(message, help="run it again; nothing was published", exit_code=BUSY)


# --- making ----------------------------------------------------------------------------------------


def render_all(
    targets: Sequence[Target],
    root: str,
    briefs: Mapping[str, Brief],
    frame: Frame,
    jobs: int | None,
) -> Iterator[Rendered]:
    """Yield each of *targets*, made, in their order, of the posts below *root*.

    *briefs* are what is remembered of posts, by path.
    """
    unread = {entry.path for target in targets for entry in target.entries} - briefs.keys()
    effort = len(unread) + len(targets) * _TEXTS_A_FILE
    work = partial(_render, frame, _Shelf(root, frame.site, briefs))
    return _shared(work, targets, jobs or _paying(effort, RENDERING_PAYS))


def _render(frame: Frame, shelf: "_Shelf", targets: Sequence[Target]) -> Iterator[Rendered]:
    return (_render_one(target, frame, shelf) for target in targets)


def _render_one(target: Target, frame: Frame, shelf: "_Shelf") -> Rendered:
    articles = {entry.id: shelf.article(entry, is_whole=target.shows_whole(entry)) for entry in target.entries}
    renderer = import_module(f"feeds.render.{target.kind}")
    try:
        data = renderer.render(target.subject, articles, frame)
        mail = renderer.mail_size(target.subject, articles, frame) if target.kind == "email" else None
    except FeedsError as error:
        if error.exit_code == BUSY:
            raise
        return Rendered(path=target.path, problem=error.diagnostics[0])
    learned = shelf.learned()
    briefs = learned if isinstance(target.subject, FeedDocument) else {}
    return Rendered(path=target.path, data=data, mail=mail, briefs=briefs)


class _Shelf:
    """Makes the articles of a site in this process, and has the latest used at hand."""

    def __init__(self, root: str, site: Site, briefs: Mapping[str, Brief]) -> None:
        self._root = root
        self._site = site
        self._briefs = briefs
        self._learned: dict[str, Brief] = {}
        self._articles: OrderedDict[str, tuple[Article, bool]] = OrderedDict()
        self._room = ROOM

    def article(self, entry: Entry, *, is_whole: bool) -> Article:
        """Return *entry* with its words; its whole text is made later, unless *is_whole* says that it will be shown."""
        article, has_whole = self._articles.get(entry.id, (None, False))
        if article is None or (is_whole and not has_whole):
            self._room -= 0 if article else entry.size
            article, has_whole = self._made(entry, is_whole=is_whole), is_whole
        self._articles[entry.id] = article, has_whole
        self._articles.move_to_end(entry.id)
        while len(self._articles) > SHELF or (self._room < 0 and len(self._articles) > 1):
            _, (oldest, _) = self._articles.popitem(last=False)
            self._room += oldest.entry.size
        return article

    def learned(self) -> dict[str, Brief]:
        """Return what was found of posts of which nothing was remembered, by path, since this was last asked."""
        learned, self._learned = self._learned, {}
        return learned

    def _made(self, entry: Entry, *, is_whole: bool) -> Article:
        from feeds.articles import briefly  # noqa: PLC0415 - as above

        return self._whole(entry) if is_whole else briefly(entry, self._brief(entry), lambda: self._whole(entry).html)

    def _whole(self, entry: Entry) -> Article:
        from feeds.articles import article_of  # noqa: PLC0415 - as above

        article = self._of_file(article_of, entry)
        if entry.path not in self._briefs:
            self._learned[entry.path] = Brief(summary=article.summary, image=article.entry.image)
        return article

    def _brief(self, entry: Entry) -> Brief:
        from feeds.articles import brief_of  # noqa: PLC0415 - as above

        brief = self._briefs.get(entry.path)
        if brief is None:
            brief = self._learned[entry.path] = self._of_file(brief_of, entry)
        return brief

    def _of_file(self, make: Callable[[bytes, Entry, "Reader"], T], entry: Entry) -> T:
        """Return what *make* makes of *entry*'s post."""
        try:
            return make(read_post(self._root, entry.path, self._site), entry, self._reader)
        except (OSError, Unreadable) as error:
            raise _changed(entry.path, self._site, error) from error

    @cached_property
    def _reader(self) -> "Reader":
        from feeds.articles import reader_of  # noqa: PLC0415 - as above

        return reader_of(self._site)


# --- processes -------------------------------------------------------------------------------------


def _paying(size: int, least: int) -> int:
    return 1 if size < least else os.cpu_count() or 1


def _shared(work: Callable[[Sequence[T]], Iterable[R]], items: Sequence[T], jobs: int) -> Iterator[R]:
    """Yield the results of *work* over *items*, in order, made by *jobs* processes; by one, when it is asked for."""
    if jobs == 1:
        yield from work(items)
        return
    size = max(16, len(items) // (jobs * 8))
    task = partial(_of_slice, work, items)
    slices = [slice(start, start + size) for start in range(0, len(items), size)]
    yield from shared(task, slices, jobs)


def _of_slice(work: Callable[[Sequence[T]], Iterable[R]], items: Sequence[T], part: slice) -> list[R]:
    return list(work(items[part]))
