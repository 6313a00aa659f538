"""The whole message."""

import email as stdlib
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header

import pytest
from hypothesis import given as having
from hypothesis import strategies as st
from mail_samples import (
    CHINESE,
    CHINESE_EDITION,
    EDITIONS,
    ENGLISH_EDITION,
    SITE,
    changed,
    edition,
    entry,
    golden,
    made,
    section,
)

from feeds.diagnostics import FeedsError
from feeds.people import Person
from feeds.render import _mime, message, text
from feeds.render import email as html_part
from feeds.render._columns import width
from feeds.settings import Digest, MailSettings

LONG = "https://quay.example.org/" + "a" * 90


def header(given, name):
    return stdlib.message_from_bytes(message.render(*given))[name]


def subject(given):
    return str(make_header(decode_header(header(given, "Subject"))))


def at(site):
    return made(edition(section("Town", entry(1))), site=site)


@pytest.mark.parametrize("name", EDITIONS)
def test_the_message_is_as_reviewed(name):
    given = EDITIONS[name]

    assert message.render(*given) == golden(f"message/{name}.eml")


@pytest.mark.parametrize("name", EDITIONS)
def test_another_reader_finds_both_parts_unharmed(name):
    given = EDITIONS[name]

    parsed = stdlib.message_from_bytes(message.render(*given), policy=email.policy.default)
    parts = [(part.get_content_type(), part.get_payload(decode=True)) for part in parsed.iter_parts()]

    assert (parsed.get_content_type(), parsed.defects) == ("multipart/alternative", [])
    assert [(kind, content.replace(b"\r\n", b"\n").strip()) for kind, content in parts] == [
        ("text/plain", text.render(*given).strip()),
        ("text/html", html_part.render(*given).strip()),
    ]


@pytest.mark.parametrize("name", EDITIONS)
def test_lines_are_ascii_end_in_crlf_and_are_short(name):
    lines = message.render(*EDITIONS[name]).split(b"\r\n")

    assert [line for line in lines if b"\n" in line or b"\r" in line or not line.isascii()] == []
    assert max(map(len, lines)) <= 78


def test_the_header_says_everything_that_the_list_needs():
    given = CHINESE_EDITION

    head = message.render(*given).partition(b"\r\n\r\n")[0].decode()

    assert re.sub(r"(?m)^Message-ID: <[a-z2-7]{32}@", "Message-ID: <ID@", head).split("\r\n")[3:] == [
        "Subject: =?utf-8?B?5q+P5pel5pGY6KaB77ya5rKz5Y+j6ZWH6KGo5Yaz5L+d55WZ5aSc?=",
        " =?utf-8?B?6Ze05rih6L2u?=",
        "Date: Mon, 22 Jun 2026 14:00:00 +0800",
        "Message-ID: <ID@example.org>",
        "List-Id: <daily.quay.example.org>",
        "List-Unsubscribe: <https://quay.example.org/#subscribe>,",
        " <mailto:leave@example.org?subject=unsubscribe%20daily>",
        "List-Help: <https://quay.example.org/#subscribe>",
        "List-Archive: <https://quay.example.org/digest/daily/>",
        "List-Post: NO",
        "Archived-At: <https://quay.example.org/digest/daily/2026-06-21/>",
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "Content-Language: zh-CN",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative;",
        ' boundary="=_' + head[-25:],
    ]


@pytest.mark.parametrize(
    ("mail", "author", "expected"),
    [
        (MailSettings(sender="Q <q@example.com>"), Person(name="Ada", email="a@example.net"), "Q <q@example.com>"),
        (MailSettings(sender="q@example.com"), Person(name=""), "q@example.com"),
        (MailSettings(sender='"Quay, The" <q@example.com>'), Person(name=""), '"Quay, The" <q@example.com>'),
        (MailSettings(sender="q@bücher.example"), Person(name=""), "q@xn--bcher-kva.example"),
        (MailSettings(), Person(name="Ada", email="a@example.net"), "Ada <a@example.net>"),
        (MailSettings(), Person(name="Ada"), "The Quay <noreply@quay.example.org>"),
    ],
)
def test_the_sender_is_the_one_configured_else_the_author_else_nobody_at_the_host(mail, author, expected):
    given = at(replace(SITE, mail=mail, author=author))

    assert header(given, "From") == expected


@pytest.mark.parametrize(
    "sender",
    [
        "The Quay",
        "Q <q>",
        "Q <q r@example.org>",
        "Q <q@a..example>",
        "Q <名@example.org>",
        "Q <q@x＠y.example>",
        "Q <q@a b>",
        f"Q <q@{'é.' * 60}example>",
    ],
)
def test_a_sender_that_no_header_can_carry_is_refused(sender):
    given = at(replace(SITE, mail=MailSettings(sender=sender)))

    with pytest.raises(FeedsError, match=r"^feeds\.toml: .* cannot be an e-mail address") as caught:
        message.render(*given)
    assert caught.value.exit_code == 2


def test_without_a_mailbox_for_it_unsubscribing_is_by_the_web_and_never_one_click():
    given = ENGLISH_EDITION

    assert header(given, "List-Unsubscribe") == "<https://quay.example.org/#subscribe>"
    assert header(given, "List-Unsubscribe-Post") is None


@pytest.mark.parametrize(
    "other",
    [
        made(edition(section("Town", entry(1)), key="2026-06-22")),
        made(edition(section("Town", entry(1)), digest=Digest(name="evening"))),
        at(replace(SITE, id="tag:other.example.org,2026:")),
    ],
    ids=["key", "digest", "site"],
)
def test_the_message_id_is_the_editions_own(other):
    again = made(edition(section("Other", entry(2))))

    assert header(at(SITE), "Message-ID") == header(again, "Message-ID")
    assert header(at(SITE), "Message-ID") != header(other, "Message-ID")


def test_a_copy_for_somebody_has_their_own_id_and_ways_out_and_the_same_parts():
    shown = html_part.fitted(*ENGLISH_EDITION).letter
    ada = message.Addressee(to="ada@example.com", key="7", unsubscribe=(f"{LONG}",), is_one_click=True)

    copy = stdlib.message_from_bytes(message.written(shown, ada, SITE, text=b"a\n", html=b"<p>a</p>\n"))

    assert (copy["To"], copy["List-Unsubscribe"], copy["List-Unsubscribe-Post"]) == (
        "ada@example.com",
        f"<{LONG}>",
        "List-Unsubscribe=One-Click",
    )
    assert copy["Message-ID"] != header(ENGLISH_EDITION, "Message-ID")


def test_the_list_id_of_a_digest_that_is_no_label_is_one_all_the_same():
    given = made(edition(section("Town", entry(1)), digest=Digest(name="日报")))

    assert re.fullmatch(r"Daily digest <d[0-9a-f]{10}\.quay\.example\.org>", header(given, "List-Id"))


def test_addresses_in_headers_are_ascii():
    given = at(replace(SITE, url="https://bücher.example/河/"))

    assert header(given, "Archived-At") == ("<https://xn--bcher-kva.example/%E6%B2%B3/digest/daily/2026-06-21/>")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Short", "Daily digest: Short"),
        ("A\u202e\x85 B\u0301\n c", "Daily digest: A B́ c"),
        ("Cafe\u0301", "Daily digest: Café"),
        ("=?utf-8?q?x?=", "Daily digest: =?utf-8?q?x?="),
        (
            "Harbour town votes to keep its night ferry sailing",
            "Daily digest: Harbour town votes to keep its night ferry…",
        ),
    ],
)
def test_the_subject_is_one_clean_line_of_60_columns(title, expected):
    given = made(edition(section("Town", entry(1, title))))

    assert subject(given) == expected
    assert width(subject(given)) <= 60


def test_a_chinese_subject_counts_two_columns_a_character():
    given = made(edition(section("A", entry(1, "河畔图书馆" * 12))), site=CHINESE)

    assert (width(subject(given)), subject(given)) == (59, "每日摘要：" + ("河畔图书馆" * 12)[:24] + "…")


def test_the_subject_is_what_its_template_says():
    own = changed("subject.txt", "words.mail_subject(title, headline)", "headline ~ ' | ' ~ site.title")

    assert subject(made(edition(section("A", entry(1))), templates=own)) == "Story 1 | The Quay"


@having(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=200))
def test_no_header_value_loses_or_gains_a_character(value):
    written = _mime.unstructured(value, "Subject")

    assert str(make_header(decode_header(written))) == value or written == value
    assert max(map(len, f"Subject: {written}".split("\r\n"))) <= 76 or value.isascii()


@pytest.mark.parametrize("name", ["Ada " * 300, '"A" ' * 300, "A" * 1200])
def test_a_name_that_no_line_holds_is_whole_in_the_sender_and_left_out_of_the_list(name):
    sender, listed = _mime.mailbox(name, "a@quay.example", "From"), _mime.listing(name, "daily.quay.example", "List-Id")

    assert max(map(len, f"From: {sender}".split("\r\n"))) <= 76
    assert str(make_header(decode_header(sender))) == f"{name} <a@quay.example>"
    assert listed == "<daily.quay.example>"


def test_a_header_with_a_line_break_is_refused():
    with pytest.raises(ValueError, match="To has a line break"):
        _mime.alternative([("To", "a@example.org\r\nBcc: b@example.org")], text=b"", html=b"", seed="")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (b"a = b\n", ("quoted-printable", b"a =3D b\r\n")),
        (b"a \n", ("quoted-printable", b"a=20\r\n")),
        ("河畔图书馆".encode(), ("base64", b"5rKz55WU5Zu+5Lmm6aaG")),
    ],
)
def test_each_part_is_in_the_encoding_that_is_shorter(part, expected):
    assert _mime.encoded(part) == expected


def test_a_title_that_nobody_sees_is_none():
    subject, articles, frame = ENGLISH_EDITION
    unseen = replace(subject.edition, digest=replace(subject.edition.digest, title="\u200b\u2060"))

    shown = html_part.fitted(replace(subject, edition=unseen), articles, frame).letter

    assert (shown.title, shown.subject.startswith("Daily digest: ")) == ("Daily digest", True)
