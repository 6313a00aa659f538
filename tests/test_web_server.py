"""The public server, as clients meet it that are in a hurry, slow, or up to no good."""

import asyncio
import os
import re
import select
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import takewhile

import pytest
from public_servers import begun, rest_of, serving

from feeds.diagnostics import FeedsError
from feeds.web._doors import door, doors
from feeds.web._limits import Limits
from feeds.web._server import behind_proxy, serve

FEED = b"<rss>" + b"The water was low. " * 500 + b"</rss>"
GET = b"GET /rss.xml HTTP/1.1\r\nHost: news.example.org\r\n\r\n"
LAST = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Give a folder with a feed and a film, and beside it two pipes for an answer that waits."""
    top = tmp_path_factory.mktemp("site")
    (top / "out").mkdir()
    (top / "out/rss.xml").write_bytes(FEED)
    (top / "out/film.mp4").write_bytes(bytes(20_000_000))
    for name in ("begun", "go"):
        os.mkfifo(top / name)
    return top / "out"


@pytest.fixture(scope="module")
def server(out):
    """Serve the folder."""
    with serving(out) as running:
        yield running


@pytest.fixture(scope="module")
def impatient(out):
    """Serve the folder to those who are quick."""
    with serving(out, head_seconds=0.2, body_seconds=0.2, idle=0.2, unread=0.2) as running:
        yield running


def statuses(said):
    """Return the statuses of all answers in the bytes *said*."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", said)]


# --- the end ---------------------------------------------------------------------------------------


def test_an_answer_that_is_under_way_is_finished(out):
    with serving(out) as server, server.connection() as connection, server.connection() as idle:
        connection.sendall(b"GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        (out.parent / "begun").read_text()
        server.end()
        nothing = rest_of(idle)
        (out.parent / "go").write_text("")
        said = rest_of(connection)

    assert nothing == b""
    assert said.endswith(b"\r\nconnection: close\r\n\r\nheld")


def test_an_answer_that_takes_too_long_is_not_waited_for(out):
    with serving(out, end=0.1) as server, server.connection() as connection:
        connection.sendall(b"GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        (out.parent / "begun").read_text()
        server.end()
        said = rest_of(connection)
        (out.parent / "go").write_text("")

    assert said == b"[cut]"


def hammer(server, request):
    """Ask again and again until nobody listens any more; return all answers, and what was asked and not answered."""
    answered, lost = 0, 0
    while True:
        try:
            connection = server.connection()
        except ConnectionRefusedError:
            return answered, lost
        with closing(connection), connection.makefile("rb") as answers:
            is_open = True
            while is_open:
                connection.sendall(request)
                head = b"".join(takewhile(b"\r\n".__ne__, answers))
                whole = answers.read(len(FEED)) == FEED
                answered, lost = answered + whole, lost + (not whole)
                is_open = whole and b"connection: close" not in head


@pytest.mark.parametrize("request_", [GET, LAST])
def test_no_answer_is_lost_when_the_server_ends(out, request_):
    with serving(out) as server, ThreadPoolExecutor(8) as clients:
        hammering = [clients.submit(hammer, server, request_) for _ in range(8)]
        meanwhile = [server.get("/rss.xml")[0] for _ in range(50)]
        server.end()
        results = [one.result(timeout=20) for one in hammering]

    assert meanwhile == [200] * 50
    assert [lost for _, lost in results] == [0] * 8
    assert min(answered for answered, _ in results) > 0


def test_a_connection_that_asks_nothing_does_not_hold_up_the_end(out):
    with serving(out) as server, server.connection() as idle, server.connection() as asked:
        asked.sendall(GET)
        asked.recv(10)
        server.end()
        said = rest_of(idle), rest_of(asked)[-6:]

    assert said == (b"", b"</rss>")


def test_a_server_that_was_asked_to_end_before_it_began_answers_who_waits_already():
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
        await send({"type": "http.response.body", "body": b"low"})

    at = door("127.0.0.1", 0)
    with socket.create_connection(at.getsockname()) as early:
        early.sendall(GET)
        serve(app, [at], print, Limits(grace=0.05), lambda: True)
        said = rest_of(early)

    assert said.endswith(b"\r\n\r\nlow")
    assert b"\r\ndate: " in said


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"X: " + b"0" * 16_000, 200),
        (b"X: " + b"0" * 17_000, 431),
        (b"X" * 17_000 + b": 0", 431),
        (b"\r\n".join([b"X: 0"] * 98), 200),
        (b"\r\n".join([b"X: 0"] * 99), 431),
        (b"Host: b", 400),
        (b"X", 400),
        (b"Content-Length: 1\r\nTransfer-Encoding: chunked", 400),
    ],
)
def test_a_head_is_taken_up_to_a_limit(server, head, status):
    said = server.says(b"GET /rss.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + head + b"\r\n\r\n")

    assert statuses(said) == [status]


def test_a_head_without_end_is_refused_while_it_comes(server):
    with server.connection() as connection:
        connection.sendall(b"GET /rss.xml HTTP/1.1\r\nX: ")
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        while not poll.poll(20):  # who sends on when it is refused may be cut before it hears so
            connection.sendall(b"0" * 1_000)
        said = connection.recv(65536)

    assert statuses(said) == [431]


@pytest.mark.parametrize(
    "request_",
    [
        *(b"HELLO\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"\x16\x03\x01\x02\0"),
        *(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n",
    ],
)
def test_what_is_no_request_is_told_so(server, request_):
    said = server.says(request_)

    assert statuses(said) == [400]


def test_what_follows_an_answer_and_is_no_request_does_not_get_into_it(server):
    said = server.says(GET + b"HELLO\r\n\r\n")

    assert (statuses(said), said.partition(b"\r\n\r\n")[2]) == ([200], FEED)


def test_who_offers_another_protocol_is_answered_in_this_one(server):
    said = server.says(GET.replace(b"\r\n\r\n", b"\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"))

    assert (statuses(said), said.partition(b"\r\n\r\n")[2]) == ([200], FEED)


def test_who_will_not_ask_any_more_is_answered(server):
    with server.connection() as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nlow")
        connection.shutdown(socket.SHUT_WR)
        said = rest_of(connection)

    assert said.endswith(b"\r\n\r\nlow")


# --- who is slow -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beginning", "answers"),
    [
        (b"", []),
        (b"\r\n", []),
        (b"GET /rss.xml HTTP/1.1\r\nHost: a\r\n", []),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", []),
        (GET + b"GET /rss.xml HT", [200]),
        (b"POST /rss.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", [405]),
    ],
)
def test_who_does_not_go_on_is_not_waited_for(impatient, beginning, answers):
    said = impatient.says(beginning)

    assert statuses(said) == answers


def test_who_goes_on_with_nothing_is_cut(impatient):
    with impatient.connection() as connection:
        connection.sendall(GET)
        first = connection.recv(10)
        connection.sendall(b"\r\n")
        said = first + rest_of(connection)

    assert (statuses(said), said[-5:]) == ([200], b"[cut]")


def test_a_connection_is_kept_for_a_while_and_no_longer(impatient):
    said = impatient.says(GET)

    assert said.endswith(b"</rss>")


def test_who_does_not_read_an_answer_is_cut(impatient):
    with impatient.connection() as connection:
        connection.sendall(b"GET /film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n")
        poll = select.poll()
        poll.register(connection, select.POLLHUP)
        events = poll.poll(10_000)

    assert [bool(event & select.POLLERR) for _, event in events] == [True]


def test_who_comes_when_too_many_are_there_is_told_to_come_back(out):
    with serving(out, connections=3) as server, ExitStack() as guests:
        crowd = [guests.enter_context(server.connection()) for _ in range(2)]
        welcome = server.get("/rss.xml")[0]
        crowd += [guests.enter_context(server.connection()) for _ in range(2)]
        busy = server.get("/rss.xml")[0]
        crowd += [guests.enter_context(server.connection()) for _ in range(2)]
        unheard = server.says(GET)

    assert (welcome, busy, unheard) == (200, 503, b"[cut]")


# --- what is said ----------------------------------------------------------------------------------


def test_a_fault_of_ours_is_told_without_what_it_quotes(out):
    with begun(out) as server:
        status, _, body = server.get("/fault")
        stderr = server.ended()

    assert (status, body) == (500, b"Internal Server Error")
    assert stderr.splitlines()[-2:] == ["builtins.ValueError", ""]
    assert "in app\n    raise ValueError" in stderr
    assert not {"127.0.0.1", str(server.port)} & set(stderr.replace(":", " ").split())


def test_an_answer_names_its_date_and_not_its_server(server):
    _, headers, _ = server.get("/rss.xml")

    assert (bool(headers["Date"]), headers["Server"]) == (True, None)


def test_the_log_has_a_line_for_each_request_in_which_nobody_is_named(out):
    with begun(out) as server:
        server.get("/rss.xml?for=ada", User_Agent="Reader of Ada", Referer="https://ada.example/")
        server.ask("HEAD", "/rss.xml")
        server.ask("POST", "/u/secret")
        server.get("/%1b%0a%E6%B8%AF")
        server.get("/fault")
        server.ended()

    assert [line.rpartition(" ")[0] for line in server.log()] == [
        f"GET /rss.xml 200 {len(FEED)}",
        "HEAD /rss.xml 200 0",
        "POST /u/… 404 7",
        "GET /%1B%0A%E6%B8%AF 404 7",
        "GET /fault 500 0",
    ]


@pytest.mark.parametrize(
    ("client", "seen"),
    [("127.0.0.1", ("192.0.2.7", "https")), ("10.1.2.3", ("192.0.2.7", "https")), ("192.0.2.1", ("192.0.2.1", "http"))],
)
def test_what_is_said_of_a_client_is_believed_of_proxies_alone(client, seen):
    met = []

    async def app(scope, _receive, _send):
        met.append((scope["client"][0], scope["scheme"]))

    headers = [(b"x-forwarded-for", b"198.51.100.9, 192.0.2.7"), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "client": (client, 1), "scheme": "http", "headers": headers}
    asyncio.run(behind_proxy(app, "127.0.0.1, 10.0.0.0/8")(scope, None, None))

    assert met == [seen]


def test_a_port_that_is_taken_is_told_with_what_to_do():
    with door("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(FeedsError, match=f"^cannot listen at '127.0.0.1', port {port}: Address already in use"):
            door("127.0.0.1", port)


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", "::1::"])
def test_a_host_that_is_not_this_machine_is_told_with_what_to_do(host):
    with pytest.raises(FeedsError, match=f"cannot listen at '{host}', port 0: "):
        door(host, 0)


def test_all_addresses_are_those_of_both_kinds_and_each_client_has_its_own():
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(at)) for at in doors("::", 0)]
        ports = {at.getsockname()[1] for at in opened}
        for at, host in zip(opened, ("::1", "127.0.0.1"), strict=True):
            stack.enter_context(socket.create_connection((host, *ports)))
            stack.enter_context(client := at.accept()[0])

            assert client.getpeername()[0] == host


def test_where_only_one_kind_of_address_is_free_none_is_taken():
    with door("0.0.0.0", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(FeedsError):
            doors("::", port)

    door("::", port).close()
