"""What fuzzing holds outputs to: it is true of every seed, and untrue of what must not be."""

import pytest

from fuzz import safety
from fuzz.promises import Finding, json_of, mail, xml
from fuzz.shrinking import smallest
from fuzz.targets import NAMES, load

PAGE = "<!DOCTYPE html><html><head>{}</head><body>{}</body></html>"


@pytest.mark.parametrize("name", NAMES)
def test_every_promise_is_kept_for_what_fuzzing_begins_with(name):
    target = load(name)

    for seed in target.seeds:
        target.check(seed)


@pytest.mark.parametrize(
    "html",
    [
        *("<script>x</script>", "<img src='https://a.example/' onerror=x>", "<a href=' java\nscript:x'>y</a>"),
        *("<a href='/relative'>y</a>", "<p style='color:red'>", "<p id=location>", "<svg><a xlink:href=x></svg>"),
        *("<img src='data:image/svg+xml,x'>", "<img srcset='https://a.example/ 2x, x'>", "<iframe srcdoc=x>", "\x0b"),
        *("<form>", "<!---->", "<div>", "a</div>b", "</article>x", "<table>", "<video src=//a.example/>", "<math>"),
    ],
)
def test_what_could_do_something_is_seen(html):
    with pytest.raises(Finding):
        safety.body(html)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<script>x</script>", ""),
        ("<base href=//a.example>", ""),
        ("<meta http-equiv=refresh content=0>", ""),
        ("<link rel=stylesheet href=//a.example/x.css>", ""),
        ("<link rel=preload href=x>", ""),
        ("", "<p onclick=x>"),
        ("", "<img src=//a.example>"),
        ("", "<p id=a><p id=a>"),
        ("", "<a href=javascript:x>"),
        ("", "<table><tr><td background='https://a.example/'>"),
    ],
)
def test_a_page_that_runs_or_fetches_something_is_seen(head, body):
    with pytest.raises(Finding):
        safety.page(PAGE.format(head, body))


@pytest.mark.parametrize(
    ("read", "document"),
    [
        (xml, b"<a>&#11;</a>"),
        (xml, b"<a>\x0b</a>"),
        (xml, b"<!DOCTYPE a><a/>"),
        (xml, b"<a><b></a>"),
        (json_of, b'{"a": NaN}'),
        (json_of, rb'{"a": "\ud800"}'),
        (mail, b"Subject: a\r\nBcc: b\n\r\n\r\n"),
        (mail, b"From: a@b /\r\n\r\nx\r\n"),
        (mail, b"Subject: \xc3\xa9\r\n\r\nx\r\n"),
        (mail, b"Subject: a\r\n\r\n" + b"x" * 999 + b"\r\n"),
        (mail, b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nx\r\n'),
    ],
)
def test_a_malformed_document_is_seen(read, document):
    with pytest.raises(Finding):
        read(document)


def test_an_input_is_made_as_small_as_it_can_be():
    found = smallest(b"one<two>three<four>", lambda data: b"<" in data and b">" in data)

    assert found in {b"<>", b"><"}
