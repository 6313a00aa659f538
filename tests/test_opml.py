"""The list of feeds as OPML."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from feed_samples import FRAME, LIST, SITE, golden, listed

from feeds.people import Person
from feeds.render import opml


def outlines(*feeds):
    """The body of the list of *feeds*."""
    return ET.fromstring(opml.render(replace(LIST, feeds=feeds), {}, FRAME)).find("body")


def test_the_list_is_exactly_as_reviewed():
    document = opml.render(LIST, {}, FRAME)

    assert document == golden("opml/every-kind/feeds.opml")


def test_a_feed_is_listed_in_its_first_format_only():
    body = outlines(listed("site", "", "", "atom", "rss"))

    assert [outline.get("xmlUrl") for outline in body] == ["https://news.example.org/atom.xml"]


def test_a_feed_without_a_format_is_not_listed():
    body = outlines(listed("site", "", "", "rss"), listed("tag", "Ferry", "tag/ferry/"))

    assert [outline.get("text") for outline in body] == ["河畔新闻"]


def test_the_feeds_of_a_kind_share_a_folder():
    body = outlines(listed("tag", "A", "tag/a/", "rss"), listed("tag", "B", "tag/b/", "rss"))

    assert [(folder.get("text"), len(folder)) for folder in body] == [("标签", 2)]


def test_an_owner_is_named_only_where_the_site_has_an_author():
    frame = replace(FRAME, site=replace(SITE, author=Person(name="")))

    document = opml.render(LIST, {}, frame)

    assert b"ownerName" not in document
