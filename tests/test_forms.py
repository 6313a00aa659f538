"""The pages where people subscribe, choose and leave; and the form on the site's own pages."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from form_samples import ADA, ALONE, FORMS, FRAME, GONE, MANY, PACKAGED, SITE, TEMPLATES, TOKEN, TOPICS, TYPED
from selectolax.lexbor import LexborHTMLParser

from feeds.forms import Form, Kind, Topic
from feeds.render import forms, pages
from feeds.render._templates import languages
from feeds.subscribers import Status, Subscriber
from feeds.targets import Copied, FeedLink, FeedList, Frame, FrontPage

LANGUAGES = ["ar", "de", "en", "es", "fr", "he", "ja", "ko", "zh-CN", "zh-TW"]
LINKS = 'a[href]:not([rel="external"])'
"""All but the one to the website, which is elsewhere."""


def html_of(form, site=SITE, **own):
    return forms.render(form, Frame(site=site, templates=PACKAGED | own)).decode()


def page_of(form, site=SITE):
    return LexborHTMLParser(html_of(form, site))


def values(page, selector, name="value"):
    return [node.attributes.get(name) for node in page.css(selector)]


def texts(page, selector):
    return [" ".join(node.text().split()) for node in page.css(selector)]


def every(name="form"):
    return pytest.mark.parametrize(name, FORMS.values(), ids=FORMS)


# --- every page ----------------------------------------------------------------------------------


@every()
def test_a_page_has_a_heading_a_title_and_landmarks_and_says_no_none(form):
    page = page_of(form)
    (heading,) = texts(page, "h1")

    assert texts(page, "title")[0].endswith(f"{heading} – The Quay")
    assert [len(page.css(tag)) for tag in ("header", "main", "footer", "nav")] == [1, 1, 1, 1]
    assert "None" not in page.html


@every()
def test_a_page_is_found_by_no_search_and_tells_no_other_site_where_one_comes_from(form):
    page = page_of(form)

    assert values(page, "meta[name=robots]", "content") == ["noindex"]
    assert values(page, "meta[name=referrer]", "content") == ["same-origin"]
    assert page.css("link[rel=canonical], link[rel=alternate]") == []


@every()
def test_a_page_may_post_to_its_own_server_and_fetch_from_it_and_nothing_else(form):
    page = page_of(form)

    assert values(page, "meta[http-equiv]", "content") == [
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
    ]
    assert page.css("script, img, iframe, style, [src], [style]") == []
    assert len(page.css("link")) == 1


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_links_lead_up_to_where_the_public_part_begins(depth):
    page = page_of(replace(FORMS["gone"], depth=depth))
    here = f"https://mail.example.org/at/{'x/' * depth}x"

    found = [urljoin(here, link) for link in values(page, f"link, {LINKS}", "href") if link[0] != "#"]

    assert found[0] == "https://mail.example.org/at/style.css"
    assert "https://mail.example.org/at/subscribe" in found
    assert [link for link in found if not link.startswith("https://mail.example.org/at/")] == []


@every()
def test_every_form_is_posted_to_the_page_it_stands_on(form):
    page = page_of(form)

    assert set(values(page, "form", "method")) <= {"post"}
    assert set(values(page, "form", "action")) <= ({"subscribe"} if form.kind is Kind.SUBSCRIBE else {None})


@every()
def test_every_field_has_a_label_and_what_describes_it_is_there(form):
    page = page_of(form)
    named = {f"#{name}" for name in values(page, "label", "for") if name}
    described = " ".join(values(page, "[aria-describedby]", "aria-describedby")).split()

    assert [field.html for field in page.css("input:not(label input), select") if f"#{field.id}" not in named] == []
    assert [name for name in described if len(page.css(f"#{name}")) != 1] == []


@every()
def test_a_token_stands_in_links_to_its_own_pages_and_nowhere_else(form):
    page = page_of(form)

    linked = [link for link in values(page, "a", "href") if TOKEN in link]
    assert page.html.count(TOKEN) == len(linked)
    assert set(linked) <= {f"../p/{TOKEN}"}


@every()
def test_an_address_is_shown_to_who_typed_it_and_to_nobody_who_has_a_link(form):
    assert (ADA.address in html_of(form)) == (form.kind is Kind.ASKED)


@every()
def test_text_that_was_typed_is_text(form):
    hostile = "</option><script>alert('1')</script> \"&"
    person = replace(form.person, address=hostile, categories=(hostile,), language=hostile, timezone=hostile)

    page = page_of(replace(form, person=person, token=hostile, digest=hostile))

    assert page.css("script") == []
    assert len(page.css("form")) == len(page_of(form).css("form"))


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    return str(tmp_path_factory.mktemp("made") / "workshop")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language(workshop, language):
    frame = Frame(site=replace(SITE, language=language), templates=PACKAGED, workshop=workshop)

    made = {name: LexborHTMLParser(forms.render(form, frame).decode()) for name, form in FORMS.items()}

    assert {page.root.attributes["lang"] for page in made.values()} == {language}
    assert len({texts(page, "main")[0] for page in made.values()}) == len(FORMS)
    assert [name for name, page in made.items() if "None" in page.html or not texts(page, "h1")[0]] == []


def test_without_a_wording_a_page_is_in_english_and_says_so():
    page = page_of(FORMS["busy"], replace(SITE, language="pt"))

    assert (values(page, "html", "lang"), values(page, "body", "lang")) == (["pt"], ["en"])


def test_a_block_of_the_site_counts_on_these_pages_too():
    own = {"base.html": '{% extends "default/base.html" %}{% block colophon %}<li>By hand</li>{% endblock %}'}

    assert "<li>By hand</li>" in html_of(FORMS["leave"], **own)


# --- to subscribe --------------------------------------------------------------------------------


def test_the_form_asks_for_an_address_digests_and_categories():
    page = page_of(FORMS["subscribe"])

    assert values(page, "main input", "name") == [
        "email",
        "digest",
        "digest",
        "category",
        "category",
        "category",
        "website",
    ]
    assert values(page, "[name=digest][checked]") == ["daily"]
    assert values(page, "[name=category]") == ["port", "科学", "a&b"]
    assert texts(page, ".tick") == ["Daily digest", "Harbour & Sea", "The Port", "科学", "<Tides> & more"]
    assert page.css("[name=category][checked], details, [autofocus], [aria-invalid]") == []
    assert texts(page, "#_category") == ["If you tick none, you get all of them."]


def test_the_field_for_the_address_helps_to_type_one():
    given = page_of(FORMS["subscribe"]).css_first("[name=email]").attributes

    assert given == {
        "id": "_email",
        "type": "email",
        "name": "email",
        "dir": "ltr",
        "required": None,
        "autocomplete": "email",
        "inputmode": "email",
        "enterkeyhint": "send",
        "autocapitalize": "none",
        "spellcheck": "false",
        "aria-describedby": "_next",
    }


def test_a_site_with_one_digest_asks_for_none():
    page = page_of(Form(kind=Kind.SUBSCRIBE), ALONE)

    assert values(page, "main input", "name") == ["email", "website"]


def test_more_than_eight_categories_are_folded_away_until_one_is_chosen():
    people = (Subscriber(id="", address="", categories=chosen) for chosen in ((), ("t3",)))
    folded, open_ = (page_of(Form(kind=Kind.SUBSCRIBE, topics=MANY, person=person)) for person in people)

    assert (texts(folded, "details summary"), len(folded.css("details [name=category]"))) == (["Categories"], 9)
    assert (len(folded.css("details[open]")), len(open_.css("details[open]"))) == (0, 1)


def test_what_was_typed_stands_in_the_fields_again_with_the_problem_at_its_field():
    page = page_of(Form(kind=Kind.SUBSCRIBE, topics=TOPICS, person=TYPED, problem="address"))
    field = page.css_first("[name=email]").attributes

    assert (field["value"], field["aria-invalid"], field["aria-describedby"]) == (
        TYPED.address,
        "true",
        "_problem _next",
    )
    assert texts(page, "#_problem")[0].startswith("No mail can be sent to this address.")
    assert values(page, "[checked]") == ["sea", "科学"]


def test_the_field_for_machines_is_neither_seen_nor_heard_nor_reached_by_people():
    page = page_of(FORMS["subscribe"])
    (field,) = page.css('.unseen[aria-hidden="true"] input')

    assert field.attributes == {"name": "website", "tabindex": "-1", "autocomplete": "off"}
    assert ".unseen { position: absolute; width: 1px;" in TEMPLATES["style.css"]


def test_the_answer_is_the_same_whoever_has_the_address():
    asked = FORMS["asked"]

    answers = {html_of(replace(asked, person=replace(asked.person, status=status))) for status in Status}

    assert len(answers) == 1


# --- to confirm, and to leave --------------------------------------------------------------------


def test_who_confirms_sees_what_they_get_and_one_button():
    page = page_of(FORMS["confirm"])

    assert texts(page, "dt") == ["Digests", "Categories"]
    assert texts(page, "dd") == ["Harbour & Sea", "科学"]
    assert texts(page, "main button, main a") == ["Yes, subscribe me"]


def test_nothing_chosen_is_all():
    page = page_of(replace(FORMS["confirm"], person=replace(ADA, digests=(), categories=())))

    assert texts(page, "dd") == ["Daily digest", "Harbour & Sea", "All"]


@pytest.mark.parametrize(
    ("digest", "asked"),
    [
        ("sea", "Do you no longer want to get “Harbour & Sea” by e-mail?"),
        ("daily", "Do you no longer want to get “Daily digest” by e-mail?"),
        ("", "Do you no longer want to get “The Quay” by e-mail?"),
        ("was-there", "Do you no longer want to get “was-there” by e-mail?"),
    ],
)
def test_who_leaves_is_asked_by_name_with_one_button_and_a_way_to_choose(digest, asked):
    page = page_of(replace(FORMS["leave"], digest=digest))

    assert texts(page, "main p")[0] == asked
    assert (texts(page, "main button"), values(page, "main button", "name")) == (["Unsubscribe"], [None])
    assert values(page, "main a", "href") == [f"../p/{TOKEN}"]


@pytest.mark.parametrize(
    ("form", "link"),
    [
        (FORMS["left"], f"../p/{TOKEN}"),
        (FORMS["left-all"], "../subscribe"),
        (replace(FORMS["leave"], person=GONE), None),
        (FORMS["confirmed"], f"../p/{TOKEN}"),
        (replace(FORMS["confirmed"], token=""), "../index.html"),
        (FORMS["gone"], "subscribe"),
        (FORMS["mistaken"], "subscribe"),
        (FORMS["nothing"], "index.html"),
        (FORMS["busy"], "index.html"),
    ],
)
def test_a_page_leads_on_to_one_place_at_most(form, link):
    assert values(page_of(form), "main a", "href") == ([link] if link else [])


# --- preferences ---------------------------------------------------------------------------------


def test_preferences_show_what_is_chosen():
    page = page_of(FORMS["preferences"])

    assert values(page, "main [name]", "name") == [
        *("digest", "digest", "category", "category", "category", "hour", "timezone", "language", "leave")
    ]
    assert values(page, "[checked], [selected]") == ["sea", "科学", "7", "Europe/Berlin", "ja"]
    assert texts(page, "#_digest") == ["If you tick none, you unsubscribe."]
    assert page.css("[role=status]") == []


def test_who_chose_nothing_has_every_digest_and_what_the_site_has():
    page = page_of(
        replace(
            FORMS["preferences"],
            person=replace(GONE, status=Status.ACTIVE, digests=(), categories=(), hour=None, timezone="", language=""),
        )
    )

    assert values(page, "[checked]") == ["daily", "sea"]
    assert page.css("[selected]") == []
    assert [select.css_first("option").attributes["value"] for select in page.css("select")] == ["", "", ""]
    assert [texts(select, "option")[0] for select in page.css("select")] == [
        "As soon as it is published",
        "As the site: Europe/London",
        "As the site",
    ]


def test_a_site_with_one_digest_shows_it_here_for_to_untick_it_is_to_leave():
    page = page_of(FORMS["preferences"], ALONE)

    assert values(page, "[name=digest]") == ["daily"]


def test_to_leave_everything_is_a_form_of_its_own():
    fields, way_out = page_of(FORMS["preferences"]).css("main form")

    assert fields.css("[name=leave]") == []
    assert [node.attributes for node in way_out.css("[name]")] == [{"class": "quiet", "name": "leave", "value": "all"}]


def test_time_zones_stand_by_their_part_of_the_world():
    page = page_of(FORMS["preferences"])

    assert values(page, "optgroup", "label") == [
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    ]
    assert texts(page, '[value="America/Argentina/Buenos_Aires"]') == ["Argentina/Buenos Aires"]
    assert len(page.css("#_zone option")) > 400


@pytest.mark.parametrize(
    ("person", "kept"),
    [
        (replace(ADA, timezone="Etc/GMT+5"), "Etc/GMT+5"),
        (replace(ADA, timezone="UTC"), "UTC"),
        (replace(ADA, language="pt-BR"), "pt-BR"),
        (replace(ADA, categories=("closed",)), "closed"),
    ],
)
def test_what_was_chosen_and_can_be_no_more_stays_chosen(person, kept):
    page = page_of(replace(FORMS["preferences"], person=person))

    assert kept in values(page, "[checked], [selected]")


def test_every_language_is_called_as_it_calls_itself():
    page = page_of(FORMS["preferences"])

    assert values(page, "#_language option", "lang")[1:] == LANGUAGES
    assert texts(page, "#_language option")[1:] == [
        *("العربية", "Deutsch", "English", "Español", "Français", "עברית", "日本語", "한국어", "简体中文", "繁體中文")
    ]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"words/pt.txt": '{% set save = "Salvar" %}'}, ("pt", "pt")),
        ({"words/pt.txt": '{% set language_name = "Português" %}'}, ("pt", "Português")),
        ({"words/de-AT.txt": '{% set digests = "Briefe" %}'}, ("de-AT", "de-AT")),
        ({"words/de.txt": '{% set digests = "Briefe" %}'}, ("de", "Deutsch")),
    ],
)
def test_a_wording_of_the_sites_own_is_called_by_its_tag_unless_it_says_how(own, said):
    frame = replace(FRAME, templates=PACKAGED | own)

    assert said in languages(frame)


def test_what_is_saved_is_said_and_heard():
    page = page_of(FORMS["saved"])

    assert texts(page, "[role=status]") == ["Your preferences are saved."]
    assert texts(page, "title") == ["Your preferences are saved. – Preferences – The Quay"]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ACTIVE])
def test_who_gets_no_mail_has_nothing_to_choose_and_a_way_back(status):
    page = page_of(replace(FORMS["preferences"], person=replace(ADA, status=status)))

    assert page.css("form") == []
    assert values(page, "main a", "href") == ["../subscribe"]


# --- on the site's own pages ---------------------------------------------------------------------


ORIGIN = "https://mail.example.org"
BELOW = replace(SITE, mail=replace(SITE.mail, public_url=f"{ORIGIN}/letters/"))
WITHOUT = replace(SITE, mail=replace(SITE.mail, public_url=""))
FEED = FeedLink(kind="digest", name="", page="digest/daily/index.html", formats=(), count=1)


def front_page(site=SITE, topics=TOPICS):
    digests = (FEED,) * len(site.digests)
    page = FrontPage(feed=None, digests=digests, groups=(), latest=None, recent=(), days=(), count=0, topics=topics)
    return LexborHTMLParser(pages.render(page, {}, Frame(site=site, templates=PACKAGED)).decode())


def made(subject, site):
    return pages.render(subject, {}, Frame(site=site, templates=PACKAGED)).decode()


def test_the_front_page_has_the_form_and_may_post_it_to_the_public_part_alone():
    page = front_page(BELOW)

    assert values(page, "form", "action") == [f"{ORIGIN}/letters/subscribe"]
    assert values(page, "form [name]", "name") == ["email", "digest", "digest", *["category"] * 3, "website"]
    assert texts(page, "#subscribe h3")[-1] == "By e-mail"
    assert texts(page, "details summary") == ["Categories"]
    assert values(page, "meta[http-equiv]", "content")[0].endswith(f"; form-action {ORIGIN}")


@pytest.mark.parametrize("site", [WITHOUT, replace(SITE, digests=())], ids=["no-public-part", "no-digests"])
def test_a_front_page_without_anything_to_subscribe_to_has_no_form_and_posts_nothing(site):
    page = front_page(site)

    assert page.css("form, input") == []
    assert values(page, "meta[http-equiv]", "content")[0].endswith("; form-action 'none'")


def test_the_front_page_of_a_site_with_very_many_categories_leads_to_where_they_can_be_chosen():
    many = tuple(Topic(name=f"t{number}", title=f"Topic {number}") for number in range(41))

    page = front_page(topics=many)

    assert (page.css("[name=category]"), values(page, "form a", "href")) == ([], [f"{ORIGIN}/subscribe"])


def test_the_page_of_feeds_has_a_form_to_copy_where_there_is_a_public_part():
    subject = FeedList(feeds=(), updated=datetime(2026, 3, 1, tzinfo=UTC))
    page, other = (LexborHTMLParser(made(subject, site)) for site in (BELOW, WITHOUT))
    copied = LexborHTMLParser(texts(page, "pre")[-1])

    assert values(copied, "form", "action") == [f"{ORIGIN}/letters/subscribe"]
    assert values(copied, "[name]", "name") == ["email"]
    assert other.css("#_form") == []


def test_hosts_are_told_that_pages_post_to_the_public_part():
    policies = [made(Copied(template="_headers"), site).partition("form-action ")[2] for site in (BELOW, WITHOUT)]

    assert [policy.partition(";")[0] for policy in policies] == [ORIGIN, "'none'"]
