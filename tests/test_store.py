import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from samples import entry

from feeds.diagnostics import FeedsError
from feeds.model import Brief, Entry
from feeds.store import Cache, locked, program_stamp

BRIEF = Brief(summary="Rain.")


def remember(path, key, changed, gone=(), briefs=None):
    with Cache.opened(path) as cache:
        cache.remember_posts(key, changed, gone)
        cache.remember_briefs(briefs or {})
        cache.commit()


def remembered(path, key):
    with Cache.opened(path) as cache:
        return cache.posts(key, Entry)


def test_what_is_remembered_is_there_at_the_next_run(tmp_path):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a")), "b.md": ("1", entry("b"))})

    remember(tmp_path / "cache", "k", {"a.md": ("2", entry("a", title="New"))}, gone=["b.md"])

    assert remembered(tmp_path / "cache", "k") == {"a.md": ("2", entry("a", title="New"))}


def test_posts_read_under_other_settings_are_forgotten(tmp_path):
    remember(tmp_path / "cache", "old", {"a.md": ("1", entry("a"))})

    remember(tmp_path / "cache", "new", {"b.md": ("1", entry("b"))})

    assert (remembered(tmp_path / "cache", "old"), list(remembered(tmp_path / "cache", "new"))) == ({}, ["b.md"])


@pytest.mark.parametrize(
    ("key", "changed", "known"),
    [
        ("k", {}, {"a.md": BRIEF}),
        ("k", {"b.md": ("1", entry("b"))}, {"a.md": BRIEF}),
        ("k", {"a.md": ("2", entry("a"))}, {}),
        ("other", {}, {}),
    ],
)
def test_a_brief_is_remembered_until_its_post_changes(tmp_path, key, changed, known):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))}, briefs={"a.md": BRIEF, "gone.md": BRIEF})

    remember(tmp_path / "cache", key, changed)

    with Cache.opened(tmp_path / "cache") as cache:
        assert cache.briefs(["a.md", "b.md", "gone.md"], Brief) == known


def test_without_commit_nothing_is_kept(tmp_path):
    with Cache.opened(tmp_path / "cache") as cache:
        cache.remember_posts("k", {"a.md": ("1", entry("a"))}, ())

    assert remembered(tmp_path / "cache", "k") == {}


@pytest.mark.parametrize("damage", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_cache_is_an_empty_one(tmp_path, damage):
    (tmp_path / "cache").write_bytes(damage)

    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})

    assert remembered(tmp_path / "cache", "k") == {"a.md": ("1", entry("a"))}


def test_a_cache_with_rows_of_another_kind_is_an_empty_one(tmp_path):
    remember(tmp_path / "cache", "k", {"a.md": ("1", {"title": 1})})

    assert remembered(tmp_path / "cache", "k") == {}


def test_a_truncated_cache_is_an_empty_one(tmp_path):
    remember(tmp_path / "cache", "k", {f"{n}.md": ("1", entry(str(n))) for n in range(200)})
    whole = (tmp_path / "cache").read_bytes()

    (tmp_path / "cache").write_bytes(whole[: len(whole) // 2])

    assert remembered(tmp_path / "cache", "k") == {}


def test_a_record_that_changed_on_the_disk_is_not_believed(tmp_path):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a", title="Low tide")), "b.md": ("1", entry("b"))})
    data = (tmp_path / "cache").read_bytes()

    (tmp_path / "cache").write_bytes(data.replace(b"Low tide", b"Low hide"))

    assert remembered(tmp_path / "cache", "k") == {}


@pytest.mark.parametrize("damage", ["update posts set row = 7", "update posts set stamp = '2'", "drop table told"])
def test_after_damage_the_cache_is_begun_anew(tmp_path, damage):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})
    with closing(sqlite3.connect(tmp_path / "cache")) as connection, connection:
        connection.execute(damage)

    remembered(tmp_path / "cache", "k")
    remember_told(tmp_path / "cache", "hub", {"rss.xml": "1"})
    remember_told(tmp_path / "cache", "hub", {"rss.xml": "1"})

    assert (remembered(tmp_path / "cache", "k"), told(tmp_path / "cache", "hub")) == ({}, {"rss.xml": "1"})


def test_a_cache_whose_header_forbids_to_write_is_begun_anew(tmp_path):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})
    data = bytearray((tmp_path / "cache").read_bytes())
    data[18] = 3  # the version to write it in (SQLite's file format §1.3.3)
    (tmp_path / "cache").write_bytes(data)

    remember(tmp_path / "cache", "k", {"b.md": ("1", entry("b"))})
    remember(tmp_path / "cache", "k", {"c.md": ("1", entry("c"))})

    assert "c.md" in remembered(tmp_path / "cache", "k")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
@pytest.mark.parametrize(("name", "mode"), [("cache", 0o444), (".", 0o555)])
def test_a_cache_that_may_not_be_written_stays_and_asks_to_be_run_again(tmp_path, name, mode):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})
    (tmp_path / name).chmod(mode)

    with pytest.raises(FeedsError, match="make the folder writable") as refusal:
        remember(tmp_path / "cache", "k", {"b.md": ("1", entry("b"))})
    (tmp_path / name).chmod(0o755)

    assert (refusal.value.exit_code, list(remembered(tmp_path / "cache", "k"))) == (75, ["a.md"])


def test_another_version_of_a_package_is_another_program(tmp_path, monkeypatch):
    (tmp_path / "site-packages").mkdir()
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    program_stamp.cache_clear()  # a run asks once
    before = program_stamp()

    (tmp_path / "site-packages/feedgen-2.0.dist-info").mkdir()

    program_stamp.cache_clear()
    assert program_stamp() != before


def test_a_second_run_is_told_to_come_again(tmp_path):
    code = f"from pathlib import Path; from feeds.store import locked\nwith locked(Path({str(tmp_path)!r})): pass"

    with locked(tmp_path):
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "another run holds" in second.stderr


def test_a_lock_is_free_when_its_run_has_ended(tmp_path):
    with locked(tmp_path):
        pass

    with locked(tmp_path) as stamp:
        assert stamp > 0


def test_a_state_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / ".feeds").write_text("a file")

    with pytest.raises(FeedsError, match=r"\.feeds.*\n  help: ") as refusal, locked(tmp_path / ".feeds"):
        pass

    assert refusal.value.exit_code == 75


@pytest.mark.parametrize(("name", "known"), [("cache", ["a.md"]), ("bad", []), ("missing", [])])
def test_a_cache_that_is_only_looked_at_stays_as_it_is(tmp_path, name, known):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})
    (tmp_path / "bad").write_bytes(b"no database at all")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with Cache.looked_at(tmp_path / name) as cache:
        found = list(cache.posts("k", Entry))
        cache.remember_posts("k", {"b.md": ("1", entry("b"))}, ())

    assert (found, {path.name: path.read_bytes() for path in tmp_path.iterdir()}) == (known, before)


@pytest.mark.parametrize("place", range(16, 4000, 397))
def test_damage_anywhere_in_the_cache_is_an_empty_one_or_none_at_all(tmp_path, place):
    remember(tmp_path / "cache", "k", {f"{n}.md": ("1", entry(str(n))) for n in range(20)})
    data = bytearray((tmp_path / "cache").read_bytes())
    data[place : place + 40] = b"\xfa\x8e" * 20
    (tmp_path / "cache").write_bytes(data)

    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})

    assert remembered(tmp_path / "cache", "k")["a.md"] == ("1", entry("a"))


@pytest.mark.parametrize(
    "damage",
    [
        "update posts set row = (select max(row) from posts)",
        "drop table posts",
        "drop table meta",
        "alter table posts rename column stamp to stomp",
        "create trigger t before insert on posts begin select raise(abort, 'x'); end",
    ],
)
def test_a_cache_that_was_tampered_with_costs_one_run(tmp_path, damage):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a")), "b.md": ("1", entry("b"))})
    with closing(sqlite3.connect(tmp_path / "cache")) as connection, connection:
        connection.execute(damage)

    known = remembered(tmp_path / "cache", "k")
    remember(tmp_path / "cache", "k", {"c.md": ("1", entry("c"))})
    remember(tmp_path / "cache", "k", {"d.md": ("1", entry("d"))})

    assert known in ({}, {"a.md": ("1", entry("a")), "b.md": ("1", entry("b"))})
    assert "d.md" in remembered(tmp_path / "cache", "k")


@pytest.mark.parametrize("mixed", ["path = path || '!'", "brief = (select max(brief) from posts)"])
def test_a_brief_is_its_posts_own(tmp_path, mixed):
    posts = {"a.md": ("1", entry("a")), "b.md": ("1", entry("b"))}
    remember(tmp_path / "cache", "k", posts, briefs={"a.md": BRIEF, "b.md": Brief(summary="Sun.")})
    with closing(sqlite3.connect(tmp_path / "cache")) as connection, connection:
        connection.execute(f"update posts set {mixed}")

    with Cache.opened(tmp_path / "cache") as cache:
        assert cache.briefs(["a.md", "b.md", "a.md!"], Brief) == {}


def test_a_cache_without_room_asks_to_be_run_again_and_keeps_what_it_had(tmp_path):
    remember(tmp_path / "cache", "k", {"a.md": ("1", entry("a"))})

    with Cache.opened(tmp_path / "cache") as cache:
        cache._connection.execute("pragma max_page_count = 8")  # as little as a full disk gives
        cache.remember_posts("k", {"b.md": ("1", entry("b", title="x" * 50_000))}, ())
        with pytest.raises(FeedsError, match="cache: database or disk is full\n  help: make room") as refusal:
            cache.commit()

    assert (refusal.value.exit_code, list(remembered(tmp_path / "cache", "k"))) == (75, ["a.md"])


@pytest.mark.parametrize("name", ["lock", "cache"])
def test_a_folder_in_the_place_of_a_file_of_ours_is_told(tmp_path, name):
    (tmp_path / name / "x").mkdir(parents=True)

    with pytest.raises(FeedsError, match=f"{name}: .*irectory\n  help: ") as refusal, locked(tmp_path):
        remember(tmp_path / "cache", "k", {})

    assert refusal.value.exit_code == 75


def test_the_folder_is_its_owners_alone_but_stays_as_somebody_has_made_it(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o770)

    with locked(tmp_path / "new"), locked(tmp_path / "shared"):
        modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "shared")]

    assert modes == [0o700, 0o770]


@pytest.mark.parametrize("put", [Path.symlink_to, Path.hardlink_to], ids=["link", "second name"])
def test_a_cache_that_leads_elsewhere_gives_way_to_our_own(tmp_path, put):
    remember(tmp_path / "theirs", "k", {"a.md": ("1", entry("a"))})
    before = (tmp_path / "theirs").read_bytes()
    put(tmp_path / "cache", tmp_path / "theirs")

    remember(tmp_path / "cache", "k", {"b.md": ("1", entry("b"))})

    assert ((tmp_path / "theirs").read_bytes(), list(remembered(tmp_path / "cache", "k"))) == (before, ["b.md"])


@pytest.mark.parametrize("put", [Path.symlink_to, Path.hardlink_to], ids=["link", "second name"])
def test_a_lock_that_leads_elsewhere_is_told_and_nothing_changes_there(tmp_path, put):
    (tmp_path / "elsewhere").touch()
    os.utime(tmp_path / "elsewhere", ns=(1, 1))
    put(tmp_path / "lock", tmp_path / "elsewhere")

    with pytest.raises(FeedsError, match=r"lock: .*\n  help: move it away") as refusal, locked(tmp_path):
        pass

    assert (refusal.value.exit_code, (tmp_path / "elsewhere").stat().st_mtime_ns) == (75, 1)


def remember_told(path, hub, told, gone=()):
    with Cache.opened(path) as cache:
        cache.remember_told(hub, told, gone)
        cache.commit()


def told(path, hub):
    with Cache.opened(path) as cache:
        return cache.told(hub)


def test_what_each_hub_was_told_is_remembered_until_the_feed_is_gone(tmp_path):
    remember_told(tmp_path / "cache", "one", {"rss.xml": "1", "a/rss.xml": "1"})
    remember_told(tmp_path / "cache", "two", {"rss.xml": "1", "a/rss.xml": "1"})

    remember_told(tmp_path / "cache", "two", {"rss.xml": "2"}, gone=["a/rss.xml"])

    assert (told(tmp_path / "cache", "one"), told(tmp_path / "cache", "two"), told(tmp_path / "cache", "three")) == (
        {"rss.xml": "1", "a/rss.xml": "1"},
        {"rss.xml": "2"},
        {},
    )


def test_each_commit_keeps_what_was_remembered_since_the_one_before(tmp_path):
    with Cache.opened(tmp_path / "cache") as cache:
        cache.remember_told("hub", {"rss.xml": "1"}, ())
        cache.commit()
        remember_told(tmp_path / "cache", "hub", {"rss.xml": "2"})
        cache.remember_told("hub", {"atom.xml": "1"}, ())
        cache.commit()

    assert told(tmp_path / "cache", "hub") == {"atom.xml": "1", "rss.xml": "2"}
