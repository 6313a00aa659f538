import tomllib
import zoneinfo
from dataclasses import fields
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import parse_site, schema
from feeds.config._keys import FILE
from feeds.config._places import find_places
from feeds.diagnostics import ConfigError, Diagnostic
from feeds.people import Person, Source
from feeds.settings import CategorySettings, CustomFeed, Digest, Dkim, Filter, PodcastSettings, Site

SITE = '[site]\ntitle = "Example News"\nurl = "https://news.example.com/"\n'
"""Three lines that are enough: what a test adds begins in line 4."""


def refused(text):
    """Return the diagnostics of a file that is refused."""
    with pytest.raises(ConfigError) as caught:
        parse_site(text)
    return caught.value.diagnostics


def told(text):
    """Return place, code and words of the only problem of SITE and *text*."""
    (diagnostic,) = refused(SITE + text)
    return (diagnostic.line, diagnostic.column, diagnostic.code, diagnostic.message, diagnostic.help)


PLAIN = [row for row in schema() if row.default and "NAME" not in row.header and "custom" not in row.header]
PLAIN = [row for row in PLAIN if not row.header.startswith("[[")]
"""The keys of tables that every site has, if they have a default."""


# --- a good file -----------------------------------------------------------------------------------


def test_title_and_url_are_enough():
    text = SITE

    site = parse_site(text)

    assert site == Site(
        title="Example News",
        url="https://news.example.com/",
        home="https://news.example.com/",
        id="tag:news.example.com,2026:",
    )


def test_the_defaults_of_the_reference_written_out_change_nothing():
    dotted = [f"{setting.header[1:-1]}.{setting.key} = {setting.default}" for setting in PLAIN]
    required = ['site.title = "Example News"', 'site.url = "https://news.example.com/"']

    site = parse_site("\n".join([*required, *dotted]))

    assert site == parse_site(SITE + 'timezone = "UTC"')


def test_every_key_reaches_its_field():
    text = """
        [site]
        title = "  Example\tNews "
        url = "HTTPS://News.Example.com:8443/feeds"
        home = "https://www.example.com//"
        description = '''
          What happened,
          and where'''
        language = "zh-hant-hk"
        timezone = "Asia/Shanghai"
        author = { name = "Ada Example", email = "ada@example.com", url = "/about" }
        id = "tag:old.example.com,2019-05:"
        logo = "logo.png"
    """

    site = parse_site(text)

    assert site == Site(
        title="Example News",
        url="https://news.example.com:8443/feeds/",
        home="https://www.example.com/",
        description="What happened, and where",
        language="zh-Hant-HK",
        timezone="Asia/Shanghai",
        timezone_is_given=True,
        author=Person(name="Ada Example", email="ada@example.com", url="https://news.example.com:8443/about"),
        id="tag:old.example.com,2019-05:",
        logo="https://news.example.com:8443/feeds/logo.png",
    )


def test_the_default_id_has_the_host_in_ascii_without_port():
    text = '[site]\ntitle = "Example"\nurl = "https://Bücher.Example:8080/feeds/"'

    site = parse_site(text)

    assert site.id == "tag:xn--bcher-kva.example,2026:"


def test_characters_that_a_uri_cannot_have_are_encoded():
    text = '[site]\ntitle = "Example"\nurl = "https://www.example.com/新闻"\nlogo = "标志.png"'

    site = parse_site(text)

    assert site.url == "https://www.example.com/%E6%96%B0%E9%97%BB/"
    assert site.logo == "https://www.example.com/%E6%96%B0%E9%97%BB/%E6%A0%87%E5%BF%97.png"


def test_categories_keep_the_order_in_which_they_stand():
    text = (
        SITE + '[categories."萍 乡"]\ntitle = "Town"\n[categories.b.source]\nname = "B"\n[categories.a]\nslug = "first"'
    )

    categories = parse_site(text).categories

    assert categories == (
        CategorySettings(name="萍 乡", title="Town"),
        CategorySettings(name="b", source=Source(name="B")),
        CategorySettings(name="a", slug="first"),
    )


def test_names_are_nfc():
    text = SITE + '[categories."Cafe\u0301"]\n[[digests]]\nname = "cafe\u0301"\ncategories = ["Cafe\u0301"]'

    site = parse_site(text)

    assert site.categories == (CategorySettings(name="Café"),)
    assert site.digests == (Digest(name="café", categories=("Café",)),)


def test_feeds_and_their_tables_are_read():
    text = """
        feeds.formats = ["json"]
        feeds.by = []
        feeds.aliases = { "old/z.json" = "feed.json", "category/old/rss.xml" = "category/新闻/rss.xml" }
        feeds.websub = "https://hub.example.com/?x=1"
        [[feeds.custom]]
        name = "新闻-1"
        include = { category = ["news"], language = ["EN-gb"] }
        exclude.tag = ["ads"]
        entries = 5
        content = "summary"
    """

    feeds = parse_site(text + SITE).feeds

    assert (feeds.formats, feeds.by, feeds.websub) == (("json",), (), "https://hub.example.com/?x=1")
    assert feeds.aliases == (("category/old/rss.xml", "category/新闻/rss.xml"), ("old/z.json", "feed.json"))
    assert feeds.custom == (
        CustomFeed(
            name="新闻-1",
            include=Filter(category=("news",), language=("en-GB",)),
            exclude=Filter(tag=("ads",)),
            entries=5,
            content="summary",
        ),
    )


def test_without_digests_there_is_one_and_an_empty_list_means_none():
    unwritten, empty = SITE, "digests = []\n" + SITE

    digests = [parse_site(unwritten).digests, parse_site(empty).digests]

    assert digests == [(Digest(),), ()]


def test_a_digest_without_a_name_is_named_for_how_often_it_comes():
    text = SITE + '[[digests]]\nat = "23:59"\n[[digests]]\nevery = "week"\n[[digests]]\nevery = "month"'

    digests = parse_site(text).digests

    assert digests == (
        Digest(name="daily", at=time(23, 59)),
        Digest(name="weekly", every="week"),
        Digest(name="monthly", every="month"),
    )


def test_mail_is_read():
    text = (
        SITE
        + """
        [mail]
        from = '"News, Example" <news@example.com>'
        reply_to = "desk@example.com"
        public_url = "http://127.0.0.1:8080"
        smtp = "smtps://news%40example.com@mail.example.com:465"
        rate = 2
        dkim = { domain = "Example.com", selector = "s1", key_file = "dkim.pem" }
        postal_address = '''
        1 Example Street,
        Example City'''
    """
    )

    mail = parse_site(text).mail

    assert mail.sender == '"News, Example" <news@example.com>'
    assert (mail.reply_to, mail.public_url) == ("desk@example.com", "http://127.0.0.1:8080/")
    assert mail.smtp == "smtps://news%40example.com@mail.example.com:465"
    assert (mail.rate, type(mail.rate)) == (2.0, float)
    assert mail.dkim == Dkim(domain="example.com", selector="s1", key_file="dkim.pem")
    assert mail.postal_address == "1 Example Street, Example City"


def test_a_podcast_is_read():
    table = "category = 'News>Daily  News', email = 'pod@example.com', image = '/square.png', explicit = true"

    podcast = parse_site(f"{SITE}\n[feeds]\npodcast = {{ {table} }}").feeds.podcast

    assert podcast == PodcastSettings(
        category="News > Daily News",
        email="pod@example.com",
        image="https://news.example.com/square.png",
        explicit=True,
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("category = 'News'", "`podcast` has no `email`"),
        ("explicit = true", "`podcast` has no `category`"),
        ("category = 'A > B > C', email = 'a@example.com'", "`category` must be one category, or two with `>` between"),
        ("category = 'News >', email = 'a@example.com'", "`category` must be one category, or two with `>` between"),
    ],
)
def test_a_podcast_says_all_that_directories_ask(table, message):
    with pytest.raises(ConfigError, match=message):
        parse_site(f"{SITE}\n[feeds]\npodcast = {{ {table} }}")


@pytest.mark.parametrize("smtp", ["smtp+starttls://mail.example.com", "sendmail:", "sendmail:/bin/mta", "maildir:out"])
def test_mail_leaves_by_server_program_or_folder(smtp):
    text = f'{SITE}[mail]\nsmtp = "{smtp}"'

    site = parse_site(text)

    assert site.mail.smtp == smtp


def test_blanks_around_an_address_are_dropped():
    text = (
        SITE
        + """
        home = " https://www.example.com/ "
        logo = " /logo.png "
        id = " tag:example.com,2026: "
        author.email = " ada@example.com "
        mail.from = " Ada Example <ada@example.com> "
    """
    )

    site = parse_site(text.replace("mail.from", "[mail]\nfrom"))

    assert (site.home, site.logo) == ("https://www.example.com/", "https://news.example.com/logo.png")
    assert (site.id, site.author.email) == ("tag:example.com,2026:", "ada@example.com")
    assert site.mail.sender == "Ada Example <ada@example.com>"


def test_a_source_may_have_a_feed_beside_its_name():
    text = SITE + '[categories.x]\nsource = { name = "Daily", feed = "https://daily.example.com/rss.xml" }'

    categories = parse_site(text).categories

    assert categories[0].source == Source(name="Daily", feed="https://daily.example.com/rss.xml")


def test_an_empty_text_stands_for_the_default():
    text = SITE + 'home = ""\nid = ""\nlogo = ""\n[content]\npermalink = ""\n[feeds]\nwebsub = ""\n[mail]\nfrom = ""'

    site = parse_site(text)

    assert site == parse_site(SITE)


def test_an_empty_source_is_none():
    text = SITE + '[categories.news]\nsource = { name = "", url = "", feed = "" }'

    categories = parse_site(text).categories

    assert categories == (CategorySettings(name="news"),)


def test_a_byte_order_mark_and_the_line_ends_of_windows_do_not_matter():
    text = "\ufeff" + SITE.replace("\n", "\r\n")

    site = parse_site(text)

    assert site == parse_site(SITE)


# --- how a problem is told ---------------------------------------------------------------------------


def test_a_problem_is_told_with_place_line_caret_and_help():
    text = SITE + 'langauge = "de"\n'

    (diagnostic,) = refused(text)

    assert diagnostic == Diagnostic(
        path="feeds.toml",
        line=4,
        column=1,
        code="config-unknown-key",
        message="there is no key `langauge` here",
        help="did you mean `language`?",
        excerpt='langauge = "de"',
    )


def test_all_problems_are_told_at_once_in_the_order_of_the_lines():
    text = '[mail]\nrate = 0\n[site]\nurl = "x"\ntimezone = 5\n[[feeds.custom]]\nentries = true\n[sight]\n'

    diagnostics = refused(text)

    assert [(d.line, d.column, d.code) for d in diagnostics] == [
        (2, 8, "config-value"),
        (3, 2, "config-missing"),
        (4, 7, "config-value"),
        (5, 12, "config-type"),
        (6, 9, "config-missing"),
        (7, 11, "config-type"),
        (8, 2, "config-unknown-key"),
    ]


def test_the_error_is_one_of_usage_and_names_the_file():
    with pytest.raises(ConfigError) as caught:
        parse_site(SITE + "timezone = 5", path="news/feeds.toml")

    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("news/feeds.toml:4:12: `timezone` must be text in quotes, not the number `5`\n")


def test_an_empty_file_is_told_the_lines_to_write():
    text = ""

    diagnostics = refused(text)

    assert [(d.line, d.code, d.message, d.help) for d in diagnostics] == [
        (0, "config-missing", "`title` is missing", 'add a line `title = "The name of your site"` below `[site]`'),
        (0, "config-missing", "`url` is missing", 'add a line `url = "https://www.example.com/"` below `[site]`'),
    ]


@pytest.mark.parametrize(
    ("line", "column", "message", "remedy"),
    [
        ("title = News", 9, "invalid value", "text stands in quotes; numbers, `true` and `false` stand without"),
        (
            'title = "a',
            11,
            "illegal character '\\n'",
            "close the quotes on the same line; longer text stands in three of them",
        ),
        ("url = 'a'", 1, "cannot overwrite a value", "each key and each table stands there once; put the two together"),
    ],
)
def test_what_is_not_toml_is_told_with_its_place(line, column, message, remedy):
    text = f'[site]\nurl = "x"\n{line}\n'

    (diagnostic,) = refused(text)

    assert (diagnostic.line, diagnostic.column, diagnostic.code) == (3, column, "config-syntax")
    assert (diagnostic.message, diagnostic.help) == (f"not TOML: {message}", remedy)


@pytest.mark.parametrize("value", ["[" * 5000, "9" * 5000])
def test_what_python_gives_up_on_is_no_configuration(value):
    text = f"x = {value}"

    (diagnostic,) = refused(text)

    assert (diagnostic.line, diagnostic.code) == (0, "config-syntax")


def test_a_password_is_never_repeated():
    text = (
        SITE
        + '[mail]\nsmtp = "smtp://ada:hush@mail.example.com"\n[state]\nurl = "postgresql+psycopg://ada:hush@db/x"\n'
    )

    diagnostics = refused(text)

    assert [(d.excerpt, d.help) for d in diagnostics] == [
        ('smtp = "smtp://…@mail.example.com"', "put it into the environment: FEEDS_SMTP_PASSWORD"),
        ('url = "postgresql+psycopg://…@db/x"', "put it into the environment: FEEDS_STATE_URL"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        '[mail]\npassword = "hush"',
        "[mail]\nsmtp_password = hush",
        'FEEDS_SECRET = "hush"',
        'mail = { secret = "hush" }',
        '[mail]\nsmtp = "ada:hush@mail.example.com"',
        '[mail]\nsmtp = "smtp://ada:hu hush@mail.example.com"',
        "[mail]\nsmtp = 'smtp://ada:\"hush@mail.example.com'",
        "[mail]\nsmtp = smtp://ada:hush@mail.example.com",
        '[mail]\nsmtp = "smtp://ada:hush@mail.example.com',
        '[mail]\nsmtp = "smtp://ada:a@hush@mail.example.com"',
        '[state]\nurl = "postgresql:ada:hush@db.example/x"',
        '[state]\nurl = "postgresql+psycopg://db.example/x?sslpassword=hush"',
        '[feeds]\nwebsub = "https://ada:hush@hub.example/"',
        'home = "https://ada:hush@www.example.com/"',
        'home = "example.com:hush@"',
    ],
)
def test_no_form_of_a_secret_is_repeated(lines):
    diagnostics = refused(SITE + lines)

    assert [str(diagnostic) for diagnostic in diagnostics if "hush" in str(diagnostic)] == []


def test_a_secret_key_is_told_where_secrets_stand():
    (diagnostic,) = refused(SITE + '[mail]\npassword = "hush"')

    assert (diagnostic.excerpt, diagnostic.help) == (
        "password = …",
        "secrets stand in the environment: FEEDS_SMTP_PASSWORD, FEEDS_SECRET, FEEDS_STATE_URL",
    )


def test_a_password_at_the_wrong_key_is_not_repeated_either():
    (diagnostic,) = refused(SITE + '[[digests]]\nat = "smtp://ada:hush@mail.example.com"\n')

    assert "hush" not in str(diagnostic)


def test_a_terminal_gets_no_control_characters_from_the_file():
    text = "x = '\x1b[31m'"

    (diagnostic,) = refused(text)

    assert diagnostic.excerpt == "x = '\N{REPLACEMENT CHARACTER}[31m'"


# --- unknown keys, wrong types, bad values -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("[feed]\nx = 1", "there is no table `feed` here", "did you mean `feeds`?"),
        ("[content]\nmaxBytes = 1", "there is no key `maxBytes` here", "did you mean `max_bytes`?"),
        ("permalink = ''", "there is no key `permalink` here", "it stands below `[content]`"),
        (
            "digests = []",
            "there is no key `digests` here",
            "`digests` stands before the first table, or has a line `[[digests]]` of its own",
        ),
        ("[state]\nx = 1", "there is no key `x` here", "the keys here are `url`"),
        ("[categories.url.source]\nqqq = 1", "there is no key `qqq` here", "the keys here are `name`, `url`, `feed`"),
    ],
)
def test_an_unknown_name_is_told_with_the_right_one(text, message, remedy):
    _, _, code, said, help_ = told(text)

    assert (code, said, help_) == ("config-unknown-key", message, remedy)


def test_a_key_outside_all_tables_is_told_its_table():
    text = 'permalink = "/{name}"\nqqq = 1\n' + SITE

    diagnostics = refused(text)

    assert [d.help for d in diagnostics] == [
        "it stands below `[content]`",
        (
            "the tables are `[site]`, `[content]`, `[categories.NAME]`, `[attribution]`, `[feeds]`, `[[digests]]`, "
            "`[mail]`, `[state]`"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (
            "[feeds]\nentries = '50'",
            "`entries` must be a whole number, without quotes, not the text `50`",
            "write it like `entries = 50`",
        ),
        (
            "[feeds]\nentries = true",
            "`entries` must be a whole number, without quotes, not `true`",
            "write it like `entries = 50`",
        ),
        (
            "[feeds]\nentries = 1.5",
            "`entries` must be a whole number, without quotes, not the number `1.5`",
            "write it like `entries = 50`",
        ),
        (
            "[mail]\nrate = false",
            "`rate` must be a number, without quotes, not `false`",
            "write it like `rate = 5.0`",
        ),
        (
            "[feeds]\narchive = 'yes'",
            "`archive` must be `true` or `false`, without quotes, not the text `yes`",
            "write it like `archive = true`",
        ),
        (
            "[feeds]\nformats = 'rss'",
            "`formats` must be a list, not the text `rss`",
            'write it like `formats = ["rss", "atom", "json"]`',
        ),
        (
            "[feeds]\ncontent = [1]",
            "`content` must be `full` or `summary`, in quotes, not a list",
            'write it like `content = "full"`',
        ),
        (
            "[content]\nignore = [{}]",
            "`ignore` must be text in quotes, not a table",
            'write each as `"drafts/**"`',
        ),
        (
            "[[digests]]\nat = 07:00:00",
            "`at` must be a time of day in quotes, not a time without quotes",
            'write it like `at = "07:00"`',
        ),
        (
            "description = 2026-01-31",
            "`description` must be text in quotes, not a date without quotes",
            'write it like `description = "…"`',
        ),
        (
            "author = 'Ada Example'",
            "`author` must be a table, not the text `Ada Example`",
            'write it like `author = { name = "Ada Example", email = "ada@example.com" }`',
        ),
        ("[[content]]", "`content` must be a table, not a list", "begin it with a line `[content]`"),
        ("[digests]", "`digests` must be an array of tables, not a table", "begin each with a line `[[digests]]`"),
        (
            "[feeds]\ncustom = 1",
            "`custom` must be an array of tables, not the number `1`",
            "write it like `custom = []`",
        ),
        (
            "[[categories]]",
            "`categories` must be a table of tables, not a list",
            "begin each with a line `[categories.NAME]`",
        ),
        (
            "[categories]\nnews = 'News'",
            "`news` must be a table, not the text `News`",
            "begin it with a line `[categories.news]`",
        ),
        (
            "[feeds]\naliases = []",
            "`aliases` must be a table, not a list",
            'write it like `aliases = { "old/path.xml" = "rss.xml" }`',
        ),
        (
            '[feeds.aliases]\n"a.xml" = 1',
            "`a.xml` must be text in quotes, not the number `1`",
            'write it like `"a.xml" = "rss.xml"`',
        ),
    ],
)
def test_a_wrong_type_is_told_with_an_example(text, message, remedy):
    _, _, code, said, help_ = told(text)

    assert (code, said, help_) == ("config-type", message, remedy)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("title = ' '", "`title` is empty", "write something between the quotes, or delete the line"),
        (
            "url = 'www.example.com/x'",
            "`url` must be an absolute URL, https or http, not `www.example.com/x`",
            "write it as `https://www.example.com/x`",
        ),
        (
            "url = 'ftp://example.com/'",
            "`url` must be an absolute URL, https or http, not `ftp://example.com/`",
            "write it like `https://www.example.com/`",
        ),
        (
            "url = 'https://ada:hush@example.com/'",
            "`url` must have no user name: it would be published",
            "write it as `https://example.com/`",
        ),
        (
            "url = 'https://example.com:99999/'",
            "`url` has a host or port that cannot be",
            "write it like `https://www.example.com/`",
        ),
        (
            "url = 'https://example.com/a?b#c'",
            "`url` must have neither `?` nor `#`: paths are added to it",
            "write it as `https://example.com/a/`",
        ),
        (
            "url = 'https://example.com/#'",
            "`url` must have neither `?` nor `#`: paths are added to it",
            "write it as `https://example.com/`",
        ),
    ],
)
def test_title_and_url_are_held_to_what_they_must_be(text, message, remedy):
    other = 'url = "https://example.com/"' if text.startswith("title") else 'title = "Example"'

    (diagnostic,) = refused(f"[site]\n{other}\n{text}")

    assert (diagnostic.code, diagnostic.message, diagnostic.help) == ("config-value", message, remedy)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (
            "home = '/blog'",
            "`home` must be an absolute URL, https or http, not `/blog`",
            "write it like `https://www.example.com/`",
        ),
        (
            "language = 'en_GB.UTF-8'",
            "`language` must be a language tag of BCP 47, not `en_GB.UTF-8`",
            "write it as `en-GB`",
        ),
        (
            "language = 'English'",
            "`language` must be a language tag of BCP 47, not `English`",
            "write the code of the language, and of the country where it matters: `en`, `pt-BR`",
        ),
        ("id = 'news'", "`id` must be the beginning of a URI, not `news`", "write it like `tag:www.example.com,2026:`"),
        ("id = 'tag:x:'", "`id` must have host and year (RFC 4151)", "write it like `tag:www.example.com,2026:`"),
        (
            "logo = 'www.example.com/a.png'",
            "`logo` must be an absolute URL, https or http, not `www.example.com/a.png`",
            "write it as `https://www.example.com/a.png`",
        ),
        ("logo = 'my logo.png'", "`logo` must be a URL, not `my logo.png`", "write blanks as `%20`"),
        (
            "author.email = 'Ada <ada@example.com>'",
            "`email` must be an e-mail address, not `Ada <ada@example.com>`",
            "write it as `ada@example.com`",
        ),
        ('id = "urn:\\u0007:"', "`id` holds the control character U+0007", "write it in one line of plain text"),
        ("title2.x = 1", "there is no table `title2` here", "did you mean `title`?"),
    ],
)
def test_the_values_of_site_are_checked(text, message, remedy):
    _, _, _, said, help_ = told(text)

    assert (said, help_) == (message, remedy)


PLACEHOLDERS = (
    "write `{category}`, `{categories}`, `{year}`, `{month}`, `{day}`, `{name}`, `{slug}`, `{title}`, `{path}` "
    "or `{folder}`"
)
CITY = "name it by its city, like `Asia/Shanghai` or `Europe/Berlin`"


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("asia/shanghai", "did you mean `Asia/Shanghai`?"),
        ("GMT+8", CITY),
        ("GMT-5", CITY),
        ("New York", "did you mean `America/New_York`?"),
        ("Europe/Berlln", "did you mean `Europe/Berlin`?"),
        ("../x", CITY),
        ("/etc/localtime", CITY),
        ("Asia", CITY),
        ("UTC+8", CITY),
        ("CST", CITY),
        ("A" * 300, CITY),
    ],
)
def test_an_unknown_time_zone_is_told_with_the_nearest(name, remedy):
    line, column, code, _, help_ = told(f'timezone = "{name}"')

    assert (line, column, code, help_) == (4, 12, "config-value", remedy)


def test_time_zones_come_from_the_package_and_not_from_the_machine():
    path = zoneinfo.TZPATH

    assert path == ()


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (
            "dialect = 'Jekyl'",
            (
                "`dialect` must be `auto`, `jekyll`, `hugo`, `eleventy`, `pelican`, `zola`, `astro`, "
                "`obsidian` or `none`, not `Jekyl`"
            ),
            "did you mean `jekyll`?",
        ),
        ("link = 'x'", "`link` must be `auto`, `permalink` or `original`, not `x`", ""),
        ("max_bytes = 0", "`max_bytes` must be at least 1, not `0`", "write a number from 1 to 1,000,000,000"),
        ("folder = ' '", "`folder` is empty", "write something between the quotes, or delete the line"),
        ("ignore = ['/a/*']", "`ignore` must be relative to the content folder", "write it as `a/*`"),
        (
            "ignore = ['a\\b']",
            "`ignore` must have `/` between folders, not a backslash",
            "write it as `a/b`",
        ),
        ("ignore = ['../a']", "`ignore` must not leave the content folder with `..`", "leave out what is above it"),
        ("ignore = ['a[b']", "`ignore` has a `[` that nothing closes", "write `[[]` for the character itself"),
        (
            "permalink = '/:year/:title/'",
            "`permalink` must have its placeholders in braces",
            "write it as `/{year}/{slug}/`",
        ),
        (
            "permalink = 'https://example.com/{name}'",
            "`permalink` must be a path without `?`, `#` and blanks, not `https://example.com/{name}`",
            "write it like `/{year}/{name}.html`: it is added to `home`",
        ),
        ("permalink = '/{yaer}/{name}'", "`permalink` has the unknown placeholder `{yaer}`", "did you mean `{year}`?"),
        (
            "permalink = '/{x}'",
            "`permalink` has the unknown placeholder `{x}`",
            PLACEHOLDERS,
        ),
        (
            "permalink = '/{name'",
            "`permalink` has a `{` without its other half",
            "placeholders are written like `{name}`",
        ),
        (
            "permalink = '/blog/'",
            "`permalink` must have a placeholder",
            PLACEHOLDERS,
        ),
    ],
)
def test_the_values_of_content_are_checked(text, message, remedy):
    _, _, code, said, help_ = told(f"[content]\n{text}")

    assert (code, said, help_) == ("config-value", message, remedy)


@pytest.mark.parametrize("pattern", ["**/drafts/*", "[ab].md", "a[]].md", "[[]x", "[!a]?"])
def test_globs_with_closed_brackets_are_taken(pattern):
    text = f"{SITE}[content]\nignore = ['{pattern}']"

    site = parse_site(text)

    assert site.content.ignore == (pattern,)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("patterns = ['Source:']", "`patterns` must have a placeholder", "write `{source}`"),
        (
            "patterns = ['{source}']",
            "`patterns` would take every paragraph for a source",
            "write it with the words beside it: `Source: {source}`",
        ),
        (
            "patterns = ['{source}, {source}']",
            "`patterns` must have `{source}` once",
            "write it like `Source: {source}`",
        ),
        ("patterns = ['By {sauce}']", "`patterns` has the unknown placeholder `{sauce}`", "did you mean `{source}`?"),
        (
            "boilerplate = ['*']",
            "`boilerplate` would take every line for navigation",
            "write it with words: `Back to *`",
        ),
        ("names = ['']", "`names` is empty", "write something between the quotes, or delete the line"),
    ],
)
def test_the_values_of_attribution_are_checked(text, message, remedy):
    _, _, code, said, help_ = told(f"[attribution]\n{text}")

    assert (code, said, help_) == ("config-value", message, remedy)


@pytest.mark.parametrize(
    ("name", "message", "remedy"),
    [
        ("New s!", "must be letters, digits, `-` and `_`; `New s!` has ` `", "write it as `New-s`"),
        ("../up", "must be letters, digits, `-` and `_`; `../up` has `.`", "write it as `up`"),
        ("-a", "must not begin with `-`: a command would take it for an option", "write it as `a`"),
        ("Con", "cannot be `Con`: Windows has no files of that name", "choose another name"),
        ("报" * 27, "is 81 bytes long; 80 at most", "choose a shorter name"),
        ("", "is empty", "write something between the quotes, or delete the line"),
    ],
)
@pytest.mark.parametrize("table", ["[[digests]]", "[[feeds.custom]]"])
def test_a_name_must_be_a_folders(table, name, message, remedy):
    line, column, code, said, help_ = told(f'{table}\nname = "{name}"')

    assert (line, column, code, said, help_) == (5, 8, "config-value", f"`name` {message}", remedy)


def test_a_category_cannot_have_the_folder_of_the_uncategorised():
    problem = told("[categories.x]\nslug = 'Uncategorised'")

    assert problem[2:4] == ("config-value", "`slug` cannot be `uncategorised`: entries without a category are there")


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        ("[[digests]]\n[[digests]]\nname = 'Daily'", 6, 8, "Daily"),
        ("[[digests]]\nevery = 'week'\n[[digests]]\nevery = 'week'", 6, 3, "weekly"),
        ("[[feeds.custom]]\nname = 'a'\n[[feeds.custom]]\nname = 'a'", 7, 8, "a"),
        ("[categories.'a b']\n[categories.'a  b']", 5, 13, "a b"),
        ("[categories.a]\nslug = 'x'\n[categories.b]\nslug = 'X'", 7, 8, "X"),
        ("[feeds]\nformats = ['rss', 'rss']", 5, 19, "rss"),
        ("[feeds]\nby = ['tag', 'source', 'tag']", 5, 24, "tag"),
    ],
)
def test_the_second_of_two_names_is_told(text, line, column, name):
    problem = told(text)

    assert problem[:4] == (line, column, "config-duplicate", f"`{name}` is there a second time")


def test_a_digest_whose_name_is_bad_is_nobodys_double():
    text = SITE + "[[digests]]\n[[digests]]\nname = '-'\n[[digests]]\nevery = 'dusk'"

    diagnostics = refused(text)

    assert [(d.line, d.code) for d in diagnostics] == [(6, "config-value"), (8, "config-value")]


@pytest.mark.parametrize(
    ("value", "remedy"),
    [("7:00", '"07:00"'), ("24:00", '"07:00"'), ("7", '"07:00"'), ("18:30:00", '"18:30"'), ("noon", '"07:00"')],
)
def test_a_time_of_day_is_hours_and_minutes(value, remedy):
    _, _, code, said, help_ = told(f"[[digests]]\nat = '{value}'")

    assert (code, said) == ("config-value", f"`at` must be a time of day, 00:00 to 23:59, not `{value}`")
    assert help_ == f"write it as `{remedy}`"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/a.xml", "rss.xml", "`/a.xml` must be a path below `out/`, without `..`"),
        ("../a.xml", "rss.xml", "`../a.xml` must be a path below `out/`, without `..`"),
        ("a?b.xml", "rss.xml", "`a?b.xml` must be a path without `?`, `#`, `%` and blanks"),
        ("feed/", "rss.xml", "`feed/` must be a path below `out/`, without `..`"),
        ("feed.php", "rss.xml", "`feed.php` must end in `.xml`, `.rss`, `.atom`, `.rdf` or `.json`"),
        ("rss.xml", "rss.xml", "`rss.xml` leads to itself"),
        ("报" * 86 + ".xml", "rss.xml", f"`{'报' * 60}…` has a name that no disk takes"),
        ("a.json", "rss.xml", "`a.json` cannot be `rss.xml`: one is JSON, the other XML"),
        ("a.xml", "index.html", "`a.xml` must be the path of a feed below `out/`, not `index.html`"),
        ("a.xml", "category/../rss.xml", "`a.xml` must be the path of a feed below `out/`, not `category/../rss.xml`"),
    ],
)
def test_an_alias_leads_from_an_old_path_to_a_feed(old, new, message):
    _, _, code, said, _ = told(f'[feeds.aliases]\n"{old}" = "{new}"')

    assert (code, said) == ("config-value", message)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (
            "from = 'A, B <news@example.com>'",
            "`from` must be one e-mail address, not `A, B <news@example.com>`",
            'write it like `Name <news@example.com>`; a name with `,` or `@` stands in quotes: `"A, B" <…>`',
        ),
        (
            "reply_to = 'a@example.com /'",
            "`reply_to` must be one e-mail address, not `a@example.com /`",
            'write it like `Name <news@example.com>`; a name with `,` or `@` stands in quotes: `"A, B" <…>`',
        ),
        (
            "from = 'a@example.com (Ada)'",
            "`from` must be one e-mail address, not `a@example.com (Ada)`",
            'write it like `Name <news@example.com>`; a name with `,` or `@` stands in quotes: `"A, B" <…>`',
        ),
        (
            'from = "news@example.com\\r\\nBcc: all@example.com"',
            "`from` holds the control character U+000D",
            "write it in one line of plain text",
        ),
        (
            "bounces = '.a@example.com'",
            "`bounces` must be an e-mail address, not `.a@example.com`",
            "write it like `news@example.com`",
        ),
        (
            "bounces = 'example.com'",
            "`bounces` must be an e-mail address, not `example.com`",
            "write it like `news@example.com`",
        ),
        (
            f"bounces = '{'a' * 65}@example.com'",
            "`bounces` has 65 characters before the `@`",
            "write at most 64: mail takes no more",
        ),
        (
            f"from = 'Ada <ada@{'a.' * 124}example>'",
            "`from` has 255 characters after the `@`",
            "write at most 253: mail takes no more",
        ),
        (
            "public_url = 'http://mail.example.com'",
            "`public_url` must be https: mail programs unsubscribe by nothing less",
            "write it as `https://mail.example.com/`",
        ),
        (
            "smtp = 'imap://mail.example.com'",
            (
                "`smtp` must begin with `smtp://HOST`, `smtps://`, `smtp+starttls://`, `sendmail:` or `maildir:PATH`, "
                "not `imap`"
            ),
            "write it like `smtps://user@mail.example.com:465`",
        ),
        ("smtp = 'maildir:'", "`smtp` has no folder", "write it like `maildir:outbox`"),
        (
            "smtp = 'smtp:mail.example.com'",
            "`smtp` must name a server and nothing after it",
            "write it like `smtp://user@mail.example.com:465`",
        ),
        (
            "smtp = 'smtp://:25'",
            "`smtp` must name a server and nothing after it",
            "write it like `smtp://user@mail.example.com:465`",
        ),
        (
            "smtp = 'smtps://mail.example.com/x'",
            "`smtp` must name a server and nothing after it",
            "write it like `smtps://user@mail.example.com:465`",
        ),
        (
            "smtp = 'smtp://a:b/c@mail.example.com'",
            "`smtp` has a host or port that cannot be",
            "write special characters of the user name as `%40`",
        ),
        ("rate = nan", "`rate` must be above 0 and at most 10,000, not `nan`", "write it like `5.0`"),
        ("connections = 101", "`connections` must be at most 100, not `101`", "write a number from 1 to 100"),
        ("per_day = -1", "`per_day` must be at least 0, not `-1`", "write a number from 0 to 1,000,000,000"),
        (
            "dkim = { domain = 'example.com' }",
            "`dkim` has no `selector`",
            "it needs `domain`, `selector` and `key_file`",
        ),
        (
            "dkim = { domain = 'x y', selector = 'a', key_file = 'k' }",
            "`domain` must be a domain, not `x y`",
            "write it like `example.com`",
        ),
        (
            "dkim = { domain = 'example.com', selector = '?', key_file = 'k' }",
            "`selector` must be letters and digits, not `?`",
            "it is the part before `._domainkey` in the DNS",
        ),
    ],
)
def test_the_values_of_mail_are_checked(text, message, remedy):
    _, _, code, said, help_ = told(f"[mail]\n{text}")

    assert (code, said, help_) == ("config-value", message, remedy)


@pytest.mark.parametrize(
    ("url", "message", "remedy"),
    [
        (
            "postgres://db/x",
            "must begin with `sqlite:///` or `postgresql+psycopg://`, not `postgres`",
            "write `postgresql+psycopg://…`",
        ),
        ("sqlite://", "must name a file: the state has to be kept", "write `sqlite:///.feeds/state.sqlite3`"),
        ("sqlite://a.db", "must have three slashes before the file", "write `sqlite:///a.db`"),
        (
            "postgresql+psycopg://db/x?password=hush",
            "must not have a password: this file is published",
            "put it into the environment: FEEDS_STATE_URL",
        ),
    ],
)
def test_the_state_is_a_file_or_a_database_without_password(url, message, remedy):
    _, _, code, said, help_ = told(f"[state]\nurl = '{url}'")

    assert (code, said, help_) == ("config-value", f"`url` {message}", remedy)


def test_a_category_has_a_name():
    problem = told('[categories." "]')

    assert problem[:4] == (4, 13, "config-value", "` ` is empty")


def test_a_number_of_a_hundred_digits_is_not_repeated():
    problem = told(f"[feeds]\nentries = 1{'0' * 99}")

    assert problem[2:4] == ("config-value", "`entries` must be at most 1,000,000,000, not a very long number")


def test_a_source_has_a_name_or_a_url():
    problem = told("[categories.x]\nsource = { feed = 'https://example.com/rss.xml' }")

    assert problem[:4] == (5, 10, "config-value", "`source` must have a name or a URL beside its feed")


# --- places ------------------------------------------------------------------------------------------


def test_each_key_and_value_is_found_where_it_stands():
    lines = [
        '[a . "b.c"]',
        "d.e = 1 # [x]",
        "'f' = [ 1, # ]",
        '  { g = "}" } ]',
        "[[h]]",
        "[[h]]",
        'i = """',
        "[x]",
        'j = 1"""',
        "k = 2026-01-31 07:00:00",
    ]
    text = "\n".join(lines)

    found = find_places(text)

    places = {path: (text.count("\n", 0, p.key) + 1, text[p.value :][:4]) for path, p in found.items()}
    assert places == {
        ("a",): (1, "a . "),
        ("a", "b.c"): (1, '"b.c'),
        ("a", "b.c", "d"): (2, "d.e "),
        ("a", "b.c", "d", "e"): (2, "1 # "),
        ("a", "b.c", "f"): (3, "[ 1,"),
        ("a", "b.c", "f", 0): (3, "1, #"),
        ("a", "b.c", "f", 1): (4, "{ g "),
        ("a", "b.c", "f", 1, "g"): (4, '"}" '),
        ("h",): (5, "h]]\n"),
        ("h", 0): (5, "h]]\n"),
        ("h", 1): (6, "h]]\n"),
        ("h", 1, "i"): (7, '"""\n'),
        ("h", 1, "k"): (10, "2026"),
    }


def leaves(value, path=()):
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(value[key], (*path, key))] or [path]
    if isinstance(value, list):
        return [leaf for n, item in enumerate(value) for leaf in leaves(item, (*path, n))] or [path]
    return [path]


QUOTED = st.sampled_from(
    ['""', "''", '"""a""b"""', '"""""a"""""', "''''x'''''", '"""\n#"\\"""="""', "'#]'", '"\\"]"', "'''\n[x]\ny=1'''"]
)
SCALAR = QUOTED | st.sampled_from(["1", "-2.5e3", "true", "1979-05-27 07:32:00Z", "07:32:00", "inf"])
BLANK = st.sampled_from(["", " ", "\t", "\n", " # ] } \" '\n"])


def array(items):
    return st.lists(st.tuples(BLANK, items, BLANK).map("".join)).map(lambda parts: f"[{','.join(parts)}]")


def inline(items):
    return st.lists(items).map(
        lambda values: "{" + ", ".join(f"'k {n}'.x={value}" for n, value in enumerate(values)) + "}"
    )


VALUE = st.recursive(SCALAR, lambda items: array(items) | inline(items), max_leaves=12)
HEADER = st.sampled_from(["[[a]]", "[[ a . 'b c' ]]", "[[a.d]] # x", "[[e]]"])


@given(st.lists(HEADER | VALUE.map(lambda value: f"VALUE{value}"), max_size=12))
def test_every_value_that_tomllib_finds_has_its_place(parts):
    text = "\n".join(part.replace("VALUE", f"k{n} = ", 1) for n, part in enumerate(["[[a]]", *parts]))
    data = tomllib.loads(text)

    places = find_places(text)

    assert {path for path in leaves(data) if path} <= set(places)


# --- laws --------------------------------------------------------------------------------------------


def kinds(kind):
    return [kind, *(inner for key in kind.keys for inner in kinds(key.kind))]


DERIVED = {Site: {"timezone_is_given"}, CategorySettings: {"name"}}
"""Fields that no key of their table fills."""


def test_the_keys_of_a_table_and_the_fields_of_its_record_are_the_same():
    keys = {}
    for kind in kinds(FILE):
        if kind.record is not None:
            keys.setdefault(kind.record, set(DERIVED.get(kind.record, ()))).update(k.field or k.name for k in kind.keys)

    records = {record: {field.name for field in fields(record)} for record in keys}

    assert keys | {Site: keys[Site] - {"site"}} == records


EXAMPLES = [kind for kind in kinds(FILE) if kind.example and "…" not in kind.example]


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.example)
def test_an_example_is_taken_by_its_own_key(kind):
    problems = []

    kind.read(tomllib.loads(f"x = {kind.example}")["x"], ("x",), problems)

    assert problems == []


@given(st.text() | st.lists(st.sampled_from([*"[]{}=,.#'\"\n ab1", "site", "digests", "feeds"])).map("".join))
def test_a_text_that_is_no_site_is_told_why(text):
    diagnostics = refused(text)

    assert diagnostics


ODD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'")).map(lambda text: f"'{text}'"),
    st.sampled_from(["'https://'", "'https://[::1'", "'smtp://@:'", "'a@b'", "'{'", "''", "[]", "{}", "nan", "-1"]),
)


def outcome_of(text):
    try:
        return parse_site(text)
    except ConfigError as error:
        return error.diagnostics


@given(st.sampled_from(schema()), ODD)
def test_any_value_of_any_key_is_taken_or_refused(setting, value):
    header = setting.header.replace("NAME", "x").replace("[site]", "")

    outcome = outcome_of(f"{SITE}{header}\n{setting.key} = {value}\n")

    assert outcome


CONTROL = st.sampled_from([*map(chr, range(32)), "\x7f", "\x85", "\u2028"])


@given(st.sampled_from(schema()), CONTROL)
def test_no_text_of_a_site_has_control_characters(setting, control):
    header = setting.header.replace("NAME", "x").replace("[site]", "")
    value = f'"https://a.example/x\\u{ord(control):04x}y"'

    outcome = outcome_of(f"{SITE}{header}\n{setting.key} = {value}\n")

    assert isinstance(outcome, tuple) or repr(control)[1:-1] not in repr(outcome)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://潮.example:8080/a", "https://xn--ngx.example:8080/a/"),
        ("https://潮.example:", "https://xn--ngx.example/"),
        ("https://tide.example:/", "https://tide.example/"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
    ],
)
def test_a_host_keeps_its_port_in_whatever_script_it_is_written(written, url):
    assert parse_site(f'[site]\ntitle = "Tide"\nurl = "{written}"\n', path="feeds.toml").url == url
