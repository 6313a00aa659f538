"""Writes the site: nobody else touches `out/`; a failed run leaves it as it was."""

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from feeds.beneath import Beneath
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


def written(out: Path, made: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """Return the paths of what we wrote: those in the list, and what lies there as it was *made*.

    *made* are sizes and modification times by path, as the cache remembers them: they serve where the list was lost.
    An *out* that is no folder is refused with `FeedsError`.
    """
    _refuse_no_folder(out)
    listed = _manifest(out)
    unlisted = published(out, made.keys() - listed)
    return frozenset(listed.union(path for path, status in unlisted.items() if status == made[path]))


def strangers(out: Path, paths: Collection[str], ours: Collection[str]) -> tuple[str, ...]:
    """Return those of *paths* that are there and not *ours*, and the folders of theirs that are none.

    A link where a folder of ours belongs counts as in the way, whoever made it: nothing is written through it. So does
    a folder where a file of ours belongs, unless it holds nothing but what is ours and goes.
    """
    folders = {folder for path in paths for folder in _folders(path)}
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
    with _told(out), closing(Beneath(out)) as folder:
        return tuple(path for path in paths if _can_go(folder, path))


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


def _can_go(folder: Beneath, path: str) -> bool:
    """Say whether *path* is a file that can be removed, and not one behind a link that leads elsewhere."""
    mode = folder.mode(path)
    return mode != 0 and not stat.S_ISDIR(mode)


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that *path* lies in, the outermost first."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


def _in_the_way_of(new: Collection[str], gone: Iterable[str]) -> set[str]:
    """Return those of *gone* that stand where folders of the *new* belong, or in folders where files of them do."""
    files = set(new)
    folders = {folder for path in new for folder in _folders(path)}
    return {path for path in gone if path in folders or not files.isdisjoint(_folders(path))}


def _touched(outcome: Outcome) -> list[str]:
    """Return the folders in which names came or went, by path; the outermost is empty."""
    paths = (*outcome.written, *outcome.removed)
    return sorted({folder for path in paths for folder in ("", *_folders(path))})


class Publication:
    """Files made one by one and published all at once, or not at all.

    Whoever may write in *out* can put links there while this goes on; nothing is written or removed through them.
    """

    def __init__(self, out: Path) -> None:
        """Prepare *out*, which is made if need be; what a run that was killed left behind is cleared away."""
        self._path = out
        self._stage: Beneath | None = None
        self._staged: list[str] = []
        self.outcome = Outcome()
        _refuse_no_folder(out)
        with _told(out):
            out.mkdir(exist_ok=True)
            self._out = Beneath(out)
            self._out.clear(STAGE)

    def close(self) -> None:
        """Clear away what was taken and not published."""
        with suppress(OSError):
            self._out.clear(STAGE)
        for folder in (self._out, self._stage):
            if folder is not None:
                folder.close()

    def take_over(self, in_the_way: Iterable[str]) -> None:
        """Clear away links and files that stand where folders of ours belong; files at our paths are replaced."""
        with _told(self._path):
            for path in in_the_way:
                if _can_go(self._out, path):
                    self._out.remove(path)

    def add(self, path: str, data: bytes) -> None:
        """Take *data* as the file at *path*; one that already has these bytes keeps its modification time."""
        if self._out.has(path, data):
            self.outcome.unchanged.append(path)
            return
        with _told(self._path):
            self._workplace().write(str(len(self._staged)), data)
            self._staged.append(path)

    def commit(self, wanted: Collection[str], ours: Collection[str]) -> Outcome:
        """Publish what was taken, and remove those files of *ours* that are not *wanted*.

        The list of our files is written first, with the old and the new: a run killed at any point leaves nothing
        that the next one would take for a stranger's. The disk has every new byte before it moves, and every move
        before the list forgets: so it is after a power cut too. What somebody has put into the place of a new file
        meanwhile is not replaced: `FeedsError` with exit code 75, and all stays as it was.
        """
        gone = set(ours).difference(wanted)
        first = _in_the_way_of(self._staged, gone)
        self._refuse_newcomers(ours, first)
        with _told(self._path):
            if self._staged:
                self._workplace().settle([str(number) for number in range(len(self._staged))])
            self._write_manifest(gone.union(wanted))
            for path in sorted(first):
                self._remove(path)
            for number, path in enumerate(self._staged):
                self._out.take(path, self._workplace(), str(number))
                self.outcome.written.append(path)
            for path in sorted(gone - first):
                self._remove(path)
            self._out.settle(_touched(self.outcome))
            self._write_manifest(wanted)
            self._out.clear(STAGE)
        return self.outcome

    def _refuse_newcomers(self, ours: Collection[str], leaving: Iterable[str]) -> None:
        known = {folder for path in leaving for folder in _folders(path)}.union(ours)
        met = next((path for path in self._staged if path not in known and self._out.mode(path)), "")
        if met:
            message = (
                f"{self._path}/{met} was put there by somebody else while feeds made its own; nothing was published"
            )
            raise FeedsError(message, help="run it again: it says what can be done", exit_code=BUSY)

    def _workplace(self) -> Beneath:
        if self._stage is None:
            self._stage = self._out.folder(STAGE)
        return self._stage

    def _remove(self, path: str) -> None:
        if _can_go(self._out, path):
            self._out.remove(path)
            self.outcome.removed.append(path)
        for folder in sorted(_folders(path), key=len, reverse=True):
            try:
                self._out.remove_folder(folder)
            except OSError:  # not empty, or gone already
                break

    def _write_manifest(self, paths: Collection[str]) -> None:
        data = "".join(f"{path}\n" for path in sorted(paths)).encode()
        if self._out.has(MANIFEST, data):
            return
        self._workplace().write("manifest", data)
        self._workplace().settle(["manifest"])
        self._out.take(MANIFEST, self._workplace(), "manifest")
        self._out.settle([""])


def _manifest(out: Path) -> set[str]:
    """Return what the list says we wrote; a line that leads out of the folder, or nowhere, is none of ours."""
    with _told(out / MANIFEST):
        lines = _list_in(out).decode(errors="replace").split("\n")
    return {line for line in lines if "\0" not in line and _NEVER.isdisjoint(line.split("/"))}


_NEVER = frozenset(["", ".", "..", MANIFEST, STAGE])
"""What no part of a listed path is: it would lead out of the folder, or to what we need, or by another name."""


def _list_in(out: Path) -> bytes:
    """Return the bytes of the list; a link or a pipe in its place is an OSError."""
    try:
        number = os.open(out / MANIFEST, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return b""
    with open(number, "rb") as file:
        return file.read()


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a message; nothing that was published is lost by it."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "make the folder writable")
        message = f"{out}: {error.strerror or error}; what was published before is still there"
        raise FeedsError(message, help=f"{remedy}, then run it again", exit_code=BUSY) from error
