import os
import stat
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from feeds.diagnostics import FeedsError
from feeds.vault import keys_of, secret_of

KEY = "a-key-of-thirty-two-characters-."


@pytest.fixture
def folder(tmp_path):
    return tmp_path / ".feeds"


def refused(call, *given):
    with pytest.raises(FeedsError) as error:
        call(*given)
    return str(error.value).partition("\n")[0], error.value.exit_code


def test_keys_of_the_environment_are_parted_by_blanks_and_the_first_comes_first(folder):
    assert keys_of(f" {KEY}new\n {KEY}old ", folder) == (f"{KEY}new".encode(), f"{KEY}old".encode())
    assert not folder.exists()


def test_a_key_may_be_of_any_bytes(folder):
    assert keys_of("ключ-ключ\udcff", folder) == ("ключ-ключ".encode() + b"\xff",)


@pytest.mark.parametrize("given", ["", " \n"])
def test_a_key_is_made_once_for_its_owner_alone(folder, given):
    first, second = keys_of(given, folder), keys_of("", folder)

    assert (first, [len(key) for key in first]) == (second, [64])
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "secret")] == [0o700, 0o600]
    assert [path.name for path in folder.iterdir()] == ["secret"]


def test_a_run_that_is_not_to_last_makes_no_file_and_takes_the_one_that_is_there(folder):
    passing = [keys_of("", folder, is_lasting=False) for _ in range(2)]
    nothing = folder.exists()
    kept = keys_of("", folder)

    assert (nothing, passing[0] == passing[1], [len(key) for key in passing[0]]) == (False, False, [32])
    assert keys_of("", folder, is_lasting=False) == kept


def test_a_key_in_the_file_is_renewed_by_putting_another_before_it(folder):
    (old,) = keys_of("", folder)

    (folder / "secret").write_bytes(b"another-key-of-this-site\n" + old + b"\n")

    assert keys_of("", folder) == (b"another-key-of-this-site", old)


@pytest.mark.parametrize("state", ["state.sqlite3", "state.stamp"])
@pytest.mark.parametrize("is_lasting", [True, False])
def test_a_key_that_is_lost_is_not_made_anew_beside_the_state_that_it_sealed(folder, state, is_lasting):
    folder.mkdir()
    (folder / state).touch()

    words = f"there is no {folder / 'secret'}, and the state beside it was sealed with a key"
    assert refused(partial(keys_of, is_lasting=is_lasting), "", folder) == (words, 2)
    assert [path.name for path in folder.iterdir()] == [state]


@pytest.mark.parametrize("given", ["short", f"{KEY} short", "fifteen-letters"])
def test_a_key_that_is_too_short_is_refused_and_not_shown(folder, given):
    assert refused(keys_of, given, folder) == ("FEEDS_SECRET has a key of fewer than 16 characters, or none", 2)


@pytest.mark.parametrize("content", ["", "\n", "short\n"])
def test_a_file_without_a_key_is_refused_and_stays(folder, content):
    folder.mkdir()
    (folder / "secret").write_text(content)
    (folder / "secret").chmod(0o600)

    words = f"{folder / 'secret'} has a key of fewer than 16 characters, or none"
    assert (refused(keys_of, "", folder), (folder / "secret").read_text()) == ((words, 2), content)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o601, 0o660])
def test_what_others_can_read_is_no_secret(folder, mode):
    keys_of("", folder)
    (folder / "secret").chmod(mode)

    assert refused(keys_of, "", folder) == (f"{folder / 'secret'} can be read by others", 2)


def test_a_link_is_not_followed_wherever_it_leads(folder, tmp_path):
    folder.mkdir()
    (folder / "secret").symlink_to(tmp_path / "elsewhere")

    words = f"{folder / 'secret'} cannot be read: Too many levels of symbolic links"
    assert (refused(keys_of, "", folder), (tmp_path / "elsewhere").exists()) == ((words, 2), False)


@pytest.mark.parametrize(
    ("make", "reason"), [(os.mkdir, "Is a directory"), (lambda _: None, "No such file or directory")]
)
def test_a_secret_that_is_no_file_cannot_be_read(tmp_path, make, reason):
    path = tmp_path / "key"
    make(path)

    assert refused(secret_of, path) == (f"{path} cannot be read: {reason}", 2)


def test_a_secret_is_read_as_it_is_and_a_pipe_does_not_block(tmp_path):
    (tmp_path / "key").write_bytes(b"\x00 \n")
    (tmp_path / "key").chmod(0o600)
    os.mkfifo(tmp_path / "pipe", 0o600)

    assert (secret_of(tmp_path / "key"), secret_of(tmp_path / "pipe")) == (b"\x00 \n", b"")


def test_where_no_key_can_be_kept_it_can_wait(folder):
    folder.write_text("a file where the folder belongs")

    words, code = refused(keys_of, "", folder)

    assert (words, code) == (f"{folder / 'secret'} cannot be written: File exists", 75)


def test_runs_that_begin_at_once_agree_on_one_key(folder):
    start = Barrier(8)

    def run(_):
        start.wait()
        return keys_of("", folder)

    with ThreadPoolExecutor(8) as runs:
        found = {*runs.map(run, range(8))}

    assert (len(found), [path.name for path in folder.iterdir()]) == (1, ["secret"])
