"""How wide a text is."""

from hypothesis import given
from hypothesis import strategies as st

from feeds.render._columns import _EAST_ASIAN, _columns, width


@given(st.text() | st.text("a中あ가（。\u302a\u0301é"))
def test_a_text_is_as_wide_as_its_characters(text):
    assert width(text) == sum(_columns(text))


def test_whatever_is_counted_at_once_is_wide():
    at_once = "".join(_EAST_ASIAN.findall("".join(map(chr, range(0x10000)))))

    assert set(_columns(at_once)) == {2}
