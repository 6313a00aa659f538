"""Holds the documents to the code."""

import re
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from samples import SITE
from sites import built, tree, write

from feeds import forms, model, people, settings, subscribers, targets
from feeds.config import parse_site, schema
from feeds.render import _letter, _templates, invitation, pages
from feeds.render import forms as form_pages

TOP = Path(__file__).parent.parent
CODE = re.compile(r'(?:code=|warn\([^"]*|at\(\s*[^"]*)"([a-z0-9]+(?:-[a-z0-9]+)+)"')
DOCUMENTED = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)


def test_every_code_is_documented_and_every_documented_code_exists():
    documented = set(DOCUMENTED.findall((TOP / "docs/diagnostics.md").read_text()))
    source = "\n".join(path.read_text() for path in sorted((TOP / "feeds").rglob("*.py")))

    assert {code for code in CODE.findall(source) if code not in documented} == set()
    assert {code for code in documented if f'"{code}"' not in source} == set()


DOCUMENTS = [TOP / "README.md", TOP / "CHANGELOG.md", TOP / "SECURITY.md", *sorted((TOP / "docs").rglob("*.md"))]
PAGES = [path for path in DOCUMENTS if "blog" not in path.parts]
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_every_link_of_a_document_leads_to_a_file_and_a_heading_that_exist(page):
    links = LINK.findall(CODE_BLOCK.sub("", page.read_text()))

    targets = [((page.parent / path).resolve() if path else page, anchor) for path, anchor in links]

    assert [str(path) for path, _ in targets if not path.exists()] == []
    assert [(path.name, anchor) for path, anchor in targets if anchor and anchor not in anchors_of(path)] == []


def anchors_of(page):
    """Return what the headings of *page* are called in addresses, as GitHub makes them."""
    headings = HEADING.findall(CODE_BLOCK.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_index_has_every_page_once():
    index = TOP / "docs/README.md"

    listed = [path for path, _ in LINK.findall(index.read_text())]

    there = [page.relative_to(TOP / "docs").as_posix() for page in PAGES if TOP / "docs" in page.parents]
    assert sorted(listed) == sorted(path for path in there if path != "README.md")


def test_every_picture_is_small_shown_and_described():
    shown = [found for page in PAGES for found in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text())]
    pictures = {path.name: path.stat().st_size for path in sorted((TOP / "docs/pictures").glob("*.png"))}

    assert {Path(path).name for _, path in shown} == set(pictures)
    assert min(len(words) for words, _ in shown) > 40
    assert max(pictures.values()) < 150_000


TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_of_the_configuration_has_every_key_with_its_default():
    text = "\n".join(TOML.findall((TOP / "docs/configuration.md").read_text()))

    site = parse_site(text)

    written = set(re.findall(r"(?:^|[{,]\s*)(\w+) = ", text, re.MULTILINE))
    assert {setting.key for setting in schema()} - written == set()
    assert replace(site, categories=(), feeds=replace(site.feeds, custom=()), timezone_is_given=False) == parse_site(
        '[site]\ntitle = "Tide News"\nurl = "https://news.example.org/"',
    )


ANSWER = re.compile(r"^\| (\d+) \| [^|]+ \| (yes|partly|no) \|", re.MULTILINE)
ANSWERED = re.compile(r"^def test_(\d\d)_", re.MULTILINE)


def test_every_yes_of_the_page_of_feeds_has_a_test_of_its_number():
    answers = {int(number): word for number, word in ANSWER.findall((TOP / "docs/feeds.md").read_text())}

    tested = {int(n) for path in (TOP / "tests/answers").glob("*.py") for n in ANSWERED.findall(path.read_text())}
    assert list(answers) == list(range(1, 69))
    assert {number for number, word in answers.items() if word != "no"} <= tested <= set(answers)


PAGE = TOP / "docs/templates.md"
TEMPLATES = {
    path.relative_to(TOP / "templates").as_posix(): path.read_text()
    for path in sorted((TOP / "templates").rglob("*"))
    if path.is_file()
}
ENVIRONMENT = _templates._environment(targets.Frame(site=SITE, templates=TEMPLATES))
TREES = {
    name: ENVIRONMENT.parse(text)
    for name, text in TEMPLATES.items()
    if name not in {"style.css", "feed.css"} and not name.startswith("words/")
}
FROM_ELSEWHERE = {"words", "loop", "feeds", "show", "ask"}
OF_PYTHON = {"hour", "minute", "second", "year", "month", "get", "split", "replace"}
RECORDS = (
    *(
        settings.Site,
        model.Entry,
        model.Article,
        people.Source,
        people.Person,
        model.Image,
        model.Enclosure,
        model.Episode,
    ),
    *(settings.Digest, model.Edition, model.Section, targets.EditionPage, targets.FrontPage, targets.FeedList),
    *(targets.FeedLink, targets.GroupPage, targets.SourcesPage, targets.SourceLine, targets.DigestPage, pages.Month),
    *(pages.Cell, targets.Day, forms.Form, forms.Topic, subscribers.Subscriber, form_pages.Region, invitation.Card),
    *(_letter.Letter, _letter.Chapter, _letter.Story),
)


def cells(line):
    return [cell.strip() for cell in line.strip("| ").split(" | ")]


def names_in(text):
    return re.findall(r"`([\w/.-]+)", text)


def rows_of(heading):
    """Return the cells of each row of the table that follows *heading*."""
    table = re.search(
        rf"^{re.escape(heading)}.*?^\| ---.*?\n(.*?)(?:\n\n|\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL
    )[1]
    return [cells(line) for line in table.splitlines()]


def test_the_page_of_templates_has_each_with_its_blocks():
    documented = {row[0].strip("`"): names_in(row[3]) for row in rows_of("## The templates")}

    blocks = {name: [*dict.fromkeys(b.name for b in tree.find_all(nodes.Block))] for name, tree in TREES.items()}
    assert documented == blocks | {"style.css": [], "feed.css": []}


def test_the_page_of_templates_has_every_variable_that_they_use():
    every = {
        "what every page gets": {name for row in rows_of("Every page gets:") for name in names_in(row[0])},
        "what every form gets": {"form", "path", "voice", "href", "site_formats"},
    }
    rows = rows_of("## The templates")
    given = {
        row[0].strip("`"): {
            *names_in(row[2]),
            *(name for said, names in every.items() if said in row[2] for name in names),
        }
        for row in rows
    }
    given["email.css"] |= {found.name for found in TREES["email.html"].find_all(nodes.Name) if found.ctx == "store"}

    missing = {name: foreign_names(tree) - given[name] for name, tree in TREES.items()}
    assert {name: names for name, names in missing.items() if names} == {}


def test_the_page_of_templates_has_every_attribute_that_they_use():
    documented = {name.strip("`") for record in RECORDS for name, *_ in rows_of(f"### {record.__name__}")}
    settings = {"formats", "postal_address", "public_url", "public_origin"}

    used = {found.attr for tree in TREES.values() for found in tree.find_all(nodes.Getattr) if root(found) is not None}

    assert used - OF_PYTHON - settings <= documented


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_page_of_templates_has_every_field(record):
    documented = [name.strip("`") for name, *_ in rows_of(f"### {record.__name__}")]

    derived = [name for name, value in vars(record).items() if isinstance(value, property | cached_property)]
    assert documented == [field.name for field in fields(record)] + derived


@pytest.mark.parametrize("name", ["entry.html", "feed.html", "form.html", "feed/attribution.html", "words/en.txt"])
def test_the_page_of_templates_has_every_macro_with_its_arguments(name):
    macros = ENVIRONMENT.parse(TEMPLATES[name]).find_all(nodes.Macro)

    signatures = [f"`{macro.name}({', '.join(argument.name for argument in macro.args)})`" for macro in macros]
    assert [signature for signature in signatures if signature not in PAGE.read_text()] == []


def test_the_page_of_templates_has_every_filter_and_global_of_ours():
    plain = Environment()

    ours = (ENVIRONMENT.filters.keys() - plain.filters) | (ENVIRONMENT.globals.keys() - plain.globals)

    tables = (*rows_of("Filters, beside"), *rows_of("## Variables"))
    assert {name for row in tables for name in names_in(row[0])} == ours


EXAMPLE = re.compile(r"`templates/([\w/.-]+)`:\n\n```jinja\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = {
    "base.html": ("source/index.html", '<img src="https://news.example.org/logo.png" alt="" height="48">'),
    "index.html": ("index.html", '; form-action https://mail.example.com">'),
    "email.html": ("digest/daily/2026-03-02/email.html", ">Written by hand in Harbour Town.</td></tr>"),
    "feed/content.html": ("rss.xml", "<content:encoded>&lt;p&gt;It rains.&lt;/p&gt;</content:encoded>"),
    "entry.html": (
        "category/city/index.html",
        '<p class="meta"><span>Source: <cite><bdi>The Paper</bdi></cite></span>',
    ),
    "words/pt.txt": ("index.html", ">Assinar</h2>"),
    "email.css": ("digest/daily/2026-03-02/email.html", "text-align:center"),
}


@pytest.mark.parametrize(("name", "text"), EXAMPLE.findall(PAGE.read_text()), ids=lambda part: part.split("\n")[0])
def test_each_example_of_the_page_of_templates_shows_what_it_promises(tmp_path, name, text):
    language = "pt" if name == "words/pt.txt" else "en"
    config = f'[site]\ntitle = "Tide"\nurl = "https://news.example.org/"\nlogo = "logo.png"\nlanguage = "{language}"'
    write(tmp_path, {"city/a.md": "---\ntitle: Rain\ndate: 2026-03-02\nsource: The Paper\n---\nIt rains."}, config)
    (tmp_path / "templates" / name).parent.mkdir(parents=True)
    plain = built(tmp_path) and tree(tmp_path)
    (tmp_path / "templates" / name).write_text(text)

    report = built(tmp_path)

    path, shown = SHOWN[name]
    assert (report.failed, shown in plain[path].decode(), shown in tree(tmp_path)[path].decode()) == ((), False, True)


def test_every_example_is_run():
    assert sorted(name for name, _ in EXAMPLE.findall(PAGE.read_text())) == sorted(SHOWN)


def foreign_names(tree):
    """Return the names that a template uses and neither sets nor imports."""
    names = list(tree.find_all(nodes.Name))
    own = {found.name for found in names if found.ctx != "load"} | {m.name for m in tree.find_all(nodes.Macro)}
    imported = {found.target for found in tree.find_all(nodes.Import)}
    imported |= {name for found in tree.find_all(nodes.FromImport) for name in found.names}
    return {found.name for found in names} - own - imported - ENVIRONMENT.globals.keys() - {"loop", "super", "caller"}


def root(found):
    """Return what an attribute is of, in the end; None where that is the words, a loop or a template's macros."""
    while isinstance(found, nodes.Getattr | nodes.Getitem):
        found = found.node
    return None if isinstance(found, nodes.Name) and found.name in FROM_ELSEWHERE else found
