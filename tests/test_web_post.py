"""Invitations leave by a thread of their own, whatever happens to it."""

from threading import Event

import pytest
from mail_servers import POLITE, scripted
from postbags import KEY, at
from test_web_pages import quay_at

from feeds import membership
from feeds.consent import ask
from feeds.diagnostics import FeedsError
from feeds.dispatch import Secrets
from feeds.invitations import send_waiting
from feeds.office import office_of
from feeds.posting import Clock
from feeds.reports import Wishes
from feeds.subscribers import Subscriber
from feeds.tokens import subscriber_id
from feeds.web._post import Courier

NOW = at("4 08:00")
THREE = ("ada@example.com", "bo@example.com", "cy@example.com")


def ask_for(quay, *addresses):
    with membership.opened(quay, KEY, "", NOW) as register:
        for address in addresses:
            ask(register, Subscriber(id="", address=address), "https://quay.example.org/")


def forget(quay, address):
    with membership.opened(quay, KEY, "", NOW) as register:
        membership.remove(register, address, forget=True)


def invite(quay):
    clock = Clock(instant=lambda: NOW, sleep=lambda _: None, is_over=lambda: False)
    with office_of(quay, Secrets(keys=KEY), clock, Wishes(now=NOW)) as office:
        return send_waiting(office)


def test_who_is_forgotten_while_others_get_their_mail_gets_none_and_stops_nobody_for_long(tmp_path):
    first, second, last = sorted(THREE, key=lambda address: subscriber_id(address, (KEY.encode(),)))
    begins = (lambda _: forget(tmp_path / "quay", last) or POLITE["MAIL"],)
    with scripted({"MAIL": [begins, POLITE["MAIL"]]}) as server:
        quay = quay_at(tmp_path / "quay", f"smtp://{server.host}")
        ask_for(quay, *THREE)
        with pytest.raises(FeedsError, match="forgotten just now"):
            invite(quay)
        course, next_at = invite(quay)

    assert sorted(line for line in server.lines if line.startswith("RCPT")) == sorted(
        f"RCPT TO:<{address}>" for address in (first, second)
    )
    assert (course.stopped, next_at) == (None, None)


def test_no_mail_goes_without_its_link(tmp_path):
    with scripted() as server:
        quay = quay_at(tmp_path / "quay", f"smtp://{server.host}")
        ask_for(quay, *THREE)
        config = quay / "feeds.toml"
        config.write_text(config.read_text().replace("public_url", "# public_url"))
        with pytest.raises(FeedsError, match="public_url"):
            invite(quay)

    assert server.messages == []


def test_a_fault_of_ours_is_told_without_its_words_and_ends_nothing():
    faults, told, again = [], Event(), Event()
    results = iter([ValueError("ada@example.com"), None])

    def deliver():
        if fault := next(results):
            raise fault
        again.set()

    def failed(trace):
        faults.append(trace)
        told.set()

    post = Courier(deliver, lambda: NOW, faults.append, failed, is_over=Event())
    assert told.wait(20)
    post.wake()
    assert again.wait(20)
    post.close()

    assert [trace.splitlines()[-1] for trace in faults] == ["builtins.ValueError"]


def test_a_message_that_takes_too_long_is_left_when_the_server_ends():
    begun, answer = Event(), Event()

    def deliver():
        begun.set()
        answer.wait(60)

    post = Courier(deliver, lambda: NOW, print, print, is_over=Event(), patience=0.01)
    assert begun.wait(20)
    post.close()

    assert not answer.is_set()
    answer.set()
