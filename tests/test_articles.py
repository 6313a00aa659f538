from dataclasses import replace

import pytest
from samples import SITE

from feeds.articles import article_of, reader_of
from feeds.entries import parse_post

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


def read(body):
    data = f"---\ntitle: x\ndate: 2026-03-02\n---\n{body}".encode()
    return data, parse_post(data, "a.md", READER).entry


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
