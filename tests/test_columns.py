"""How wide a text is."""

from hypothesis import given
from hypothesis import strategies as st

from feeds.render._columns import _columns, width


@given(st.text() | st.text("a中あ가（。\u302a\u0301é"))
def test_a_text_is_as_wide_as_its_characters(text):
    assert width(text) == sum(_columns(text))


def test_what_is_counted_at_once_is_wide():
    wide = [chr(code) for code in (0x3001, 0x3029, 0x3041, 0x30FA, 0x4E00, 0x9FFF, 0xAC00, 0xD7A3, 0xFF01, 0xFF60)]

    assert [list(_columns(character)) for character in wide] == [[2]] * 10
