"""What a mail server says ends in the state that says so."""

from contextlib import closing

import pytest
from mail_servers import DROP, real, scripted
from postbags import KEY, at, opened, send, site, subscribe

from feeds import sending
from feeds.deliveries import Fate
from feeds.dispatch import Order
from feeds.membership import opened as membership
from feeds.membership import remove
from feeds.subscribers import Status

ADA, BO = "ada@example.com", "bo@example.com"

MOODS = {
    "all is well": ({}, Fate.ACCEPTED, 0),
    "busy at the greeting": ({"GREETING": (b"421 4.3.2 busy\r\n", DROP)}, Fate.DEFERRED, 75),
    "refused at the greeting": ({"GREETING": (b"554 5.7.1 go away\r\n", DROP)}, Fate.DEFERRED, 75),
    "the sender for now": ({"MAIL": b"451 4.3.0 later\r\n"}, Fate.DEFERRED, 75),
    "the sender for good": ({"MAIL": b"550 5.1.8 who are you\r\n"}, Fate.DEFERRED, 75),
    "the recipient for now": ({"RCPT": b"450 4.2.0 greylisted\r\n"}, Fate.DEFERRED, 75),
    "no such recipient": ({"RCPT": b"550 5.1.1 unknown\r\n"}, Fate.REJECTED, 1),
    "the recipient's own rule": ({"RCPT": b"550 5.7.1 not to me\r\n"}, Fate.REJECTED, 1),
    "a full mailbox": ({"RCPT": b"452 4.2.2 full\r\n"}, Fate.DEFERRED, 75),
    "slow down": ({"RCPT": b"454 4.7.0 too fast\r\n"}, Fate.DEFERRED, 75),
    "too large": ({"END": b"552 5.3.4 too large\r\n"}, Fate.DEFERRED, 1),
    "against policy": ({"END": b"554 5.7.1 spam\r\n"}, Fate.DEFERRED, 1),
    "the end for now": ({"END": b"451 4.3.0 later\r\n"}, Fate.DEFERRED, 75),
    "the end for good": ({"END": b"550 5.0.0 no\r\n"}, Fate.REJECTED, 1),
    "gone before the end": ({"DATA": DROP}, Fate.DEFERRED, 75),
}


def sent_through(folder, answers, mail=""):
    with scripted(answers) as server:
        quay = site(folder, [3], smtp=f"smtp://{server.host}", mail=mail)
        subscribe(quay, ADA)
        return send(quay, "4 08:00")


@pytest.mark.parametrize("mood", MOODS)
def test_each_answer_ends_in_its_state(tmp_path, mood):
    answers, fate, code = MOODS[mood]

    sent = sent_through(tmp_path, answers)

    assert (sent.editions[0].counts, sent.is_refused) == ({fate: 1}, code == 1)
    assert sent.is_waiting == (fate is Fate.DEFERRED)


@pytest.mark.parametrize(("policy", "fate"), [("resend", Fate.DEFERRED), ("hold", Fate.HELD)])
def test_a_server_that_is_gone_after_the_end_leaves_it_to_the_policy(tmp_path, policy, fate):
    sent = sent_through(tmp_path, {"END": DROP}, mail=f'on_uncertain = "{policy}"')

    assert sent.editions[0].counts == {fate: 1}


def test_one_that_does_not_exist_is_suppressed_and_keeps_nobody_else_from_it(tmp_path):
    with real(refused={ADA: "550 5.1.1 unknown"}) as (port, _):
        quay = site(tmp_path, [3, 4], smtp=f"smtp://127.0.0.1:{port}")
        subscribe(quay, ADA, BO)
        first, second = send(quay, "4 08:00"), send(quay, "5 08:00")

    with opened(quay, "5 09:00") as office, office.state.transaction():
        status = office.state.people.of_address(ADA).status
    assert first.editions[0].counts == {Fate.REJECTED: 1, Fate.ACCEPTED: 1}
    assert (status, second.editions[0].counts) == (Status.BOUNCED, {Fate.ACCEPTED: 1})


def test_what_is_put_off_is_tried_again_later_each_time_and_then_given_up(tmp_path):
    with scripted({"RCPT": b"450 4.2.0 later\r\n"}) as server:
        quay = site(tmp_path, [3], smtp=f"smtp://{server.host}")
        subscribe(quay, ADA)
        tries = [send(quay, now) for now in ("4 08:00", "4 08:00", "4 08:02", "4 08:04", "4 08:10", "5 02:59")]
        late = send(quay, "5 03:00")

    attempts = [sent.editions[0].deliveries[0].attempt for sent in tries]
    assert attempts == [1, 1, 2, 2, 3, 4]
    assert [(one.status, one.counts) for one in late.editions] == [("expired", {Fate.SKIPPED: 1})]


def test_twenty_failures_in_a_row_end_the_run_and_the_next_goes_on(tmp_path):
    with scripted({"RCPT": b"450 4.2.0 later\r\n"}) as server:
        quay = site(tmp_path, [3], smtp=f"smtp://{server.host}", mail="connections = 1")
        subscribe(quay, *(f"{n:02}@example.com" for n in range(30)))
        sent = send(quay, "4 08:00")

    assert sent.editions[0].counts == {Fate.DEFERRED: 20, Fate.QUEUED: 10}
    assert "it stopped: too many messages failed" in sent.diagnostics[0].message


def test_messages_leave_no_faster_than_they_may(tmp_path):
    waits = []
    quay = site(tmp_path, [3])
    config = quay / "feeds.toml"
    config.write_text(config.read_text().replace("rate = 10000", "rate = 4"))
    subscribe(quay, ADA, BO)

    with opened(quay, "4 08:00", sleep=waits.append) as office, closing(office.open):
        sending.send(office, Order())

    assert waits == [0.25, 0.25]


def test_bounces_come_back_with_the_recipients_token(tmp_path):
    with real() as (port, kept):
        quay = site(tmp_path, [3], smtp=f"smtp://127.0.0.1:{port}", mail='bounces = "bounces@example.org"')
        subscribe(quay, ADA)
        send(quay, "4 08:00")

    ((sender, recipients, message),) = kept.kept
    local, _, domain = sender.rpartition("@")
    assert (len(local), local[:8], domain, recipients) == (55, "bounces+", "example.org", [ADA])
    assert local[8:].encode() in message


def test_an_hour_that_the_clock_leaves_out_is_the_one_after(tmp_path):
    quay = site(tmp_path, [7])
    subscribe(quay, ADA, timezone="America/New_York", hour=2)

    (one,) = send(quay, "8 08:00").editions[0].deliveries

    assert one.next_at == at("8 07:00")


def test_who_leaves_while_the_server_refuses_them_has_left_and_not_bounced(tmp_path):
    with scripted({"RCPT": b"550 5.1.1 unknown\r\n"}) as server:
        quay = site(tmp_path, [3], smtp=f"smtp://{server.host}")
        subscribe(quay, ADA)

        asked = []

        def leave():
            if asked:
                with membership(quay, KEY, "", at("4 08:00")) as others:
                    remove(others, ADA, forget=False)
            asked.append("once")
            return False

        with opened(quay, "4 08:00", is_over=leave) as office:
            sending.send(office, Order())
            with office.state.transaction():
                status = office.state.people.of_address(ADA).status

    assert status is Status.UNSUBSCRIBED
