from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from feeds.model import short_hash
from feeds.slugs import assigned, slug


def test_letters_marks_and_digits_of_any_script_stay():
    names = ["萍乡日报", "Career In touxingPEVC", "anxin(xianggang)", "C++ & C#", "नमस्ते 9", "Straße"]

    slugs = [slug(name) for name in names]

    assert slugs == ["萍乡日报", "career-in-touxingpevc", "anxin-xianggang", "c-c", "नमस्ते-9", "strasse"]


def test_normal_forms_and_case_make_no_difference():
    composed, decomposed, upper = "Café", "Cafe\u0301", "CAFÉ"

    slugs = {slug(composed), slug(decomposed), slug(upper)}

    assert slugs == {"café"}


def test_a_slug_is_cut_at_a_character():
    name = "报" * 27

    made = slug(name)

    assert made == "报" * 26


def test_a_name_without_letters_is_told_apart_by_a_hash():
    names = ["..", ".", "/", "🎉", ""]

    slugs = [slug(name) for name in names]

    assert slugs == [short_hash(name) for name in names]


def test_a_path_keeps_only_its_letters_and_a_device_gets_a_hash():
    names = ["../../etc", "NUL", "com¹"]

    slugs = [slug(name) for name in names]

    assert slugs == ["etc", "nul-" + short_hash("NUL"), "com¹-" + short_hash("com¹")]


def test_the_first_of_two_that_would_share_a_slug_keeps_it():
    names = ["TechWeb", "Techweb", "techweb news"]

    slugs = assigned(names, {})

    assert slugs == {
        "TechWeb": "techweb",
        "Techweb": "techweb-" + short_hash("Techweb"),
        "techweb news": "techweb-news",
    }


def test_a_slug_from_the_configuration_is_nobody_elses():
    names = ["News", "Old News"]

    slugs = assigned(names, {"Old News": "news"})

    assert slugs == {"Old News": "news", "News": "news-" + short_hash("News")}


def test_a_slug_from_the_configuration_is_nobody_elses_in_any_case():
    slugs = assigned(["city"], {"Town": "City"})

    assert slugs["city"] == "city-" + short_hash("city")


def test_a_slug_from_the_configuration_is_nobody_elses_in_any_normal_form():
    slugs = assigned(["Ϊ\u0301"], {"Iota": "\u0390"})

    assert slugs["Ϊ\u0301"] == "\u0390-" + short_hash("Ϊ\u0301")


def test_a_name_that_is_written_like_anothers_slug_costs_nobody_theirs():
    rival = "city-" + short_hash("City")

    slugs = assigned(["city", rival, "City"], {})

    assert slugs == {"city": "city", rival: rival, "City": "city-" + short_hash("City ")}


@given(st.lists(st.text("aAß ᾳ\u0303\u0345-¹", max_size=4), max_size=5), st.data())
def test_no_two_names_share_a_slug_and_a_new_name_moves_none(names, data):
    rivals = [f"{slug(name)}-{short_hash(other)}" for name in names for other in names]
    every = data.draw(st.permutations(names + rivals))

    slugs = assigned(every, {})

    assert len({folder.casefold() for folder in slugs.values()}) == len(set(every))
    assert assigned(every[:-1], {}).items() <= slugs.items()


@given(st.text())
def test_every_name_has_a_slug_that_any_disk_takes(name):
    made = slug(name)

    assert made == slug(made) == slug(normalize("NFD", name))
    assert made not in {"", ".", ".."}
    assert len(made.encode()) <= 92
    assert not set(made) & set('/\\:*?"<>|\0 ')
