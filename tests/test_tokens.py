import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.tokens import SIZE, Claim, claim_of, confirmation, confirmed_by, forgotten, scope_of, subscriber_id, token

OLD, NEW = b"o" * 32, b"n" * 32
ID = "0123456789abcdef"
ADA = "ada@example.org"


@given(st.binary(min_size=8, max_size=8), st.text(max_size=40))
def test_a_token_says_what_was_put_in(subscriber, digest):
    written = token(subscriber.hex(), digest, [NEW])

    assert re.fullmatch(rf"[a-z2-7]{{{SIZE}}}", written)
    assert claim_of(written, [NEW]) == Claim(subscriber.hex(), scope_of(digest))


def test_a_token_survives_when_its_case_is_lost():
    assert claim_of(token(ID, "daily", [NEW]).upper(), [NEW]) == Claim(ID, scope_of("daily"))


def test_each_digest_has_its_own_scope_and_all_of_them_zeros():
    assert len({scope_of("daily"), scope_of("weekly"), scope_of("")}) == 3
    assert scope_of("") == bytes(4)


@pytest.mark.parametrize("place", range(SIZE))
def test_a_token_with_any_character_changed_is_nobodys(place):
    written = token(ID, "daily", [NEW])
    others = [written[:place] + other + written[place + 1 :] for other in "abcdefghijklmnopqrstuvwxyz234567=1ſı "]

    assert {claim_of(other, [NEW]) for other in others if other != written} == {None}


@pytest.mark.parametrize("size", [0, 1, 8, 16, 46])
def test_a_token_cut_short_or_longer_is_nobodys(size):
    written = token(ID, "", [NEW])

    assert claim_of(written[:size], [NEW]) is None
    assert claim_of(written + "a" * (size + 1), [NEW]) is None


def test_a_token_of_another_key_is_nobodys():
    assert claim_of(token(ID, "daily", [OLD]), [NEW]) is None


def test_a_new_key_seals_and_the_old_one_still_opens():
    before, after = token(ID, "daily", [OLD]), token(ID, "daily", [NEW, OLD])

    assert after == token(ID, "daily", [NEW])
    assert claim_of(before, [NEW, OLD]) == claim_of(after, [NEW, OLD]) == Claim(ID, scope_of("daily"))


def test_no_token_to_leave_confirms_anything_and_none_to_confirm_leaves():
    leaves, confirms = token(ID, "daily", [NEW]), confirmation(ID, 7, [NEW])

    assert (confirmed_by(confirms, [OLD, NEW]), confirmed_by(leaves, [NEW])) == ((ID, 7), None)
    assert claim_of(confirms, [NEW]) is None
    assert (len(confirms), confirmed_by(confirms, [OLD])) == (SIZE, None)


@given(st.text(max_size=60))
def test_no_text_makes_reading_a_token_fail(text):
    assert claim_of(text, [NEW]) is None


def test_ids_and_what_is_kept_of_the_forgotten_cannot_be_made_from_the_address_alone():
    made = {subscriber_id(ADA, [key]) for key in (OLD, NEW)} | set(forgotten(ADA, [OLD, NEW]))

    assert [len(one) for one in (subscriber_id(ADA, [NEW]), *forgotten(ADA, [OLD, NEW]))] == [16, 32, 32]
    assert len(made) == 4
    assert not any(one.startswith(subscriber_id(ADA, [NEW])) for one in forgotten(ADA, [OLD, NEW]))


def test_who_was_forgotten_is_known_again_after_a_new_key():
    assert set(forgotten(ADA, [OLD])) <= set(forgotten(ADA, [NEW, OLD]))
