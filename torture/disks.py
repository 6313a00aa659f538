"""A disk that loses power: which names and which bytes it still has, of those that it had not promised to keep."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from torture.tracing import Step

_NAMES = frozenset(["create", "move", "remove", "mkdir", "rmdir"])
_BYTES = frozenset(["write", "cut"])


@dataclass(kw_only=True)
class File:
    """A file by itself, whatever its names."""

    before: bytes = b""
    """What it held when the recording began; the disk has that."""

    changes: list[tuple[int, Step]] = field(default_factory=list)
    """What was done to its bytes, by the number of the step."""

    synced: list[int] = field(default_factory=list)
    """The steps after which the disk had all its bytes."""

    path: str = ""
    """Its name at the end of the recording."""


class Recording:
    """What stood before a run, and what it did, step after step."""

    def __init__(self, before: Mapping[str, bytes], steps: Sequence[Step]) -> None:
        """Take *before*, files by path, folders with `/` at their end, and the *steps* of the run."""
        self.steps = [step for step in steps if step.kind != "create"]
        self._begin = {path: File(before=data, path=path) for path, data in before.items() if not path.endswith("/")}
        self._folders = {path.rstrip("/") for path in before if path.endswith("/")}
        self.steps = []
        self._files: list[File | None] = []
        names = dict(self._begin)
        for step in steps:
            self._record(step, names)
        for path, file in names.items():
            file.path = path

    def _record(self, step: Step, names: dict[str, File]) -> None:
        """Take down *step*, and of which file it is: by the *names* that files have then."""
        if step.kind == "create":
            if step.path in names:
                return
            names[step.path] = File()
        file = names.get(step.path)
        if step.kind == "move" and file:
            names[step.to] = names.pop(step.path)
        elif step.kind == "remove":
            names.pop(step.path, None)
        if file and step.kind in _BYTES:
            file.changes.append((len(self.steps), step))
        elif file and step.kind == "sync":
            file.synced.append(len(self.steps))
        self.steps.append(step)
        self._files.append(file)

    def cut(self, at: int, random: Random) -> dict[str, tuple[bytes, File | None]]:
        """Return what a disk may have whose power went before step *at*: bytes by path, and whose they are.

        It keeps the order of names in each folder, or in all; of bytes that it was not told to keep it has all, none,
        half, some, or nothing but their length.
        """
        kept = self._kept_in_order(at, random) if random.random() < 0.5 else self._kept_by_folder(at, random)
        names = dict(self._begin)
        folders = set(self._folders)
        for number in sorted(kept):
            self._rename(number, names, folders)
        folders = _reachable(folders)
        data = {id(file): _bytes_of(file, at, random) for file in names.values()}
        found: dict[str, tuple[bytes, File | None]] = {f"{folder}/": (b"", None) for folder in folders}
        return found | {p: (data[id(f)], f) for p, f in names.items() if p.rpartition("/")[0] in folders}

    def _rename(self, number: int, names: dict[str, File], folders: set[str]) -> None:
        step, file = self.steps[number], self._files[number]
        if step.kind in {"create", "move"} and file:
            if names.get(step.path) is file:
                del names[step.path]
            names[step.to or step.path] = file
        elif step.kind == "remove":
            names.pop(step.path, None)
        elif step.kind == "mkdir" and (step.path.rpartition("/")[0] in folders or "/" not in step.path):
            folders.add(step.path)
        elif step.kind == "rmdir":
            folders.discard(step.path)

    def _kept_in_order(self, at: int, random: Random) -> set[int]:
        """As journals do: all changes of names until some instant, and none after; each sync was one such."""
        synced = max((number for number in range(at) if self.steps[number].kind == "sync"), default=0)
        until = random.choice((synced, at, random.randint(synced, at)))
        return {number for number in range(until) if self.steps[number].kind in _NAMES}

    def _kept_by_folder(self, at: int, random: Random) -> set[int]:
        """As little as may be: each folder's changes until some instant of its own, not before its last sync."""
        until: dict[str, int] = {}
        for number in range(at):
            if self.steps[number].kind == "sync" and self._files[number] is None:
                until[self.steps[number].path] = number
        places = {self._folder(number) for number in range(at)}
        until = {
            place: random.choice((until.get(place, 0), at, random.randint(until.get(place, 0), at)))
            for place in sorted(places)
        }
        return {n for n in range(at) if self.steps[n].kind in _NAMES and n < until[self._folder(n)]}

    def _folder(self, number: int) -> str:
        return (self.steps[number].to or self.steps[number].path).rpartition("/")[0]


def _reachable(folders: set[str]) -> set[str]:
    """Return those of *folders* all of whose parents are there too."""
    found: set[str] = set()
    for folder in sorted(folders):
        if "/" not in folder or folder.rpartition("/")[0] in found:
            found.add(folder)
    return found


def _bytes_of(file: File, at: int, random: Random) -> bytes:
    synced = max((number for number in file.synced if number < at), default=-1)
    kept = [step for number, step in file.changes if number < synced]
    open_ = [step for number, step in file.changes if synced <= number < at]
    whole = _changed(file.before, [*kept, *open_])
    if not open_:
        return whole
    least = _changed(file.before, kept)
    some = _changed(file.before, [*kept, *_some(open_, random)])
    return random.choice((whole, least, whole[: len(whole) // 2], some, bytes(len(whole))))


def _some(steps: Sequence[Step], random: Random) -> Iterator[Step]:
    return (step for step in steps if random.random() < 0.5)


def _changed(data: bytes, steps: Sequence[Step]) -> bytes:
    found = bytearray(data)
    for step in steps:
        if step.kind == "cut":
            del found[step.at :]
            continue
        found.extend(bytes(max(0, step.at - len(found))))
        found[step.at : step.at + len(step.data)] = step.data
    return bytes(found)
