"""What feeds say of an entry and of themselves: rows 46 to 53, 57 and 58 of docs/feeds.md."""

import json
from xml.etree import ElementTree as ET

import pytest
from sites import built, tree, write

A = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

SITE = """
digests = []

[site]
title = "Tide"
url = "https://news.example.org/"
home = "https://www.example.org/"
"""


def post(*lines):
    return "\n".join(["---", "title: Rain", "date: 2026-03-02 12:00:00 +0800", *lines, "---", "It rained."])


def published(tmp_path, posts, config=""):
    """Build a site of *posts* and return every file by path; *config* is what follows the keys of `[site]`."""
    folder = write(tmp_path / "site", posts, SITE + config)
    built(folder, jobs=1)
    return tree(folder)


def rss(files, path="rss.xml"):
    return ET.fromstring(files[path]).find("channel")


def atom(files, path="atom.xml"):
    return ET.fromstring(files[path])


def told(element):
    """Return an element's name, text and attributes."""
    return (element.tag, element.text, element.attrib)


def json_feed(files, path="feed.json"):
    return json.loads(files[path])


def words_of(files):
    """Return the name of every element and key in every feed, in lower case and without namespace."""
    tags = [e.tag for path in files if path.endswith(".xml") for e in ET.fromstring(files[path]).iter()]
    feeds = [json_feed(files, path) for path in files if path.endswith(".json")]
    keys = [key for feed in feeds for part in (feed, *feed["items"]) for key in part]
    return {word.rpartition("}")[2].lower() for word in tags + keys}


# --- 46, 47: the source ------------------------------------------------------------------------------

PAPER = "source: {name: The Paper, url: 'https://paper.example/', feed: 'https://paper.example/feed.xml'}"
HERON = "source: {name: Heron, url: 'https://heron.example/'}"


def test_46_an_rss_item_names_its_source_with_its_feed_or_else_its_home_page(tmp_path):
    files = published(tmp_path, {"a.md": post(PAPER), "b.md": post(HERON)})

    sources = [told(source) for source in rss(files).iterfind("item/source")]

    assert sources == [
        ("source", "The Paper", {"url": "https://paper.example/feed.xml"}),
        ("source", "Heron", {"url": "https://heron.example/"}),
    ]


def test_46_a_source_without_address_is_a_dc_source_since_rss_wants_a_url(tmp_path):
    linked = post("source: Lark", "original_url: https://lark.example/1")
    files = published(tmp_path, {"a.md": post("source: Heron"), "b.md": linked})

    sources = [told(child) for item in rss(files).iterfind("item") for child in item if child.tag.endswith("source")]

    assert sources == [(f"{DC}source", "Heron", {}), (f"{DC}source", "https://lark.example/1", {})]


def test_46_a_json_item_names_its_source_with_all_that_is_known_of_it(tmp_path):
    files = published(tmp_path, {"a.md": post(PAPER), "b.md": post(HERON), "c.md": post("source: Lark")})

    assert [item["_source"] for item in json_feed(files)["items"]] == [
        {"name": "The Paper", "url": "https://paper.example/", "feed_url": "https://paper.example/feed.xml"},
        {"name": "Heron", "url": "https://heron.example/"},
        {"name": "Lark"},
    ]


def test_46_the_source_of_a_category_is_that_of_its_posts_which_name_none(tmp_path):
    config = '[categories.city]\nsource = { name = "City Desk", url = "https://desk.example/" }\n'

    files = published(tmp_path, {"a.md": post("categories: city"), "b.md": post("categories: city", HERON)}, config)

    assert [item.findtext("source") for item in rss(files).iterfind("item")] == ["City Desk", "Heron"]


def test_47_the_feed_an_entry_comes_from_stands_last_in_it_with_id_title_updated(tmp_path):
    files = published(tmp_path, {"a.md": post(PAPER, "updated: 2026-03-05 08:00:00 +0800")})

    source = atom(files).find(f"{A}entry")[-1]

    assert source.tag == f"{A}source"
    assert [told(child) for child in source if child.tag != f"{A}author"] == [
        (f"{A}id", "https://paper.example/feed.xml", {}),
        (f"{A}title", "The Paper", {}),
        (f"{A}updated", "2026-03-05T00:00:00Z", {}),
        (f"{A}link", None, {"rel": "self", "href": "https://paper.example/feed.xml"}),
        (f"{A}link", None, {"rel": "alternate", "href": "https://paper.example/", "type": "text/html"}),
    ]


def test_47_a_source_whose_feed_is_not_known_is_none_for_atom(tmp_path):
    files = published(tmp_path, {"a.md": post(HERON)})

    assert list(atom(files).iter(f"{A}source")) == []


# --- 48, 49: links -----------------------------------------------------------------------------------

BOTH = ["permalink: /rain.html", "original_url: https://paper.example/1"]


def links_of(files):
    """Return where the title of each entry leads, in every format."""
    entries = atom(files).findall(f"{A}entry")
    return {
        "rss": [item.findtext("link") for item in rss(files).iterfind("item")],
        "atom": [link.get("href") for e in entries for link in e.iterfind(f"{A}link[@rel='alternate']")],
        "json": [item["url"] for item in json_feed(files)["items"]],
    }


def test_48_atom_links_the_original_as_via_and_related(tmp_path):
    files = published(tmp_path, {"a.md": post(*BOTH, PAPER)})

    assert [link.attrib for link in atom(files).iterfind(f"{A}entry/{A}link")] == [
        {"rel": "alternate", "href": "https://www.example.org/rain.html", "type": "text/html"},
        {"rel": "via", "href": "https://paper.example/1", "title": "The Paper"},
        {"rel": "related", "href": "https://paper.example/1"},
    ]


def test_48_rss_links_the_original_as_via_and_related_beside_its_own_link(tmp_path):
    files = published(tmp_path, {"a.md": post(*BOTH, PAPER)})

    assert rss(files).findtext("item/link") == "https://www.example.org/rain.html"
    assert [link.attrib for link in rss(files).iterfind(f"item/{A}link")] == [
        {"rel": "via", "href": "https://paper.example/1", "title": "The Paper"},
        {"rel": "related", "href": "https://paper.example/1"},
    ]


def test_48_json_has_the_original_as_external_url(tmp_path):
    (item,) = json_feed(published(tmp_path, {"a.md": post(*BOTH)}))["items"]

    assert (item["url"], item["external_url"]) == ("https://www.example.org/rain.html", "https://paper.example/1")


OWN, ORIGINAL, HOME = "https://www.example.org/rain.html", "https://paper.example/1", "https://www.example.org/"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("auto", [OWN, ORIGINAL, OWN]),
        ("permalink", [OWN, HOME, OWN]),
        ("original", [ORIGINAL, ORIGINAL, OWN]),
    ],
)
def test_49_titles_lead_to_the_own_page_or_to_the_original_as_the_site_wants(tmp_path, link, expected):
    posts = {"a.md": post(*BOTH), "b.md": post(BOTH[1]), "c.md": post(BOTH[0])}

    files = published(tmp_path, posts, f'[content]\ndedupe = false\nlink = "{link}"\n')

    assert links_of(files) == dict.fromkeys(("rss", "atom", "json"), expected)


def test_49_what_is_published_nowhere_else_leads_to_its_place_in_an_edition(tmp_path):
    built(write(tmp_path / "site", {"a.md": post()}, SITE.replace("digests = []", "")), jobs=1)
    files = tree(tmp_path / "site")

    addresses = {address for found in links_of(files).values() for address in found}

    (page, _, place) = addresses.pop().partition("#")
    assert (page, addresses) == ("https://news.example.org/digest/daily/2026-03-02/", set())
    assert f'id="{place}"'.encode() in files["digest/daily/2026-03-02/index.html"]


# --- 50, 51: authors ---------------------------------------------------------------------------------

AUTHORS = "authors: [{name: Ada, url: 'https://ada.example/'}, Bob, 'Eve <eve@example.net>']"


def test_50_every_author_of_an_entry_is_named_in_every_format(tmp_path):
    files = published(tmp_path, {"a.md": post(AUTHORS)})

    (entry,) = atom(files).findall(f"{A}entry")
    (item,) = json_feed(files)["items"]
    assert [creator.text for creator in rss(files).iterfind(f"item/{DC}creator")] == ["Ada", "Bob", "Eve"]
    assert [[(child.tag, child.text) for child in author] for author in entry.iterfind(f"{A}author")] == [
        [(f"{A}name", "Ada"), (f"{A}uri", "https://ada.example/")],
        [(f"{A}name", "Bob")],
        [(f"{A}name", "Eve")],
    ]
    assert item["authors"] == [{"name": "Ada", "url": "https://ada.example/"}, {"name": "Bob"}, {"name": "Eve"}]


def test_50_the_mail_address_of_an_author_is_in_no_feed_and_on_no_page(tmp_path):
    files = published(tmp_path, {"a.md": post(AUTHORS)}, 'author = { name = "Ida", email = "ida@example.net" }\n')

    assert [path for path, data in files.items() if b"@example.net" in data] == []
    assert words_of(files) & {"managingeditor", "webmaster", "email"} == set()


def authors_in(files):
    """Return the names that the feed itself has, and those in its entries, in every format."""
    channel, root, feed = rss(files), atom(files), json_feed(files)
    creators, of_items = channel.iterfind(f"{DC}creator"), channel.iterfind(f"item/{DC}creator")
    names, of_entries = root.iterfind(f"{A}author/{A}name"), root.iterfind(f"{A}entry/{A}author/{A}name")
    people = feed.get("authors", []), [person for item in feed["items"] for person in item.get("authors", [])]
    return {
        "rss": ([c.text for c in creators], [c.text for c in of_items]),
        "atom": ([n.text for n in names], [n.text for n in of_entries]),
        "json": tuple([person["name"] for person in some] for some in people),
    }


@pytest.mark.parametrize("line", ["tags: sun", "author:", "author: ''", "authors: []"])
def test_51_an_entry_without_author_names_none_and_its_feed_names_the_sites(tmp_path, line):
    files = published(tmp_path, {"a.md": post(line)}, 'author = { name = "Ida Voss" }\n')

    assert authors_in(files) == dict.fromkeys(("rss", "atom", "json"), (["Ida Voss"], []))


def test_51_without_any_author_the_site_itself_is_the_feeds(tmp_path):
    files = published(tmp_path, {"a.md": post()})

    assert authors_in(files) == {"rss": (["Tide"], []), "atom": (["Tide"], []), "json": ([], [])}


def test_51_beside_the_authors_of_items_a_json_feed_names_none_of_its_own(tmp_path):
    files = published(tmp_path, {"a.md": post("author: Ada"), "b.md": post()}, 'author = { name = "Ida Voss" }\n')

    assert authors_in(files) == {
        "rss": (["Ida Voss"], ["Ada"]),
        "atom": (["Ida Voss"], ["Ada"]),
        "json": ([], ["Ada"]),
    }


# --- 52, 53: categories, tags, languages ---------------------------------------------------------------


def test_52_categories_and_tags_are_all_there_and_atom_tells_them_apart(tmp_path):
    files = published(tmp_path, {"a.md": post("categories: [city, 港口]", "tags: [sun, R&B, city]")})

    (item,) = json_feed(files)["items"]
    city, tag = "https://news.example.org/category/", "https://news.example.org/tag/"
    assert [category.attrib for category in atom(files).iterfind(f"{A}entry/{A}category")] == [
        {"term": "city", "scheme": city},
        {"term": "港口", "scheme": city},
        {"term": "sun", "scheme": tag},
        {"term": "R&B", "scheme": tag},
        {"term": "city", "scheme": tag},
    ]
    assert [told(category) for category in rss(files).iterfind("item/category")] == [
        ("category", name, {}) for name in ("city", "港口", "sun", "R&B")
    ]
    assert item["tags"] == ["city", "港口", "sun", "R&B"]


def languages_in(files, folder=""):
    """Return the feed's language and each entry's own, in every format."""
    channel, root = rss(files, f"{folder}rss.xml"), atom(files, f"{folder}atom.xml")
    feed = json_feed(files, f"{folder}feed.json")
    return {
        "rss": (channel.findtext("language"), [item.findtext(f"{DC}language") for item in channel.iterfind("item")]),
        "atom": (root.get(LANG), [entry.get(LANG) for entry in root.iterfind(f"{A}entry")]),
        "json": (feed["language"], [item.get("language") for item in feed["items"]]),
    }


def test_53_the_feed_has_its_language_and_an_entry_one_of_its_own(tmp_path):
    posts = {"a.md": post("lang: fr"), "b.md": post(), "c.md": post("lang: zh_Hant")}

    files = published(tmp_path, posts, 'language = "zh-CN"\n')

    assert languages_in(files) == dict.fromkeys(("rss", "atom", "json"), ("zh-CN", ["fr", None, "zh-Hant"]))


def test_53_the_feed_of_a_language_is_in_that_language(tmp_path):
    files = published(tmp_path, {"a.md": post("lang: fr"), "b.md": post()}, '[feeds]\nby = ["language"]\n')

    assert languages_in(files, "language/fr/") == dict.fromkeys(("rss", "atom", "json"), ("fr", [None]))


# --- 57, 58: what feeds say of themselves --------------------------------------------------------------

KINDS = '[feeds]\nby = ["category", "tag"]\narchive = true\n'


def test_57_the_logo_is_in_every_format_and_rss_names_it_as_the_channel(tmp_path):
    files = published(tmp_path, {"a.md": post("categories: city")}, 'logo = "tide.png"\n' + KINDS)

    channel, root = rss(files, "category/city/rss.xml"), atom(files, "category/city/atom.xml")
    logo = "https://news.example.org/tide.png"
    assert {child.tag: child.text for child in channel.find("image")} == {
        "url": logo,
        "title": channel.findtext("title"),
        "link": channel.findtext("link"),
    }
    assert (root.findtext(f"{A}icon"), root.findtext(f"{A}logo")) == (logo, logo)
    assert json_feed(files, "category/city/feed.json")["icon"] == logo


def test_57_without_a_logo_no_feed_has_an_empty_one(tmp_path):
    files = published(tmp_path, {"a.md": post()})

    assert [rss(files).find("image"), atom(files).find(f"{A}icon"), atom(files).find(f"{A}logo")] == [None] * 3
    assert "icon" not in json_feed(files)


def test_57_the_generator_is_named_without_a_version(tmp_path):
    files = published(tmp_path, {"a.md": post()})

    assert told(rss(files).find("generator")) == ("generator", "feeds", {})
    assert told(atom(files).find(f"{A}generator")) == (f"{A}generator", "feeds", {})


def test_57_no_feed_claims_rights_in_the_texts_of_others(tmp_path):
    files = published(tmp_path, {"a.md": post(PAPER, "categories: city", "rights: mine", "license: CC0")}, KINDS)

    assert words_of(files) & {"rights", "copyright", "license", "creativecommons"} == set()


def test_58_no_feed_tells_readers_how_seldom_to_come(tmp_path):
    files = published(tmp_path, {"a.md": post("categories: city", "tags: sun")}, KINDS)

    assert words_of(files) & {"ttl", "skiphours", "skipdays", "updateperiod", "updatefrequency", "updatebase"} == set()
