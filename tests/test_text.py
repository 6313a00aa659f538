"""The text part of a message."""

import re

import pytest
from mail_samples import CHINESE, EDITIONS, ENGLISH_EDITION, FERRY, edition, entry, golden, large, made, section

from feeds.people import Person
from feeds.render import email, text
from feeds.render._columns import cut, width, wrap
from feeds.render._plain import isolated


def lines_of(given):
    return text.render(*given).decode().splitlines()


@pytest.mark.parametrize("name", EDITIONS)
def test_the_text_part_is_as_reviewed(name):
    given = EDITIONS[name]

    assert text.render(*given) == golden(f"text/{name}.txt")


@pytest.mark.parametrize("given", [ENGLISH_EDITION, large(500)], ids=["small", "cut"])
def test_both_parts_hold_the_same_entries_in_the_same_order(given):
    in_text = re.findall(r"^  (https://\S+/(?:\d+|ferry)\.html)$", text.render(*given).decode(), re.MULTILINE)
    in_html = re.findall(r'<a class="title" href="([^"]+)', email.render(*given).decode())

    assert in_text == in_html
    assert len(in_text) == len(email.fitted(*given).letter.stories)


def test_every_url_stands_alone_on_its_line():
    found = [line for line in lines_of(ENGLISH_EDITION) if "https://" in line]

    assert [line for line in found if not re.fullmatch(r"(?:  )?https://\S+", line)] == []


def test_latin_text_is_in_lines_of_72_columns_and_cjk_text_is_not_broken():
    latin = made(edition(section("A", FERRY)), summary="word " * 30)
    cjk = made(edition(section("A", FERRY)), summary="河畔图书馆，开放 数字馆藏。" * 6, site=CHINESE)

    assert max(width(line) for line in lines_of(latin) if "https" not in line) <= 72
    assert "  " + ("河畔图书馆，开放 数字馆藏。" * 6).strip() in lines_of(cjk)


def test_many_authors_take_several_lines():
    authors = tuple(Person(name=f"Maria-{name} Reed") for name in ("Ada", "Bo", "Cleo", "Dana", "Eve"))
    given = made(edition(section("A", entry(1, authors=authors))))

    assert lines_of(given)[12:14] == [
        "  Maria-Ada Reed, Maria-Bo Reed, Maria-Cleo Reed, Maria-Dana Reed,",
        "  Maria-Eve Reed · 10:00",
    ]


def test_markup_in_a_title_is_not_escaped():
    given = made(edition(section("A", entry(1, "Use <b> & x < 3"))))

    assert "* Use <b> & x < 3" in lines_of(given)


@pytest.mark.parametrize(
    ("whole", "columns", "expected"),
    [
        ("short", 5, "short"),
        ("a long headline here", 12, "a long…"),
        ("a long, headline", 9, "a long…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        ("河畔图书馆开放", 9, "河畔图书…"),
        ("在河畔（图书馆", 9, "在河畔…"),
        ("e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301…"),
        ("🇫🇷🇩🇪🇯🇵", 5, "🇫🇷🇩🇪…"),
        ("ab👩\u200d🚀cd", 5, "ab…"),
        ("", 5, ""),
    ],
)
def test_text_is_cut_between_words_and_never_within_a_character(whole, columns, expected):
    assert cut(whole, columns) == expected


def test_a_vowel_sign_beside_its_letter_takes_a_column_and_one_above_it_none():
    assert [width(text) for text in ("हिन्दी", "नगर", "e\u0301", "河畔")] == [5, 3, 1, 4]


def test_lines_with_many_marks_have_78_characters_at_most():
    hindi = "नगर परिषद ने बुधवार को फैसला किया कि पुस्तकालय पूरे वर्ष खुला रहेगा। भवन को पास की बर्फ़"

    assert [(len(line), width(line)) for line in wrap(hindi).split("\n")] == [(75, 65), (12, 10)]


def test_a_word_that_is_wider_than_the_line_stays_whole():
    assert wrap("see https://example.org/a/very/long/address now", 20, "  ") == (
        "  see\n  https://example.org/a/very/long/address\n  now"
    )


def test_only_text_of_the_other_direction_is_isolated():
    assert [isolated(name, "ltr") for name in ("Zoë", "صحيفة", "12")] == ["Zoë", "\u2068صحيفة\u2069", "12"]
    assert [isolated(name, "rtl") for name in ("Zoë", "صحيفة", "12")] == ["\u2068Zoë\u2069", "صحيفة", "12"]
