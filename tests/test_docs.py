"""Holds the documents to the code."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from feeds.config import parse_site, schema

TOP = Path(__file__).parent.parent
CODE = re.compile(r'(?:code=|warn\([^"]*|at\(\s*[^"]*)"([a-z0-9]+(?:-[a-z0-9]+)+)"')
DOCUMENTED = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)


def test_every_code_is_documented_and_every_documented_code_exists():
    documented = set(DOCUMENTED.findall((TOP / "docs/diagnostics.md").read_text()))
    source = "\n".join(path.read_text() for path in sorted((TOP / "feeds").rglob("*.py")))

    assert {code for code in CODE.findall(source) if code not in documented} == set()
    assert {code for code in documented if f'"{code}"' not in source} == set()


CONSOLE = re.compile(r"^```console\n(\$ .*?)^```", re.MULTILINE | re.DOTALL)
SECONDS = re.compile(r'in \d+\.\d s$|"seconds": [\d.]+', re.MULTILINE)


def test_the_commands_of_the_readme_print_what_it_says(tmp_path):
    shutil.copytree(TOP / "content", tmp_path / "content")
    shutil.copy(TOP / "feeds.toml", tmp_path)
    blocks = [block for block in CONSOLE.findall((TOP / "README.md").read_text()) if "$ feeds" in block]

    printed = [block_run_in(tmp_path, block) for block in blocks]

    assert [SECONDS.sub("", text) for text in printed] == [SECONDS.sub("", block) for block in blocks]


def block_run_in(folder, block):
    """Return *block* as a terminal would show it, its commands run in *folder*."""
    commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    return "".join(f"$ {command}\n{run_in(folder, command)}" for command in commands)


def run_in(folder, command):
    shell = f'feeds() {{ "{sys.executable}" -m feeds "$@"; }}; {command}'
    given = os.environ | {"PYTHONPATH": str(TOP), "SOURCE_DATE_EPOCH": "1773619200"}
    joined = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(["bash", "-c", shell], cwd=folder, text=True, check=False, env=given, **joined).stdout


TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_of_the_configuration_has_every_key_with_its_default():
    text = "\n".join(TOML.findall((TOP / "docs/configuration.md").read_text()))

    site = parse_site(text)

    written = set(re.findall(r"(?:^|[{,]\s*)(\w+) = ", text, re.MULTILINE))
    assert {setting.key for setting in schema()} - written == set()
    assert replace(site, categories=(), feeds=replace(site.feeds, custom=()), timezone_is_given=False) == parse_site(
        '[site]\ntitle = "Tide News"\nurl = "https://news.example.org/"',
    )


ANSWER = re.compile(r"^\| (\d+) \| [^|]+ \| (yes|partly|no) \|", re.MULTILINE)
ANSWERED = re.compile(r"^def test_(\d\d)_", re.MULTILINE)


def test_every_yes_of_the_page_of_feeds_has_a_test_of_its_number():
    answers = {int(number): word for number, word in ANSWER.findall((TOP / "docs/feeds.md").read_text())}

    tested = {int(n) for path in (TOP / "tests/answers").glob("*.py") for n in ANSWERED.findall(path.read_text())}
    assert list(answers) == list(range(1, 69))
    assert {number for number, word in answers.items() if word != "no"} <= tested <= set(answers)
