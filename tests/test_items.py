"""What every format shows of a feed: which items, and what they say."""

from dataclasses import replace

import pytest
from feed_samples import (
    ARTICLES,
    EVERY_ENTRY,
    FRAME,
    OWN,
    RICH,
    SITE,
    Digest,
    Source,
    archived,
    article,
    digest,
    document,
    everything,
    limited,
    summaries,
)
from hypothesis import given
from hypothesis import strategies as st

from feeds.model import Image
from feeds.people import Person
from feeds.render import atom, jsonfeed, rss
from feeds.render._items import head_of, items_of, title_of
from feeds.render._sizes import size_of
from feeds.settings import ContentSettings

FORMATS = {"rss": rss, "atom": atom, "json": jsonfeed}

texts = st.text(max_size=40) | st.text("&<>\"'\\\n\t a\x7f\x80", max_size=40)


def sizes(articles, frame):
    """The size of the document of *articles* in each format."""
    entries = tuple(article.entry for article in articles)
    by_id = {article.entry.id: article for article in articles}
    return {form: len(module.render(document(form, entries=entries), by_id, frame)) for form, module in FORMATS.items()}


def estimate(articles, frame):
    entries = tuple(article.entry for article in articles)
    by_id = {article.entry.id: article for article in articles}
    return sum(size_of(item) for item in items_of(document("rss", entries=entries), by_id, frame))


PLAIN = replace(OWN, entry=replace(OWN.entry, categories=()))

BIG = {
    "titles": replace(PLAIN, entry=replace(PLAIN.entry, title="&<>\"'\\" * 200)),
    "summaries": replace(PLAIN, summary="&<>\"'\\\n" * 200),
    "bodies": replace(PLAIN, whole=lambda: "&<>" * 200),
    "quotes": replace(PLAIN, whole=lambda: '"\\\n\t\r' * 200),
    "tags": replace(PLAIN, entry=replace(PLAIN.entry, tags=tuple(f"{n}" for n in range(99)))),
    "authors": replace(PLAIN, entry=replace(PLAIN.entry, authors=tuple(Person(name="A", url="a:") for _ in range(99)))),
    "files": replace(PLAIN, entry=replace(PLAIN.entry, enclosures=RICH.entry.enclosures * 50)),
    "sources": replace(PLAIN, entry=replace(PLAIN.entry, source=Source(name="&" * 500, url="a:&", feed="a:&"))),
    "originals": replace(PLAIN, entry=replace(PLAIN.entry, original="a:" + "&" * 500)),
    "everything": RICH,
}


@pytest.mark.parametrize("article", BIG.values(), ids=BIG.keys())
def test_no_format_takes_more_than_the_estimate(article):
    larger, smaller = sizes([article], FRAME), sizes([], FRAME)

    grown = max(larger[form] - smaller[form] for form in FORMATS)
    assert grown <= estimate([article], FRAME)


@given(title=texts, summary=texts, html=texts, name=texts)
def test_no_format_takes_more_than_the_estimate_whatever_the_words(title, summary, html, name):
    entry = replace(RICH.entry, title=title, tags=(name,), authors=(Person(name=name),), source=Source(name=name))
    shown = replace(RICH, entry=entry, summary=summary, whole=lambda: html)

    larger, smaller = sizes([shown], FRAME), sizes([], FRAME)

    grown = max(larger[form] - smaller[form] for form in FORMATS)
    assert grown <= estimate([shown], FRAME)


def test_the_estimate_of_an_ordinary_post_is_a_tenth_too_high_at_most():
    long = replace(RICH, whole=lambda: "<p>The ferry &amp; her crew sailed on, <em>as ever</em>.</p>\n" * 200)

    taken = max(sizes([long], FRAME).values())

    assert taken <= estimate([long], FRAME) < taken * 1.1


def test_a_feed_holds_what_fits_and_each_format_the_same():
    articles = {(a := article(n, html="x" * 12_000)).entry.id: a for n in range(1, 21)}
    entries = tuple(a.entry for a in articles.values())
    frame = limited(100_000)

    ids = {tuple(i.id for i in items_of(document(form, entries=entries), articles, frame)) for form in FORMATS}

    assert ids == {tuple(entry.id for entry in entries[:7])}


@pytest.mark.parametrize(("form", "module"), FORMATS.items())
def test_a_document_of_more_than_five_is_never_larger_than_allowed(form, module):
    articles = {(a := article(n, html="<&>" * 1_000)).entry.id: a for n in range(1, 21)}
    subject = document(form, entries=tuple(a.entry for a in articles.values()))

    document_bytes = module.render(subject, articles, limited(100_000))

    assert len(document_bytes) <= 100_000


def test_five_items_stay_however_large_they_are():
    subject, _frame = everything("rss")

    items = items_of(subject, ARTICLES, limited(1))

    assert [item.id for item in items] == [entry.id for entry in EVERY_ENTRY[:5]]


def test_an_archive_document_keeps_all_its_entries():
    subject, _frame = archived("rss")

    items = items_of(replace(subject, entries=EVERY_ENTRY), ARTICLES, limited(1))

    assert len(items) == len(EVERY_ENTRY)


def test_a_post_may_insist_on_its_whole_text():
    subject, frame = summaries("rss")

    items = items_of(subject, ARTICLES, frame)

    assert [bool(item.html) for item in items] == [False, False, True]


def test_an_entry_of_the_sites_own_has_no_attribution():
    (item,) = items_of(document("rss", entries=(OWN.entry,)), ARTICLES, FRAME)

    assert item.html == "<p>正文。</p>"


def test_a_sites_own_template_replaces_the_content():
    frame = replace(FRAME, templates={**FRAME.templates, "feed/content.html": "<b>{{ entry.title }}</b>"})

    (item,) = items_of(document("rss", entries=(OWN.entry,)), ARTICLES, frame)

    assert item.html == "<b>河畔书展开幕</b>"


def test_an_items_link_is_the_documents_entrys():
    linked = replace(OWN.entry, link="https://news.example.org/digest/daily/2022-01-01/#e1")

    (item,) = items_of(document("rss", entries=(linked,)), ARTICLES, FRAME)

    assert item.link == "https://news.example.org/digest/daily/2022-01-01/#e1"


def test_the_first_tag_names_the_category_where_the_site_says_so():
    frame = replace(FRAME, site=replace(SITE, content=ContentSettings(category_titles="first-tag")))
    entry = replace(OWN.entry, categories=("kuaixun", "hepan", "other"), tags=("快讯", "河"))

    (item,) = items_of(document("rss", entries=(entry,)), ARTICLES, frame)

    assert [term.name for term in item.terms] == ["快讯", "河畔日报", "other", "快讯", "河"]


def test_an_edition_is_an_item_with_its_first_headlines():
    subject, frame = digest("rss")

    item = items_of(subject, ARTICLES, frame)[1]

    assert (item.id, item.title, item.link, item.summary) == (
        "tag:news.example.org,2026:digest:daily:2022-01-02",
        "Daily digest – 2 January 2022",
        "https://news.example.org/digest/daily/2022-01-02/",
        "河畔书展开幕",
    )


@pytest.mark.parametrize(
    ("every", "last", "title"),
    [("week", 9, "Weekly digest – 3–9 January 2022"), ("month", 31, "Monthly digest – January 2022")],
)
def test_an_editions_title_tells_its_days(every, last, title):
    subject, frame = digest("rss")
    edition = subject.editions[0]
    longer = replace(edition, digest=Digest(every=every), last=edition.last.replace(day=last))

    (item,) = items_of(replace(subject, editions=(longer,)), ARTICLES, frame)

    assert item.title == title


@pytest.mark.parametrize(
    ("kind", "name", "page", "title"),
    [
        ("site", "", "index.html", "河畔新闻"),
        ("tag", "船", "tag/x/index.html", "河畔新闻 – 船"),
        ("category", "", "category/other/index.html", "河畔新闻 – 其他"),
        ("digest", "", "digest/weekly/index.html", "河畔新闻 – 每周摘要"),
    ],
)
def test_a_feed_is_told_apart_by_its_title(kind, name, page, title):
    weekly = Digest(name="weekly", every="week")
    frame = replace(FRAME, site=replace(SITE, digests=(Digest(), weekly)))

    assert title_of(kind, name, page, frame) == title


def test_a_feed_has_one_id_in_every_format_and_in_its_archive():
    subjects = [everything(form)[0] for form in FORMATS] + [archived(form)[0] for form in FORMATS]

    ids = {head_of(subject, FRAME).id for subject in subjects}

    assert ids == {"tag:news.example.org,2026:feed:site"}


def test_the_texts_first_picture_stands_for_an_entry_that_names_none():
    plain = article(7)
    pictured = replace(plain, entry=replace(plain.entry, image=Image(url="https://www.example.org/a.jpg")))

    (item,) = items_of(replace(document("rss"), entries=(plain.entry,)), {plain.entry.id: pictured}, FRAME)

    assert item.image == Image(url="https://www.example.org/a.jpg")
