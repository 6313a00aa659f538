"""Writes the site: nobody else touches `out/`; a failed run leaves it as it was."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from feeds.beneath import Beneath
from feeds.diagnostics import BUSY, FeedsError
from feeds.inventory import MANIFEST, STAGE, can_go, folders_of, refuse_no_folder, told


@dataclass(kw_only=True)
class Outcome:
    """What publishing did, in paths below `out/`."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


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
        refuse_no_folder(out)
        with told(out):
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
        with told(self._path):
            for path in in_the_way:
                if can_go(self._out, path):
                    self._out.remove(path)

    def add(self, path: str, data: bytes) -> None:
        """Take *data* as the file at *path*; one that already has these bytes keeps its modification time."""
        if self._out.has(path, data):
            self.outcome.unchanged.append(path)
            return
        with told(self._path):
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
        with told(self._path):
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
        known = {folder for path in leaving for folder in folders_of(path)}.union(ours)
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
        if can_go(self._out, path):
            self._out.remove(path)
            self.outcome.removed.append(path)
        for folder in sorted(folders_of(path), key=len, reverse=True):
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


def _in_the_way_of(new: Collection[str], gone: Iterable[str]) -> set[str]:
    """Return those of *gone* that stand where folders of the *new* belong, or in folders where files of them do."""
    files = set(new)
    folders = {folder for path in new for folder in folders_of(path)}
    return {path for path in gone if path in folders or not files.isdisjoint(folders_of(path))}


def _touched(outcome: Outcome) -> list[str]:
    """Return the folders in which names came or went, by path; the outermost is empty."""
    paths = (*outcome.written, *outcome.removed)
    return sorted({folder for path in paths for folder in ("", *folders_of(path))})
