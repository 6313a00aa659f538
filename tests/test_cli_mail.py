"""The commands that send, as a person or cron runs them."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from mail_servers import real, scripted
from postbags import KEY, at, got, site, subscribe

ADA, BO = "ada@example.com", "bo@example.com"


def command(folder, *arguments, now="4 08:00", **environment):
    """Run the command line as a process of its own."""
    given = os.environ | {"FEEDS_SECRET": KEY} | environment
    line = [sys.executable, "-m", "feeds", "-C", str(folder), "--now", at(now).isoformat(), *arguments]
    return subprocess.run(line, capture_output=True, text=True, env=given, timeout=60, check=False)


@pytest.fixture
def quay(tmp_path):
    folder = site(tmp_path / "quay", [3])
    subscribe(folder, ADA)
    subscribe(folder, BO, timezone="America/New_York")
    return folder


OLD = "not sent: old editions stay on the web, up to this; `feeds send DIGEST --date D` sends one"


def test_a_dry_run_says_who_gets_it_and_who_waits(quay):
    run = command(quay, "send", "--dry-run")

    assert (run.returncode, run.stderr, run.stdout.splitlines()) == (
        0,
        "",
        [
            f"daily 2026-03-02: {OLD}",
            "daily 2026-03-03: 2 queued",
            "  send ada@example.com",
            "  wait bo@example.com until 2026-03-04 12:00 UTC",
        ],
    )


def test_a_sending_as_json_has_each_delivery(quay):
    run = command(quay, "send", "--json")

    report = json.loads(run.stdout)
    assert report["editions"] == [
        {
            "digest": "daily",
            "edition": "2026-03-03",
            "status": "sending",
            "deliveries": [
                {
                    "address": ADA,
                    "action": "skip",
                    "state": "accepted",
                    "reason": "250 2.0.0 in the Maildir",
                    "next_at": None,
                },
                {
                    "address": BO,
                    "action": "wait",
                    "state": "queued",
                    "reason": "",
                    "next_at": "2026-03-04T12:00:00+00:00",
                },
            ],
            "counts": {"accepted": 1, "queued": 1},
        }
    ]


def test_a_daily_run_builds_and_sends_and_again_does_nothing(quay):
    first, again = command(quay, "daily", now="4 13:00"), command(quay, "daily", now="4 13:15")

    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "daily 2026-03-03: 2 accepted")
    assert (again.returncode, again.stdout.splitlines()[-1]) == (
        0,
        "nothing is due; next is daily 2026-03-04, at 2026-03-05 07:00+00:00",
    )
    assert got(quay) == [(ADA, "Story of 3 March"), (BO, "Story of 3 March")]
    assert (quay / "out/digest/daily/2026-03-03/email.eml").exists()


def test_a_test_message_that_nobody_takes_is_told_with_the_server(tmp_path):
    quay = site(tmp_path / "quay", [3], smtp="smtp://127.0.0.1:1")

    run = command(quay, "send", "--to", ADA)

    said = "127.0.0.1:1: the message was not accepted: Connection refused\n  help: see that `mail.smtp` is right\n"
    assert (run.returncode, run.stderr) == (75, said)


def test_who_sends_an_edition_again_by_its_day_is_told_that_it_was_sent(quay):
    command(quay, "send", now="4 13:00")
    again = command(quay, "send", "--date", "2026-03-03", now="4 13:15")

    assert (again.returncode, again.stdout) == (0, "2026-03-03 was sent before: nothing of it is left to send\n")


def test_a_daily_run_as_json_is_one_object(quay):
    run = command(quay, "daily", "--json")

    keys = ["posts", "twins", "files", "messages", "editions", "diagnostics", "seconds"]
    assert (run.stderr, list(json.loads(run.stdout))) == ("", keys)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, 0),
        ({"RCPT": b"550 5.1.1 unknown\r\n"}, 1),
        ({"END": b"554 5.7.1 spam\r\n"}, 1),
        ({"RCPT": b"450 4.2.0 later\r\n"}, 75),
        ({"MAIL": b"421 4.3.2 busy\r\n"}, 75),
    ],
)
def test_the_exit_code_says_how_it_went(tmp_path, answers, code):
    with scripted(answers) as server:
        quay = site(tmp_path / "quay", [3], smtp=f"smtp://{server.host}")
        subscribe(quay, ADA)
        run = command(quay, "send", "daily")

    assert run.returncode == code


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("send", "--dry-run", "--to", ADA), "choose one of"),
        (("send", "weekly"), "there is `daily`"),
        (("send", "--to", "nobody"), "`nobody` has no `@`"),
        (("send", "--date", "2020-01-01"), "no edition covers 2020-01-01"),
        (("send", "--date", "3.3.2026"), "`3.3.2026` is no day, and no edition's name"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_why(quay, arguments, words):
    run = command(quay, *arguments)

    assert (run.returncode, words in run.stderr) == (2, True)


def test_a_verbose_run_says_what_became_of_each_message(quay):
    run = command(quay, "-v", "daily", now="4 11:00")

    assert run.stdout.splitlines()[-2:] == [
        "  accepted ada@example.com: 250 2.0.0 in the Maildir",
        "  queued bo@example.com until 2026-03-04 12:00 UTC",
    ]


def test_a_user_without_a_password_is_told_before_anything_is_sent(tmp_path):
    quay = site(tmp_path / "quay", [3], smtp="smtp://news@mail.example")

    run = command(quay, "daily")

    assert (run.returncode, (quay / "out").exists()) == (2, False)
    assert "`mail.smtp` names the user `news`, and FEEDS_SMTP_PASSWORD is not set\n  help: set it" in run.stderr


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_not_repeated_and_says_what_to_mend(tmp_path):
    with real(login=("news", "right"), auth_require_tls=False) as (port, _):
        quay = site(tmp_path / "quay", [3], smtp=f"smtp://news@127.0.0.1:{port}")
        subscribe(quay, ADA)
        run = command(quay, "-v", "daily", FEEDS_SMTP_PASSWORD="wr0ng-secret")

    assert run.returncode == 75
    assert f"daily 2026-03-03: it stopped at 127.0.0.1:{port}: 535 5.7.8" in run.stderr
    assert "wr0ng-secret" not in run.stdout + run.stderr


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_right_password_from_the_environment_is_taken(tmp_path):
    with real(login=("news", "right"), auth_require_tls=False) as (port, keeper):
        quay = site(tmp_path / "quay", [3], smtp=f"smtp://news@127.0.0.1:{port}")
        subscribe(quay, ADA)
        run = command(quay, "daily", FEEDS_SMTP_PASSWORD="right")

    assert (run.returncode, len(keeper.kept)) == (0, 1)


def test_a_schedule_sends_what_is_due_and_ends_cleanly_when_it_is_asked_to(tmp_path):
    quay = site(tmp_path / "quay", [3])
    line = [sys.executable, "-m", "feeds", "-C", str(quay), "schedule"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        seen = [process.stdout.readline() for _ in range(3)]
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)

    assert (process.returncode, seen[0]) == (0, "1 post read: 1 published\n")
    assert time.monotonic() - start < 15


def test_a_quiet_run_says_who_was_refused_and_why_it_stopped(tmp_path):
    with scripted({"RCPT": [b"550 5.1.1 unknown\r\n", b"421 4.3.2 busy\r\n"]}) as server:
        quay = site(tmp_path / "quay", [3], smtp=f"smtp://{server.host}", mail="connections = 1")
        subscribe(quay, ADA, BO)
        run = command(quay, "-q", "daily")

    assert (run.returncode, run.stdout, run.stderr.splitlines()) == (
        75,
        "",
        [
            "daily 2026-03-03: bo@example.com was refused for good: 550 5.1.1 unknown",
            f"daily 2026-03-03: it stopped at {server.host}: 421 4.3.2 busy",
            "  help: run it again",
        ],
    )
