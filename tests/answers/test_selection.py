"""Rows 15 to 28 of docs/feeds.md, which feeds there are: answered by what a small site publishes."""

import json
from xml.etree import ElementTree as ET

import pytest
from sites import built, tree, write

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
SITE = """digests = []
[site]
title = "Tide"
url = "https://news.example.org/"
"""
TAG = "tag:news.example.org,2026:"
NAMES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def post(title, day, *lines, body="Text."):
    return "\n".join(["---", f"title: {title}", f"date: 2026-03-0{day}", *lines, "---", body])


def made(site, posts, config=SITE):
    """Build a new site with *posts* and return its files' bytes by path."""
    built(write(site, posts, config), jobs=1)
    return tree(site)


def entries(files, path):
    """Return the names of the posts in the feed at *path*, in its order."""
    if path.endswith(".json"):
        ids = [item["id"] for item in json.loads(files[path])["items"]]
    else:
        root = ET.fromstring(files[path])
        ids = [element.text for element in (*root.iter("guid"), *root.findall(f"{ATOM}entry/{ATOM}id"))]
    return [one.removeprefix(TAG) for one in ids]


def feeds_below(folder, files, name="atom.xml"):
    """Return the names of the posts in each feed called *name* below *folder*, by path."""
    return {path: entries(files, path) for path in files if path.startswith(folder) and path.endswith(name)}


def titles(files, folder):
    """Return the title of the feed in *folder* in each format."""
    return (
        ET.fromstring(files[f"{folder}rss.xml"]).findtext("channel/title"),
        ET.fromstring(files[f"{folder}atom.xml"]).findtext(f"{ATOM}title"),
        json.loads(files[f"{folder}feed.json"])["title"],
    )


def by(*kinds):
    return f"{SITE}[feeds]\nby = {json.dumps(kinds)}\n"


# --- 15 to 19: a feed for each -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_15_every_category_has_its_feeds_without_being_declared(tmp_path, name):
    posts = {
        "a.md": post("A", 2, "categories: [City, 晚报]"),
        "b.md": post("B", 3, "category: 晚报"),
        "c.md": post("C", 4),
        "port/d.md": post("D", 5),
    }

    files = made(tmp_path / "site", posts)

    assert feeds_below("category/", files, name) == {
        f"category/city/{name}": ["a"],
        f"category/port/{name}": ["port/d"],
        f"category/uncategorised/{name}": ["c"],
        f"category/晚报/{name}": ["b", "a"],
    }


def test_15_the_feeds_of_a_category_go_with_its_last_entry(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A", 2, "categories: city"), "b.md": post("B", 3)}, SITE)
    built(site, jobs=1)
    (site / "content/a.md").unlink()

    built(site, jobs=1)

    assert feeds_below("category/", tree(site)) == {"category/uncategorised/atom.xml": ["b"]}


def test_15_feeds_of_categories_can_be_turned_off(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A", 2, "categories: city")}, by())

    assert [path for path in files if path.endswith("atom.xml")] == ["atom.xml"]


def test_16_every_tag_has_a_feed_of_its_own_whatever_its_letters(tmp_path):
    posts = {"a.md": post("A", 2, "tags: [c, c++, 晴]"), "b.md": post("B", 3, "tags: c++, مد")}

    files = made(tmp_path / "site", posts, by("tag"))

    assert feeds_below("tag/", files) == {
        "tag/c-2421123ec6/atom.xml": ["b", "a"],
        "tag/c/atom.xml": ["a"],
        "tag/مد/atom.xml": ["b"],
        "tag/晴/atom.xml": ["a"],
    }
    assert titles(files, "tag/c-2421123ec6/") == ("Tide – c++",) * 3


def test_17_every_author_has_a_feed_also_of_what_was_written_together(tmp_path):
    posts = {
        "a.md": post("A", 2, "authors: [Ada Tern, 李潮]"),
        "b.md": post("B", 3, "author: Ada Tern <ada@tern.example>"),
    }

    files = made(tmp_path / "site", posts, by("author"))

    assert feeds_below("author/", files) == {"author/ada-tern/atom.xml": ["b", "a"], "author/李潮/atom.xml": ["a"]}


def test_18_every_source_has_a_feed_wherever_its_name_was_found(tmp_path):
    posts = {
        "a.md": post("A", 2, "source: {name: 潮汐晚报, url: 'https://wanbao.example/'}"),
        "b.md": post("B", 3, body="Text.\n\n（文章来源：潮汐晚报）"),
        "c.md": post("C", 4, "source: https://heron.example/"),
        "d.md": post("D", 5, "category: city"),
        "e.md": post("E", 6),
    }
    declared = by("source") + '[categories.city]\nsource = { name = "City Press" }\n'

    files = made(tmp_path / "site", posts, declared)

    assert feeds_below("source/", files) == {
        "source/city-press/atom.xml": ["d"],
        "source/heron-example/atom.xml": ["c"],
        "source/潮汐晚报/atom.xml": ["b", "a"],
    }


def test_19_every_language_has_a_feed_that_says_so_and_the_sites_own_has_all(tmp_path):
    posts = {"a.md": post("A", 2), "b.md": post("B", 3, "lang: fr"), "c.md": post("C", 4, "lang: zh-CN")}

    files = made(tmp_path / "site", posts, by("language"))

    assert feeds_below("", files) == {
        "atom.xml": ["c", "b", "a"],
        "language/en/atom.xml": ["a"],
        "language/fr/atom.xml": ["b"],
        "language/zh-cn/atom.xml": ["c"],
    }
    assert ET.fromstring(files["language/zh-cn/rss.xml"]).findtext("channel/language") == "zh-CN"


# --- 20, 21: feeds of one's own, feeds of nothing ----------------------------------------------------

MIXED = {
    "a.md": post("A", 2, "author: Ada", "tags: [sun, ad]", "categories: city"),
    "b.md": post("B", 3, "author: Ada", "tags: sun", "categories: port"),
    "c.md": post("C", 4, "author: Bob", "tags: sun", "lang: fr-CA"),
    "d.md": post("D", 5, "author: Bob", "source: The Heron"),
}


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ("", ["d", "c", "b", "a"]),
        ('include = { author = ["Ada"], tag = ["sun"] }', ["b", "a"]),
        ('include = { tag = ["sun"] }\nexclude = { author = ["Bob"] }', ["b", "a"]),
        ('include = { author = ["Ada"] }\nexclude = { tag = ["ad"] }', ["b"]),
        ('include = { category = ["city", "port"] }', ["b", "a"]),
        ('include = { source = ["The Heron"] }', ["d"]),
        ('exclude = { source = ["The Heron"], category = ["city"] }', ["c", "b"]),
        ('include = { language = ["fr"] }', ["c"]),
        ('exclude = { language = ["en"] }', ["c"]),
    ],
)
@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_20_a_feed_of_ones_own_has_what_meets_every_list_and_none_of_what_it_excludes(tmp_path, name, chosen, names):
    files = made(tmp_path / "site", MIXED, f'{SITE}[[feeds.custom]]\nname = "own"\n{chosen}\n')

    assert entries(files, f"feed/own/{name}") == names


def test_20_a_feed_of_ones_own_has_its_own_title_and_number_of_entries(tmp_path):
    own = '[[feeds.custom]]\nname = "own"\ntitle = "The best"\nentries = 2\n'

    files = made(tmp_path / "site", MIXED, SITE + own)

    assert (entries(files, "feed/own/rss.xml"), titles(files, "feed/own/")) == (["d", "c"], ("Tide – The best",) * 3)


def test_21_a_declared_category_without_entries_has_feeds_that_are_whole(tmp_path):
    files = made(tmp_path / "site", {}, SITE + '[categories.wanbao]\ntitle = "晚报"\n')

    channel = ET.fromstring(files["category/wanbao/rss.xml"]).find("channel")
    assert [channel.findtext(name) for name in ("title", "link", "description", "lastBuildDate", "item")] == [
        "Tide – 晚报",
        "https://news.example.org/category/wanbao/",
        "Tide – 晚报",
        "Sat, 01 Jan 2000 00:00:00 +0000",
        None,
    ]
    feed = ET.fromstring(files["category/wanbao/atom.xml"])
    assert [feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated", f"author/{ATOM}name", "entry")] == [
        f"{TAG}feed:category/wanbao",
        "Tide – 晚报",
        "2000-01-01T00:00:00Z",
        "Tide",
        None,
    ]
    assert json.loads(files["category/wanbao/feed.json"])["items"] == []


# --- 22, 23, 24: formats -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_22_23_24_each_format_can_be_had_alone(tmp_path, form):
    config = f'{SITE}[feeds]\nformats = ["{form}"]\n'

    files = made(tmp_path / "site", {"a.md": post("A", 2, "categories: city")}, config)

    written = [path for path in files if path.rpartition("/")[2] in NAMES.values()]
    assert written == sorted([f"category/city/{NAMES[form]}", NAMES[form]])


HARD = {"a.md": post("'\"Low\" & <b>high</b>'", 2, "updated: 2026-03-03", "author: Ada", body='1 < 2 & "3"\n\n\tx\n')}


def test_22_rss_is_rss_2_0_with_whole_text_and_summary(tmp_path):
    files = made(tmp_path / "site", HARD)

    root = ET.fromstring(files["rss.xml"])
    item = root.find("channel/item")
    assert (root.tag, root.attrib) == ("rss", {"version": "2.0"})
    assert [item.findtext(name) for name in ("title", "link", "guid", "pubDate", "description")] == [
        '"Low" & high',
        "https://news.example.org/",
        f"{TAG}a",
        "Mon, 02 Mar 2026 00:00:00 +0000",
        '1 &lt; 2 &amp; "3"',
    ]
    assert item.findtext(f"{CONTENT}encoded") == '<p>1 &lt; 2 &amp; "3"</p>\n<pre><code>x\n</code></pre>'


def test_23_atom_has_every_element_that_an_entry_must_have_and_its_text(tmp_path):
    files = made(tmp_path / "site", HARD)

    feed = ET.fromstring(files["atom.xml"])
    entry = feed.find(f"{ATOM}entry")
    assert (feed.tag, [feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated")]) == (
        f"{ATOM}feed",
        [f"{TAG}feed:site", "Tide", "2026-03-03T00:00:00Z"],
    )
    assert [entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated", "published", "summary")] == [
        f"{TAG}a",
        '"Low" & high',
        "2026-03-03T00:00:00Z",
        "2026-03-02T00:00:00Z",
        '1 < 2 & "3"',
    ]
    content = entry.find(f"{ATOM}content")
    assert (content.get("type"), content.text) == ("html", '<p>1 &lt; 2 &amp; "3"</p>\n<pre><code>x\n</code></pre>')


def test_24_json_feed_is_1_1_whatever_stands_in_its_texts(tmp_path):
    files = made(tmp_path / "site", HARD)

    assert json.loads(files["feed.json"]) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Tide",
        "home_page_url": "https://news.example.org/",
        "feed_url": "https://news.example.org/feed.json",
        "language": "en",
        "items": [
            {
                "id": f"{TAG}a",
                "url": "https://news.example.org/",
                "title": '"Low" & high',
                "content_html": '<p>1 &lt; 2 &amp; "3"</p>\n<pre><code>x\n</code></pre>',
                "summary": '1 < 2 & "3"',
                "date_published": "2026-03-02T00:00:00Z",
                "date_modified": "2026-03-03T00:00:00Z",
                "authors": [{"name": "Ada"}],
            },
        ],
    }


# --- 25 to 28: all feeds together --------------------------------------------------------------------

EVERY = by("category", "tag").removeprefix("digests = []\n") + '[[feeds.custom]]\nname = "own"\n'


def test_25_opml_lists_every_feed_once_by_kind(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A", 2, "categories: city", "tags: 晴")}, EVERY)

    body = ET.fromstring(files["feeds.opml"]).find("body")
    kinds = [(kind.get("text"), [feed.get("xmlUrl") for feed in kind]) for kind in body]
    below = "https://news.example.org/"
    assert (body[0].get("xmlUrl"), kinds) == (
        f"{below}rss.xml",
        [
            ("Tide", []),
            ("Categories", [f"{below}category/city/rss.xml"]),
            ("Tags", [f"{below}tag/%E6%99%B4/rss.xml"]),
            ("Selections", [f"{below}feed/own/rss.xml"]),
            ("Digests", [f"{below}digest/daily/rss.xml"]),
        ],
    )


def test_25_opml_lists_the_format_that_the_configuration_names_first(tmp_path):
    files = made(tmp_path / "site", {}, f'{SITE}[feeds]\nformats = ["atom", "rss"]\n')

    outlines = [outline.attrib for outline in ET.fromstring(files["feeds.opml"]).iter("outline")]
    assert outlines == [
        {
            "type": "rss",
            "text": "Tide",
            "title": "Tide",
            "xmlUrl": "https://news.example.org/atom.xml",
            "htmlUrl": "https://news.example.org/",
        },
    ]


@pytest.mark.parametrize("folder", ["", "category/city/", "tag/sun/", "feed/own/", "digest/daily/"])
def test_26_every_format_has_the_same_ids_in_the_same_order(tmp_path, folder):
    posts = {
        f"{name}.md": post(name, day, "categories: city", "tags: sun") for name, day in zip("dabc", "2334", strict=True)
    }

    files = made(tmp_path / "site", posts, EVERY)

    listed = {"digest/daily/": [f"digest:daily:2026-03-0{day}" for day in "432"]}.get(folder, ["c", "a", "b", "d"])
    assert [entries(files, folder + name) for name in NAMES.values()] == [listed] * 3


def test_27_the_title_of_a_feed_says_the_site_and_what_it_is_about(tmp_path):
    posts = {"a.md": post("A", 2, "categories: wanbao", "tags: 晴"), "b.md": post("B", 3)}
    config = EVERY + '[categories.wanbao]\ntitle = "晚报"\n'

    files = made(tmp_path / "site", posts, config)

    folders = ("", "category/wanbao/", "category/uncategorised/", "tag/晴/", "feed/own/", "digest/daily/")
    names = ("Tide", "Tide – 晚报", "Tide – Other", "Tide – 晴", "Tide – own", "Tide – Daily digest")
    assert [titles(files, folder) for folder in folders] == [(name,) * 3 for name in names]


def test_28_an_old_address_of_a_feed_stays_valid_and_leads_on(tmp_path):
    config = f'{SITE}[feeds]\naliases = {{ "index.xml" = "rss.xml", "feed/all.json" = "feed.json" }}\n'

    files = made(tmp_path / "site", {"a.md": post("A", 2)}, config)

    assert (files["index.xml"], files["feed/all.json"]) == (files["rss.xml"], files["feed.json"])
    assert files["_redirects"].decode() == "/feed/all.json /feed.json 301\n/index.xml /rss.xml 301\n"


def test_28_an_old_address_follows_its_feed(tmp_path):
    config = f'{SITE}[feeds]\naliases = {{ "old/city.rss" = "category/city/rss.xml" }}\n'
    site = write(tmp_path / "site", {"a.md": post("A", 2, "categories: city")}, config)
    built(site, jobs=1)
    (site / "content/b.md").write_text(post("B", 3, "categories: city"))

    built(site, jobs=1)

    assert entries(tree(site), "old/city.rss") == ["b", "a"]


def test_28_the_folder_of_a_category_can_be_chosen(tmp_path):
    config = f'{SITE}[categories."晚报"]\nslug = "wanbao"\n'

    files = made(tmp_path / "site", {"a.md": post("A", 2, "categories: 晚报")}, config)

    assert feeds_below("category/", files) == {"category/wanbao/atom.xml": ["a"]}


@pytest.mark.parametrize("written", ["zh_cn", "ZH-cn", "zh-CN"])
def test_19_languages_that_differ_in_case_only_are_one(tmp_path, written):
    config = by("language") + '[[feeds.custom]]\nname = "own"\ninclude = { language = ["zh-CN"] }\n'

    files = made(
        tmp_path / "site", {"a.md": post("A", 2, "lang: zh-CN"), "b.md": post("B", 3, f"lang: {written}")}, config
    )

    assert feeds_below("", files) == {
        "atom.xml": ["b", "a"],
        "feed/own/atom.xml": ["b", "a"],
        "language/zh-cn/atom.xml": ["b", "a"],
    }
