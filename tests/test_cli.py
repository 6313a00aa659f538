import json
import os
import signal
import subprocess
import sys
import time

import pytest
from sites import CONFIG, NOW, built, feeds, tree, write

GOOD = "---\ntitle: Rain\ndate: 2026-03-02\npermalink: /rain\n---\nText."
BAD = "---\ntitle: Rain\ndate: 2026-02-30\n---\nText."


@pytest.fixture
def site(tmp_path):
    return write(tmp_path / "site", {"a.md": GOOD}, CONFIG.replace(', "晚报"', "").replace('categories = ["city"]', ""))


def test_a_build_says_what_it_did(site):
    run = feeds(site, "build")

    assert (run.returncode, run.stderr, run.stdout.splitlines()[0]) == (0, "", "1 post read: 1 published")


def test_a_build_says_how_much_of_its_budget_the_largest_message_takes(site):
    loud, again = feeds(site, "-v", "build", "--jobs", "1"), feeds(site, "build", "--json", "--clean")

    path = "digest/daily/2026-03-02/email.html"
    size = built(site).mails[path].size
    line = f"{size:,} of 95,000 bytes, entries: 1 of 1"
    assert loud.stdout.splitlines()[-2:] == [f"{path}: {line}", f"largest message: {path}, {line}"]
    assert json.loads(again.stdout)["messages"] == []


def test_json_is_one_object_and_nothing_else(site):
    (site / "content/b.md").write_text(BAD)

    run = feeds(site, "build", "--json")

    report = json.loads(run.stdout)
    assert (run.stderr, list(report), list(report["posts"]), list(report["files"])) == (
        "",
        ["posts", "twins", "files", "messages", "diagnostics", "seconds"],
        ["read", "published", "draft", "future", "expired", "not_a_post", "skipped"],
        ["written", "unchanged", "removed"],
    )
    assert [(d["path"], d["line"], d["column"], d["severity"], d["code"]) for d in report["diagnostics"]] == [
        ("content/b.md", 3, 7, "error", "date-impossible"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("build",), 0),
        (("build", "--strict"), 1),
        (("check",), 1),
        (("build", "--no-such-option"), 2),
        (("--now", "yesterday", "build"), 2),
        (("--now", "", "build"), 2),
        (("--now", "9999-12-31T23:59:59", "build"), 2),
        (("--now", "0001-01-01", "build"), 2),
        (("--now", "9998-12-31T23:59:59", "build"), 0),
        (("no-such-command",), 2),
    ],
)
def test_exit_codes_say_what_a_bad_post_or_wrong_usage_cost(site, arguments, code):
    (site / "content/b.md").write_text(BAD)

    assert feeds(site, *arguments).returncode == code


def test_a_post_that_was_left_out_is_told_where_and_why(site):
    (site / "content/b.md").write_text(BAD)

    run = feeds(site, "build")

    assert run.stderr.splitlines() == [
        "content/b.md:3:7: `date` is not a date: the day must be 1 to 28 in February 2026, not 30",
        "    date: 2026-02-30",
        "          ^",
        "  help: write it as 2026-01-31 or 2026-01-31T09:00:00+01:00",
    ]


def test_of_many_problems_of_a_kind_five_are_shown_by_build_and_all_by_check(site):
    for number in range(8):
        (site / f"content/bad{number}.md").write_text(BAD)

    shown = [feeds(site, *command).stderr for command in (("build",), ("check",), ("-v", "build"))]

    assert [text.count("is not a date") for text in shown] == [5, 8, 8]
    assert shown[0].splitlines()[-1] == "date-impossible: and 3 more: feeds check"


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("[site]\ntitle = 1\nurl = 'https://x.example/'\n", [("feeds.toml", 2, "config-type")]),
        (CONFIG + "[content]\nfolder = 'nowhere'\n", [("", 0, "usage")]),
    ],
)
def test_json_is_one_object_also_where_the_run_ends_early(site, command, config, found):
    (site / "feeds.toml").write_text(config)

    run = feeds(site, command, "--json")

    report = json.loads(run.stdout)
    assert (run.returncode, report["posts"]["read"]) == (2, 0)
    assert [(d["path"], d["line"], d["code"]) for d in report["diagnostics"]] == found


def test_a_name_of_a_file_gives_the_terminal_no_orders(site):
    (site / "content/\x1b[31m.md").write_text(BAD)

    run = feeds(site, "build")

    assert ("\x1b" in run.stderr, run.stderr.splitlines()[0].split(":")[0]) == (False, r"content/\x1b[31m.md")


def test_quiet_prints_errors_only(site):
    (site / "content/b.md").write_text(BAD)

    run = feeds(site, "-q", "build")

    assert (run.stdout, "is not a date" in run.stderr) == ("", True)


def test_explain_names_each_file_and_why(site):
    run = feeds(site, "build", "--explain")

    assert "rss.xml: new" in run.stdout.splitlines()


def test_a_missing_configuration_is_wrong_usage(tmp_path):
    run = feeds(tmp_path, "build")

    assert (run.returncode, run.stderr.splitlines()[1]) == (
        2,
        "  help: go to the site's folder, or name it: feeds -C FOLDER …",
    )


def test_an_unknown_key_is_shown_with_its_line(site):
    (site / "feeds.toml").write_text('[site]\ntitle = "x"\nurl = "https://x.example/"\nlanguge = "en"\n')

    run = feeds(site, "build")

    assert (run.returncode, run.stderr.splitlines()[0]) == (2, "feeds.toml:4:1: there is no key `languge` here")
    assert "language" in run.stderr


def test_the_epoch_of_reproducible_builds_is_the_time_to_go_by(site):
    command = [sys.executable, "-m", "feeds", "-C", str(site), "build", "--json"]

    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": "0"}
    )

    assert json.loads(run.stdout)["posts"]["future"] == 1


def test_an_out_that_is_a_file_is_told(site):
    (site / "out").write_text("precious")

    run = feeds(site, "build")

    assert (run.returncode, "out is not a folder" in run.stderr, (site / "out").read_text()) == (1, True, "precious")


def test_a_leftover_where_files_wait_is_cleared_away(site):
    built(site)
    before = tree(site)
    (site / "out/.feeds-new").write_text("in the way")
    (site / "content/b.md").write_text(GOOD)

    run = feeds(site, "build")

    assert (run.returncode, before.keys() <= tree(site).keys()) == (0, True)


@pytest.mark.parametrize("after", [0.05, 0.15, 0.25, 0.35, 0.5])
def test_a_run_that_is_killed_leaves_whole_files_and_the_next_one_completes(site, after):
    for number in range(30):
        (site / f"content/{number}.md").write_text(GOOD.replace("Rain", f"Old {number}"))
    built(site)
    old = tree(site)
    for number in range(30):
        (site / f"content/{number}.md").write_text(GOOD.replace("Rain", f"New {number}"))
    command = [sys.executable, "-m", "feeds", "-C", str(site), "--now", NOW.isoformat(), "build"]

    run = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    time.sleep(after)
    run.send_signal(signal.SIGKILL)
    run.wait()

    killed = {path: data for path, data in tree(site).items() if not path.startswith(".feeds")}
    built(site)
    new = tree(site)
    assert {path: data for path, data in killed.items() if data not in (old.get(path), new.get(path))} == {}
    built(site, clean=True)
    assert tree(site) == new


def test_json_holds_nothing_that_a_terminal_obeys(tmp_path):
    site = write(tmp_path, {"a\x7f\x9b31m\x1b.md": "---\ndate: 2026-02-30\n---\n"})

    ended = feeds(site, "check", "--json")

    assert json.loads(ended.stdout)["diagnostics"][0]["path"] == "content/a\x7f\x9b31m\x1b.md"
    assert [c for c in ended.stdout if c != "\n" and not c.isprintable()] == []
