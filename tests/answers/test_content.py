"""What feeds carry of a post: rows 29 to 45 of docs/feeds.md."""

import json
import re
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from sites import built, tree, write

ATOM = "{http://www.w3.org/2005/Atom}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
DOCUMENTS = ("rss.xml", "atom.xml", "feed.json")
HOME = "https://www.example.org"
PAGE = f"{HOME}/notes/a/"

BARE = f"""
digests = []

[site]
title = "Tide"
url = "https://news.example.org/"
home = "{HOME}/"
"""
CONFIG = f"""{BARE}
[content]
permalink = "/notes/{{name}}/"
"""


class Item(NamedTuple):
    """What a reader finds in an item of any format."""

    title: str
    summary: str
    content: str | None


class Shown(HTMLParser):
    """The text of an HTML document, as a reader shows it."""

    def __init__(self):
        super().__init__()
        self.text = ""

    def handle_data(self, data):
        self.text += data


def shown(html):
    parser = Shown()
    parser.feed(html)
    parser.close()
    return parser.text


def plain(element):
    """The text of an Atom text construct, read as its type says (RFC 4287 §3.1)."""
    return shown(element.text) if element.get("type") == "html" else element.text


def post(body, *fields, title="T", minute=0):
    return "\n".join(["---", f"title: {json.dumps(title)}", f"date: 2026-03-01 07:{minute:02}", *fields, "---", body])


def published(tmp_path, posts, config=CONFIG, **files):
    """Build a site of *posts*, *files* by path beside them, and return what it publishes, by path."""
    folder = write(tmp_path / "site", posts, config)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    built(folder, jobs=1)
    return tree(folder)


def rss(files, place=""):
    items = ET.fromstring(files[f"{place}rss.xml"]).iterfind("channel/item")
    return tuple(Item(i.findtext("title"), shown(i.findtext("description")), i.findtext(ENCODED)) for i in items)


def atom(files, place=""):
    entries = ET.fromstring(files[f"{place}atom.xml"]).iterfind(f"{ATOM}entry")
    return tuple(
        Item(plain(e.find(f"{ATOM}title")), plain(e.find(f"{ATOM}summary")), e.findtext(f"{ATOM}content"))
        for e in entries
    )


def json_feed(files, place=""):
    items = json.loads(files[f"{place}feed.json"])["items"]
    return tuple(Item(i["title"], i["summary"], i.get("content_html")) for i in items)


def items(files, place=""):
    """The items of the feed at *place*, in every format: one tuple where all say the same."""
    return {rss(files, place), atom(files, place), json_feed(files, place)}


def said(tmp_path, text, name="a.md", config=CONFIG):
    """The item of a site's only post, in every format: one where all say the same."""
    return {item for (item,) in items(published(tmp_path, {name: text}, config))}


def content(tmp_path, html, *fields, config=CONFIG):
    """The content of a post in HTML, in every format: one where all say the same."""
    return {item.content for item in said(tmp_path, post(f"Words {html}", *fields), "a.html", config)}


# --- 29: text and summary ----------------------------------------------------------------------------


def test_29_the_whole_text_and_the_summary_are_both_there(tmp_path):
    found = said(tmp_path, post("One.\n\n- *two*", "description: In short."))

    assert found == {Item("T", "In short.", "<p>One.</p>\n<ul>\n<li><em>two</em></li>\n</ul>")}


def test_29_in_rss_the_summary_stands_before_the_text(tmp_path):
    files = published(tmp_path, {"a.md": post("Text.", "description: In short.")})

    fields = [child.tag for child in ET.fromstring(files["rss.xml"]).find("channel/item")]

    assert fields[2:4] == ["description", ENCODED]


# --- 30: summaries alone -----------------------------------------------------------------------------

PAIR = {"a.md": post("One.", minute=1), "b.md": post("Two.", "content: full")}


def test_30_feeds_carry_summaries_where_the_site_says_so_and_the_text_of_a_post_that_wants_it(tmp_path):
    files = published(tmp_path, PAIR, f'{CONFIG}\n[feeds]\ncontent = "summary"')

    assert items(files) == {(Item("T", "One.", None), Item("T", "Two.", "<p>Two.</p>"))}


@pytest.mark.parametrize("field", ["content: summary", "feed: {excerpt_only: true}"])
def test_30_a_post_may_keep_its_text_to_itself(tmp_path, field):
    assert said(tmp_path, post("One.", field)) == {Item("T", "One.", None)}


def test_30_a_feed_of_summaries_stands_beside_the_whole_one(tmp_path):
    files = published(tmp_path, PAIR, f'{CONFIG}\n[[feeds.custom]]\nname = "short"\ncontent = "summary"')

    assert items(files) == {(Item("T", "One.", "<p>One.</p>"), Item("T", "Two.", "<p>Two.</p>"))}
    assert items(files, "feed/short/") == {(Item("T", "One.", None), Item("T", "Two.", "<p>Two.</p>"))}


# --- 31: summaries -----------------------------------------------------------------------------------

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("field", "body", "summary"),
    [
        ("description: 'Tom &amp; <b>Ada</b>'", "One.\n\n<!--more-->\n\nTwo.", "Tom & Ada"),
        ("summary: ''", "One.\n\n<!--more-->\n\nTwo.", "One."),
        ("", "One.\n\n<!-- more -->\n\nTwo.", "One."),
        ("", "One.\n\n<!-- truncate -->\n\nTwo.", "One."),
        ("", "<ul><li>One <b>two<!--more--> three</b></li></ul>", "One two"),
        ("", "`<!--more-->` is a mark.", "<!--more--> is a mark."),
        ("", "# Plan\n\nOne & `<b>`.\n\n    code\n\nTwo.", "One & <b>. Two."),
        ("", "A storm is near. " * 30, ("A storm is near. " * 17).strip()),
        ("", "storm, " * 60, f"{'storm, ' * 42}storm…"),
        ("", "潮水来了。" * 40, "潮水来了。" * 32),
        ("", f"潮{FAMILY}" * 40, f"潮{FAMILY}" * 31 + "潮…"),
    ],
)
def test_31_a_summary_is_the_posts_own_else_what_stands_before_the_mark_else_the_beginning(
    tmp_path, field, body, summary
):
    assert {item.summary for item in said(tmp_path, post(body, field))} == {summary}


# --- 32, 33: links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "absolute"),
    [
        ('<a href="/b?c=1&amp;d=2#e">x</a>', f'<a href="{HOME}/b?c=1&amp;d=2#e">x</a>'),
        ("<a href=' /b '>x</a>", f'<a href="{HOME}/b">x</a>'),
        ("<img src=/i.png>", f'<img src="{HOME}/i.png" alt="">'),
        ('<base href="https://evil.example/"><a href="/b">x</a>', f'<a href="{HOME}/b">x</a>'),
        ("<a href='mailto:ada@example.org'>x</a>", '<a href="mailto:ada@example.org">x</a>'),
    ],
)
def test_32_what_begins_with_a_slash_is_on_the_publishers_host(tmp_path, html, absolute):
    assert content(tmp_path, html) == {f"Words {absolute}"}


@pytest.mark.parametrize(
    ("html", "absolute"),
    [
        ("<img src=i.png>", f'<img src="{PAGE}i.png" alt="">'),
        ("<a href=../b/>x</a>", f'<a href="{HOME}/notes/b/">x</a>'),
        ("<a href=./>x</a>", f'<a href="{PAGE}">x</a>'),
        ("<a href='?page=2'>x</a>", f'<a href="{PAGE}?page=2">x</a>'),
        ("<a href=''>x</a><a href=http://[bad>y</a>", "xy"),
    ],
)
def test_33_what_begins_with_a_name_is_beside_the_post(tmp_path, html, absolute):
    assert content(tmp_path, html) == {f"Words {absolute}"}


def test_33_links_of_markdown_are_beside_the_post_too(tmp_path):
    (item,) = said(tmp_path, post("Words ![i](i.png) [b](<../b c>) [d]\n\n[d]: /d"))

    assert item.content == (
        f'<p>Words <img src="{PAGE}i.png" alt="i"> <a href="{HOME}/notes/b%20c">b</a> <a href="{HOME}/d">d</a></p>'
    )


@pytest.mark.parametrize(
    ("field", "absolute"),
    [
        ("permalink: /2026/own.html", f"{HOME}/2026/b"),
        ("original_url: https://paper.example/2026/1.html", "https://paper.example/2026/b"),
        ("", f"{HOME}/b"),
    ],
)
def test_33_beside_the_post_is_beside_its_permalink_else_its_original_else_at_home(tmp_path, field, absolute):
    (text,) = content(tmp_path, "<a href=b>x</a>", field, config=BARE)

    assert text.splitlines()[0] == f'Words <a href="{absolute}">x</a>'


# --- 34: links elsewhere than in href and src --------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "absolute"),
    [
        (
            '<img src=a.png srcset="a.png, /b.png 2x,../c.png 3x" sizes="50vw">',
            f'<img src="{PAGE}a.png" srcset="{PAGE}a.png, {HOME}/b.png 2x, {HOME}/notes/c.png 3x" sizes="50vw" alt="">',
        ),
        (
            '<img src=a.png srcset="https://i.example/w_4,h_3/a.png 400w, data:image/png;base64,R0 1x">',
            f'<img src="{PAGE}a.png" srcset="https://i.example/w_4,h_3/a.png 400w" alt="">',
        ),
        (
            '<img src=a.png data-srcset="a.png 1x, //i.example/b.png 2x">',
            f'<img src="{PAGE}a.png" alt="" srcset="{PAGE}a.png 1x, https://i.example/b.png 2x">',
        ),
    ],
)
def test_34_every_address_of_a_srcset_is_absolute(tmp_path, html, absolute):
    assert content(tmp_path, html) == {f"Words {absolute}"}


@pytest.mark.parametrize(
    ("html", "absolute"),
    [
        (
            "<picture><source srcset='a.webp 1x, /b.webp 2x'><img src=i></picture>",
            f'<picture><source srcset="{PAGE}a.webp 1x, {HOME}/b.webp 2x"><img src="{PAGE}i" alt=""></picture>',
        ),
        ("<video poster=p.png src=/v.mp4></video>", f'<video poster="{PAGE}p.png" src="{HOME}/v.mp4" controls="">'),
        ("<audio><source src=a.mp3></audio>", f'<audio controls=""><source src="{PAGE}a.mp3"></audio>'),
        ("<blockquote cite=../b>x</blockquote>", f'<blockquote cite="{HOME}/notes/b">x</blockquote>'),
        ("<q cite=/b>x</q>", f'<q cite="{HOME}/b">x</q>'),
        ("<del cite=b>x</del><ins cite=b>y</ins>", f'<del cite="{PAGE}b">x</del><ins cite="{PAGE}b">y</ins>'),
    ],
)
def test_34_posters_sources_and_citations_are_absolute(tmp_path, html, absolute):
    (text,) = content(tmp_path, html)

    assert text.removesuffix("</video>") == f"Words {absolute}"


# --- 35: //host --------------------------------------------------------------------------------------

WITHOUT_TLS = CONFIG.replace("https:", "http:")


@pytest.mark.parametrize(
    ("html", "absolute"),
    [
        ("<a href=//h.example/b>x</a>", '<a href="https://h.example/b">x</a>'),
        ("<img src=//h.example/b.png>", '<img src="https://h.example/b.png" alt="">'),
        ("<q cite=//h.example/b>x</q>", '<q cite="https://h.example/b">x</q>'),
        ("<iframe title=x src=//h.example/b></iframe>", '<p><a href="https://h.example/b">x</a></p>'),
    ],
)
def test_35_a_host_without_scheme_is_reached_by_https(tmp_path, html, absolute):
    assert content(tmp_path, html, config=WITHOUT_TLS) == {f"Words {absolute}"}


def test_35_so_are_picture_and_enclosure_of_the_header(tmp_path):
    files = published(
        tmp_path, {"a.md": post("Text.", "image: //h.example/b.png", "enclosure: //h.example/b.mp3")}, WITHOUT_TLS
    )

    (item,) = json.loads(files["feed.json"])["items"]
    assert (item["image"], item["attachments"][0]["url"]) == ("https://h.example/b.png", "https://h.example/b.mp3")


# --- 36: places on the page --------------------------------------------------------------------------


def test_36_a_place_on_the_page_is_one_of_the_permalinks(tmp_path):
    assert content(tmp_path, '<a href="#fn1">1</a><p id=fn1>n') == {f'Words <a href="{PAGE}#fn1">1</a><p>n</p>'}


def test_36_a_place_on_the_page_is_text_where_the_post_has_none(tmp_path):
    assert content(tmp_path, '<a href="#fn1">1</a>', config=BARE) == {"Words 1"}


def test_36_footnotes_of_markdown_are_numbers_and_no_links(tmp_path):
    (item,) = said(tmp_path, post("Words[^a].\n\n[^a]: Note."))

    assert item.content == "<p>Words<sup>[1]</sup>.</p>\n<div><p>[1] Note.</p>\n</div>"


# --- 37: xml:base ------------------------------------------------------------------------------------

EVERYWHERE = (
    '<a href="b">x</a><a href="#c">x</a><img src="/i.png" srcset="i.png 2x"><q cite="?d">x</q><video src=v poster=p>'
    "</video><object data=o></object><table background=t><td>y</table><img src=i longdesc=l><iframe src=f></iframe>"
)
ADDRESS = re.compile(r'(?:href|src|srcset|cite|poster|data|background|longdesc)="([^"]*)"')


def test_37_nothing_relative_is_left_that_an_xml_base_would_be_for(tmp_path):
    files = published(tmp_path, {"a.html": post(f"Words {EVERYWHERE}")})

    addresses = [url for (item,) in items(files) for url in ADDRESS.findall(item.content)]
    assert (len(addresses), [url for url in addresses if not url.startswith(HOME)]) == (9, [])
    assert [path for path in DOCUMENTS if b"xml:base" in files[path]] == []


# --- 38, 39: what XML cannot hold --------------------------------------------------------------------

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
CONTROLLED = r"""---
title: "Ti\x08de\uFFFE \uD83D"
date: 2026-03-01
author: "A\x01da"
tags: ["s\x0Bun"]
categories: "ci\x1Fty"
summary: "In\x00 short"
source: {name: "The Pa\x03per", url: "https://paper.example/\x04"}
original_url: "https://paper.example/\x051"
image: "/i\x06.png"
enclosure: {url: "/a\x07.mp3", type: "audio/m\x0Epeg", length: 3}
---
"""


def test_38_characters_that_xml_forbids_are_gone_from_every_text_and_address(tmp_path):
    files = published(tmp_path, {"a.md": f"{CONTROLLED}B\x02o\x1bdy&#8;&#xB;\x85\ufffe ![i\x0ci](/i.png)"})

    (item,) = json.loads(files["feed.json"])["items"]
    assert item.pop("content_html").splitlines()[0] == f'<p>Body <img src="{HOME}/i.png" alt="ii"></p>'
    assert item == {
        "id": "tag:news.example.org,2026:a",
        "url": PAGE,
        "external_url": "https://paper.example/1",
        "title": "Tide",
        "summary": "In short",
        "image": f"{HOME}/i.png",
        "date_published": "2026-03-01T00:00:00Z",
        "authors": [{"name": "Ada"}],
        "tags": ["city", "sun"],
        "attachments": [{"url": f"{HOME}/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 3}],
        "_source": {"name": "The Paper", "url": "https://paper.example/"},
    }


def test_38_no_such_character_makes_rss_or_atom_unreadable(tmp_path):
    files = published(tmp_path, {"a.md": f"{CONTROLLED}Body&#8;\x1b"})

    assert rss(files) == atom(files) == json_feed(files)
    assert [path for path in DOCUMENTS if FORBIDDEN.search(files[path].decode())] == []


def test_39_the_end_of_a_cdata_section_is_text_like_any_other(tmp_path):
    files = published(tmp_path, {"a.md": post("Index `m[n[0]]>2` ]]> <b>y</b> &amp;amp;", title="x ]]> <![CDATA[y")})

    html = "<p>Index <code>m[n[0]]&gt;2</code> ]]&gt; <b>y</b> &amp;amp;</p>"
    assert items(files) == {(Item("x ]]> <![CDATA[y", "Index m[n[0]]>2 ]]> y &amp;", html),)}
    assert [path for path in DOCUMENTS[:2] if b"<![CDATA[" in files[path]] == []


# --- 40: titles --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tom &amp; Ada &lt;3", "Tom & Ada <3"),
        ("Tom &amp;amp; Ada", "Tom &amp; Ada"),
        ("<em>Live</em>: H<sub>2</sub>O&mdash;<b><i>now</i></b><br>here", "Live: H2O—now here"),
        ("List<String>, x < 3 && y > 2", "List<String>, x < 3 && y > 2"),
        ("&lt;b&gt; is bold", "<b> is bold"),
        ("AT&T, R&D; &copy 2026", "AT&T, R&D; &copy 2026"),
        ("a&nbsp;b\tc  d", "a b c d"),
        ("<script>steal()</script>Hi<!-- no -->", "Hi"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_40_a_title_is_plain_text_its_entities_decoded_once(tmp_path, written, title):
    assert said(tmp_path, post("Text.", title=written)) == {Item(title, "Text.", "<p>Text.</p>")}


def test_40_rss_writes_a_titles_specials_so_that_no_reader_takes_them_for_markup(tmp_path):
    files = published(tmp_path, {"a.md": post("Text.", title="Use <b> & &nbsp;")})

    assert b"<title>Use &#x3C;b&gt; &#x26;" in files["rss.xml"]


# --- 41: what readers refuse -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<script>steal()</script><style>p{}</style><p>x</p>", "<p>x</p>"),
        ('<p onclick="steal()" style="position:fixed" class=c id=d>x</p>', "<p>x</p>"),
        ("<img src=/i.png onerror=steal()>", f'<img src="{HOME}/i.png" alt="">'),
        ('<a href="java&#10;script:steal()">x</a><a href=vbscript:x>y</a><a href=data:text/html,z>z</a>', "xyz"),
        ('<form action="/pin"><p>x</p><input name=pin><button>Go</button></form>', "<div><p>x</p></div>"),
        ('<object data=x></object><embed src=y><meta http-equiv=refresh content="0"><link rel=stylesheet href=z>', ""),
        ("<p style='display:none'>x</p><p hidden>y</p><!-- z -->", ""),
        ('<img src="https://t.example/p.gif" width=1 height=1>', ""),
        ('<svg onload=steal()><title>x</title><path d="M0 0"/></svg>', "x"),
    ],
)
def test_41_nothing_that_acts_hides_or_is_laid_over_the_page_is_left(tmp_path, html, safe):
    assert content(tmp_path, html) == {f"Words {safe}".strip()}


@pytest.mark.parametrize(
    ("html", "link"),
    [
        (
            '<iframe title="A talk" src="https://www.youtube-nocookie.com/embed/abc-DEF_123?rel=0"></iframe>',
            '<p><a href="https://www.youtube.com/watch?v=abc-DEF_123">A talk</a></p>',
        ),
        ("<iframe title=Demo src=demo.html></iframe>", f'<p><a href="{PAGE}demo.html">Demo</a></p>'),
        ("<iframe src=https://t.example/ width=0 height=0></iframe>", ""),
    ],
)
def test_41_a_frame_is_a_link_to_what_it_shows(tmp_path, html, link):
    assert content(tmp_path, html) == {f"Words {link}".strip()}


@pytest.mark.parametrize(
    ("image", "attributes"),
    [
        ("src=data:image/gif;base64,R0 data-src=/i.png", f'src="{HOME}/i.png" alt=""'),
        ("src=/blank.gif data-src=i.png class=lazyload", f'src="{PAGE}i.png" alt=""'),
        ("src=/blank.gif data-original=/i.png", f'src="{HOME}/i.png" alt=""'),
        ("data-lazy-src=/i.png alt=I", f'src="{HOME}/i.png" alt="I"'),
        ("src=/blank.gif data-srcset='/i.png 1x'", f'src="{HOME}/i.png" alt="" srcset="{HOME}/i.png 1x"'),
        ("srcset='/i.png 1x'", f'src="{HOME}/i.png" srcset="{HOME}/i.png 1x" alt=""'),
        ("data-src=/i.png data-srcset='/j.png 2x'", f'src="{HOME}/i.png" alt="" srcset="{HOME}/j.png 2x"'),
    ],
)
def test_41_a_picture_that_a_script_would_load_is_there(tmp_path, image, attributes):
    assert content(tmp_path, f"<img {image}>") == {f"Words <img {attributes}>"}


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<div><noscript>\n<img alt=I src=i.png>\n</noscript></div>", f'<div><img src="{PAGE}i.png" alt="I"></div>'),
        ("<img src=data:x data-x=i.png><noscript><img src=i.png></noscript>", f'<img src="{PAGE}i.png" alt="">'),
        ("<noscript>Turn scripts on.<img src=t width=1 height=1></noscript>", ""),
        ("<iframe src='data:text/html,x'></iframe><iframe src=' JavaScript:steal()'></iframe>", ""),
    ],
)
def test_41_where_no_script_runs_the_pictures_for_that_are_shown(tmp_path, html, left):
    assert content(tmp_path, html) == {f"Words {left}".strip()}


# --- 42, 43: how much --------------------------------------------------------------------------------


def many(number, body):
    return {f"{n:02}.md": post(body, title=f"P{n:02}", minute=n) for n in range(number)}


def titles(files, place=""):
    """The titles of a feed in every format: one tuple where all have the same."""
    return {tuple(item.title for item in found) for found in items(files, place)}


def test_42_the_oldest_are_left_out_of_a_document_that_would_be_too_large(tmp_path):
    files = published(tmp_path, many(12, "&lt; " * 1_000), f"{CONFIG}\n[feeds]\nmax_bytes = 100_000")

    assert titles(files) == {tuple(f"P{n:02}" for n in range(11, 3, -1))}
    assert [path for path in DOCUMENTS if len(files[path]) > 100_000] == []


def test_42_five_stay_however_large_they_are(tmp_path):
    files = published(tmp_path, many(7, "&lt; " * 1_000), f"{CONFIG}\n[feeds]\nmax_bytes = 1_024")

    assert titles(files) == {("P06", "P05", "P04", "P03", "P02")}


def test_42_no_entry_is_missing_where_there_is_an_archive(tmp_path):
    files = published(tmp_path, many(7, "&lt; " * 1_000), f"{CONFIG}\n[feeds]\nmax_bytes = 1_024\narchive = true")

    archived = [path for path in files if re.fullmatch(r"archive/[^/]+\.feed\.json", path)]
    assert sorted(item["title"] for path in archived for item in json.loads(files[path])["items"]) == [
        f"P{n:02}" for n in range(7)
    ]


def test_43_a_feed_has_fifty_entries_where_nothing_else_is_said(tmp_path):
    assert titles(published(tmp_path, many(52, "x"))) == {tuple(f"P{n:02}" for n in range(51, 1, -1))}


def test_43_the_number_is_the_sites_to_set_and_each_feeds_own(tmp_path):
    config = f'{CONFIG}\n[feeds]\nentries = 3\n[[feeds.custom]]\nname = "two"\nentries = 2'

    files = published(tmp_path, many(5, "x"), config)

    assert (titles(files), titles(files, "feed/two/")) == ({("P04", "P03", "P02")}, {("P04", "P03")})


# --- 44: scripts -------------------------------------------------------------------------------------

SPRING = f"春天 😀 𠮷 {FAMILY} \U0001f1e8\U0001f1f3"


@pytest.mark.parametrize("words", [SPRING, "مرحبا \u200fبالعالم (1)", "नमस्ते दुनिया", "שלום, עולם"])
def test_44_words_of_every_script_arrive_as_written(tmp_path, words):
    assert said(tmp_path, post(words, title=words)) == {Item(words, words, f"<p>{words}</p>")}


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p dir=rtl lang=ar>مرحبا</p>", '<p dir="rtl" lang="ar">مرحبا</p>'),
        (
            "<a href='https://bücher.example/ä?ö#ü'>x</a>",
            '<a href="https://xn--bcher-kva.example/%C3%A4?%C3%B6#%C3%BC">x</a>',
        ),
    ],
)
def test_44_direction_stays_and_links_in_the_text_are_encoded(tmp_path, html, kept):
    assert content(tmp_path, html) == {f"Words {kept}"}


def test_44_ids_and_links_are_percent_encoded_and_folders_keep_their_script(tmp_path):
    files = published(tmp_path, {"晚报/春 天.md": post("正文。")}, CONFIG.replace("{name}", "{category}/{name}"))

    (item,) = ET.fromstring(files["category/晚报/rss.xml"]).iterfind("channel/item")
    name = "%E6%98%A5%20%E5%A4%A9"
    assert (item.findtext("guid"), item.findtext("link")) == (
        f"tag:news.example.org,2026:%E6%99%9A%E6%8A%A5/{name}",
        f"{HOME}/notes/%E6%99%9A%E6%8A%A5/{name}/",
    )


def test_44_a_feeds_own_address_is_percent_encoded(tmp_path):
    files = published(tmp_path, {"晚报/a.md": post("正文。")})

    address = "https://news.example.org/category/%E6%99%9A%E6%8A%A5/"
    feed = ET.fromstring(files["category/晚报/atom.xml"])
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"{address}atom.xml"
    assert feed.findtext(f"{ATOM}id") == "tag:news.example.org,2026:feed:category/%E6%99%9A%E6%8A%A5"
    assert json.loads(files["category/晚报/feed.json"])["feed_url"] == f"{address}feed.json"


# --- 45: attribution ---------------------------------------------------------------------------------

FROM_ELSEWHERE = post(
    "Text.",
    "author: Ada",
    "source: {name: The <Paper>, url: 'https://paper.example/'}",
    "original_url: https://paper.example/1?a=1&b=2",
)


def test_45_an_entry_from_elsewhere_ends_with_who_published_it_and_where(tmp_path):
    (item,) = said(tmp_path, FROM_ELSEWHERE)

    assert item.content == (
        "<p>Text.</p>\n"
        '<p><small>Source: <a href="https://paper.example/" rel="external">The &lt;Paper&gt;</a> · '
        'Original: <a href="https://paper.example/1?a=1&amp;b=2" rel="external">paper.example</a> · Ada</small></p>'
    )


def test_45_the_sites_own_entries_have_no_such_line(tmp_path):
    assert said(tmp_path, post("Text.", "author: Ada")) == {Item("T", "Text.", "<p>Text.</p>")}


def test_45_a_summary_alone_ends_so_too(tmp_path):
    text = FROM_ELSEWHERE.replace("author: Ada", "content: summary").replace("Text.", "Text & <b>more</b>.")

    (item,) = said(tmp_path, text)

    assert (item.summary, item.content) == (
        "Text & more.",
        (
            "<p>Text &amp; more.</p>\n"
            '<p><small>Source: <a href="https://paper.example/" rel="external">The &lt;Paper&gt;</a> · '
            'Original: <a href="https://paper.example/1?a=1&amp;b=2" rel="external">paper.example</a></small></p>'
        ),
    )


def test_45_a_template_of_the_sites_own_leaves_it_out(tmp_path):
    template = {"templates/feed/content.html": "{{ html | safe_html }}"}

    files = published(tmp_path, {"a.md": FROM_ELSEWHERE}, CONFIG, **template)

    assert items(files) == {(Item("T", "Text.", "<p>Text.</p>"),)}
