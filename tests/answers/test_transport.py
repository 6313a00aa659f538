"""How feeds are found, fetched, checked and moved: rows 59 to 68 of docs/feeds.md."""

import json
from urllib.parse import quote, unquote
from xml.dom import minidom
from xml.etree import ElementTree as ET

import pytest
from lxml import html
from sites import NOW, built, tree, write

from feeds.build import Wishes, check

A = "{http://www.w3.org/2005/Atom}"
FH = "{http://purl.org/syndication/history/1.0}"
URL = "https://news.example.org/"
TYPES = {"rss.xml": "application/rss+xml", "atom.xml": "application/atom+xml", "feed.json": "application/feed+json"}
LABELS = {"rss.xml": "RSS", "atom.xml": "Atom", "feed.json": "JSON Feed"}

PLAIN = """
digests = []

[site]
title = "Tide"
url = "https://news.example.org/"
home = "https://www.example.org/"
"""

EVERY_KIND = """
[site]
title = 'Tide & "Rain"'
url = "https://news.example.org/"

[feeds]
by = ["category", "tag", "author", "source", "language"]
archive = true
websub = "https://hub.example.net/"

[[feeds.custom]]
name = "own"
title = "Our own"
"""


def post(title, *lines, day="2026-03-02", body="It rained."):
    return "\n".join(["---", f"title: {title}", f"date: {day} 12:00:00", *lines, "---", body])


RICH = post("Rain", "categories: 晚报", "tags: R&B", "author: Ada", "source: The Paper")


def published(folder, posts, config):
    """Build a site of *posts* in *folder* and return every file by path."""
    built(write(folder / "site", posts, config), jobs=1)
    return tree(folder / "site")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return every file of a site with a feed and a page of every kind."""
    posts = {"a.md": RICH, "b.md": post("Sun", day="2026-02-03")}
    return published(tmp_path_factory.mktemp("every_kind"), posts, EVERY_KIND)


def documents(files):
    return [path for path in files if path.endswith((".xml", ".json"))]


KEYS = {"self": "feed_url", "alternate": "home_page_url", "prev-archive": "next_url"}
"""What JSON Feed calls a relation."""


def links(files, path, relation):
    """Return the addresses that the feed itself, not an entry, has for *relation*."""
    if path.endswith(".json"):
        feed = json.loads(files[path])
        found = [feed.get(KEYS[relation])] if relation in KEYS else [hub["url"] for hub in feed.get("hubs", [])]
        return [url for url in found if url]
    root = ET.fromstring(files[path])
    feed = root if root.tag == f"{A}feed" else root[0]
    if relation == "alternate" and feed is not root:
        return [link.text for link in feed.iterfind("link")]
    return [link.get("href") for link in feed.iterfind(f"{A}link[@rel='{relation}']")]


def titles(files, path):
    """Return the titles of a feed's entries in their order."""
    if path.endswith(".json"):
        return [item["title"] for item in json.loads(files[path])["items"]]
    root = ET.fromstring(files[path])
    entries = root.findall(f"{A}entry") or root.findall("channel/item")
    return [entry.findtext(f"{A}title") or entry.findtext("title") for entry in entries]


# --- 59, 60: found --------------------------------------------------------------------------------------


def test_59_every_document_names_its_own_absolute_address(files):
    selves = {path: links(files, path, "self") for path in documents(files)}

    assert selves == {path: [URL + quote(path)] for path in documents(files)}
    assert selves.keys() >= {"rss.xml", "category/晚报/atom.xml", "archive/2026-02.feed.json", "digest/daily/rss.xml"}


def test_59_the_self_link_has_the_type_of_its_document(files):
    rss, atom = ET.fromstring(files["category/晚报/rss.xml"])[0], ET.fromstring(files["category/晚报/atom.xml"])

    assert [feed.find(f"{A}link[@rel='self']").get("type") for feed in (rss, atom)] == [
        "application/rss+xml",
        "application/atom+xml",
    ]


def feed_links(name, folder):
    """Return what a page says of the feed *name* in *folder*: title, type and address of each format."""
    title = f'Tide & "Rain"{name and " – "}{name}'
    return [(f"{title} ({LABELS[file]})", TYPES[file], URL + quote(folder) + file) for file in TYPES]


def alternates(page):
    return [(e.get("title"), e.get("type"), e.get("href")) for e in page.iter("link") if e.get("rel") == "alternate"]


PAGES = {
    "index.html": [],
    "feeds.html": [],
    "source/index.html": [],
    "category/晚报/index.html": feed_links("晚报", "category/晚报/"),
    "category/uncategorised/index.html": feed_links("Other", "category/uncategorised/"),
    "tag/r-b/index.html": feed_links("R&B", "tag/r-b/"),
    "author/ada/index.html": feed_links("Ada", "author/ada/"),
    "source/the-paper/index.html": feed_links("The Paper", "source/the-paper/"),
    "language/en/index.html": feed_links("en", "language/en/"),
    "feed/own/index.html": feed_links("Our own", "feed/own/"),
    "digest/daily/index.html": feed_links("Daily digest", "digest/daily/"),
    "digest/daily/2026-02-03/index.html": feed_links("Daily digest", "digest/daily/"),
    "digest/daily/2026-03-02/index.html": feed_links("Daily digest", "digest/daily/"),
}


def test_60_every_page_announces_its_own_feed_and_then_the_sites_in_all_formats(files):
    pages = [path for path in files if path.endswith(".html") and not path.endswith("/email.html")]

    announced = {path: alternates(html.fromstring(files[path])) for path in pages}

    assert announced == {path: own + feed_links("", "") for path, own in PAGES.items()}


def test_60_the_page_of_feeds_has_the_same_links_to_copy(files):
    (snippet,) = html.fromstring(files["feeds.html"]).iter("code")

    copied = html.fromstring(f"<html><head>{snippet.text}</head></html>")

    assert alternates(copied) == feed_links("", "")


def test_60_a_format_that_is_off_is_not_announced(tmp_path):
    files = published(tmp_path, {"a.md": post("Rain")}, PLAIN + '[feeds]\nformats = ["atom"]\n')

    page = html.fromstring(files["category/uncategorised/index.html"])

    assert [address for _title, _type, address in alternates(page)] == [
        f"{URL}category/uncategorised/atom.xml",
        f"{URL}atom.xml",
    ]


# --- 61, 62: fetched --------------------------------------------------------------------------------------


def test_61_every_feed_names_the_hub_and_no_archive_document_does(files):
    hubs = {path: links(files, path, "hub") for path in documents(files)}

    assert hubs == {path: [] if path.startswith("archive/") else ["https://hub.example.net/"] for path in hubs}


def test_61_json_says_what_kind_of_hub_it_is(files):
    assert json.loads(files["feed.json"])["hubs"] == [{"type": "WebSub", "url": "https://hub.example.net/"}]


def test_61_without_a_hub_none_is_named(tmp_path):
    files = published(tmp_path, {"a.md": post("Rain")}, PLAIN)

    assert [links(files, path, "hub") for path in ("rss.xml", "atom.xml", "feed.json")] == [[], [], []]


ARCHIVE = PLAIN + "[feeds]\nentries = 1\nby = []\narchive = true\n"
MONTHS = {
    "a.md": post("Frost", day="2026-01-05"),
    "b.md": post("Snow", day="2026-01-20"),
    "c.md": post("Thaw", day="2026-02-10"),
    "d.md": post("Rain", day="2026-03-02"),
}


def read_back(files, path):
    """Return each document's titles by path, from the feed at *path* back to its oldest archive document."""
    found = {}
    while path:
        found[path] = titles(files, path)
        path = "".join(links(files, path, "prev-archive")).removeprefix(URL)
    return found


@pytest.mark.parametrize("feed", ["rss.xml", "atom.xml", "feed.json"])
def test_62_from_the_feed_back_through_its_archive_every_entry_is_found(tmp_path, feed):
    files = published(tmp_path, MONTHS, ARCHIVE)

    assert read_back(files, feed) == {
        feed: ["Rain"],
        f"archive/2026-03.{feed}": ["Rain"],
        f"archive/2026-02.{feed}": ["Thaw"],
        f"archive/2026-01.{feed}": ["Snow", "Frost"],
    }


@pytest.mark.parametrize("feed", ["rss.xml", "atom.xml"])
def test_62_an_archive_document_says_that_it_is_one_and_leads_both_ways(tmp_path, feed):
    files = published(tmp_path, MONTHS, ARCHIVE)

    document = ET.fromstring(files[f"archive/2026-02.{feed}"])

    assert {
        e.get("rel"): e.get("href").removeprefix(URL) for e in document.iter(f"{A}link") if e.get("type") == TYPES[feed]
    } == {
        "self": f"archive/2026-02.{feed}",
        "current": feed,
        "prev-archive": f"archive/2026-01.{feed}",
        "next-archive": f"archive/2026-03.{feed}",
    }
    assert [e.tag for e in document.iter() if e.tag.startswith(FH)] == [f"{FH}archive"]


def test_62_a_new_post_leaves_all_but_the_newest_archive_document_as_they_were(tmp_path):
    before = published(tmp_path, MONTHS, ARCHIVE)

    after = published(tmp_path, {"e.md": post("Wind", day="2026-03-03")}, ARCHIVE)

    assert [path for path in after if path.startswith("archive/") and after[path] != before[path]] == [
        "archive/2026-03.atom.xml",
        "archive/2026-03.feed.json",
        "archive/2026-03.rss.xml",
    ]


def test_62_the_first_post_of_a_month_links_the_document_before_it_to_its_own(tmp_path):
    before = published(tmp_path, {name: MONTHS[name] for name in ("a.md", "c.md")}, ARCHIVE)

    after = published(tmp_path, {"d.md": MONTHS["d.md"]}, ARCHIVE)

    assert [path for path in after if path.startswith("archive/") and after[path] != before.get(path)] == [
        "archive/2026-02.atom.xml",
        "archive/2026-02.rss.xml",
        "archive/2026-03.atom.xml",
        "archive/2026-03.feed.json",
        "archive/2026-03.rss.xml",
    ]
    assert links(before, "archive/2026-02.atom.xml", "next-archive") == []
    assert links(after, "archive/2026-02.atom.xml", "next-archive") == [f"{URL}archive/2026-03.atom.xml"]


def test_62_the_feed_of_a_digest_has_no_archive_and_its_page_every_edition(files):
    page = html.fromstring(files["digest/daily/index.html"])

    assert [path for path in files if path.startswith("archive/digest")] == []
    assert [e.get("href") for e in page.find_class("counts")[0].iter("a")] == ["2026-03-02/index.html"]
    assert [e.get("href") for e in page.find_class("counts")[1].iter("a")] == ["2026-02-03/index.html"]


def test_62_a_month_too_large_for_one_document_is_split_from_the_oldest(tmp_path):
    posts = {f"{n}.md": post(f"Day {n}", day=f"2026-03-0{n}", body="Rain. " * 1000) for n in range(1, 8)}

    files = published(tmp_path, posts, ARCHIVE + "max_bytes = 20_000\n")

    assert read_back(files, "atom.xml") == {
        "atom.xml": ["Day 7"],
        "archive/2026-03-2.atom.xml": ["Day 7", "Day 6"],
        "archive/2026-03.atom.xml": ["Day 5", "Day 4", "Day 3", "Day 2", "Day 1"],
    }


def test_62_unless_it_is_wanted_there_is_no_archive(tmp_path):
    files = published(tmp_path, MONTHS, ARCHIVE.replace("archive = true", ""))

    assert [path for path in files if path.startswith("archive/")] == []
    assert [links(files, path, "prev-archive") for path in TYPES] == [[], [], []]


# --- 63, 64: seen and moved -------------------------------------------------------------------------------


def test_63_every_feed_leads_to_its_own_page_for_people(files):
    feeds = [path for path in documents(files) if not path.startswith("archive/")]

    pages = {path: unquote(url.removeprefix(URL)) for path in feeds for url in links(files, path, "alternate")}

    assert pages == {path: path.rpartition("/")[0] and path.rpartition("/")[0] + "/" for path in feeds}
    assert {f"{page}index.html" for page in pages.values()} <= files.keys()


@pytest.mark.parametrize("folder", ["category/晚报/", "source/the-paper/", "feed/own/"])
def test_63_the_page_shows_the_entries_of_its_feed_in_their_order(files, folder):
    page = html.fromstring(files[f"{folder}index.html"])

    headings = [e.text_content() for e in page.find_class("p-name")]

    assert headings == titles(files, f"{folder}rss.xml") != []


@pytest.mark.parametrize("path", ["rss.xml", "category/晚报/atom.xml", "archive/2026-02.rss.xml"])
def test_63_a_browser_shows_the_feed_itself_with_a_style_sheet_and_no_script(files, path):
    root = minidom.parseString(files[path])

    told = [(node.target, node.data) for node in root.childNodes if node.nodeType == node.PROCESSING_INSTRUCTION_NODE]

    assert told == [("xml-stylesheet", 'type="text/css" href="/feed.css"')]
    assert (b"channel" in files["feed.css"], root.getElementsByTagNameNS("*", "script")) == (True, [])


MOVED = """
[categories.city]
slug = "town"

[feeds.aliases]
"index.xml" = "atom.xml"
"category/city/rss.xml" = "category/town/rss.xml"
"old/feed.json" = "feed.json"
"""


def test_64_an_old_address_still_has_the_feed_which_names_its_new_one(tmp_path):
    files = published(tmp_path, {"a.md": post("Rain", "categories: city")}, PLAIN + MOVED)

    assert [files[old] for old in ("index.xml", "category/city/rss.xml", "old/feed.json")] == [
        files[new] for new in ("atom.xml", "category/town/rss.xml", "feed.json")
    ]
    assert links(files, "category/city/rss.xml", "self") == [f"{URL}category/town/rss.xml"]
    assert titles(files, "category/city/rss.xml") == ["Rain"]


def test_64_every_old_address_is_in_the_file_of_redirects(tmp_path):
    files = published(tmp_path, {"a.md": post("Rain", "categories: city")}, PLAIN + MOVED)

    lines = [line.split() for line in files["_redirects"].decode().splitlines() if line[:1] == "/"]

    assert [(old, new.removeprefix(URL[:-1])) for old, new, _status in lines] == [
        ("/category/city/rss.xml", "/category/town/rss.xml"),
        ("/index.xml", "/atom.xml"),
        ("/old/feed.json", "/feed.json"),
    ]
    assert {status for *_, status in lines} == {"301"}


# --- 65, 66: whose and what ------------------------------------------------------------------------------


def addresses(files):
    """Return where the titles of the entries lead, in every format."""
    atom = ET.fromstring(files["atom.xml"])
    return [
        [link.text for link in ET.fromstring(files["rss.xml"]).iterfind("channel/item/link")],
        [link.get("href") for link in atom.iterfind(f"{A}entry/{A}link[@rel='alternate']")],
        [item["url"] for item in json.loads(files["feed.json"])["items"]],
    ]


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/{category}/{year}/{month}/{day}/{name}.html", "https://www.example.org/city/2026/03/02/rain.html"),
        ("/{name}/", "https://www.example.org/rain/"),
        ("/{name}", "https://www.example.org/rain"),
        ("{path}.htm", "https://www.example.org/city/2026-03-02-rain.htm"),
    ],
)
def test_65_links_have_the_form_that_the_site_gives_its_pages(tmp_path, pattern, address):
    posts = {"city/2026-03-02-rain.md": post("Rain")}

    files = published(tmp_path, posts, PLAIN + f'[content]\npermalink = "{pattern}"\n')

    assert addresses(files) == [[address]] * 3


@pytest.mark.parametrize("own", ["/weather/rain", "/weather/rain/", "/weather/rain.html", "/Weather/Rain/?p=1"])
def test_65_an_address_of_the_posts_own_is_kept_to_the_last_slash(tmp_path, own):
    files = published(tmp_path, {"a.md": post("Rain", f"permalink: {own}")}, PLAIN)

    assert addresses(files) == [[f"https://www.example.org{own}"]] * 3


def test_65_a_feed_calls_its_page_as_the_page_calls_itself(files):
    feeds = [path for path in documents(files) if path.endswith("/feed.json")]

    named = {links(files, path, "alternate")[0] for path in feeds}

    pages = [html.fromstring(files[path]) for path in files if path.endswith("/index.html")]
    assert named <= {e.get("href") for page in pages for e in page.iter("link") if e.get("rel") == "canonical"}
    assert {url[-1] for url in named} == {"/"}


NO_POSTS = {
    "_index.md": post("Section"),
    "README.md": post("Read me"),
    "404.html": post("Not found"),
    "about.md": post("About", "layout: page"),
    "tags.md": post("Tags", "layout: tag"),
    "moved.md": post("Moved", "redirect_to: https://www.example.org/rain"),
}


def test_66_pages_sections_and_redirects_are_counted_and_in_no_feed(tmp_path):
    report = built(write(tmp_path / "site", NO_POSTS | {"a.md": post("Rain")}, PLAIN), jobs=1)

    files = tree(tmp_path / "site")
    assert (report.posts["read"], report.posts["published"], report.posts["not_a_post"]) == (7, 1, 6)
    assert [titles(files, path) for path in TYPES] == [["Rain"]] * 3


def found(report):
    """Return path, line, code and severity of each problem but the note that entries link to their editions."""
    problems = [p for p in report.diagnostics if p.code != "links-to-editions"]
    return [(p.path, p.line, p.code, p.severity.value) for p in problems]


def test_66_a_file_without_a_date_is_named_and_in_no_feed(tmp_path):
    posts = {"a.md": post("Rain"), "b.md": "# Undated\n\nIt rained."}

    report = built(write(tmp_path / "site", posts, PLAIN), jobs=1)

    assert found(report) == [("content/b.md", 0, "date-missing", "error")]
    assert [titles(tree(tmp_path / "site"), path) for path in TYPES] == [["Rain"]] * 3


# --- 67, 68: checked and in order -------------------------------------------------------------------------


def checked(folder, posts, config=PLAIN):
    return found(check(write(folder / "site", posts, config), Wishes(now=NOW, jobs=1)))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("updated: 2026-02-30", ("content/b.md", 4, "date-unreadable", "warning")),
        ("lang: English", ("content/b.md", 4, "language-unknown", "warning")),
        ("original_url: javascript:alert(1)", ("content/b.md", 4, "link-refused", "warning")),
        ('summary: "half \\ud83d"', ("content/b.md", 4, "lone-surrogate", "warning")),
        ("id: same", ("content/b.md", 0, "id-repeated", "warning")),
        ("permalink: /a.html", ("content/b.md", 0, "permalink-repeated", "warning")),
    ],
)
def test_67_a_check_names_what_would_spoil_a_feed_and_where_it_stands(tmp_path, line, problem):
    posts = {"a.md": post("Rain", "id: same", "permalink: /a.html"), "b.md": post("Sun", line)}

    assert checked(tmp_path, posts) == [problem]


@pytest.mark.parametrize("date", ["2026-02-30", "05/01/2026", "0001-01-01T00:00:00Z", "soon"])
def test_67_a_date_that_is_none_or_could_be_two_is_an_error(tmp_path, date):
    posts = {"a.md": f"---\ntitle: Rain\ndate: {date}\n---\nIt rained."}

    assert checked(tmp_path, posts) == [("content/a.md", 3, "date-impossible", "error")]


@pytest.mark.parametrize(("day", "line"), [("1985-03-02", "tags: sun"), ("2026-03-02", "updated: 2062-03-02")])
def test_67_a_date_before_1990_and_a_change_to_come_are_named(tmp_path, day, line):
    posts = {"a.md": post("Rain", line, day=day)}

    assert checked(tmp_path, posts) == [("content/a.md", 0, "date-unlikely", "warning")]


def test_67_an_alias_of_no_feed_is_found(tmp_path):
    config = PLAIN + '[feeds]\naliases = { "old.xml" = "category/town/rss.xml" }\n'

    assert checked(tmp_path, {"a.md": post("Rain")}, config) == [("feeds.toml", 0, "alias-left-out", "warning")]


def test_67_a_template_that_no_feed_can_be_made_with_is_found(tmp_path):
    (tmp_path / "site/templates/feed").mkdir(parents=True)
    (tmp_path / "site/templates/feed/content.html").write_text("{{ nothing }}")

    problems = checked(tmp_path, {"a.md": post("Rain")}, PLAIN + '[feeds]\nby = []\nformats = ["rss"]\n')

    assert problems == [("templates/feed/content.html", 1, "not-made", "error")]


HOSTILE = r'"A & <b>, ]]> \b\uFFFE &#8; \uD83D </title>"'


def test_67_whatever_a_post_says_every_document_is_well_formed(tmp_path):
    posts = {"a.md": post(HOSTILE, f"tags: [{HOSTILE}]", f"author: {HOSTILE}", body=f"{HOSTILE} \x08\x00\ufffe")}

    files = published(tmp_path, posts, PLAIN + '[feeds]\nby = ["tag", "author"]\narchive = true\n')

    assert [titles(files, path) for path in ("rss.xml", "feed.json")] == [["A & <b>, ]]> </title>"]] * 2
    assert {len(titles(files, path)) for path in documents(files)} == {1}


def test_68_entries_are_newest_first_and_by_id_where_they_are_as_old(tmp_path):
    names = ["c", "a", "d", "b"]
    posts = {f"{name}.md": post(name, day="2026-03-01" if name in "ad" else "2026-03-02") for name in names}

    files = published(tmp_path, posts, PLAIN)

    feeds = [path for path in documents(files) if path.endswith(tuple(TYPES))]
    assert {path: titles(files, path) for path in feeds} == {path: ["b", "c", "a", "d"] for path in feeds}


def test_68_an_edited_post_keeps_its_place(tmp_path):
    posts = {"a.md": post("Rain"), "b.md": post("Sun", "updated: 2026-03-07", day="2026-03-01")}

    files = published(tmp_path, posts, PLAIN)

    assert [titles(files, path) for path in TYPES] == [["Rain", "Sun"]] * 3
