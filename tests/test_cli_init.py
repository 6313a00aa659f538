"""`feeds init`, as a person types it."""

import os
import re
import resource
import subprocess
import sys

import pytest
from foreign_sites import JEKYLL, LINKS, POST, SITES, ZOLA, lay

from feeds.config import parse_site

NOW = "2026-03-08T12:00:00Z"
PLAIN = {"PATH": os.environ["PATH"], "TZ": "Europe/Berlin", "LANG": "C.UTF-8", "PYTHONPATH": os.getcwd()}


def feeds(folder, *arguments, **environment):
    """Run the command line in *folder*, on a machine in Berlin."""
    command = [sys.executable, "-m", "feeds", "--now", NOW, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=PLAIN | environment)


def tree(folder):
    """Return the bytes of every file by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def links(folder):
    """Return where the entries of the built site lead, sorted."""
    return sorted(re.findall(r"<item>.*?<link>([^<]*)</link>", (folder / "out/rss.xml").read_text(), re.DOTALL))


# --- a new site ----------------------------------------------------------------------------------


def test_an_empty_folder_becomes_a_site_with_an_edition_that_lacks_only_its_address(tmp_path):
    begun = feeds(tmp_path, "init", "Tide", LANG="pt_BR.UTF-8")

    built = feeds(tmp_path, "-C", "Tide", "build")
    assert begun.stdout.splitlines() == [
        "content/2026-03-08-first-post.md: a first post, to be changed",
        (
            'feeds.toml: title "Tide", language pt-BR (this machine\'s, by LANG), '
            "time zone Europe/Berlin (this machine's, by TZ)"
        ),
        "change `url` and `id` there before you publish: they stand for your own address",
        "next: feeds -C Tide preview",
    ]
    assert (begun.returncode, begun.stderr, built.returncode) == (0, "", 0)
    assert re.findall(r"^feeds.toml: note: (.*), which is nobody's|: error|: warning", built.stderr) == [
        "`url` is still https://www.example.org/"
    ]
    assert (tmp_path / "Tide/out/digest/daily/2026-03-08/index.html").exists()
    assert "Example Daily" in (tmp_path / "Tide/out/rss.xml").read_text()


def test_the_folder_is_that_of_c_or_this_one(tmp_path):
    (tmp_path / "there").mkdir()

    here, there = feeds(tmp_path, "init"), feeds(tmp_path, "-C", "there", "init")

    assert [run.stdout.splitlines()[-1] for run in (here, there)] == [
        "next: feeds preview",
        "next: feeds -C there preview",
    ]
    assert sorted(tree(tmp_path)) == [
        *("content/2026-03-08-first-post.md", "feeds.toml"),
        *("there/content/2026-03-08-first-post.md", "there/feeds.toml"),
    ]


def test_who_has_posts_gets_no_other(tmp_path):
    lay(tmp_path, {"content/sea/mine.md": POST})

    run = feeds(tmp_path, "init")

    assert (run.returncode, sorted(tree(tmp_path))) == (0, ["content/sea/mine.md", "feeds.toml"])


def test_a_quiet_run_prints_nothing(tmp_path):
    run = feeds(tmp_path, "-q", "init")

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("arguments", [(), ("--from", "blog")])
def test_a_configuration_that_is_there_stays_and_nothing_is_touched(tmp_path, arguments):
    lay(tmp_path, {"feeds.toml": "mine", "blog/a.md": POST})

    run = feeds(tmp_path, "init", *arguments)

    assert (run.returncode, run.stdout, sorted(tree(tmp_path))) == (2, "", ["blog/a.md", "feeds.toml"])
    assert run.stderr.splitlines() == [
        f"there is a feeds.toml in {tmp_path}: nothing was touched",
        "  help: change that file, or name another folder: feeds init FOLDER",
    ]


def test_a_link_that_leads_nowhere_is_a_configuration_too(tmp_path):
    (tmp_path / "feeds.toml").symlink_to("elsewhere.toml")

    assert (feeds(tmp_path, "init").returncode, os.listdir(tmp_path)) == (2, ["feeds.toml"])


@pytest.mark.parametrize(
    ("taken", "told"), [("site", "site is no folder"), ("site/content", "site/content is in the way")]
)
def test_a_file_where_a_folder_belongs_stays(tmp_path, taken, told):
    lay(tmp_path, {taken: "mine"})

    run = feeds(tmp_path, "init", "site")

    assert (run.returncode, tree(tmp_path)) == (2, {taken: b"mine"})
    assert run.stderr.startswith(f"{told}: it was not touched\n")


def test_a_full_disk_leaves_no_half_configuration(tmp_path):
    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))

    command = [sys.executable, "-m", "feeds", "init", "site"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, preexec_fn=fill, env=PLAIN)

    assert (run.returncode, "feeds.toml cannot be written: File too large" in run.stderr) == (75, True)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["content"]


def test_who_was_stopped_by_a_full_disk_goes_on(tmp_path):
    lay(tmp_path, {"site/content/2026-03-08-first-post.md": POST})

    again = feeds(tmp_path, "init", "site")

    assert (again.returncode, "a first post" in again.stdout, (tmp_path / "site/feeds.toml").exists()) == (
        0,
        False,
        True,
    )


# --- from another site -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", SITES)
def test_entries_lead_to_where_the_other_generator_publishes_them(tmp_path, name):
    theirs = lay(tmp_path / "theirs", SITES[name])
    before = tree(theirs)

    begun = feeds(tmp_path, "init", "ours", "--from", "theirs")

    built = feeds(tmp_path, "-C", "ours", "build")
    assert (begun.returncode, built.returncode, "warning" in built.stderr) == (0, 0, False)
    assert (links(tmp_path / "ours"), tree(theirs)) == (LINKS[name], before)


def test_what_was_understood_is_printed_with_its_place(tmp_path):
    lay(tmp_path / "theirs", JEKYLL)

    run = feeds(tmp_path, "init", "ours", "--from", "theirs")

    assert run.stdout.splitlines() == [
        "Jekyll site, by _config.yml",
        'title "Tide" (_config.yml:1)',
        'description "What the sea brings." (_config.yml:4)',
        "home https://tide.example/blog/ (_config.yml:2, _config.yml:3)",
        "language en-GB (_config.yml:7)",
        "time zone Europe/Lisbon (_config.yml:8)",
        "author Ada Quay (_config.yml:10)",
        "author's address ada@tide.example (_config.yml:11)",
        'permalink "/{categories}/{year}/{month}/{day}/{slug}/" (_config.yml:12)',
        "posts in ../theirs/_posts: 1",
        "feeds.toml: out/ is to be published at https://tide.example/blog/feeds/, else change `url` there",
        "next: feeds -C ours preview",
    ]


def test_only_a_configuration_is_written(tmp_path):
    lay(tmp_path / "theirs", ZOLA)

    feeds(tmp_path, "init", "ours", "--from", "theirs/content/blog")

    site = parse_site((tmp_path / "ours/feeds.toml").read_text())
    assert (os.listdir(tmp_path / "ours"), site.url, site.content.folder, site.content.dialect) == (
        ["feeds.toml"],
        "https://tide.example/z/feeds/",
        "../theirs/content/blog",
        "zola",
    )


def test_posts_without_a_configuration_have_the_folders_name_and_this_machines_zone(tmp_path):
    lay(tmp_path / "My notes", {"2026-03-02-a.md": POST})

    run = feeds(tmp_path, "init", "--from", "My notes")

    assert run.stdout.splitlines() == [
        "posts without a generator's configuration",
        'title "My notes": no other was found than the folder\'s name',
        "home https://www.example.org/: no address was found; change `home` and `url` in feeds.toml",
        "language en: neither the site nor this machine says one",
        "time zone Europe/Berlin: this machine's, by TZ",
        "posts in My notes: 1",
        "feeds.toml: out/ is to be published at https://www.example.org/feeds/, else change `url` there",
        "next: feeds preview",
    ]


def test_a_site_that_could_be_of_two_generators_is_of_the_first_and_the_other_is_told(tmp_path):
    lay(tmp_path / "theirs", JEKYLL | {"astro.config.mjs": ""})

    run = feeds(tmp_path, "init", "--from", "theirs")

    assert "it could also be a site of Astro, by astro.config.mjs" in run.stdout.splitlines()


@pytest.mark.parametrize("folder", [".", "docs", "sub/_drafts/../feeds"])
def test_a_folder_that_the_other_generator_reads_is_refused(tmp_path, folder):
    theirs = lay(tmp_path / "blog", JEKYLL)
    (theirs / "sub/_drafts").mkdir(parents=True)
    before = tree(theirs)

    run = feeds(theirs, "init", folder, "--from", ".")

    assert (run.returncode, tree(theirs)) == (2, before)
    assert (
        run.stderr.splitlines()[-1] == "  help: another folder, beside that site: feeds init ../feeds-of-blog --from ."
    )


@pytest.mark.parametrize(
    ("name", "folder"), [("jekyll", "_feeds"), ("zola", "."), ("zola", "feeds"), ("hugo", "."), ("astro", ".")]
)
def test_a_folder_of_theirs_that_they_do_not_read_will_do(tmp_path, name, folder):
    theirs = lay(tmp_path / "theirs", SITES[name])

    assert feeds(theirs, "init", folder, "--from", ".").returncode == 0
    assert parse_site((theirs / folder / "feeds.toml").read_text()).content.dialect == name


@pytest.mark.parametrize("taken", ["templates", "out"])
def test_a_folder_of_theirs_with_a_name_of_ours_is_refused(tmp_path, taken):
    theirs = lay(tmp_path / "theirs", ZOLA | {f"{taken}/index.html": "theirs"})

    run = feeds(theirs, "init", "--from", ".")

    assert (run.returncode, (theirs / "feeds.toml").exists()) == (2, False)
    assert run.stderr.startswith(f"{theirs / taken} is there, and feeds has a folder of that name for itself\n")


def test_a_folder_without_posts_is_refused_with_what_is_there(tmp_path):
    lay(tmp_path / "docs", {"a.rst": "", "b.rst": "", "c.org": "", "d.txt": ""})

    run = feeds(tmp_path, "init", "--from", "docs")

    assert (run.returncode, (tmp_path / "feeds.toml").exists()) == (2, False)
    assert run.stderr.splitlines() == [
        (
            f"there are no posts in {tmp_path / 'docs'}: no file that ends in .md, .markdown, .html; "
            "1 .org, 2 .rst are there, which feeds does not read"
        ),
        "  help: name the folder that the posts are in: feeds init --from FOLDER",
    ]


def test_names_and_values_give_the_terminal_no_orders(tmp_path):
    config = 'title: "a\\e[31m"\ndescription: "\\u202Eb"\nlang: "\\e"'
    lay(tmp_path / "th\u202eeirs", {"a.md": POST, "_config.yml": config})

    run = feeds(tmp_path, "init", "ours", "--from", "th\u202eeirs")

    assert (run.returncode, "\x1b" in run.stdout, "\u202e" in run.stdout) == (0, False, False)
    assert 'description "\\u202eb" (_config.yml:2)' in run.stdout.splitlines()


def test_a_folder_whose_name_no_configuration_can_have_is_refused(tmp_path):
    lay(tmp_path / "th\x1beirs", {"a.md": POST})

    run = feeds(tmp_path, "init", "--from", "th\x1beirs")

    assert (run.returncode, run.stderr.splitlines()[0]) == (
        2,
        "the name of the posts' folder holds the control character U+001B",
    )
