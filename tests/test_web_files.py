import asyncio
import gzip
import os
import re
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from public_servers import rest_of, serving

from feeds.web._files import Files
from feeds.web._shelf import Shelf
from feeds.web._versions import stamp_of

TOP = Path(__file__).parent.parent
TEXT = b"<rss>" + b"The water was low, and the boats lay on their sides. " * 80 + b"</rss>"
NOISE = b"".join(blake2b(b"%d" % number).digest() for number in range(80))
POLICY = "default-src 'none'"
LARGE = bytes(range(256)) * 2_000
THEN = 1_767_225_600
"""The first second of 2026."""


FILES = {
    "index.html": b"<!doctype html><title>Tide</title>",
    "rss.xml": TEXT,
    "feed.json": b"{}",
    "feeds.opml": b"<opml/>",
    "style.css": b"a { color: navy }" * 100,
    "small.txt": b"low",
    "empty.txt": b"",
    "noise.xml": NOISE,
    "sound.mp3": LARGE,
    "category/港口/index.html": b"<!doctype html><title>Port</title>",
    "category/a:b/index.html": b"<!doctype html><title>Colon</title>",
    "bare/rss.xml": TEXT,
    "digest/email.eml": b"Subject: Tide\n\nLow.\n",
    ".well-known/security.txt": b"Contact: mailto:ada@example.org\n",
    ".feeds": b"rss.xml\n",
    ".feeds-new/0": b"half",
    "_headers": f"/*\n  Content-Security-Policy: {POLICY}\n".encode(),
    "_redirects": b"",
    "../secret": b"key",
    "../secrets/index.html": b"key",
}
"""What the public may have, and what not."""


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Give a folder of files, with what is nobody's business in it and beside it."""
    top = tmp_path_factory.mktemp("site")
    for path, data in FILES.items():
        (top / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (top / "out" / path).write_bytes(data)
        os.utime(top / "out" / path, (THEN, THEN))
    (top / "out/leak").symlink_to("../secret")
    (top / "out/leaks").symlink_to("../secrets")
    (top / "out/same.xml").symlink_to("rss.xml")
    os.mkfifo(top / "out/pipe")
    return top / "out"


@pytest.fixture(scope="module")
def server(out):
    """Serve the folder."""
    with serving(out) as running:
        yield running


# --- what is there ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind", "is_open"),
    [
        ("/rss.xml", "application/xml; charset=utf-8", True),
        ("/feed.json", "application/feed+json; charset=utf-8", True),
        ("/feeds.opml", "text/x-opml; charset=utf-8", True),
        ("/", "text/html; charset=utf-8", False),
        ("/category/%E6%B8%AF%E5%8F%A3/", "text/html; charset=utf-8", False),
        ("/style.css", "text/css; charset=utf-8", False),
        ("/small.txt", "text/plain; charset=utf-8", False),
        ("/digest/email.eml", "message/rfc822", False),
        ("/sound.mp3", "audio/mpeg", False),
        ("/.well-known/security.txt", "text/plain; charset=utf-8", False),
    ],
)
def test_a_file_goes_out_as_what_it_is_and_is_asked_for_each_time(server, path, kind, is_open):
    status, headers, _ = server.get(path)

    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, kind, "no-cache")
    assert (headers["X-Content-Type-Options"], headers["Content-Security-Policy"]) == ("nosniff", POLICY)
    assert headers["Access-Control-Allow-Origin"] == ("*" if is_open else None)
    assert headers["Last-Modified"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_static_hosts_are_told_the_same_types(server):
    told = (TOP / "templates/_headers").read_text()

    assert dict(re.findall(r"\.(\w+)\n  Content-Type: (.*)", told)) == {
        "xml": server.get("/rss.xml")[1]["Content-Type"],
        "json": server.get("/feed.json")[1]["Content-Type"],
        "opml": server.get("/feeds.opml")[1]["Content-Type"],
    }


RULES = """# ours
/*
  Content-Security-Policy: default-src 'self'
  Cache-Control: public, max-age=3600
  X-Tide: höher
no rule
/:kind/:name/rss.xml
  Content-Type: application/rss+xml
/film.mp4
\tX-Tide: low
"""


def test_what_the_site_tells_static_hosts_is_said_here_too_but_how_long_it_holds(tmp_path):
    (tmp_path / "out/tag/tide").mkdir(parents=True)
    for path in ("rss.xml", "tag/tide/rss.xml", "film.mp4"):
        (tmp_path / "out" / path).write_bytes(LARGE)
    with serving(tmp_path / "out") as server:
        before = server.get("/rss.xml")[1]["Content-Security-Policy"]
        (tmp_path / "out/_headers").write_text(RULES)
        one, other, film = (server.get(path)[1] for path in ("/rss.xml", "/tag/tide/rss.xml", "/film.mp4"))

    assert (before, one["Content-Security-Policy"]) == (None, "default-src 'self'")
    assert (one["Content-Type"], other["Content-Type"]) == ("application/xml; charset=utf-8", "application/rss+xml")
    assert (one["X-Tide"], film["X-Tide"], film["Cache-Control"]) == (None, "low", "no-cache")


@pytest.mark.parametrize(
    "path",
    [
        *("/.feeds", "/.feeds-new/0", "/_headers", "/_redirects", "/%5Fheaders", "/nothing.xml", "/bare/", "/bare"),
        *("/../secret", "/%2e%2e/secret", "/..%2fsecret", "/category/../../secret", "/..%5csecret", "/leak", "/leaks/"),
        *("/leaks", "/same.xml", "/pipe", "/rss.xml/", "/rss.xml%00", "//rss.xml", "/category//", "/./rss.xml"),
        *("/" + "a" * 5_000, "/%ff", "/category/%E6%B8%AF%E5%8F%A3/..", "//example.org", "/%2fexample.org"),
    ],
)
def test_what_is_nobodys_business_is_not_there(server, path):
    assert server.says(b"GET %s HTTP/1.0\r\n\r\n" % path.encode()).endswith(b"\r\n\r\nnothing")


@pytest.mark.parametrize(
    ("path", "place"),
    [("/category/%E6%B8%AF%E5%8F%A3", "./%E6%B8%AF%E5%8F%A3/"), ("/category/a:b", "./a%3Ab/")],
)
def test_a_folder_leads_to_its_page_wherever_the_site_is_mounted(server, path, place):
    status, headers, body = server.get(path)

    assert (status, headers["Location"], body) == (301, place, b"")


@pytest.mark.parametrize("path", ["/rss.xml", "/sound.mp3", "/category/a:b"])
def test_a_file_can_be_had_and_asked_about_and_nothing_else(server, path):
    there = server.ask("OPTIONS", path)
    posted = server.ask("POST", path)
    deleted = server.ask("DELETE", path)

    assert (there[0], posted[0], deleted[0]) == (204, 405, 405)
    assert {answer[1]["Allow"] for answer in (there, posted, deleted)} == {"GET, HEAD, OPTIONS"}


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("path", ["/rss.xml", "/sound.mp3", "/empty.txt"])
def test_head_says_what_get_would_without_the_body(server, path, coding):
    status, headers, body = server.ask("HEAD", path, Accept_Encoding=coding)

    got = server.get(path, Accept_Encoding=coding)
    assert (status, body, len(got[2])) == (got[0], b"", int(headers["Content-Length"]))
    assert sorted(set(headers.items()) - set(got[1].items()) - {("date", headers["date"])}) == []


# --- coding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br", "br"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0,gzip;q=0.000", None),
        ("gzip;q=0.1, identity;q=0.5", None),
        ("identity;q=0, gzip", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("deflate", None),
        ("identity;q=0", None),
        ("", None),
        ("gzip;level=9", None),
        (";;,=,", None),
    ],
)
def test_text_is_compressed_as_the_client_likes_best(server, accepted, coding):
    status, headers, body = server.get("/rss.xml", Accept_Encoding=accepted)

    plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](body)
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, coding, "Accept-Encoding")
    assert (plain, int(headers["Content-Length"])) == (TEXT, len(body))


@pytest.mark.parametrize("path", ["/small.txt", "/empty.txt", "/noise.xml", "/sound.mp3"])
def test_what_would_not_become_smaller_is_not_compressed(server, path):
    _, headers, _ = server.get(path, Accept_Encoding="br, gzip")

    assert (headers["Content-Encoding"], headers["Vary"]) == (None, None)


def test_each_coding_has_a_strong_tag_of_its_own(server):
    tags = [server.get("/rss.xml", Accept_Encoding=coding)[1]["ETag"] for coding in ("identity", "gzip", "br")]

    assert [re.sub("[0-9a-f]{32}", "X", tag) for tag in tags] == ['"X"', '"X-gzip"', '"X-br"']


def test_the_same_bytes_have_the_same_tag_after_a_restart(out, server):
    with serving(out) as other:
        assert other.get("/rss.xml")[1]["ETag"] == server.get("/rss.xml")[1]["ETag"]


# --- whether it has changed ------------------------------------------------------------------------

BEFORE, AFTER = formatdate(THEN - 1, usegmt=True), formatdate(THEN + 1, usegmt=True)
DAY = formatdate(THEN, usegmt=True)


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '"x",W/{} , "y"', "*"])
def test_who_has_a_file_already_is_not_sent_it_again(server, coding, form):
    _, first, _ = server.get("/rss.xml", Accept_Encoding=coding)

    status, headers, body = server.get("/rss.xml", Accept_Encoding=coding, If_None_Match=form.format(first["ETag"]))

    assert (status, body) == (304, b"")
    names = ("ETag", "Last-Modified", "Cache-Control", "Vary", "Access-Control-Allow-Origin")
    assert [headers[name] for name in names] == [first[name] for name in names]
    assert (headers["Content-Length"], headers["Content-Type"]) == (None, None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_Modified_Since": DAY}, 304),
        ({"If_Modified_Since": AFTER}, 304),
        ({"If_Modified_Since": "Thursday, 01-Jan-26 00:00:00 GMT"}, 304),
        ({"If_Modified_Since": "Thu Jan  1 00:00:00 2026"}, 304),
        ({"If_Modified_Since": BEFORE}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        ({"If_Modified_Since": "1" * 5_000}, 200),
        ({"If_Modified_Since": AFTER, "If_None_Match": '"x"'}, 200),
        ({"If_None_Match": "x"}, 200),
        ({"If_Match": '"x"'}, 412),
        ({"If_Match": "*"}, 200),
        ({"If_Unmodified_Since": BEFORE}, 412),
        ({"If_Unmodified_Since": DAY}, 200),
        ({"If_Match": "*", "If_Unmodified_Since": BEFORE}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/rss.xml", "/sound.mp3"])
def test_conditions_are_met_in_the_order_of_the_standard(server, path, headers, status):
    assert server.get(path, **headers)[0] == status


def test_a_weak_tag_is_none_to_change_or_go_on_by(server):
    tag = server.get("/sound.mp3")[1]["ETag"]

    assert server.get("/sound.mp3", If_Match=f"W/{tag}")[0] == 412
    assert server.get("/sound.mp3", If_Range=f"W/{tag}", Range="bytes=0-1")[0] == 200


# --- parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "data"), [("/rss.xml", TEXT), ("/sound.mp3", LARGE), ("/small.txt", b"low")])
@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-1", slice(2)),
        ("BYTES=1-1", slice(1, 2)),
        ("bytes=1-", slice(1, None)),
        ("bytes=-2", slice(-2, None)),
        ("bytes=-" + "9" * 30, slice(None)),
    ],
)
def test_a_part_is_the_bytes_that_were_asked_for(server, path, data, asked, part):
    status, headers, body = server.get(path, Range=asked, Accept_Encoding="br, gzip")

    first, end, _ = part.indices(len(data))
    assert (status, headers["Content-Range"]) == (206, f"bytes {first}-{end - 1}/{len(data)}")
    assert (body, headers["Content-Encoding"]) == (data[part], None)


@pytest.mark.parametrize(
    "asked",
    [
        *("bytes=0-1,3-4", "bytes=2-1", "bytes=-", "bytes=a-b", "lines=0-1", "bytes", "0-1", "bytes=٠-١"),
        "bytes=" + "1" * 200 + "-",
    ],
)
def test_what_is_no_single_part_is_the_whole(server, asked):
    status, _, body = server.get("/rss.xml", Range=asked.encode())

    assert (status, body) == (200, TEXT)


@pytest.mark.parametrize(("path", "size"), [("/rss.xml", len(TEXT)), ("/sound.mp3", len(LARGE))])
@pytest.mark.parametrize("asked", ["bytes={}-", "bytes=99999999999999999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused_with_the_size(server, path, size, asked):
    status, headers, body = server.get(path, Range=asked.format(size))

    assert (status, headers["Content-Range"], body) == (416, f"bytes */{size}", b"")


def test_of_an_empty_file_any_part_is_the_whole(server):
    assert server.get("/empty.txt", Range="bytes=0-")[0] == 200


@pytest.mark.parametrize("path", ["/rss.xml", "/sound.mp3"])
def test_who_goes_on_with_another_file_gets_all_of_this_one(server, path):
    _, now, _ = server.get(path)

    answers = [server.get(path, Range="bytes=5-9", If_Range=one) for one in (now["ETag"], DAY, '"x"', BEFORE, "x")]

    assert [status for status, *_ in answers] == [206, 206, 200, 200, 200]


# --- new builds ------------------------------------------------------------------------------------


def replace(path, data):
    """Put *data* at *path* in one step, as a build does."""
    path.with_name("new").write_bytes(data)
    path.with_name("new").rename(path)


def test_a_new_build_is_seen_at_once(tmp_path):
    (tmp_path / "out").mkdir()
    path = tmp_path / "out/rss.xml"
    with serving(tmp_path / "out") as server:
        missing = server.get("/rss.xml")[0]
        replace(path, b"<rss>1</rss>")
        first = server.get("/rss.xml")
        replace(path, b"<rss>2</rss>")
        second = server.get("/rss.xml", If_None_Match=first[1]["ETag"])
        path.unlink()
        gone = server.get("/rss.xml")[0]

    assert (missing, first[0], first[2]) == (404, 200, b"<rss>1</rss>")
    assert (second[0], second[2], gone) == (200, b"<rss>2</rss>", 404)


def test_a_download_goes_on_with_the_file_it_began_with(tmp_path):
    (tmp_path / "out").mkdir()
    before, after = b"a" * 8_000_000, b"b" * 8_000_000
    (tmp_path / "out/film.mp4").write_bytes(before)
    with serving(tmp_path / "out") as server, server.connection() as slow:
        slow.sendall(b"GET /film.mp4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        begun = slow.recv(65536)
        replace(tmp_path / "out/film.mp4", after)
        other = server.get("/film.mp4")[2]
        got = (begun + rest_of(slow)).partition(b"\r\n\r\n")[2]

    assert got == before
    assert other == after


def test_a_download_of_what_is_written_to_meanwhile_breaks_off(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/film.mp4").write_bytes(b"a" * 8_000_000)
    with serving(tmp_path / "out") as server, server.connection() as slow:
        slow.sendall(b"GET /film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n")
        begun = slow.recv(65536)
        (tmp_path / "out/film.mp4").write_bytes(b"b" * 8_000_000)
        got = (begun + rest_of(slow)).partition(b"\r\n\r\n")[2]

    assert len(got) < 8_000_000
    assert b"b" not in got


def test_a_file_that_is_swapped_for_a_link_is_not_followed(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "secret").write_bytes(b"key")
    (tmp_path / "out/rss.xml").write_bytes(b"<rss/>")
    with serving(tmp_path / "out") as server:
        first = server.get("/rss.xml")[2]
        (tmp_path / "out/rss.xml").unlink()
        (tmp_path / "out/rss.xml").symlink_to("../secret")
        second = server.get("/rss.xml")[2]

    assert (first, second) == (b"<rss/>", b"nothing")


# --- whatever is asked -----------------------------------------------------------------------------


class Asked:
    """A folder that is asked without a network: as fast as hypothesis would like it."""

    def __init__(self, out, **room):
        self.files = Files(out, **room)
        self.runner = asyncio.Runner()

    def __call__(self, path, headers=(), method="GET"):
        return self.runner.run(self._answer(path, headers, method))

    async def _answer(self, path, headers, method):
        sent = []

        async def send(message):
            sent.append(message)

        if not await self.files.answer(path, {"type": "http", "method": method, "headers": headers}, send):
            return 404, {}, b""
        return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message["body"] for message in sent[1:])


@pytest.fixture(scope="module")
def asked(out):
    asking = Asked(out, whole=200_000, chunk=70_000)
    with asking.runner:
        yield asking


PARTS = st.sampled_from(
    [
        *("", ".", "..", "~", "rss.xml", "sound.mp3", "noise.xml", "category", "港口", "index.html", "leak", "leaks"),
        *(".feeds", "_headers", "\\..", "%2e%2e", "\0", "a" * 300, "\ud800", "out", "secrets", ".well-known", "pipe"),
    ]
)
NAMES = st.sampled_from(
    [
        *(b"accept-encoding", b"if-none-match", b"if-modified-since", b"if-match", b"if-range", b"range", b"range"),
        b"if-unmodified-since",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"*", b"br", b"gzip;q=0.5, *;q=0", b'W/"x", *', DAY.encode(), BEFORE.encode(), b"bytes=-1"]),
    st.builds(b"bytes=%d-%d".__mod__, st.tuples(st.integers(0, 600_000), st.integers(0, 600_000))),
    st.builds(b"%s;q=%.3f".__mod__, st.tuples(st.sampled_from([b"br", b"gzip", b"identity", b"*"]), st.floats(0, 1))),
)
CODED = {b"br": brotli.decompress, b"gzip": gzip.decompress, None: bytes}


@settings(max_examples=600, deadline=None)
@given(st.lists(PARTS, max_size=5).map("/".join), st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_nothing_outside_is_sent_and_nothing_but_what_was_promised(asked, path, headers):
    status, said, body = asked(path, headers)

    first, last = map(int, re.findall(rb"\d+", said.get(b"content-range", b"") + b" 0 0")[:2])
    whole = FILES.get(path + "index.html" if path.endswith("/") or not path else path)
    expected = {200: whole, 206: (whole or b"")[first : last + 1]}
    assert status in {200, 206, 301, 304, 404, 412, 416}
    assert CODED[said.get(b"content-encoding")](body) == expected.get(status, b"")


# --- memory ----------------------------------------------------------------------------------------


def fetched(shelf, out, *paths):
    """Return the versions that those have who ask *shelf* at once for files in *out*."""

    async def all_of_them():
        return await asyncio.gather(*(shelf.fetched(path, stamp_of(os.stat(out / path))) for path in paths))

    return asyncio.run(all_of_them())


def test_a_file_that_many_ask_for_at_once_is_read_once(out):
    versions = fetched(Shelf(out, 1_000_000, ()), out, *["rss.xml"] * 20)

    assert len({id(version) for version in versions}) == 1


def test_those_that_were_not_asked_for_longest_make_room(out):
    shelf = Shelf(out, 20_000, ())
    stamps = {path: stamp_of(os.stat(out / path)) for path in ("rss.xml", "noise.xml", "style.css")}

    fetched(shelf, out, "rss.xml")
    fetched(shelf, out, "noise.xml")
    shelf.at_hand("rss.xml", stamps["rss.xml"])
    fetched(shelf, out, "style.css")

    kept = [path for path, stamp in stamps.items() if shelf.at_hand(path, stamp)]
    assert kept == ["rss.xml", "style.css"]
