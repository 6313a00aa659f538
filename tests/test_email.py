"""The HTML part of a message."""

import builtins
import logging
import os
import re
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace
from datetime import date

import cssutils
import premailer
import pytest
from lxml import html as parser
from mail_samples import (
    ARABIC,
    CHINESE,
    CHINESE_EDITION,
    EDITIONS,
    ENGLISH_EDITION,
    FERRY,
    OWN,
    SITE,
    TEMPLATES,
    WEEKLY_EDITION,
    changed,
    edition,
    entry,
    golden,
    large,
    made,
    section,
)

from feeds.diagnostics import FeedsError
from feeds.model import Image
from feeds.render import _mime, email, text
from feeds.render._letter import without_last
from feeds.settings import Digest

HOSTILE = (
    "<style>@import url(file:///etc/passwd); @import 'http://127.0.0.1:9/a.css';</style>"
    "<link rel=stylesheet href=http://127.0.0.1:9/b.css><img src=http://127.0.0.1:9/c.png><!--[if mso]>"
    "{{ site }}{% include 'secret' %}--></title></td></table><script>alert(1)</script>"
)

CROSSED = made(
    edition(section("A", entry(1, language="en"), entry(2, language="ar"), more=1)), site=ARABIC, summary="x"
)
PICTURED = made(
    edition(section("A", entry(0, image=Image(url="https://www.example.org/a.jpg")), OWN, *map(entry, range(5, 30)))),
    summary="Words. " * 20,
)


def page_of(given):
    return parser.fromstring(email.render(*given))


def texts(given, css_class):
    return [" ".join(found.text_content().split()) for found in page_of(given).find_class(css_class)]


def links(given):
    return [(found.text_content(), found.get("href")) for found in page_of(given).iter("a")]


def size(given):
    return len(_mime.encoded(email.render(*given))[1])


@pytest.mark.parametrize("name", EDITIONS)
def test_the_html_part_is_as_reviewed(name):
    given = EDITIONS[name]

    assert email.render(*given) == golden(f"email/{name}.html")


def test_every_entry_with_an_original_shows_it_and_no_other_does():
    given = ENGLISH_EDITION

    shown = [story.text_content() for story in page_of(given).find_class("meta")]
    originals = [link.get("href") for meta in page_of(given).find_class("meta") for link in meta.iter("a")]

    assert shown == [
        "Source: Harbour Herald · Ada Moreno, Bo Lind · 10:00",
        "Source: Harbour Herald · 10:00",
        "Original: mill.example",
        "11:00 · Listen\xa07:12",
    ]
    assert originals == [
        "https://herald.example/ferry.html",
        "https://herald.example/library.html",
        "https://mill.example/rye?a=1&b=2",
        "https://media.example.org/gauge.mp3",
    ]


def test_an_author_who_is_the_source_is_named_once():
    given = made(edition(section("Town", replace(FERRY, authors=(replace(FERRY.authors[0], name="Harbour Herald"),)))))

    assert texts(given, "meta") == ["Source: Harbour Herald · 10:00"]


def test_what_was_left_out_is_counted_and_leads_to_its_place_on_the_web():
    given = ENGLISH_EDITION

    assert [link for link in links(given) if link[1].startswith(SITE.url + "digest/daily/2026-06-21/#")] == [
        ("3 more in Town →", "https://quay.example.org/digest/daily/2026-06-21/#town"),
        ("Sport", "https://quay.example.org/digest/daily/2026-06-21/#sport"),
    ]


def test_the_uncategorised_have_the_word_of_the_language():
    given = made(edition(section("", entry(1))), site=CHINESE)

    assert texts(given, "section") == ["其他 (1)"]


def test_thirteen_entries_have_a_list_of_contents_and_twelve_have_none():
    thirteen = made(edition(section("One", *map(entry, range(12))), section("Two", entry(12))))
    twelve = made(edition(section("One", *map(entry, range(11))), section("Two", entry(12))))

    assert texts(thirteen, "contents") == ["In this edition: One 12 · Two 1"]
    assert texts(twelve, "contents") == []


def test_a_weekly_digest_says_its_days_and_each_entrys_day():
    given = WEEKLY_EDITION

    assert texts(given, "eyebrow") == ["15–21 June 2026 · 15 entries · Read on the web"]
    assert texts(given, "meta")[0] == "Source: Harbour Herald · 21 June"


def test_a_monthly_digest_says_its_month():
    given = made(edition(section("Town", FERRY), digest=Digest(every="month"), first=date(2026, 6, 1)))

    assert texts(given, "eyebrow") == ["June 2026 · 1 entry · Read on the web"]


def test_an_entry_in_another_language_is_marked_and_the_frame_is_not():
    given = EDITIONS["chinese"]

    marked = [(tag.tag, tag.get("class"), tag.get("dir")) for tag in page_of(given).xpath("//*[@lang='ar']")]

    assert marked == [("h3", "story", "rtl"), ("td", "summary", "rtl")]


def test_words_that_are_not_in_the_sites_language_are_marked():
    given = made(edition(section("شهر", entry(1), more=2)), site=replace(SITE, title="روزنامه", language="fa"))

    page = page_of(given)

    assert (page.get("lang"), page.get("dir")) == ("fa", "rtl")
    assert {(tag.get("lang"), tag.get("dir"), tag.get("align")) for tag in page.find_class("eyebrow")} == {
        ("en", "ltr", "right")
    }
    assert texts(given, "more") == ["2 more in \u2068شهر\u2069 →"]
    assert texts(given, "foot")[0] == "You get this because you subscribed to Daily digest from \u2068روزنامه\u2069."


def test_arrows_point_where_the_words_go():
    assert [text[-1] for text in texts(CROSSED, "more")] == ["←"]


def test_an_entry_that_is_written_the_other_way_stands_at_the_other_side_with_its_attribution():
    cells = [cell for name in ("headline", "opening", "meta") for cell in page_of(CROSSED).find_class(name)]

    assert [(cell.get("class"), cell.get("align")) for cell in cells] == [
        ("headline", "left"),
        ("headline", None),
        ("opening", "left"),
        ("meta", "left"),
        ("meta", None),
    ]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("", (["The Quay"], ["Daily digest"])),
        ("Tides", (["Tides"], ["The Quay"])),
        ("The Quay, daily", (["The Quay, daily"], [])),
    ],
)
def test_the_nameplate_is_the_digests_own_title_or_else_the_sites(title, expected):
    given = made(edition(section("A", entry(1)), digest=Digest(title=title)))

    assert (texts(given, "masthead"), texts(given, "tagline")) == expected


def test_who_cannot_read_the_words_finds_the_way_out():
    given = CHINESE_EDITION

    assert ("退订 (Unsubscribe)", "https://quay.example.org/#subscribe") in links(given)


@pytest.mark.parametrize("given", [WEEKLY_EDITION, large(500), PICTURED], ids=["small", "cut", "pictured"])
def test_both_parts_have_the_same_links(given):
    page = page_of(given)

    in_html = [tag.get("href") or tag.get("src") for tag in page.iter("a", "img")]
    in_text = re.findall(r"^ *(https://\S+)$", text.render(*given).decode(), re.MULTILINE)

    assert sorted(in_text) == sorted(link for link in in_html if not link.startswith("#"))


def test_css_is_inlined_and_what_cannot_be_stays_important_in_the_head():
    page = email.render(*ENGLISH_EDITION).decode()

    assert (
        '<a class="title" href="https://herald.example/ferry.html" style="color:#17181a; text-decoration:none">' in page
    )
    assert page.count("<style>") == 2, "one is within the conditional comment"
    assert "[data-ogsc] .masthead, [data-ogsc] .title { color: #f2f1ee !important; }" in page
    assert "@media (prefers-color-scheme: dark) {" in page


def test_all_that_is_read_stands_in_the_main_landmark_as_an_article_that_is_an_email():
    page = page_of(ENGLISH_EDITION)

    main = page.xpath('//body/*[not(@class="preheader")]')

    assert [found.get("role") for found in main] == ["main"]
    assert [(found.get("role"), found.get("aria-roledescription")) for found in main[0]] == [("article", "email")]


def test_rules_for_a_medium_in_the_style_sheet_itself_stay_important():
    css = TEMPLATES["email.css"] + "@media (min-width: 900px) { .story { color: #102030 !important; } }"
    given = made(edition(section("Town", FERRY)), templates={"email.css": css})

    assert b"color: #102030 !important" in email.render(*given)


def test_a_condition_within_an_elements_tag_keeps_all_its_branches():
    branches = '{% if letter.han %} dir="ltr"{% else %} dir="rtl"{% endif %}'
    own = changed("email.html", '<h1 class="masthead">', f'<h1 class="masthead"{branches}>')

    inlined = email.inlined_template(replace(ENGLISH_EDITION[2], templates=TEMPLATES | own)) or ""

    assert f'<h1 class="masthead"{branches} style="' in inlined


def test_the_head_style_stays_below_the_size_that_gmail_drops():
    style = re.findall(rb"<style>(.*?)</style>", email.render(*ENGLISH_EDITION), re.DOTALL)

    assert max(map(len, style)) < 8192


def test_the_packaged_template_is_inlined_once_and_not_page_by_page():
    frame = ENGLISH_EDITION[2]

    inlined = email.inlined_template(frame) or ""

    assert '<tr><td class="rule" height="16" style="' in inlined
    assert "{% for story in chapter.stories %}" in inlined


def test_inlining_in_the_template_gives_what_inlining_in_the_page_gives():
    slow = changed("email.html", '<div class="preheader">', '<div class="{{ "preheader" }}">')

    page, articles, frame = ENGLISH_EDITION
    other = replace(frame, templates=TEMPLATES | slow)

    assert (email.inlined_template(frame) is None, email.inlined_template(other) is None) == (False, True)
    assert elements_of(page, articles, other) == elements_of(page, articles, frame)


def elements_of(*given):
    """Return elements with attributes and words; how font names are quoted and spaced does not matter."""
    return [
        (one.tag, sorted((name, re.sub("[\"' ]", "", value)) for name, value in one.items()), (one.text or "").split())
        for one in page_of(given).iter()
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "{% if letter.title %}<tr>{% else %}<tr class='x'>{% endif %}<td>{{ letter.title }}</td></tr>",
        "<p>{% if letter.title %}{{ letter.title }}",
        "<tr{% if letter.title %}><td>{{ letter.title }}{% endif %}</td></tr>",
        "<tr><td>zq1t</td></tr>",
    ],
)
def test_a_template_that_an_html_parser_would_change_is_inlined_page_by_page(condition):
    own = changed("email.html", "{% block masthead %}", "{% block masthead %}" + condition)

    assert email.inlined_template(replace(ENGLISH_EDITION[2], templates=TEMPLATES | own)) is None


def test_a_style_sheet_of_ones_own_replaces_the_packaged_one():
    given = made(edition(section("Town", FERRY)), templates=changed("email.css", "#17181a", "#102030"))

    assert b'style="color:#102030; text-decoration:none"' in email.render(*given)


@pytest.mark.parametrize("name", ["email.css", "email-screen.css"])
def test_a_style_sheet_that_imports_is_refused_by_name(name):
    given = made(edition(section("Town", FERRY)), templates={name: TEMPLATES[name] + "@import 'more.css';"})

    with pytest.raises(FeedsError, match=rf"^templates/{name}: `@import` is not allowed"):
        email.render(*given)


def test_a_style_sheet_that_premailer_cannot_read_is_told():
    css = TEMPLATES["email.css"] + "@media print { @media screen { .story { color: #102030; } } }"
    given = made(edition(section("Town", FERRY)), templates={"email.css": css})

    with pytest.raises(FeedsError, match=r"^templates/email\.html: premailer cannot inline its CSS: "):
        email.render(*given)


def test_a_style_sheet_that_is_not_there_is_told():
    own = changed("email.html", '{% include "email-screen.css" %}', '{% include "screen.css" %}')

    with pytest.raises(FeedsError, match=r"there is no template `screen\.css`"):
        email.render(*made(edition(section("Town", FERRY)), templates=own))


def test_a_condition_without_end_is_told():
    own = changed("email.html", "</body>", "<p{% if letter.title %}></p></body>")

    with pytest.raises(FeedsError, match=r"^templates/email\.html:\d+: "):
        email.render(*made(edition(section("Town", FERRY)), templates=own))


def test_a_comment_of_a_template_is_not_sent():
    own = changed("email.html", '<h1 class="masthead">', '<h1 class="masthead"{# why #}>{# because #}')
    given = made(edition(section("Town", FERRY)), templates=own)

    assert email.render(*given) == email.render(*made(edition(section("Town", FERRY))))


def test_a_mistake_in_a_template_is_told_with_its_line():
    own = changed("email.html", "{{ letter.date }}", "{{ letter.dates }}")
    line = own["email.html"][: own["email.html"].index("letter.dates")].count("\n") + 1

    with pytest.raises(FeedsError, match=rf"^templates/email\.html:{line}: "):
        email.render(*made(edition(section("Town", FERRY)), templates=own))


@pytest.mark.parametrize("site", [SITE, CHINESE], ids=["english", "chinese"])
def test_five_hundred_entries_are_cut_to_what_gmail_shows(site):
    given = large(500, site=site)

    shown = email.fitted(*given).letter

    assert 90_000 < size(given) <= email.BUDGET
    assert sum(chapter.count for chapter in shown.chapters) == 500
    assert max(len(story.summary) for story in shown.stories) <= 90


def test_a_large_message_loses_summaries_before_stories():
    given = large(115)

    shown = email.fitted(*given).letter

    assert len(shown.stories) == 115
    assert max(len(story.summary) for story in shown.stories) <= 90


def test_the_largest_section_loses_its_last_story_and_of_two_the_later():
    page = edition(section("A", *map(entry, range(3))), section("B", *map(entry, range(3, 6))), section("C", entry(6)))

    kept = [
        [(len(one.entries), one.more) for one in without_last(page.edition, count).sections] for count in (1, 2, 3, 9)
    ]

    assert kept == [
        [(3, 0), (2, 1), (1, 0)],
        [(2, 1), (2, 1), (1, 0)],
        [(2, 1), (1, 2), (1, 0)],
        [(0, 3), (0, 3), (0, 1)],
    ]


def test_a_long_message_has_a_way_out_at_the_top():
    assert texts(large(500), "eyebrow") == ["Sunday, 21 June 2026 · 500 entries · Read on the web · Unsubscribe"]


def test_the_first_story_has_its_picture_where_words_outweigh_it():
    pictured = entry(0, image=Image(url="https://www.example.org/a.jpg", alt="A <ferry>"))
    many = made(edition(section("A", pictured, *map(entry, range(1, 30)))), summary="Words. " * 20)
    unsafe = replace(pictured, image=Image(url="http://www.example.org/a.jpg"))
    bare = made(edition(section("A", unsafe, *map(entry, range(1, 30)))), summary="Words. " * 20)
    few = made(edition(section("A", pictured)), summary="Words.")

    assert [(one.get("src"), one.get("alt"), one.get("width")) for one in page_of(many).iter("img")] == [
        ("https://www.example.org/a.jpg", "A <ferry>", "536")
    ]
    assert [*page_of(few).iter("img"), *page_of(bare).iter("img")] == []


def test_the_preheader_has_the_headlines_that_the_subject_has_not():
    given = made(edition(section("A", entry(1), entry(2), entry(3), entry(4), entry(5))))

    assert texts(given, "preheader") == ["Story 2 · Story 3 · Story 4"]


def test_hostile_entries_open_no_socket_and_no_file_and_break_out_of_nothing(monkeypatch):
    email.render(*made(edition(section("A", entry(1)))))  # imports premailer, which opens its own files
    fresh = changed("email.css", "#17181a", "#17181b")
    given = made(edition(section("A", entry(1, HOSTILE))), summary=HOSTILE, templates=fresh)

    def refuse(*_args, **_kwargs):
        raise AssertionError

    for owner, name in [(socket, "socket"), (urllib.request, "urlopen"), (builtins, "open"), (os, "open")]:
        monkeypatch.setattr(owner, name, refuse)
    page = page_of(given)

    assert [one.tag for one in page.iter("script", "link", "img")] == []
    assert texts(given, "lead")[0].startswith("<style>@import url(file:///etc/passwd);")


GUARDED = """
import os
import sys
from pathlib import Path

import tzdata
from sites import built, write

site, post = Path(sys.argv[1]), sys.argv[2]
ours = (str(site / "hostile"), str(Path("templates").absolute()), *tzdata.__path__)
met = []

def watch(event, facts):
    is_file = event == "open" and isinstance(facts[0], (str, bytes))
    if event.startswith(("socket.", "urllib.")) or (is_file and not os.path.abspath(facts[0]).startswith(ours)):
        met.append((event, str(facts[0])))

built(write(site / "harmless", {"a.md": "---\\ntitle: Rain\\ndate: 2026-03-02\\n---\\nText."}))  # imports all it needs
write(site / "hostile", {"a.md": post})
(site / "hostile/templates").mkdir()
(site / "hostile/templates/email.css").write_text(Path("templates/email.css").read_text().replace("#17181a", "#17181b"))
os.chdir(site / "hostile")  # what is opened in a folder that is open has a name and no path
sys.addaudithook(watch)
built(site / "hostile", jobs=1)
print(sorted(set(met)))
"""


def test_a_hostile_post_leads_no_build_out_of_the_site(tmp_path):
    trap = tmp_path / "trap"
    os.mkfifo(trap)  # whoever opens it waits for ever
    css = f"<style>@import url(file://{trap}); p {{ background: url(http://127.0.0.1:9/a.png) }}</style>"
    html = (
        f"<link rel=stylesheet href=file://{trap}><img src=http://127.0.0.1:9/b.png><p style='background:url({trap})'>x"
    )
    post = f"---\ntitle: Rain {css}{html}\ndate: 2026-03-02\nimage: file://{trap}\n---\nText.\n\n{css}{html}"

    done = subprocess.run(
        [sys.executable, "-c", GUARDED, str(tmp_path), post],
        env={**os.environ, "PYTHONPATH": "tests:."},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    page = (tmp_path / "hostile/out/digest/daily/2026-03-02/email.html").read_text()
    assert done.stdout == "[]\n"
    assert [one.get("src") for one in parser.fromstring(page).iter("script", "link", "img")] == []


@pytest.mark.parametrize("rule", ["@\\69mport url(http://127.0.0.1:9/a.css);", "@impo\\72t 'file:///etc/hostname';"])
def test_an_import_in_disguise_is_not_followed(rule, monkeypatch):
    asked = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *given, **_more: asked.append(given))

    email.render(*made(edition(section("A", entry(1))), templates={"email.css": rule + TEMPLATES["email.css"]}))

    assert asked == []


def test_premailer_works_once_for_all_editions(monkeypatch):
    calls = []
    work = premailer.Premailer.transform
    monkeypatch.setattr(
        premailer.Premailer, "transform", lambda *given, **more: calls.append(1) or work(*given, **more)
    )
    fresh = changed("email.css", "#17181a", "#17181c")

    for day in range(1, 4):
        email.render(*made(edition(section("A", entry(day)), key=f"2026-06-0{day}"), templates=fresh))

    assert len(calls) == 1


def test_cssutils_is_left_as_it_was(caplog):
    cssutils.log.setLevel("ERROR")
    fetcher = cssutils.util._defaultFetcher
    sloppy = changed("email.css", "h1, h2, h3 {", "h1 { colour: blau; ; } h1, h2, h3 {")

    email.render(*made(edition(section("A", entry(1))), templates=sloppy))

    assert cssutils.util._defaultFetcher is fetcher
    assert cssutils.log.getEffectiveLevel() == logging.ERROR
    assert caplog.records == []


def test_control_characters_are_not_sent():
    given = made(edition(section("A", entry(1, "a\x00b\x85c\u202ed"))), site=replace(SITE, title="The\x9b Quay"))

    assert (texts(given, "lead"), texts(given, "masthead")) == (["a b cd"], ["The Quay"])


def test_importing_the_room_does_not_import_premailer():
    code = "import sys, feeds.render.email; print('premailer' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_bytes_do_not_depend_on_hash_seed_zone_or_locale(seed):
    code = "import sys; sys.path.insert(0, 'tests'); import mail_samples as m; from feeds.render import message; "
    code += "sys.stdout.buffer.write(message.render(*m.CHINESE_EDITION))"
    world = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}

    assert subprocess.check_output([sys.executable, "-c", code], env=world) == golden("message/chinese.eml")
