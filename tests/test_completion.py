"""Completion, in the shells themselves where there are any, and by what the program answers them."""

import os
import shutil
import subprocess
import sys

import pytest
from sites import CONFIG, built, write

from manual import TOP

SHARE = TOP / "manual/share"
SCRIPTS = {
    "bash": SHARE / "bash-completion/completions/feeds",
    "zsh": SHARE / "zsh/site-functions/_feeds",
    "fish": SHARE / "fish/vendor_completions.d/feeds.fish",
}
GROUPS = '\n[categories."Evening Paper"]\n[categories.city]\n'


def needs(shell):
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture
def site(tmp_path):
    days = ("02-27", "03-02", "03-08")
    posts = {f"{day}.md": f"---\ntitle: Rain {day}\ndate: 2026-{day}\n---\nText." for day in days}
    return write(tmp_path / "site", posts, CONFIG.replace('["city", "晚报"]', "[]") + GROUPS)


@pytest.fixture
def program(tmp_path):
    """Return the environment in which shells find `feeds`."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/feeds").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds "$@"\n')
    (tmp_path / "bin/feeds").chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(TOP), "HOME": str(tmp_path), "TERM": "dumb"}


def answer(folder, *words, **environment):
    """Return how the program ends that bash asks to complete the last of *words*."""
    asked = {"_FEEDS_COMPLETE": "bash_complete", "COMP_WORDS": "\n".join(["feeds", *words])}
    asked |= {"COMP_CWORD": str(len(words))} | environment
    command = [sys.executable, "-m", "feeds"]
    given = os.environ | {"PYTHONPATH": str(TOP)} | asked
    return subprocess.run(command, cwd=folder, env=given, text=True, capture_output=True, check=False)


def offered(folder, *words):
    return answer(folder, *words).stdout.split()


# --- what is offered -------------------------------------------------------------------------------


def test_commands_and_options_are_offered(site):
    commands, options = offered(site, "subscribers", "ex"), offered(site, "build", "--dr")

    assert (commands, options) == (["plain,export"], ["plain,--dry-run"])


def test_the_digests_of_the_site_are_offered(site, tmp_path):
    here, from_elsewhere = offered(site, "send", ""), offered(tmp_path, "-C", "site", "send", "we")

    assert (here, from_elsewhere) == (["plain,daily", "plain,weekly"], ["plain,weekly"])


def test_what_the_shell_would_expand_later_is_expanded(site):
    words = [["-C", name, "send", "w"] for name in ("~/site", "$HOME/site", '"$HOME"/site')]

    answers = [answer("/", *typed, HOME=str(site.parent)).stdout for typed in words]

    assert answers == 3 * ["plain,weekly\n"]


def test_the_editions_that_are_published_as_messages_are_offered_the_newest_first(site):
    built(site)

    every, weekly = offered(site, "send", "--date", ""), offered(site, "send", "weekly", "--date", "")

    assert every == ["plain,2026-W09", "plain,2026-03-02", "plain,2026-02-27"]
    assert weekly == ["plain,2026-W09"]


def test_what_a_subscriber_can_choose_is_offered(site):
    chosen = [("--digest", "d"), ("--category", "c"), ("--language", "zh"), ("--timezone", "Europe/Ma"), ("--hour", "")]

    found = [offered(site, "subscribers", "add", "ada@example.org", option, typed) for option, typed in chosen]

    assert found == [
        ["plain,daily"],
        ["plain,city"],
        ["plain,zh-CN", "plain,zh-TW"],
        ["plain,Europe/Madrid", "plain,Europe/Malta", "plain,Europe/Mariehamn"],
        [],
    ]


def test_files_and_folders_are_left_to_the_shell(site):
    asked = [("-C", ""), ("send", "--eml", "a"), ("subscribers", "import", "a"), ("subscribers", "process", "")]

    assert [offered(site, *words) for words in asked] == [["dir,"], ["dir,a"], ["file,a"], ["file,"]]


# --- what is never done ----------------------------------------------------------------------------


def a_folder(path):
    path.mkdir()


STATES = {
    "no configuration": lambda site: (site / "feeds.toml").unlink(),
    "a broken configuration": lambda site: (site / "feeds.toml").write_text("[site\n"),
    "an unknown key": lambda site: (site / "feeds.toml").write_text(CONFIG + "[sight]\n"),
    "bytes for a configuration": lambda site: (site / "feeds.toml").write_bytes(b"\xff\x00"),
    "a folder for a configuration": lambda site: (site / "feeds.toml").unlink() or a_folder(site / "feeds.toml"),
    "a configuration too deep": lambda site: (site / "feeds.toml").write_text("a = " + 9999 * "["),
    "a file for out": lambda site: (site / "out").write_text("mine"),
    "bytes for the list of files": lambda site: a_folder(site / "out") or (site / "out/.feeds").write_bytes(b"\xff\n"),
    "a bad template folder": lambda site: (site / "templates").write_text("mine"),
}
QUESTIONS = [("send", ""), ("send", "--date", ""), ("subscribers", "add", "--language", "")]
SENSELESS = [("-C", "\udcff", "send", "\udcff"), ("no-such", ""), ("--now", "yesterday", "send", "--no-such", ""), ()]


@pytest.mark.parametrize("state", STATES)
def test_whatever_is_wrong_nothing_is_told_and_nothing_is_written(site, state):
    STATES[state](site)
    before = everything(site)

    answers = [answer(site, *words) for words in QUESTIONS]

    assert {(run.returncode, run.stderr) for run in answers} == {(0, "")}
    assert everything(site) == before


@pytest.mark.parametrize("words", SENSELESS)
def test_whatever_is_typed_nothing_is_told(site, words):
    run = answer(site, *words)

    assert (run.returncode, run.stderr) == (0, "")


def everything(folder):
    """Return every path with its bytes and times."""
    return {
        path: (path.lstat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in sorted(folder.rglob("*"))
    }


def test_a_shell_that_asks_in_no_known_way_is_told_nothing(site):
    runs = [answer(site, "send", "", _FEEDS_COMPLETE=how) for how in ("tcsh_complete", "bash_dance", "nothing")]
    lost = answer(site, "send", "", COMP_CWORD="first")

    assert [(run.stdout, run.stderr) for run in [*runs, lost]] == 4 * [("", "")]


def test_no_completion_loads_what_takes_long(site):
    built(site)

    loaded = [answer(site, *words, PYTHONPROFILEIMPORTTIME="1").stderr for words in QUESTIONS]

    names = {line.rpartition("|")[2].strip().split(".")[0] for text in loaded for line in text.splitlines()}
    assert "click" in names
    assert (
        names & {"jinja2", "lxml", "msgspec", "sqlalchemy", "asyncio", "sqlite3", "selectolax", "nh3", "yaml"} == set()
    )


# --- the shells ------------------------------------------------------------------------------------


@needs("bash")
def test_bash_completes_with_the_script_that_is_installed(site, program):
    script = """
        source "$1"
        asked() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _feeds_completion feeds; }
        complete -p feeds
        asked feeds send w; printf '<%s>' "${COMPREPLY[@]}"
        asked feeds subscribers add --digest = w; printf '<%s>' "${COMPREPLY[@]}"
        asked feeds subscribers add --category ''; printf '<%s>' "${COMPREPLY[@]}"
    """

    run = run_in(site, program, "bash", "--norc", "-c", script, "bash", SCRIPTS["bash"])

    registered = "complete -o nosort -F _feeds_completion feeds\n"
    assert run == registered + "<weekly>" + "<weekly>" + r"<Evening\ Paper><city>"


PROMPT = """
fpath=($SCRIPTS $fpath)
autoload -Uz compinit
compinit -u -D
PS1=
shown() { print -r -- "<$BUFFER>"; BUFFER= }
zle -N shown
bindkey '^T' shown
"""
"""Of a zsh that prints what stands at its prompt, and takes it away, when ^T is typed."""


@needs("zsh")
def test_zsh_completes_with_the_script_that_is_installed(site, program, tmp_path):
    (tmp_path / "prompt").write_text(PROMPT)
    script = """
        zmodload zsh/zpty
        zpty -b shell zsh -f -i
        zpty -w shell 'source ~/prompt; print rea""dy'
        zpty -r shell seen '*ready*'
        for typed in 'feeds send w' 'feeds subscribers add --category E' 'feeds subscribers ex'; do
            zpty -w -n shell "$typed"$'\t\x14'
            zpty -r shell seen '*<feeds*>*'
            print -r -- "<${${seen##*<}%%>*}>"
        done
    """

    run = run_in(site, program | {"SCRIPTS": str(SCRIPTS["zsh"].parent)}, "zsh", "-f", "-c", script)

    assert run.splitlines() == [
        "<feeds send weekly >",
        r"<feeds subscribers add --category Evening\ Paper >",
        "<feeds subscribers export >",
    ]


@needs("fish")
def test_fish_completes_with_the_script_that_is_installed(site, program):
    script = """
        source $argv[1]
        complete -C 'feeds send w'
        complete -C 'feeds subscribers add --category E'
        complete -C 'feeds subscribers ex'
    """

    run = run_in(site, program, "fish", "--no-config", "-c", script, SCRIPTS["fish"])

    assert run.splitlines() == ["weekly", "Evening Paper", "export\tPrint all subscribers as CSV."]


def run_in(folder, environment, *command):
    run = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=60)
    return run.stdout + run.stderr
