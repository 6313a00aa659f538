import os
import shutil
import socket
import subprocess
import sys
from base64 import b64encode
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from threading import Barrier, Event

import pytest
from mail_servers import DROP, HANG, PIPELINED, POLITE, certificate, real, scripted

from feeds.parcels import Parcel, Reply, Step
from feeds.replies import Verdict, verdict
from feeds.settings import MailSettings
from feeds.transports import opened
from feeds.transports.patience import Patience

MESSAGE = b"Subject: Tide\r\n\r\n.\r\n..two\r\nHigh at noon.\r\n"
QUICK = Patience(connect=0.2, answer=0.2, end=0.3, farewell=0.2)
TAKEN = Reply(step=Step.END, code=250, text="2.0.0 taken")


def parcel(recipient="ada@example.com", message=MESSAGE):
    return Parcel(sender="bounce@news.example", recipient=recipient, message=message)


@contextmanager
def way(url, *, folder=Path(), password="", connections=1, patience=Patience()):  # noqa: B008 - it is frozen
    mail = MailSettings(smtp=url, connections=connections)
    with closing(opened(mail, folder=folder, password=password, helo="news.example", patience=patience)) as transport:
        yield transport


def send(transport, *parcels):
    """Return what became of each of *parcels*, handed over as many at once as there is room for."""
    replies = []
    while len(replies) < len(parcels):
        offered = transport.offer(parcels[len(replies) : len(replies) + transport.width])
        finished = iter(transport.finish())
        replies += [reply or next(finished) for reply in offered]
    return replies


def outcome(server, *parcels, user="", **options):
    with way(f"smtp://{user}{server.host}", **options) as transport:
        return send(transport, *(parcels or (parcel(),)))


@pytest.mark.parametrize(
    ("url", "host", "port", "user"),
    [
        ("smtp://mail.example", "mail.example", 25, ""),
        ("smtps://news%40example.com@mail.example", "mail.example", 465, "news@example.com"),
        ("smtp+starttls://ada@[::1]", "::1", 587, "ada"),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, ""),
    ],
)
def test_a_url_names_server_port_and_user(url, host, port, user):
    with way(url, password="secret") as transport:
        server = transport._server

    assert (server.host, server.port, server.tls, server.user) == (host, port, url.partition(":")[0], user)
    assert "secret" not in repr(server)


# --- a message and its end -------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [{}, PIPELINED])
def test_a_message_arrives_byte_for_byte_with_its_envelope(answers):
    with scripted(answers) as server:
        assert outcome(server) == [TAKEN]

    assert server.messages == [MESSAGE.replace(b"\r\n.", b"\r\n..")]
    assert server.lines == [
        "ehlo news.example",
        "MAIL FROM:<bounce@news.example>",
        "RCPT TO:<ada@example.com>",
        "DATA",
        "QUIT",
    ]


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        (b"no end", b"no end\r\n"),
        (b".first\r\n", b"..first\r\n"),
        (b"smuggled\n.\nMAIL FROM:<x@example.com>\r\n", b"smuggled\n..\nMAIL FROM:<x@example.com>\r\n"),
        (b"", b"\r\n"),
        (b"x" * 3_000_000 + b"\r\n", b"x" * 3_000_000 + b"\r\n"),
    ],
    ids=["no end", "dot first", "bare line feeds", "empty", "large"],
)
def test_no_message_can_end_itself(message, sent):
    with scripted() as server:
        assert outcome(server, parcel(message=message)) == [TAKEN]

    assert server.messages == [sent]


@pytest.mark.parametrize("answers", [{}, PIPELINED])
def test_what_is_not_finished_is_not_delivered(answers):
    with scripted(answers) as server, way(f"smtp://{server.host}", connections=2) as transport:
        assert transport.offer([parcel(), parcel("bob@example.com")]) == [None, None]

    assert server.messages == []


def test_a_real_server_takes_some_and_refuses_others():
    refused = {"eve@example.com": "550 5.1.1 no such user"}
    with real(refused=refused) as (port, keeper), way(f"smtp://127.0.0.1:{port}", connections=2) as transport:
        replies = send(transport, *(parcel(f"{name}@example.com") for name in ("ada", "eve", "bob", "eve", "cyd")))

    gone = Reply(step=Step.RECIPIENT, code=550, text="5.1.1 no such user")
    assert replies == [TAKEN, gone, TAKEN, gone, TAKEN]
    names = ("ada", "bob", "cyd")
    assert keeper.kept == [("bounce@news.example", [f"{name}@example.com"], MESSAGE) for name in names]


# --- moods -----------------------------------------------------------------------------------------

BEFORE_THE_END = [
    ({"GREETING": (b"421 4.3.2 busy\r\n", DROP)}, Step.CONNECT, 421, "4.3.2 busy", Verdict.PAUSE),
    ({"GREETING": b"554 5.7.1 blocked\r\n"}, Step.CONNECT, 554, "5.7.1 blocked", Verdict.STOP),
    ({"GREETING": DROP}, Step.CONNECT, 0, "the server closed the connection", Verdict.PAUSE),
    ({"GREETING": HANG}, Step.CONNECT, 0, "no answer within 0.2 seconds", Verdict.PAUSE),
    ({"GREETING": b"HTTP/1.1 400 Bad\r\n"}, Step.CONNECT, 0, "what the server answers is not SMTP", Verdict.PAUSE),
    ({"EHLO": b"502 no\r\n", "HELO": b"550 5.7.1 no\r\n"}, Step.CONNECT, 550, "5.7.1 no", Verdict.STOP),
    ({"MAIL": b"451 4.3.0 no\r\n"}, Step.SENDER, 451, "4.3.0 no", Verdict.PAUSE),
    ({"MAIL": b"550 5.7.1 no\r\n"}, Step.SENDER, 550, "5.7.1 no", Verdict.STOP),
    ({"MAIL": (b"421 bye\r\n", DROP)}, Step.SENDER, 421, "bye", Verdict.PAUSE),
    ({"MAIL": b"25\r\n"}, Step.SENDER, 0, "what the server answers is not SMTP", Verdict.PAUSE),
    ({"RCPT": b"450 4.2.0 later\r\n"}, Step.RECIPIENT, 450, "4.2.0 later", Verdict.DEFERRED),
    ({"RCPT": b"550-5.1.1 no\r\n550 5.1.1 one\r\n"}, Step.RECIPIENT, 550, "5.1.1 no 5.1.1 one", Verdict.GONE),
    ({"RCPT": b"552 5.2.2 full\r\n"}, Step.RECIPIENT, 552, "5.2.2 full", Verdict.REJECTED),
    ({"RCPT": b"999 what\r\n"}, Step.RECIPIENT, 999, "what", Verdict.DEFERRED),
    ({"RCPT": HANG}, Step.RECIPIENT, 0, "no answer within 0.2 seconds", Verdict.PAUSE),
    ({"RCPT": DROP}, Step.RECIPIENT, 0, "the server closed the connection", Verdict.PAUSE),
    ({"DATA": b"452 4.3.1 disk full\r\n"}, Step.DATA, 452, "4.3.1 disk full", Verdict.PAUSE),
    ({"DATA": b"554 5.7.1 no\r\n"}, Step.DATA, 554, "5.7.1 no", Verdict.REFUSED),
    ({"DATA": b"250 fine\r\n"}, Step.DATA, 250, "fine", Verdict.DEFERRED),
    ({"DATA": b"354 go on\r\n552 5.3.4 too big\r\n"}, Step.DATA, 552, "5.3.4 too big", Verdict.REFUSED),
    ({"DATA": b"354 go on\r\n250 2.0.0 taken\r\n"}, Step.DATA, 250, "2.0.0 taken", Verdict.DEFERRED),
]
AT_THE_END = [
    (b"250 2.0.0 taken\r\n", 250, "2.0.0 taken", Verdict.ACCEPTED),
    (b"451 4.3.0 no\r\n", 451, "4.3.0 no", Verdict.DEFERRED),
    (b"550 5.1.1 no\r\n", 550, "5.1.1 no", Verdict.GONE),
    (b"552 5.3.4 too big\r\n", 552, "5.3.4 too big", Verdict.REFUSED),
    (b"554 5.7.1 spam\r\n", 554, "5.7.1 spam", Verdict.REFUSED),
    ((b"421 4.7.0 slow down\r\n", DROP), 421, "4.7.0 slow down", Verdict.PAUSE),
    (HANG, 0, "no answer within 0.3 seconds", Verdict.UNCERTAIN),
    (DROP, 0, "the server closed the connection", Verdict.UNCERTAIN),
    ((b"25", DROP), 0, "the server closed the connection", Verdict.UNCERTAIN),
    ((b"250-2.0.0 one\r\n250", DROP), 0, "the server closed the connection", Verdict.UNCERTAIN),
    (b"2500 taken\r\n", 0, "what the server answers is not SMTP", Verdict.UNCERTAIN),
    (b"250 " + b"x" * 300_000 + b"\r\n", 0, "what the server answers is not SMTP", Verdict.UNCERTAIN),
    (b"\xff\x00\r\n", 0, "what the server answers is not SMTP", Verdict.UNCERTAIN),
    (b"999 what\r\n", 999, "what", Verdict.UNCERTAIN),
    (b"354 more\r\n", 354, "more", Verdict.UNCERTAIN),
    (b"250-" + b"x" * 100_000 + b"\r\n250 x\r\n", 0, "what the server answers is not SMTP", Verdict.UNCERTAIN),
    (b"250-\r\n" * 100_000 + b"250 x\r\n", 0, "what the server answers is not SMTP", Verdict.UNCERTAIN),
    (b"550 \x1b[2J\xff\xe2\x80\xae" + b"y" * 500 + b"\r\n", 550, "[2J\ufffd" + "y" * 196, Verdict.REJECTED),
]


@pytest.mark.parametrize(("answers", "step", "code", "text", "meaning"), BEFORE_THE_END)
@pytest.mark.parametrize("extension", [{}, PIPELINED], ids=["plain", "pipelined"])
def test_an_answer_before_the_end_says_what_and_where(extension, answers, step, code, text, meaning):  # noqa: PLR0913, PLR0917 - a table
    with scripted({**extension, **answers}) as server:
        [reply] = outcome(server, patience=QUICK)

    assert (reply, verdict(reply)) == (Reply(step=step, code=code, text=text), meaning)
    assert server.messages == []


@pytest.mark.parametrize(("answer", "code", "text", "meaning"), AT_THE_END)
def test_an_answer_to_the_end_says_what_became_of_the_message(answer, code, text, meaning):
    with scripted({"END": answer}) as server:
        [reply] = outcome(server, patience=QUICK)

    assert (reply, verdict(reply)) == (Reply(step=Step.END, code=code, text=text), meaning)


@pytest.mark.parametrize("answers", [row[0] for row in BEFORE_THE_END])
@pytest.mark.parametrize("extension", [{}, PIPELINED], ids=["plain", "pipelined"])
def test_the_next_message_goes_well_after_any_mood_before_the_end(extension, answers):
    usual = {**POLITE, "HELO": b"250 mail.example\r\n", **extension}

    with scripted({**extension, **{verb: [answer, usual[verb]] for verb, answer in answers.items()}}) as server:
        assert outcome(server, parcel(), parcel("bob@example.com"), patience=QUICK)[1] == TAKEN

    assert len(server.messages) == 1


@pytest.mark.parametrize("answer", [answer for answer, *_ in AT_THE_END])
def test_the_next_message_goes_well_after_any_answer_to_the_end(answer):
    with scripted({"END": [answer, b"250 2.0.0 taken\r\n"]}) as server:
        assert outcome(server, parcel(), parcel("bob@example.com"), patience=QUICK)[1] == TAKEN


def test_a_server_that_goes_away_in_the_middle_of_a_message_has_not_got_it():
    with scripted() as server:
        server.drops_after = 1000
        [reply] = outcome(server, parcel(message=b"x" * 10_000_000))

    assert (reply.step, reply.code, verdict(reply)) == (Step.DATA, 0, Verdict.PAUSE)


def test_a_closed_port_is_a_server_that_is_away():
    with scripted() as server:
        pass

    assert outcome(server) == [Reply(step=Step.CONNECT, code=0, text="Connection refused")]


# --- connections -----------------------------------------------------------------------------------


def after(barrier, answer):
    """Return an answer that is given when it has been asked for on all connections."""
    return lambda _: barrier.wait() * b"", answer


@pytest.mark.parametrize("extension", [{}, PIPELINED], ids=["plain", "pipelined"])
def test_every_step_is_taken_on_all_connections_before_an_answer_is_awaited_on_any(extension):
    together = {verb: after(Barrier(3, timeout=5), POLITE[verb]) for verb in ("MAIL", "RCPT", "END")}

    with scripted({**extension, **together}) as server:
        assert outcome(server, *[parcel()] * 6, connections=3) == [TAKEN] * 6

    assert server.connections == 3


def test_commands_go_together_where_the_server_takes_them_so():
    late = {"MAIL": b"", "RCPT": b"", "DATA": (b"250 Ok\r\n250 Ok\r\n", b"354 go on\r\n")}

    with scripted({**PIPELINED, **late}) as server:
        assert outcome(server, patience=QUICK) == [TAKEN]


def test_commands_go_one_by_one_where_the_server_does_not_say_that_it_takes_more():
    with scripted() as server:
        outcome(server, parcel(), parcel())

    assert server.pipelined == []


def test_one_connection_carries_a_hundred_messages():
    with scripted(PIPELINED) as server:
        assert outcome(server, *[parcel()] * 201) == [TAKEN] * 201

    assert (server.connections, server.lines.count("QUIT")) == (3, 3)


def test_a_server_may_think_longer_than_it_takes_to_reach_it():
    late = (lambda _: Event().wait(0.2) * b"", POLITE["GREETING"])

    with scripted({"GREETING": late}) as server:
        assert outcome(server, patience=Patience(connect=0.1)) == [TAKEN]


@pytest.mark.parametrize(
    ("verb", "answer"),
    [("MAIL", b"421 bye\r\n"), ("END", b"421 bye\r\n"), ("END", b"354 go on\r\n"), ("END", b"999 x\r\n")],
)
def test_a_connection_that_the_server_is_done_with_is_used_no_more(verb, answer):
    with scripted({verb: [answer, POLITE[verb]]}) as server:
        assert outcome(server, parcel(), parcel())[1] == TAKEN

    assert (server.connections, server.lines.count("RSET"), server.lines.count("QUIT")) == (2, 0, 1)


def test_a_refused_envelope_is_taken_back_before_the_next():
    with scripted({"RCPT": [b"450 4.2.0 later\r\n", b"250 Ok\r\n"]}) as server:
        outcome(server, parcel(), parcel("bob@example.com"))

    assert server.connections == 1
    assert [line[:4] for line in server.lines] == ["ehlo", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "QUIT"]


def test_answers_to_commands_that_went_with_a_refused_one_belong_to_it():
    once = {"RCPT": [b"550 5.1.1 no\r\n", b"250 Ok\r\n"], "DATA": [b"554 5.5.1 for whom?\r\n", b"354 go on\r\n"]}

    with scripted({**PIPELINED, **once}) as server:
        refused, taken = outcome(server, parcel(), parcel("bob@example.com"))

    assert (refused.step, refused.code, taken, server.connections) == (Step.RECIPIENT, 550, TAKEN, 1)


def test_a_connection_that_cannot_take_back_is_used_no_more():
    with scripted({"RCPT": [b"450 4.2.0 later\r\n", b"250 Ok\r\n"], "RSET": b"502 5.5.1 what\r\n"}) as server:
        assert outcome(server, parcel(), parcel("bob@example.com"))[1] == TAKEN

    assert server.connections == 2


def test_a_server_that_takes_data_for_a_refused_recipient_gets_none():
    with scripted({**PIPELINED, "RCPT": [b"450 4.2.0 later\r\n", b"250 Ok\r\n"]}) as server:
        replies = outcome(server, parcel(), parcel("bob@example.com"))

    assert (replies[1], len(server.messages), server.connections) == (TAKEN, 1, 2)


def test_a_connection_that_the_server_has_closed_meanwhile_costs_no_message():
    with scripted({"END": (b"250 2.0.0 taken\r\n", b"421 4.4.2 idle\r\n", DROP)}) as server:
        assert outcome(server, parcel(), parcel()) == [TAKEN, TAKEN]

    assert server.connections == 2


def test_as_many_connections_are_used_as_the_server_allows():
    crowded = (b"421 4.7.0 too many connections\r\n", DROP)
    with (
        scripted({"GREETING": [b"220 mail.example\r\n", crowded]}) as server,
        way(f"smtp://{server.host}", connections=3) as transport,
    ):
        offered = transport.offer([parcel()] * 3)

        refusal = Reply(step=Step.CONNECT, code=421, text="4.7.0 too many connections")
        assert (offered, transport.finish(), transport.width) == ([None, refusal, refusal], [TAKEN], 1)
        assert send(transport, parcel()) == [TAKEN]

    assert server.connections == 2


def test_a_message_larger_than_the_server_takes_is_not_sent():
    with scripted({"EHLO": b"250-mail.example\r\n250 SIZE 1000\r\n"}) as server:
        replies = outcome(server, parcel(message=b"x" * 1001), parcel())

    text = "5.3.4 the message has 1,001 bytes, and the server takes 1,000"
    assert replies == [Reply(step=Step.SENDER, code=552, text=text), TAKEN]
    assert server.lines[1] == f"MAIL FROM:<bounce@news.example> SIZE={len(MESSAGE)}"
    assert (len(server.messages), "RSET" in server.lines) == (1, False)


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE many"])
def test_a_server_without_a_limit_takes_any_size(size):
    with scripted({"EHLO": f"250-mail.example\r\n250 {size}\r\n".encode()}) as server:
        assert outcome(server) == [TAKEN]


@pytest.mark.parametrize(
    "address", ["", "a b@example.com", "a@example.com>\r\nRSET", "a@example.com\r\nRSET", "ä@example.com"]
)
def test_an_address_that_would_say_more_than_itself_is_not_said(address):
    with scripted() as server:
        [reply] = outcome(server, parcel(address))

    assert (verdict(reply), server.lines) == (Verdict.REJECTED, ["ehlo news.example", "QUIT"])


# --- secrets ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make a certificate with")
    return certificate(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def trusted(papers, monkeypatch):
    context, chain = papers
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    return context


def test_a_connection_is_encrypted_from_its_first_byte(trusted):
    with real(implicit=trusted) as (port, keeper), way(f"smtps://localhost:{port}", connections=2) as transport:
        assert send(transport, *[parcel()] * 4) == [TAKEN] * 4

    assert [message for *_, message in keeper.kept] == [MESSAGE] * 4


def test_a_connection_is_encrypted_before_the_password_is_said(trusted):
    login = ("news@example.com", "s3 cret:%")
    with real(login=login, tls_context=trusted, require_starttls=True) as (port, keeper):
        url = f"smtp+starttls://news%40example.com@localhost:{port}"
        with way(url, password=login[1]) as transport:
            assert send(transport, parcel(), parcel()) == [TAKEN] * 2

    assert keeper.sessions == [("news.example", True, b"news@example.com")] * 2


def said_at_connecting(url, **options):
    with way(url, **options) as transport:
        [reply] = send(transport, parcel())
    assert (reply.step, verdict(reply)) == (Step.CONNECT, Verdict.STOP)
    return reply.text


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(papers):
    with real(implicit=papers[0]) as (port, keeper):
        words = said_at_connecting(f"smtps://localhost:{port}")

    assert words.startswith("5.7.10 the server's certificate is not accepted: self-signed certificate: use the name")
    assert keeper.kept == []


def test_a_certificate_of_another_name_is_not_accepted(trusted):
    with real(tls_context=trusted) as (port, _):
        words = said_at_connecting(f"smtp+starttls://127.0.0.1:{port}")

    assert words.startswith("5.7.10 the server's certificate is not accepted: IP address mismatch")


def test_a_server_that_offers_no_encryption_gets_no_message():
    with scripted() as server:
        assert "no STARTTLS" in said_at_connecting(f"smtp+starttls://{server.host}")


def test_a_server_that_speaks_no_tls_is_for_the_operator():
    with scripted() as server:
        assert "smtp+starttls:// for 587" in said_at_connecting(f"smtps://{server.host}")


def test_what_was_said_before_the_encryption_does_not_count_after_it(trusted):
    def encrypt(handler):
        handler.request = trusted.wrap_socket(handler.request, server_side=True)
        return b""

    go = (b"220 go\r\n250 anyone may have said this\r\n", encrypt)
    with scripted({"EHLO": b"250-mail.example\r\n250 STARTTLS\r\n", "STAR": go}) as server:
        words = said_at_connecting(f"smtp+starttls://localhost:{server.server_address[1]}")

    assert words == "5.7.10 the server's answer to STARTTLS goes on unencrypted"


OPEN = {"EHLO": b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n"}


def test_a_login_on_this_machine_needs_no_encryption():
    with scripted({**OPEN, "AUTH": b"235 2.7.0 welcome\r\n"}) as server:
        assert outcome(server, user="news@", password="secret") == [TAKEN]

    assert server.lines[1] == "AUTH PLAIN " + b64encode(b"\0news\0secret").decode()


def test_a_password_is_not_sent_unencrypted_to_another_machine():
    with scripted(OPEN, host="0.0.0.0") as server:
        words = said_at_connecting(f"smtp://news@{outward()}:{server.server_address[1]}", password="secret")

    assert words == "5.7.11 a password is not sent unencrypted: write smtp+starttls:// or smtps://"
    assert server.lines == ["ehlo news.example"]


def outward():
    """Return the address by which others would reach this machine; nothing is sent for that."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        if probe.connect_ex(("192.0.2.1", 9)) or probe.getsockname()[0].startswith("127."):
            pytest.skip("this machine has no address but its own loopback")
        return probe.getsockname()[0]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"535 5.7.8 wrong\r\n", "5.7.8 wrong"),
        (b"535 5.7.8 not secret\r\n", ""),
        (b"535 5.7.8 not " + b64encode(b"\0news\0secret") + b"\r\n", ""),
        (b"535 5.7.8 not " + b64encode(b"secret") + b"\r\n", ""),
        (b"334 c2VjcmV0\r\n", "5.7.4 the server offers no way to log in that we know"),
        (b"334 x\r\n", "5.7.4 the server offers no way to log in that we know"),
    ],
)
def test_no_reply_has_the_password_in_it(answer, text):
    with scripted({**OPEN, "AUTH": answer, "AG5L": answer, "C2VJ": answer, "BMV3": answer}) as server:
        assert said_at_connecting(f"smtp://news@{server.host}", password="secret") == text


@pytest.mark.parametrize(
    ("password", "text"), [("", "set FEEDS_SMTP_PASSWORD"), ("gehéim", "only have ASCII characters")]
)
def test_a_password_that_cannot_be_sent_is_for_the_operator(password, text):
    with scripted(OPEN) as server:
        assert text in said_at_connecting(f"smtp://news@{server.host}", password=password)


def test_a_server_that_takes_no_login_is_for_the_operator():
    with scripted() as server:
        assert "no way to log in" in said_at_connecting(f"smtp://news@{server.host}", password="secret")


def test_a_server_that_cannot_check_passwords_now_may_later():
    with scripted({**OPEN, "AUTH": b"454 4.7.0 directory is away\r\n"}) as server:
        [reply] = outcome(server, user="news@", password="secret")

    assert (reply.step, verdict(reply)) == (Step.CONNECT, Verdict.PAUSE)


# --- other ways ------------------------------------------------------------------------------------

PROGRAM = """#!/bin/sh
printf '%s\\n' "$@" > {0}/arguments
cat > {0}/message
echo 'sendmail: what happened' >&2
exit {1}
"""


def program(folder, text):
    (folder / "sendmail").write_text(text)
    (folder / "sendmail").chmod(0o755)
    return "sendmail:sendmail"


def test_sendmail_gets_the_envelope_as_arguments_and_the_message_with_its_own_line_ends(tmp_path):
    with way(program(tmp_path, PROGRAM.format(tmp_path, 0)), folder=tmp_path) as transport:
        assert transport.offer([parcel("-oX@example.com")]) == [None]
        assert not (tmp_path / "message").exists()
        assert transport.finish() == [Reply(step=Step.END, code=250, text="2.0.0 sendmail: what happened")]

    assert (tmp_path / "arguments").read_text().split() == ["-i", "-f", "bounce@news.example", "--", "-oX@example.com"]
    assert (tmp_path / "message").read_bytes() == MESSAGE.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        *((status, Verdict.STOP) for status in (64, 77, 78, 126, 127)),
        (65, Verdict.REJECTED),
        (67, Verdict.GONE),
        *((status, Verdict.DEFERRED) for status in (1, 66, 68, 69, 70, 71, 72, 73, 74, 75, 76)),
    ],
)
def test_an_exit_status_of_sendmail_is_understood(tmp_path, status, meaning):
    with way(program(tmp_path, PROGRAM.format(tmp_path, status)), folder=tmp_path) as transport:
        [reply] = send(transport, parcel())

    assert (verdict(reply), reply.text.partition(" ")[2]) == (meaning, "sendmail: what happened")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("#!/bin/sh\nkill -9 $$", Reply(step=Step.END, code=0, text="killed by signal 9")),
        ("#!/bin/sh\nexec sleep 60", Reply(step=Step.END, code=0, text="no end within 0.3 seconds")),
    ],
)
def test_a_sendmail_that_does_not_come_to_an_end_leaves_doubt(tmp_path, text, reply):
    with way(program(tmp_path, text), folder=tmp_path, patience=QUICK) as transport:
        assert send(transport, parcel()) == [reply]


def test_keys_that_end_us_do_not_reach_sendmail(tmp_path):
    text = f"#!{sys.executable}\nimport os, sys\nprint(os.getsid(0) == os.getpid(), file=sys.stderr)"

    with way(program(tmp_path, text), folder=tmp_path) as transport:
        assert [reply.text for reply in send(transport, parcel())] == ["2.0.0 True"]


@pytest.mark.parametrize("url", ["sendmail:/nowhere/sendmail", "sendmail:.", "sendmail:broken"])
def test_a_sendmail_that_is_not_there_is_for_the_operator(tmp_path, url):
    (tmp_path / "broken").write_text("#!/nowhere/sh")
    (tmp_path / "broken").chmod(0o755)

    with way(url, folder=tmp_path) as transport:
        [reply] = send(transport, parcel())

    assert (reply.step, reply.text[:16], verdict(reply)) == (Step.CONNECT, "5.3.5 no program", Verdict.STOP)


def test_a_message_that_sendmail_was_not_given_is_forgotten(tmp_path):
    with way(program(tmp_path, PROGRAM.format(tmp_path, 0)), folder=tmp_path) as transport:
        transport.offer([parcel()])

    assert not (tmp_path / "message").exists()


DELIVERED = Reply(step=Step.END, code=250, text="2.0.0 in the Maildir")


def files(folder):
    return sorted(path.relative_to(folder).parent.as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_message_is_in_the_maildir_when_it_is_finished_and_not_before(tmp_path):
    with way("maildir:mail/out", folder=tmp_path) as transport:
        assert transport.offer([parcel()]) == [None]
        assert files(tmp_path / "mail/out") == ["tmp"]
        assert transport.finish() == [DELIVERED]

    [path] = (tmp_path / "mail/out/new").iterdir()
    assert (path.read_bytes(), files(tmp_path / "mail/out")) == (MESSAGE.replace(b"\r\n", b"\n"), ["new"])
    assert {oct((tmp_path / "mail/out" / name).stat().st_mode & 0o777) for name in ("", "tmp", "new", "cur")} == {
        "0o700"
    }


@pytest.mark.parametrize("place", ["new/{}", "cur/{}", "cur/{}:2,S"])
def test_a_message_that_is_in_the_maildir_is_not_put_there_again(tmp_path, place):
    url = f"maildir:{tmp_path}"
    with way(url) as transport:
        send(transport, parcel())
    [path] = (tmp_path / "new").iterdir()
    path.rename(tmp_path / place.format(path.name))

    with way(url) as transport:
        assert send(transport, parcel(), parcel("bob@example.com")) == [DELIVERED] * 2

    assert files(tmp_path) == sorted([place[:3], "new"])


def test_what_is_not_finished_leaves_nothing_in_the_maildir(tmp_path):
    with way("maildir:out", folder=tmp_path) as transport:
        transport.offer([parcel()])

    assert files(tmp_path) == []


def test_what_a_killed_run_left_behind_is_written_anew(tmp_path):
    with way("maildir:out", folder=tmp_path) as transport:
        transport.offer([parcel()])
        [path] = (tmp_path / "out/tmp").iterdir()
        path.write_bytes(b"half of it, which was rather longer than all of it is now that it is written down " * 9)
        transport.offer([parcel()])
        transport.finish()

    assert [path.read_bytes() for path in (tmp_path / "out/new").iterdir()] == [MESSAGE.replace(b"\r\n", b"\n")]


def test_a_maildir_that_cannot_be_made_defers(tmp_path):
    (tmp_path / "out").write_text("a file")

    with way("maildir:out", folder=tmp_path) as transport:
        [reply] = send(transport, parcel())

    assert (reply.step, reply.code, verdict(reply)) == (Step.CONNECT, 451, Verdict.PAUSE)


@pytest.mark.parametrize("url", ["maildir:out", "sendmail:/bin/true"])
def test_a_full_disk_is_a_pause(tmp_path, url):
    limits = getrlimit(RLIMIT_FSIZE)

    with way(url, folder=tmp_path) as transport:
        setrlimit(RLIMIT_FSIZE, (100, limits[1]))
        [reply] = transport.offer([parcel(message=b"x" * 200)])
        setrlimit(RLIMIT_FSIZE, limits)

    assert (reply.step, reply.code, verdict(reply), files(tmp_path)) == (Step.DATA, 452, Verdict.PAUSE, [])


# --- a server of others ----------------------------------------------------------------------------


def sink():
    return shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin:/usr/libexec/postfix")


@pytest.mark.skipif(not sink(), reason="there is no smtp-sink (of Postfix)")
def test_a_server_that_others_wrote_takes_all():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sink(), *(["-u", "nobody"] if os.geteuid() == 0 else []), f"127.0.0.1:{port}", "10"]

    with subprocess.Popen(command) as process, way(listening(port), connections=2) as transport:
        replies = send(transport, *[parcel()] * 150)
        process.terminate()

    assert replies == [Reply(step=Step.END, code=250, text="2.0.0 Ok")] * 150


def listening(port):
    """Return the URL of the server at *port*, when there is one."""
    for _ in range(100):
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            break
        Event().wait(0.02)
    return f"smtp://127.0.0.1:{port}"


def test_a_server_that_pipelines_worse_than_it_says_is_asked_step_by_step():
    refusal = {
        "RCPT": [b"503 5.5.1 need RCPT\r\n", b"250 2.1.5 Ok\r\n"],
        "DATA": [b"503 5.5.1 no\r\n", b"354 go on\r\n"],
    }
    with scripted(PIPELINED | refusal) as server:
        first, second = outcome(server, parcel(), parcel())

    assert (first.code, second, server.pipelined) == (503, TAKEN, ["MAIL", "RCPT"])
    assert server.lines.count("MAIL FROM:<bounce@news.example>") == 2
