from dataclasses import replace

import pytest
from samples import SITE, entry

from feeds.assets import measured
from feeds.model import Enclosure


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("https://www.example.org/2026/talk.mp3", {"city/talk.mp3"}),
        ("https://www.example.org/files/talk.mp3", {"files/talk.mp3"}),
        ("https://www.example.org/files/talk.mp3?a#b", {"../static/files/talk.mp3"}),
        ("https://news.example.org/%E8%AF%9D.mp3", {"../public/话.mp3"}),
    ],
)
def test_a_file_of_the_sites_own_is_found_where_generators_keep_it(url, places):
    post = entry("city/a", permalink="https://www.example.org/2026/a.html")
    file = Enclosure(url=url, type="audio/mpeg", length=0)

    known = measured(_with(post, file), SITE, lambda path: 4711 if path in places else 0)

    assert known.enclosures[0].length == 4711


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/talk.mp3",
        "https://www.example.org/../../etc/passwd",
        "https://www.example.org/%2e%2e/secret",
        "https://www.example.org/..%5csecret",
        "https://www.example.org//etc/passwd",
        "https://www.example.org/a%00b",
    ],
)
def test_nothing_outside_the_sites_folders_is_ever_measured(url):
    asked = []
    file = Enclosure(url=url, type="audio/mpeg", length=0)

    known = measured(_with(entry("a"), file), SITE, lambda path: asked.append(path) or 0)

    assert (known.enclosures, asked) == ((file,), [])


def test_a_length_that_is_written_stands():
    file = Enclosure(url="https://www.example.org/talk.mp3", type="audio/mpeg", length=12)

    assert measured(_with(entry("a"), file), SITE, lambda _: 4711).enclosures == (file,)


def _with(post, *files):
    return replace(post, enclosures=files)
