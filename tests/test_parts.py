import pytest
from growth import LINEAR, growth
from hypothesis import given, settings
from untidy import BLOCKS

from feeds.body import clean, first_image, prose_of, text_of_clean
from feeds.parts import beginnings, may_have_pictures, pictures

PAGE = "https://www.example.org/2026/tide/"
LONG = f"<p>{'The tide came in twice and went out again. ' * 12}</p>"
WIDE = f"<p>{'潮水涨了两次，又退了下去。' * 18}</p>"


def cleaned(html):
    return clean(html, base=PAGE, page=PAGE)


@pytest.mark.parametrize("paragraph", [LONG, WIDE])
def test_a_beginning_ends_with_the_paragraph_that_makes_it_long_enough(paragraph):
    before = f"<div>{paragraph}</div>\n<p>x</p>{paragraph}"
    html = f"{before}<ul><li>a</li></ul>{paragraph}<p>b</p>"

    assert list(beginnings(html)) == [(before, True), (html, True)]


def test_beginnings_grow_until_they_are_all_of_it():
    assert [len(part) // len(LONG) for part, _ in beginnings(LONG * 20)] == [1, 3, 9, 20]


@pytest.mark.parametrize(
    "disorder",
    [
        "<b>",
        "</b>",
        "<p>a",
        "<div>",
        "<b><i></b></i>",
        "<h2/>a</h2>",
        "<p>a</p >",
        '<p\nclass="a">b</p>',
        "<p title='a'>b</p>",
        '<p title="a>b">b</p>',
        "<p>a<div>b</div></p>",
        "<h2><h3>a</h3></h2>",
        "<table><tr><td>a</td></tr></table>",
        "<script>a</script>",
        "<x-y>a</x-y>",
        "<!--a--b>-->",
        "1 < 2",
    ],
)
def test_behind_disorder_nothing_is_cut(disorder):
    html = f"{disorder}{LONG}{LONG}"

    assert list(beginnings(html)) == [(html, False)]


@pytest.mark.parametrize(
    "piece",
    [
        "<!-- a -->",
        '<i hidden="">a</i>',
        '<i style="Display:none">a</i>',
        '<i class="katex-html">a</i>',
        '<img alt="a">',
        "a&#8217;s",
        "a\x0bb",
        "\u2028",
        "\ufdd0",
    ],
)
def test_what_cleaning_changes_in_the_text_is_not_plain(piece):
    html = f"<p>{piece}</p>{LONG}"

    assert [next(beginnings(html)), next(beginnings(html + LONG))] == [(html, False)] * 2


@pytest.mark.parametrize(
    "piece",
    [
        '<i style="color:red">a</i>',
        '<img src="a.png" />',
        "<br>",
        '<picture><source srcset="a.webp"></picture>',
        "a&amp;b",
        "<center>a</center>",
    ],
)
def test_what_cleaning_leaves_in_the_text_is_plain(piece):
    html = f"{piece}{LONG}"

    assert next(beginnings(html + LONG)) == (html, True)


@settings(max_examples=400)
@given(BLOCKS)
def test_the_text_of_a_beginning_is_the_beginning_of_the_text(html):
    texts = [text_of_clean(prose_of(part if is_plain else cleaned(part))) for part, is_plain in beginnings(html)]

    whole = text_of_clean(prose_of(cleaned(html)))

    assert texts == [*(whole[: len(text)] for text in texts[:-1]), whole]


def test_pictures_in_order_stand_alone():
    html = '<center><img src="a.png"></center><p class="x">b<img src="c.png" style="border:0" /></p>'

    assert pictures(html) == ['<img src="a.png">', '<img src="c.png" style="border:0" />']


@pytest.mark.parametrize(
    "around",
    [
        '<p hidden="">{}</p>',
        '<p style="DISPLAY: none">{}</p>',
        "<!-- {} -->",
        "<template>{}</template>",
        "<table>{}</table>",
        "<p title='{}'>a</p>",
        "<noscript>{}</noscript>",
        "{}<image src=b.png>",
    ],
)
def test_where_pictures_may_be_hidden_or_moved_all_of_the_html_counts(around):
    html = around.format('<img src="a.png">')

    assert pictures(html) == (html,)


def test_html_without_pictures_has_none():
    assert pictures("<p>a<i>b</i></p>") == ()


@settings(max_examples=400)
@given(BLOCKS)
def test_the_first_picture_of_the_parts_is_that_of_the_whole(html):
    found = (first_image(cleaned(part)) for part in pictures(html))

    assert next(filter(None, found), None) == first_image(cleaned(html))


@pytest.mark.parametrize(
    ("body", "may"),
    [("![a](b.png)", True), ("<IMG src=b>", True), ("{{ figure }}", True), ("a ! [b](c) <i>d</i>", False)],
)
def test_a_body_without_any_sign_of_a_picture_has_none(body, may):
    assert may_have_pictures(body) is may


@pytest.mark.parametrize("piece", ["<p>a</p>", "<b>", "<!--", "<!---", '<p a="', "<p a=", "<", "a", LONG])
def test_finding_parts_costs_no_more_than_the_length(piece):
    assert growth(lambda html: (list(beginnings(html)), pictures(html + "<img>")), piece, 1_000) < LINEAR
