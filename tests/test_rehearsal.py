"""What `feeds check` says of the templates by which nothing is published, but people are answered."""

import pytest
from postbags import at, site
from test_web_pages import quay_at

from feeds.build import check
from feeds.reports import Wishes


@pytest.fixture(scope="module")
def quay(tmp_path_factory):
    """Give a site with a public part."""
    return quay_at(tmp_path_factory.mktemp("checked") / "quay")


MISTAKEN = "\n{{ nothing.here }}"


def checked(quay, own):
    """Return what cannot be made with the templates *own*, texts by name: why, each reason once, and all of it."""
    for name, text in own.items():
        (quay / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        (quay / "templates" / name).write_text(text)
    report = check(quay, Wishes(now=at("4 08:00"), jobs=1))
    for name in own:
        (quay / "templates" / name).unlink()
    reasons = [f"{one.place}: {one.message}" for one in report.diagnostics if one.code == "not-made"]
    return [reason.partition(", and what")[0] for reason in reasons], report.failed


def test_the_packaged_templates_can_all_be_made(quay):
    assert checked(quay, {}) == ([], ())


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("subscribe.html", "the public page `subscribe`"),
        ("preferences.html", "the public page `preferences`"),
        ("confirm.html", "the mail to confirm"),
        ("confirm.txt", "the mail to confirm"),
    ],
)
def test_a_mistake_that_would_show_when_somebody_asks_is_told_before(quay, name, cost):
    told, failed = checked(quay, {name: MISTAKEN})

    assert (told, failed) == ([f"templates/{name}:2: 'nothing' is undefined; {cost} could not be made"], (cost,))


@pytest.mark.parametrize(("name", "count"), [("answer.html", 11), ("apart.html", 13)])
def test_a_mistake_of_many_pages_is_told_once(quay, name, count):
    (told,), failed = checked(quay, {name: MISTAKEN})

    assert told == f"templates/{name}:2: 'nothing' is undefined; {failed[0]} and {count - 1} more could not be made"
    assert len(failed) == count


def test_a_mistake_in_the_form_is_one_of_the_front_page_too(quay):
    (told,), failed = checked(quay, {"form.html": MISTAKEN})

    assert told.startswith("templates/form.html:2: 'nothing' is undefined; out/index.html and ")
    assert {"the public page `subscribe`", "the public page `preferences`"} < set(failed)


def test_words_of_a_language_that_only_readers_choose_are_tried_too(quay):
    told, failed = checked(quay, {"words/de.txt": "{% set saved = nothing.here %}"})

    assert (told[0][:45], len(failed)) == ("templates/words/de.txt:1: 'nothing' is undefi", 14)


def test_a_site_without_a_public_part_is_spared_its_templates(tmp_path):
    quay = site(tmp_path / "quay", [3])

    assert checked(quay, {"subscribe.html": MISTAKEN}) == ([], ())
