import json
import subprocess
import sys
from pathlib import Path

import pytest
from samples import SITE, entry

from feeds.diagnostics import FeedsError
from feeds.model import Brief
from feeds.scan import read_templates
from feeds.targets import FeedDocument, Frame, Target
from feeds.workers import render_all

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
