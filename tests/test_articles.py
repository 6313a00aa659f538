import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SITE
from untidy import BLOCKS

from feeds.articles import article_of, brief_of, briefly, reader_of
from feeds.body import clean, prose_of, text_of_clean
from feeds.entries import parse_post
from feeds.model import Brief, Image
from feeds.text import excerpt

READER = reader_of(SITE)
ENDS = [
    "Text.",
    "Text.\n\n（文章来源：潮汐晚报）",
    "Text.\n\n（文章来源：潮汐晚报）\n\n<https://wanbao.example/1>\n\n[返回首页](/)",
    "Text（潮汐晚报）",
    "Text.\n\nSource: The Paper\n\nMore text after it, and *more*.",
    "> Quoted.\n>\n> Source: The Paper\n\nText.\n\n（文章来源：潮汐晚报）",
    "<div><p>Text</p><p>Source: <b>The Paper</b></p></div>",
    "via: https://paper.example/1\n\nText.\n\nSource: The Paper",
]


PARAGRAPH = "The tide came in twice and went out again, and nobody had counted on a third time. " * 8


def read(body, path="a.md", fields=""):
    data = f"---\ntitle: x\ndate: 2026-03-02\n{fields}---\n{body}".encode()
    return data, parse_post(data, path, READER).entry


@pytest.mark.parametrize("body", ENDS)
def test_an_article_is_cut_as_reading_it_anew_would_cut_it(body):
    data, entry = read(body)

    assert article_of(data, entry, READER).html == article_of(data, replace(entry, kept=None), READER).html


def test_the_end_that_was_taken_is_not_looked_for_again():
    data, entry = read(ENDS[2])

    shorter = article_of(data, replace(entry, kept=len("<p>Te")), READER)

    assert shorter.html == "<p>Te</p>"


def test_a_post_that_changed_meanwhile_is_read_anew():
    data, entry = read(ENDS[1])

    article = article_of(data.replace(b"Text.", b"Another and longer text."), entry, READER)

    assert article.html == "<p>Another and longer text.</p>"


def test_an_article_has_the_picture_and_the_summary_of_its_brief():
    data, entry = read("# x\n\nTide.\n\n![A](/a.png)")

    brief = brief_of(data, entry, READER)

    assert brief == Brief(summary="Tide.", image=Image(url="https://www.example.org/a.png", alt="A"))
    assert briefly(entry, brief, lambda: "").entry == article_of(data, entry, READER).entry


@settings(max_examples=400)
@given(
    BLOCKS, st.sampled_from(["a.html", "a.html", "a.md"]), st.sampled_from(["", "summary: Own.\n", "image: /i.png\n"])
)
def test_a_brief_says_what_the_article_says(body, path, fields):
    data, entry = read(body, path, fields)

    article = article_of(data, entry, READER)

    assert brief_of(data, entry, READER) == Brief(summary=article.summary, image=article.entry.image)


@settings(max_examples=400)
@given(BLOCKS)
def test_the_summary_of_the_beginning_is_that_of_the_whole(body):
    body = body.replace("<!--more-->", "")
    data, entry = read(body, "a.html")
    whole = clean(body, base=SITE.home, page="")
    prose = text_of_clean(prose_of(whole))

    summary = brief_of(data, replace(entry, kept=len(body)), READER).summary

    assert summary == excerpt(prose if re.search(r"\w", prose) else text_of_clean(whole))


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("## Plan\n\nText.\n\n```\nx = 1\n```\n\nMore.", "Text. More."),
        ("```\nx = 1\n```", "x = 1"),
        ("## Plan\n\n&hellip;", "Plan …"),
        ("## Plan\n\n" + "…" * 400, "Plan…"),
        ("Before.\n\n<!--more-->\n\nAfter.", "Before."),
        ("![](/a.png)\n\n<!--more-->\n\nAfter.", "After."),
        (f"| a |\n| - |\n| {PARAGRAPH} |\n\nText.", "Text."),
    ],
)
def test_a_summary_is_made_of_prose_if_there_is_any(body, summary):
    data, entry = read(body)

    assert article_of(data, entry, READER).summary == summary


def test_what_a_long_post_ends_with_is_not_cleaned_for_its_brief():
    data, entry = read(f"<p>{PARAGRAPH}</p><p>" + "<b>" * 5_000, "a.html")

    assert brief_of(data, entry, READER).summary == excerpt(PARAGRAPH)
