"""Waits for files of the site to change."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from os.path import abspath
from pathlib import Path

from watchfiles import Change, awatch

_QUIET = 40
"""Milliseconds without a change after which a program that saves is taken to have finished."""

_LONGEST = 500
"""Milliseconds after which nobody waits for that any longer."""

_AGAIN = 1.0
"""Seconds until another run that was at work may have ended."""

_OURS = ("out", ".feeds")

_Changes = AsyncIterator[set[tuple[Change, str]]]


async def keep_current(folder: Path, content: Callable[[], str], rebuild: Callable[[], Awaitable[bool]]) -> None:
    """Call *rebuild* at once and after each change of *folder*'s configuration, posts or templates, for ever.

    Where it says so, another run was at work, and it is called again. *content* returns the folder of the posts, as the
    configuration has it after that.
    """
    roots = _roots(folder, content())
    while True:
        async with _watched(folder, roots) as changed:
            is_busy = await rebuild()
            while (now := _roots(folder, content())) == roots:
                await _next(changed, _AGAIN if is_busy else None)
                is_busy = await rebuild()
        roots = now


def _roots(folder: Path, content: str) -> tuple[str, ...]:
    """Return the folders to watch with all that is below: of the posts and of the templates, if they are there."""
    return tuple(path for name in (content, "templates") if Path(path := abspath(folder / name)).is_dir())


async def _next(changed: asyncio.Event, seconds: float | None) -> None:
    """Wait for the next change, some *seconds* at most."""
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return
    changed.clear()


@asynccontextmanager
async def _watched(folder: Path, roots: tuple[str, ...]) -> AsyncIterator[asyncio.Event]:
    """Lend an event that is set when something changes below *roots*, or *folder* gets another `feeds.toml`."""
    changed, over = asyncio.Event(), asyncio.Event()
    tasks = [asyncio.create_task(_note(changes, changed)) for changes in _watchers(folder, roots, over)]
    await asyncio.sleep(0)  # they watch from here on
    try:
        yield changed
    finally:
        over.set()
        await asyncio.gather(*tasks)


def _watchers(folder: Path, roots: tuple[str, ...], over: asyncio.Event) -> Iterator[_Changes]:
    """Yield what tells of changes: of those in *folder* itself, and of those anywhere below *roots*."""
    top = abspath(folder)
    watch = partial(awatch, debounce=_LONGEST, step=_QUIET, stop_event=over)
    yield watch(top, watch_filter=_is_of_the_site, recursive=False)
    if roots:
        yield watch(*roots, watch_filter=_foreign_to(top))


async def _note(changes: _Changes, changed: asyncio.Event) -> None:
    async for _ in changes:
        changed.set()


def _is_of_the_site(_change: Change, path: str) -> bool:
    """Say whether something in the site's own folder matters: `feeds.toml`, or a folder that appears or goes."""
    name = Path(path).name
    return name == "feeds.toml" or ("." not in name and name not in _OURS)


def _foreign_to(top: str) -> Callable[[Change, str], bool]:
    """Return a test of what is below a watched folder: hidden files and what we write into *top* do not matter."""
    ours = tuple(f"{top}/{name}/" for name in _OURS)

    def matters(_change: Change, path: str) -> bool:
        name = Path(path).name
        return not path.startswith(ours) and not name.startswith(".") and not name.endswith("~")

    return matters
