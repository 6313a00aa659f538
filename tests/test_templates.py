"""What a site's own templates change, and how their mistakes are told."""

import re
from dataclasses import replace

import pytest
from lxml import html as parser
from mail_samples import EDITIONS, ENGLISH_EDITION, TEMPLATES, changed
from sites import CONFIG, built, feeds, tree, write

from feeds.diagnostics import FeedsError
from feeds.render import _inlining, _templates, email
from feeds.scan import packaged_templates, read_templates

PACKAGED = {f"default/{name}": text for name, text in TEMPLATES.items()}
POSTS = {
    "city/a.md": "---\ntitle: Rain\ndate: 2026-03-02\nsource: The Paper\n---\nIt rains.",
    "city/b.md": "---\ntitle: Sun\ndate: 2026-03-03\n---\nIt shines.",
}
EXTENDS = '{% extends "default/email.html" %}\n'
INDEX = '{% extends "default/index.html" %}\n'
ENGLISH = CONFIG.replace("zh-CN", "en")


def made_with(folder, templates, config=ENGLISH):
    """Build a site with *templates*, texts by name, and return its files and its report."""
    write(folder, POSTS, config)
    for name, text in templates.items():
        (folder / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "templates" / name).write_text(text)
    report = built(folder)
    return tree(folder), report


def problems(report):
    """Return why files could not be made: each reason once, with its place and the files that it cost."""
    return [f"{d.place}: {d.message}" for d in report.diagnostics if d.code == "not-made"]


def with_own(own):
    """Return an edition of a site with the templates *own*, by name."""
    page, articles, frame = ENGLISH_EDITION
    return page, articles, replace(frame, templates=TEMPLATES | PACKAGED | own)


def elements(page):
    """Return elements with attributes and words; how font names are quoted and spaced does not matter."""
    return [
        (
            one.tag,
            sorted((name, re.sub("[\"' ]", "", value)) for name, value in one.items()),
            f"{one.text}|{one.tail}".split(),
        )
        for one in parser.fromstring(page).iter()
    ]


# --- overriding ----------------------------------------------------------------------------------


def test_a_file_of_the_site_replaces_the_packaged_one_everywhere(tmp_path):
    files, _ = made_with(tmp_path, {"base.html": "<p>{% block main %}{% endblock %}</p>"})

    assert files["source/index.html"].startswith(b"<p>")
    assert files["category/city/index.html"].startswith(b"<p>")


def test_a_block_of_the_site_replaces_that_block_only(tmp_path):
    plain, _ = made_with(tmp_path / "plain", {})
    files, _ = made_with(tmp_path / "own", {"index.html": INDEX + "{% block topics %}<b>Mine</b>\n{% endblock %}"})

    topics = re.compile(rb'<section class="box topics".*?</section>\n', re.DOTALL)
    assert files["index.html"] == topics.sub(b"<b>Mine</b>\n", plain["index.html"]) != plain["index.html"]


def test_super_is_what_the_packaged_block_says(tmp_path):
    plain, _ = made_with(tmp_path / "plain", {})
    own = INDEX + "{% block footer %}{{ super() }}<p>Mine</p>\n{% endblock %}"
    files, _ = made_with(tmp_path / "own", {"index.html": own})

    assert files["index.html"] == plain["index.html"].replace(b"</footer>\n", b"</footer>\n<p>Mine</p>\n")


def test_a_packaged_page_takes_the_sites_version_of_what_it_extends(tmp_path):
    own = {"base.html": '{% extends "default/base.html" %}{% block head %}<!-- ours -->{% endblock %}'}

    files, _ = made_with(tmp_path, own)

    pages = {path for path in files if path.endswith(".html") and not path.endswith("email.html")}
    assert {path for path in pages if b"<!-- ours -->" in files[path]} == pages


def test_one_block_decides_how_an_entry_is_attributed_on_every_page(tmp_path):
    own = '{% extends "default/entry.html" %}{% block attribution %}<p>{{ source_of(entry) | trim }}</p>{% endblock %}'

    files, _ = made_with(tmp_path, {"entry.html": own})

    shown = b"<p><span>Source: <cite><bdi>The Paper</bdi></cite></span></p>"
    assert [shown in files[path] for path in ("category/city/index.html", "digest/daily/2026-03-02/index.html")] == [
        True,
        True,
    ]
    assert b'<p class="meta"' not in files["index.html"]


def test_packaged_templates_can_be_included_and_imported_too(tmp_path):
    own = {
        "subject.txt": '{% include "default/subject.txt" %}!',
        "sources.html": '{% import "default/feed.html" as feeds with context %}{{ feeds.labels.json }}',
    }

    files, _ = made_with(tmp_path, own)

    assert b"Subject: Daily digest: Rain !" in files["digest/daily/2026-03-02/email.eml"]
    assert files["source/index.html"] == b"JSON Feed"


def test_a_template_extends_another_one_of_the_site(tmp_path):
    own = {"index.html": '{% extends "mine.html" %}', "mine.html": INDEX + "{% block topics %}Mine{% endblock %}"}

    files, _ = made_with(tmp_path, own)

    assert re.search(rb"</section>\nMine</div>\n<section class=.calendar", files["index.html"])


def test_a_folder_named_default_is_refused(tmp_path):
    (tmp_path / "templates/default").mkdir(parents=True)
    (tmp_path / "templates/default/a.html").write_text("mine")

    with pytest.raises(FeedsError, match=r"^templates/default/a\.html: `default/` stands for the packaged") as refusal:
        read_templates(tmp_path)

    assert refusal.value.exit_code == 2


def test_every_packaged_template_is_there_as_default_also_when_it_is_replaced(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/base.html").write_text("mine")

    templates = read_templates(tmp_path)

    packaged = {p.relative_to(packaged_templates()).as_posix() for p in packaged_templates().rglob("*") if p.is_file()}
    assert templates.keys() == packaged | {f"default/{name}" for name in packaged}
    assert (templates["base.html"], templates["default/base.html"]) == ("mine", TEMPLATES["base.html"])


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("extends", ["", '{% extends "default/words/en.txt" %}\n'])
def test_a_wording_of_the_site_may_be_a_single_word(tmp_path, extends):
    files, _ = made_with(tmp_path, {"words/en.txt": extends + '{% set subscribe = "Join us" %}'})

    assert b'<h2 id="_subscribe">Join us</h2>' in files["index.html"]
    assert b"<h3>In a feed reader</h3>" in files["index.html"]


def test_a_word_of_the_site_counts_in_the_packaged_sentences(tmp_path):
    files, _ = made_with(tmp_path, {"words/en.txt": "{% macro short_day(date) %}{{ date.day }}.{% endmacro %}"})

    assert "2–8." in files["digest/weekly/2026-W10/index.html"].decode()


def test_a_wording_in_a_language_of_ones_own_says_the_rest_in_english(tmp_path):
    config = CONFIG.replace("zh-CN", "eo")

    files, _ = made_with(tmp_path, {"words/eo.txt": '{% set subscribe = "Aboni" %}'}, config)

    page = files["index.html"].decode()
    assert ('<html lang="eo" dir="ltr">' in page, "<body>" in page) == (True, True)
    assert ("Aboni</h2>" in page, "In a feed reader" in page) == (True, True)


@pytest.mark.parametrize(
    ("wording", "problem"),
    [
        ("{% set digest_titles = {'day': 'x'} %}", "1: `digest_titles` must be a mapping of `day`, `week`, `month`"),
        ("\n{% set short_weekdays = ['M'] %}", "2: `short_weekdays` must be a list of 7"),
        ("\n\n{% macro entries() %}{% endmacro %}", "3: `entries` must be a macro with the arguments (count)"),
        ("{% set day = 'x' %}", "1: `day` must be a macro with the arguments (date)"),
        ("{% macro colon() %}{% endmacro %}", "1: `colon` must be a text"),
        ("\n{% set colon = %}", "2: Expected an expression, got 'end of statement block'"),
        ("\n{% set colon = nothing.at_all %}", "2: 'nothing' is undefined"),
        ("{% macro day(date) %}\n\n{{ date.dya }}{% endmacro %}", "3: `date` has no `dya`"),
        ("{% macro mail_subject(a, b) %}\n{{ nothing }}{% endmacro %}", "2: 'nothing' is undefined"),
    ],
)
def test_a_mistake_in_a_wording_is_told_with_its_line(tmp_path, wording, problem):
    _, report = made_with(tmp_path, {"words/en.txt": wording})

    assert "out/digest/daily/2026-03-02/email.html" in report.failed
    assert {line.partition("; out/")[0] for line in problems(report)} == {f"templates/words/en.txt:{problem}"}


# --- the e-mail's CSS ----------------------------------------------------------------------------

ROW = '<tr><td class="foot">{{ letter.title }}</td></tr>\n'
FOOTER = "{% block footer %}" + ROW + "{% endblock %}"
MORE_CSS = '{% include "default/email.css" %}\n.logo { color: #123456; }'


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"email.html": "\n" + EXTENDS + FOOTER},
        {"email.html": EXTENDS + "{% block footer %}{{ super() }}" + ROW + "{% endblock %}"},
        {"email.html": EXTENDS + "{% block footer %}{{ super() }}{{- super() -}}{% endblock %}"},
        {"email.html": EXTENDS + "{% block footer %}{% for n in [1, 2] %}{{ super() }}{% endfor %}{% endblock %}"},
        {"email.html": EXTENDS + '{% block masthead %}<tr><td class="logo">x</td></tr>{% endblock %}'},
        {"email.html": EXTENDS + FOOTER.replace('"foot"', '"logo"'), "email.css": MORE_CSS},
        {"email.html": EXTENDS + "{% block footer %}{% include 'row.html' %}{% endblock %}", "row.html": ROW},
        {"email.html": EXTENDS + "{% block footer %}{% block own %}" + ROW + "{% endblock %}{% endblock %}"},
        {
            "email.html": '{% extends "mine.html" %}{% block own %}' + ROW + "{{ super() }}{% endblock %}",
            "mine.html": EXTENDS
            + "{% block footer %}{% block own %}"
            + ROW
            + "{% endblock %}{{ super() }}{% endblock %}",
        },
        {
            "email.html": '{# a #}\n{% set tel = "1" %}\n' + EXTENDS + '{% set font = "mine" %}'
            "{% macro call(number) %}{{ tel }}{{ number }}{{ font }}{% endmacro %}"
            '{% block footer %}<tr><td class="foot">{{ call(2) }} {{ font }} {{ side }}</td></tr>{% endblock %}',
        },
        {
            "email.html": EXTENDS + '{% from "mine.txt" import call %}'
            '{% block footer %}<tr><td class="foot">{{ call(2) }}</td></tr>{% endblock %}',
            "mine.txt": "{% macro call(number) %}{{ number }}{% endmacro %}",
        },
    ],
)
def test_what_extends_the_packaged_message_is_inlined_once_and_as_jinja_would_have_it(own):
    given = with_own(own)

    quickly = email.inlined_template(given[2])

    assert (quickly is None, email.render(*given)[:15]) == (False, b"<!DOCTYPE html>")
    assert elements(email.render(*given)) == elements(page_by_page(given))


def page_by_page(given):
    """Return the message as premailer makes it of what Jinja makes of the templates."""
    letter = email.fitted(*given).letter
    return _inlining.inlined_page(_templates.render(given[2], "email.html", letter=letter)).encode()


HTML_MACRO = '{% macro row() %}<tr><td class="foot">x</td></tr>{% endmacro %}'


@pytest.mark.parametrize(
    "own",
    [
        {"email.html": EXTENDS + HTML_MACRO + "{% block footer %}{{ row() }}{% endblock %}"},
        {
            "email.html": EXTENDS + '{% import "my" as my %}{% block footer %}{{ my.row() }}{% endblock %}',
            "my": HTML_MACRO,
        },
        {"email.html": '{% extends "default/" ~ "email.html" %}' + FOOTER},
        {"email.html": "{% if letter %}" + EXTENDS + "{% endif %}" + FOOTER},
        {
            "email.html": EXTENDS
            + "{% macro row() %}<h1>x</h1>{% endmacro %}{% block footer %}{{ row() }}{% endblock %}"
        },
        {"email.html": EXTENDS + "{% include 'row.html' %}" + FOOTER, "row.html": ROW},
        {"email.html": ROW.replace("{{ letter.title }}", "x") + EXTENDS + FOOTER},
        {"email.html": EXTENDS + "{% block footer %}{{ super() | trim }}{% endblock %}"},
        {"email.html": EXTENDS + "{% block footer %}{% include ['row.html'] %}{% endblock %}", "row.html": ROW},
        {"email.html": EXTENDS + FOOTER.replace("{{ letter.title }}", "{{ '<h1>x</h1>' | safe }}")},
        {"email.html": EXTENDS + FOOTER.replace('class="foot"', "{% if letter %} class='foot'{% endif %}")},
        {"email.html": EXTENDS + FOOTER, "email.css": MORE_CSS + "td[align=left] { color: #123456; }"},
        {"email.html": EXTENDS + FOOTER, "email.css": MORE_CSS + "td:first-child { color: #123456; }"},
        {"email.html": EXTENDS + FOOTER, "email.css": MORE_CSS + "tr + tr { color: #123456; }"},
        {
            "email.html": EXTENDS + "{% block footer %}" + HTML_MACRO + "{{ row() }}{{ super() }}{% endblock %}",
            "email.css": MORE_CSS + "table td { color: #123456; }",
        },
    ],
)
def test_where_only_the_page_shows_what_a_rule_is_for_it_is_inlined_page_by_page(own):
    given = with_own(own)

    assert email.inlined_template(given[2]) is None
    assert email.render(*given) == page_by_page(given)


@pytest.mark.parametrize("name", EDITIONS)
def test_a_message_that_extends_the_packaged_one_and_changes_nothing_is_the_same(name):
    page, articles, frame = EDITIONS[name]

    own = replace(frame, templates=TEMPLATES | PACKAGED | {"email.html": EXTENDS})

    assert email.render(page, articles, own) == email.render(page, articles, frame)


# --- mistakes ------------------------------------------------------------------------------------

MACRO = "\n{% macro row(x) %}\n{{ x.nothing }}\n{% endmacro %}"


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"email.html": EXTENDS + "\n{% block footer %}{{ }}{% endblock %}"}, "email.html:3: Expected an expression"),
        (
            {"email.html": EXTENDS + "{% block footer %}\n{{ nothing }}{% endblock %}"},
            "email.html:3: 'nothing' is undefi",
        ),
        (
            {"email.html": EXTENDS + "{% block footer %}\n{{ site.titel }}{% endblock %}"},
            "email.html:3: `Site` has no `tit",
        ),
        (
            {"email.html": EXTENDS + "{% block footer %}\n{{ words.x }}{% endblock %}"},
            "email.html:3: `Words` has no `x`",
        ),
        (
            {"email.html": EXTENDS + "{% block footer %}\n{{ 1 | x }}{% endblock %}"},
            "email.html:3: No filter named 'x'",
        ),
        ({"email.html": EXTENDS + "{% block footer %}\n{{ 1 / 0 }}{% endblock %}"}, "email.html:3: division by zero"),
        ({"email.html": EXTENDS + "{% block footer %}"}, "email.html:2: Unexpected end of template"),
        ({"email.html": EXTENDS + FOOTER + "\n" + FOOTER}, "email.html:4: block 'footer' defined twice"),
        (
            {"email.html": EXTENDS + "\n{% block foter %}{% endblock %}"},
            "email.html:3: `default/email.html` has no block `foter`, so this is never shown; its blocks are `",
        ),
        (
            {"email.html": EXTENDS + "<!-- a -->\n\n{% set a = 1 %}\n <p>b</p>" + FOOTER},
            "email.html:5: this stands outside of the blocks and is never shown",
        ),
        ({"email.html": EXTENDS + "\n{{ letter.title }}"}, "email.html:3: this stands outside of the blocks"),
        (
            {"email.html": EXTENDS + "{% block footer %}{% block own %}\n{{ super() }}{% endblock %}{% endblock %}"},
            "email.html:3: there is no parent block called 'own'",
        ),
        (
            {"email.html": '{# a #}\n{% extends "defualt/email.html" %}'},
            "email.html:2: there is no template `defualt/email.html`; did you mean `default/email.html`?",
        ),
        (
            {"email.html": '\n{% extends "email.html" %}'},
            "email.html:2: it extends itself; the packaged template is `default/email.html`",
        ),
        (
            {"email.html": '{% extends "a.html" %}', "a.html": '\n{% extends "email.html" %}'},
            "email.html:1: it extends itself",
        ),
        (
            {"email.html": EXTENDS + "{% block footer %}{% include 'email.html' %}{% endblock %}"},
            "email.html:1: it includes or calls itself without end",
        ),
        (
            {"email.html": EXTENDS + "{% block footer %}\n{% include 'row.html' %}{% endblock %}"},
            "email.html:3: there is no template `row.html`",
        ),
        (
            {
                "email.html": EXTENDS + "{% block footer %}{% include 'row.html' %}{% endblock %}",
                "row.html": "\n{{ no }}",
            },
            "row.html:2: 'no' is undefined",
        ),
        (
            {"email.html": EXTENDS + "{% block footer %}{% include 'row.html' %}{% endblock %}", "row.html": "\n{{ no"},
            "row.html:2: unexpected end of template",
        ),
        (
            {"email.html": EXTENDS + '{% import "r" as r %}{% block footer %}{{ r.row(1) }}{% endblock %}', "r": MACRO},
            "r:3: `int` has no `nothing`",
        ),
        (
            {"email.html": EXTENDS + '{% import "r" as r %}{% block footer %}\n{{ r.x() }}{% endblock %}', "r": MACRO},
            "email.html:3: `TemplateModule` has no `x`",
        ),
        (
            {"email.html": '{% extends "a.html" %}', "a.html": EXTENDS + "{% block footer %}\n{{ no }}{% endblock %}"},
            "a.html:3: 'no' is undefined",
        ),
        (
            {"email.html": EXTENDS + "{% block footer %}\n{{ words.day() }}{% endblock %}"},
            "email.html:3: parameter 'date' was not provided (in the packaged `words/en.txt`, line ",
        ),
        (changed("email.html", "</head>", "{{ no }}</head>"), "email.html:"),
        ({"email.css": "{{ no }}"}, "email.css:1: 'no' is undefined"),
    ],
)
def test_a_mistake_is_told_with_file_and_line_of_who_made_it(own, problem):
    with pytest.raises(FeedsError, match=f"^templates/{re.escape(problem)}"):
        email.render(*with_own(own))


def test_a_template_with_nearly_one_of_our_names_is_noted_unless_another_uses_it(tmp_path):
    own = {
        "emial.html": "lost",
        "hero.html": "own",
        "entries.html": "used",
        "index.html": "{% include 'entries.html' %}",
    }

    _, report = made_with(tmp_path, own)

    noted = [(d.path, d.help) for d in report.diagnostics if d.code == "template-unknown"]
    assert noted == [("templates/emial.html", "did you mean `email.html`?")]


def test_a_broken_template_costs_only_the_files_that_are_made_with_it(tmp_path):
    plain, _ = made_with(tmp_path / "plain", {})

    files, report = made_with(tmp_path / "own", {"email.html": EXTENDS + "{% block footer %}\n{{ no }}{% endblock %}"})

    messages = {path for path in plain if re.search(r"email\.(html|txt|eml)$", path)}
    assert plain.keys() - files.keys() == messages
    assert set(report.failed) == {f"out/{path}" for path in messages}
    cost = f"{report.failed[0]} and {len(messages) - 1} more could not be made"
    (told,) = problems(report)
    assert told.startswith(f"templates/email.html:3: 'no' is undefined; {cost}, and what was published")


def test_the_command_ends_with_exit_code_1_and_names_the_line(tmp_path):
    made_with(
        tmp_path, {"sources.html": '{% extends "base.html" %}\n{% block main %}\n{{ page.sorces }}{% endblock %}'}
    )

    done = feeds(tmp_path, "build", "--clean")

    assert done.returncode == 1
    assert "templates/sources.html:3: `SourcesPage` has no `sorces`" in done.stderr
