import pytest

from feeds.whereabouts import Known, language, timezone


def machine(folder, *, timezone="", localtime=""):
    """Make *folder* the `/etc` of a machine."""
    if timezone:
        (folder / "timezone").write_text(timezone)
    if localtime:
        (folder / "localtime").symlink_to(localtime)
    return folder


@pytest.mark.parametrize(
    ("tz", "files", "zone"),
    [
        ("Europe/Berlin", {"timezone": "Asia/Tokyo\n"}, ("Europe/Berlin", "TZ")),
        (":Europe/Berlin", {}, ("Europe/Berlin", "TZ")),
        ("/usr/share/zoneinfo/posix/Europe/Berlin", {}, ("Europe/Berlin", "TZ")),
        ("CET-1CEST", {"timezone": "Asia/Tokyo\n"}, ("Asia/Tokyo", "timezone")),
        (
            "",
            {"timezone": "Mars/Olympus", "localtime": "../usr/share/zoneinfo/Asia/Tokyo"},
            ("Asia/Tokyo", "localtime"),
        ),
        ("", {"localtime": "/usr/share/zoneinfo/Etc/UTC"}, ("UTC", "localtime")),
        ("", {}, ("UTC", "default")),
    ],
)
def test_the_zone_is_what_the_machine_says_first(tmp_path, tz, files, zone):
    known = timezone({"TZ": tz} if tz else {}, machine(tmp_path, **files))

    assert (known.value, known.place.rpartition("/")[2]) == zone


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"LANG": "pt_BR.UTF-8"}, Known("pt-BR", "LANG")),
        ({"LANG": "de_DE", "LC_MESSAGES": "fr_CA@euro"}, Known("fr-CA", "LC_MESSAGES")),
        ({"LANG": "de_DE", "LC_ALL": "C.UTF-8"}, Known("en", "default")),
        ({"LANG": ""}, Known("en", "default")),
        ({}, Known("en", "default")),
    ],
)
def test_the_language_is_that_of_the_locale_if_it_names_one(environment, found):
    assert language(environment) == found
