"""The public server under requests that nobody would write, judged by another HTTP program than the server's own."""

import re
import socket
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import h11
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from postbags import KEY, subscribe
from served import FORM, served
from test_web_pages import quay_at, register

from feeds import consent
from feeds.subscribers import Subscriber
from feeds.tokens import confirmation, subscriber_id, token

KEYS = (KEY.encode(),)
MULTIPART = "multipart/form-data; boundary=b"
ADA, *OTHERS = PEOPLE = ("ada@example.com", *(f"reader{number}@example.com" for number in range(12)))
"""Each is subscribed, and has been asked to confirm."""

CLEO = "cleo@example.com"
"""Has been asked to confirm, and is not subscribed."""

DESCRIPTION = yaml.safe_load((Path(__file__).parent / "public.openapi.yaml").read_text())


@pytest.fixture(scope="module")
def quay(tmp_path_factory):
    quay = quay_at(tmp_path_factory.mktemp("requests") / "quay")
    subscribe(quay, *PEOPLE)
    with register(quay) as opened:
        for address in (*PEOPLE, CLEO):
            consent.ask(opened, Subscriber(id="", address=address), "a page")
    return quay


@pytest.fixture(scope="module")
def public(quay):
    with served(quay) as public:
        yield public


# --- what its description says ---------------------------------------------------------------------

OPERATIONS = [
    (path, method, kind)
    for path, item in DESCRIPTION["paths"].items()
    for method, said in item.items()
    if method != "parameters"
    for kind in said.get("requestBody", {"content": [""]})["content"]
]


def target(said):
    """Return what the `$ref` of *said* refers to, or *said* itself."""
    place = DESCRIPTION
    for name in said.get("$ref", "").split("/")[1:]:
        place = place[name]
    return place if "$ref" in said else said


def typed_as(kind, fields):
    """Return the body and its type, of a form of this *kind* with these *fields*."""
    if kind != "multipart/form-data":
        return urlencode(fields, doseq=True).encode(), kind
    pairs = [(name, one) for name, value in fields.items() for one in ([value] if isinstance(value, str) else value)]
    return parts(pairs), "multipart/form-data; boundary=b"


def parts(pairs):
    """Return the body of a multipart form with the boundary `b`."""
    lines = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
    return "".join([*lines, "--b--\r\n"]).encode("utf-8", "replace")


@pytest.mark.parametrize(("path", "method", "kind"), OPERATIONS)
def test_each_address_answers_as_its_description_says(public, path, method, kind):
    item = DESCRIPTION["paths"][path]
    said = item[method]
    given_ones = {
        one["name"]: one["example"]
        for one in [*said.get("parameters", ()), *item.get("parameters", ())]
        if "example" in one
    }
    fields = said.get("requestBody", {"content": {kind: {}}})["content"][kind].get("example", {})
    body, kind = typed_as(kind, fields)

    headers = {name: value for name, value in given_ones.items() if name not in path} | {"Content-Type": kind}
    status, found, _ = public.ask(method.upper(), path.format_map(given_ones), body, **headers)

    answer = target(said["responses"][str(status)])
    assert 200 <= status < 300
    assert {name: found[name] for name in answer.get("headers", {}) if not fits(answer, name, found)} == {}
    assert found.get_content_type() in answer.get("content", {"text/plain": {}})


def fits(answer, name, found):
    """Say whether the header *name* of those *found* is as *answer* describes it."""
    wanted = answer["headers"][name]["schema"]
    return found[name] == wanted.get("const", found[name]) and re.search(wanted.get("pattern", ""), found[name] or "\0")


# --- what nobody would write -----------------------------------------------------------------------

TOKENS = {
    "u": [token(subscriber_id(one, KEYS), digest, KEYS) for one in PEOPLE for digest in ("", "daily")],
    "p": [token(subscriber_id(one, KEYS), "", KEYS) for one in PEOPLE],
    "c": [confirmation(subscriber_id(one, KEYS), number + 1, KEYS) for number, one in enumerate((*PEOPLE, CLEO))],
}
BEARERS = {
    written: address
    for folder, each in (("u", 2), ("p", 1), ("c", 1))
    for number, written in enumerate(TOKENS[folder])
    for address in [(*PEOPLE, CLEO)[number // each]]
}
"""Whose each token is."""


class Request(NamedTuple):
    """A request to a path below the top."""

    method: str
    path: str
    headers: Sequence[tuple[str, str]]
    body: tuple[str, bytes]
    """Its type and its bytes."""

    is_chunked: bool


HEADERS = (
    *("Range", "If-None-Match", "If-Modified-Since", "Accept-Encoding", "Accept", "Referer", "Origin", "Cookie"),
    *("Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Proto", "Authorization", "X-HTTP-Method-Override"),
)
VALUES = ("bytes=0-", "cross-site", "*", "gzip, br", "DELETE", "192.0.2.1", "ñ" * 9)
FIELDS = ("digest", "category", "hour", "timezone", "language", "leave", "email", "website")
CHOICES = ("daily", "weekly", "harbour", "7", "Asia/Tokyo", "de", "all", "", "new@example.net", "x@y", "\0", "ñ")

known = st.sampled_from(
    ["", "rss.xml", "digest/daily", "/evil.example/digest/daily", "healthz", "subscribe", "c/../u/x"]
)
words = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
links = st.one_of(st.sampled_from([f"{folder}/{one}" for one in each]) for folder, each in TOKENS.items())
places = st.one_of(
    links.map("mail/{}?leave=all".format),
    st.builds("{}{}".format, links, words),
    st.builds("{}/{}".format, st.sampled_from("ucp"), words),
    st.builds("{}{}".format, st.sampled_from(["", "digest/", "/", "\\", "%2f", "%00", "..%2f"]), words),
)
fields = st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(CHOICES) | words), max_size=5)
bodies = st.one_of(
    fields.map(lambda pairs: (FORM, urlencode(pairs).encode())),
    fields.map(lambda pairs: (MULTIPART, parts(pairs))),
    st.tuples(st.sampled_from([FORM, MULTIPART, "multipart/form-data", "text/plain"]), st.binary()),
)
framing = (
    st.lists(st.tuples(st.sampled_from(HEADERS), st.sampled_from(VALUES) | words), max_size=3),
    bodies,
    st.booleans(),
)
looks = st.builds(
    Request,
    st.sampled_from(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PROPFIND"]),
    known | links | places,
    *framing,
)
posts = st.builds(Request, st.just("POST"), links | places, *framing)
forms = st.builds(Request, st.just("POST"), st.just("subscribe"), *framing)


@given(looks)
@settings(max_examples=200)
def test_who_looks_changes_nothing_whatever_they_send(quay, public, request_):
    before = people(quay)

    answer = asked(public, request_)

    assert (answer.faults, people(quay)) == ([], before)


@given(posts)
@settings(max_examples=200)
def test_nobody_changes_but_the_bearer_of_a_link_whatever_is_sent(quay, public, request_):
    before = people(quay)

    answer = asked(public, request_)

    after = people(quay)
    bearers = {address for written, address in BEARERS.items() if written in request_.path}
    changed = {address for address in before if after[address] != before[address]}
    assert (answer.faults, changed <= bearers) == ([], True)


@given(forms)
@settings(max_examples=12)
def test_nobody_who_is_known_changes_by_the_form(quay, public, request_):
    before = people(quay)

    answer = asked(public, request_)

    assert (answer.faults, before.items() <= people(quay).items()) == ([], True)


CLICK = b"List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "rest",
    [
        b" HTTP/1.0\r\nContent-Length: 26\r\n\r\n" + CLICK,
        b" HTTP/1.0\r\n\r\n",
        b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b" HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\n\r\n" + CLICK,
        b" HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\nExpect: 100-continue\r\n\r\n",
        b" HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + CLICK + b"\r\n0\r\n\r\n",
        b" HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 99999\r\n\r\n" + CLICK * 4000,
    ],
)
def test_one_click_counts_however_a_mail_provider_says_it(quay, public, rest):
    subscribe(quay, "click@example.com", again=True)

    said = said_to(public, b"POST /u/" + token(subscriber_id("click@example.com", KEYS), "", KEYS).encode() + rest)

    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert people(quay)["click@example.com"][0][6] == "unsubscribed"


lines = st.tuples(*[st.binary(max_size=20)] * 2, st.integers(0, 9), st.binary(max_size=60))
nonsense = st.binary(max_size=200) | lines.map(lambda found: b"%b %b HTTP/1.%d\r\n%b\r\n\r\n" % found)


@given(nonsense)
@settings(max_examples=150)
def test_what_is_no_request_is_refused_or_not_heard(quay, public, data):
    before = people(quay)

    said = said_to(public, data)

    assert (said[:10], people(quay)) in [(b"", before), (b"HTTP/1.1 4", before)]
    assert not said or judged("GET", said).faults == []


def people(quay):
    """Return all that is kept of each subscriber, by address."""
    with closing(sqlite3.connect(quay / ".feeds/state.sqlite3")) as state:
        rows = state.execute("select id, address, * from subscriber").fetchall()
        changes = state.execute("select * from change").fetchall()
    return {row[1]: (row, [change for change in changes if change[1] == row[0]]) for row in rows}


def asked(public, request):
    """Return the answer to *request*."""
    kind, body = request.body
    framing = ("Transfer-Encoding", "chunked") if request.is_chunked else ("Content-Length", str(len(body)))
    headers = [("Host", "quay.example.org"), ("Connection", "close"), ("Content-Type", kind), *request.headers, framing]
    lines = [f"{request.method} /{request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    chunks = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return judged(request.method, said_to(public, head + (chunks if request.is_chunked else body)))


def said_to(public, data):
    """Return all that is answered to *data*, after which nothing comes."""
    host, _, port = public.address.removeprefix("http://").rstrip("/").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


class Answer(NamedTuple):
    """An answer, well formed and whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def faults(self):
        """What no answer may be, whatever was asked."""
        place = self.headers.get("location", "./")
        told = [one for one in (*PEOPLE, CLEO) if one.encode() in self.body]
        found = {
            "a fault of the server": self.status >= 500,
            "a cookie": "set-cookie" in self.headers,
            f"it leads to {place}": not place.startswith("./"),
            f"it names {told}": told,
        }
        return [fault for fault, is_there in found.items() if is_there]


def judged(method, said):
    """Return the answer that *said* is to *method*; what is none, or has something after it, is an error of h11."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method=method, target="/", headers=[("host", "quay.example.org"), ("connection", "close")]))
    client.send(h11.EndOfMessage())
    client.receive_data(said)
    client.receive_data(b"")
    answer, *rest, end = iter(client.next_event, h11.ConnectionClosed())
    assert (type(end), client.trailing_data[0]) == (h11.EndOfMessage, b"")
    headers = {name.decode(): value.decode("latin-1") for name, value in answer.headers}
    return Answer(answer.status_code, headers, b"".join(one.data for one in rest))
