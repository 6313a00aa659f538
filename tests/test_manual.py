"""Holds to the code what is made from it, and every command to what the manual wants of it."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from feeds.cli import feeds
from feeds.config import schema
from feeds.config.explained import EXPLAINED
from manual import TOP, configuration, made, man
from manual.commands import below, tree
from manual.words import DOCUMENTS, ENVIRONMENT, EXAMPLES, EXIT_CODES

COMMANDS = [tree(), *below(tree())]
PATHS = [command.path for command in COMMANDS]
LINES = [*((command.example, command.path) for command in COMMANDS), *((line, "feeds") for line in EXAMPLES.values())]


def test_what_is_made_from_the_code_is_as_the_code_has_it():
    stale = [path for path, text in made().items() if not same(TOP / path, text)]

    assert stale == [], "run make docs"


def same(path, text):
    return path.is_file() and path.read_text(encoding="utf-8") == text


def test_there_is_nothing_in_share_that_is_not_made():
    there = {path.relative_to(TOP).as_posix() for path in (TOP / "manual/share").rglob("*") if path.is_file()}

    assert there == {path for path in made() if path.startswith("manual/share/")}


def test_no_terminal_language_or_seed_is_in_what_is_made():
    code = "import hashlib, manual; print(hashlib.sha256(repr(manual.made()).encode()).hexdigest())"
    elsewhere = {"COLUMNS": "33", "LINES": "9", "LANGUAGE": "de", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}

    command = [sys.executable, "-c", code]
    runs = [
        subprocess.run(command, cwd=TOP, env=elsewhere | {"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    ]

    here = subprocess.run(command, cwd=TOP, capture_output=True, check=True)
    assert {run.stdout for run in runs} == {here.stdout}


# --- commands --------------------------------------------------------------------------------------


def help_of(path, width):
    return (
        CliRunner().invoke(feeds, [*path.split()[1:], "--help"], terminal_width=width, max_content_width=width).output
    )


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("command", COMMANDS, ids=PATHS)
def test_every_help_shows_an_example_in_a_line_of_its_own(command, width):
    shown = help_of(command.path, width)

    assert command.example
    assert f"\n  Example:\n    {command.example}\n" in shown


@pytest.mark.parametrize(("line", "path"), LINES)
def test_every_example_is_one_that_the_program_understands(line, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "readers.csv").touch()

    understood = [parsed(words) for words in calls_in(line)]

    assert [called for called in understood if f"{called} ".startswith(f"{path} ")]


def calls_in(line):
    """Return the words of each call of `feeds` in a line of a shell or a crontab."""
    calls = (re.split(r"\bfeeds\b", part, maxsplit=1) for part in re.split(r"&&|[|<>]", line))
    return [shlex.split(call[1]) for call in calls if call[1:]]


def parsed(words):
    """Return the command that *words* name, each option and argument of it read as a run would read it."""
    context = feeds.make_context("feeds", words)
    while isinstance(context.command, click.Group):
        rest = [*context._protected_args, *context.args]
        name, command, arguments = context.command.resolve_command(context, rest)
        context = command.make_context(name, arguments, parent=context)
    return context.command_path


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.inner], ids=lambda one: one.path)
def test_the_list_of_commands_says_of_each_the_whole_first_sentence(command):
    shown = help_of(command.path, 80)

    assert [inner.path for inner in command.inner if f"  {inner.summary}\n" not in shown] == []


@pytest.mark.parametrize("command", COMMANDS, ids=PATHS)
def test_every_argument_and_value_has_a_name_that_the_help_explains(command):
    said = " ".join([command.summary, *command.paragraphs])
    named = {argument.strip("[].") for argument in command.arguments} - {"COMMAND"}
    values = {option.value for option in command.options}

    assert {name for name in named if not re.search(rf"\b{name}\b", said)} == set()
    assert {value for value in values if re.search(r"[a-z<>|\[]|TEXT|INTEGER|PATH", value)} == set()
    assert [option.names for option in command.options if not option.words.endswith((".", ")"))] == []


def test_an_option_of_two_commands_is_explained_in_the_same_words_unless_it_does_something_else():
    words = {}
    for command in COMMANDS:
        for option in command.options:
            words.setdefault(option.names, set()).add(option.words)

    differing = {names[-1] for names, said in words.items() if len(said) > 1}
    assert differing <= {"--strict", "--dry-run"}


def test_every_exit_code_of_the_manual_is_in_the_help_and_in_the_readme():
    told = [help_of("feeds", 200), (TOP / "README.md").read_text()]

    said = [re.findall(r"(?:Exit codes:|;) \**(\d+)\b", text) for text in told]

    codes = [str(code) for code in EXIT_CODES]
    assert said == [codes, codes]


def test_every_variable_of_the_environment_is_in_the_manual():
    asked = re.compile(r'environ(?:\.get|\.pop|\[)\(?"([A-Z]\w+)"(?!\] =)')

    found = {name for path in (TOP / "feeds").rglob("*.py") for name in asked.findall(path.read_text())}

    assert found == set(ENVIRONMENT)


# --- the manual page -------------------------------------------------------------------------------


def test_the_manual_page_has_every_command_and_option():
    plain = man.text().replace("\\-", "-")

    wanted = {f".SS {path}" for path in PATHS[1:]}
    wanted |= {f"\\fB{option.names[-1]}\\fR" for command in COMMANDS for option in command.options}
    assert {part for part in wanted if part not in plain} == set()


def test_every_document_that_the_manual_page_names_is_there():
    assert [name for name in DOCUMENTS if not (TOP / "docs" / name).is_file()] == []


def test_no_line_of_the_manual_page_is_taken_for_a_request_that_is_none():
    requests = {line.split()[0] for line in man.text().splitlines() if line.startswith((".", "'"))}

    assert requests == {
        *('.\\"', ".nr", ".TH", ".SH", ".SS", ".PP", ".TP", ".HP", ".RS", ".RE", ".EX", ".EE"),
        ".ad",
        ".BR",
    }


def test_a_line_that_begins_with_a_dot_is_text_on_the_manual_page():
    lines = list(man._filled(f"{75 * 'x'} .feeds/lock is a file."))

    assert lines == [75 * "x", "\\&.feeds/lock is a file."]


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_nothing_to_say_about_the_manual_page():
    command = ["groff", "-man", "-ww", "-z", "-Tutf8"]

    run = subprocess.run(command, input=man.text(), text=True, capture_output=True, check=False)

    assert (run.returncode, run.stderr) == (0, "")


# --- the configuration -----------------------------------------------------------------------------


def test_every_key_of_the_configuration_is_explained_once():
    headers = {row.header.strip("[]") for row in schema()}
    inline = {row.header for row in schema() if row.header.strip("[]").rpartition(".")[0] in headers} - {
        "[[feeds.custom]]"
    }

    wanted = {(row.header, row.key) for row in schema() if row.header not in inline}
    tables = {header.strip("[]").rpartition(".")[::2] for header in inline}

    explained = {(header, key) for header, keys in EXPLAINED.items() for key in keys}
    plain = {(header.strip("[]"), key) for header, key in explained - wanted}
    assert (wanted - explained, plain) == (set(), tables)


def test_the_languages_of_the_wording_are_named_where_the_language_is_explained():
    shipped = " ".join(sorted(path.stem for path in (TOP / "templates/words").glob("*.txt")))

    assert shipped in EXPLAINED["[site]"]["language"]


def test_a_page_without_the_block_of_a_table_is_refused():
    page = (TOP / "docs/configuration.md").read_text().replace("`make docs`: [mail]", "`make docs`: [post]")

    with pytest.raises(ValueError, match=r"\[mail\]"):
        configuration.filled(page)


def test_no_run_loads_the_explanations():
    code = "import feeds.cli, feeds.config, feeds.build, sys; print('feeds.config.explained' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", code], cwd=Path(TOP), text=True, capture_output=True, check=True)

    assert run.stdout == "False\n"
