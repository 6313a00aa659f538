from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.diagnostics import Severity
from feeds.frontmatter import Field, normalised, split
from feeds.headers.fields import HeaderError
from feeds.headers.from_yaml import read_full
from feeds.headers.simple_yaml import read_simple


def read(text):
    return split(text.encode(), path="a.md")


def values(text):
    header, _ = read(text)
    return {key: field.value for key, field in header.fields.items()}


def codes(text):
    return [(problem.code, problem.line) for problem in read(text)[1]]


def shape(text):
    header, _ = read(text)
    return header.dialect, header.body, header.body_line


# --- dialects ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("yaml", "---\ntitle: A\ntags: [b]\n---\nText.\n"),
        ("yaml", "\n \n---  \ntitle: A\ntags: [b]\n...\t\nText.\n"),
        ("yaml", "\t\n---\ntitle: A\ntags: [b]\n---\nText.\n"),
        ("yaml", "---\r\ntitle: A\r\ntags:\r\n- b\r\n---\r\nText.\r\n"),
        ("yaml", "\ufeff---\rtitle: A\rtags: [b]\r---\rText.\r"),
        ("yaml", "---yaml\ntitle: A\ntags: [b]\n---\nText.\n"),
        ("yaml", "title: A\ntags:\n- b\n---\nText.\n"),
        ("toml", '+++\ntitle = "A"\ntags = ["b"]\n+++\nText.\n'),
        ("toml", '---toml\ntitle = "A"\ntags = ["b"]\n---\nText.\n'),
        ("json", '{"title": "A", "tags": ["b"]}\nText.\n'),
        ("json", '{\n  "title": "A",\n  "tags": ["b"]\n}\nText.\n'),
        ("json", '---json\n{"title": "A", "tags": ["b"]}\n---\nText.\n'),
        ("json", ';;;\n"title": "A",\n"tags": ["b"]\n;;;\nText.\n'),
        ("json", '"title": "A",\n"tags": ["b"],\n;;;\nText.\n'),
    ],
)
def test_every_dialect_gives_the_same_fields_and_body(dialect, text):
    header, problems = read(text)

    assert (header.dialect, header.body, problems) == (dialect, "Text.\n", ())
    assert values(text) == {"title": "A", "tags": ("b",)}


def test_pelicans_lines_are_fields_and_indented_ones_go_on():
    text = "Title: A: b\nDate: 2010-12-03 10:20\nSummary: one\n    two\nSlug:\n\nText.\n"

    assert shape(text) == ("pelican", "\nText.\n", 6)
    assert values(text) == {"title": "A: b", "date": "2010-12-03 10:20", "summary": "one\ntwo", "slug": None}


def test_link_definitions_are_fields_without_their_brackets():
    text = '[#]: subject: (A (b))\n[#]: via: "https://news.example/1"\n[#]: url: ( )\n\nText.\n'

    assert shape(text) == ("links", "\nText.\n", 4)
    assert values(text) == {"subject": "A (b)", "via": "https://news.example/1", "url": None}


@pytest.mark.parametrize(
    "text",
    [
        "Text.\n",
        "Note: this is text\nand more.\n\nText.\n",
        "Summary: it is prose.\n\nText.\n",
        "Title: of a heading\n---\nText.\n",
        "// title\nText.\n",
        "{% raw %}x{% endraw %}\n",
        "{{< figure >}}\n",
        "http://news.example/\n\nText.\n",
    ],
)
def test_a_post_without_a_header_is_all_body(text):
    assert read(text)[1] == ()
    assert shape(text) == ("none", text, 1)


@pytest.mark.parametrize("text", ["---\n\nA rule.\n\n---\n\nMore.\n", "---\nA rule.\n\nMore.\n", "---\n"])
def test_text_below_a_rule_is_not_lost(text):
    assert shape(text) == ("none", text, 1)
    assert codes(text) == [("rule-first", 1)]


@pytest.mark.parametrize(
    "text", ["---\n---\nText.", "---\n\n---\nText.", "---\n# nothing\n---\nText.", "+++\n+++\nText."]
)
def test_an_empty_header_has_no_fields(text):
    header, problems = read(text)

    assert (dict(header.fields), header.body, problems) == ({}, "Text.", ())


# --- values and places ---------------------------------------------------------------------------


def test_a_scalar_is_its_text_and_null_is_none():
    text = (
        "---\na: 010\nb: 10:30\nc: no\nd: 2024-02-30\ne: 1.10\nf: ~\ng:\nh: 'null'\ni: !!str null\nj: [null, 1]\n---\n"
    )

    assert values(text) == {
        "a": "010",
        "b": "10:30",
        "c": "no",
        "d": "2024-02-30",
        "e": "1.10",
        "f": None,
        "g": None,
        "h": "null",
        "i": "null",
        "j": (None, "1"),
    }


def test_toml_values_are_text():
    text = "+++\na = 2023-06-02T08:00:00Z\nb = 2024-01-05\nc = 1.10\nd = true\n[e]\nf = [1]\n+++\n"

    assert values(text) == {
        "a": "2023-06-02T08:00:00+00:00",
        "b": "2024-01-05",
        "c": "1.10",
        "d": "true",
        "e": {"f": ("1",)},
    }


def test_json_values_are_text():
    text = '{"a": 1.10, "b": true, "c": null, "d": {"e": [1704448800000]}}'

    assert values(text) == {"a": "1.10", "b": "true", "c": None, "d": {"e": ("1704448800000",)}}


@pytest.mark.parametrize(
    "text",
    [
        '\n---\ntitle: "A"\nTags: # none\n  - b\n---\nText.',
        '\n+++\ntitle="A"\nTags=["b"]\n+++\nText.',
        '\n\n{"title":"A",\n"Tags":["b"]}\nText.',
    ],
)
def test_a_field_knows_its_line_in_the_file(text):
    header, _ = read(text)

    assert next(field.line for field in header.fields.values()) == 3
    assert header.body_line == text.count("\n") + 1


def test_a_table_knows_its_line_though_a_key_in_another_has_its_name():
    header, _ = read("+++\n[a]\nb = 1\n[b]\nc = 2\n+++\n")

    assert (header.fields["a"].line, header.fields["b"].line) == (2, 4)


def test_a_field_knows_the_column_of_its_value():
    header, _ = read('---\ntitle:  "A"\ndraft:\ntags:\n  - b\n---\n')

    assert tuple(header.fields.values()) == (
        Field(name="title", value="A", line=2, column=9),
        Field(name="draft", value=None, line=3, column=1),
        Field(name="tags", value=("b",), line=5, column=3),
    )


@pytest.mark.parametrize("key", ["canonicalUrl", "canonical_url", "Canonical-URL", "CANONICAL url"])
def test_spellings_of_a_key_meet(key):
    assert normalised(key) == "canonicalurl"


def test_merged_keys_stand_behind_the_own():
    text = "---\nbase: &base {lang: en, by: ada}\nlang: zh\n<<: *base\nnested:\n  <<: *base\n  by: bob\n---\n"

    assert values(text) == {
        "by": "ada",
        "base": {"lang": "en", "by": "ada"},
        "lang": "zh",
        "nested": {"lang": "en", "by": "bob"},
    }


# --- what is wrong and taken ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("title: Vote: the result", "Vote: the result"),
        ('title: "他说"好""', '他说"好"'),
        ('title: "关于"双碳"的报告"', '关于"双碳"的报告'),
        ('title: "Yes" and "No"', '"Yes" and "No"'),
        ('title: "Yes" again', '"Yes" again'),
        (r'title: "C:\data"', r"C:\data"),
        ('title: "open', "open"),
        ("title: 'It's here'", "It's here"),
        ("title: @ada", "@ada"),
        ("title: `code`", "`code`"),
        ("title: [Draft] report", "[Draft] report"),
        ("title: {{date}}", "{{date}}"),
        ("title: *bold* words", "*bold* words"),
    ],
)
def test_a_line_that_can_only_mean_one_thing_is_taken(line, value):
    text = f"---\ndate: 2024-01-05\n{line}\n---\nText."

    assert values(text) == {"date": "2024-01-05", "title": value}
    assert codes(text) == [("header-lenient", 3)]


def test_an_item_that_begins_with_an_at_sign_is_taken():
    text = "---\ntitle: A\nauthors:\n  - @ada\n  - bob\n---\n"

    assert values(text) == {"title": "A", "authors": ("@ada", "bob")}
    assert codes(text) == [("header-lenient", 4)]


def test_of_a_repeated_key_the_last_is_taken():
    text = "---\ntitle: A\nTitle: B\nnested:\n  a: 1\n  a: 2\n---\n"

    assert values(text) == {"title": "B", "nested": {"a": "2"}}
    assert codes(text) == [("key-repeated", 6), ("key-repeated", 3)]
    assert read(text)[1][1].message == "`Title` stands in line 2 and in line 3: the last was taken"


def test_a_comment_that_eats_a_value_is_told():
    text = "---\ntags: #news\ntitle: Learn C #1\nweight: 5 # of ten\n---\n"

    assert values(text) == {"tags": None, "title": "Learn C", "weight": "5"}
    assert codes(text) == [("value-is-comment", 2), ("value-is-comment", 3)]


@pytest.mark.parametrize("text", ['---\ntitle: "half \\uDE00"\n---\n', '{"title": "half \\uDE00"}'])
def test_half_a_character_is_dropped(text):
    assert values(text) == {"title": "half "}
    assert [code for code, _ in codes(text)] == ["lone-surrogate"]


@pytest.mark.parametrize("text", ['---\ntitle: "\\uD83D\\uDE00"\n---\n', '{"title": "\\uD83D\\uDE00"}'])
def test_an_escaped_pair_is_one_character(text):
    assert (values(text), codes(text)) == ({"title": "😀"}, [])


def test_control_characters_in_the_header_are_dropped():
    text = "---\ntitle: a\x07b\u2028c\ndate: x\n---\nT\0xt."

    assert values(text) == {"title": "ab c", "date": "x"}
    assert codes(text) == [("control-characters", 2)]
    assert shape(text)[1] == "T\0xt."


# --- what cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "help_"),
    [
        ("", "empty-post", 0, 0, "write the post"),
        ("\ufeff \n", "empty-post", 0, 0, "write the post"),
        ("---\ntitle: A\ndate: B\n\nText.", "header-unclosed", 1, 1, "put a line of `---`"),
        ("\n+++\ntitle = 'A'\n", "header-unclosed", 2, 1, "put a line of `+++`"),
        ("---\n- a\n- b\n---\n", "header-not-mapping", 2, 1, "write `key: value` lines"),
        ("---\nwords\n---\n", "header-not-mapping", 2, 1, "write `key: value` lines"),
        ("---\ntitle：A\n---\n", "header-not-mapping", 2, 1, "write an ASCII colon"),
        ('---json\n["a"]\n---\n', "header-not-mapping", 1, 0, "write it as"),
        ("---\ntags:\n\t- a\n---\n", "header-syntax", 3, 1, "indent with blanks"),
        ("---\nmore:\n  a: b: c\n---\n", "header-syntax", 3, 7, "put the value in quotes"),
        ("---\ntitle: A\n\nText.\n\n---\nMore.", "header-syntax", 4, 1, "is the closing `---` missing"),
        ("---\ntags: [a, b\n---\n", "header-syntax", 2, 7, "close the bracket"),
        ("---\ntitle: A\n--- B\n---\n", "header-syntax", 3, 1, "leave one"),
        ("+++\ntitle = A\n+++\n", "header-syntax", 2, 9, 'write `key = "value"` lines'),
        ('{\n"title" "A"\n}\nText.', "header-syntax", 2, 9, 'write `"key": "value"` pairs'),
        ('---\nx: !!python/object/new:os.system ["id"]\n---\n', "header-tag", 2, 4, "delete the tag"),
        ("---\ntitle: " + "x" * 70_000 + "\n---\n", "header-too-large", 1, 0, "is the closing line"),
        ("---\na: " + "[" * 60_000 + "\n---\n", "header-too-deep", 2, 54, "flatten it"),
        ("---\na:\n" + "- " * 30_000 + "\n---\n", "header-too-deep", 3, 101, "flatten it"),
        ("+++\na = " + "[" * 60_000 + "\n+++\n", "header-too-deep", 1, 0, "flatten it"),
        ("+++\n" + "a." * 30_000 + "a = 1\n+++\n", "header-too-deep", 2, 0, "flatten it"),
        ('---json\n{"a": ' + "[" * 60_000 + "\n---\n", "header-too-deep", 1, 0, "flatten it"),
        ('---json\n{"a": ' + "[" * 60 + "]" * 60 + "}\n---\n", "header-too-deep", 2, 0, "flatten it"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_to_do(text, code, line, column, help_):
    header, (problem,) = read(text)

    assert (header, problem.path, problem.severity) == (None, "a.md", Severity.ERROR)
    assert (problem.code, problem.line, problem.column) == (code, line, column)
    assert problem.help.startswith(help_) or help_ in problem.help


def test_aliases_cannot_make_a_header_large():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    header, (problem,) = read("---\n" + "\n".join(lines) + "\n---\n")

    assert (header, problem.code, problem.line) == (None, "header-too-large", 5)


@pytest.mark.parametrize(
    ("data", "line", "column", "encoding"),
    [
        ("---\ntitle: 市政新闻\n---\n会议\n".encode("gb18030"), 2, 8, "GB18030"),
        ("---\r\ntitle: Café\r\n---\r\n".encode("cp1252"), 2, 11, "WINDOWS-1252"),
        ("---\ntitle: A\n---\n".encode("utf-16"), 1, 1, "UTF-16"),
        ("市政新闻".encode("utf-16"), 1, 1, "UTF-16"),
        ("---\ntitle: A\n---\n".encode("utf-32"), 1, 1, "UTF-32"),
        ("---\ntitle: A\n---\n".encode("utf-16-le"), 1, 1, "UTF-16LE"),
        ("---\ntitle: A\n---\n".encode("utf-16-be"), 1, 1, "UTF-16BE"),
    ],
)
def test_bytes_that_are_not_utf8_are_refused_with_the_way_to_convert_them(data, line, column, encoding):
    header, (problem,) = split(data, path="a.md")

    assert (header, problem.code, problem.line, problem.column) == (None, "not-utf8", line, column)
    assert f"`iconv -f {encoding} -t UTF-8 a.md > new`" in problem.help


def test_a_problem_shows_its_line():
    _, (problem,) = read("---\ntitle: Vote: the result\n---\n")

    assert str(replace(problem, help="")) == (
        "a.md:2:8: warning: `title` is not YAML as it stands: the rest of the line was taken as text\n"
        "    title: Vote: the result\n"
        "           ^"
    )


# --- laws ----------------------------------------------------------------------------------------

_WORD = st.sampled_from(
    [
        "a",
        "b c",
        "中 文",
        "x:y",
        "c#",
        " ",
        "#",
        ":",
        ": ",
        "-",
        "- ",
        "~",
        "null",
        "'",
        '"',
        "\\",
        "[",
        "]",
        "{",
        ",",
        "&a",
        "*a",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "?",
        "? ",
        "=",
        "<<",
        "1",
        "...",
        "é",
        "\t",
        "\u3000",
        "\u2028",
        "😀",
    ],
)
_TEXT = st.lists(_WORD, max_size=4).map("".join)
_QUOTED = (
    _TEXT.map(lambda text: f'"{text}"') | _TEXT.map(lambda text: f"'{text}'") | _TEXT.map(lambda text: f"[{text}]")
)
_VALUE = _TEXT | _QUOTED
_LINE = st.one_of(
    st.tuples(st.sampled_from(["title", "a", "A-b", "<<", "null"]), st.sampled_from([":", ": ", ":  "]), _VALUE).map(
        "".join
    ),
    st.tuples(st.sampled_from(["- ", "  - ", "-  "]), _VALUE).map("".join),
    st.sampled_from(["", "# comment", "  # comment", " "]),
)


@pytest.mark.parametrize(
    "header",
    [
        "a:\n- b\n  - c\n",
        "a:\n  - b\n- c\n",
        "a: b\u2028c\n",
        "a: \\ud83d\n",
        "a: b\n- c\n",
        "- a\n",
        "a-b: c\nA_b: d\n",
        'a: "\\t"\n',
        "a: b: c\n",
        "a: b #c\n",
        "a: b :c\n",
        "a: b:\n",
    ],
)
def test_a_header_with_more_to_it_goes_the_long_way(header):
    assert read_simple(header) is None


def test_a_header_like_most_goes_the_short_way():
    header = (
        '# Ours\ntitle: "5: \\"A\\" # B"\nCover-Image: a#b:c \ntags:\n  - x\n\n  - \'y: z\'\nmore: [a, null]\nlast:\n'
    )

    assert read_simple(header) == {
        "title": '5: "A" # B',
        "coverimage": "a#b:c",
        "tags": ("x", "y: z"),
        "more": ("a", None),
        "last": None,
    }


@given(st.lists(_LINE, max_size=6).map(lambda lines: "\n".join([*lines, ""])))
def test_the_short_way_through_a_simple_header_leads_where_the_long_one_does(header):
    simple = read_simple(header)
    full = read_full(header) if simple is not None else None

    assert simple == full
    assert full is None or full.problems == ()


@given(st.binary() | st.lists(_LINE, max_size=8).map(lambda lines: "\n".join(["---", *lines, "---", "Text."]).encode()))
def test_no_bytes_make_it_raise_and_no_text_is_lost(data):
    header, problems = split(data, path="a.md")

    assert header is not None or problems[-1].severity is Severity.ERROR
    assert header is None or data.decode().replace("\r\n", "\n").replace("\r", "\n").endswith(header.body)


def test_a_header_of_yaml_may_end_in_the_middle_of_its_last_line():
    with pytest.raises(HeaderError) as refusal:
        read_full("{t")

    assert refusal.value.diagnostic.code == "header-syntax"
