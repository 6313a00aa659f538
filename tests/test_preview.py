"""The preview, asked over HTTP as a browser does."""

import os
import signal
import subprocess
import sys
from itertools import takewhile
from urllib.parse import quote

import pytest
from previews import begun, held_up, in_its_first_build, previewed
from sites import feeds, tree, write

from feeds.preview._reader import shown

CONFIG = """
[site]
title = "Tide & Co"
url = "https://news.example.org/"
language = "zh-CN"
timezone = "Asia/Shanghai"

[mail]
from = "潮信 <news@example.org>"
"""
RAIN = """---
title: 雨停了 <b>&amp;
date: 2026-03-02 09:30
source: 晚报
original_url: https://paper.example/1
permalink: /rain/
author: Ada
---
Bridges reopen, with a [map](https://map.example/).
"""
TIDE = "---\ntitle: Low tide\ndate: 2026-03-08 08:00\ncategories: [港口]\n---\nText.\n"
POSTS = {"rain.md": RAIN, "tide.md": TIDE}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return write(tmp_path_factory.mktemp("preview") / "site", POSTS, CONFIG)


@pytest.fixture(scope="module")
def preview(site):
    with previewed(site) as running:
        yield running


@pytest.fixture
def own(tmp_path):
    """Return a site that a test may change."""
    return write(tmp_path / "site", POSTS, CONFIG)


def test_a_page_of_the_site_is_as_published_but_for_the_script_that_loads_it_again(site, preview):
    status, kind, html = preview.get("/digest/daily/2026-03-02/")

    published = tree(site)["digest/daily/2026-03-02/index.html"].decode()
    script = html[html.index("<script") : html.index("</script>") + len("</script>")]
    assert (status, kind, script.startswith('<script src="/_preview/live.js" data-mark="')) == (200, "text/html", True)
    assert html.replace(script, "").replace("script-src 'self'; connect-src 'self'; ", "") == published


@pytest.mark.parametrize(
    ("path", "kind"),
    [("rss.xml", "application/xml"), ("feed.json", "application/json"), ("style.css", "text/css")],
)
def test_a_file_is_as_published_and_of_a_type_that_a_browser_shows(path, kind, site, preview):
    assert preview.get(f"/{path}") == (200, kind, tree(site)[path].decode())


def test_an_edition_is_shown_as_page_mails_text_and_message(preview):
    status, _, html = preview.get("/_preview/edition/daily/2026-03-02")

    frames = [part.split('"')[0] for part in html.split('<iframe src="')[1:]]
    mail = "/_preview/mail/daily/2026-03-02"
    assert status == 200
    assert frames == [f"{mail}/light", f"{mail}/dark"] * 2 + ["/digest/daily/2026-03-02/"]
    assert '<h1 dir="auto">daily：雨停了 &lt;b&gt;' in html or "雨停了 &lt;b&gt;" in html
    assert "潮信 &lt;news@example.org&gt;" in html
    assert "Content-Transfer-Encoding" in html
    assert "of 95,000 bytes" in html


def test_an_edition_whose_days_are_not_over_is_shown_as_it_would_be_now(site, preview):
    _, _, html = preview.get("/_preview/edition/daily/2026-03-08")
    _, _, mail = preview.get("/_preview/mail/daily/2026-03-08/light")

    assert (html.count("<iframe"), "as it would be now" in html, "Low tide" in mail) == (5, True, True)
    assert not (site / "out/digest/daily/2026-03-08/email.html").exists()


def test_a_framed_mail_is_dark_or_light_whatever_the_browser_is(preview):
    (_, _, light), (_, _, dark) = (preview.get(f"/_preview/mail/daily/2026-03-02/{one}") for one in ("light", "dark"))

    assert ("@media (max-width: 0)" in light, "@media (min-width: 0)" in dark) == (True, True)
    assert "prefers-color-scheme" not in light + dark
    assert ('content="light"' in light, 'content="dark"' in dark) == (True, True)


def test_links_of_a_framed_mail_open_beside_it_and_stay_in_the_preview(preview):
    _, _, html = preview.get("/_preview/mail/daily/2026-03-02/light")

    assert '<head><base target="_blank">' in html
    assert ('href="/digest/daily/2026-03-02/' in html, 'href="https://news.example.org/' in html) == (True, False)


@pytest.mark.parametrize(
    "path", ["", "editions", "feeds", "problems", "stats", "feed/rss.xml", "feed/category/港口/feed.json"]
)
def test_the_previews_pages_are_there(path, preview):
    status, kind, html = preview.get(f"/_preview/{quote(path)}")

    assert (status, kind, "Tide &amp; Co" in html) == (200, "text/html", True)


@pytest.mark.parametrize(
    "path",
    ["/nope", "/_preview/nope", "/_preview/edition/daily/2026-03-09", "/_preview/feed/nope.xml", "/%2e%2e/feeds.toml"],
)
def test_what_is_not_there_is_said_to_be_so(path, preview):
    status, kind, html = preview.get(path)

    assert (status, kind, "Nothing here" in html, "timezone" in html) == (404, "text/html", True, False)


def test_other_sites_cannot_read_it_by_a_name_of_theirs(preview):
    assert preview.get("/", Host="rebound.example")[0] == 400


@pytest.mark.parametrize("path", ["rss.xml", "atom.xml", "feed.json"])
@pytest.mark.usefixtures("preview")
def test_a_reader_shows_the_same_in_each_format(path, site):
    feed = shown(path, tree(site)[path])

    rain = next(item for item in feed.items if item.original)
    assert (feed.title, feed.link, feed.language) == ("Tide & Co", "https://news.example.org/", "zh-CN")
    links = ("https://news.example.org/rain/", "https://paper.example/1")
    assert (rain.title, rain.link, rain.original) == ("雨停了 <b>&", *links)
    assert (rain.published.isoformat(), rain.source, rain.authors) == ("2026-03-02T01:30:00+00:00", "晚报", ("Ada",))
    assert '<a href="https://map.example/">map</a>' in rain.html


def test_pages_that_are_open_are_told_when_a_post_is_saved(own):
    with previewed(own) as preview, preview.news() as news:
        before = next(news)
        (own / "content/tide.md").write_text(TIDE.replace("Low", "High"))

        after = next(one for one in news if "High tide" in preview.get("/")[2])

        assert (before["mark"] == after["mark"], after["trouble"]) == (False, "")


def test_a_post_that_is_left_out_is_a_problem_and_no_trouble(own):
    with previewed(own) as preview, preview.news() as news:
        next(news)
        (own / "content/new.md").write_text("---\ntitle: Ferry\ndate: 2026-02-30\n---\nText.")

        told = next(one for one in news if one["problems"] == "1 error")

        assert told["trouble"] == ""
        assert "    date: 2026-02-30\n          ^\n  help: write it" in preview.get("/_preview/problems")[2]


def test_a_template_that_is_broken_is_told_and_recovers(own):
    with previewed(own) as preview, preview.news() as news:
        next(news)
        (own / "templates").mkdir()
        (own / "templates/index.html").write_text("{{ nope }}")
        broken = next(one for one in news if one["trouble"])
        (own / "templates/index.html").write_text("mended")
        mended = next(one for one in news if not one["trouble"])

        assert "templates/index.html:1: 'nope' is undefined" in broken["trouble"]
        assert (mended["problems"], preview.get("/")[2].startswith("mended")) == ("", True)


def test_a_configuration_that_is_wrong_is_told_and_recovers(own):
    with previewed(own) as preview, preview.news() as news:
        next(news)
        (own / "feeds.toml").write_text(CONFIG.replace("[mail]", "[mial]"))
        wrong = next(one for one in news if one["trouble"])
        (own / "feeds.toml").write_text(CONFIG)
        mended = next(one for one in news if not one["trouble"])

        assert "did you mean `mail`?" in wrong["trouble"]
        assert (mended["trouble"], mended["problems"]) == ("", "")


def test_posts_are_watched_where_the_configuration_says_they_are_now(own):
    write(own.parent / "other", {"blog.md": TIDE.replace("Low", "Spring")})
    with previewed(own) as preview, preview.news() as news:
        next(news)
        (own / "feeds.toml").write_text(CONFIG + '[content]\nfolder = "../other/content"\n')
        next(news)
        (own.parent / "other/content/blog.md").write_text(TIDE.replace("Low", "Neap"))
        next(one for one in news if "Neap tide" in preview.get("/")[2])


def test_what_was_said_is_said_again_only_when_it_has_changed(own):
    (own / "content/bad.md").write_text("---\ntitle: Ferry\ndate: 2026-02-30\n---\nText.")
    with begun(own) as process:
        at_first = list(takewhile(lambda line: "_preview" not in line, process.stdout))
        (own / "content/bad.md").unlink()
        afterwards = [process.stdout.readline() for _ in range(2)]

    problems = [line for line in at_first if "is not a date" in line]
    assert len(problems) == 1
    assert (afterwards[0], afterwards[1][:15]) == ("2 posts read: 2 published\n", "0 files written")


def test_a_warning_is_said_once_and_an_error_with_each_build(own):
    (own / "content/bad.md").write_text("---\ntitle: Ferry\ndate: 2026-02-30\n---\nText.")
    (own / "content/tags.md").write_text(TIDE + "{% map %}\n")
    with begun(own) as process:
        at_first = list(takewhile(lambda line: "_preview" not in line, process.stdout))
        (own / "content/new.md").write_text(TIDE.replace("Low", "Slack"))
        afterwards = list(takewhile(lambda line: "files written" not in line, process.stdout))

    assert [sum("{% map %}" in line for line in said) for said in (at_first, afterwards)] == [1, 0]
    assert [sum("is not a date" in line for line in said) for said in (at_first, afterwards)] == [1, 1]


def test_a_save_that_changes_nothing_loads_no_page_again(own):
    with previewed(own) as preview, preview.news() as news:
        before = next(news)
        (own / "content/notes.txt").write_text("No post.")
        (own / "content/tide.md").write_text(TIDE + "\n<!-- unseen -->\n")
        (own / "content/new.md").write_text(TIDE.replace("Low", "Slack"))

        after = next(one for one in news if "Slack tide" in preview.get("/")[2])

        assert int(after["mark"].split(".")[1]) - int(before["mark"].split(".")[1]) == 1


def test_a_preview_that_is_asked_to_end_as_soon_as_it_serves_ends(own):
    command = [sys.executable, "-m", "feeds", "-C", str(own), "preview", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        next(line for line in process.stdout if line.endswith("problems\n"))
        process.terminate()
        process.communicate(timeout=20)

    assert process.returncode in {0, -signal.SIGTERM}


def test_a_port_that_is_taken_is_told_with_another(own, preview):
    port = preview.address.rstrip("/").rpartition(":")[2]

    run = feeds(own, "preview", "--port", port)

    told = f"cannot listen at port {port}: Address already in use"
    remedy = f"choose another: feeds preview --port {int(port) + 1}"
    assert (run.returncode, run.stderr) == (75, f"{told}\n  help: {remedy}\n")
    assert not (own / "out").exists()


def test_a_wrong_configuration_is_told_before_anything_is_served(own):
    (own / "feeds.toml").write_text("[site]\n")

    run = feeds(own, "preview", "--port", "0")

    assert (run.returncode, run.stdout, "`title`" in run.stderr) == (2, "", True)


def test_ctrl_c_in_the_first_build_ends_it_in_one_line(own):
    with in_its_first_build(own) as process:
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=20)[0]

    stopped = "\nstopped by Ctrl-C; what was published before is whole, and the next run goes on\n"
    assert (process.returncode, said) == (130, stopped)


def test_a_preview_that_is_asked_to_end_in_its_first_build_ends(own):
    with in_its_first_build(own) as process:
        process.terminate()
        process.wait(20)

    assert process.returncode == -signal.SIGTERM


def test_ctrl_c_while_it_builds_again_is_no_problem_of_the_sites(own):
    with begun(own) as process:
        before = [process.stdout.readline() for _ in range(4)]
        held_up(own, "pipe")
        with (own / "pipe").open("w"):  # a build waits there for its configuration
            (own / "mended").write_text(CONFIG)
            (own / "mended").rename(own / "feeds.toml")
            os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=20)[0]

    assert ("its editions" in before[-1], process.returncode, said) == (True, 0, "")
