"""The short part of `make torture`, and every crash of a publication."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from feeds.inventory import written
from feeds.publish import Publication
from torture.faulty import Crash

TOP = Path(__file__).parent.parent
OLD = {"a.xml": b"old a", "b/c.xml": b"old c", "gone/x.xml": b"x", "old.xml": b"o"}
NEW = {"a.xml": b"new a", "b/c.xml": b"new c", "d/e.xml": b"e", "old.xml/feed.xml": b"f"}
OPERATIONS = 44


class CrashedError(BaseException):
    """The machine stopped here."""


def crash(_code):
    raise CrashedError


def publish(out, files):
    publication = Publication(out)
    for path, data in files.items():
        publication.add(path, data)
    publication.commit(files.keys(), written(out, {}))


def published(out):
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if not path.startswith(".feeds")}


@pytest.mark.parametrize("at", range(1, OPERATIONS + 1))
def test_a_publication_that_crashes_at_any_operation_leaves_old_or_new_files_and_is_made_up_for(tmp_path, at):
    publish(tmp_path, OLD)
    (tmp_path / "theirs.txt").write_bytes(b"theirs")

    with pytest.MonkeyPatch.context() as patch:
        Crash(at, crash).install(patch.setattr)
        with pytest.raises(CrashedError):
            publish(tmp_path, NEW)
    halfway = published(tmp_path)
    publish(tmp_path, NEW)

    assert {path for path, data in halfway.items() if data not in (OLD.get(path), NEW.get(path))} == {"theirs.txt"}
    assert OLD.keys() & NEW.keys() <= halfway.keys()
    assert published(tmp_path) == NEW | {"theirs.txt": b"theirs"}
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == [".feeds"]


def test_every_operation_of_that_publication_had_its_crash(tmp_path):
    publish(tmp_path, OLD)

    with pytest.MonkeyPatch.context() as patch:
        Crash(OPERATIONS + 1, crash).install(patch.setattr)
        publish(tmp_path, NEW)

    assert published(tmp_path) == NEW


def test_the_disk_has_a_file_before_it_moves_and_the_move_before_the_list_forgets(tmp_path, monkeypatch):
    publish(tmp_path, OLD)
    fsync, rename, done = os.fsync, os.rename, []
    monkeypatch.setattr(os, "fsync", lambda number: (fsync(number), done.append(("synced", os.fstat(number).st_ino))))
    monkeypatch.setattr(os, "rename", lambda *names, **at: (rename(*names, **at), done.append(names)))

    publish(tmp_path, NEW)

    moved = {
        new: done.index(("synced", path.stat().st_ino)) < done.index((old, new))
        for old, new, path in moves(done, tmp_path)
    }
    folders = [done.index(("synced", (tmp_path / name).stat().st_ino)) for name in ("b", "d", "old.xml")]
    assert moved == dict.fromkeys(["a.xml", "c.xml", "e.xml", "feed.xml"], True)
    assert max(folders) < len(done) - 1 - done[::-1].index(("manifest", ".feeds"))


def moves(done, out):
    """Return the old name, the new name and the place of each file that was moved, but for the list."""
    places = {path.name: path for path in out.rglob("*.xml")}
    return [(*names, places[names[1]]) for names in done if names[1] in places]


@pytest.mark.parametrize(("trial", "kills"), [("kills", 2), ("operations", 3), ("cache", 8)])
def test_nothing_is_lost_in_a_short_trial(trial, kills):
    command = [sys.executable, "-m", "torture", trial, "--kills", str(kills), "--seed", "3"]

    run = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, env=os.environ)

    row = re.search(rf"\| {trial} \| (\d+) \| [\d,]+ \| 0 \|", run.stdout)
    assert row, run.stdout + run.stderr
    assert (int(row[1]) >= kills, run.returncode) == (True, 0)
