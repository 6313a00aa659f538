"""The samples of the how-tos: what they would run works here."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from sites import write
from walkthroughs import TOP

WORKFLOW = yaml.safe_load((TOP / "docs/how-to/github-pages.yml").read_text())
NETLIFY = tomllib.loads((TOP / "docs/how-to/netlify.toml").read_text())
POST = "---\ntitle: Rain\ndate: 2026-03-02\nsource: The Paper\noriginal_url: https://paper.example/1\n---\nIt rains."


def steps_of(job, key):
    return [step[key] for step in WORKFLOW["jobs"][job]["steps"] if key in step]


COMMANDS = {
    "a push": steps_of("build", "run"),
    "a pull request": steps_of("check", "run"),
    "Netlify": NETLIFY["build"]["command"].split(" && "),
    "a preview of Netlify": NETLIFY["context"]["deploy-preview"]["command"].split(" && "),
}


@pytest.mark.parametrize("commands", COMMANDS.values(), ids=COMMANDS)
def test_what_a_host_runs_installs_feeds_and_then_works(commands, tmp_path):
    site = write(tmp_path / "site", {"a.md": POST})
    shell = f'set -e; feeds() {{ "{sys.executable}" -m feeds "$@"; }}; ' + "; ".join(commands[1:])

    run = subprocess.run(["bash", "-c", shell], cwd=site, env=os.environ | {"PYTHONPATH": str(TOP)}, check=False)

    assert (commands[0].startswith("pip install "), run.returncode) == (True, 0)


def test_both_hosts_publish_what_is_built():
    uploads = [step["with"]["path"] for step in WORKFLOW["jobs"]["build"]["steps"] if "upload" in step.get("uses", "")]

    assert (uploads, NETLIFY["build"]["publish"]) == (["out"], "out")


def test_a_workflow_keeps_no_subscribers_in_its_cache():
    (kept,) = [step["with"]["path"] for step in WORKFLOW["jobs"]["build"]["steps"] if "cache" in step.get("uses", "")]

    assert kept.split() == ["out", ".feeds/cache.sqlite3", ".feeds/compiled"]


def test_only_the_job_that_publishes_may_write():
    allowed = {name: job.get("permissions", WORKFLOW["permissions"]) for name, job in WORKFLOW["jobs"].items()}

    publishing = {"pages": "write", "id-token": "write"}
    assert allowed == {"check": {"contents": "read"}, "build": {"contents": "read"}, "publish": publishing}


@pytest.mark.parametrize("page", sorted((TOP / "docs/how-to").glob("*.md")), ids=lambda page: page.stem)
def test_every_command_that_a_page_names_exists(page):
    named = re.findall(r"\bfeeds (?:-C \S+ |-[qv] )*([a-z]+)(?= [-A-Z/]|`|$)", page.read_text(), re.MULTILINE)

    commands = set(re.findall(r"^## `feeds ([a-z ]+)`", (TOP / "docs/commands.md").read_text(), re.MULTILINE))
    assert set(named) - {name.split()[0] for name in commands} == set()
