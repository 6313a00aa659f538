from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from samples import NOON, SITE, entry
from sites import NOW, built, tree, write

from feeds import build, reading
from feeds.standing import stands_until

HOUR = timedelta(hours=1)
MIDNIGHT = datetime.fromisoformat("2026-03-03T00:00:00+08:00")


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, MIDNIGHT),
        ({"published": NOON + HOUR}, NOON + HOUR),
        ({"published": NOON + 15 * HOUR}, NOON + HOUR),
        ({"expires": NOON + 2 * HOUR}, NOON + 2 * HOUR),
        ({"updated": NOON + 3 * HOUR}, NOON + 3 * HOUR),
        ({"expires": NOON + 24 * HOUR}, MIDNIGHT),
        ({"expires": NOON}, MIDNIGHT),
    ],
)
def test_a_build_stands_until_the_day_ends_or_an_entry_comes_or_goes(changes, until):
    assert stands_until([entry("a"), replace(entry("b"), **changes)], SITE, NOON) == until


POST = "---\ntitle: {}\ndate: {}\n{}\n---\nText."
POSTS = {
    "old.md": POST.format("Old", "2026-03-08 10:00", ""),
    "soon.md": POST.format("Soon", "2026-03-08 21:30", ""),
    "brief.md": POST.format("Brief", "2026-03-07 10:00", "expires: 2026-03-08 22:30"),
}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site that was built at eight in the evening; no post counts as just written."""
    monkeypatch.setattr(reading, "RACY_NS", -(10**15))
    folder = write(tmp_path / "site", POSTS)
    built(folder)
    return folder


@pytest.mark.parametrize("hours", [0, 1, 2, 3, 4, 12, 40])
def test_a_later_build_of_the_same_posts_is_that_of_a_clean_one(site, tmp_path, hours):
    later = NOW + timedelta(hours=hours, minutes=29)

    built(site, now=later)

    assert tree(site) == tree_of_clean(tmp_path, later)


def test_an_earlier_build_is_not_taken_for_the_later_one(site, tmp_path):
    built(site, now=NOW - 30 * HOUR)

    assert tree(site) == tree_of_clean(tmp_path, NOW - 30 * HOUR)


def tree_of_clean(tmp_path, now):
    clean = write(tmp_path / "clean", POSTS)
    built(clean, now=now)
    return tree(clean)


def test_a_run_that_changes_nothing_reports_the_same_and_reads_nothing(site, monkeypatch):
    first = build.build(site, build.Wishes(now=NOW, clean=True))
    monkeypatch.setattr(build, "arranged", None)

    second = built(site)

    assert (second.posts, second.twins, second.diagnostics, second.mails) == (
        first.posts,
        first.twins,
        first.diagnostics,
        first.mails,
    )
    assert (second.written, second.removed, second.unchanged) == ((), (), len(tree(site)) - 1)


@pytest.mark.parametrize("leftover", ["rss.xml", ".feeds-new"])
def test_what_is_missing_changed_or_left_over_in_out_is_mended(site, leftover):
    whole = tree(site)
    (site / "out" / leftover).write_text("x\n")

    built(site)

    assert tree(site) == whole


def test_a_post_that_was_just_written_is_looked_at_again(tmp_path, monkeypatch):
    site = write(tmp_path / "site", POSTS)
    built(site)
    monkeypatch.setattr(build, "arranged", None)

    with pytest.raises(TypeError):
        built(site)
