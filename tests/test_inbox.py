import os
import tracemalloc

import pytest

from feeds.diagnostics import FeedsError
from feeds.inbox import messages


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "box"


def write(folder, **files):
    """Make *files*, whose names have `__` for each slash and `_` for each dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def read(path):
    return [(name.removeprefix(str(path)), data.decode()) for name, data in messages(path)]


def failure(path):
    with pytest.raises(FeedsError) as caught:
        list(messages(path))
    return str(caught.value).replace(str(path), "BOX"), caught.value.exit_code


def test_a_maildir_is_read_in_the_order_of_names_whether_they_were_seen_or_not(folder):
    write(folder, cur__1="a", new__2="b", cur__3="c", tmp__0="no", other__4="no", new___5="hidden", stray="no")

    assert read(folder) == [("/cur/1", "a"), ("/new/2", "b"), ("/cur/3", "c")]


def test_half_a_maildir_is_one(folder):
    write(folder, new__1="a", b="no")

    assert read(folder) == [("/new/1", "a")]


def test_any_other_folder_has_its_own_files_and_nothing_hidden_or_below(folder):
    write(folder, b_eml="b", a_eml="a", c="From x\nc\n", _d="no", below__e="no", empty="")

    assert read(folder) == [("/a.eml", "a"), ("/b.eml", "b"), ("/c#1", "c\n")]


def test_a_file_in_a_folder_called_new_or_cur_makes_no_maildir(folder):
    write(folder, new="a", cur="b")

    assert read(folder) == [("/cur", "b"), ("/new", "a")]


def test_a_file_is_a_message(folder):
    write(folder, a_eml="From: x\n\nFrom me\n>From you\n")

    assert read(folder / "a.eml") == [("", "From: x\n\nFrom me\n>From you\n")]


def test_an_mbox_is_divided_and_its_quotes_are_undone(folder):
    write(folder, mbox="From a Mon\nA: 1\n\n>From x\n>>From y\n> From z\n\nFrom b Tue\nB: 2\n\nend\n\nFrom c\n\n")

    assert read(folder / "mbox") == [
        ("#1", "A: 1\n\nFrom x\n>From y\n> From z\n"),
        ("#2", "B: 2\n\nend\n"),
        ("#3", "\n"),
    ]


def test_an_mbox_divides_only_after_a_blank_line_and_takes_both_line_ends(folder):
    write(folder, mbox="From a\r\nA: 1\r\n\r\nhello\r\nFrom x\r\n\r\nFrom b\r\nB: 2\r\n")

    assert read(folder / "mbox") == [("#1", "A: 1\r\n\r\nhello\r\nFrom x\r\n"), ("#2", "B: 2\r\n")]


def test_long_lines_of_an_mbox_are_kept_whole_whatever_stands_where_they_are_cut(folder):
    long = "x" * 65_536 + ">From y\n\n" + "x" * 65_536 + "\nFrom z\n"
    write(folder, mbox=f"From a\n{long}\nFrom b\nB\n")

    assert read(folder / "mbox") == [("#1", long), ("#2", "B\n")]


def test_a_maildirs_message_is_never_an_mbox(folder):
    write(folder, new__1="From a\n\nFrom b\n")

    assert read(folder) == [("/new/1", "From a\n\nFrom b\n")]


def test_an_empty_file_has_no_message(folder):
    write(folder, mbox="", new__1="")

    assert (read(folder / "mbox"), read(folder)) == ([], [])


def test_of_a_large_message_ten_megabytes_are_read(folder):
    write(folder, new__1="x" * 10_000_001)
    write(folder, mbox="From a\n" + f"{'y' * 998}\n" * 13_000 + "\nFrom b\nB\n")

    assert [len(data) for _, data in messages(folder)] == [10_000_000]
    assert [len(data) for _, data in messages(folder / "mbox")] == [10_000_000, 2]


def test_links_pipes_and_folders_in_a_folder_are_passed_over(folder, tmp_path):
    write(folder, new__5="yes", new__folder__x="no")
    (tmp_path / "secret").write_text("no")
    (folder / "new" / "1").symlink_to(tmp_path / "secret")
    (folder / "new" / "2").symlink_to("nowhere")
    os.mkfifo(folder / "new" / "3")

    assert read(folder) == [("/new/5", "yes")]


def test_a_link_that_was_typed_is_followed(folder, tmp_path):
    write(folder, new__1="a")
    (tmp_path / "link").symlink_to(folder)

    assert read(tmp_path / "link") == [("/new/1", "a")]


def test_what_is_gone_meanwhile_is_passed_over(folder):
    write(folder, new__1="a", new__2="b", new__3="c")
    found = messages(folder)

    first = next(found)
    (folder / "new" / "2").rename(folder / "2")

    assert [data for _, data in [first, *found]] == [b"a", b"c"]


def test_nothing_is_changed(folder):
    write(folder, new__1="a", cur__2="b", tmp__3="c")
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))

    read(folder)

    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) == before


HELP = "\n  help: name a Maildir, an mbox, or a file or folder with messages"


def test_where_nothing_is_the_usage_is_wrong(folder):
    assert failure(folder) == (f"there are no messages at BOX: No such file or directory{HELP}", 2)


def test_what_is_no_file_and_no_folder_does_not_block(folder):
    os.mkfifo(folder)

    assert failure(folder) == (f"there are no messages at BOX: it is no file and no folder{HELP}", 2)


def test_a_maildir_whose_part_leads_elsewhere_is_none(folder, tmp_path):
    write(tmp_path, elsewhere__1="no")
    folder.mkdir()
    (folder / "new").symlink_to(tmp_path / "elsewhere")

    assert failure(folder) == (f"there are no messages at BOX: Not a directory{HELP}", 2)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize(("place", "named"), [("new/1", "BOX/new/1"), ("new", "BOX/new"), (".", "BOX")])
def test_what_cannot_be_read_ends_the_run_for_now(folder, place, named):
    write(folder, new__1="a")
    (folder / place).chmod(0)

    message, code = failure(folder)

    (folder / place).chmod(0o700)
    assert (message.partition("\n")[0], code) == (f"{named}: Permission denied", 75)


def test_a_name_that_no_terminal_should_see_is_shown_as_far_as_it_can_be(folder):
    folder.mkdir()
    (folder / os.fsdecode(b"a\xff\x1b.eml")).write_text("x")

    assert read(folder) == [("/a\ufffd\ufffd.eml", "x")]


def test_every_file_is_closed_when_the_reader_stops(folder):
    write(folder, new__1="a", cur__2="b")
    before = os.listdir("/proc/self/fd")
    found = messages(folder)

    next(found)
    found.close()

    assert os.listdir("/proc/self/fd") == before


def test_messages_are_read_one_by_one(folder):
    write(folder, **{f"new__{number}": "x" * 1_000_000 for number in range(20)})
    tracemalloc.start()

    total = sum(len(data) for _, data in messages(folder))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (total, peak < 5_000_000) == (20_000_000, True)
