"""What is understood of other generators' configurations; `test_cli_init` has whole sites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import parse_site
from feeds.generators import is_site, permalinks, understood
from feeds.generators.checking import WORDS, checked, read
from feeds.generators.folders import folder_of_posts, joined
from feeds.generators.found import Fact, Found, Post, Tree
from feeds.generators.javascript import script_of
from feeds.generators.python import module_of
from feeds.generators.tables import table_of
from feeds.generators.telling import lines
from feeds.starter import Start, config


def post(path, **said):
    return Post(path=path, **({"header": "yaml", "is_dated": True} | said))


def site(files, *posts, scope="."):
    """Return what is understood and taken of a site with the texts *files*."""
    tree = Tree(texts=files, posts=posts, names=frozenset(p.path.partition("/")[0] for p in posts), scope=scope)
    return checked(understood(tree)[0], tree)


def facts(found):
    return {key: fact.value for key, fact in found.facts.items()}


def permalink(files, *posts):
    found = site(files, *posts)
    return found.facts["permalink"].value if "permalink" in found.facts else found.notes[-1]


# --- jekyll --------------------------------------------------------------------------------------

FERRY = post("_posts/2026-03-02-ferry.md")


@pytest.mark.parametrize(
    ("config", "pattern"),
    [
        ("", "/{categories}/{year}/{month}/{day}/{slug}.html"),
        ("permalink: date", "/{categories}/{year}/{month}/{day}/{slug}.html"),
        ("permalink: pretty", "/{categories}/{year}/{month}/{day}/{slug}/"),
        ("permalink: none", "/{categories}/{slug}.html"),
        ("permalink: /n/:year/:title", "/n/{year}/{slug}"),
        ("permalink: none\ncollections:\n  posts:\n    permalink: /:collection/:title/", "/posts/{slug}/"),
        (
            "permalink: none\ndefaults:\n- scope: {type: posts, path: ''}\n  values: {permalink: /d/:slug.html}",
            "/d/{slug}.html",
        ),
        (
            "defaults: [{scope: {}, values: {permalink: /a/:title}}, {scope: {}, values: {permalink: /b/:title}}]",
            "/b/{slug}",
        ),
        ("defaults:\n- scope: {path: docs}\n  values: {permalink: /d/:slug}\npermalink: /:title", "/{slug}"),
    ],
)
def test_jekylls_patterns_are_put_into_ours(config, pattern):
    assert permalink({"_config.yml": config}, FERRY) == pattern


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("permalink: ordinal", "permalink (_config.yml:1) has `:y_day`: not taken"),
        ("defaults: [x, {scope: y}]\npermalink: ordinal", "permalink (_config.yml:2) has `:y_day`: not taken"),
        ("title: x\npermalink: /:i_day/:title", "permalink (_config.yml:2) has `:i_day`: not taken"),
        ("permalink: /blog/", "permalink (_config.yml:1) says nothing of the post: not taken"),
        ("permalink: [a]", "permalink (_config.yml:1) is a list, not a text: not taken"),
    ],
)
def test_a_pattern_that_ours_cannot_say_is_told(config, told):
    assert permalink({"_config.yml": config}, FERRY) == (
        f"{told}; until `content.permalink` says it, entries link to their editions"
    )


def test_jekylls_folders_are_where_it_says():
    config = "source: src\ncollections_dir: my\nexclude: [my/_posts/old/, vendor/]"
    found = site({"_config.yml": config}, post("src/my/_posts/2026-03-02-a.md"), post("src/about.md"))

    assert (found.folder, found.ignore, found.reads) == ("src/my/_posts", ("old/*",), ("src",))


def test_several_folders_of_posts_leave_out_what_stands_beside_them():
    paths = ("city/_posts/2026-03-02-a.md", "sea/_posts/2026-03-02-b.md", "about.md", "docs/a.md")

    found = site({"_config.yml": ""}, *map(post, paths))

    assert found.folder == "."
    assert list(read(found, paths)) == ["city/_posts/2026-03-02-a.md", "sea/_posts/2026-03-02-b.md"]


# --- hugo ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "pattern"),
    [
        ("", "/posts/{folder}/{slug}/"),
        ("uglyURLs = true", "/posts/{folder}/{slug}.html"),
        ('[permalinks]\nposts = "/:sections/:filename"', "/posts/{folder}/{slug}"),
        ('[permalinks.page]\nposts = "/:section/:year-:month/:title"', "/posts/{year}-{month}/{title}"),
        ('[permalinks]\nnews = "/x/:title"', "/posts/{folder}/{slug}/"),
    ],
)
def test_hugos_patterns_are_put_into_ours(config, pattern):
    assert permalink({"hugo.toml": f'baseURL = "https://a.example"\n{config}'}, post("content/posts/a.md")) == pattern


@pytest.mark.parametrize(
    ("config", "own_slug", "pattern"),
    [
        ("", "", "/posts/{path}/"),
        ("", "a", "/posts/{folder}/{slug}/"),
        ('[frontmatter]\ndate = [":filename"]', "", "/posts/{folder}/{slug}/"),
    ],
)
def test_hugo_keeps_a_date_in_a_files_name_unless_it_reads_it(config, own_slug, pattern):
    assert permalink({"hugo.toml": config}, post("content/posts/2026-03-02-a.md", slug=own_slug)) == pattern


def test_of_sections_with_patterns_of_their_own_the_fullest_is_read_and_the_others_are_told():
    config = "baseURL: https://a.example\npermalinks:\n  one: /:year/:slug\n  two: /x/:slug\n"
    posts = [post(f"content/{path}.md") for path in ("one/a", "one/b", "one/c", "two/a", "two/b")]

    found = site({"config.yml": config}, *posts)

    assert (found.folder, found.facts["permalink"].value) == ("content/one", "/{year}/{title}")
    assert found.notes == ("files with dates elsewhere are not read: content/two (2)",)


def test_what_hugo_says_of_the_default_language_goes_first():
    config = """
        defaultContentLanguage = "pt"
        title = "Tide"
        [languages.pt]
        title = "Maré"
        locale = "pt-PT"
        contentDir = "content/pt"
        [languages.en.params]
        description = "not this"
    """
    found = site({"hugo.toml": config}, post("content/pt/posts/a.md"), post("content/en/posts/a.md"))

    assert (facts(found), found.folder) == (
        {"title": "Maré", "language": "pt-PT", "permalink": "/posts/{folder}/{slug}/"},
        "content/pt/posts",
    )


def test_hugos_files_for_each_language_count_for_it():
    files = {
        "hugo.yaml": "defaultContentLanguage: pt",
        "config/_default/languages.pt.yaml": "title: Maré\ncontentDir: content/pt",
        "config/_default/params.pt.toml": 'description = "O mar"',
        "config/_default/languages.en.yaml": "title: Tide\ncontentDir: content/en\nlocale: en-GB",
    }
    found = site(files, post("content/pt/posts/a.md"), post("content/en/posts/a.md"))

    assert [found.facts[key] for key in ("title", "description")] == [
        Fact("Maré", "config/_default/languages.pt.yaml:1"),
        Fact("O mar", "config/_default/params.pt.toml:1"),
    ]
    assert found.notes == ("translations (en-GB) are not read: a site of feeds has one pattern of links",)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"hugo.toml": '[permalinks]\nposts = "/:monthname/"'}, "permalink (hugo.toml:2) has `:monthname`"),
        ({"hugo.toml": "[permalinks.page]\nposts = [1]"}, "permalink (hugo.toml:2) is a list, not a text"),
        ({"pelicanconf.py": "ARTICLE_URL = url()"}, "permalink (pelicanconf.py:1) is computed when the site is built"),
        ({"pelicanconf.py": "ARTICLE_URL = '{author}/{slug}'"}, "permalink (pelicanconf.py:1) has `{author}`"),
        (
            {"astro.config.ts": "", "src/pages/[lang]/posts/[...slug].astro": ""},
            "permalink (src/pages/[lang]/posts/[...slug].astro) has a path of several parts",
        ),
        ({"astro.config.ts": ""}, "permalink (src/pages) has no page that shows `content/posts`"),
    ],
)
def test_other_patterns_that_ours_cannot_say_are_told_too(files, told):
    assert permalink(files, post("content/posts/a.md")).startswith(f"{told}: not taken")


def test_hugos_content_may_be_mounted():
    config = '[[module.mounts]]\nsource = "docs/en"\ntarget = "content"'

    assert site({"hugo.toml": config}, post("docs/en/blog/a.md")).folder == "docs/en/blog"


# --- zola, pelican -------------------------------------------------------------------------------


def test_a_config_toml_is_zolas_or_hugos_by_its_address():
    names = [understood(Tree(texts={"config.toml": f'{key} = "https://a.example"'}))[0].generator for key in KEYS]

    assert names == ["zola", "hugo", "none"]


def test_a_page_that_zola_publishes_as_it_is_beside_a_post_is_no_post():
    posts = (post("content/a/index.md"), post("content/a/2026-03-02-chart.html"))

    assert site({"zola.toml": ""}, *posts).ignore == ("*.html",)
    assert site({"zola.toml": ""}, *posts[:1]).ignore == ()


KEYS = ("base_url", "baseURL", "other")


@pytest.mark.parametrize(
    ("settings", "own_slug", "pattern"),
    [
        ("", "", "/{title}.html"),
        ("", "own", "/{slug}.html"),
        ("SLUGIFY_SOURCE = 'basename'", "", "/{slug}.html"),
        ("FILENAME_METADATA = r'(?P<date>\\d{4}-\\d{2}-\\d{2})_(?P<slug>.*)'", "", "/{slug}.html"),
        ("ARTICLE_URL = '{date:%Y}/{date:%m}/{slug}/index.html'", "own", "/{year}/{month}/{slug}/"),
    ],
)
def test_pelicans_patterns_are_put_into_ours(settings, own_slug, pattern):
    assert permalink({"pelicanconf.py": settings}, post("content/a.md", slug=own_slug)) == pattern


def test_pelicans_articles_are_where_it_says_and_pages_are_none():
    settings = "PATH = 'text'\nARTICLE_PATHS = ['blog', 'more']\nARTICLE_EXCLUDES = ['blog/old']"
    found = site({"pelicanconf.py": settings}, post("text/blog/a.md"), post("text/pages/b.md"))

    assert (found.folder, found.ignore) == ("text/blog", ("old/*",))
    assert found.notes == ("ARTICLE_PATHS: text/more: not read: a site of feeds has one folder",)


def test_python_is_read_as_far_as_its_values_are_plain():
    module = module_of(
        "p.py",
        "A = 'a'\nB = A + f'-{A}'\nC = B if not False else 1\nD: str = None\nE = f()\nF = ('x', A)\n"
        "if A:\n    G = 'g'\n",
    )

    values = {name: value for name, (value, _) in module.values.items()}
    assert {name: values[name] for name in "ABCDF"} == {"A": "a", "B": "a-a", "C": "a-a", "D": None, "F": ("x", "a")}
    assert (module.fact("E").value.why, module.fact("F").value.why, module.fact("G")) == (
        "is computed when the site is built",
        "is no text",
        None,
    )


# --- eleventy, astro -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "pattern"),
    [
        ("{}", "/blog/{folder}/{name}/"),
        ('{"permalink": "/{{page.fileSlug}}.html"}', "/{name}.html"),
        ('{"permalink": "{{ page.filePathStem }}/index.html"}', "/blog/{folder}/{name}/"),
        ('{"permalink": "/{{ page.date | date: \'%Y\' }}/{{ slug }}/"}', "/{year}/{slug}/"),
    ],
)
def test_eleventys_patterns_are_put_into_ours(data, pattern):
    files = {".eleventy.js": "", "blog/blog.json": data}

    assert permalink(files, post("blog/a.md")) == pattern


@pytest.mark.parametrize("value", ["(data) => data.page.fileSlug", "`/${x}/`", '"/{{ title | slugify }}/"', "false"])
def test_a_pattern_of_eleventys_that_is_computed_is_told(value):
    files = {".eleventy.js": "", "blog/blog.11tydata.js": f"module.exports = {{\n  permalink: {value},\n}};"}

    assert permalink(files, post("blog/a.md")).startswith("permalink (blog/blog.11tydata.js:2) ")


@pytest.mark.parametrize(
    ("settings", "page", "pattern"),
    [
        ("", "src/pages/blog/[...slug].astro", "/blog/{path}/"),
        ("", "src/pages/[id].astro", "/{path}/"),
        ("trailingSlash: 'never'", "src/pages/blog/[...slug]/index.astro", "/blog/{path}"),
        ("build: { format: 'file' }", "src/pages/blog/[slug].astro", "/blog/{path}.html"),
    ],
)
def test_astros_pages_say_where_a_collection_is_published(settings, page, pattern):
    files = {"astro.config.mjs": f"export default {{ {settings} }}", page: "await getCollection('news')"}

    assert permalink(files, post("src/content/news/a.md")) == pattern


def test_astros_collection_may_be_anywhere_under_any_name():
    files = {
        "astro.config.ts": "",
        "src/content.config.ts": 'const words = defineCollection({ loader: glob({ base: "./text/blog" }) });',
        "src/pages/w/[...page].astro": "getCollection('words')",
        "src/pages/w/[slug].astro": "getCollection('words')",
    }
    found = site(files, post("text/blog/a.md"))

    assert (found.folder, found.facts["permalink"].value, found.reads) == (
        "text/blog",
        "/w/{path}/",
        ("src", "public", "text/blog"),
    )


def test_eleventys_data_say_what_the_site_is_called():
    files = {
        "package.json": '{"devDependencies": {"@11ty/eleventy": "3"}}',
        "src/_data/site-config.cjs": "module.exports = { title: 'Tide', url: 'https://a.example', author: 'Ada' }",
        "src/_data/other.json": '{"title": "not this"}',
        "_data/metadata.yaml": "lang: [en]",
    }
    found = site(files, post("blog/a.md"))

    assert (facts(found)["title"], facts(found)["home"], facts(found)["author.name"], found.notes) == (
        "Tide",
        "https://a.example/",
        "Ada",
        ("language (_data/metadata.yaml:1) is a list, not a text: not taken",),
    )


def test_what_eleventys_feed_is_told_counts_where_no_data_say_it():
    config = 'addPlugin(feed, { metadata: { title: "Tide", base: "https://a.example/b/", author: { name: "Ada" } } });'

    assert facts(site({".eleventy.js": f"{config} return {{ pathPrefix: '/b/' }}"}, post("blog/a.md"))) == {
        "title": "Tide",
        "home": "https://a.example/b/",
        "author.name": "Ada",
        "permalink": "/blog/{folder}/{name}/",
    }


def test_posts_among_astros_pages_are_published_by_their_paths():
    assert permalink({"astro.config.ts": ""}, post("src/pages/posts/a.md")) == "/posts/{path}/"


def test_javascript_is_read_as_far_as_its_values_are_plain():
    script = script_of(
        "a.js",
        """
        // site: "no", /* nor: 'this' */
        const NAME: string = "Tide", BROKEN = /["']{/;
        /* title: "nor this" */
        module.exports = {
          title: NAME, 'quoted': 'it\\'s \\u{1F30A}', "text": `a
        b`, sum: "a" + "b", quoted: "again", call: f({ inner: "x" }), choice: ok ? yes : "no",
          nested: { deep: "d" }, list: ["e"],
        };
        """,
    )

    plain = {".".join(keys): value for keys, (value, _) in script.values.items() if isinstance(value, str)}
    assert plain == {
        "NAME": "Tide",
        "title": "Tide",
        "quoted": "it's 🌊",
        "text": "a\n        b",
        "call.inner": "x",
        "nested.deep": "d",
    }
    assert (script.fact("nested", "deep").place, script.fact("sum").value.why) == (
        "a.js:8",
        "is computed when the site is built",
    )


# --- without a configuration ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posts", "dialect"),
    [
        ([post("a.md")], "none"),
        ([post("x/_posts/a.md"), post("b.md")], "jekyll"),
        ([post("a.md", header="toml")], "hugo"),
        ([post("a.md", header="toml", keys=frozenset(["taxonomies"]))], "zola"),
        ([post("a.md", header="pelican"), post("b.md", header="pelican"), post("c.md")], "pelican"),
        ([post("a.md", keys=frozenset(["pubdate"]))], "astro"),
        ([post("_index.md"), post("a.md")], "hugo"),
    ],
)
def test_posts_alone_say_which_dialect_they_are_in(posts, dialect):
    found = site({}, *posts)

    assert (found.generator, found.facts, found.reads) == (dialect, {}, ())


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        (["a/b/1.md", "a/b/2.md"], "a/b"),
        (["a/1.md", "b/2.md"], "."),
        (["blog/1.md", "blog/2.md", "docs/3.md", "docs/x/4.md"], "blog"),
        (["news/2026/1.md", "news/2026/2.md"], "news"),
        (["posts/one/index.md"], "posts"),
        ([], "."),
    ],
)
def test_the_folder_of_posts_has_nearly_all_that_have_dates(paths, folder):
    assert folder_of_posts([*map(post, paths), post("pages/about.md", is_dated=False)]) == folder


def test_a_folder_that_was_asked_for_is_not_left():
    found = site(
        {"config.toml": "base_url = 'https://a.example'"}, post("content/blog/sea/a.md"), scope="content/blog/sea"
    )

    assert (found.folder, found.facts["permalink"].value) == ("content/blog/sea", "/blog/sea/{folder}/{slug}/")


# --- what is taken -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("title: [a, b]", "title (_config.yml:1) is a list, not a text: not taken"),
        ("title: {a: b}", "title (_config.yml:1) is a table, not a text: not taken"),
        (
            "url: tide.example",
            "home (_config.yml:1) must be an absolute URL, https or http, not `tide.example`: not taken",
        ),
        ("url: 'http://localhost:4000'", "home (_config.yml:1) is an address of the author's own machine: not taken"),
        ("url: '{{ env.URL }}'", "home (_config.yml:1) is computed when the site is built: not taken"),
        (
            "lang: english language",
            "language (_config.yml:1) must be a language tag of BCP 47, not `english language`: not taken",
        ),
        (
            "timezone: Mars/Olympus",
            "time zone (_config.yml:1) must be an IANA time zone, not `Mars/Olympus`: not taken",
        ),
        ("future: true", "`future` (_config.yml:1): feeds shows a post once its date has come"),
        ("title: [a", "_config.yml:1: it is not YAML: did not find expected ',' or ']': nothing of it was taken"),
    ],
)
def test_nonsense_is_told_with_its_place_and_not_taken(line, told):
    found = site({"_config.yml": line}, FERRY)

    assert (found.notes, set(found.facts)) == ((told,), {"permalink"})


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("title: |\n  a\n  b", "title", "a b"),
        ("title: 2024", "title", "2024"),
        ("url: //tide.example", "home", "https://tide.example/"),
        ("locale: en_us.UTF-8", "language", "en-US"),
        ("author: Ada", "author.name", "Ada"),
        ("url: https://a.example\nbaseurl: /b", "home", "https://a.example/b/"),
        ("url: https://a.example/b/\nbaseurl: /b", "home", "https://a.example/b/"),
    ],
)
def test_what_is_written_in_another_way_is_taken(line, key, value):
    assert facts(site({"_config.yml": line}, FERRY))[key] == value


def test_an_address_may_stand_in_the_file_for_githubs_pages():
    assert site({"_config.yml": "", "CNAME": "tide.example\n"}, FERRY).facts["home"] == Fact(
        "https://tide.example/", "CNAME:1"
    )


def test_posts_without_dates_and_names_that_are_changed_are_told():
    posts = (post("content/what?.md"), post("content/b.md"), post("content/c.md", is_dated=False))

    assert site({"zola.toml": ""}, *posts).notes == (
        "1 of 3 files have no date, such as content/c.md: feeds leaves them out",
        (
            "1 of 2 posts have names that may be written otherwise in addresses, such as content/what?.md: "
            "look at their links, or give them a `slug`"
        ),
    )


def test_each_thing_is_told_with_its_place_or_with_what_is_taken_instead():
    found = Found(generator="zola", because="zola.toml", facts={"title": Fact("Tide", "zola.toml:1")})

    assert list(lines(found, "Zola", {"title": "no", "language": "en: none said"})) == [
        "Zola site, by zola.toml",
        'title "Tide" (zola.toml:1)',
        "language en: none said",
    ]


@pytest.mark.parametrize(
    ("path", "text", "keys", "line"),
    [
        ("a.yml", "# title: no\nx:\n  title: no\ntitle: yes", ("title",), 4),
        ("a.yml", "author:\n  url: x\n  name: y", ("author", "name"), 3),
        ("a.toml", "[x]\ny = 1\n[languages.en]\nTitle = 'a'", ("languages", "en", "title"), 4),
        ("a.json", '{"x": {"y": 1},\n "base_URL": "a"}', ("baseurl",), 2),
    ],
)
def test_the_place_of_a_value_is_its_line(path, text, keys, line):
    assert table_of(path, text).place(*keys) == f"{path}:{line}"


# --- whatever is there ---------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        *("_config.yml", "hugo.toml", "config.toml", "config.json", "config/_default/params.yaml", "zola.toml"),
        *("pelicanconf.py", "publishconf.py", ".eleventy.js", "_data/site.json", "blog/blog.json", "astro.config.mjs"),
        *("src/consts.ts", "src/pages/blog/[...slug].astro", "package.json", "CNAME", "content/_index.md"),
    ]
)
WORD = st.sampled_from(
    [
        *(
            "title",
            "url",
            "baseURL",
            "base_url",
            "SITENAME",
            "SITEURL",
            "permalink",
            "defaults",
            "author",
            "languages",
            "=",
        ),
        *(
            ": ",
            "\n",
            "\n  ",
            "{",
            "}",
            "[",
            "]",
            '"',
            "'",
            "`",
            "${",
            "/",
            "//",
            "/*",
            "\\",
            "- ",
            "const ",
            "\u202e",
            "\x00",
        ),
        *(
            "https://a.example/",
            ":title",
            "{slug}",
            "{{ page.fileSlug }}",
            "site",
            "export default ",
            "&a ",
            "*a",
            "posts",
        ),
    ]
)
TEXTS = st.lists(WORD, max_size=25).map("".join) | st.text(max_size=80)
POSTS = st.lists(
    st.builds(
        Post,
        path=st.sampled_from(["content/blog/a.md", "_posts/2026-01-01-a.md", "B c.html"]),
        header=st.just("yaml"),
        title=st.text(max_size=9),
        is_dated=st.booleans(),
    ),
    max_size=4,
)


@given(st.dictionaries(NAMES, TEXTS, max_size=5), POSTS)
def test_of_any_site_what_is_taken_makes_a_good_configuration(files, posts):
    tree = Tree(texts=files, posts=tuple(posts))

    found = checked(understood(tree)[0], tree)

    values = {"title": "x", "language": "en", "timezone": "UTC", "folder": "x"} | facts(found)
    made = parse_site(config(Start(year=2026, origin="x", values=values, ignore=found.ignore)))
    assert (made.title, made.home, made.content.permalink) == (
        values["title"],
        made.home,
        values.get("permalink", ""),
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("_config.yml", "a: &a [x, x, x]\nb: &b [*a, *a, *a]\n" + "".join(f"k{n}: [*b, *b]\n" for n in range(2000))),
        ("_config.yml", "[" * 50_000),
        ("hugo.toml", "x = " + "[" * 50_000),
        ("config.json", '{"baseURL": ' + "[" * 50_000),
        ("pelicanconf.py", "x = " + "(" * 50_000),
        ("pelicanconf.py", "SITENAME = " + " + ".join(["'x'"] * 200)),
        ("pelicanconf.py", "x = " + "-" * 50_000 + "1"),
        ("pelicanconf.py", "SITENAME = 'x'\n" + "SITENAME = SITENAME + SITENAME\n" * 60),
        (".eleventy.js", "({" * 50_000),
        (".eleventy.js", '"\\' * 60_000),
        (".eleventy.js", "/*" * 60_000),
        (".eleventy.js", "(/[" * 40_000),
        (".eleventy.js", "`${" * 40_000),
        ("_config.yml", " " * 250_000 + "x: x"),
        ("_config.yml", "." * 250_000),
    ],
    ids=range(15),
)
def test_a_hostile_configuration_costs_a_moment_and_nothing_else(path, text):
    found = site({path: text}, FERRY)

    assert found.generator != "none"
    assert "title" not in found.facts


def test_every_fact_has_a_word():
    assert set(WORDS) >= {
        key
        for files in ({"_config.yml": "author: {name: a, email: b@a.example, url: /}"},)
        for key in site(files, FERRY).facts
    }


def test_folders_are_joined_without_steps_that_lead_nowhere():
    assert [joined("."), joined("a/", "./b"), joined("a/b", "../c"), joined("..", "x")] == [".", "a/b", "a/c", "../x"]


def test_a_site_is_known_by_its_configuration():
    assert [
        is_site(Tree(texts={path: "x"})) for path in ("_config.yml", "astro.config.mjs", "config.toml", "conf.py")
    ] == [
        True,
        True,
        False,
        False,
    ]


def test_patterns_of_other_engines_need_a_placeholder():
    with pytest.raises(permalinks.UnknownPartError, match="says nothing of the post"):
        permalinks.of_pelican("index.html", "{slug}")
