"""Knows what in `out/` is ours, and what stands in its way."""

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path

from feeds.beneath import OLD_FILE, Beneath
from feeds.diagnostics import BUSY, FeedsError

MANIFEST = ".feeds"
"""The sorted list of what we wrote; only that is ever replaced or removed."""

STAGE = ".feeds-new"
"""Where files wait until all of them are made; on the same file system, so that each moves in one step."""

_FEEDS = ("rss.xml", "atom.xml", "feed.json")
"""Names of the documents that readers subscribe to."""

_REMEDIES = dict.fromkeys([errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG], "make room") | (
    dict.fromkeys([errno.ELOOP, errno.ENOTDIR], "put no link in there")
)
"""What helps where it is not the right to write that is missing."""


def published(out: Path, paths: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return the size and modification time, in nanoseconds, of each of *paths* that is a file."""
    found = {}
    top = f"{out}/"  # joining paths costs more than asking for the file
    for path in paths:
        try:
            status = os.lstat(top + path)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found[path] = (status.st_size, status.st_mtime_ns)
    return found


def stands(out: Path, files: Mapping[str, tuple[int, int]]) -> bool:
    """Say whether *out* has these *files*, sizes and modification times by path, and the list that names them alone."""
    wanted = files.keys()
    return not os.path.lexists(out / STAGE) and published(out, wanted) == files and _manifest(out) == wanted


def written(out: Path, made: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """Return the paths of what we wrote: those in the list, and what lies there as it was *made*.

    *made* are sizes and modification times by path, as the cache remembers them: they serve where the list was lost.
    An *out* that is no folder is refused with `FeedsError`.
    """
    refuse_no_folder(out)
    listed = _manifest(out)
    unlisted = published(out, made.keys() - listed)
    return frozenset(listed.union(path for path, status in unlisted.items() if status == made[path]))


def strangers(out: Path, paths: Collection[str], ours: Collection[str]) -> tuple[str, ...]:
    """Return those of *paths* that are there and not *ours*, and the folders of theirs that are none.

    A link where a folder of ours belongs counts as in the way, whoever made it: nothing is written through it. So does
    a folder where a file of ours belongs, unless it holds nothing but what is ours and goes.
    """
    folders = {folder for path in paths for folder in folders_of(path)}
    barred = {folder for folder in folders if _is_barred(f"{out}/{folder}", is_ours=folder in ours)}
    return tuple(sorted(barred.union(path for path in paths if _is_taken(out, path, ours))))


def immovable(out: Path, in_the_way: Iterable[str]) -> tuple[str, ...]:
    """Return those *in_the_way* that cannot be taken over: folders, whose files are somebody's."""
    return tuple(path for path in in_the_way if _is_folder(out / path))


def orphans(out: Path, wanted: Collection[str], ours: Collection[str]) -> tuple[str, ...]:
    """Return the files of *ours* that are there and not *wanted*, in order."""
    paths = sorted(set(ours).difference(wanted))
    if not paths:
        return ()
    with told(out), closing(Beneath(out)) as folder:
        return tuple(path for path in paths if can_go(folder, path))


def blocked(paths: Iterable[str], in_the_way: Collection[str]) -> frozenset[str]:
    """Return those of *paths* that are, or lie below, something that is in the way."""
    return frozenset(path for path in paths if path in in_the_way or any(f in in_the_way for f in folders_of(path)))


def subscriptions(out: Path, aliases: Mapping[str, str]) -> dict[str, str]:
    """Return a hash of the bytes of every feed of ours, by path, those of the fewest folders first.

    Neither archive documents nor aliases are among them: nobody subscribes to them, as both name another feed as the
    one to subscribe to. *aliases* are old paths and the paths that they stand for; where the bytes differ, the old path
    belongs to a feed of its own. Before the first build: `FeedsError` with exit code 2.
    """
    if not os.path.lexists(out / MANIFEST):
        raise FeedsError(f"nothing was built in {out} yet", help="run feeds build first", exit_code=2)
    ours = sorted(_manifest(out), key=lambda path: (path.count("/"), path))
    feeds = [path for path in ours if path.rpartition("/")[2] in _FEEDS and not path.startswith("archive/")]
    hashes = {path: digest for path in feeds if (digest := _hash(out / path))}
    return {path: digest for path, digest in hashes.items() if not _is_alias(out, path, digest, aliases)}


def refuse_no_folder(out: Path) -> None:
    """Refuse with `FeedsError` an *out* that is there and no folder, or one only by a link."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise FeedsError(f"{out} is not a folder", help="move it away: feeds writes its folder there", exit_code=1)


def can_go(folder: Beneath, path: str) -> bool:
    """Say whether *path* is a file that can be removed, and not one behind a link that leads elsewhere."""
    mode = folder.mode(path)
    return mode != 0 and not stat.S_ISDIR(mode)


def folders_of(path: str) -> Iterator[str]:
    """Yield the folders that *path* lies in, the outermost first."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


@contextmanager
def told(out: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a message; nothing that was published is lost by it."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "make the folder writable")
        message = f"{out}: {error.strerror or error}; what was published before is still there"
        raise FeedsError(message, help=f"{remedy}, then run it again", exit_code=BUSY) from error


def _is_alias(out: Path, path: str, digest: str, aliases: Mapping[str, str]) -> bool:
    return path in aliases and _hash(out / aliases[path]) == digest


def _hash(place: Path) -> str:
    """Return a hash of the file's bytes; empty where there is none."""
    if not stat.S_ISREG(_mode(place)):
        return ""
    with told(place):
        return blake2b(place.read_bytes(), digest_size=12).hexdigest()


def _mode(place: str | Path) -> int:
    try:
        return os.lstat(place).st_mode
    except OSError:
        return 0


def _is_taken(out: Path, path: str, ours: Collection[str]) -> bool:
    """Say whether something that stays is at *path*, where a file of ours belongs."""
    mode = _mode(f"{out}/{path}")
    if stat.S_ISDIR(mode):
        return not any(one.startswith(f"{path}/") for one in ours) or not _has_only(out, path, ours)
    return bool(mode) and path not in ours


def _has_only(out: Path, folder: str, ours: Collection[str]) -> bool:
    found = (f"{above}/{name}" for above, _, names in os.walk(out / folder) for name in names)
    return all(os.path.relpath(place, out) in ours for place in found)


def _is_folder(place: str | Path) -> bool:
    return stat.S_ISDIR(_mode(place))


def _is_barred(folder: str, *, is_ours: bool) -> bool:
    """Say whether something that stays is where a folder of ours belongs; a file of ours that stood there goes."""
    mode = _mode(folder)
    return bool(mode) and not stat.S_ISDIR(mode) and not (is_ours and stat.S_ISREG(mode))


def _manifest(out: Path) -> set[str]:
    """Return what the list says we wrote; a line that leads out of the folder, or nowhere, is none of ours."""
    with told(out / MANIFEST):
        lines = _list_in(out).decode(errors="replace").split("\n")
    return {line for line in lines if "\0" not in line and _NEVER.isdisjoint(line.split("/"))}


_NEVER = frozenset(["", ".", "..", MANIFEST, STAGE])
"""What no part of a listed path is: it would lead out of the folder, or to what we need, or by another name."""


def _list_in(out: Path) -> bytes:
    """Return the bytes of the list; a link or a pipe in its place is an OSError."""
    try:
        number = os.open(out / MANIFEST, OLD_FILE)
    except FileNotFoundError:
        return b""
    with open(number, "rb") as file:
        return file.read()
