import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sites import CONFIG, NOW, built, tree, write

from feeds.build import Wishes, check
from feeds.diagnostics import ConfigError, FeedsError
from feeds.store import locked
from feeds.targets import MailSize


def post(title, day=2, *lines, body="Text."):
    return "\n".join(["---", f"title: {title}", f"date: 2026-03-0{day} 12:00:00 +0800", *lines, "---", body])


@pytest.fixture
def site(tmp_path):
    return write(tmp_path / "site", {"a.md": post("Rain", 2, "categories: city"), "b.md": post("Sun", 3)})


def test_each_written_file_has_its_reason(site):
    built(site)
    (site / "content/b.md").write_text(post("Sunshine", 3))

    report = built(site)

    assert {path: report.reasons[path] for path in ("rss.xml", "digest/daily/2026-03-03/email.txt")} == {
        "rss.xml": "post changed: content/b.md",
        "digest/daily/2026-03-03/email.txt": "post changed: content/b.md",
    }


def test_an_edit_leaves_other_days_and_categories_alone(site):
    built(site)
    (site / "content/b.md").write_text(post("Sunshine", 3))

    written = built(site).written

    assert [path for path in written if "2026-03-02" in path or path.startswith("category/city")] == []


def test_a_file_that_someone_changed_is_made_again(site):
    built(site)
    before = tree(site)
    (site / "out/rss.xml").write_text("<rss/>")

    report = built(site)

    assert (report.reasons, tree(site)) == ({"rss.xml": "changed by someone else"}, before)


def test_a_removed_post_takes_its_files_with_it(site):
    built(site)
    (site / "content/a.md").unlink()

    report = built(site)

    assert "category/city/rss.xml" in report.removed
    assert not (site / "out/category/city").exists()


def test_an_edition_gets_its_mail_once_its_day_is_over(site):
    built(site, now=NOW - timedelta(days=5))
    early = {path for path in tree(site) if "2026-03-03" in path}

    built(site)

    assert {path for path in tree(site) if "2026-03-03" in path} - early == {
        f"digest/daily/2026-03-03/email.{suffix}" for suffix in ("html", "txt", "eml")
    }


def test_a_post_appears_when_it_is_due_and_goes_when_it_expires(site):
    (site / "content/c.md").write_text(post("Soon", 4, "expires: 2026-03-06"))

    shown = [b"Soon" in (built(site, now=NOW - timedelta(days=ago)), tree(site))[1]["rss.xml"] for ago in (5, 4, 0)]

    assert shown == [False, True, False]


def test_a_dry_run_writes_nothing_at_all_and_says_what_it_would(site):
    report = built(site, dry_run=True)

    assert ("rss.xml" in report.written, sorted(path.name for path in site.iterdir())) == (
        True,
        ["content", "feeds.toml"],
    )


def test_a_dry_run_says_what_would_be_removed_and_taken_over(site):
    built(site)
    (site / "content/a.md").unlink()
    (site / "out/.feeds").write_text((site / "out/.feeds").read_text().replace("rss.xml\n", "", 1))

    foreseen = built(site, dry_run=True, adopt=True)

    done = built(site, adopt=True)
    assert ("category/city/rss.xml" in foreseen.removed, foreseen.removed, foreseen.failed) == (True, done.removed, ())


def test_a_dry_run_leaves_the_cache_alone_also_while_another_run_writes_it(site):
    built(site)
    (site / "content/b.md").write_text(post("Sunshine", 3))
    before = {path: path.read_bytes() for path in (site / ".feeds").rglob("*") if path.is_file()}

    with locked(site / ".feeds"), closing(sqlite3.connect(site / ".feeds/cache.sqlite3")) as other:
        other.execute("begin immediate")
        report = built(site, dry_run=True)
        other.rollback()

    assert report.reasons["rss.xml"] == "post changed: content/b.md"
    assert {path: path.read_bytes() for path in (site / ".feeds").rglob("*") if path.is_file()} == before


def test_a_folder_in_the_place_of_a_file_costs_that_file_only(site):
    built(site)
    (site / "out/rss.xml").unlink()
    (site / "out/rss.xml/theirs").mkdir(parents=True)
    (site / "content/c.md").write_text(post("New", 4))

    report = built(site, adopt=True)

    assert (report.failed, b"New" in tree(site)["atom.xml"]) == (("out/rss.xml",), True)


def test_a_file_that_was_never_made_is_not_in_the_list_of_ours(site):
    (site / "templates").mkdir()
    (site / "templates/sources.html").write_text("{{ nothing }}")

    report = built(site)

    assert ("source/index.html" in (site / "out/.feeds").read_text(), report.unchanged) == (False, 0)


def test_a_check_writes_nothing_at_all(site):
    report = check(site, Wishes(now=NOW))

    assert (report.failed, sorted(path.name for path in site.iterdir())) == ((), ["content", "feeds.toml"])


def test_diagnostics_come_back_from_the_cache(site):
    (site / "content/bad.md").write_text(post("x", 2).replace("2026-03", "2026-13"))
    os.utime(site / "content/bad.md", (1, 1))
    first = built(site).diagnostics

    assert built(site).diagnostics == first != ()


def test_a_template_with_an_error_costs_its_own_files_only_and_leaves_the_old_ones(site):
    built(site)
    before = tree(site)
    (site / "templates").mkdir()
    (site / "templates/sources.html").write_text("\n{{ nothing.here }}")
    (site / "content/c.md").write_text(post("New", 4))

    report = built(site)

    assert (report.failed, tree(site)["source/index.html"]) == (("out/source/index.html",), before["source/index.html"])
    told = str(report.diagnostics[-1]).splitlines()[:2]
    assert told[0].startswith(
        "templates/sources.html:2: 'nothing' is undefined; out/source/index.html could not be made"
    )
    assert told[1] == "    {{ nothing.here }}"
    assert b"New" in tree(site)["rss.xml"]


def test_a_target_that_failed_is_tried_again_by_the_next_run(site):
    (site / "templates").mkdir()
    (site / "templates/sources.html").write_text("{{ nothing }}")
    built(site)
    (site / "templates/sources.html").unlink()

    report = built(site)

    assert (report.failed, "source/index.html" in report.written) == ((), True)


def test_an_unknown_key_touches_nothing(site):
    built(site)
    before = tree(site)
    (site / "feeds.toml").write_text(CONFIG.replace("title =", "tilte ="))

    with pytest.raises(ConfigError, match="did you mean `title`"):
        built(site)

    assert tree(site) == before


def test_a_strangers_file_is_left_and_named_and_taken_over_only_when_asked(site):
    (site / "out").mkdir()
    (site / "out/rss.xml").write_text("theirs")

    refused = built(site)
    left = (site / "out/rss.xml").read_text()
    adopted = built(site, adopt=True)

    assert (refused.failed, left, adopted.failed) == (("out/rss.xml",), "theirs", ())
    assert b"<rss" in (site / "out/rss.xml").read_bytes()


def test_nothing_is_written_through_a_link_that_leads_out(site, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (site / "out").mkdir()
    (site / "out/category").symlink_to(tmp_path / "elsewhere")

    report = built(site)

    assert (report.failed, list((tmp_path / "elsewhere").iterdir())) == (("out/category",), [])


def test_while_another_run_holds_the_lock_nothing_is_done(site):
    with locked(site / ".feeds"), pytest.raises(FeedsError, match="another run holds") as refusal:
        built(site)

    assert (refusal.value.exit_code, (site / "out").exists()) == (75, False)


def test_a_damaged_cache_costs_time_and_nothing_else(site):
    built(site)
    before = tree(site)
    (site / ".feeds/cache.sqlite3").write_bytes(b"rubbish" * 1000)

    built(site)

    assert tree(site) == before


def test_a_lost_list_of_our_files_is_made_anew_of_the_cache_and_nothing_is_a_strangers(site):
    built(site)
    before = tree(site)
    (site / "out/.feeds").unlink()
    (site / "content/a.md").unlink()

    report = built(site)

    assert (report.failed, "category/city/rss.xml" in report.removed) == ((), True)
    assert tree(site).keys() < before.keys()


def test_a_page_outside_the_site_is_read_where_it_is(site, tmp_path):
    (site / "content").rename(tmp_path / "posts")
    (site / "feeds.toml").write_text(CONFIG + '\n[content]\nfolder = "../posts"\n')

    report = built(site)

    assert report.posts["published"] == 2


def test_everything_that_links_home_is_noted_once(site):
    codes = [diagnostic.code for diagnostic in built(site).diagnostics]

    assert codes == ["links-to-editions", "name-unknown"]


def test_jobs_do_not_change_the_report(site):
    one, eight = built(site, dry_run=True, jobs=1), built(site, dry_run=True, jobs=8)

    assert replace(one, reasons={}) == replace(eight, reasons={})


def test_the_size_of_a_message_is_that_of_its_html_as_it_is_sent_also_when_it_was_made_before(site):
    first = built(site).mails
    (site / "content/b.md").write_text(post("Sunshine", 3))

    again = built(site)

    path = "digest/daily/2026-03-02/email.html"
    assert (first.keys(), again.mails[path]) == (again.mails.keys(), first[path])
    assert path not in again.written
    assert first[path] == MailSize(size=len(html_as_sent(site, path)), budget=95_000, shown=1, count=1)


def html_as_sent(site, path):
    """Return the HTML part beside *path* in the encoding that it is sent in, its last line end included."""
    message = (site / "out" / path).with_suffix(".eml").read_bytes()
    boundary = b"\r\n--" + message.partition(b'boundary="')[2].partition(b'"')[0]
    return message.split(boundary)[2].partition(b"\r\n\r\n")[2] + b"\r\n"
