import json
import os
import re
import signal
import subprocess
import sys

import pytest
from hubs import TAKEN, running
from sites import built, feeds, tree, write

from feeds.diagnostics import Diagnostic, FeedsError, Severity
from feeds.ping import Report, ping
from feeds.store import locked

CONFIG = """
digests = []

[site]
title = "Tide"
url = "https://news.example.org/"

[content]
permalink = "/{name}"

[feeds]
formats = ["rss", "atom"]
archive = true
aliases = { "old/rss.xml" = "rss.xml" }
websub = "HUB"
"""
POSTS = {
    "a.md": "---\ntitle: Rain\ndate: 2026-03-02\ncategories: [city]\n---\nText.",
    "b.md": "---\ntitle: Fog\ndate: 2026-03-01\ncategories: [coast]\n---\nText.",
}
URL = "https://news.example.org/"
FEEDS = (
    *("atom.xml", "rss.xml"),
    *("category/city/atom.xml", "category/city/rss.xml", "category/coast/atom.xml", "category/coast/rss.xml"),
)


@pytest.fixture
def hub():
    with running() as hub:
        yield hub


@pytest.fixture
def site(tmp_path, hub):
    folder = write(tmp_path / "site", POSTS, CONFIG.replace("HUB", hub.url))
    built(folder)
    return folder


def warning(path, code, message, remedy):
    return Diagnostic(path=path, severity=Severity.WARNING, code=code, message=message, help=remedy)


def refused(path, words):
    remedy = "the next feeds ping tells it again; some hubs refuse feeds that nobody has subscribed to"
    return warning(path, "hub-refused", f"the hub did not take it: {words}", remedy)


def away(hub, rest):
    return warning("feeds.toml", "hub-away", f"the hub {hub.url} is away: {rest}", AGAIN)


AGAIN = "run feeds ping again: it tells the hub of those"


def test_a_hub_is_told_of_every_feed_and_of_no_archive_document_and_no_alias(site, hub):
    report = ping(site)

    assert report == Report(told=FEEDS, unchanged=0, diagnostics=(), is_away=False)
    assert hub.told == [URL + path for path in FEEDS]
    assert {"old/rss.xml", "archive/2026-03.rss.xml"} < tree(site).keys()


def test_a_hub_is_told_what_subscribers_know_each_feed_by(site, hub):
    config = CONFIG.replace("HUB", hub.url).replace("news.example", "消息.example")
    write(site, {"a.md": POSTS["a.md"].replace("city", "晚报")}, config)
    built(site)

    report = ping(site)

    texts = [tree(site)[path].decode() for path in report.told]
    assert hub.told == [re.search(r'rel="self" href="([^"]+)"', text)[1] for text in texts]
    assert hub.requests[0][1]["User-Agent"].endswith(" (+https://xn--ybu940a.example.org/)")


def test_a_hub_is_told_once(site, hub):
    ping(site)
    built(site)

    assert ping(site) == Report(told=(), unchanged=6, diagnostics=(), is_away=False)
    assert hub.told == [URL + path for path in FEEDS]


def test_a_hub_is_told_only_of_feeds_that_changed(site):
    ping(site)
    write(site, {"b.md": POSTS["b.md"].replace("Fog", "Thick fog")}, (site / "feeds.toml").read_text())
    built(site)

    assert ping(site) == Report(told=(*FEEDS[:2], *FEEDS[4:]), unchanged=2, diagnostics=(), is_away=False)


def test_a_hub_that_is_away_is_told_when_it_is_back(tmp_path):
    with running() as hub:
        site = write(tmp_path / "site", POSTS, CONFIG.replace("HUB", hub.url))
    built(site)

    without = ping(site)
    with running(hub.server_port):
        back = ping(site)

    problem = away(hub, "Connection refused; it was not told of 6 feeds")
    assert without == Report(told=(), unchanged=0, diagnostics=(problem,), is_away=True)
    assert back == Report(told=FEEDS, unchanged=0, diagnostics=(), is_away=False)


def test_a_hub_that_has_no_time_is_left_alone_and_told_of_the_rest_by_the_next_run(site, hub):
    hub.answers[URL + FEEDS[5]] = (503, {}, b"")

    first = ping(site)
    hub.answers.clear()

    problem = away(hub, "503 Service Unavailable; it was not told of 1 feed")
    assert first == Report(told=FEEDS[:5], unchanged=0, diagnostics=(problem,), is_away=True)
    assert ping(site).told == FEEDS[5:]


def test_a_hub_without_time_is_asked_nothing_more(site, hub):
    hub.answers = {URL + FEEDS[1]: (404, {}, b""), URL + FEEDS[2]: (429, {}, b"")}

    report = ping(site)

    busy = away(hub, "429 Too Many Requests; it was not told of 4 feeds")
    assert report.diagnostics == (busy, refused("out/rss.xml", "404 Not Found"))
    assert len(hub.requests) == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, {}, b"unknown feed"), "404 Not Found: unknown feed"),
        ((500, {}, b"Topic not found"), "500 Internal Server Error: Topic not found"),
    ],
)
def test_a_feed_that_the_hub_refuses_does_not_keep_it_from_the_others(site, hub, answer, words):
    hub.answers[URL + FEEDS[1]] = answer

    report = ping(site)

    told = (FEEDS[0], *FEEDS[2:])
    assert report == Report(told=told, unchanged=0, diagnostics=(refused("out/rss.xml", words),), is_away=False)
    assert ping(site) == Report(told=(), unchanged=5, diagnostics=report.diagnostics, is_away=False)


def test_a_hub_that_moved_is_told_nothing_more(site, hub):
    hub.answers[URL + FEEDS[1]] = (301, {"Location": "https://hub.example/"}, b"")

    report = ping(site)

    message = f"the hub {hub.url} leads to https://hub.example/, where it was not followed; it was not told of 5 feeds"
    remedy = "if that is the hub now, write it as `websub` under [feeds], and run feeds build"
    problem = warning("feeds.toml", "hub-moved", message, remedy)
    assert report == Report(told=FEEDS[:1], unchanged=0, diagnostics=(problem,), is_away=False)
    assert len(hub.requests) == 2


def test_another_hub_is_told_of_everything_and_the_first_is_remembered(site, hub):
    ping(site)
    with running() as other:
        (site / "feeds.toml").write_text(CONFIG.replace("HUB", other.url))
        ping(site)
    (site / "feeds.toml").write_text(CONFIG.replace("HUB", hub.url))

    assert (other.told, ping(site).unchanged) == ([URL + path for path in FEEDS], 6)


def test_a_feed_that_was_gone_is_told_again_as_it_was(site, hub):
    ping(site)
    (site / "content/b.md").rename(site / "kept")
    built(site)
    hub.answer = lambda _: (503, {}, b"")
    ping(site)
    (site / "kept").rename(site / "content/b.md")
    built(site)
    hub.answer = lambda _: TAKEN

    assert ping(site) == Report(told=FEEDS[4:], unchanged=4, diagnostics=(), is_away=False)


def test_what_a_killed_run_had_told_is_not_told_again(site, hub):
    command = [sys.executable, "-m", "feeds", "-C", str(site), "ping"]
    runs = []
    hub.answer = lambda topic: (topic.endswith("city/atom.xml") and os.kill(runs[0].pid, signal.SIGKILL)) or TAKEN

    runs.append(subprocess.Popen(command))
    runs[0].wait()
    hub.answer = lambda _: TAKEN

    assert (runs[0].returncode, ping(site).told) == (-signal.SIGKILL, FEEDS[2:])


def test_without_cache_a_hub_is_told_once_more(site):
    ping(site)
    (site / ".feeds/cache.sqlite3").unlink()

    assert ping(site).told == FEEDS


def test_a_site_that_was_never_built_is_to_be_built_first(tmp_path, hub):
    site = write(tmp_path / "site", POSTS, CONFIG.replace("HUB", hub.url))

    with pytest.raises(FeedsError, match=r"nothing was built in .*out yet\n  help: run feeds build first") as refusal:
        ping(site)

    assert (refusal.value.exit_code, hub.requests) == (2, [])


def test_while_another_run_holds_the_lock_no_hub_is_told(site, hub):
    with locked(site / ".feeds"):
        run = feeds(site, "ping")

    assert (run.returncode, run.stderr.splitlines()[0], hub.requests) == (75, "another run holds .feeds/lock", [])


def test_without_hub_there_is_nothing_to_do(site):
    (site / "feeds.toml").write_text(CONFIG.replace("HUB", ""))

    run = feeds(site, "ping", "--json")

    report = json.loads(run.stdout)
    assert (run.returncode, run.stderr) == (2, "there is no hub\n  help: set `websub` under [feeds] to a hub's URL\n")
    assert (report["told"], report["unchanged"], report["diagnostics"][0]["code"]) == ([], 0, "usage")


def test_json_is_one_object_and_nothing_else(site, hub):
    hub.answers[URL + FEEDS[1]] = (404, {}, b"")

    run = feeds(site, "ping", "--json")

    report = json.loads(run.stdout)
    assert (run.returncode, run.stderr, list(report)) == (1, "", ["told", "unchanged", "diagnostics", "seconds"])
    assert (report["told"], report["unchanged"]) == ([FEEDS[0], *FEEDS[2:]], 0)
    assert [(d["path"], d["severity"], d["code"]) for d in report["diagnostics"]] == [
        ("out/rss.xml", "warning", "hub-refused"),
    ]


@pytest.mark.parametrize(
    ("status", "code", "lines"),
    [
        (202, 0, []),
        (404, 1, [f"out/{path}: warning: the hub did not take it: 404 Not Found" for path in sorted(FEEDS)[:5]]),
        (503, 75, ["feeds.toml: warning: the hub HUB is away: 503 Service Unavailable; it was not told of 6 feeds"]),
    ],
)
def test_exit_code_and_words_say_how_it_went(site, hub, status, code, lines):
    hub.answer = lambda _: (status, {}, b"")

    run = feeds(site, "ping")

    told = [line.replace(hub.url, "HUB") for line in run.stderr.splitlines() if ": warning: " in line]
    assert (run.returncode, told) == (code, lines)
    assert re.sub(r"[\d.]+ s$", "s", run.stdout) == f"{6 if code == 0 else 0} feeds told, 0 unchanged in s\n"


def test_of_many_refusals_five_are_shown_and_how_to_see_all(site, hub):
    hub.answer = lambda _: (404, {}, b"")

    shown = [feeds(site, *command).stderr for command in (("ping",), ("-v", "ping"))]

    assert [text.count("did not take it") for text in shown] == [5, 6]
    assert shown[0].splitlines()[-1] == "hub-refused: and 1 more: feeds -v ping"
