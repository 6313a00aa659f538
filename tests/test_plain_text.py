import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import excerpt, excerpt_of, one_line, printable, title_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00\x07\x0b\x1b\x7f\x85b\tc\nd", "ab\tc\nd"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("half \ude00 \ufffe\uffff pair", "half   pair"),
        ("中文\u00a0«é» 👩\u200d👧", "中文\u00a0«é» 👩\u200d👧"),
        ("a\x9fé", "aé"),
    ],
)
def test_only_what_xml_or_mail_forbids_goes(text, expected):
    assert printable(text) == expected


@given(st.text(st.characters()))
def test_printable_text_is_legal_xml(text):
    safe = printable(text)

    assert printable(safe) == safe
    assert not {*safe} & {*map(chr, range(9)), "\r", "\x0b", "\x85", "\u2028", "\ud800", "\uffff"}


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_letters_signs_and_blanks_of_any_script_are_left_alone(text):
    assert printable(text) == text


def test_a_name_is_one_line_without_a_turn_of_direction():
    assert one_line(" a\n\tb\u202egnp.exe\u2066 \u200fא\u00a0c ") == "a bgnp.exe \u200fא c"


@given(st.text() | st.text("a \t\u2028\u202e\u200f中"))
def test_a_line_that_needs_nothing_is_told_from_one_that_does(text):
    assert one_line(text) == one_line(f"\n{text}\n")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AT&amp;T &lt;em&gt;x&lt;/em&gt; &amp;lt;", "AT&T <em>x</em> &lt;"),
        ("<em>a <b class=x>b</b></em> c<br/>d", "a b c d"),
        ("List<String> x < 3 Use <b> R&D a&lt &bogus;", "List<String> x < 3 Use <b> R&D a&lt &bogus;"),
        ("a<!-- no --><script>steal()</script>b", "ab"),
        ("a\r\nBcc: x@x.example\u2028b", "a Bcc: x@x.example b"),
    ],
)
def test_a_title_is_text_without_markup(title, expected):
    assert title_text(title) == expected


def test_a_short_text_is_its_own_excerpt():
    assert excerpt("One.\n\nTwo two") == "One. Two two"


def test_two_paragraphs_are_joined_by_a_blank_unless_their_script_has_none():
    assert excerpt("水涨了。\n\n“真快。”\n\n船到了。\n\nThe end.") == "水涨了。“真快。”船到了。 The end."


def test_an_excerpt_ends_with_a_sentence_if_one_ends_in_its_second_half():
    assert excerpt("First words here. Then e.g. some more, and it goes on", latin=30) == "First words here."


def test_an_excerpt_ends_with_a_word_otherwise():
    assert excerpt("Some words, and others without any end", latin=20) == "Some words, and…"


def test_chinese_counts_double_and_needs_no_blanks():
    text = "时代的潮流浩浩荡荡，前进的航船风帆正举。" * 3

    assert excerpt(text, latin=300, cjk=16) == "时代的潮流浩浩荡荡，前进的航船风…"
    assert excerpt(text, latin=300, cjk=30) == "时代的潮流浩浩荡荡，前进的航船风帆正举。"


def test_a_number_in_chinese_stays_whole():
    assert (
        excerpt("实现主营业务收入五六亿元增长百分点约123456件", latin=40, cjk=20)
        == "实现主营业务收入五六亿元增长百分点约…"
    )


@pytest.mark.parametrize(
    "character",
    ["👩\u200d👩\u200d👧", "🏊🏽\u200d♀\ufe0f", "e\u0301\u0323", "🇩🇪", "क\u094dष", "각", "🏴\U000e0067\U000e007f"],
)
@pytest.mark.parametrize("room", range(2, 9))
def test_no_excerpt_ends_inside_a_character(character, room):
    shown = excerpt(character * 20, latin=room, cjk=room)

    assert shown.removesuffix("…") == character * shown.count(character)


def test_a_text_of_white_space_is_read_to_its_end():
    assert excerpt("a" + " " * 9000 + "b") == "a b"


def test_a_sentence_may_end_behind_a_quotation_in_guillemets():
    text = "قال رئيس اللجنة «سألنا غيرهم». " + "كلمة " * 60

    assert excerpt(text, latin=40, cjk=20) == "قال رئيس اللجنة «سألنا غيرهم»."


def test_of_ever_longer_beginnings_no_more_are_read_than_an_excerpt_takes():
    read = []
    texts = ["a", "一二三四。", "一二三四。\n\n五六七八九十。", "all of it"]

    shown = excerpt_of((text for text in texts if not read.append(text)), latin=10, cjk=5)

    assert (shown, read) == ("一二三四。", texts[:3])


@given(st.text(st.sampled_from("ab .!\n“”。，中文é"), max_size=90), st.data())
def test_a_long_beginning_has_the_excerpt_of_the_whole(text, data):
    beginning = text[: data.draw(st.integers(0, len(text)))]

    assert excerpt_of([beginning, text], latin=20, cjk=9) == excerpt(text, latin=20, cjk=9)
