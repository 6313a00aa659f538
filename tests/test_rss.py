"""RSS documents, whole and in what only RSS has."""

import locale
from dataclasses import replace

import feed_samples
import pytest
from feed_samples import ARTICLES, FRAME, OWN, document, golden, instant
from lxml import etree

from feeds.render import rss

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC = "{http://purl.org/dc/elements/1.1/}"


def rendered(**values):
    """The one item of a feed of the plainest entry with *values*."""
    entry = replace(OWN.entry, **values)
    subject = document("rss", entries=(entry,))
    document_bytes = rss.render(subject, {entry.id: replace(OWN, entry=entry)}, FRAME)
    return etree.fromstring(document_bytes).find("channel/item")


@pytest.mark.parametrize("case", ["everything", "summaries", "archived", "hubbed", "podcast", "empty", "digest"])
def test_a_document_is_exactly_as_reviewed(case):
    subject, frame = getattr(feed_samples, case)("rss")

    document_bytes = rss.render(subject, ARTICLES, frame)

    assert document_bytes == golden(f"rss/{case}/rss.xml")


def test_the_locale_of_the_process_is_never_set(monkeypatch):
    calls = []
    monkeypatch.setattr(locale, "setlocale", lambda *arguments: calls.append(arguments) or "C")
    subject, frame = feed_samples.everything("rss")

    rss.render(subject, ARTICLES, frame)

    assert calls == []


def test_a_title_is_plain_text_with_its_specials_in_hexadecimal():
    subject = document("rss", entries=(replace(OWN.entry, title="List<String> &nbsp; AT&T"),))

    document_bytes = rss.render(subject, ARTICLES, FRAME)

    assert b"<title>List&#x3C;String&gt; &#x26;nbsp; AT&#x26;T</title>" in document_bytes


def test_a_content_stands_in_its_own_place_whatever_the_other_texts_are():
    item = rendered(tags=(">\x7f<", "\x7f"), original="https://a.example.org/>\x7f<")

    assert (item.findtext("category[2]"), item.findtext(CONTENT)[:10]) == ("><", "<p>正文。</p>")


def test_characters_that_xml_forbids_are_left_out_of_every_text():
    item = rendered(title="a\x00b\x0b\ud800c\ufffe", tags=("d\x1b",), link="https://www.example.org/\x01")

    assert [item.findtext("title"), item.findtext("category[2]"), item.findtext("link")] == [
        "abc",
        "d",
        "https://www.example.org/",
    ]


def test_a_source_without_a_url_is_dublin_cores():
    source = feed_samples.Source(name="山村快讯")

    item = rendered(source=source)

    assert (item.find("source"), item.findtext(f"{DC}source")) == (None, "山村快讯")


def test_no_item_tells_its_source_twice():
    source = feed_samples.Source(name="The Heron", url="https://heron.example.net/")

    item = rendered(source=source, original="https://heron.example.net/1")

    assert (item.find("source").get("url"), item.find(f"{DC}source")) == ("https://heron.example.net/", None)


def test_a_change_after_publication_is_told():
    item = rendered(updated=instant(1, 5))

    assert item.findtext("{http://www.w3.org/2005/Atom}updated") == "2022-01-01T05:00:00Z"


def test_an_unchanged_item_has_no_second_date():
    item = rendered()

    assert item.find("{http://www.w3.org/2005/Atom}updated") is None


def test_no_e_mail_address_of_an_author_is_published():
    subject, frame = feed_samples.everything("rss")

    document_bytes = rss.render(subject, ARTICLES, frame)

    assert b"ada@example.org" not in document_bytes


def test_a_name_that_is_category_and_tag_is_one_category_without_attributes():
    item = rendered(categories=("hepan",), tags=("河畔日报", "ferry"))

    assert [(element.text, dict(element.attrib)) for element in item.iter("category")] == [
        ("河畔日报", {}),
        ("ferry", {}),
    ]
