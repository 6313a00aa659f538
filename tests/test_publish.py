import os
from contextlib import closing

import pytest

from feeds.diagnostics import FeedsError
from feeds.publish import Publication, blocked, immovable, orphans, published, strangers, subscriptions


def publish(out, files):
    publication = Publication(out)
    for path, data in files.items():
        publication.add(path, data)
    return publication.commit(files.keys())


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_stand_where_they_belong_beside_the_list_of_them(tmp_path):
    publish(tmp_path / "out", {"b/c.xml": b"c", "a.xml": b"a"})

    assert tree(tmp_path / "out") == {"a.xml": b"a", "b/c.xml": b"c", ".feeds": b"a.xml\nb/c.xml\n"}


def test_a_file_with_the_same_bytes_keeps_its_time(tmp_path):
    publish(tmp_path, {"a.xml": b"a", "b.xml": b"b"})
    os.utime(tmp_path / "a.xml", ns=(1, 1))

    outcome = publish(tmp_path, {"a.xml": b"a", "b.xml": b"new"})

    assert (outcome.written, outcome.unchanged, published(tmp_path, ["a.xml"])) == (
        ["b.xml"],
        ["a.xml"],
        {"a.xml": (1, 1)},
    )


def test_a_file_of_ours_that_no_longer_belongs_is_removed_with_its_empty_folders(tmp_path):
    publish(tmp_path, {"a.xml": b"a", "old/x/feed.xml": b"x"})
    (tmp_path / "kept.txt").write_bytes(b"theirs")

    outcome = publish(tmp_path, {"a.xml": b"a"})

    assert (outcome.removed, tree(tmp_path)) == (
        ["old/x/feed.xml"],
        {"a.xml": b"a", "kept.txt": b"theirs", ".feeds": b"a.xml\n"},
    )


def test_a_strangers_file_and_a_link_for_a_folder_are_in_the_way(tmp_path):
    publish(tmp_path / "out", {"ours.xml": b"a"})
    (tmp_path / "out/theirs.xml").write_bytes(b"theirs")
    (tmp_path / "out/category").symlink_to(tmp_path)

    found = strangers(tmp_path / "out", ["ours.xml", "theirs.xml", "category/x/rss.xml", "new.xml"])

    assert found == ("category", "theirs.xml")


def test_a_folder_where_a_file_of_ours_belongs_is_in_the_way_and_cannot_be_taken_over(tmp_path):
    publish(tmp_path, {"a.xml": b"a"})
    (tmp_path / "a.xml").unlink()
    (tmp_path / "a.xml").mkdir()

    found = strangers(tmp_path, ["a.xml"])

    assert (found, immovable(tmp_path, found)) == (("a.xml",), ("a.xml",))


def test_a_list_that_cannot_be_read_is_told_and_nothing_is_taken_for_a_strangers(tmp_path):
    (tmp_path / "rss.xml").write_bytes(b"ours")
    (tmp_path / ".feeds").mkdir()

    with pytest.raises(FeedsError, match=r"\.feeds: Is a directory") as refusal:
        strangers(tmp_path, ["rss.xml"])

    assert refusal.value.exit_code == 75


def test_orphans_are_what_the_next_commit_removes(tmp_path):
    publish(tmp_path, {"a.xml": b"a", "b/c.xml": b"c", "gone.xml": b""})
    (tmp_path / "gone.xml").unlink()

    found = orphans(tmp_path, {"a.xml"})

    assert found == tuple(publish(tmp_path, {"a.xml": b"a"}).removed) == ("b/c.xml",)


def test_what_was_taken_and_not_published_is_cleared_away_when_the_run_fails(tmp_path):
    with closing(Publication(tmp_path)) as publication:
        publication.add("a.xml", b"new")

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_below_what_is_in_the_way():
    paths = ["theirs.xml", "category/x/rss.xml", "rss.xml"]

    barred = blocked(paths, ("category", "theirs.xml"))

    assert barred == {"theirs.xml", "category/x/rss.xml"}


def test_taking_over_replaces_the_file_and_the_link_but_not_what_it_leads_to(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/rss.xml").write_bytes(b"theirs")
    publication = Publication(tmp_path / "out")
    (tmp_path / "out/category").symlink_to(tmp_path / "elsewhere")

    publication.take_over(["category"])
    publication.add("category/rss.xml", b"ours")
    publication.commit(["category/rss.xml"])

    assert (tree(tmp_path / "elsewhere"), (tmp_path / "out/category/rss.xml").read_bytes()) == (
        {"rss.xml": b"theirs"},
        b"ours",
    )


def test_a_removal_does_not_follow_a_link_out(tmp_path):
    publish(tmp_path / "out", {"category/rss.xml": b"a", "b.xml": b"b"})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/rss.xml").write_bytes(b"theirs")
    (tmp_path / "out/category/rss.xml").unlink()
    (tmp_path / "out/category").rmdir()
    (tmp_path / "out/category").symlink_to(tmp_path / "elsewhere")

    publish(tmp_path / "out", {"b.xml": b"b"})

    assert tree(tmp_path / "elsewhere") == {"rss.xml": b"theirs"}


def test_a_list_that_names_files_outside_removes_nothing_there(tmp_path):
    publish(tmp_path / "out", {"a.xml": b"a"})
    (tmp_path / "precious.txt").write_bytes(b"!")
    (tmp_path / "out/.feeds").write_text(f"a.xml\n../precious.txt\n{tmp_path}/precious.txt\n")

    publish(tmp_path / "out", {"a.xml": b"a"})

    assert (tmp_path / "precious.txt").read_bytes() == b"!"


def test_what_was_not_committed_leaves_the_old_files_and_is_cleared_away_by_the_next_run(tmp_path):
    publish(tmp_path, {"a.xml": b"old"})
    Publication(tmp_path).add("a.xml", b"new")
    halfway = (tmp_path / "a.xml").read_bytes()

    publish(tmp_path, {"a.xml": b"newer"})

    assert (halfway, tree(tmp_path)) == (b"old", {"a.xml": b"newer", ".feeds": b"a.xml\n"})


def test_an_out_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(FeedsError, match="out is not a folder") as refusal:
        Publication(tmp_path / "out")

    assert (refusal.value.exit_code, (tmp_path / "out").read_text()) == (1, "a file")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_loses_nothing_and_asks_to_be_run_again(tmp_path):
    publish(tmp_path, {"a.xml": b"old"})
    publication = Publication(tmp_path)
    (tmp_path / ".feeds-new").mkdir()
    (tmp_path / ".feeds-new/0").symlink_to("/dev/full")

    with pytest.raises(FeedsError, match=r"No space left.*is still there\n  help: make room") as refusal:
        publication.add("a.xml", b"new")

    assert (refusal.value.exit_code, (tmp_path / "a.xml").read_bytes()) == (75, b"old")


def test_readers_subscribe_to_feeds_and_to_no_page_or_archive_and_to_nothing_of_a_strangers(tmp_path):
    names = ("rss.xml", "feed.json", "a/atom.xml", "index.html", "feeds.opml", "archive/a/rss.xml", "gone/rss.xml")
    publish(tmp_path, {name: name.encode() for name in names})
    (tmp_path / "gone/rss.xml").unlink()
    (tmp_path / "atom.xml").write_bytes(b"theirs")

    assert list(subscriptions(tmp_path, {})) == ["feed.json", "rss.xml", "a/atom.xml"]


def test_a_feeds_hash_changes_with_its_bytes_and_with_nothing_else(tmp_path):
    publish(tmp_path, {"rss.xml": b"a", "b/rss.xml": b"b"})
    before = subscriptions(tmp_path, {})
    publish(tmp_path, {"rss.xml": b"a", "b/rss.xml": b"new"})
    os.utime(tmp_path / "rss.xml", ns=(1, 1))

    after = subscriptions(tmp_path, {})

    assert {path: after[path] == before[path] for path in after} == {"rss.xml": True, "b/rss.xml": False}


def test_nobody_subscribes_to_an_alias_but_to_a_feed_that_has_taken_its_place(tmp_path):
    publish(tmp_path, {"rss.xml": b"a", "old/rss.xml": b"a", "category/x/rss.xml": b"x", "very/old/rss.xml": b"b"})
    aliases = {"old/rss.xml": "rss.xml", "category/x/rss.xml": "rss.xml", "very/old/rss.xml": "gone/rss.xml"}

    assert list(subscriptions(tmp_path, aliases)) == ["rss.xml", "category/x/rss.xml", "very/old/rss.xml"]


def test_where_nothing_was_built_nobody_subscribes_to_anything(tmp_path):
    with pytest.raises(FeedsError, match=r"nothing was built in .*out yet\n  help: run feeds build first") as refusal:
        subscriptions(tmp_path / "out", {})

    assert refusal.value.exit_code == 2
