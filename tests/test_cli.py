import json
import os
import pty
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


def test_explain_names_each_post_that_is_left_out_though_nothing_is_wrong_with_it(site):
    (site / "content/draft.md").write_text(GOOD.replace("title", "draft: true\ntitle"))
    (site / "content/later.md").write_text(GOOD.replace("2026-03-02", "2026-04-01 09:00"))
    (site / "content/over.md").write_text(GOOD.replace("title", "expires: 2026-03-05\ntitle"))
    (site / "content/page.md").write_text(GOOD.replace("title", "redirect: /b/\ntitle"))

    run = feeds(site, "build", "--explain")

    assert [line for line in run.stdout.splitlines() if "left out" in line] == [
        "content/draft.md: left out, it is a draft",
        "content/later.md: left out, it is not published before 2026-04-01 09:00+08:00",
        "content/over.md: left out, it expired at 2026-03-05 00:00+08:00",
        "content/page.md: left out, it is a page and no post",
    ]


@pytest.mark.parametrize(
    ("line", "problem", "remedy"),
    [
        ("biuld", "feeds: there is no command `biuld`", "did you mean `build`?"),
        ("build --cleen", "feeds build: there is no option `--cleen`", "did you mean `--clean`?"),
        ("build -C .", "feeds build: there is no option `-C`", "it stands before the command: feeds -C … build"),
        (
            "build now",
            "feeds build: got unexpected extra",
            "the site's folder stands before the command: feeds -C",
        ),
        ("subscribers add", "feeds subscribers add: ADDRESS is missing", "write it as: feeds subscribers add "),
        (
            "preview --port x",
            "feeds preview: `--port`: 'x' is no whole",
            "feeds preview --help has what there is",
        ),
        ("send --to a --eml b", "feeds send: choose one of --dry-run, --to and --eml", "feeds send --help has what"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_told_with_what_to_type(site, line, problem, remedy):
    run = feeds(site, *line.split())

    told = run.stderr.splitlines()
    assert (run.returncode, run.stdout, len(told)) == (2, "", 2)
    assert (told[0].startswith(problem), told[1].startswith(f"  help: {remedy}")) == (True, True), told


def test_no_command_at_all_is_answered_with_all_there_are():
    run = subprocess.run([sys.executable, "-m", "feeds"], capture_output=True, text=True, check=False)

    assert (run.returncode, run.stderr, "Commands:\n  build " in run.stdout) == (2, "", True)


def test_ctrl_c_ends_a_run_in_one_line(site):
    os.mkfifo(site / "feeds.fifo")
    (site / "feeds.toml").unlink()
    (site / "feeds.toml").symlink_to("feeds.fifo")
    command = [sys.executable, "-m", "feeds", "-C", str(site), "build"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        with (site / "feeds.fifo").open("w"):  # it waits there for its configuration
            run.send_signal(signal.SIGINT)
        said = run.communicate(timeout=20)

    stopped = "\nstopped by Ctrl-C; what was published before is whole, and the next run goes on\n"
    assert (run.returncode, said) == (130, ("", stopped))


def test_problems_have_colours_on_a_terminal_and_nowhere_else(site):
    (site / "content/b.md").write_text(BAD)

    shown, plain, refused = (on_a_terminal(site, **given) for given in ({}, {"TERM": "dumb"}, {"NO_COLOR": "1"}))

    place = "content/b.md:3:7"
    assert f"\x1b[31m\x1b[1m{place}\x1b[0m: `date` is not a date" in shown
    assert "\x1b[36m  help: \x1b[0mwrite it as" in shown
    assert (f"{place}: `date`" in plain, "\x1b" in plain, plain) == (True, False, refused)
    assert "\x1b" not in feeds(site, "check").stderr


def on_a_terminal(folder, **given):
    """Return what `feeds -q check` prints on a terminal: without -q a slow run shows how far it is, too."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "feeds", "-C", str(folder), "--now", NOW.isoformat(), "-q", "check"]
    environment = {"TERM": "xterm"} | given
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=kept | environment):
        os.close(theirs)
        said = b"".join(iter(lambda: read_from(ours), b""))
    os.close(ours)
    return said.decode()


def read_from(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def test_a_missing_configuration_is_wrong_usage(tmp_path):
    run = feeds(tmp_path, "build")

    assert (run.returncode, run.stderr.splitlines()[1]) == (
        2,
        "  help: go to the site's folder, or name it: feeds -C FOLDER …; or begin one: feeds init",
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
