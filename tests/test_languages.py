import pytest

from feeds.languages import direction, language_tag


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("EN", "en"),
        ("zh-hant-hk", "zh-Hant-HK"),
        ("es-419", "es-419"),
        ("en-u-ca-Gregory", "en-u-ca-gregory"),
        ("sl-rozaj-biske-1994", "sl-rozaj-biske-1994"),
        ("English", ""),
        ("en_GB", ""),
        ("e", ""),
        ("", ""),
    ],
)
def test_a_tag_is_written_in_the_usual_case_and_what_is_none_is_empty(written, tag):
    assert language_tag(written) == tag


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "ltr"),
        ("ar-EG", "rtl"),
        ("he", "rtl"),
        ("UR", "rtl"),
        ("uz-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("zh-Hant-TW", "ltr"),
    ],
)
def test_the_script_decides_the_direction_else_the_language(language, expected):
    assert direction(language) == expected
