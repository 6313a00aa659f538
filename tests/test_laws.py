"""What is true of every site, tried on generated ones."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sites import CONFIG, NOW, built, feeds, sites, tree, write

from feeds.arrangement import arrange
from feeds.articles import reader_of
from feeds.census import is_due
from feeds.config import parse_site
from feeds.entries import parse_post
from feeds.identity import with_ids_of_their_own

some = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=100, deadline=None)


def fresh(posts, **wishes):
    """Return the published files of a site with *posts*, built in a folder that was not there before."""
    with tempfile.TemporaryDirectory() as folder:
        site = write(Path(folder), posts)
        built(site, **wishes)
        return tree(site)


@some
@given(sites())
def test_twice_is_the_same_bytes_and_the_second_run_writes_nothing(posts):
    with tempfile.TemporaryDirectory() as folder:
        site = write(Path(folder), posts)
        built(site)
        first = tree(site)

        again = built(site)

        assert (again.written, again.removed, tree(site)) == ((), (), first)


@some
@given(sites(least=1), sites(), st.data())
def test_incremental_after_any_edits_is_a_clean_build(before, after, data):
    with tempfile.TemporaryDirectory() as folder:
        site = write(Path(folder), before)
        built(site)
        for path in data.draw(st.sets(st.sampled_from(sorted(before)))):
            (site / "content" / path).unlink()
        write(site, after)
        posts = {p.relative_to(site / "content").as_posix(): p.read_text() for p in (site / "content").rglob("*.*")}

        built(site)

        assert tree(site) == fresh(posts)


@some
@given(sites(least=2))
def test_the_order_of_files_and_the_number_of_jobs_do_not_matter(posts):
    backwards = dict(reversed(posts.items()))

    assert fresh(posts, jobs=1) == fresh(backwards, jobs=8)


@some
@given(sites())
def test_time_zone_locale_and_hash_seed_do_not_matter(posts):
    with tempfile.TemporaryDirectory() as folder:
        site = write(Path(folder), posts)

        run = feeds(site, "build", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7", PYTHONUTF8="0")

        assert (run.returncode, tree(site)) == (0, fresh(posts))


@many
@given(sites())
def test_every_published_post_or_its_twin_is_in_exactly_one_edition(posts):
    site = parse_site(CONFIG)
    parsed = [parse_post(text.encode(), path, reader_of(site)) for path, text in posts.items()]
    entries, _ = with_ids_of_their_own(tuple(post.entry for post in parsed if post.entry), site)
    due = [entry for entry in entries if is_due(entry, NOW)]

    arrangement = arrange(due, site, NOW)

    in_editions = [entry.id for edition in arrangement.editions[0] for entry in edition.entries]
    as_twins = [twin.entry.id for twin in arrangement.twins]
    assert sorted(in_editions + as_twins) == sorted(entry.id for entry in due)
    assert {twin.shown.id for twin in arrangement.twins} <= set(in_editions)


@some
@given(sites(least=1))
def test_one_bad_post_never_costs_another(posts):
    posts.pop("a.md", None)

    with_it, without_it = fresh(posts | {"a.md": "---\ntitle: ["}), fresh(posts)

    assert with_it == without_it


@pytest.mark.parametrize("suffix", [".md", ".markdown", ".html"])
def test_a_site_of_one_post_is_published_whatever_its_suffix(suffix, tmp_path):
    site = write(tmp_path, {f"a{suffix}": "---\ntitle: x\ndate: 2026-03-02\n---\nText."})

    report = built(site)

    assert report.posts["published"] == 1
