import pytest

from feeds.links import UNKNOWN, absolute, absolute_image, absolute_set, uri

BASE = "https://www.example.org/2024/post/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/a,b?c=d#e", "https://x.example/a,b?c=d#e"),
        ("a b/é?x=y z#q r", f"{BASE}a%20b/%C3%A9?x=y%20z#q%20r"),
        ("https://x.example/%zz%20#a#b", "https://x.example/%25zz%20#a%23b"),
        ("http://例え.example/日本", "http://xn--r8jz45g.example/%E6%97%A5%E6%9C%AC"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("//d.example/e", "https://d.example/e"),
        ("?q", f"{BASE}?q"),
        ("tel:+4930123", "tel:+4930123"),
        ("//x.example\\a", "https://x.example/a"),
        ("//x／a.example/b", "https://x%EF%BC%8Fa.example/b"),
        ("https://%F0%9F%A6%84.example/", "https://%F0%9F%A6%84.example/"),
    ],
)
def test_a_link_is_absolute_and_encoded(url, expected):
    assert absolute(url, base=BASE) == expected


@pytest.mark.parametrize(
    "url",
    [
        *("", "#", "#x", "http://[bad", "//[bad", "http:x", "http://a b/", "http://x.example:99999/", "mailto:"),
        *("javascript:x", "java\nscript:x", "vbscript:x", "file:///etc", "data:text/html,x", "C:\\x", "http://\ud800/"),
        *("http://[:::801]/a", "http://a%00b/", "http://a%2Fb/", "http://[1.2.3.4]/", "http://[::1]x/"),
        *(f"http://{'é.' * 60}example/", f"http://{'🦄.' * 60}example/"),
    ],
)
def test_what_leads_nowhere_is_no_link(url):
    assert absolute(url, base=BASE) == ""


def test_a_place_belongs_to_the_page():
    assert absolute("#x", base=BASE, page="https://p.example/") == "https://p.example/#x"


@pytest.mark.parametrize("url", ["a b", "/é", "http://例え.example/", "%", "x%20y"])
def test_an_absolute_link_stays_as_it_is(url):
    once = absolute(url, base=BASE)

    assert absolute(once, base="https://other.example/") == once


def test_images_are_http():
    assert absolute_image("mailto:x@x.example", base=BASE) == ""
    assert absolute_image("x.png", base=BASE) == f"{BASE}x.png"


@pytest.mark.parametrize("srcset", ["a,\x01 2x.png", "a 2x\x11, 2x.png", "a, 2x.png\x7f", "%w,b.png", "w,#"])
def test_the_candidates_of_a_set_are_the_same_when_it_is_read_again(srcset):
    once = absolute_set(srcset, base=BASE)

    assert absolute_set(once, base=BASE) == once


def test_every_candidate_of_a_set_is_absolute():
    assert absolute_set(
        "a.png, /b.png 2x,c.png 3x, data:image/png;base64,A 4x, //d.example/w_1,h_2/x 400w", base=BASE
    ) == (f"{BASE}a.png, https://www.example.org/b.png 2x, {BASE}c.png 3x, https://d.example/w_1,h_2/x 400w")


@pytest.mark.parametrize("words", ["100}", "2x },javascript:x", "}", "1x x"])
def test_a_candidate_with_other_words_than_its_size_is_none(words):
    assert absolute_set(f"a.png {words}, b.png 2x", base=BASE) == f"{BASE}b.png 2x"


def test_the_mark_of_the_unknown_is_no_character_of_text():
    assert UNKNOWN == "\ufdd0"


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://a.example.org/x?y=1&z=%20#f", "https://a.example.org/x?y=1&z=%20#f"),
        ("https://河.example.org/船 1", "https://xn--ovw.example.org/%E8%88%B9%201"),
        ("https://a.example.org/100%|", "https://a.example.org/100%25%7C"),
        ("https://a.example.org/#一#二", "https://a.example.org/#%E4%B8%80%23%E4%BA%8C"),
        ("https://河..example.org/", "https://%E6%B2%B3..example.org/"),
        ("https://河.example.org:80/", "https://xn--ovw.example.org:80/"),
        ("https://河／x.example.org/", "https://%E6%B2%B3%EF%BC%8Fx.example.org/"),
        ("https://[::1]:80/|", "https://[::1]:80/%7C"),
        ("//a|b/%zz", "//a%7Cb/%25zz"),
        ("https://[::1/河", "https://%5B::1/%E6%B2%B3"),
        ("news://[::% ]", "news://%5B::%25%20%5D"),
        ("news://[fe80::1%25a]/", "news://%5Bfe80::1%25a%5D/"),
        ("http://[a@::1]/b c", "http://%5Ba@::1%5D/b%20c"),
        ("tag:news.example.org,2026:河", "tag:news.example.org,2026:%E6%B2%B3"),
    ],
)
def test_a_link_is_written_as_a_uri(iri, expected):
    assert (uri(iri), uri(expected)) == (expected, expected)
