import pytest

from feeds.markdown import before_more, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<https://x.example/?a=1,2>", '<p><a href="https://x.example/?a=1,2">https://x.example/?a=1,2</a></p>\n'),
        ("~~a~~ \"b\" -- 'c'", "<p><del>a</del> \"b\" -- 'c'</p>\n"),
        ("## A {#id .c}", '<h2 id="id" class="c">A</h2>\n'),
        ("a[^x]\n\n[^x]: b", '<p>a<sup>[1]</sup></p>\n<div class="footnote-definition" id="x"><p>[1] b</p>\n</div>\n'),
        ("a\ud800b", "<p>ab</p>\n"),
    ],
)
def test_markdown_is_commonmark_with_the_usual_extras(markdown, html):
    assert to_html(markdown, is_html=False) == html


def test_the_alignment_of_a_table_is_an_attribute():
    assert '<th align="right">a</th>' in to_html("|a|\n|-:|\n|1|", is_html=False)


def test_html_stays_as_it_is():
    assert to_html("    *a* <p>b", is_html=True) == "    *a* <p>b"


@pytest.mark.parametrize(
    ("document", "content"),
    [
        ("<!DOCTYPE html><html><head><title>t</title></head><body class=x>a</body></html>", "a"),
        ("<html><head><title>t</title></head>a", "a"),
        ("<?xml version='1.0'?><html>a", "<?xml version='1.0'?><html>a"),
    ],
)
def test_of_a_document_the_body_is_left(document, content):
    assert to_html(document, is_html=True) == content


@pytest.mark.parametrize(
    "mark",
    ["<!--more-->", "<!-- more -->", "<!--MORE read on-->", "<!-- truncate -->", "<!-- PELICAN_END_SUMMARY -->"],
)
def test_a_mark_ends_the_summary(mark):
    assert before_more(f"<p>a</p>{mark}<p>b</p>") == "<p>a</p>"


def test_other_comments_and_code_are_no_mark():
    assert before_more("<!-- no more of this --><code>&lt;!--more--&gt;</code>") == ""
