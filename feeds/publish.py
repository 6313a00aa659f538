"""Writes the site: nobody else touches `out/`; a failed run leaves it as it was."""

import errno
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from feeds.diagnostics import BUSY, FeedsError

MANIFEST = ".feeds"
"""The sorted list of what we wrote; only that is ever replaced or removed."""

STAGE = ".feeds-new"
"""Where files wait until all of them are made; on the same file system, so that each moves in one step."""

_FEEDS = ("rss.xml", "atom.xml", "feed.json")
"""Names of the documents that readers subscribe to."""

_ROOM = frozenset([errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG])


@dataclass(kw_only=True)
class Outcome:
    """What publishing did, in paths below `out/`."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


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


def strangers(out: Path, paths: Collection[str]) -> tuple[str, ...]:
    """Return those of *paths* that are there and that we did not write, and the folders of theirs that are none.

    A link where a folder of ours belongs counts as in the way, whoever made it: nothing is written through it. So does
    a folder where a file of ours belongs. An *out* that is no folder is refused with `FeedsError`.
    """
    _refuse_no_folder(out)
    ours = _manifest(out)
    folders = {folder for path in paths for folder in _folders(path)}
    barred = {folder for folder in folders if _is_barred(f"{out}/{folder}")}
    return tuple(sorted(barred.union(path for path in paths if _is_taken(f"{out}/{path}", is_ours=path in ours))))


def immovable(out: Path, in_the_way: Iterable[str]) -> tuple[str, ...]:
    """Return those *in_the_way* that cannot be taken over: folders, whose files are somebody's."""
    return tuple(path for path in in_the_way if _is_folder(out / path))


def orphans(out: Path, wanted: Collection[str]) -> tuple[str, ...]:
    """Return the files of ours that are there and not *wanted*, in order."""
    return tuple(path for path in sorted(_manifest(out).difference(wanted)) if _can_go(out, path))


def blocked(paths: Iterable[str], in_the_way: Collection[str]) -> frozenset[str]:
    """Return those of *paths* that are, or lie below, something that is in the way."""
    return frozenset(path for path in paths if path in in_the_way or any(f in in_the_way for f in _folders(path)))


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


def _is_alias(out: Path, path: str, digest: str, aliases: Mapping[str, str]) -> bool:
    return path in aliases and _hash(out / aliases[path]) == digest


def _hash(place: Path) -> str:
    """Return a hash of the file's bytes; empty where there is none."""
    if not stat.S_ISREG(_mode(place)):
        return ""
    with _told(place):
        return blake2b(place.read_bytes(), digest_size=12).hexdigest()


def _mode(place: str | Path) -> int:
    try:
        return os.lstat(place).st_mode
    except OSError:
        return 0


def _refuse_no_folder(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise FeedsError(f"{out} is not a folder", help="move it away: feeds writes its folder there", exit_code=1)


def _is_taken(place: str, *, is_ours: bool) -> bool:
    return _is_folder(place) if is_ours else os.path.lexists(place)


def _is_folder(place: str | Path) -> bool:
    return stat.S_ISDIR(_mode(place))


def _is_barred(folder: str | Path) -> bool:
    mode = _mode(folder)
    return bool(mode) and not stat.S_ISDIR(mode)


def _can_go(out: Path, path: str) -> bool:
    """Say whether *path* is a file that can be removed, and not one behind a link that leads elsewhere."""
    return (
        os.path.lexists(out / path)
        and not _is_folder(out / path)
        and not any(_is_barred(out / folder) for folder in _folders(path))
    )


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that *path* lies in, the outermost first."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


class Publication:
    """Files made one by one and published all at once, or not at all."""

    def __init__(self, out: Path) -> None:
        """Prepare *out*, which is made if need be; what a run that was killed left behind is cleared away."""
        self._out = out
        self._stage = out / STAGE
        self._staged: list[str] = []
        self.outcome = Outcome()
        _refuse_no_folder(out)
        with _told(out):
            out.mkdir(parents=True, exist_ok=True)
            _clear(self._stage)

    def close(self) -> None:
        """Clear away what was taken and not published."""
        with suppress(OSError):
            _clear(self._stage)

    def take_over(self, in_the_way: Iterable[str]) -> None:
        """Clear away links and files that stand where folders of ours belong; files at our paths are replaced."""
        with _told(self._out):
            for path in in_the_way:
                if _is_barred(self._out / path):
                    (self._out / path).unlink()

    def add(self, path: str, data: bytes) -> None:
        """Take *data* as the file at *path*; one that already has these bytes keeps its modification time."""
        if _has(self._out / path, data):
            self.outcome.unchanged.append(path)
            return
        with _told(self._out):
            staged = self._stage / str(len(self._staged))
            self._stage.mkdir(exist_ok=True)
            staged.write_bytes(data)
            self._staged.append(path)

    def commit(self, wanted: Collection[str]) -> Outcome:
        """Publish what was taken, and remove those files of ours that are not *wanted*.

        The list of our files is written first, with the old and the new: a run killed at any point leaves nothing
        that the next one would take for a stranger's.
        """
        before = _manifest(self._out)
        with _told(self._out):
            self._write_manifest(before | set(wanted))
            for number, path in enumerate(self._staged):
                self._move(self._stage / str(number), path)
            for path in sorted(before - set(wanted)):
                self._remove(path)
            self._write_manifest(set(wanted))
            _clear(self._stage)
        return self.outcome

    def _move(self, staged: Path, path: str) -> None:
        place = self._out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(place)
        self.outcome.written.append(path)

    def _remove(self, path: str) -> None:
        if _can_go(self._out, path):
            (self._out / path).unlink()
            self.outcome.removed.append(path)
        for folder in sorted(_folders(path), key=len, reverse=True):
            if any(_is_barred(self._out / above) for above in _folders(folder)):
                break
            try:
                (self._out / folder).rmdir()
            except OSError:  # not empty, or gone already
                break

    def _write_manifest(self, paths: Collection[str]) -> None:
        data = "".join(f"{path}\n" for path in sorted(paths)).encode()
        if _has(self._out / MANIFEST, data):
            return
        self._stage.mkdir(exist_ok=True)
        staged = self._stage / "manifest"
        staged.write_bytes(data)
        staged.replace(self._out / MANIFEST)


def _clear(stage: Path) -> None:
    """Remove what is at *stage*, be it a folder of ours or something else."""
    if _is_folder(stage):
        shutil.rmtree(stage)
    else:
        stage.unlink(missing_ok=True)


def _manifest(out: Path) -> set[str]:
    """Return what the list says we wrote; a line that leads out of the folder is none of ours."""
    try:
        with _told(out / MANIFEST):
            lines = (out / MANIFEST).read_text(encoding="utf-8").split("\n") if os.path.lexists(out / MANIFEST) else []
    except UnicodeDecodeError:
        return set()
    return {line for line in lines if line and not line.startswith("/") and ".." not in line.split("/")}


def _has(path: Path, data: bytes) -> bool:
    """Say whether *path* is a file with exactly these bytes."""
    try:
        status = os.lstat(path)
        return stat.S_ISREG(status.st_mode) and status.st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a message; nothing that was published is lost by it."""
    try:
        yield
    except OSError as error:
        remedy = "make room" if error.errno in _ROOM else "make the folder writable"
        message = f"{out}: {error.strerror or error}; what was published before is still there"
        raise FeedsError(message, help=f"{remedy}, then run it again", exit_code=BUSY) from error
