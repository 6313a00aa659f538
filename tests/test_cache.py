from dataclasses import is_dataclass, replace
from typing import get_args, get_type_hints

import pytest
from samples import SITE, entry

from feeds import model, settings, targets
from feeds.cache import HOLDERS, Made, Printer, stale
from feeds.model import NEVER, Edition, Enclosure, Entry, Section
from feeds.targets import FeedList, Frame, Target

FRAME = Frame(site=SITE, templates={"index.html": "x"})
TARGET = Target(path="rss.xml", kind="rss", subject=FeedList(feeds=(), updated=NEVER), entries=(entry("a"), entry("b")))
SOUND = Enclosure(url="https://x.example/a.mp3", type="audio/mpeg", length=7)
PRINT = Printer(FRAME, "1").fingerprint(TARGET)
MADE = Made(fingerprint=PRINT, size=10, mtime_ns=20)


def reasons(now=PRINT, made=MADE, published=(10, 20), changed=None):
    before = {"rss.xml": made} if made else {}
    there = {"rss.xml": published} if published else {}
    return [one.reason for one in stale([TARGET], {"rss.xml": now}, before, there, changed or {})]


def test_a_target_whose_inputs_and_file_are_as_before_is_not_made_again():
    assert reasons() == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"made": None, "published": None}, "new"),
        ({"made": None}, "not in the cache"),
        ({"published": None}, "missing"),
        ({"published": (11, 20)}, "changed by someone else"),
        ({"published": (10, 21)}, "changed by someone else"),
        ({"now": replace(PRINT, program="2", site="2")}, "another version of the program"),
        ({"now": replace(PRINT, site="2", entries="2")}, "configuration changed"),
        ({"now": replace(PRINT, templates="2")}, "templates changed"),
        (
            {"now": replace(PRINT, entries="2", rest="2"), "changed": {"b.md": "content/b.md"}},
            "post changed: content/b.md",
        ),
        (
            {"now": replace(PRINT, entries="2"), "changed": {"a.md": "x/a.md", "b.md": "x/b.md"}},
            "post changed: x/a.md and 1 more",
        ),
        ({"now": replace(PRINT, entries="2")}, "an entry left"),
        ({"now": replace(PRINT, rest="2")}, "what stands around its entries changed"),
    ],
)
def test_the_reason_names_what_changed(given, reason):
    assert reasons(**given) == [reason]


@pytest.mark.parametrize(
    "other",
    [
        Printer(replace(FRAME, site=replace(SITE, title="x")), "1").fingerprint(TARGET),
        Printer(replace(FRAME, templates={"index.html": "y"}), "1").fingerprint(TARGET),
        Printer(FRAME, "2").fingerprint(TARGET),
        Printer(FRAME, "1").fingerprint(replace(TARGET, entries=(entry("b"), entry("a")))),
        Printer(FRAME, "1").fingerprint(replace(TARGET, entries=(entry("a"), entry("b", digest="new")))),
        Printer(FRAME, "1").fingerprint(replace(TARGET, kind="atom")),
        Printer(FRAME, "1").fingerprint(replace(TARGET, entries=(entry("a"), entry("b", link="https://x.example/")))),
        Printer(FRAME, "1").fingerprint(replace(TARGET, entries=(entry("a"), entry("b", path="moved.md")))),
        Printer(FRAME, "1").fingerprint(replace(TARGET, entries=(entry("a"), entry("b", enclosures=(SOUND,))))),
    ],
)
def test_every_input_counts(other):
    assert other != PRINT


def test_entries_are_looked_for_wherever_a_record_holds_them():
    records = [*vars(model).values(), *vars(settings).values(), *vars(targets).values()]
    holding = {
        kind: tuple(name for name, type_ in get_type_hints(kind).items() if _holds(type_))
        for kind in records
        if is_dataclass(kind) and kind not in {Target, model.Article, model.Group}
    }

    assert {kind: names for kind, names in holding.items() if names} == HOLDERS


def _holds(type_):
    return type_ in {Entry, Edition, Section} or any(map(_holds, get_args(type_)))
