from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_samples import ENGLISH_EDITION

from feeds.render import _mime, mailing

MARK, TOKEN = "m" * 47, "0token" + "t" * 41
PIECES = st.sampled_from(["\n", "\r\n", " ", ".", "=", "x" * 90, "é", "文" * 40, "two words ", MARK])
TEXTS = st.lists(PIECES, max_size=30).map("".join)
NAMES = ["Ada\r\nBcc: all@example.com", "Ada\x00", "A" * 500, "李" * 200, '"Ada" <x@example.net>']


@given(TEXTS, TEXTS)
def test_a_message_that_is_filled_is_the_one_that_is_made_whole(text, html):
    body = _mime.blank(text=text.encode(), html=html.encode(), seed="s", mark=MARK)

    filled = _mime.filled([("To", "a@example.com")], body, TOKEN)

    parts = {"text": text.replace(MARK, TOKEN).encode(), "html": html.replace(MARK, TOKEN).encode()}
    assert filled == _mime.alternative([("To", "a@example.com")], seed="s", **parts)


def frozen():
    subject, articles, frame = ENGLISH_EDITION
    return mailing.unpacked(mailing.render(replace(subject, mark=MARK), articles, frame))


def test_the_same_content_has_the_same_hash_and_another_has_not():
    one = frozen()

    other = replace(one, text=one.text + b".")

    assert mailing.content_hash(one) == mailing.content_hash(frozen()) != mailing.content_hash(other)


def test_two_recipients_have_ids_of_their_own_that_stay_the_same():
    address = mailing.addresser(frozen())

    ids = [message_from_bytes(address("", f"{key}@example.com", key, TOKEN))["Message-ID"] for key in ("a", "b", "a")]

    assert (ids[0], ids[0] == ids[1]) == (ids[2], False)


@pytest.mark.parametrize("name", NAMES)
def test_a_recipients_name_never_becomes_a_header(name):
    message = mailing.addresser(frozen())(name, "ada@example.com", "1", TOKEN)

    parsed = message_from_bytes(message, policy=policy.default)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["ada@example.com"]
    assert (parsed["Bcc"], max(map(len, message.split(b"\r\n"))) < 999) == (None, True)
