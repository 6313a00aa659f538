"""Rows 1 to 14 of docs/feeds.md, identity, dates and bytes: answered by what a small site publishes."""

import json
import locale
import os
import shutil
import subprocess
import time
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sites import NOW, built, feeds, tree, write

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = """digests = []
[site]
title = "Tide"
url = "https://news.example.org/"
timezone = "Asia/Shanghai"
"""
TAG = "tag:news.example.org,2026:"


def post(title, *lines, date="2026-03-02 12:00"):
    return "\n".join(["---", f"title: {title}", f"date: {date}", *lines, "---", "Text."])


def published(site, **wishes):
    """Build *site* and return its files' bytes by path."""
    built(site, jobs=1, **wishes)
    return tree(site)


def made(site, posts, config=SITE, **wishes):
    """Build a new site with *posts* and return its files' bytes by path."""
    return published(write(site, posts, config), **wishes)


def published_long_ago(site):
    """Build *site*, let all files be as old as 1970, and return their bytes by path."""
    for path in published(site):
        os.utime(site / "out" / path, (1, 1))
    return published(site)


def time_of(site, path):
    """Return when the file at *path* was written, in seconds."""
    return (site / "out" / path).stat().st_mtime


def texts(files, path, place):
    """Return the texts of the elements at *place*, in the order of the document at *path*."""
    return [element.text for element in ET.fromstring(files[path]).findall(place)]


def ids(files):
    """Return the ids in the site's feed, newest first, as each format has them."""
    return (
        texts(files, "rss.xml", "channel/item/guid"),
        texts(files, "atom.xml", f"{ATOM}entry/{ATOM}id"),
        [item["id"] for item in json.loads(files["feed.json"])["items"]],
    )


def changes(files):
    """Return when the site's feed says that it changed, in RSS and in Atom."""
    return (*texts(files, "rss.xml", "channel/lastBuildDate"), *texts(files, "atom.xml", f"{ATOM}updated"))


def files_with(word, files):
    return [path for path, data in files.items() if word.encode() in data]


# --- 1, 2, 3, 4: ids -------------------------------------------------------------------------------


def test_01_an_id_stays_when_address_permalink_title_and_date_change(tmp_path):
    identity = f'id = "{TAG}"\n'
    before = made(tmp_path / "a", {"port/rain.md": post("Rain")}, SITE + identity)

    elsewhere = SITE.replace("https://news.example.org/", "https://www.example.net/news/") + identity
    moved = elsewhere + '[content]\npermalink = "/{year}/{name}.html"\n'
    after = made(tmp_path / "b", {"port/rain.md": post("Low tide", date="2026-03-03")}, moved)

    assert ids(before) == ids(after) == ([f"{TAG}port/rain"],) * 3


def test_01_an_id_is_the_same_under_http_and_https(tmp_path):
    before = made(tmp_path / "a", {"rain.md": post("Rain")}, SITE.replace("https:", "http:"))

    after = made(tmp_path / "b", {"rain.md": post("Rain")})

    assert ids(before) == ids(after) == ([f"{TAG}rain"],) * 3


@pytest.mark.parametrize(
    ("identity", "made_of"),
    [("path", "port/rain"), ("name", "rain"), ("original", "https://paper.example/1")],
)
def test_01_the_site_chooses_what_ids_are_made_of(tmp_path, identity, made_of):
    posts = {"port/rain.md": post("Rain", "original_url: https://paper.example/1")}

    files = made(tmp_path / "site", posts, f'{SITE}[content]\nidentity = "{identity}"\n')

    assert ids(files) == ([TAG + made_of],) * 3


@pytest.mark.parametrize("key", ["id", "guid", "uid"])
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("urn:isbn:0451450523", "urn:isbn:0451450523"),
        ("https://old.example/?p=1", "https://old.example/?p=1"),
        ("42", f"{TAG}42"),
        ("潮 1", f"{TAG}%E6%BD%AE%201"),
    ],
)
def test_02_a_posts_own_id_is_taken(tmp_path, key, written, shown):
    files = made(tmp_path / "site", {"rain.md": post("Rain", f"{key}: '{written}'")})

    assert ids(files) == ([shown],) * 3


def test_03_every_guid_says_that_it_is_no_address(tmp_path):
    posts = {"a.md": post("A"), "b.md": post("B", "id: https://old.example/b"), "c.md": post("C", "permalink: /c/")}

    files = made(tmp_path / "site", posts, SITE.replace("digests = []", ""))

    guids = [guid for path in ("rss.xml", "digest/daily/rss.xml") for guid in ET.fromstring(files[path]).iter("guid")]
    assert [guid.attrib for guid in guids] == [{"isPermaLink": "false"}] * 4


def test_04_two_posts_with_one_id_are_told_and_both_get_one_of_their_own(tmp_path):
    same = post("Rain", "id: same")
    site = write(tmp_path / "site", {"a.md": same, "b.md": same}, SITE)

    told = [(told.path, told.code, "content/a.md" in told.message) for told in built(site, jobs=1).diagnostics]

    assert told == [("content/b.md", "id-repeated", True)]
    assert ids(tree(site)) == ([f"{TAG}b", f"{TAG}same"],) * 3


def test_04_where_the_id_of_its_path_is_taken_too_a_post_keeps_its_extension(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A", "id: b"), "b.md": post("B", "id: b")})

    assert ids(files) == ([f"{TAG}b", f"{TAG}b.md"],) * 3


def test_04_two_posts_that_differ_in_extension_are_told_apart_without_a_word(tmp_path):
    site = write(tmp_path / "site", {"a.html": post("A"), "a.md": post("A")}, SITE)

    report = built(site, jobs=1)

    assert (ids(tree(site)), report.diagnostics) == (([f"{TAG}a", f"{TAG}a.md"],) * 3, ())


# --- 5, 6, 7: nothing changes when nothing changed -------------------------------------------------


def test_05_a_feed_changed_when_its_newest_entry_did_and_not_when_it_was_built(tmp_path):
    posts = {"a.md": post("A", "updated: 2026-03-04 12:00"), "b.md": post("B", date="2026-03-03 12:00")}
    site = write(tmp_path / "site", posts, SITE)

    on_each_day = [changes(published(site, now=NOW + timedelta(days=n), clean=True)) for n in (0, 1)]

    assert on_each_day == [("Wed, 04 Mar 2026 04:00:00 +0000", "2026-03-04T04:00:00Z")] * 2


def test_05_an_edit_that_the_post_dates_moves_the_change_of_its_feed(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A")}, SITE)
    built(site, jobs=1)
    (site / "content/a.md").write_text(post("A", "updated: 2026-03-05 12:00"))

    files = published(site)

    assert changes(files) == ("Thu, 05 Mar 2026 04:00:00 +0000", "2026-03-05T04:00:00Z")


def test_05_an_edit_that_the_post_does_not_date_is_published_and_moves_nothing(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A")}, SITE)
    before = published(site)
    (site / "content/a.md").write_text(post("B"))

    after = published(site)

    assert (changes(after), texts(after, "rss.xml", "channel/item/title")) == (changes(before), ["B"])


def test_05_a_feed_without_entries_has_a_date_all_the_same(tmp_path):
    files = made(tmp_path / "site", {})

    assert changes(files) == ("Sat, 01 Jan 2000 00:00:00 +0000", "2000-01-01T00:00:00Z")


MANY = {f"{name}.md": post(name, f"tags: [{name}, sun, 晴, ice, fog, hail]", "categories: [x, y]") for name in "abcdef"}
"""Posts of one instant: only ids tell which comes first."""


def test_06_two_builds_of_the_same_posts_are_the_same_bytes(tmp_path):
    config = SITE.replace("digests = []", "")
    first = made(tmp_path / "a", MANY, config)

    later = made(tmp_path / "b", dict(reversed(MANY.items())), config, now=NOW + timedelta(days=30))

    assert first == later


def test_06_neither_hash_seed_nor_the_machines_zone_and_locale_get_into_the_bytes(tmp_path):
    here = made(tmp_path / "a", MANY)
    there = write(tmp_path / "b", MANY, SITE)

    run = feeds(there, "build", PYTHONHASHSEED="3", TZ="America/Lima", LC_ALL="C")

    assert (run.returncode, tree(there)) == (0, here)


def test_06_entries_of_one_instant_stand_in_the_order_of_their_ids(tmp_path):
    posts = {"a.md": post("A", "id: z"), "b.md": post("B", "id: y"), "c.md": post("C", "id: x")}

    assert ids(made(tmp_path / "site", posts)) == ([f"{TAG}x", f"{TAG}y", f"{TAG}z"],) * 3


def test_07_a_file_whose_bytes_stay_keeps_its_time_also_in_a_build_from_nothing(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A")}, SITE)
    paths = published_long_ago(site)

    built(site, jobs=1, clean=True)

    assert {time_of(site, path) for path in paths} == {1}


def test_07_a_post_that_changes_leaves_the_feeds_it_is_not_in_as_they_were(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A", "categories: x"), "b.md": post("B", "categories: y")}, SITE)
    published_long_ago(site)
    (site / "content/b.md").write_text(post("B2", "categories: y"))

    built(site, jobs=1)

    paths = ("category/x/rss.xml", "category/y/rss.xml", "rss.xml")
    assert [time_of(site, path) == 1 for path in paths] == [True, False, False]


def test_07_who_is_reading_a_feed_while_it_is_replaced_reads_all_of_the_old_one(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A")}, SITE)
    before = published(site)["rss.xml"]
    (site / "content/b.md").write_text(post("B"))

    with (site / "out/rss.xml").open("rb") as reader:
        after = published(site)["rss.xml"]
        read = reader.read()

    assert (read, after == before) == (before, False)


# --- 8, 9, 10: dates -------------------------------------------------------------------------------


def test_08_an_entry_says_when_it_was_published_and_when_it_was_changed(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A", "updated: 2026-03-04 12:00")})

    item = json.loads(files["feed.json"])["items"][0]
    assert (item["date_published"], item["date_modified"]) == ("2026-03-02T04:00:00Z", "2026-03-04T04:00:00Z")
    assert texts(files, "atom.xml", f"{ATOM}entry/{ATOM}published") == ["2026-03-02T04:00:00Z"]
    assert texts(files, "atom.xml", f"{ATOM}entry/{ATOM}updated") == ["2026-03-04T04:00:00Z"]
    assert texts(files, "rss.xml", "channel/item/pubDate") == ["Mon, 02 Mar 2026 04:00:00 +0000"]
    assert texts(files, "rss.xml", f"channel/item/{ATOM}updated") == ["2026-03-04T04:00:00Z"]


@pytest.mark.parametrize("key", ["lastmod", "modified", "last_modified_at"])
def test_08_the_date_of_change_is_known_by_its_other_names(tmp_path, key):
    files = made(tmp_path / "site", {"a.md": post("A", f"{key}: 2026-03-04 12:00")})

    assert texts(files, "atom.xml", f"{ATOM}entry/{ATOM}updated") == ["2026-03-04T04:00:00Z"]


def test_08_rss_and_json_feed_tell_of_no_change_where_there_was_none(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A")})

    told = texts(files, "rss.xml", f"channel/item/{ATOM}updated")
    assert (told, "date_modified" in json.loads(files["feed.json"])["items"][0]) == ([], False)


@pytest.fixture
def far_away(monkeypatch):
    """A machine in another time zone than the site's."""
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-02", "2026-03-01T16:00:00Z"),
        ("2026-03-02 00:30", "2026-03-01T16:30:00Z"),
        ("2026-03-02 00:30 +0100", "2026-03-01T23:30:00Z"),
    ],
)
def test_09_a_date_without_zone_is_in_the_sites_and_never_in_the_machines(tmp_path, written, instant):
    files = made(tmp_path / "site", {"a.md": post("A", date=written)})

    assert texts(files, "atom.xml", f"{ATOM}entry/{ATOM}published") == [instant]


@pytest.mark.usefixtures("far_away")
def test_09_the_sites_zone_is_utc_unless_it_says_another(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A", date="2026-03-02")}, SITE.replace("timezone", "# timezone"))

    assert texts(files, "atom.xml", f"{ATOM}entry/{ATOM}published") == ["2026-03-02T00:00:00Z"]


LOCALE = """LC_TIME
abday "d1";"d2";"d3";"d4";"d5";"d6";"d7"
day "d1";"d2";"d3";"d4";"d5";"d6";"d7"
abmon "m1";"m2";"m3";"m4";"m5";"m6";"m7";"m8";"m9";"m10";"m11";"m12"
mon "m1";"m2";"m3";"m4";"m5";"m6";"m7";"m8";"m9";"m10";"m11";"m12"
d_t_fmt "%a %b"
d_fmt "%d"
t_fmt "%T"
am_pm "";""
t_fmt_ampm ""
END LC_TIME
"""


@pytest.fixture
def other_names(tmp_path, monkeypatch):
    """A process in a locale whose days and months have other names."""
    (tmp_path / "source").write_text(LOCALE)
    make = ["localedef", "-c", "-i", tmp_path / "source", tmp_path / "xx_XX"]
    subprocess.run(make, check=False, capture_output=True)
    monkeypatch.setenv("LOCPATH", str(tmp_path))
    before = locale.setlocale(locale.LC_TIME)
    try:
        yield locale.setlocale(locale.LC_TIME, "xx_XX")
    except locale.Error:
        pytest.skip("this machine makes no locales")
    finally:
        locale.setlocale(locale.LC_TIME, before)


@pytest.mark.skipif(not shutil.which("localedef"), reason="this machine makes no locales")
@pytest.mark.usefixtures("other_names")
def test_10_dates_of_rss_are_english_in_every_locale(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A")})

    dates = [*texts(files, "rss.xml", "channel/item/pubDate"), *texts(files, "rss.xml", "channel/lastBuildDate")]
    assert (NOW.strftime("%a %b"), dates) == ("d1 m3", ["Mon, 02 Mar 2026 04:00:00 +0000"] * 2)


def test_10_dates_of_rss_have_two_digits_for_the_day_and_four_for_the_year(tmp_path):
    files = made(tmp_path / "site", {"a.md": post("A", date="1999-12-05 08:07:06 +0000")})

    assert texts(files, "rss.xml", "channel/item/pubDate") == ["Sun, 05 Dec 1999 08:07:06 +0000"]


# --- 11, 12, 13, 14: what is held back, and what goes ----------------------------------------------

SOON = post("Tomorrow", "categories: later", date="2026-03-09 09:00")


def test_11_of_a_post_that_is_not_due_nothing_is_published(tmp_path):
    with_it = made(tmp_path / "a", {"a.md": post("A"), "soon.md": SOON})

    without = made(tmp_path / "b", {"a.md": post("A")})

    assert (files_with("Tomorrow", with_it), with_it) == ([], without)


def test_11_a_post_is_published_by_the_first_build_once_it_is_due(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A"), "soon.md": SOON}, SITE)

    due = NOW.replace(day=9, hour=1)
    seen = [ids(published(site, now=now))[0] for now in (due - timedelta(seconds=1), due)]

    assert seen == [[f"{TAG}a"], [f"{TAG}soon", f"{TAG}a"]]


@pytest.mark.parametrize(
    ("path", "line"),
    [(f"{folder}_drafts/secret.md", "") for folder in ("", "port/")]
    + [("secret.md", f"draft: {yes}") for yes in ("true", "True", "yes", "on", "1")]
    + [("secret.md", f"{key}: {no}") for key in ("published", "publish", "permalink") for no in ("false", "no")]
    + [("secret.md", f"status: {word}") for word in ("draft", "Draft", "hidden", "skip", "private", "inactive")]
    + [
        ("secret.md", f"{key}: true") for key in ("unlisted", "ignore", "saveAsDraft", "eleventyExcludeFromCollections")
    ],
)
def test_12_of_a_draft_nothing_is_published_however_it_is_marked(tmp_path, path, line):
    site = write(tmp_path / "site", {"a.md": post("A"), path: post("Secret", line)}, SITE)

    report = built(site, jobs=1)

    assert (report.posts["draft"], ids(tree(site)), files_with("Secret", tree(site))) == (1, ([f"{TAG}a"],) * 3, [])


@pytest.mark.parametrize(
    "text",
    [
        '+++\ntitle = "Secret"\ndate = 2026-03-02\ndraft = true\n+++\nText.',
        '{\n"title": "Secret",\n"date": "2026-03-02",\n"draft": true\n}\nText.',
        "Title: Secret\nDate: 2026-03-02\nStatus: draft\n\nText.",
    ],
)
def test_12_drafts_are_known_in_every_kind_of_header(tmp_path, text):
    site = write(tmp_path / "site", {"secret.md": text}, SITE)

    report = built(site, jobs=1)

    assert (report.posts["draft"], files_with("Secret", tree(site))) == (1, [])


@pytest.mark.parametrize("key", ["expiryDate", "unpublishDate", "expires", "expiry"])
def test_13_a_post_goes_from_every_file_when_it_expires(tmp_path, key):
    posts = {"a.md": post("A"), "sale.md": post("Sale", f"{key}: 2026-03-05 12:00", "categories: offers")}
    site = write(tmp_path / "site", posts, SITE)
    end = NOW.replace(day=5, hour=4)

    before = published(site, now=end - timedelta(seconds=1))
    after = published(site, now=end)

    assert (ids(before), ids(after)) == (([f"{TAG}a", f"{TAG}sale"],) * 3, ([f"{TAG}a"],) * 3)
    assert ("category/offers/rss.xml" in before, files_with("Sale", after)) == (True, [])


def test_14_a_feed_from_which_the_newest_entry_went_is_a_new_document_of_a_later_time(tmp_path):
    site = write(tmp_path / "site", {"a.md": post("A"), "b.md": post("B", date="2026-03-03")}, SITE)
    paths = ("rss.xml", "atom.xml", "feed.json")
    before = published_long_ago(site)
    (site / "content/b.md").unlink()

    after = published(site)

    assert (ids(after), changes(after)[1]) == (([f"{TAG}a"],) * 3, "2026-03-02T04:00:00Z")
    assert [(before[path] == after[path], time_of(site, path) > 1) for path in paths] == [(False, True)] * 3


def test_04_ids_that_differ_only_in_how_they_are_encoded_are_one(tmp_path):
    posts = {"a.md": post("A", "id: https://e.example/潮"), "b.md": post("B", "id: https://e.example/%E6%BD%AE")}

    files = made(tmp_path / "site", posts)

    assert ids(files) == (["https://e.example/%E6%BD%AE", f"{TAG}b"],) * 3


def test_05_an_entry_that_the_feed_has_no_room_for_does_not_date_it(tmp_path):
    posts = {f"{day}.md": post("A", date=f"2026-03-0{day} 12:00") for day in range(2, 8)}
    posts["2.md"] = post("A", "updated: 2026-03-08 12:00")

    files = made(tmp_path / "site", posts, SITE + "[feeds]\nmax_bytes = 1000\n")

    assert (changes(files)[1], len(ids(files)[0])) == ("2026-03-07T04:00:00Z", 5)
