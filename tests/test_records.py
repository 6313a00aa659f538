from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.diagnostics import Diagnostic
from feeds.model import Enclosure, Entry
from feeds.outcomes import Parsed
from feeds.records import UnreadableError, hash_of, packed, sealed, unpacker, unsealed

INSTANTS = st.datetimes(timezones=st.just(UTC))
FILES = st.builds(Enclosure, length=st.integers(0, 2**63 - 1), duration=st.integers(0, 2**31))
ENTRIES = st.builds(
    Entry,
    size=st.integers(0, 2**40),
    published=INSTANTS,
    updated=INSTANTS,
    expires=st.none() | INSTANTS,
    enclosures=st.lists(FILES, max_size=2).map(tuple),
    episode=st.none(),
    kept=st.none() | st.integers(0, 2**40),
)
DIAGNOSTICS = st.builds(Diagnostic, line=st.integers(0, 2**31), column=st.integers(0, 2**31))
POSTS = st.builds(Parsed, entry=st.none() | ENTRIES, diagnostics=st.lists(DIAGNOSTICS, max_size=2).map(tuple))


@given(POSTS)
def test_a_record_comes_back_as_it_was(post):
    assert unpacker(Parsed)(packed(post)) == post


@given(POSTS, POSTS)
def test_equal_records_have_one_hash_and_others_have_another(one, other):
    again = unpacker(Parsed)(packed(one))

    assert hash_of(one) == hash_of(again)
    assert (hash_of(one) == hash_of(other)) == (one == other)


@given(st.binary(), st.text(), st.data())
def test_a_row_with_one_byte_changed_is_not_read(value, beside, data):
    row = bytearray(sealed(value, beside))
    place = data.draw(st.integers(0, len(row) - 1))
    row[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(UnreadableError):
        unsealed(bytes(row), beside)


@given(st.binary())
def test_bytes_that_are_no_record_are_refused_with_one_error(data):
    with pytest.raises(UnreadableError):
        unpacker(Parsed)(data)


def test_a_hash_knows_a_value_from_its_neighbour():
    one = Diagnostic(path="a", code="b", message="")

    assert hash_of((one, "")) != hash_of(("", one)) != hash_of((replace(one, path="ab", code=""), ""))
