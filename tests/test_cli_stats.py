"""What `feeds stats` prints, as a table of any width and as JSON, and its page."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from samples import NOON, SITE, entry
from sites import built, feeds, write

from feeds import figures
from feeds.arrangement import arrange
from feeds.cli._stats import lines
from feeds.cli._tables import Paper, bars, cells, table
from feeds.figures import Stats
from feeds.people import Source
from feeds.preview._look import Look
from feeds.preview._pages import page
from feeds.stats import stats_of
from feeds.targets import MailSize

TOP = Path(__file__).parent.parent
DAY = timedelta(days=1)
PAPER = Source(name="The Paper")
WIDE = Paper(width=80)
GOOD = "---\ntitle: Rain\ndate: 2026-03-02\ncategories: 潮汐\nsource: The Paper\n---\nText."


def stats(entries, mails=()):
    now = NOON + 10 * DAY
    posts = {"read": len(entries) + 1, "published": len(entries), "draft": 1}
    return stats_of(arrange(entries, SITE, now), posts, dict(mails), now)


def said(entries, page=WIDE, *, mails=(), is_whole=False):
    return list(lines(stats(entries, mails), page, is_whole=is_whole))


MIXED = [
    entry("a", categories=("潮汐",), source=PAPER, original="https://paper.example/1"),
    entry("b", NOON + DAY, categories=("city",), source=PAPER),
    entry("c", NOON + 9 * DAY, categories=("city",)),
]
MAILS = {"digest/daily/2026-03-02/email.html": MailSize(size=26_134, budget=95_000, shown=11, count=12)}


# --- in words --------------------------------------------------------------------------------------


def test_all_figures_are_told_in_tables():
    assert said(MIXED, mails=MAILS) == [
        "4 posts read: 3 published, 1 draft",
        "",
        "published         entries  a day  days without",
        "last 7 days             1   0.14             6",
        "since 2026-03-02        3   0.27             8",
        "most on 2026-03-11: 1; last on 2026-03-11",
        "2026-02-11 ···················██·······█· 2026-03-12",
        "",
        "category  entries   share  no source  no link      newest",
        "city            2  66.7 %          1        2  2026-03-11",
        "潮汐            1  33.3 %          0        0  2026-03-02",
        "",
        "source     entries   share  no link      newest",
        "The Paper        2  66.7 %        1  2026-03-03",
        "",
        "attribution      entries   share",
        "source and link        1  33.3 %",
        "source, no link        1  33.3 %",
        "link, no source        0   0.0 %",
        "neither                1  33.3 %",
        "source, no link:",
        "  content/b.md",
        "neither:",
        "  content/c.md",
        "",
        "message  editions  latest  median  largest  left out  for size",
        "daily           3  26,134  26,134   26,134         1         0",
        "largest of daily: digest/daily/2026-03-02/email.html, 26,134 of 95,000 bytes, entries: 11 of 12",
        "2 messages of daily not made yet: feeds build",
    ]


def test_a_site_of_its_own_words_is_not_told_what_it_lacks():
    told = said([entry("a"), entry("b")])

    assert "category         entries    share      newest" in told
    assert "no entry names a source or an original link: all are the site's own" in told


def test_a_site_where_nothing_is_published_is_told_where_to_look():
    assert said([]) == ["1 post read: 0 published, 1 draft", "nothing is published: feeds check says why"]


@pytest.mark.parametrize(("is_whole", "shown", "more"), [(False, 10, ["and 2 more: feeds -v stats"]), (True, 12, [])])
def test_ten_categories_are_shown_and_all_where_that_is_asked(is_whole, shown, more):
    told = said([entry(str(n), categories=(f"area {n:02}",)) for n in range(12)], is_whole=is_whole)

    assert len([line for line in told if line.startswith("area ")]) == shown
    assert [line for line in told if "more" in line] == more


@pytest.mark.parametrize(("is_whole", "shown"), [(False, 3), (True, 5)])
def test_three_posts_that_lack_the_same_are_named_and_all_where_that_is_asked(is_whole, shown):
    told = said([entry(str(n), source=PAPER) for n in range(5)], is_whole=is_whole)

    assert len([line for line in told if line.startswith("  content/")]) == shown
    assert ("  and 2 more: feeds -v stats" in told) is not is_whole


def test_messages_beyond_the_budget_are_told():
    told = said(
        [entry("a")],
        mails={"digest/daily/2026-03-02/email.html": MailSize(size=99_000, budget=95_000, shown=1, count=1)},
    )

    assert told[-1] == "1 message of daily beyond the budget: its template is too large"


# --- on paper of any kind --------------------------------------------------------------------------


@pytest.mark.parametrize("width", [20, 30, 40, 55, 80, 200])
def test_no_table_is_wider_than_the_terminal(width):
    entries = [entry("a", categories=("海湾潮汐与港口消息",), source=PAPER), entry("b", categories=("Long " * 9,))]

    told = said(entries, Paper(width=width))

    assert max(cells(line) for line in told if "26" in line and ":" not in line) <= width


def test_a_narrow_table_leaves_out_columns_from_the_right_and_then_cuts_names():
    rows = [("The Tide Observer of Xizhou", "1,200", "60 %")]

    drawn = [list(table(("source", "entries", "share"), rows, Paper(width=width))) for width in (30, 24, 12)]

    assert drawn == [
        ["source          entries  share", "The Tide Obse…    1,200   60 %"],
        ["source           entries", "The Tide Obser…    1,200"],
        ["so…  entries", "Th…    1,200"],
    ]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (52, "2026-02-11 ···················██·······█· 2026-03-12"),
        (51, "···················██·······█·"),
        (12, "·██·······█·"),
    ],
)
def test_bars_have_their_dates_and_all_days_where_there_is_room(width, line):
    assert line in said(MIXED, Paper(width=width))


def test_a_month_without_entries_has_no_bars():
    assert [line for line in said([entry("a", NOON - 40 * DAY)]) if "·" in line] == []


def test_a_chinese_character_takes_two_cells():
    assert [cells(text) for text in ("潮", "é", "e\u0301", "ａ", "a")] == [2, 1, 1, 2, 1]


def test_where_there_is_only_ascii_bars_and_cuts_are_too():
    plain = Paper(width=80, encoding="ascii", has_blocks=False)

    assert (bars([0, 1, 4, 8], plain), bars([0, 1, 4, 8], WIDE)) == ("._=#", "·▁▄█")
    assert (plain.shown("潮 x"), plain.fitted("abcdef", 5)) == (r"\u6f6e x", "ab...")


def test_names_give_the_terminal_no_orders():
    told = said([entry("a", categories=("\x1b[31m\nx\ty",))])

    assert [line for line in told if "31m" in line] == [r"\x1b[31m\nx y        1  100.0 %  2026-03-02"]


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path):
    return write(tmp_path / "site", {"a.md": GOOD, "b.md": GOOD.replace("source: The Paper\n", "")})


@pytest.mark.parametrize(
    ("environment", "name", "drawn"),
    [
        ({"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}, "潮汐", "█"),
        ({"LC_ALL": "C"}, "潮汐", "#"),
        ({"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "ascii"}, r"\u6f6e\u6c50", "#"),
    ],
)
def test_it_prints_in_any_locale(site, environment, name, drawn):
    run = feeds(site, "-q", "stats", **environment)

    assert (run.returncode, run.stderr, "\x1b" in run.stdout) == (0, "", False)
    assert f"\n{name} " in run.stdout
    assert f"{drawn}" in run.stdout


def test_json_has_the_whole_record_under_its_own_names(site):
    built(site, jobs=1)

    run = feeds(site, "stats", "--json")

    report = json.loads(run.stdout)
    assert list(report) == [*(field.name for field in fields(Stats)), "diagnostics", "seconds"]
    assert report["days"]["each"] == [{"day": "2026-03-02", "entries": 2}]
    assert report["attribution"]["neither"] == {"entries": 1, "share": 0.5, "posts": ["content/b.md"]}
    assert report["digests"][0]["latest"]["budget"] == 95_000


def test_json_has_the_same_names_where_the_run_ends_early(site):
    (site / "feeds.toml").write_text("[site]\n")

    run = feeds(site, "stats", "--json")

    report = json.loads(run.stdout)
    assert (run.returncode, list(report)[:4], report["entries"]) == (2, ["today", "posts", "twins", "entries"], 0)
    assert [problem["code"] for problem in report["diagnostics"]] == ["config-missing", "config-missing"]


# --- the page --------------------------------------------------------------------------------------


def shown(found):
    return page("stats.html", Look(mark="1", site=SITE), stats=found)


def test_the_page_shows_every_category_every_message_and_what_lacks():
    text = shown(stats([*MIXED, entry("d", categories=("<b>",))], MAILS))

    assert "<title>Figures – preview of Tide News</title>" in text
    assert [part in text for part in ("<bdi>&lt;b&gt;</bdi>", "content/b.md", "26,134", "11 of 12")] == [True] * 4
    assert [part in text for part in ("style=", "<b>")] == [False] * 2


def test_the_page_of_a_site_where_nothing_is_published_says_where_to_look():
    text = shown(stats([]))

    assert "<p>1 post read: 0 published, 1 draft.</p>" in text
    assert "<code>feeds check</code>" in text


# --- its page in docs/ -----------------------------------------------------------------------------

DOCUMENT = (TOP / "docs/stats.md").read_text()


def test_the_command_prints_what_its_document_says(tmp_path):
    shutil.copytree(TOP / "content", tmp_path / "content")
    shutil.copy(TOP / "feeds.toml", tmp_path)
    demo = {"SOURCE_DATE_EPOCH": "1773619200", "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "feeds", "-C", str(tmp_path)]

    runs = [
        subprocess.run([*command, name], capture_output=True, text=True, check=True, env=os.environ | demo)
        for name in ("build", "stats")
    ]

    assert f"```console\n$ feeds stats\n{runs[1].stdout}```\n" in DOCUMENT


def test_every_key_of_the_json_is_documented():
    keys = {field.name for kind in vars(figures).values() if is_dataclass(kind) for field in fields(kind)}

    assert {key for key in keys if f"`{key}`" not in DOCUMENT} == set()
