"""The commands about subscribers, as a person types them."""

import io
import json
import sys
from pathlib import Path

import pytest
from postbags import KEY, at, site, subscribe
from returned_mails import mail

from feeds.cli import main

ADA, BO = "ada@example.com", "bo@example.com"
NASTY = "Ada\x1b]0;x\x07\x9b31m\u202e\x00 Quay"


@pytest.fixture
def quay(tmp_path):
    return site(tmp_path / "quay", [3])


@pytest.fixture
def command(quay, monkeypatch, capsys):
    """Give a way to run `feeds subscribers`, which returns exit code, stdout and stderr; *options* are those of all."""

    def run(*arguments, options=(), stdin=b"", now="4 08:00", **environment):
        for name, value in ({"FEEDS_SECRET": KEY} | environment).items():
            monkeypatch.setenv(name, value)
        line = ["feeds", "-C", str(quay), "--now", at(now).isoformat(), *options, "subscribers", *arguments]
        monkeypatch.setattr(sys, "argv", line)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def csv(tmp_path):
    """Give a way to write a list."""

    def write(*lines):
        (tmp_path / "list.csv").write_text("\n".join([*lines, ""]))
        return str(tmp_path / "list.csv")

    return write


def as_json(result):
    """Return exit code and object, without what differs from run to run."""
    code, out, err = result
    return code, {key: value for key, value in json.loads(out).items() if key != "seconds"}, err.partition("\n")[0]


def test_who_is_added_is_shown_and_listed(command):
    wishes = (
        "--digest",
        "daily",
        "--category",
        "港口",
        "--timezone",
        "Europe/Madrid",
        "--hour",
        "7",
        "--language",
        "de",
    )

    assert command("add", ADA, "--name", "Ada", *wishes) == (0, f"{ADA}: added\n", "")
    assert command("add", BO) == (0, f"{BO}: added\n", "")
    assert command("list") == (
        0,
        f"{ADA}  active  digests daily  categories 港口  de  7:00 Europe/Madrid\n{BO}  active\n2 subscribers\n",
        "",
    )
    assert command("show", ADA)[1].splitlines() == [
        *(f"email: {ADA}", "name: Ada", "state: active", "digests: daily", "categories: 港口", "language: de"),
        *("timezone: Europe/Madrid", "hour: 7", "since: 2026-03-04T08:00:00Z", "changed: 2026-03-04T08:00:00Z"),
        "reason: added by hand",
        "  2026-03-04T08:00:00Z active added by hand",
    ]


def test_the_same_as_json(command):
    command("add", ADA, "--hour", "0")

    facts = {"email": ADA, "name": "", "state": "active", "digests": [], "categories": []}
    facts |= {"language": "", "timezone": "", "hour": 0}
    since = {"since": "2026-03-04T08:00:00Z", "changed": "2026-03-04T08:00:00Z", "reason": "added by hand"}
    assert as_json(command("list", "--json")) == (0, {"subscribers": [facts], "diagnostics": []}, "")
    since |= {"changes": [{"at": "2026-03-04T08:00:00Z", "state": "active", "reason": "added by hand"}]}
    since |= {"requests": [], "deliveries": []}
    assert as_json(command("show", ADA, "--json")) == (0, facts | since | {"diagnostics": []}, "")


def test_a_quiet_run_prints_what_was_asked_for_and_nothing_else(command, csv):
    quiet = {"options": ["-q"]}

    done = [command("add", ADA, **quiet), command("import", csv("email", BO), **quiet)]
    done += [command("remove", BO, **quiet), command("process", csv("Subject: Hello"), **quiet)]

    assert done == [(0, "", "")] * 4
    assert command("list", **quiet) == (0, f"{ADA}  active\n{BO}  unsubscribed\n", "")
    assert command("show", BO, **quiet)[1].splitlines()[:2] == [f"email: {BO}", "state: unsubscribed"]


@pytest.mark.parametrize(("state", "listed"), [("active", [ADA]), ("bounced", [BO]), ("pending", [])])
def test_one_state_can_be_listed(command, csv, state, listed):
    command("import", csv("email,state", f"{ADA},", f"{BO},bounced"))

    assert [line.partition("  ")[0] for line in command("list", "--state", state)[1].splitlines()[:-1]] == listed


def test_who_left_comes_back_with_again_alone(command, csv):
    command("add", ADA)

    assert command("remove", ADA) == (0, f"{ADA}: unsubscribed\n", "")
    assert command("import", csv("email,state", f"{ADA},active"))[:2] == (0, "1 row: 1 left out\n")
    assert command("add", ADA) == (
        1,
        "",
        f"{ADA} is unsubscribed\n  help: if they want to come back, add them with --again\n",
    )
    assert command("add", ADA, "--again")[:2] == (0, f"{ADA}: changed\n")
    assert command("list")[1] == f"{ADA}  active\n1 subscriber\n"


def test_who_is_forgotten_is_nowhere_and_left_out_of_imports(command, csv, quay):
    command("add", ADA, "--name", "Ada Quay")

    assert command("remove", "ADA@example.com", "--forget") == (0, f"{ADA}: forgotten\n", "")
    assert command("import", csv("email", ADA)) == (
        0,
        "1 row: 1 left out\n",
        f"{csv('email', ADA)}:2: note: left out: the person asked to be forgotten: only they can sign up again\n",
    )
    assert command("list")[1] == "0 subscribers\n"
    left = b"".join(path.read_bytes() for path in (quay / ".feeds").iterdir())
    assert (ADA.encode() in left, b"Ada Quay" in left) == (False, False)


def test_an_import_says_what_it_did_with_each_row_and_fails_for_a_bad_one(command, csv):
    command("add", BO)
    path = csv("email,name,colour", f"{ADA},Ada,blue", "nonsense,X,", f"{BO},Bo,red")

    assert command("import", path) == (
        1,
        "columns that were not read: colour\n3 rows: 1 added, 1 changed, 1 refused\n",
        f"{path}:3: `email` `nonsense` has no `@` with something before it\n",
    )
    code, report, words = as_json(command("import", path, "--json"))
    assert (code, words, report["rows"], report["ignored"]) == (
        1,
        "",
        [
            {"name": ADA, "result": "unchanged", "words": ""},
            {
                "name": "nonsense",
                "result": "refused",
                "words": "`email` `nonsense` has no `@` with something before it",
            },
            {"name": BO, "result": "unchanged", "words": ""},
        ],
        ["colour"],
    )
    assert [(one["path"], one["line"], one["code"]) for one in report["diagnostics"]] == [
        (path, 3, "subscriber-refused")
    ]


def test_of_many_bad_rows_five_are_shown_unless_more_is_asked_for(command, csv):
    path = csv("email", *map(str, range(8)))

    brief, whole = command("import", path)[2].splitlines(), command("import", path, options=["-v"])[2].splitlines()

    assert (len(brief), brief[-1]) == (6, "subscriber-refused: and 3 more: feeds -v subscribers import")
    assert len(whole) == 8


def test_a_list_of_another_encoding_is_taken_with_a_warning(command, tmp_path):
    (tmp_path / "list.csv").write_bytes(f"email,name\n{ADA},Zoë Müller\n".encode("cp1252"))

    said = command("import", str(tmp_path / "list.csv"))[1].splitlines()

    assert said[0].startswith("the file was taken for ")
    assert "name: Zoë Müller" in command("show", ADA)[1]


def test_what_is_exported_is_taken_from_standard_input_again(command, csv):
    people = (f'{ADA},"Quay, Ada",,daily,"a;""b;c""",de,Europe/Madrid,0', f"{BO},,complained,,,,,")
    header = "email,name,state,digests,categories,language,timezone,hour"
    command("import", csv(header, *people))

    code, exported, _ = command("export")
    again = command("import", "-", stdin=exported.encode())
    elsewhere = command("import", "-", stdin=exported.encode(), FEEDS_STATE_URL="sqlite:///.feeds/other.sqlite3")

    assert (code, exported.splitlines()) == (0, [header, people[0].replace(",,daily", ",active,daily"), people[1]])
    assert (again[1], elsewhere[1]) == ("2 rows: 2 unchanged\n", "2 rows: 2 added\n")
    assert command("export", FEEDS_STATE_URL="sqlite:///.feeds/other.sqlite3")[1] == exported


def test_mails_are_processed_once_and_stay_as_they_are(command, tmp_path):
    command("add", ADA)
    box = tmp_path / "Maildir/new"
    box.mkdir(parents=True)
    (box / "1").write_bytes(mail(f"From: {ADA}", "Subject: unsubscribe"))
    (box / "2").write_bytes(mail(f"From: {ADA}", "Subject: Hello"))
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(box.iterdir())]

    first, second = command("process", str(box.parent)), command("process", str(box.parent), options=["-v"])

    assert (first, second[1].splitlines()) == (
        (0, "2 mails: 1 ignored, 1 unsubscribed\n", ""),
        [
            f"{box / '1'}: seen: it was processed before",
            f"{box / '2'}: ignored: no report and no request in it: Hello",
            "2 mails: 1 ignored, 1 seen",
        ],
    )
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(box.iterdir())] == before


def test_mails_are_processed_as_json(command, tmp_path):
    command("add", ADA)
    (tmp_path / "1").write_bytes(mail(f"From: {ADA}", "Subject: unsubscribe"))

    assert as_json(command("process", str(tmp_path / "1"), "--json")) == (
        0,
        {
            "mails": [
                {
                    "name": str(tmp_path / "1"),
                    "result": "unsubscribed",
                    "words": f"{ADA}: a request to unsubscribe: unsubscribe",
                }
            ],
            "diagnostics": [],
        },
        "",
    )


def test_nothing_that_a_terminal_obeys_is_printed(command, csv, tmp_path):
    path = csv("email,name,colour\x1b[2J", f"{ADA},{NASTY},", f"\x1b[31m\u202e{BO}x@,,")
    (tmp_path / "1\x1b[2J").write_bytes(mail("From: \x1b[31mx", "Subject: unsubscribe \x1b[31m\x07"))

    printed = [
        command("import", path),
        command("add", "\x1b[31m", "--name", NASTY.replace("\0", "")),
        command("add", BO, "--name", NASTY.replace("\0", ""), "--category", "\x1b[31m\nc"),
        command("add", "cy@example.com", "--digest", "\x1b[31m"),
        *(command("list"), command("list", "--json"), command("show", ADA), command("show", BO), command("export")),
        command("process", str(tmp_path / "1\x1b[2J"), options=["-v"]),
    ]

    words = "".join(out + err for _, out, err in printed)
    assert sorted({char for char in words if not char.isprintable()}) == ["\n"]
    assert (command("list")[1].splitlines()[1], "name: Ada]0;x31m Quay\n" in words) == (
        f"{BO}  active  categories [31m c",
        True,
    )


def test_what_came_into_the_state_by_another_way_is_printed_as_it_can_be_read(command, quay):
    subscribe(quay, ADA, name="\x1b[31m", categories=("\x07",))

    printed = command("show", ADA)[1] + command("list")[1]

    assert [word in printed for word in ("name: \\x1b[31m\n", "  categories \\x07\n", "\x1b", "\x07")] == [
        True,
        True,
        False,
        False,
    ]


SECRET = "hush-hush-hush-hush"


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "words"),
    [
        (["list"], {}, 0, ""),
        (["show", ADA], {}, 1, f"nobody is subscribed as {ADA}"),
        (["remove", ADA], {}, 1, f"nobody is subscribed as {ADA}"),
        (["show", "nonsense"], {}, 2, "`nonsense` has no `@` with something before it"),
        (["add", "nonsense"], {}, 2, "`nonsense` has no `@` with something before it"),
        (["add", ADA, "--timezone", "Nowhere"], {}, 2, f"{ADA}: `timezone` `Nowhere` is no IANA time zone"),
        (["add", ADA, "--hour", "24"], {}, 2, "feeds subscribers add: `--hour`: 24 is not in the range"),
        (["list", "--state", "gone"], {}, 2, "feeds subscribers list: `--state`: 'gone' is not one of"),
        (["import", "nowhere.csv"], {}, 2, "feeds subscribers import: FILE: file 'nowhere.csv' does not"),
        (["import", "-"], {}, 2, "-: has no column `email`: it is empty"),
        (["process", "nowhere"], {}, 2, "there are no messages at nowhere"),
        (["list"], {"FEEDS_SECRET": "short"}, 2, "FEEDS_SECRET has a key of fewer than 16 characters"),
        (["list"], {"FEEDS_STATE_URL": f"mysql://a:{SECRET}@h/x"}, 2, "`state.url` or FEEDS_STATE_URL cannot be used"),
        (["list"], {"FEEDS_STATE_URL": "sqlite:///a/b/c"}, 75, "the state cannot be used: "),
    ],
)
def test_exit_codes_say_whether_it_was_done(command, arguments, environment, code, words):
    found = command(*arguments, **({"FEEDS_SECRET": SECRET} | environment))

    assert (found[0], found[2].startswith(words), SECRET in found[1] + found[2]) == (code, True, False)


@pytest.mark.parametrize(
    ("arguments", "results"),
    [
        (["list"], {"subscribers": []}),
        (["show", ADA], {}),
        (["import", "-"], {"rows": []}),
        (["process", "."], {"mails": []}),
    ],
)
def test_json_is_one_object_also_where_it_cannot_be_done(command, arguments, results):
    code, report, words = as_json(command(*arguments, "--json", FEEDS_STATE_URL="sqlite:///a/b/c"))

    assert (code, {name: value for name, value in report.items() if name != "diagnostics"}) == (75, results)
    assert [(one["code"], one["message"]) for one in report["diagnostics"]] == [("busy", words)]


def test_the_state_is_where_the_environment_says_and_no_key_is_made_where_one_is_given(command, quay, tmp_path):
    command("add", ADA, FEEDS_STATE_URL=f"sqlite:///{tmp_path}/elsewhere.sqlite3")

    assert ((tmp_path / "elsewhere.sqlite3").exists(), (quay / ".feeds").exists()) == (True, False)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file here that cannot be read")
@pytest.mark.parametrize("word", ["import", "process"])
def test_what_cannot_be_read_can_wait(command, word):
    code, out, words = command(word, "/proc/self/mem")

    assert (code, out, words.partition("\n")[0]) == (75, "", "/proc/self/mem: Input/output error")
