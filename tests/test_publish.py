import os
import resource
from contextlib import closing, suppress
from functools import partial

import pytest

from feeds.diagnostics import FeedsError
from feeds.inventory import blocked, immovable, orphans, published, strangers, subscriptions, written
from feeds.publish import Publication


def publish(out, files, made=()):
    publication = Publication(out)
    for path, data in files.items():
        publication.add(path, data)
    return publication.commit(files.keys(), written(out, dict(made)))


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put_a_link(place, target):
    """Put a link to *target* where *place* is or will be, as somebody can who may write there."""
    if place.exists():
        place.rename(f"{place}-moved")
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(target)


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

    found = strangers(
        tmp_path / "out", ["ours.xml", "theirs.xml", "category/x/rss.xml", "new.xml"], written(tmp_path / "out", {})
    )

    assert found == ("category", "theirs.xml")


def test_a_folder_where_a_file_of_ours_belongs_is_in_the_way_and_cannot_be_taken_over(tmp_path):
    publish(tmp_path, {"a.xml": b"a"})
    (tmp_path / "a.xml").unlink()
    (tmp_path / "a.xml").mkdir()

    found = strangers(tmp_path, ["a.xml"], written(tmp_path, {}))

    assert (found, immovable(tmp_path, found)) == (("a.xml",), ("a.xml",))


def test_a_list_that_cannot_be_read_is_told_and_nothing_is_taken_for_a_strangers(tmp_path):
    (tmp_path / "rss.xml").write_bytes(b"ours")
    (tmp_path / ".feeds").mkdir()

    with pytest.raises(FeedsError, match=r"\.feeds: Is a directory") as refusal:
        written(tmp_path, {})

    assert refusal.value.exit_code == 75


def test_orphans_are_what_the_next_commit_removes(tmp_path):
    publish(tmp_path, {"a.xml": b"a", "b/c.xml": b"c", "gone.xml": b""})
    (tmp_path / "gone.xml").unlink()

    found = orphans(tmp_path, {"a.xml"}, written(tmp_path, {}))

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
    publication.commit(["category/rss.xml"], ())

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


@pytest.mark.parametrize(
    "line", ["./a.xml", "b//c.xml", "b/../a.xml", ".", "a\0/b", ".feeds", ".feeds-new/x", "x" * 5000]
)
def test_a_line_of_the_list_that_no_run_has_written_costs_nothing(tmp_path, line):
    files = {"a.xml": b"a", "b/c.xml": b"c"}
    publish(tmp_path, files)
    (tmp_path / ".feeds").write_text(f"a.xml\nb/c.xml\n{line}\n")

    publish(tmp_path, files | {"a.xml": b"new"})

    assert tree(tmp_path) == files | {"a.xml": b"new", ".feeds": b"a.xml\nb/c.xml\n"}


@pytest.mark.parametrize("damage", [b"", b"a.x", b"\xff\xfe", b"a.xml\r\nold.xml\r\n"])
def test_where_the_list_is_lost_what_lies_there_as_it_was_made_is_ours(tmp_path, damage):
    publish(tmp_path, {"a.xml": b"a", "old.xml": b"o", "b.xml": b"b"})
    made = published(tmp_path, ["a.xml", "old.xml", "b.xml"])
    (tmp_path / "b.xml").write_bytes(b"theirs")
    (tmp_path / ".feeds").write_bytes(damage)

    publish(tmp_path, {"a.xml": b"new"}, made)

    assert tree(tmp_path) == {"a.xml": b"new", "b.xml": b"theirs", ".feeds": b"a.xml\n"}


@pytest.mark.parametrize(("old", "new"), [("a.xml", "a.xml/b/c.xml"), ("a.xml/b/c.xml", "a.xml"), ("a/b.xml", "a")])
def test_a_file_of_ours_gives_way_to_a_folder_and_a_folder_to_a_file(tmp_path, old, new):
    publish(tmp_path, {old: b"old", "z.xml": b"z"})

    found = strangers(tmp_path, [new, "z.xml"], written(tmp_path, {}))
    publish(tmp_path, {new: b"new", "z.xml": b"z"})

    assert (found, tree(tmp_path)) == ((), {new: b"new", "z.xml": b"z", ".feeds": f"{new}\nz.xml\n".encode()})


def test_a_folder_with_a_strangers_file_does_not_give_way(tmp_path):
    publish(tmp_path, {"a.xml/b.xml": b"b"})
    (tmp_path / "a.xml/theirs.txt").write_bytes(b"theirs")

    assert strangers(tmp_path, ["a.xml"], written(tmp_path, {})) == ("a.xml",)


def test_where_the_sites_folder_has_gone_nothing_is_made(tmp_path):
    with pytest.raises(FeedsError, match="out: No such file") as refusal:
        Publication(tmp_path / "gone/out")

    assert (refusal.value.exit_code, list(tmp_path.iterdir())) == (75, [])


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


def test_a_full_disk_loses_nothing_and_asks_to_be_run_again(tmp_path, request):
    publish(tmp_path, {"a.xml": b"old"})
    publication = Publication(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    request.addfinalizer(partial(resource.setrlimit, resource.RLIMIT_FSIZE, limits))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, limits[1]))

    with pytest.raises(FeedsError, match=r"File too large.*is still there\n  help: make room") as refusal:
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


@pytest.mark.parametrize("name", ["category", "category/x", ".feeds-new"])
def test_a_link_put_in_the_place_of_a_folder_meanwhile_is_never_followed(tmp_path, name):
    (tmp_path / "elsewhere/x").mkdir(parents=True)
    publication = Publication(tmp_path / "out")
    publication.add("category/x/rss.xml", b"ours")
    put_a_link(tmp_path / "out" / name, tmp_path / "elsewhere")

    with suppress(FeedsError):
        publication.commit(["category/x/rss.xml"], ())

    assert tree(tmp_path / "elsewhere") == {}


def test_a_file_that_a_stranger_has_put_there_meanwhile_is_not_replaced(tmp_path):
    publish(tmp_path, {"a.xml": b"old"})
    publication = Publication(tmp_path)
    publication.add("a.xml", b"new")
    publication.add("b.xml", b"ours")
    (tmp_path / "b.xml").write_bytes(b"theirs")

    with closing(publication), pytest.raises(FeedsError, match=r"b\.xml was put there by somebody else") as refusal:
        publication.commit(["a.xml", "b.xml"], written(tmp_path, {}))

    assert (refusal.value.exit_code, tree(tmp_path)) == (
        75,
        {"a.xml": b"old", "b.xml": b"theirs", ".feeds": b"a.xml\n"},
    )


def test_a_second_name_that_a_file_of_ours_has_elsewhere_keeps_its_bytes(tmp_path):
    publish(tmp_path / "out", {"a.xml": b"old"})
    (tmp_path / "elsewhere.xml").hardlink_to(tmp_path / "out/a.xml")

    publish(tmp_path / "out", {"a.xml": b"new"})

    assert (tmp_path / "elsewhere.xml").read_bytes() == b"old"


def test_a_list_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "list").write_bytes(b"theirs.xml\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/theirs.xml").write_bytes(b"theirs")
    (tmp_path / "out/.feeds").symlink_to(tmp_path / "list")

    with pytest.raises(FeedsError, match="put no link in there"):
        written(tmp_path / "out", {})


def test_a_list_that_a_power_cut_has_filled_with_nothing_names_no_file(tmp_path):
    (tmp_path / ".feeds").write_bytes(bytes(512))

    assert written(tmp_path, {}) & {"a.xml"} == set()


@pytest.mark.parametrize("target", [".", "missing"])
def test_an_out_that_is_a_link_is_refused(tmp_path, target):
    (tmp_path / "out").symlink_to(target)

    with pytest.raises(FeedsError, match="is not a folder"):
        Publication(tmp_path / "out")
