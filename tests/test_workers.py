import json
import subprocess
import sys
from pathlib import Path

import pytest
from samples import SITE, entry
from sites import write

from feeds.diagnostics import FeedsError
from feeds.model import Brief
from feeds.scan import read_templates
from feeds.targets import FeedDocument, Frame, Target
from feeds.workers import ROOM, _shared, _Shelf, parse_all, render_all

ASLEEP = """
import time
from feeds.workers import _shared

def work(items):
    print("at work", flush=True)
    time.sleep(600)

list(_shared(work, range(64), 2))
"""


def test_the_processes_of_a_run_that_was_killed_end_with_it():
    run = subprocess.Popen([sys.executable, "-c", ASLEEP], stdout=subprocess.PIPE, text=True)
    run.stdout.readline()

    run.kill()

    run.communicate(timeout=20)  # until nobody holds the other end any more


def test_one_process_does_nothing_before_it_is_asked_for():
    done = []

    first = next(_shared(lambda items: (done.append(item) or item for item in items), range(64), 1))

    assert (first, done) == (0, [0])


def rendered(content):
    """Return the feed of an entry whose post is gone, but of whose text something is remembered."""
    rain = entry("rain")
    subject = FeedDocument(
        kind="site",
        name="",
        slug="",
        path="feed.json",
        page="index.html",
        siblings=(),
        language="en",
        content=content,
        entries=(rain,),
    )
    target = Target(path="feed.json", kind="jsonfeed", subject=subject, entries=(rain,))
    frame = Frame(site=SITE, templates=read_templates(Path()))
    return next(iter(render_all([target], "/nowhere", {rain.path: Brief(summary="It rained.")}, frame, 1)))


def test_no_post_is_read_of_which_a_file_shows_only_what_is_remembered():
    made = rendered("summary")

    assert (json.loads(made.data)["items"][0]["summary"], made.briefs) == ("It rained.", {})


def test_a_post_that_is_gone_when_its_whole_text_is_shown_ends_the_run():
    with pytest.raises(FeedsError, match=r"content/rain\.md changed while it was being read") as refusal:
        rendered("full")

    assert refusal.value.exit_code == 75


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_post_that_is_gone_when_it_is_read_ends_the_run(jobs):
    with pytest.raises(FeedsError, match=r"content/rain\.md changed while it was being read") as refusal:
        list(parse_all(["rain.md"], "/nowhere", SITE, jobs))

    assert refusal.value.exit_code == 75


def test_a_process_keeps_no_more_articles_than_there_is_room_for(tmp_path):
    posts = write(tmp_path, {"rain.md": "---\ntitle: Rain\n---\n", "sun.md": "---\ntitle: Sun\n---\n"}) / "content"
    shelf = _Shelf(str(posts), SITE, {})
    rain, sun = entry("rain", size=ROOM // 2 + 1), entry("sun", size=ROOM // 2 + 1)

    first, second, other = (shelf.article(one, is_whole=False) for one in (rain, rain, sun))

    assert (first is second, shelf.article(sun, is_whole=False) is other) == (True, True)
    assert shelf.article(rain, is_whole=False) is not first
