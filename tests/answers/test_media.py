"""Pictures, enclosures and podcasts (rows 54 to 56), read from what is published."""

import json
from xml.etree import ElementTree as ET

from sites import built, tree, write

SITE = '[site]\ntitle = "Tide"\nurl = "https://news.example.org/"\n'
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


def published(folder, *header, body="Text.", config=SITE, files=()):
    """Return the one item of a site's RSS, Atom and JSON feed, and the RSS channel."""
    text = "\n".join(["---", "title: Rain", "date: 2026-03-02", *header, "---", body])
    write(folder, {"rain.md": text}, f"digests = []\n{config}")
    for path, data in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    built(folder, jobs=1)
    out = tree(folder)
    channel = ET.fromstring(out["rss.xml"]).find("channel")
    entry = ET.fromstring(out["atom.xml"]).find(f"{ATOM}entry")
    return channel.find("item"), entry, json.loads(out["feed.json"])["items"][0], channel


def pictures(element):
    content, thumbnail = element.find(f"{MEDIA}content"), element.find(f"{MEDIA}thumbnail")
    return content.attrib, content.findtext(f"{MEDIA}description"), thumbnail.attrib


def test_54_a_posts_picture_is_told_with_type_and_words_in_every_format(tmp_path):
    rss, atom, item, _ = published(tmp_path, "image: {path: /rain.jpg, alt: Rain on the quay}")

    url = "https://news.example.org/rain.jpg"
    told = ({"url": url, "medium": "image", "type": "image/jpeg"}, "Rain on the quay", {"url": url})
    assert (pictures(rss), pictures(atom), item["image"]) == (told, told, url)


def test_54_without_one_the_first_in_the_text_is_taken(tmp_path):
    rss, atom, item, _ = published(tmp_path, body="Text. ![Quay](https://img.example/quay.png)")

    url = "https://img.example/quay.png"
    told = ({"url": url, "medium": "image", "type": "image/png"}, "Quay", {"url": url})
    assert (pictures(rss), pictures(atom), item["image"]) == (told, told, url)


def test_55_a_file_of_the_site_is_told_with_its_real_length_and_type(tmp_path):
    rss, atom, item, _ = published(tmp_path, "audio: /talk.mp3", files=[("static/talk.mp3", b"x" * 4711)])

    url = "https://news.example.org/talk.mp3"
    assert rss.find("enclosure").attrib == {"url": url, "length": "4711", "type": "audio/mpeg"}
    assert [link.attrib for link in atom.findall(f"{ATOM}link[@rel='enclosure']")] == [
        {"rel": "enclosure", "href": url, "type": "audio/mpeg", "length": "4711"}
    ]
    assert item["attachments"] == [{"url": url, "mime_type": "audio/mpeg", "size_in_bytes": 4711}]


def test_55_rss_has_one_enclosure_and_loses_none(tmp_path):
    rss, atom, item, _ = published(tmp_path, "enclosure: [https://a.example/1.mp3, https://a.example/2.pdf]")

    assert [file.get("url") for file in rss.findall("enclosure")] == ["https://a.example/1.mp3"]
    assert [file.get("url") for file in rss.findall(f"{MEDIA}content")] == ["https://a.example/2.pdf"]
    assert len(atom.findall(f"{ATOM}link[@rel='enclosure']")) == len(item["attachments"]) == 2


def test_55_a_file_that_is_replaced_makes_the_feeds_anew(tmp_path):
    published(tmp_path, "audio: /talk.mp3", files=[("static/talk.mp3", b"x" * 10)])
    (tmp_path / "static/talk.mp3").write_bytes(b"x" * 11)

    built(tmp_path, jobs=1)

    assert b'length="11"' in tree(tmp_path)["rss.xml"]


PODCAST = SITE + '[feeds]\npodcast = { category = "News > Daily News", email = "pod@example.org" }\n'


def test_56_a_podcast_tells_directories_and_players_what_they_ask(tmp_path):
    header = ["audio: https://a.example/1.mp3", "length: 9", "duration: '1:02:03'", "episode: 7", "season: 2"]

    rss, _, item, channel = published(tmp_path, *header, "explicit: true", config=PODCAST)

    assert {name: rss.findtext(ITUNES + name) for name in ("duration", "episode", "season", "explicit")} == {
        "duration": "3723",
        "episode": "7",
        "season": "2",
        "explicit": "true",
    }
    shown = [
        channel.find(f"{ITUNES}category").get("text"),
        channel.find(f"{ITUNES}category/{ITUNES}category").get("text"),
    ]
    assert shown == ["News", "Daily News"]
    assert (channel.findtext(f"{ITUNES}explicit"), channel.findtext(f"{ITUNES}owner/{ITUNES}email")) == (
        "false",
        "pod@example.org",
    )
    assert item["attachments"][0]["duration_in_seconds"] == 3723


def test_56_a_feed_without_episodes_is_no_podcast(tmp_path):
    write(tmp_path, {"rain.md": "---\ntitle: Rain\ndate: 2026-03-02\n---\nText."}, PODCAST)
    built(tmp_path, jobs=1)

    assert b"itunes" not in tree(tmp_path)["rss.xml"]
