"""What templates were compiled into: kept from run to run, and never wrong."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from mail_samples import EDITIONS

from feeds.compiled import keep, kept
from feeds.render import _templates, email

RENDERED = """
import sys
sys.path.insert(0, "tests")
from dataclasses import replace
from mail_samples import EDITIONS
from feeds.render import email
page, articles, frame = EDITIONS["chinese"]
email.render(page, articles, replace(frame, workshop=sys.argv[1]))
print("premailer" in sys.modules)
"""


def files(folder):
    return sorted(folder.iterdir())


def damaged(folder, damage):
    for path in files(folder):
        path.write_bytes(damage(path.read_bytes()))


def test_what_is_kept_is_there_again(tmp_path):
    keep(f"{tmp_path}/new", "page.html", "its text", b"code")

    assert kept(f"{tmp_path}/new", "page.html", "its text") == b"code"


def test_what_was_made_of_something_else_is_not_there(tmp_path):
    keep(str(tmp_path), "page.html", "its text", b"code")

    assert kept(str(tmp_path), "page.html", "its text, changed") is None


def test_the_old_goes_when_the_new_comes(tmp_path):
    keep(str(tmp_path), "page.html", "its text", b"code")
    keep(str(tmp_path), "page.html", "its text, changed", b"other code")

    assert kept(str(tmp_path), "page.html", "its text, changed") == b"other code"
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:0], lambda data: data[:-1], lambda data: data + b"x", lambda data: b"x" + data[1:]],
    ids=["empty", "cut", "longer", "other"],
)
def test_what_was_damaged_is_not_there(tmp_path, damage):
    keep(str(tmp_path), "page.html", "its text", b"code")
    damaged(tmp_path, damage)

    assert kept(str(tmp_path), "page.html", "its text") is None


@pytest.mark.parametrize("mode", [0o775, 0o777])
@pytest.mark.parametrize("place_in", [Path, lambda folder: files(folder)[0]], ids=["folder", "file"])
def test_what_others_may_have_written_is_not_there(tmp_path, place_in, mode):
    keep(f"{tmp_path}/new", "page.html", "its text", b"code")
    place_in(tmp_path / "new").chmod(mode)

    assert kept(f"{tmp_path}/new", "page.html", "its text") is None


def test_nothing_is_taken_through_a_link(tmp_path):
    keep(f"{tmp_path}/new", "page.html", "its text", b"code")
    (tmp_path / "link").symlink_to("new")
    (tmp_path / "copy").mkdir(mode=0o700)
    (tmp_path / "copy" / files(tmp_path / "new")[0].name).symlink_to(files(tmp_path / "new")[0])

    assert [kept(f"{tmp_path}/{name}", "page.html", "its text") for name in ("link", "copy")] == [None, None]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("place_in", [Path, lambda folder: files(folder)[0]], ids=["folder", "file"])
def test_what_belongs_to_somebody_else_is_not_there(tmp_path, place_in):
    keep(f"{tmp_path}/new", "page.html", "its text", b"code")
    os.chown(place_in(tmp_path / "new"), 65534, 65534)

    assert kept(f"{tmp_path}/new", "page.html", "its text") is None


def test_only_its_owner_can_read_and_write_what_is_kept(tmp_path):
    (tmp_path / "new").mkdir(mode=0o777)

    keep(f"{tmp_path}/new", "page.html", "its text", b"code")

    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "new", *files(tmp_path / "new"))] == [0o700, 0o600]


def test_without_a_folder_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keep("", "page.html", "its text", b"code")

    assert (kept("", "page.html", "its text"), files(tmp_path)) == (None, [])


def test_where_it_cannot_be_kept_the_run_goes_on(tmp_path):
    (tmp_path / "file").write_text("no folder")
    keep(f"{tmp_path}/file", "page.html", "its text", b"code")

    assert kept(f"{tmp_path}/file", "page.html", "its text") is None


def test_a_second_run_needs_no_premailer(tmp_path):
    command = [sys.executable, "-c", RENDERED, str(tmp_path)]

    runs = [subprocess.check_output(command, text=True).strip() for _ in range(2)]

    assert runs == ["True", "False"]


@pytest.mark.parametrize("name", EDITIONS)
def test_a_message_is_the_same_whatever_was_kept(tmp_path, name):
    page, articles, frame = EDITIONS[name]
    plain = email.render(page, articles, frame)

    made = email.render(page, articles, replace(frame, workshop=f"{tmp_path}/one"))
    damaged(tmp_path / "one", lambda data: data[:-1])
    mended = email.render(page, articles, replace(frame, workshop=f"{tmp_path}/./one"))
    again = email.render(page, articles, replace(frame, workshop=f"{tmp_path}/././one"))

    assert [made, mended, again] == [plain] * 3


def test_a_template_that_cannot_be_kept_inlined_is_remembered_as_such(tmp_path):
    frame = EDITIONS["english"][2]
    own = replace(frame, templates={**frame.templates, "email.css": "td + td { color: red; }"})

    made = [email.inlined_template(replace(own, workshop=f"{tmp_path}/{'./' * run}one")) for run in range(2)]

    assert made == [None, None]


def test_a_changed_template_is_compiled_anew(tmp_path):
    frame = replace(EDITIONS["english"][2], workshop=str(tmp_path))
    other = replace(frame, templates={**frame.templates, "subject.txt": "{{ title }}!"})

    subjects = [_templates.render(one, "subject.txt", title="A", headline="B") for one in (frame, other, frame)]

    assert subjects == ["A: B\n", "A!", "A: B\n"]


def test_a_second_name_that_a_kept_file_has_elsewhere_keeps_its_bytes(tmp_path):
    keep(f"{tmp_path}/new", "page.html", "its text", b"code")
    before = files(tmp_path / "new")[0].read_bytes()
    (tmp_path / "theirs").hardlink_to(files(tmp_path / "new")[0])

    keep(f"{tmp_path}/new", "page.html", "its new text", b"new code")

    assert ((tmp_path / "theirs").read_bytes(), kept(f"{tmp_path}/new", "page.html", "its new text")) == (
        before,
        b"new code",
    )


def test_where_the_sites_folder_has_gone_nothing_is_made(tmp_path):
    keep(f"{tmp_path}/gone/compiled", "page.html", "its text", b"code")

    assert list(tmp_path.iterdir()) == []
