import os
from dataclasses import replace

import pytest
from samples import SITE

from feeds.diagnostics import FeedsError
from feeds.scan import list_posts, read_config, read_post, read_templates
from feeds.settings import ContentSettings


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "content").mkdir()
    return tmp_path


def write(folder, *paths):
    for path in paths:
        (folder / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / path).write_text("x")


def listed(site_folder, **settings):
    listing = list_posts(site_folder, replace(SITE, content=ContentSettings(**settings)))
    return [post.path for post in listing.posts], [(d.path, d.code) for d in listing.skipped]


def test_posts_at_any_depth_are_listed_by_path(folder):
    write(
        folder,
        "b.md",
        "a.MD",
        "deep/er/c.html",
        "d.markdown",
        "folder.md/inside.md",
        "not.txt",
        ".hidden.md",
        ".git/x.md",
    )

    paths, skipped = listed(folder)

    assert (paths, skipped) == (["a.MD", "b.md", "d.markdown", "deep/er/c.html", "folder.md/inside.md"], [])


def test_ignored_globs_are_not_there_at_all(folder):
    write(folder, "a.md", "drafts/b.md", "deep/README.md")

    paths, _ = listed(folder, ignore=("drafts/*", "*README.md"))

    assert paths == ["a.md"]


def test_what_is_no_readable_file_is_told_and_the_walk_ends(folder):
    write(folder, "a.md", "sub/b.md")
    os.mkfifo(folder / "content/fifo.md")
    (folder / "content/gone.md").symlink_to("missing")
    (folder / "content/round.md").symlink_to("round.md")
    (folder / "content/circle").symlink_to(".")

    paths, skipped = listed(folder)

    assert (paths, skipped) == (
        ["a.md", "sub/b.md"],
        [(f"content/{name}.md", "file-unreadable") for name in ("fifo", "gone", "round")],
    )


def test_a_name_that_is_not_utf8_is_told_in_ascii(folder):
    (folder / "content" / os.fsdecode(b"\xff.md")).write_text("x")

    _, skipped = listed(folder)

    assert skipped == [("content/\\udcff.md", "file-unreadable")]


def test_a_post_over_the_limit_is_left_out(folder):
    write(folder, "a.md")

    assert listed(folder, max_bytes=0) == ([], [("content/a.md", "too-large")])


def test_the_sites_own_folders_are_no_content_even_where_the_content_is_all_of_it(folder):
    write(folder, "../out/x/index.html", "../templates/base.html", "../.feeds/x.md", "../post.md", "a.md")

    paths, _ = listed(folder, folder=".")

    assert paths == ["content/a.md", "post.md"]


def test_folders_are_listed_however_deep_they_lie(folder):
    write(folder, "d/" * 600 + "a.md")

    paths, _ = listed(folder)

    assert paths == ["d/" * 600 + "a.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_content_folder_that_cannot_be_read_is_told_and_not_taken_for_an_empty_one(folder):
    (folder / "content").chmod(0)

    with pytest.raises(FeedsError, match="content: Permission denied") as refusal:
        list_posts(folder, SITE)

    assert refusal.value.exit_code == 2


def test_templates_that_are_no_folder_are_told(tmp_path):
    (tmp_path / "templates").write_text("a file")

    with pytest.raises(FeedsError, match=r"templates: .*Not a directory") as refusal:
        read_templates(tmp_path)

    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(("name", "read"), [("feeds.toml", read_config), ("templates/logo.png", read_templates)])
def test_a_file_that_is_not_utf8_is_named(tmp_path, name, read):
    (tmp_path / "templates").mkdir()
    (tmp_path / name).write_text("text", encoding="utf-16")

    with pytest.raises(FeedsError) as refusal:
        read(tmp_path)

    assert (str(refusal.value).splitlines()[0], refusal.value.exit_code) == (f"{tmp_path / name}: it is not UTF-8", 2)


def test_a_folder_without_posts_is_told_unless_it_has_others(folder):
    write(folder, "a.txt")
    (alone,) = list_posts(folder, SITE).notes
    write(folder, "b.rst")
    (other,) = list_posts(folder, SITE).notes

    assert (alone.path, alone.code, other.code) == ("content", "no-posts", "other-formats")


def test_a_site_that_is_a_file_is_told(tmp_path):
    (tmp_path / "feeds.toml").write_text("")

    with pytest.raises(FeedsError, match=r"feeds.toml is no folder\n  help: name the folder that holds") as refusal:
        read_config(tmp_path / "feeds.toml")

    assert refusal.value.exit_code == 2


def test_other_formats_are_counted_in_one_note(folder):
    write(folder, "a.mdx", "b.mdx", "c.rst")

    (note,) = list_posts(folder, SITE).notes

    assert (note.code, note.message) == ("other-formats", "files of other formats are not read: 2 .mdx, 1 .rst")


def test_the_stamp_changes_when_the_bytes_do_even_at_the_same_size_and_time(folder):
    write(folder, "a.md")
    path = folder / "content/a.md"
    before, times = list_posts(folder, SITE).posts[0].stamp, path.stat()

    path.write_text("y")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert list_posts(folder, SITE).posts[0].stamp != before


def test_a_post_that_became_a_pipe_does_not_hang(folder):
    write(folder, "a.md")
    listing = list_posts(folder, SITE)
    (folder / "content/a.md").unlink()
    os.mkfifo(folder / "content/a.md")

    with pytest.raises(OSError, match="it is no file"):
        read_post(listing.root, listing.posts[0].path, SITE)


def test_a_post_that_grew_too_large_since_it_was_listed_is_not_read(folder):
    write(folder, "a.md")
    listing = list_posts(folder, SITE)
    (folder / "content/a.md").write_bytes(b"x" * (SITE.content.max_bytes + 1))

    with pytest.raises(OSError, match="grown beyond"):
        read_post(listing.root, listing.posts[0].path, SITE)


def test_a_missing_content_folder_names_the_key(tmp_path):
    with pytest.raises(
        FeedsError, match=r"there is no folder .*content\n  help: set `folder` under \[content\]"
    ) as refusal:
        list_posts(tmp_path, SITE)

    assert refusal.value.exit_code == 2


def test_a_site_that_is_nowhere_is_told(tmp_path):
    with pytest.raises(FeedsError) as refusal:
        read_config(tmp_path / "sit")

    assert (refusal.value.message, refusal.value.exit_code) == (f"there is no folder {tmp_path / 'sit'}", 2)


def test_a_missing_configuration_names_the_option(tmp_path):
    with pytest.raises(FeedsError, match=r"there is no feeds.toml in .*\n  help: .*feeds -C FOLDER") as refusal:
        read_config(tmp_path)

    assert refusal.value.exit_code == 2


def test_a_template_of_the_site_replaces_the_packaged_one_of_its_name(tmp_path):
    (tmp_path / "templates/words").mkdir(parents=True)
    (tmp_path / "templates/words/en.txt").write_text("mine")

    templates = read_templates(tmp_path)

    assert (templates["words/en.txt"], "words/zh-CN.txt" in templates) == ("mine", True)
