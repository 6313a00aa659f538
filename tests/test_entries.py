from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, SITE, entry

from feeds.articles import article_of, reader_of
from feeds.entries import parse_post
from feeds.identity import with_ids_of_their_own
from feeds.model import Enclosure, Entry, Episode, Image
from feeds.outcomes import State
from feeds.people import Person, Source
from feeds.settings import CategorySettings, ContentSettings

SCRAPED = """---
layout: post
title: "港口“零碳”码头投用"
date: 2026-03-02 12:00:00 +0800
categories: chaoxiwanbao
tags: 潮汐晚报新闻
---
<p>三月二日，北港零碳码头投入使用。</p>
 <p style="display:none;height:1px"><br /></p><p class="em_media">（文章来源：潮汐<span><a href="https://x.example/">晚</a></span>报）</p>

<https://wanbao.example/2026/0302.html>

[返回潮汐晚报新闻](//news.example.org/category/chaoxiwanbao.html)｜[返回首页](//news.example.org/)
"""


def parsed(text, path="a.md", site=SITE):
    return parse_post(text.encode(), path, reader_of(site))


def post(*header, body="Text."):
    return "\n".join(["---", *header, "---", body])


def told(found):
    return [(d.severity.value, d.code, d.line) for d in found.diagnostics]


def test_a_scraped_post_becomes_an_entry_with_source_and_original_link():
    jekyll = replace(SITE, content=ContentSettings(dialect="jekyll"))

    found = parsed(SCRAPED, "_posts/2026-03-02-NW2026.md", jekyll)

    assert replace(found.entry, digest="", kept=None) == Entry(
        id="tag:news.example.org,2026:_posts/2026-03-02-NW2026",
        path="_posts/2026-03-02-NW2026.md",
        digest="",
        size=len(SCRAPED.encode()),
        title="港口“零碳”码头投用",
        published=NOON,
        updated=NOON,
        language="en",
        categories=("chaoxiwanbao",),
        tags=("潮汐晚报新闻",),
        source=Source(name="潮汐晚报"),
        original="https://wanbao.example/2026/0302.html",
        link="https://wanbao.example/2026/0302.html",
    )


def test_what_was_taken_as_attribution_is_not_in_the_text_again():
    found = parsed(SCRAPED)

    article = article_of(SCRAPED.encode(), found.entry, reader_of(SITE))

    assert (article.html, article.summary) == (
        "<p>三月二日，北港零碳码头投入使用。</p>",
        "三月二日，北港零碳码头投入使用。",
    )


def test_front_matter_says_more_than_the_text():
    text = post(
        "title: Rain",
        "date: 2026-03-02T12:00:00+08:00",
        "updated: 2026-03-03",
        "lang: en_GB",
        "categories: [City, Weather]",
        "tags: sun, '#rain'",
        "author: {name: Ada Example, url: 'https://ada.example/'}",
        "source: {name: The Paper, url: 'https://paper.example/', feed: 'https://paper.example/rss'}",
        "original_url: https://paper.example/rain",
        "permalink: /rain/",
        "summary: It <em>rained</em>.",
        "image: /rain.jpg",
        "enclosure: {url: rain.mp3, type: audio/mpeg, length: 1234, duration: '1:05'}",
    )

    found = parsed(text).entry

    assert (found.updated, found.language, found.categories, found.authors, found.source) == (
        datetime(2026, 3, 2, 16, tzinfo=UTC),
        "en-GB",
        ("City", "Weather"),
        (Person(name="Ada Example", url="https://ada.example/"),),
        Source(name="The Paper", url="https://paper.example/", feed="https://paper.example/rss"),
    )
    assert (found.original, found.permalink, found.summary, found.image, found.enclosures) == (
        "https://paper.example/rain",
        "https://www.example.org/rain/",
        "It rained.",
        Image(url="https://www.example.org/rain.jpg"),
        (Enclosure(url="https://www.example.org/rain/rain.mp3", type="audio/mpeg", length=1234, duration=65),),
    )


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("expires: 2026-04-01", "expires", datetime(2026, 3, 31, 16, tzinfo=UTC)),
        ("content: summary", "content", "summary"),
        ("feedContent: full", "content", "full"),
        ("feed: {excerpt_only: true}", "content", "summary"),
        ("episode: 3", "episode", Episode(number=3)),
        ("url: /b/", "permalink", "https://www.example.org/b/"),
        ("extra: {author: Ada Example}", "authors", (Person(name="Ada Example"),)),
        ("params: {title: y}", "title", "x"),
    ],
)
def test_what_few_posts_say_counts_as_well(line, name, value):
    found = parsed(post("title: x", "date: 2026-03-02", line)).entry

    assert getattr(found, name) == value


def test_zolas_path_is_the_posts_address():
    found = parsed('+++\ntitle = "x"\ndate = 2026-03-02\npath = "b/c"\n+++\nText.').entry

    assert found.permalink == "https://www.example.org/b/c/"


def test_a_post_in_the_folder_for_drafts_is_one():
    assert parsed(post("title: x", "date: 2026-03-02"), "blog/_drafts/a.md").state is State.DRAFT


def test_a_key_without_a_letter_means_nothing():
    found = parsed(post("title: x", "date: 2026-03-02", "_: y")).entry

    assert (found.tags, found.authors, found.categories) == ((), (), ())


def test_without_a_field_the_players_in_the_text_name_the_enclosures():
    found = parsed(post("title: x", "date: 2026-03-02", body='<audio src="/talk.mp3"></audio>')).entry

    assert found.enclosures == (Enclosure(url="https://www.example.org/talk.mp3", type="audio/mpeg", length=0),)


@pytest.mark.parametrize("value", ["just words", "javascript:alert(1).mp3", "mailto:a@b.example"])
def test_what_is_no_files_address_is_ignored_and_told(value):
    found = parsed(post("title: x", "date: 2026-03-02", f"audio: '{value}'"))

    assert found.entry.enclosures == ()
    assert [(d.code, d.line, d.message) for d in found.diagnostics] == [
        ("enclosure-refused", 4, "`audio` is no file's address; it was ignored")
    ]


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("date: 2026-03-02 12:00:00 +0800", "a.md"),
        ("date: 2026-03-02 12:00", "a.md"),
        ("pubDate: Mar 02 2026 12:00", "a.md"),
        ("published: true\ncreated: 2026-03-02T04:00:00Z", "a.md"),
        ("date: ' +0800'\ntimestamp: 1772424000", "a.md"),
    ],
)
def test_the_first_key_with_a_date_counts(header, path):
    assert parsed(post("title: x", header), path).entry.published == NOON


@pytest.mark.parametrize("path", ["2026-03-02-a.md", "deep/2026-03-02-a/index.md"])
def test_without_a_key_the_path_has_the_date(path):
    assert parsed(post("title: x"), path).entry.published == datetime(2026, 3, 1, 16, tzinfo=UTC)


def test_an_impossible_date_leaves_the_post_out_and_points_at_it():
    found = parsed(post("title: x", "date: 2026-13-31"))

    assert (found.state, str(found.diagnostics[0]).splitlines()[:3]) == (
        State.SKIPPED,
        [
            "content/a.md:3:7: `date` is not a date: the month must be 1 to 12, not 13",
            "    date: 2026-13-31",
            "          ^",
        ],
    )


def test_a_post_without_any_date_is_left_out():
    assert told(parsed(post("title: x"))) == [("error", "date-missing", 0)]


@pytest.mark.parametrize("text", ["Rain.\n", "--\ndate: 2026-03-02\n--\nRain.\n", " ---\ndate: 2026-03-02\n---\n"])
def test_a_post_without_a_header_is_told_how_one_begins(text):
    (problem,) = parsed(text).diagnostics

    assert problem.message == "there is no header, nor a date in the file name"
    assert problem.help == "begin the file with three lines: `---`, `date: 2026-01-31` and `---`"


def test_an_updated_before_the_date_does_not_count():
    assert parsed(post("title: x", "date: 2026-03-02", "updated: 2026-03-01")).entry.updated == datetime(
        2026, 3, 1, 16, tzinfo=UTC
    )


def test_the_end_of_the_calendar_is_never():
    found = parsed(post("title: x", "date: 2026-03-02", "expires: 9999-12-31"))

    assert (found.entry.expires, told(found)) == (None, [])


def test_a_caret_points_into_the_line_as_it_is_written():
    toml = "+++\ntitle = 'x'\ndate = '2026-13-31'\n+++\n"

    assert [(d.line, d.excerpt) for d in parsed(toml).diagnostics] == [(3, "date = '2026-13-31'")]


def test_an_updated_that_is_no_date_is_told_and_ignored():
    found = parsed(post("title: x", "date: 2026-03-02", "updated: soon"))

    assert (told(found), found.state) == ([("warning", "date-unreadable", 4)], State.ENTRY)


@pytest.mark.parametrize(
    ("header", "body", "title", "codes"),
    [
        ("title: '  Two\n  lines  '", "# Other", "Two lines", []),
        ("title: AT&amp;T", "x", "AT&T", []),
        ("title: null", "# The heading\n\nText.", "The heading", []),
        ("title: ''", "Only words here.", "Only words here.", ["title-from-text"]),
        ("layout: post", "", "my post", ["title-from-name"]),
    ],
)
def test_a_title_is_the_key_the_heading_the_words_or_the_name(header, body, title, codes):
    found = parsed(post(header, "date: 2026-03-02", body=body), "my-post.md")

    assert (found.entry.title, [d.code for d in found.diagnostics]) == (title, codes)


def test_a_heading_that_serves_as_title_is_not_again_in_the_text():
    text = "# The heading\n\nText.\n"
    found = parsed(text, "2026-03-02-a.md")

    article = article_of(text.encode(), found.entry, reader_of(SITE))

    assert (found.entry.title, article.html) == ("The heading", "<p>Text.</p>")


@pytest.mark.parametrize(
    "line", ["draft: true", "published: false", "status: draft", "publish: no", "permalink: false"]
)
def test_drafts_of_all_dialects_are_counted_as_drafts(line):
    assert parsed(post("title: x", "date: 2026-03-02", line)).state is State.DRAFT


@pytest.mark.parametrize(
    ("path", "line"),
    [("_index.md", "title: x"), ("README.md", "title: x"), ("a.md", "layout: category"), ("a.md", "redirect: /b")],
)
def test_pages_that_are_no_posts_are_counted_as_such(path, line):
    assert parsed(post(line, "date: 2026-03-02"), path).state is State.NOT_A_POST


@pytest.mark.parametrize(
    ("dialect", "line", "found"),
    [
        ("jekyll", "categories: one two", ("one", "two")),
        ("jekyll", "category: one two", ("one two",)),
        ("none", "categories: one two", ("one two",)),
        ("none", "categories: [[a, b], c, null, 7]", ("a", "b", "c", "7")),
        ("none", "categories:", ("folder",)),
    ],
)
def test_categories_are_split_at_blanks_only_where_jekyll_does(dialect, line, found):
    site = replace(SITE, content=ContentSettings(dialect=dialect))

    assert parsed(post("title: x", "date: 2026-03-02", line), "folder/a.md", site).entry.categories == found


def test_what_is_no_name_among_the_categories_is_told():
    found = parsed(post("title: x", "date: 2026-03-02", "categories: [city, 7, null, {x: y}]"))

    assert (found.entry.categories, [d.message for d in found.diagnostics]) == (
        ("city", "7"),
        [
            "an empty item among the categories is no name; it was ignored",
            "a table among the categories is no name; it was ignored",
        ],
    )


def test_a_category_lends_its_source_to_entries_that_name_none():
    paper = Source(name="The Paper", url="https://paper.example/")
    site = replace(SITE, categories=(CategorySettings(name="paper", source=paper),))

    assert parsed(post("title: x", "date: 2026-03-02", "category: paper"), site=site).entry.source == paper


def test_a_script_for_a_link_is_told_and_ignored():
    found = parsed(post("title: x", "date: 2026-03-02", "original_url: javascript:alert(1)"))

    assert (found.entry.original, told(found)) == ("", [("warning", "link-refused", 4)])


def test_other_engines_tags_are_told_once_at_the_first():
    found = parsed(
        post("title: x", "date: 2026-03-02", body="One.\n\n{% include a.html %}\n\n{{< fig >}} {% include b %}")
    )

    assert told(found) == [("warning", "tag-dropped", 7)]


@pytest.mark.parametrize(("dialect", "language"), [("hugo", "fr"), ("none", "en")])
def test_a_language_in_the_files_name_counts_where_the_dialect_puts_it_there(dialect, language):
    site = replace(SITE, content=ContentSettings(dialect=dialect))

    assert parsed(post("title: x", "date: 2026-03-02"), "post.fr.md", site).entry.language == language


def test_a_path_without_zone_is_remembered():
    assert [
        parsed(post("title: x", f"date: {date}")).has_zone for date in ("2026-03-02 12:00", "2026-03-02T12:00Z")
    ] == [False, True]


def test_two_posts_with_one_id_are_told_and_the_later_by_path_gives_way():
    entries = (entry("b", id="urn:x:1"), entry("a", id="urn:x:1"))

    unique, problems = with_ids_of_their_own(entries, SITE)

    assert ([one.id for one in unique], [(p.path, p.code) for p in problems]) == (
        ["urn:x:1", "tag:news.example.org,2026:b"],
        [("content/b.md", "id-repeated")],
    )


def test_an_id_that_is_by_chance_anothers_path_is_told():
    entries = (entry("b"), entry("a", id="tag:news.example.org,2026:b"))

    unique, problems = with_ids_of_their_own(entries, SITE)

    assert ([one.id for one in unique], [(p.path, p.code) for p in problems]) == (
        ["tag:news.example.org,2026:b", "tag:news.example.org,2026:b.md"],
        [("content/b.md", "id-repeated")],
    )


def test_no_post_is_lost_to_one_that_claims_every_id_it_could_have():
    claims = [
        "urn:x",
        "tag:news.example.org,2026:z",
        "tag:news.example.org,2026:z.md",
        "urn:x#" + entry("z", id="urn:x").anchor,
    ]
    entries = [entry(f"{number}", id=claim) for number, claim in enumerate(claims)]

    unique, _ = with_ids_of_their_own((*entries, entry("z", id="urn:x")), SITE)

    assert (len(unique), len({one.id for one in unique})) == (5, 5)


def test_tags_and_authors_that_differ_in_blanks_or_composition_only_are_one():
    lines = ('tags: [é, "e\u0301", "a  b", a b]', "authors: [Ada  B, Ada B]")

    found = parsed(post("title: x", "date: 2026-03-02", *lines))

    assert (found.entry.tags, found.entry.authors) == (("é", "a b"), (Person(name="Ada B"),))


def test_of_two_files_of_one_name_the_second_keeps_its_extension_and_nothing_is_told():
    both = tuple(entry("a", path=path, id="tag:news.example.org,2026:a") for path in ("a.md", "a.html"))

    unique, problems = with_ids_of_their_own(both, SITE)

    assert ([(one.path, one.id) for one in unique], problems) == (
        [("a.html", "tag:news.example.org,2026:a"), ("a.md", "tag:news.example.org,2026:a.md")],
        (),
    )


@given(
    st.binary(max_size=400) | st.text(max_size=400).map(lambda text: ("---\n" + text).encode("utf-8", "surrogatepass"))
)
def test_no_bytes_make_parsing_raise(data):
    found = parse_post(data, "2026-03-02-a.md", reader_of(SITE))

    assert (found.entry is None) == (found.state is not State.ENTRY)


@pytest.mark.parametrize(
    "text",
    [
        post("title: x", "date: 2026-03-02", body="Words.\n\nVia: hTtps://Paper.example/A/1"),
        post("title: x", "date: 2026-03-02", "source_url: HTTPS://Paper.example/A/1"),
    ],
)
def test_an_original_link_has_the_scheme_that_readers_know(text):
    assert parsed(text).entry.original == "https://Paper.example/A/1"
