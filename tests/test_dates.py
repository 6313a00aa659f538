from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.dates import DatedName, DateError, Moment, date_in_name, parse_date

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEVEN = datetime(2022, 1, 2, 23, 0, 29, tzinfo=UTC)
MIDNIGHT = datetime(2022, 1, 2, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-03 07:00:29 +0800",
        "2022-01-03 07:00:29 +08:00",
        "2022-01-03 07:00:29 +8",
        "2022-01-03 7:00:29 +0800",
        "2022-01-03T07:00:29+08:00",
        "2022-01-02T23:00:29Z",
        "2022-01-02T23:00:29.999Z",
        "20220102T230029Z",
        "2022-01-03 07:00:29 2022 +0800",
        "2022-01-03 07:00:29 Asia/Shanghai",
        "2022-01-03T07:00:29+08:00[Asia/Shanghai]",
        "2022-01-03 07:00:29 +0800 CST",
        "2022-01-02 23:00:29 UTC",
        "2022-01-02 18:00:29 EST",
        "Sun, 02 Jan 2022 23:00:29 GMT",
        "02 Jan 2022 23:00:29 +0000",
        "Mon Jan 03 2022 07:00:29 GMT+0800 (China Standard Time)",
        "1641164429",
        "1641164429000",
    ],
)
def test_a_date_with_a_zone_is_the_same_instant_in_every_spelling(text):
    moment = parse_date(text, ZoneInfo("America/New_York"))

    assert moment == Moment(instant=SEVEN, has_zone=True, has_time=True)


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-03 07:00:29",
        "2022-01-03T07:00:29",
        "2022/1/3 7:00:29",
        "2022-01-03_07:00:29",
        "20220103070029",
        "2022年1月3日 07:00:29",
        "2022年1月3日 7时00分29秒",
        "Jan 3, 2022 at 7:00:29 AM",
        "Monday, 3 January 2022, 07:00:29",
        '"2022-01-03 07:00:29"',
    ],
)
def test_a_date_without_a_zone_is_in_the_sites(text):
    moment = parse_date(text, SHANGHAI)

    assert moment == Moment(instant=SEVEN, has_zone=False, has_time=True)


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-03",
        "2022-1-3",
        "2022-1-03",
        "2022/01/03",
        "2022.01.03",
        "20220103",
        "2022-W01-1",
        "2022年01月03日",
        "Jan 03 2022",
        "Jan. 3, 2022",
        "January 3rd, 2022",
        "3 January 2022",
        "03-Jan-2022",
        "  2022-01-03\n",
    ],
)
def test_a_day_begins_at_its_midnight_in_the_sites_zone(text):
    moment = parse_date(text, SHANGHAI)

    assert moment == Moment(instant=MIDNIGHT, has_zone=False, has_time=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-13-31", "the month must be 1 to 12, not 13"),
        ("2023-02-31", "the day must be 1 to 28 in February 2023, not 31"),
        ("2024-01-00", "the day must be 1 to 31, not 0"),
        ("2022-01-03 24:00:00 +0800", "the hour must be 0 to 23, not 24"),
        ("2022-01-03 07:60", "the minute must be 0 to 59, not 60"),
        ("2022-01-03 23:59:60", "the second must be 0 to 59, not 60"),
        ("2022-01-03 13:00 pm", "the hour must be 1 to 12, not 13"),
        ("2022-01-03 07:00:29 +2500", "the offset must be -14:00 to +14:00, not +2500"),
        ("2022-01-03 07:00:29 +0875", "the minutes of the offset must be 0 to 59, not 75"),
        ("2021-W53-1", "the year 2021 has no week 53"),
        ("3 Brumaire 2022", "`Brumaire` is no month"),
        ("0001-01-01T00:00:00+13:00", "the year 1 is too far away"),
        ("9999-12-31T23:00:00Z", "the year 9999 is too far away"),
        ("2024-01", "the day is missing"),
        ("2024", "the day is missing"),
        ("", "it is empty"),
        (" +0800", "`+0800` has no year, month and day that can be told apart"),
        ("<% tp.date.now() %>", "`<% tp.date.now() %>` has no year, month and day that can be told apart"),
        ("202205262391921712", "`202205262391921712` has no year, month and day that can be told apart"),
        ("2022-01-03 soon", "`soon` is neither a time nor a time zone"),
        ("2022-01-03 07:00 Mars/Base", "there is no time zone `Mars/Base`"),
        ("2022-01-03 07:00 CST", "`CST` is the name of several time zones"),
        ("2" * 101, "it is too long for a date"),
    ],
)
def test_what_cannot_be_a_date_is_refused_with_the_part_that_is_wrong(text, message):
    with pytest.raises(DateError) as error:
        parse_date(text, SHANGHAI)

    assert error.value.message == message


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("05/01/2024", "write the year first: 2024-01-05 or 2024-05-01"),
        ("13.1.2024", "write the year first: 2024-01-13"),
        ("02-02-2024", "write the year first: 2024-02-02"),
    ],
)
def test_a_date_that_can_be_read_in_two_ways_is_refused_with_both(text, help_):
    with pytest.raises(DateError) as error:
        parse_date(text, SHANGHAI)

    assert error.value.help == help_


def test_of_two_local_times_the_first_is_meant():
    moment = parse_date("2024-11-03 01:30", ZoneInfo("America/New_York"))

    assert moment.instant == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(("half", "hour"), [("12:30 AM", 0), ("1:30 a.m.", 1), ("12:30 pm", 12), ("11:30PM", 23)])
def test_noon_is_12_pm(half, hour):
    moment = parse_date(f"Jan 3, 2022 {half}", ZoneInfo("UTC"))

    assert moment.instant == datetime(2022, 1, 3, hour, 30, tzinfo=UTC)


def test_a_local_time_that_a_clock_change_leaves_out_counts_as_if_the_clock_had_not_changed():
    moment = parse_date("2024-03-10 02:30", ZoneInfo("America/New_York"))

    assert moment.instant == datetime(2024, 3, 10, 7, 30, tzinfo=UTC)


@given(st.text() | st.from_regex(r"[0-9TZ:/+\-., ]{1,30}", fullmatch=True))
def test_any_text_is_a_date_that_every_zone_can_show_or_is_refused(text):
    try:
        instant = parse_date(text, SHANGHAI).instant
    except DateError as error:
        instant = None if error.message and error.help else pytest.fail("says nothing")

    assert instant is None or instant.astimezone(ZoneInfo("Etc/GMT+12")) == instant.astimezone(SHANGHAI)


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - local
def test_the_usual_form_is_read_as_any_other(local, minutes):
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    text = local.isoformat(" ", "seconds")

    assert parse_date(text, SHANGHAI) == parse_date(f"{text} ", SHANGHAI)
    assert parse_date(f"{text}{offset}", SHANGHAI) == parse_date(f" {text} {offset}", SHANGHAI)
    assert parse_date(text[:10], SHANGHAI) == parse_date(f"{text[:10]} ", SHANGHAI)


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - local
def test_the_seeds_form_is_read_as_the_instant_it_was_written_from(local, minutes):
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    text = f"{local:%Y-%m-%d %H:%M:%S} {offset}"

    moment = parse_date(text, SHANGHAI)

    assert moment.instant == datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")


@pytest.mark.parametrize(
    ("name", "date", "rest"),
    [
        ("2022-01-03-slug", "2022-01-03", "slug"),
        ("2022-1-3-slug", "2022-1-3", "slug"),
        ("2022_01_03", "2022-01-03", ""),
        ("2022_01_03_slug", "2022-01-03", "slug"),
        ("20220103 title", "2022-01-03", "title"),
        ("2023-06-15-26-pages", "2023-06-15", "26-pages"),
        ("2022-05-26-NW202205262391921712", "2022-05-26", "NW202205262391921712"),
        ("2024/05/07/slug", "2024-05-07", "slug"),
        ("/2024/05/07/", "2024-05-07", ""),
        ("posts/2022-01-03-slug.md", "2022-01-03", "slug"),
        ("talks/2022-01-03/index.html", "2022-01-03", "index"),
        ("issue-of-2022-01-03", "2022-01-03", "issue-of"),
        ("2021-01-01/2022-01-03-slug", "2022-01-03", "slug"),
        ("2022-01-03新闻", "2022-01-03", "新闻"),
        ("2022-13-45-slug", "2022-13-45", "slug"),
    ],
)
def test_a_name_gives_its_date_and_the_rest(name, date, rest):
    assert date_in_name(name) == DatedName(date=date, rest=rest)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "slug",
        "202205262391921712",
        "-202205262391921712",
        "12345678 x",
        "20221399",
        "2022-01-032-x",
        "a-2022-99-99",
    ],
)
def test_a_name_without_a_date_has_none(name):
    assert date_in_name(name) is None
