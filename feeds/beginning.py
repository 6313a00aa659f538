"""Makes a new site: a first post and `feeds.toml`, and never over what is there."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from shlex import quote

from feeds.beneath import NEW_FILE
from feeds.config import parse_site
from feeds.diagnostics import BUSY, FeedsError
from feeds.generators import NAMES, understood
from feeds.generators.checking import checked, read
from feeds.generators.folders import is_below, joined, within
from feeds.generators.found import Found
from feeds.generators.telling import lines
from feeds.scan import SUFFIXES, by_format
from feeds.settings import PLACEHOLDER
from feeds.starter import Start, config, first_post, refusal
from feeds.visit import Visited, visit
from feeds.whereabouts import Known

_OURS = ("out", "templates")
_NO_LINKS = frozenset([errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
"""How a disk says that it has no second names for files."""

_NEXT = "another folder, beside that site: feeds init ../feeds-of-{} --from {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when a site begins."""

    folder: Path
    now: datetime
    timezone: Known
    language: Known


def begin(setting: Setting) -> tuple[str, ...]:
    """Make `feeds.toml` and a first post, unless there are posts; return what was done, in lines.

    Raises `FeedsError` with exit code 2 where there is a `feeds.toml`, 75 where the disk would not have it.
    """
    folder = setting.folder
    _check_free(folder)
    values = {"title": _title(folder), "language": setting.language.value, "timezone": setting.timezone.value}
    text = config(Start(year=setting.now.year, values=values))
    parse_site(text)
    done = [] if _has_posts(folder / "content") else [_write_post(setting)]
    _write(folder / "feeds.toml", text)
    zone = _from(setting.timezone)
    return (
        *done,
        f'feeds.toml: title "{values["title"]}", language {_from(setting.language)}, time zone {zone}',
        "change `url` and `id` there before you publish: they stand for your own address",
    )


def begin_from(setting: Setting, source: Path) -> tuple[str, ...]:
    """Make a `feeds.toml` that reads the posts of *source* where they are; return what was understood, in lines.

    Nothing below *source* is changed. Raises `FeedsError` as `begin` does, and with exit code 2 where there are no
    posts, or where the two sites would read each other's files.
    """
    _check_free(setting.folder)
    visited = visit(source)
    found, others = understood(visited.tree)
    found = checked(found, visited.tree)
    posts = within(visited.tree.posts, found.folder)
    if not posts:
        raise _no_posts(visited, found)
    _check_apart(setting.folder, source, visited, found)
    values = _values(setting, found, visited)
    text = config(Start(year=setting.now.year, origin=values["folder"], values=values, ignore=found.ignore))
    parse_site(text)
    _write(setting.folder / "feeds.toml", text)
    return (
        *lines(found, NAMES.get(found.generator, "") if found.reads else "", _assumed(setting, values)),
        f"posts in {values['folder']}: {sum(1 for _ in read(found, visited.paths))}",
        *(f"it could also be a site of {NAMES[other.generator]}, by {other.because}" for other in others),
        *visited.notes,
        *found.notes,
        *_other_formats(visited),
        f"feeds.toml: out/ is to be published at {values.get('home', PLACEHOLDER)}feeds/, else change `url` there",
    )


# --- what is in the way --------------------------------------------------------------------------


def _check_free(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise FeedsError(f"{folder} is no folder: it was not touched", help="name another", exit_code=2)
    if os.path.lexists(folder / "feeds.toml"):
        help_ = "change that file, or name another folder: feeds init FOLDER"
        raise FeedsError(f"there is a feeds.toml in {folder.resolve()}: nothing was touched", help=help_, exit_code=2)


def _no_posts(visited: Visited, found: Found) -> FeedsError:
    there = f"; {by_format(visited.others)} are there, which feeds does not read" if visited.others else ""
    return FeedsError(
        f"there are no posts in {visited.root / found.folder}: no file that ends in {', '.join(SUFFIXES)}{there}",
        help="name the folder that the posts are in: feeds init --from FOLDER",
        exit_code=2,
    )


def _check_apart(folder: Path, source: Path, visited: Visited, found: Found) -> None:
    """Raise a `FeedsError` where their generator would read our files, or we theirs."""
    ours = Path(os.path.realpath(folder))
    name = NAMES.get(found.generator, "that generator") if found.reads else ""
    help_ = _NEXT.format(quote(visited.root.name), quote(str(source)))
    if name and ours.is_relative_to(visited.root):
        below = joined(str(ours.relative_to(visited.root)))
        if any(is_below(below, read) and not _is_hidden(below, read) for read in found.reads):
            message = f"{name} reads {ours}: what feeds writes there would become a part of that site"
            raise FeedsError(message, help=help_, exit_code=2)
    for taken in (ours / part for part in _OURS):
        if taken.exists() and taken.is_relative_to(visited.root):
            message = f"{taken} is there, and feeds has a folder of that name for itself"
            raise FeedsError(message, help=help_, exit_code=2)


def _is_hidden(folder: str, top: str) -> bool:
    """Say whether one of the folders from *top* to *folder* has a name that generators pass over."""
    names = folder.split("/") if top == "." else folder[len(top) :].split("/")
    return any(name[:1] in {"_", "."} and name != "." for name in names)


# --- what is written -----------------------------------------------------------------------------


def _values(setting: Setting, found: Found, visited: Visited) -> Mapping[str, str]:
    posts = visited.root / found.folder
    folder = os.path.relpath(posts, os.path.realpath(setting.folder)).replace(os.sep, "/")
    if why := refusal("folder", folder):
        why = why.partition("` ")[2]
        raise FeedsError(f"the name of the posts' folder {why}", help="give it another name", exit_code=2)
    own = {key: str(fact.value) for key, fact in found.facts.items()}
    dialect = found.generator if found.generator != "none" else ""
    return {
        "title": _title(visited.root),
        "language": setting.language.value,
        "timezone": setting.timezone.value,
        "folder": folder,
        "dialect": dialect,
        **own,
    }


def _assumed(setting: Setting, values: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is taken for what the site does not say."""
    return {
        "title": f'"{values["title"]}": no other was found than the folder\'s name',
        "home": f"{PLACEHOLDER}: no address was found; change `home` and `url` in feeds.toml",
        "language": f"{setting.language.value}: {_by(setting.language)}",
        "timezone": f"{setting.timezone.value}: {_by(setting.timezone)}",
    }


def _other_formats(visited: Visited) -> Iterator[str]:
    if visited.others:
        yield f"files of other formats are not read: {by_format(visited.others)}"


def _by(known: Known) -> str:
    is_none = known.place == "default"
    return "neither the site nor this machine says one" if is_none else f"this machine's, by {known.place}"


def _from(known: Known) -> str:
    place = "this machine says none" if known.place == "default" else f"this machine's, by {known.place}"
    return f"{known.value} ({place})"


def _title(folder: Path) -> str:
    """Return the name of *folder*, as a title."""
    name = Path(os.path.realpath(folder)).name
    return "News" if not name or refusal("title", name) else " ".join(name.split())


def _has_posts(folder: Path) -> bool:
    return any(name.lower().endswith(SUFFIXES) for _, _, names in os.walk(folder) for name in names)


def _write_post(setting: Setting) -> str:
    name, text = first_post(setting.now, setting.timezone.value)
    _write(setting.folder / "content" / name, text)
    return f"content/{name}: a first post, to be changed"


def _write(path: Path, text: str) -> None:
    """Make the file at *path*, whole or not at all, and never over another."""
    draft = path.with_name(f".{path.name}-{token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(draft, NEW_FILE, 0o666), "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            _put(draft, path)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    except (FileExistsError, NotADirectoryError) as error:
        words = f"{error.filename2 or error.filename} is in the way: it was not touched"
        raise FeedsError(words, help="move it, or name another folder", exit_code=2) from error
    except OSError as error:
        words = f"{path} cannot be written: {error.strerror}"
        raise FeedsError(words, help="make room, or the folder writable, and run it again", exit_code=BUSY) from error


def _put(draft: Path, path: Path) -> None:
    """Give *draft* the name *path*, which nothing has."""
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _NO_LINKS or os.path.lexists(path):
            raise
        os.rename(draft, path)
