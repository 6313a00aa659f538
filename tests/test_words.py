"""The wording of each language: which there is, and how its dates and counts read."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from mail_samples import EDITIONS, SITE, TEMPLATES

from feeds.render._letter import letter
from feeds.render._templates import words
from feeds.targets import Frame

PACKAGED = TEMPLATES | {f"default/{name}": text for name, text in TEMPLATES.items()}
LANGUAGES = ["en", "zh-CN", "zh-TW", "ja", "ko", "ar", "he", "de", "fr", "es"]
NINE = datetime(2026, 3, 8, 9, 5, tzinfo=UTC)
"""A Sunday."""

WEEK = date(2026, 3, 2), date(2026, 3, 8)
MONTHS = date(2026, 6, 29), date(2026, 7, 5)
YEARS = date(2026, 12, 28), date(2027, 1, 3)


def frame(language):
    return Frame(site=replace(SITE, language=language), templates=PACKAGED)


def shapes(language):
    """Return what the wording says: each word's kind, name and arguments."""
    return set(re.findall(r"^{% (set|macro) ([a-z]\w*(?:\(.*?\))?)", TEMPLATES[f"words/{language}.txt"], re.MULTILINE))


def sizes(language):
    """Return the keys of each word that is a mapping, and the length of each that is a list."""
    said = vars(words(frame(language)))
    mappings = {name: list(word) for name, word in said.items() if isinstance(word, dict)}
    return mappings | {name: len(word) for name, word in said.items() if isinstance(word, list)}


# --- which there is ------------------------------------------------------------------------------


def test_every_wording_that_is_shipped_is_tried_here():
    shipped = {name for name in TEMPLATES if name.startswith("words/")}

    assert shipped == {f"words/{language}.txt" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_has_the_same_words_with_the_same_arguments(language):
    assert shapes(language) == shapes("en")
    assert sizes(language) == sizes("en")


@pytest.mark.parametrize(
    ("language", "wording"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh", "zh-CN"),
        ("zh-CN", "zh-CN"),
        ("zh-SG", "zh-CN"),
        ("zh-Hans", "zh-CN"),
        ("zh-Hans-HK", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("zh-MO", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh-Hant-CN", "zh-TW"),
        ("ja-JP", "ja"),
        ("ko-KR", "ko"),
        ("ar-EG", "ar"),
        ("he-IL", "he"),
        ("iw", "he"),
        ("de-AT", "de"),
        ("fr-CA", "fr"),
        ("es-419", "es"),
        ("pt", "en"),
        ("fa", "en"),
    ],
)
def test_a_language_is_served_by_the_nearest_wording_else_by_english(language, wording):
    assert words(frame(language)).language == wording


def test_a_sites_own_wording_of_a_region_goes_first():
    own = PACKAGED | {"words/zh-HK.txt": '{% set subscribe = "訂閱本報" %}'}

    said = words(Frame(site=replace(SITE, language="zh-HK"), templates=own))

    assert (said.subscribe, said.unsubscribe) == ("訂閱本報", "取消訂閱")


@pytest.mark.parametrize(
    ("language", "marked", "han"),
    [("zh-HK", "", "zh-Hant"), ("ja-JP", "", "ja"), ("ko", "", "ko"), ("ar-EG", "", ""), ("pt", "en", "")],
)
def test_a_message_marks_its_words_only_where_they_are_not_in_the_sites_language(language, marked, han):
    page, articles, _ = EDITIONS["english"]

    given = letter(page, articles, frame(language))

    assert (given.wording, given.han) == (marked, han)


# --- how it reads --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Sunday, 8 March 2026", "8 March 2026", "8 March", "March 2026", "09:05"]),
        ("zh-CN", ["2026年3月8日 星期日", "2026年3月8日", "3月8日", "2026年3月", "09:05"]),
        ("zh-TW", ["2026年3月8日 星期日", "2026年3月8日", "3月8日", "2026年3月", "09:05"]),
        ("ja", ["2026年3月8日（日）", "2026年3月8日", "3月8日", "2026年3月", "9:05"]),
        ("ko", ["2026년 3월 8일 일요일", "2026년 3월 8일", "3월 8일", "2026년 3월", "09:05"]),
        ("ar", ["الأحد 8 مارس 2026", "8 مارس 2026", "8 مارس", "مارس 2026", "09:05"]),
        ("he", ["יום ראשון, 8 במרץ 2026", "8 במרץ 2026", "8 במרץ", "מרץ 2026", "09:05"]),
        ("de", ["Sonntag, 8. März 2026", "8. März 2026", "8. März", "März 2026", "09:05 Uhr"]),
        ("fr", ["Dimanche 8 mars 2026", "8 mars 2026", "8 mars", "Mars 2026", "09h05"]),
        ("es", ["Domingo, 8 de marzo de 2026", "8 de marzo de 2026", "8 de marzo", "Marzo de 2026", "09:05"]),
    ],
)
def test_a_date_reads_as_papers_of_the_language_write_it(language, said):
    own = words(frame(language))

    dates = [write(NINE) for write in (own.day, own.short_day, own.day_and_month, own.month, own.time)]

    assert dates == said


@pytest.mark.parametrize(
    ("language", "week", "months", "years"),
    [
        ("en", "2–8 March 2026", "29 June – 5 July 2026", "28 December 2026 – 3 January 2027"),
        ("zh-CN", "2026年3月2日至8日", "2026年6月29日至7月5日", "2026年12月28日至2027年1月3日"),
        ("zh-TW", "2026年3月2日至8日", "2026年6月29日至7月5日", "2026年12月28日至2027年1月3日"),
        ("ja", "2026年3月2日～8日", "2026年6月29日～7月5日", "2026年12月28日～2027年1月3日"),
        ("ko", "2026년 3월 2~8일", "2026년 6월 29일~7월 5일", "2026년 12월 28일~2027년 1월 3일"),
        ("ar", "من 2 إلى 8 مارس 2026", "من 29 يونيو إلى 5 يوليو 2026", "من 28 ديسمبر 2026 إلى 3 يناير 2027"),
        ("he", "2–8 במרץ 2026", "29 ביוני – 5 ביולי 2026", "28 בדצמבר 2026 – 3 בינואר 2027"),
        ("de", "2.–8. März 2026", "29. Juni – 5. Juli 2026", "28. Dezember 2026 – 3. Januar 2027"),
        ("fr", "Du 2 au 8 mars 2026", "Du 29 juin au 5 juillet 2026", "Du 28 décembre 2026 au 3 janvier 2027"),
        (
            "es",
            "Del 2 al 8 de marzo de 2026",
            "Del 29 de junio al 5 de julio de 2026",
            "Del 28 de diciembre de 2026 al 3 de enero de 2027",
        ),
    ],
)
def test_days_say_their_month_and_year_once_where_the_language_does(language, week, months, years):
    said = words(frame(language))

    assert (said.days(*WEEK), said.days(*MONTHS), said.days(*YEARS)) == (week, months, years)


def test_the_first_of_a_month_is_premier_in_french():
    said = words(frame("fr"))

    assert said.day(date(2026, 3, 1)) == "Dimanche 1er mars 2026"
    assert said.days(date(2026, 6, 1), date(2026, 6, 30)) == "Du 1er au 30 juin 2026"


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("en", ["1 entry", "2 entries", "3 entries", "11 entries", "100 entries", "103 entries"]),
        ("zh-CN", ["1 条", "2 条", "3 条", "11 条", "100 条", "103 条"]),
        ("zh-TW", ["1 則", "2 則", "3 則", "11 則", "100 則", "103 則"]),
        ("ja", ["1件", "2件", "3件", "11件", "100件", "103件"]),
        ("ko", ["1건", "2건", "3건", "11건", "100건", "103건"]),
        ("ar", ["مادة واحدة", "مادتان", "3 مواد", "11 مادة", "100 مادة", "103 مواد"]),
        ("he", ["כתבה אחת", "שתי כתבות", "3 כתבות", "11 כתבות", "100 כתבות", "103 כתבות"]),
        ("de", ["1 Beitrag", "2 Beiträge", "3 Beiträge", "11 Beiträge", "100 Beiträge", "103 Beiträge"]),
        ("fr", ["1 article", "2 articles", "3 articles", "11 articles", "100 articles", "103 articles"]),
        ("es", ["1 artículo", "2 artículos", "3 artículos", "11 artículos", "100 artículos", "103 artículos"]),
    ],
)
def test_a_count_has_the_plural_of_the_language(language, counted):
    said = words(frame(language))

    assert [said.entries(count) for count in (1, 2, 3, 11, 100, 103)] == counted


def test_editions_in_arabic_have_the_accusative_from_11_to_99():
    said = words(frame("ar"))

    counted = [said.editions(count) for count in (1, 2, 10, 11, 99, 100, 102, 110, 111)]

    assert counted == [
        "عدد واحد",
        "عددان",
        "10 أعداد",
        "11 عددًا",
        "99 عددًا",
        "100 عدد",
        "102 عدد",
        "110 أعداد",
        "111 عددًا",
    ]


@pytest.mark.parametrize(
    ("language", "one", "two", "three"),
    [
        ("en", "1 more in A", "2 more in A", "3 more in A"),
        ("zh-CN", "“A”还有 1 条", "“A”还有 2 条", "“A”还有 3 条"),
        ("zh-TW", "「A」還有 1 則", "「A」還有 2 則", "「A」還有 3 則"),
        ("ja", "「A」の残り1件", "「A」の残り2件", "「A」の残り3件"),
        ("ko", "‘A’에서 1건 더 보기", "‘A’에서 2건 더 보기", "‘A’에서 3건 더 보기"),
        ("ar", "مادة أخرى في «A»", "مادتان أخريان في «A»", "3 مواد أخرى في «A»"),
        ("he", "עוד כתבה אחת במדור ”A”", "עוד שתי כתבות במדור ”A”", "עוד 3 כתבות במדור ”A”"),
        ("de", "1 weiterer Beitrag in „A“", "2 weitere Beiträge in „A“", "3 weitere Beiträge in „A“"),
        (
            "fr",
            "1 autre article dans «\u00a0A\u00a0»",
            "2 autres articles dans «\u00a0A\u00a0»",
            "3 autres articles dans «\u00a0A\u00a0»",
        ),
        ("es", "1 artículo más en «A»", "2 artículos más en «A»", "3 artículos más en «A»"),
    ],
)
def test_what_was_left_out_of_a_section_is_counted_in_a_sentence(language, one, two, three):
    said = words(frame(language))

    assert [said.more_in(count, "A") for count in (1, 2, 3)] == [one, two, three]


@pytest.mark.parametrize(
    ("language", "sentence", "without"),
    [
        ("en", "You get this because you subscribed to A from B.", "You get this because you subscribed to A."),
        ("zh-CN", "您收到此邮件，是因为您订阅了B的“A”。", "您收到此邮件，是因为您订阅了“A”。"),
        ("zh-TW", "您收到這封信，是因為您訂閱了B的「A」。", "您收到這封信，是因為您訂閱了「A」。"),
        (
            "ja",
            "このメールは、Bの「A」を購読されている方にお送りしています。",
            "このメールは、「A」を購読されている方にお送りしています。",
        ),
        ("ko", "이 메일은 B의 ‘A’ 구독자께 보내 드립니다.", "이 메일은 ‘A’ 구독자께 보내 드립니다."),
        ("ar", "تصلك هذه الرسالة لاشتراكك في «A» من B.", "تصلك هذه الرسالة لاشتراكك في «A»."),
        ("he", "ההודעה נשלחה אליך כי נרשמת ל”A” של B.", "ההודעה נשלחה אליך כי נרשמת ל”A”."),
        (
            "de",
            "Sie erhalten diese E-Mail, weil Sie „A“ von B abonniert haben.",
            "Sie erhalten diese E-Mail, weil Sie „A“ abonniert haben.",
        ),
        (
            "fr",
            "B vous envoie ce message en raison de votre abonnement à «\u00a0A\u00a0».",
            "Vous recevez ce message en raison de votre abonnement à «\u00a0A\u00a0».",
        ),
        (
            "es",
            "Recibe este mensaje porque se suscribió a «A», de B.",
            "Recibe este mensaje porque se suscribió a «A».",
        ),
    ],
)
def test_a_message_says_why_it_came_with_its_publisher_or_without(language, sentence, without):
    said = words(frame(language))

    assert (said.mail_why("A", "B"), said.mail_why("A", "")) == (sentence, without)
