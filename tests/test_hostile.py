"""Posts that nobody means well with: what becomes of each, and that nothing else is touched by any."""

import email
import email.policy
import json
import os
import re
import socket
from types import SimpleNamespace

import pytest
from growth import LINEAR, cost, growth
from hostile import BODIES, HEADERS, POSTS
from lxml import etree, html
from samples import SITE
from sites import built, feeds, tree, write

from feeds.articles import article_of, reader_of
from feeds.attribution import find, rules_of
from feeds.body import clean
from feeds.credits.words import words_of
from feeds.diagnostics import Diagnostic
from feeds.dialects import plain
from feeds.entries import parse_post
from feeds.frontmatter import split
from feeds.headers import from_yaml
from feeds.outcomes import State

PLAIN = {
    f"{day}.md": f"---\ntitle: Day {day}\ndate: 2026-02-0{day} 10:00\ncategory: plain\n---\nThe ferry left."
    for day in range(1, 5)
}
CONFIG = """
[site]
title = "Tide"
url = "https://news.example.org/"
timezone = "Asia/Shanghai"

[[digests]]
name = "daily"
"""
ACTIVE = frozenset(
    ["script", "iframe", "object", "embed", "base", "form", "input", "button", "svg", "math", "template", "frameset"]
)
USUAL = (
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Help", "List-Archive"),
    *("List-Post", "Archived-At", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "Content-Language"),
    *("MIME-Version", "Content-Type"),
)
LINKS = frozenset(["href", "src", "srcset", "poster", "cite", "action", "formaction", "background"])
RUNS = re.compile(r"\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)
RAW = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def outcome(path, text):
    post = parse_post(text.encode(), path, reader_of(SITE))
    assert post.entry is None or article_of(text.encode(), post.entry, reader_of(SITE)).html is not None
    return post.state, [problem.code for problem in post.diagnostics]


def cleaned(html):
    return clean(html, base="https://www.example.org/", page="")


def special(folder):
    """Put into *folder* what no text is: loops, a way to nowhere, a pipe, a socket, a device, names of odd bytes."""
    (folder / "round.md").symlink_to("round.md")
    (folder / "circle").symlink_to(".")
    (folder / "gone.md").symlink_to("missing")
    (folder / "zero.md").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket.md"))
    for name in (b"odd\xff.md", b"ret\rurn\x1b[31m.md", "turned\u202edm.md".encode(), b"two\nlines.md"):
        (folder / os.fsdecode(name)).write_text("no header, no date")
    (folder / "binary.md").write_bytes(bytes(range(256)))
    (folder / "chinese.md").write_bytes("---\ntitle: 潮汐\ndate: 2026-03-05\n---\n潮汐晚报".encode("gb18030"))
    (folder / "wide.md").write_bytes("---\ntitle: a\ndate: 2026-03-05\n---\n".encode("utf-16"))
    (folder / "halves.md").write_bytes(b"---\ntitle: a\ndate: 2026-03-05\n---\n\xed\xa0\x80")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a site with all of them, built by two processes, beside a file that is nobody's business."""
    folder = write(tmp_path_factory.mktemp("hostile") / "site", POSTS | PLAIN, CONFIG)
    special(folder / "content")
    (folder.parent / "beside").write_text("mine")
    before = outside(folder)
    run = feeds(folder, "build", "--jobs", "2", "--json")
    return SimpleNamespace(folder=folder, before=before, run=run, files=tree(folder))


def outside(folder):
    """Return what is beside and in *folder*, where only people write."""
    found = [path for path in folder.parent.rglob("*") if not {"out", ".feeds"} & {*path.parts}]
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in found if not path.is_dir()}


def of_the_plain(files):
    """Return those of *files* that only the plain posts decide."""
    return {p: data for p, data in files.items() if re.match(r"category/plain/|digest/daily/2026-02-0\d/email", p)}


def elements(document):
    return [element for element in html.fromstring(document).iter() if isinstance(element.tag, str)]


def active_in(page):
    """Return what a browser would do of itself, or at a click, with a *page*."""
    return [
        (element.tag, name, value)
        for element in elements(page)
        for name, value in [("", ""), *element.attrib.items()]
        if (not name and element.tag in ACTIVE) or name.startswith("on") or (RUNS.match(value) and name in LINKS)
    ]


def contents_of(feed):
    return "<hr>".join(item.get("content_html", "") for item in json.loads(feed)["items"])


def defects(message):
    whole = email.message_from_bytes(message, policy=email.policy.default)
    return [defect for part in whole.walk() for defect in part.defects] + sorted(set(whole.keys()) - set(USUAL))


def ending(files, *ends):
    return [data for path, data in files.items() if path.endswith(ends)]


@pytest.mark.parametrize(("text", "code"), HEADERS.values(), ids=HEADERS)
def test_a_header_is_taken_or_one_diagnostic_says_why_not(text, code):
    assert outcome("a.md", text)[1] == [code] * bool(code)


@pytest.mark.parametrize("suffix", [".md", ".html"])
@pytest.mark.parametrize("text", BODIES.values(), ids=BODIES)
def test_a_text_is_taken_and_at_most_one_diagnostic_says_what_was_left_out(text, suffix):
    state, told = outcome(f"a{suffix}", text)

    assert (state, told) in [(State.ENTRY, []), (State.ENTRY, ["tag-dropped"]), (State.ENTRY, ["too-many"])]


def test_the_run_ends_well_and_counts_every_file(place):
    posts = json.loads(place.run.stdout)["posts"]

    assert (place.run.returncode, place.run.stderr, posts["published"], posts["skipped"]) == (0, "", 203, 30)


def test_every_other_posts_files_are_what_they_are_without_them(place, tmp_path):
    alone = write(tmp_path / "alone", PLAIN, CONFIG)

    built(alone)

    assert of_the_plain(place.files) == of_the_plain(tree(alone)) != {}


def test_nothing_is_written_outside_of_the_two_folders(place):
    assert outside(place.folder) == place.before


def test_one_process_makes_the_same_bytes_as_two(place, tmp_path):
    (tmp_path / "feeds.toml").write_text(CONFIG)
    (tmp_path / "content").symlink_to(place.folder / "content")

    built(tmp_path, jobs=1)

    assert tree(tmp_path) == place.files


def test_no_terminal_obeys_what_a_run_prints(place):
    run = feeds(place.folder, "-v", "build", "--clean", "--dry-run", "--explain")

    assert "content/ret\\x0durn\\x1b[31m.md: " in run.stderr
    assert RAW.findall(run.stdout + run.stderr + place.run.stdout) == []


def test_every_document_is_well_formed(place):
    messages = ending(place.files, ".eml")

    assert [etree.fromstring(data).tag for data in ending(place.files, ".xml", ".opml")] != []
    assert {json.loads(data)["version"] for data in ending(place.files, ".json")} == {
        "https://jsonfeed.org/version/1.1"
    }
    assert [defects(message) for message in messages] == [[]] * len(messages) != []


def test_nothing_in_any_page_mail_or_feed_does_something(place):
    pages, contents = ending(place.files, ".html"), map(contents_of, ending(place.files, ".json"))

    assert [found for page in (*pages, *filter(None, contents)) for found in active_in(page)] == []


def test_a_name_with_a_line_end_makes_no_line_of_its_own():
    problem = Diagnostic(path="a\nb.md", code="x", message="m" * 5000)

    assert (str(problem).count("\n"), str(problem)[:10], len(str(problem))) == (0, "a\\nb.md: m", 1001)


def test_a_copied_remedy_runs_nothing():
    _, problems = split(b"\xff", path="content/$(id).md")

    assert "'content/$(id).md' > new`" in problems[0].help


@pytest.mark.parametrize("end", ["（潮汐晚报）" * 16, '<a href="/">返回首页</a>\n' * 400])
def test_however_much_is_taken_from_its_end_a_paragraph_of_very_many_links_is_read_once(end):
    links = "<p>" + '<a href="https://a.example/">返回</a>\n' * 20_000 + end

    assert cost(lambda html: find(html, rules_of(SITE)), links) < 4 * cost(words_of, links)


def test_a_header_of_very_many_empty_keys_is_read_in_linear_time():
    assert growth(from_yaml.read_full, "a:\n", 1500) < LINEAR


def test_very_many_attributes_of_one_tag_are_read_in_linear_time():
    names = " ".join(f"a{n}" for n in range(60_000))

    assert cost(cleaned, f"<p {names}>") < 4 * cost(cleaned, f"<p {names.replace(' ', '><p ')}>")


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_of_very_many_attributes_the_first_count_and_what_follows_the_tag_stays(quote):
    more = " ".join(f"b{n}={quote}{n}{quote}" for n in range(9000))

    assert cleaned(f'<p title="a>b" {more}><i {more}>Rain</i></p>') == '<p title="a&gt;b"><i>Rain</i></p>'


def test_a_host_that_no_name_server_knows_is_no_link():
    assert cleaned(f'<a href="http://{"汉." * 100_000}/">Rain</a>') == "Rain"


def test_a_value_that_a_text_repeats_and_repeats_does_not_fill_the_memory():
    bomb = plain("{% assign a = '" + "x" * 10_000 + "' %}" + "{{ a }}" * 50_000, root="/")

    assert (len(bomb.text), len(bomb.dropped)) == (1_000_000, 49_900)


def test_very_many_ampersands_cost_little_more_where_a_text_is_cleaned_twice():
    text = "a=b &" * 160_000

    assert cost(cleaned, f"{text}<svg>") < 5 * cost(cleaned, f"{text}<b>")
