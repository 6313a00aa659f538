import re
import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import parse_site
from feeds.people import Person
from feeds.settings import ContentSettings
from feeds.starter import Start, config, first_post, literal, refusal

FRESH = {"title": "Tide", "language": "de", "timezone": "Europe/Berlin"}


def test_a_new_configuration_says_what_every_site_needs():
    site = parse_site(config(Start(year=2026, values=FRESH)))

    assert (site.title, site.url, site.home, site.language, site.timezone, site.id) == (
        "Tide",
        "https://www.example.org/",
        "https://www.example.org/",
        "de",
        "Europe/Berlin",
        "tag:www.example.org,2026:",
    )
    assert (site.content, site.timezone_is_given) == (ContentSettings(), True)


def test_what_is_switched_off_can_be_switched_on():
    text = config(Start(year=2026, values=FRESH))

    site = parse_site(re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE))

    assert (site.content.permalink, site.categories[0].title) == ("/{year}/{month}/{day}/{name}.html", "News")
    assert (site.mail.sender, site.mail.unsubscribe) == ("Example News <news@example.org>", "unsubscribe@example.org")


def test_the_configuration_of_anothers_posts_leads_to_them():
    values = FRESH | {
        "home": "https://tide.example/blog/",
        "author.name": "Ada",
        "author.email": "ada@tide.example",
        "folder": "../blog/_posts",
        "dialect": "jekyll",
        "permalink": "/{slug}/",
    }

    site = parse_site(config(Start(year=2026, origin="../blog", values=values, ignore=("old/*",))))

    assert (site.url, site.home, site.id) == (
        "https://tide.example/blog/feeds/",
        "https://tide.example/blog/",
        "tag:tide.example,2026:",
    )
    assert (site.author, site.content) == (
        Person(name="Ada", email="ada@tide.example"),
        ContentSettings(folder="../blog/_posts", dialect="jekyll", permalink="/{slug}/", ignore=("old/*",)),
    )


@given(st.text())
def test_any_text_is_a_string_of_toml_in_which_nothing_is_hidden(text):
    written = literal(text)

    sound = text.encode("utf-8", "replace").decode()
    assert (tomllib.loads(f"x = {written}")["x"], written.isprintable()) == (sound, True)


@given(st.text(), st.text())
def test_what_is_not_refused_makes_a_good_configuration(title, name):
    values = {key: text for key, text in (("title", title), ("author.name", name)) if not refusal(key, text)}

    site = parse_site(config(Start(year=2026, origin="\u202e\n\x1b", values=FRESH | {"folder": "x"} | values)))

    assert site.title == " ".join(values.get("title", "Tide").split())


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("title", "Tide", ""),
        ("title", " ", "`title` is empty"),
        ("home", "tide.example", "`home` must be an absolute URL, https or http, not `tide.example`"),
        ("home", "https://tide.e,/", "`home` has a host that no id can begin with"),
        ("author.url", "/me/", ""),
        ("author.email", "ada", "`email` must be an e-mail address, not `ada`"),
        ("folder", "../a", ""),
        ("folder", "a\x1b", "`folder` holds the control character U+001B"),
        ("permalink", "/{x}", "`permalink` has the unknown placeholder `{x}`"),
        ("ignore", "/a", "`ignore` must be relative to the content folder"),
    ],
)
def test_a_value_is_refused_for_the_reason_that_a_configuration_would_be(key, value, why):
    assert refusal(key, value) == why


def test_a_first_post_is_dated_in_the_sites_zone():
    name, text = first_post(datetime(2026, 3, 8, 23, 30, 0, 5, tzinfo=UTC), "Europe/Berlin")

    assert (name, text.splitlines()[2]) == ("2026-03-09-first-post.md", "date: 2026-03-09T00:30:00+01:00")
