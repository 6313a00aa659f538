from dataclasses import replace

import pytest
from samples import SITE, entry
from sites import NOW

from feeds.aliases import lost_aliases, redirects_of
from feeds.arrangement import arrange
from feeds.plan import plan
from feeds.settings import FeedSettings

ENTRIES = [entry("a", categories=("city",))]


def planned(*aliases):
    site = replace(SITE, feeds=FeedSettings(aliases=aliases))
    return site, plan(arrange(ENTRIES, site, NOW))


def test_an_alias_is_the_feed_again_under_its_old_path_and_a_redirect():
    _, targets = planned(("old/feed.xml", "category/city/atom.xml"))

    by_path = {target.path: target for target in targets}
    assert by_path["old/feed.xml"] == replace(by_path["category/city/atom.xml"], path="old/feed.xml")
    assert by_path["_redirects"].subject.redirects == (("old/feed.xml", "category/city/atom.xml"),)


@pytest.mark.parametrize(
    "old",
    [
        "category/city/rss.xml",
        "RSS.xml",
        "rss.xml/old.xml",
        "style.css/old.xml",
        "_redirects/old.xml",
        ".feeds/old.xml",
        ".feeds-new/old.xml",
    ],
)
def test_an_alias_gives_way_to_a_file_of_the_sites_own(old):
    site, targets = planned((old, "atom.xml"))

    assert redirects_of(targets) == ()
    assert [problem.code for problem in lost_aliases(targets, site)] == ["alias-left-out"]


def test_an_alias_gives_way_to_an_earlier_one_that_it_would_stand_in():
    _, targets = planned(("a.xml", "rss.xml"), ("a.xml/b.xml", "rss.xml"), ("A.xml", "rss.xml"))

    assert redirects_of(targets) == (("a.xml", "rss.xml"),)


def test_an_alias_of_a_feed_that_is_not_there_is_told():
    site, targets = planned(("old.xml", "category/nobody/rss.xml"))

    (problem,) = lost_aliases(targets, site)

    assert "there is no feed `category/nobody/rss.xml`" in problem.message
