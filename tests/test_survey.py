import pytest
from sites import NOW, built, write

from feeds.diagnostics import ConfigError
from feeds.reports import Wishes
from feeds.survey import survey

POSTS = {
    "a.md": "---\ntitle: Rain\ndate: 2026-03-02\ncategories: city\n---\nText.",
    "b.md": "---\ntitle: Wind\ndate: 2026-03-03\nsource: The Paper\n---\nText.",
    "c.md": "---\ntitle: Soon\ndate: 2026-04-03\n---\nText.",
    "d.md": "---\ntitle: Gone\ndate: 2026-03-03\nexpires: 2026-03-05\n---\nText.",
    "e.md": "---\ntitle: Draft\ndate: 2026-03-03\ndraft: true\n---\nText.",
    "f.md": "---\ntitle: Never\ndate: 2026-02-30\n---\nText.",
}


@pytest.fixture
def site(tmp_path):
    return write(tmp_path / "site", POSTS)


def surveyed(site):
    return survey(site, Wishes(now=NOW, jobs=1))


def files(folder):
    """Return every file with its bytes and its time."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_what_is_published_counts_and_the_rest_is_named(site):
    found = surveyed(site)

    assert (found.entries, [tally.name for tally in found.categories]) == (2, ["city", ""])
    assert found.posts == {
        "read": 6,
        "published": 2,
        "draft": 1,
        "future": 1,
        "expired": 1,
        "not_a_post": 0,
        "skipped": 1,
    }


def test_a_site_that_was_never_built_has_all_figures_but_sizes(site):
    before = files(site)

    found = surveyed(site)

    assert [(digest.name, digest.unmade, digest.latest) for digest in found.digests] == [
        ("daily", 2, None),
        ("weekly", 0, None),
    ]
    assert files(site) == before


def test_a_site_that_was_built_has_the_sizes_of_its_messages(site):
    mails = built(site, jobs=1).mails
    before = files(site)

    found = surveyed(site)

    assert {one.path: one.size for digest in found.digests for one in digest.messages} == {
        path: mail.size for path, mail in mails.items()
    }
    assert files(site) == before


def test_posts_that_changed_since_the_last_build_are_read(site):
    built(site, jobs=1)
    (site / "content/g.md").write_text("---\ntitle: New\ndate: 2026-03-04\n---\nText.")

    found = surveyed(site)

    assert (found.entries, found.digests[0].unmade) == (3, 1)


def test_a_damaged_cache_costs_the_sizes_only_and_stays_as_it_is(site):
    built(site, jobs=1)
    (site / ".feeds/cache.sqlite3").write_bytes(b"no database")

    found = surveyed(site)

    assert (found.entries, found.digests[0].unmade) == (2, 2)
    assert (site / ".feeds/cache.sqlite3").read_bytes() == b"no database"


def test_a_file_that_cannot_be_read_counts_as_skipped(site):
    (site / "content/g.md").symlink_to("nowhere.md")

    assert surveyed(site).posts["skipped"] == 2


def test_wrong_configuration_is_told(site):
    (site / "feeds.toml").write_text("[site]\n")

    with pytest.raises(ConfigError):
        surveyed(site)
