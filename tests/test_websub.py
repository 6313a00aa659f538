import socket
import ssl
from contextlib import closing
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread

import pytest
from hubs import running

from feeds import __version__
from feeds.websub import Answer, Hub, Result

TOPIC = "https://news.example.org/category/%E6%99%9A/rss.xml?a=1&b"


@pytest.fixture
def hub():
    with running() as hub:
        yield hub


def tell(url, *topics, timeout=10.0):
    with closing(Hub(url, publisher="https://news.example.org/", timeout=timeout)) as hub:
        return [hub.tell(topic) for topic in topics]


def test_a_hub_gets_a_form_with_the_feed_under_both_names_that_hubs_read(hub):
    assert tell(hub.url, TOPIC) == [Answer(Result.TOLD)]

    [(path, headers, form)] = hub.requests
    assert (path, form) == ("/hub?a=1", {"hub.mode": ["publish"], "hub.url": [TOPIC], "hub.topic": [TOPIC]})
    assert (headers["Content-Type"], headers["User-Agent"]) == (
        "application/x-www-form-urlencoded",
        f"feeds/{__version__} (+https://news.example.org/)",
    )


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ((200, {}, b"<p>thanks"), Answer(Result.TOLD)),
        ((204, {}, b""), Answer(Result.TOLD)),
        ((404, {}, b"\n no\tsuch  feed\nsorry"), Answer(Result.REFUSED, "404 Not Found: no such feed")),
        ((403, {}, b"x" * 500), Answer(Result.REFUSED, "403 Forbidden: " + "x" * 120)),
        ((500, {}, b"<html>oops"), Answer(Result.REFUSED, "500 Internal Server Error")),
        ((408, {}, b""), Answer(Result.AWAY, "408 Request Timeout")),
        ((429, {}, b"slow down"), Answer(Result.AWAY, "429 Too Many Requests: slow down")),
        ((502, {}, b""), Answer(Result.AWAY, "502 Bad Gateway")),
        ((503, {}, b"\xff"), Answer(Result.AWAY, "503 Service Unavailable: \ufffd")),
        ((504, {}, b""), Answer(Result.AWAY, "504 Gateway Timeout")),
        ((301, {"Location": "https://hub.example/"}, b""), Answer(Result.MOVED, "https://hub.example/")),
        ((300, {}, b""), Answer(Result.REFUSED, "300 Multiple Choices")),
    ],
)
def test_an_answer_says_what_became_of_the_feed(hub, answer, meaning):
    hub.answers[TOPIC] = answer

    assert tell(hub.url, TOPIC) == [meaning]


def test_a_hub_that_leads_elsewhere_is_not_followed(hub):
    hub.answers[TOPIC] = (307, {"Location": "/new"}, b"")

    assert tell(hub.url, TOPIC) == [Answer(Result.MOVED, hub.url.replace("/hub?a=1", "/new"))]
    assert len(hub.requests) == 1


def test_one_connection_serves_all_feeds(hub):
    tell(hub.url, "https://a.example/", TOPIC, "https://b.example/")

    assert (hub.told, hub.connections) == (["https://a.example/", TOPIC, "https://b.example/"], 1)


def test_a_connection_that_the_hub_has_closed_meanwhile_costs_no_feed(hub):
    hub.hangs_up = True

    answers = tell(hub.url, "https://a.example/", TOPIC)

    assert (answers, hub.told) == ([Answer(Result.TOLD)] * 2, ["https://a.example/", TOPIC])


def test_a_hub_that_says_more_than_anyone_reads_is_told_of_the_next_feed(hub):
    hub.answers["https://a.example/"] = (200, {}, b"x" * 1_000_000)

    assert tell(hub.url, "https://a.example/", TOPIC) == [Answer(Result.TOLD)] * 2


def test_a_closed_port_is_a_hub_that_is_away():
    with running() as hub:
        url = hub.url

    assert tell(url, TOPIC) == [Answer(Result.AWAY, "Connection refused")]


def test_a_hub_that_does_not_answer_in_time_is_away():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"

        assert tell(url, TOPIC, TOPIC, timeout=0.05) == [Answer(Result.AWAY, "no answer within 0.05 seconds")] * 2


def test_a_hub_that_hangs_up_without_an_answer_is_away_and_asked_once(hub):
    hub.answer = lambda _: 1 / 0

    assert tell(hub.url, TOPIC) == [Answer(Result.AWAY, "Remote end closed connection without response")]
    assert len(hub.requests) == 1


class _Mail(BaseRequestHandler):
    def handle(self):
        self.request.recv(10_000)
        self.request.sendall(b"220 mail.example ready\r\n")


def test_what_does_not_speak_http_is_a_hub_that_is_away():
    with TCPServer(("127.0.0.1", 0), _Mail) as server:
        Thread(target=server.handle_request, daemon=True).start()

        answers = tell(f"http://127.0.0.1:{server.server_address[1]}/", TOPIC)

    assert answers == [Answer(Result.AWAY, "what it answers is not HTTP")]


def test_a_name_that_no_host_can_have_is_a_hub_that_is_away():
    assert tell(f"http://{'a' * 64}.example/", TOPIC) == [Answer(Result.AWAY, "no host can have its name")]


def test_a_hub_without_the_encryption_that_its_address_promises_is_away(hub):
    [answer] = tell(hub.url.replace("http:", "https:"), TOPIC)

    assert (answer.result, hub.requests) == (Result.AWAY, [])


def test_the_certificate_of_a_hub_is_checked_and_is_its_own():
    context = Hub("https://hub.example/", publisher="")._connection._context

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
