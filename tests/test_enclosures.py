import pytest

from feeds.enclosures import declared, embedded, episode_of
from feeds.fields import fields_of
from feeds.frontmatter import split
from feeds.model import Enclosure, Episode

TALK = Enclosure(url="talk.mp3", type="audio/mpeg", length=0)


def fields(*lines):
    header, _ = split("\n".join(["---", *lines, "---", "Text."]).encode(), path="a.md")
    return fields_of(header)


@pytest.mark.parametrize(
    ("lines", "files"),
    [
        (["audio: talk.mp3"], [TALK]),
        (["podcast_file: talk.mp3"], [TALK]),
        (["audioUrl: talk.mp3?from=feed"], [Enclosure(url="talk.mp3?from=feed", type="audio/mpeg", length=0)]),
        (
            ["enclosure: {url: talk, type: Audio/MPEG, length: 12, duration: '1:02:03'}"],
            [Enclosure(url="talk", type="audio/mpeg", length=12, duration=3723)],
        ),
        (
            ["audio: talk.mp3", "duration: '1:05'", "podcast_bytes: 99"],
            [Enclosure(url="talk.mp3", type="audio/mpeg", length=99, duration=65)],
        ),
        (["audio: {mp3: talk.mp3, m4a: talk.m4a}"], [TALK, Enclosure(url="talk.m4a", type="audio/mp4", length=0)]),
        (
            ["enclosures:", "- talk.mp3", "- {url: notes.pdf}"],
            [TALK, Enclosure(url="notes.pdf", type="application/pdf", length=0)],
        ),
        (["audio: talk.mp3", "enclosure: talk.mp3"], [TALK]),
        (["enclosure: data.xyz"], [Enclosure(url="data.xyz", type="", length=0)]),
        (["podcast: true", "audio: No"], []),
        (["duration: '1:05'", "length: 99"], []),
    ],
)
def test_every_way_of_naming_a_file_is_understood(lines, files):
    assert [file for _, file in declared(fields(*lines))] == files


@pytest.mark.parametrize("wrong", ["1:2:3:4", "5m", "-1", "", "9" * 20])
def test_a_duration_in_another_form_is_not_known(wrong):
    ((_, file),) = declared(fields("audio: talk.mp3", f"duration: '{wrong}'"))

    assert file == TALK


def test_an_episode_says_number_season_kind_and_whether_it_is_explicit():
    said = fields("episode: 7", "season: 2", "episodeType: Bonus", "explicit: no")

    assert episode_of(said) == Episode(number=7, season=2, kind="bonus", explicit=False)


def test_a_post_that_says_nothing_of_the_kind_is_no_episode():
    assert episode_of(fields("title: x", "episode: the last", "episode_type: special")) is None


def test_each_player_in_the_text_gives_the_first_file_that_it_plays():
    html = """<video controls poster="a.jpg"><source src='a.xyz'><source src="a.webm"><source src="a.mp4"></video>
    <p><AUDIO src=talk.mp3></AUDIO></p><audio controls><source src="b.ogg?x=1&amp;y=2"></audio><audio src="talk.mp3">"""

    assert embedded(html) == (
        Enclosure(url="a.webm", type="video/webm", length=0),
        Enclosure(url="talk.mp3", type="audio/mpeg", length=0),
        Enclosure(url="b.ogg?x=1&y=2", type="audio/ogg", length=0),
    )


@pytest.mark.parametrize("player", ["audio", "video"])
def test_a_player_alone_gives_its_file(player):
    assert embedded(f"<p>a</p><{player} src=talk.mp3>") == (TALK,)
