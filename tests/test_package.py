"""What is shipped: the built wheel, unpacked elsewhere, does the job without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sites import NOW, tree, write

TOP = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel, unpack it as pip does, and return the folder."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=TOP, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_builds_a_site_with_the_templates_it_brings(installed, tmp_path):
    site = write(tmp_path / "site", {"a.md": "---\ntitle: Rain\ndate: 2026-03-02\n---\nText."})
    command = [sys.executable, "-m", "feeds", "-C", str(site), "--now", NOW.isoformat(), "build"]

    subprocess.run(
        command, cwd=tmp_path, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(installed)}
    )

    assert b"Rain" in tree(site)["digest/daily/2026-03-02/email.eml"]


def test_the_wheel_holds_every_template_and_nothing_of_the_site(installed):
    shipped = {
        path.relative_to(installed / "feeds/templates").as_posix()
        for path in (installed / "feeds/templates").rglob("*")
        if path.is_file()
    }

    there = {
        path.relative_to(TOP / "templates").as_posix() for path in (TOP / "templates").rglob("*") if path.is_file()
    }

    folders = ["feeds", "feeds-0.1.0.data", "feeds-0.1.0.dist-info"]
    assert (shipped, sorted(path.name for path in installed.iterdir())) == (there, folders)


def test_the_wheel_brings_the_manual_page_and_the_completions_to_where_they_are_looked_for(installed):
    share = installed / "feeds-0.1.0.data/data/share"

    brought = {path.relative_to(share).as_posix(): path.read_bytes() for path in share.rglob("*") if path.is_file()}

    assert brought == {
        path: (TOP / "manual/share" / path).read_bytes()
        for path in (
            "man/man1/feeds.1",
            "bash-completion/completions/feeds",
            "zsh/site-functions/_feeds",
            "fish/vendor_completions.d/feeds.fish",
        )
    }
