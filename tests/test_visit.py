import os

import pytest
from foreign_sites import JEKYLL, POST, lay

from feeds.diagnostics import FeedsError
from feeds.visit import visit


def paths(found):
    return [post.path for post in found.tree.posts]


def test_a_site_is_found_from_any_folder_in_it(tmp_path):
    top = lay(tmp_path / "site", JEKYLL)

    found = visit(top / "_posts" / "old")

    assert (found.root, found.tree.scope, found.paths) == (top, "_posts/old", ("_posts/old/2020-01-01-gone.md",))
    assert list(found.tree.texts) == ["_config.yml"]


def test_a_site_does_not_reach_beyond_its_repository(tmp_path):
    lay(tmp_path, {"_config.yml": "title: x", "repository/.git/HEAD": "", "repository/posts/a.md": POST})

    assert visit(tmp_path / "repository/posts").root == tmp_path / "repository/posts"


def test_what_is_made_and_what_others_made_is_no_source(tmp_path):
    made = [f"{name}/a.md" for name in ("public", "_site", "node_modules", "themes", ".cache")]
    lay(tmp_path, dict.fromkeys([*made, "posts/public/a.md", "posts/node_modules/a.md", "posts/a.md"], POST))

    assert visit(tmp_path).paths == ("posts/a.md", "posts/public/a.md")


def test_of_a_post_is_known_what_its_header_says(tmp_path):
    header = "---\ntitle: Ferry\nslug: own\nurl: /x/\npubDate: 2026-03-02\n---\n"
    lay(tmp_path, {"a.md": header + "x" * 50_000, "b.md": "\xff", "2026-03-02-c.md": "Text.", "d.rst": "", "e.md": ""})

    found = visit(tmp_path)

    known = {post.path: (post.header, post.title, post.slug, post.address, post.is_dated) for post in found.tree.posts}
    assert known == {
        "2026-03-02-c.md": ("none", "", "", "", True),
        "a.md": ("yaml", "Ferry", "own", "/x/", True),
        "b.md": ("none", "", "", "", False),
        "e.md": ("unreadable", "", "", "", False),
    }
    assert dict(found.others) == {".rst": 1}


def test_a_date_in_the_posts_own_path_is_a_date(tmp_path):
    lay(tmp_path, {"a.md": '+++\npath = "2014/12/12/core"\n+++\n'})

    assert [post.is_dated for post in visit(tmp_path).tree.posts] == [True]


def test_of_very_many_posts_some_are_looked_at_all_over(tmp_path):
    lay(tmp_path, {f"{number:04}.md": POST for number in range(2001)})

    found = visit(tmp_path)

    assert (len(found.paths), len(found.tree.posts), paths(found)[:2]) == (2001, 1001, ["0000.md", "0002.md"])


def test_a_large_configuration_is_told_and_not_read(tmp_path):
    lay(tmp_path, {"_config.yml": "#" * 300_000})

    found = visit(tmp_path)

    assert found.tree.texts == {"_config.yml": ""}
    assert found.notes == ("_config.yml: it has more than 262,144 bytes: nothing of it was taken",)


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "_config.yml")
    os.mkfifo(tmp_path / "a.md")

    found = visit(tmp_path)

    assert (found.notes, paths(found)) == (("_config.yml: it is no file: nothing of it was taken",), ["a.md"])


def test_links_are_followed_and_loops_end(tmp_path):
    lay(tmp_path, {"site/a.md": POST, "elsewhere/b.md": POST})
    (tmp_path / "site/loop").symlink_to("..")
    (tmp_path / "site/gone").symlink_to("nowhere")
    (tmp_path / "link").symlink_to("site")

    found = visit(tmp_path / "link")

    assert (found.root, found.paths) == (tmp_path / "site", ("a.md", "loop/elsewhere/b.md"))


def test_a_configuration_in_another_encoding_is_read_as_far_as_it_is_text(tmp_path):
    (tmp_path / "_config.yml").write_bytes(b"\xef\xbb\xbftitle: Caf\xe9\r\nurl: x\x00\r\n")

    assert visit(tmp_path).tree.texts["_config.yml"] == "title: Caf\ufffd\nurl: x\ufffd\n"


@pytest.mark.parametrize("name", ["nowhere", "a.md"])
def test_what_is_no_folder_is_refused(tmp_path, name):
    lay(tmp_path, {"a.md": POST})

    with pytest.raises(FeedsError, match="there is no folder") as caught:
        visit(tmp_path / name)

    assert caught.value.exit_code == 2
