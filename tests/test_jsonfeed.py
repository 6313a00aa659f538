"""JSON feeds, whole and in what only JSON Feed has."""

import json
from dataclasses import replace

import feed_samples
import pytest
from feed_samples import ARTICLES, BARE, FRAME, OWN, RICH, document, golden

from feeds.render import jsonfeed


def rendered(*articles, **values):
    """The feed of *articles* as JSON says it, on the sample site with *values*."""
    frame = replace(FRAME, site=replace(FRAME.site, **values))
    subject = document("json", entries=tuple(article.entry for article in articles))
    by_id = {article.entry.id: article for article in articles}
    return json.loads(jsonfeed.render(subject, by_id, frame))


@pytest.mark.parametrize("case", ["everything", "summaries", "archived", "hubbed", "podcast", "empty", "digest"])
def test_a_document_is_exactly_as_reviewed(case):
    subject, frame = getattr(feed_samples, case)("json")

    document_bytes = jsonfeed.render(subject, ARTICLES, frame)

    assert document_bytes == golden(f"jsonfeed/{case}/feed.json")


def test_half_a_character_never_reaches_the_document():
    article = replace(OWN, summary="a\ud83d", whole=lambda: "<p>b\ude00</p>")

    (item,) = rendered(article)["items"]

    assert (item["summary"], item["content_html"]) == ("a", "<p>b</p>")


def test_the_original_is_external_only_where_the_link_leads_elsewhere():
    linked = replace(OWN.entry, link="https://heron.example.net/1", original="https://heron.example.net/1")

    (item,) = rendered(replace(OWN, entry=linked))["items"]

    assert (item["url"], "external_url" in item) == ("https://heron.example.net/1", False)


def test_an_item_without_words_says_its_title():
    (item,) = rendered(BARE)["items"]

    assert (item["content_text"], "content_html" in item) == ("没有正文", False)


def test_the_feed_names_an_author_where_no_item_does():
    feed = rendered(OWN)

    assert feed["authors"] == [{"name": "河畔编辑部", "url": "https://www.example.org/"}]


def test_the_feed_names_no_author_beside_those_of_items():
    feed = rendered(OWN, RICH)

    assert "authors" not in feed


def test_a_name_that_is_category_and_tag_is_one_tag():
    article = replace(OWN, entry=replace(OWN.entry, categories=("河",), tags=("河", "船")))

    (item,) = rendered(article)["items"]

    assert item["tags"] == ["河", "船"]
