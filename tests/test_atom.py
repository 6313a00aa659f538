"""Atom documents, whole and in what only Atom has."""

from dataclasses import replace

import feed_samples
import pytest
from feed_samples import ARTICLES, FRAME, OWN, Source, document, golden, instant
from lxml import etree

from feeds.render import atom

A = "{http://www.w3.org/2005/Atom}"


def rendered(**values):
    """The one entry of a feed of the plainest entry with *values*."""
    entry = replace(OWN.entry, **values)
    subject = document("atom", entries=(entry,))
    document_bytes = atom.render(subject, {entry.id: replace(OWN, entry=entry)}, FRAME)
    return etree.fromstring(document_bytes).find(f"{A}entry")


def links(entry):
    return [(link.get("rel"), link.get("href")) for link in entry.findall(f"{A}link")]


@pytest.mark.parametrize("case", ["everything", "summaries", "archived", "hubbed", "podcast", "empty", "digest"])
def test_a_document_is_exactly_as_reviewed(case):
    subject, frame = getattr(feed_samples, case)("atom")

    document_bytes = atom.render(subject, ARTICLES, frame)

    assert document_bytes == golden(f"atom/{case}/atom.xml")


def test_every_link_keeps_its_relation():
    entry = rendered(original="https://heron.example.net/1")

    assert links(entry) == [
        ("alternate", "https://www.example.org/posts/1.html"),
        ("via", "https://heron.example.net/1"),
        ("related", "https://heron.example.net/1"),
    ]


def test_the_sources_feed_stands_last():
    source = Source(name="The Heron", feed="https://heron.example.net/feed.xml")

    entry = rendered(source=source)

    assert [child.tag for child in entry[-1]] == [f"{A}id", f"{A}title", f"{A}updated", f"{A}author", f"{A}link"]
    assert entry[-1].tag == f"{A}source"


def test_a_source_whose_feed_is_not_known_is_no_atom_source():
    entry = rendered(source=Source(name="The Heron", url="https://heron.example.net/"))

    assert entry.find(f"{A}source") is None


def test_a_title_that_looks_like_html_is_declared_and_escaped():
    entry = rendered(title="Use <b> & co")

    title = entry.find(f"{A}title")

    assert (title.get("type"), title.text) == ("html", "Use &lt;b&gt; &amp; co")


def test_any_other_title_is_plain_text():
    entry = rendered(title="1 < 2 & AT&T")

    title = entry.find(f"{A}title")

    assert (title.get("type"), title.text) == (None, "1 < 2 & AT&T")


def test_dates_are_whole_seconds_in_utc():
    entry = replace(OWN.entry, published=instant(1).replace(microsecond=5), updated=instant(2).replace(microsecond=7))
    subject = document("atom", entries=(entry,))

    feed = etree.fromstring(atom.render(subject, ARTICLES, FRAME))

    dates = [element.text for element in feed.iter(f"{A}published", f"{A}updated")]
    assert sorted(dates) == ["2022-01-01T00:00:00Z", "2022-01-02T00:00:00Z", "2022-01-02T00:00:00Z"]


def test_a_file_of_unknown_size_and_type_says_so():
    entry = rendered(enclosures=(feed_samples.Enclosure(url="https://www.example.org/a.mp3", type="", length=0),))

    assert dict(entry.findall(f"{A}link")[1].attrib) == {
        "rel": "enclosure",
        "href": "https://www.example.org/a.mp3",
        "type": "application/octet-stream",
    }
