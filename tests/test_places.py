from dataclasses import replace
from posixpath import splitext
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, SITE

from feeds.identity import path_id, percent_encoded, without_extension
from feeds.places import file_name, folder_categories, own_link, own_permalink, permalink, post_id
from feeds.settings import CategorySettings, ContentSettings


@pytest.mark.parametrize(
    ("path", "dialect", "found"),
    [
        ("a.md", "none", ()),
        ("city/a.md", "none", ("city",)),
        ("posts/2024/en/city/parks/a.md", "none", ("city",)),
        ("my-post/index.md", "none", ()),
        ("city/my-post/index.md", "none", ("city",)),
        ("tech/web/_posts/a.md", "jekyll", ("tech", "web")),
        ("_posts/city/a.md", "jekyll", ("city",)),
        ("_posts/a.md", "jekyll", ()),
    ],
)
def test_the_folder_that_says_something_is_the_category(path, dialect, found):
    assert folder_categories(path, dialect=dialect, language="en-GB") == found


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("", ""),
        ("/{category}/{year}/{month}/{day}/{name}.html", "https://www.example.org/c-plus/2026/03/02/hello.html"),
        ("/{categories}/{slug}/", "https://www.example.org/c++/x%20y/own-slug/"),
        ("/{path}.html", "https://www.example.org/deep/2026-03-02-hello.html"),
        ("/100%/%s/{year}", "https://www.example.org/100%25/%25s/2026"),
        ("/{folder}/{name}/", "https://www.example.org/deep/hello/"),
    ],
)
def test_the_sites_pattern_says_where_a_post_is_published(pattern, address):
    site = replace(
        SITE, content=ContentSettings(permalink=pattern), categories=(CategorySettings(name="C++", slug="c-plus"),)
    )

    found = permalink(
        site, "deep/2026-03-02-hello.md", own_slug="own-slug", title="", categories=("C++", "X Y"), published=NOON
    )

    assert found == address


@pytest.mark.parametrize(
    ("path", "pattern", "address"),
    [
        ("a/b/my-post/index.md", "/{folder}/{slug}/", "/a/b/my-post/"),
        ("a/b/my-post/index.md", "/blog/{path}/", "/blog/a/b/my-post/"),
        ("a/index.md", "/{path}.html", "/a/index.html"),
        ("index.md", "/{path}/", "/"),
        ("a.md", "/{folder}/{slug}/", "/a/"),
    ],
)
def test_a_bundle_is_published_as_the_page_of_its_folder(path, pattern, address):
    site = replace(SITE, content=ContentSettings(permalink=pattern))

    found = permalink(site, path, own_slug="", title="", categories=(), published=NOON)

    assert found == f"https://www.example.org{address}"


@pytest.mark.parametrize(("dialect", "address"), [("hugo", "sea/my-post"), ("jekyll", "Sea/My%20Post")])
def test_addresses_are_in_lower_case_where_the_generator_writes_them_so(dialect, address):
    site = replace(SITE, content=ContentSettings(permalink="/{path}", dialect=dialect))

    found = permalink(site, "Sea/My Post.md", own_slug="", title="", categories=(), published=NOON)

    assert found == f"https://www.example.org/{address}"


def test_hugo_keeps_the_dots_of_a_title():
    site = replace(SITE, content=ContentSettings(permalink="/{title}/", dialect="hugo"))

    found = permalink(site, "a.md", own_slug="", title="Rust's 1.0", categories=(), published=NOON)

    assert found == "https://www.example.org/rusts-1.0/"


@pytest.mark.parametrize(
    ("own_slug", "title", "address"),
    [("", "Rust's 1.0 is  here – now", "rusts-10-is-here-now"), ("own", "Rust", "own"), ("", "!?", "a")],
)
def test_a_pattern_can_have_the_title_where_the_post_has_no_slug(own_slug, title, address):
    site = replace(SITE, content=ContentSettings(permalink="/{title}"))

    found = permalink(site, "a.md", own_slug=own_slug, title=title, categories=(), published=NOON)

    assert found == f"https://www.example.org/{address}"


def test_empty_segments_of_a_pattern_vanish():
    site = replace(SITE, content=ContentSettings(permalink="/{category}/x/{category}/{slug}/"))

    assert permalink(site, "a.md", own_slug="", title="", categories=(), published=NOON) == (
        "https://www.example.org/x/a/"
    )


@pytest.mark.parametrize(
    ("own", "address"),
    [
        ("/2024/hello/", "https://www.example.org/2024/hello/"),
        ("https://blog.example/你好", "https://blog.example/%E4%BD%A0%E5%A5%BD"),
        ("/:categories/:title/", ""),
        ("/{{ page.slug }}/", ""),
        ("/at-10:30/", "https://www.example.org/at-10:30/"),
        ("//other.example/x", "https://other.example/x"),
        ("/", "https://www.example.org/"),
        ("javascript: alert(1)", ""),
        ("mailto: a@example.org", ""),
        ("", ""),
    ],
)
def test_a_posts_own_permalink_counts_unless_it_is_another_engines_pattern(own, address):
    assert own_permalink(SITE, own) == address


def test_a_posts_own_permalink_is_a_path_below_home():
    assert own_permalink(replace(SITE, home="https://example.org/blog/"), "/a/") == "https://example.org/blog/a/"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/2026-03-02-hello.md", "hello"),
        ("a/my-post/index.md", "my-post"),
        ("2026-03-02.md", "2026-03-02"),
        ("x.html", "x"),
    ],
)
def test_a_name_is_without_date_and_extension(path, name):
    assert file_name(path) == name


@pytest.mark.parametrize(
    ("identity", "own", "made"),
    [
        ("path", "", "tag:news.example.org,2026:city/2026-03-02-caf%C3%A9"),
        ("name", "", "tag:news.example.org,2026:2026-03-02-caf%C3%A9"),
        ("original", "", "tag:news.example.org,2026:https://press.example/1?a=b"),
        ("path", "urn:uuid:1234", "urn:uuid:1234"),
        ("path", "my id", "tag:news.example.org,2026:my%20id"),
    ],
)
def test_an_id_is_the_posts_own_or_what_the_site_identifies_posts_by(identity, own, made):
    site = replace(SITE, content=ContentSettings(identity=identity))

    found = post_id(site, path="city/2026-03-02-cafe\u0301.md", own=own, original="https://press.example/1?a=b")

    assert found == made


def test_a_bundle_is_identified_by_its_folders_name():
    site = replace(SITE, content=ContentSettings(identity="name"))

    assert post_id(site, path="city/my-post/index.md", own="", original="") == "tag:news.example.org,2026:my-post"


@pytest.mark.parametrize(
    ("setting", "leads"),
    [
        ("auto", ("p", "p", "o", "")),
        ("permalink", ("p", "p", "", "")),
        ("original", ("o", "p", "o", "")),
    ],
)
def test_a_title_leads_where_the_site_wants_it_as_far_as_the_post_knows(setting, leads):
    site = replace(SITE, content=ContentSettings(link=setting))

    found = tuple(own_link(site, permalink=p, original=o) for p, o in (("p", "o"), ("p", ""), ("", "o"), ("", "")))

    assert found == leads


@given(st.text("ab./"))
def test_an_extension_begins_with_the_last_dot_of_a_name(path):
    assert without_extension(path) == splitext(path)[0]


@given(st.text())
def test_what_may_stand_in_a_path_stays_and_all_else_is_encoded(text):
    assert percent_encoded(text) == quote(text, safe="/-._~!$&'()*+,;=:@")


def test_a_path_id_can_keep_its_extension():
    assert path_id(SITE, "a.html", with_extension=True) == "tag:news.example.org,2026:a.html"
