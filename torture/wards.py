"""Holds a site to what is promised, after each disturbance and after the run that follows it."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from torture.runs import MANIFEST, Run, forked, inputs, leftovers, published, run, tree, warm
from torture.sites import NOW, copied

SHOWN = 12
"""Findings of a trial that are printed."""

STRANGERS = {"theirs.txt": b"not ours\n", "category/theirs/notes.txt": b"not ours either\n"}
"""What somebody else keeps in `out/`."""

Runner = Callable[..., Run]


@dataclass(kw_only=True)
class Tally:
    """What a trial did, and what it found."""

    disturbances: int = 0
    files: int = 0
    """Files whose bytes were compared."""

    findings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def holds(self, claim: object, what: str) -> None:
        """Take down *what*, unless the *claim* is true."""
        if not claim:
            self.findings.append(what)

    def same(self, found: Mapping[str, bytes], wanted: Mapping[str, bytes], when: str) -> None:
        """Take down every file that is *found* and not *wanted*, wanted and not found, or found with other bytes."""
        self.files += len(wanted)
        for path in sorted(found.keys() | wanted.keys()):
            if found.get(path) != wanted.get(path):
                self.findings.append(f"{when}: {path} is {_difference(found.get(path), wanted.get(path))}")


def _difference(found: bytes | None, wanted: bytes | None) -> str:
    if found is None or wanted is None:
        return "missing" if found is None else "there, and does not belong"
    return "empty" if not found else "other than it should be"


class Ward:
    """A site under observation."""

    def __init__(self, site: Path, scratch: Path, tally: Tally, runner: Runner = run) -> None:
        """Watch *site*; *runner* runs what must succeed, and clean builds are made in *scratch*."""
        warm(site)
        self.site = site
        self.tally = tally
        self._scratch = scratch
        self._runner = runner
        self._clean: dict[str, dict[str, bytes]] = {}

    def settle(self, now: datetime | str = NOW) -> dict[str, bytes]:
        """Build the site undisturbed, with strangers' files in it, and return what is published."""
        self.put_strangers()
        self.healed("before", now=now)
        return published(self.site)

    def put_strangers(self) -> None:
        """Put files into `out/` that are not ours."""
        for path, data in STRANGERS.items():
            (self.site / "out" / path).parent.mkdir(parents=True, exist_ok=True)
            (self.site / "out" / path).write_bytes(data)

    def clean(self, now: datetime | str = NOW) -> dict[str, bytes]:
        """Return what a build of the site's posts in a fresh folder publishes, with what strangers have beside it."""
        state = hashlib.sha256(repr((sorted((p, d) for p, (d, _) in inputs(self.site).items()), now)).encode())
        if state.hexdigest() not in self._clean:
            site = copied(self.site, self._scratch / "clean")
            ended = forked(site, "--jobs", "1", now=now)
            self.tally.holds(ended.code == 0, f"a clean build ended with {ended.code}: {ended.words[-400:]}")
            self._clean = {state.hexdigest(): _with_strangers(published(site))}  # the latest is enough
        return self._clean[state.hexdigest()]

    def whole(self, old: Mapping[str, bytes], new: Mapping[str, bytes], when: str) -> None:
        """Hold what is published to (a) and (b): each file is the *old* one or the *new* one, and in the list."""
        found = published(self.site)
        self.tally.files += len(found)
        listed = (
            (self.site / "out" / MANIFEST).read_text().splitlines() if (self.site / "out" / MANIFEST).exists() else []
        )
        for path in found.keys() | (old.keys() & new.keys()):
            allowed = {old.get(path), new.get(path)}
            is_ours = path not in STRANGERS and not path.endswith("/")
            if found.get(path) not in allowed and is_ours:
                self.tally.findings.append(f"{when}: {path} is {_difference(found.get(path), new.get(path))}")
            elif path in found and is_ours and path not in listed:
                self.tally.findings.append(f"{when}: {path} is not in the list")
        self._strangers_stand(found, when)

    def healed(self, when: str, *more: str, now: datetime | str = NOW, runner: Runner | None = None) -> Run:
        """Hold the site to (c) and (d): a run succeeds, and publishes the bytes of a clean build; return the run.

        *more* are options of the run.
        """
        before = inputs(self.site)
        ended = (runner or self._runner)(self.site, *more, now=now)
        self.tally.holds(ended.code == 0, f"{when}: the next run ended with {ended.code}: {ended.words[-400:].strip()}")
        self.stands(when, now)
        self.tally.holds(inputs(self.site) == before, f"{when}: a run wrote to what the site is made of")
        return ended

    def run(self) -> Run:
        """Run with no promise of how it ends."""
        return self._runner(self.site)

    def stands(self, when: str, now: datetime | str = NOW) -> None:
        """Hold the site to the bytes of a clean build, and to nothing left lying about."""
        found, wanted = published(self.site), self.clean(now)
        self.tally.same(found, wanted, when)
        ours = sorted(path for path in wanted if path not in STRANGERS and not path.endswith("/"))
        listed = tree(self.site / "out").get(MANIFEST, b"").decode(errors="replace").splitlines()
        self.tally.holds(listed == ours, f"{when}: the list is not that of our files")
        self.tally.holds(not (left := leftovers(self.site)), f"{when}: left behind: {', '.join(left[:5])}")

    def _strangers_stand(self, found: Mapping[str, bytes], when: str) -> None:
        for path, data in STRANGERS.items():
            self.tally.holds(found.get(path) == data, f"{when}: {path}, which is not ours, was touched")


def _with_strangers(files: Mapping[str, bytes]) -> dict[str, bytes]:
    folders = {f"{path[:at]}/": b"" for path in STRANGERS for at, letter in enumerate(path) if letter == "/"}
    return {**files, **STRANGERS, **folders}


class Snapshot:
    """What runs have left in a site, kept to be put back."""

    def __init__(self, site: Path, folder: Path) -> None:
        """Keep `out/` and `.feeds/` of *site* in *folder*, which is made anew."""
        self._site, self._folder = site, folder
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("out", ".feeds"):
            if (site / name).exists():
                shutil.copytree(site / name, folder / name, symlinks=True)

    def restore(self) -> None:
        """Put them back, with the times of their files."""
        for name in ("out", ".feeds"):
            shutil.rmtree(self._site / name, ignore_errors=True)
            if (self._folder / name).exists():
                shutil.copytree(self._folder / name, self._site / name, symlinks=True)
