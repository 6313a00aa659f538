"""The mail to someone who typed an address into the form."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from form_samples import ADA, FRAME, PACKAGED, SITE, TOPICS
from selectolax.lexbor import LexborHTMLParser

from feeds.forms import Invitation, Topic
from feeds.render import email as html_part
from feeds.render import invitation
from feeds.render._columns import width
from feeds.targets import Frame

GOLDEN = Path(__file__).parent / "golden" / "invitation"
LANGUAGES = ["ar", "de", "en", "es", "fr", "he", "ja", "ko", "zh-CN", "zh-TW"]
LINK = "https://mail.example.org/c/aebagbafaydqqcikbmga2dqpcaireeyuculbogazdinryhi6d4qa"
ASKED = Invitation(
    person=replace(ADA, name="Ada Marlow"),
    link=LINK,
    key="00112233445566aa 1",
    asked=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    topics=TOPICS,
)
ODD = (Topic(name="<i>&\u202e", title="<i>&\u202e"),)
KNOWN = replace(ASKED, is_known=True, link=LINK.replace("/c/", "/p/"))


def message_of(asked=ASKED, site=SITE, **own):
    made = invitation.render(asked, Frame(site=site, templates=PACKAGED | own))
    return email.message_from_bytes(made, policy=email.policy.default)


def part(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(("name", "asked"), [("confirm", ASKED), ("known", KNOWN)])
def test_the_mail_is_as_reviewed(name, asked):
    assert invitation.render(asked, FRAME) == (GOLDEN / f"{name}.eml").read_bytes()


def test_it_is_a_letter_to_one_person_and_no_mailing():
    message = message_of(site=replace(SITE, mail=replace(SITE.mail, reply_to="desk@example.org")))

    head = [(name, re.sub(r"^<[a-z2-7]{32}@", "<ID@", value)) for name, value in message.items()]
    assert head[:-2] == [
        ("From", "The Quay <news@example.org>"),
        ("Reply-To", "desk@example.org"),
        ("To", "Ada Marlow <ada@example.com>"),
        ("Subject", "Confirm your subscription to The Quay"),
        ("Date", "Sun, 01 Mar 2026 09:30:00 +0000"),
        ("Message-ID", "<ID@example.org>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Language", "en"),
    ]


def test_both_parts_say_what_was_asked_for_and_lead_to_the_link():
    message = message_of()
    text, page = part(message, "plain"), LexborHTMLParser(part(message, "html"))

    assert f"\n* Digests: Harbour & Sea\n* Categories: 科学\n\nYes, subscribe me:\n{LINK}\n" in text
    assert "\nIf it was not you, you need do nothing: no further mail will come. The\nlink works for 7 days.\n" in text
    assert [node.text() for node in page.css(f'a[href="{LINK}"]')] == ["Yes, subscribe me", LINK]
    assert [node.text() for node in page.css("b")] == ["Harbour & Sea", "科学"]
    assert "12 Quay Street, Harbour Town" in text
    assert page.css("img, script, link") == []


def test_who_is_subscribed_already_has_nothing_to_confirm():
    message = message_of(KNOWN)
    text, page = part(message, "plain"), LexborHTMLParser(part(message, "html"))

    assert message["Subject"] == "You are already subscribed to The Quay"
    assert f"\nChange preferences:\n{KNOWN.link}\n\nIf it was not you, you need do nothing.\n" in text
    assert (len(page.css(f'a[href="{KNOWN.link}"]')), page.css("b")) == (2, [])


def test_nothing_chosen_is_every_digest_and_categories_are_not_spoken_of():
    everything = replace(ASKED, person=replace(ADA, digests=(), categories=()))

    text = part(message_of(everything), "plain")

    assert "* Digests: Daily digest, Harbour & Sea\n\n" in text


def test_a_category_is_called_by_its_title():
    chosen = replace(ASKED, person=replace(ADA, categories=("port",)))

    assert "* Categories: The Port\n" in part(message_of(chosen), "plain")


@pytest.mark.parametrize("topics", [TOPICS, ()])
def test_what_is_no_category_of_the_site_is_never_written_to_a_stranger(topics):
    told = replace(ASKED, person=replace(ADA, categories=("You won: http://spam.example/",)), topics=topics)

    message = message_of(told)

    assert ["spam" in part(message, kind) for kind in ("plain", "html")] == [False, False]
    assert "* Digests: Harbour & Sea\n\n" in part(message, "plain")


def test_the_message_id_is_the_mails_own_and_tells_no_address():
    other = replace(ASKED, key="00112233445566aa 2")

    ids = {message_of(asked)["Message-ID"] for asked in (ASKED, replace(ASKED, link="https://x.example/"), other)}

    assert len(ids) == 2
    assert message_of(site=replace(SITE, id="tag:other.example,2026:"))["Message-ID"] not in ids


def test_the_date_is_that_of_the_sites_clock():
    assert message_of(site=replace(SITE, timezone="Asia/Tokyo"))["Date"] == "Sun, 01 Mar 2026 18:30:00 +0900"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", [ASKED, KNOWN], ids=["new", "known"])
def test_the_mail_speaks_every_language_and_its_lines_are_short(language, asked):
    site = replace(SITE, language=language)
    made = invitation.render(asked, Frame(site=site, templates=PACKAGED))
    page = LexborHTMLParser(part(message_of(asked, site), "html"))

    assert f"Content-Language: {language}\r\n".encode() in made
    assert page.root.attributes == {"lang": language, "dir": "rtl" if language in {"ar", "he"} else "ltr"}
    assert max(map(len, made.split(b"\r\n"))) <= 78
    assert b"None" not in made


def test_without_a_wording_the_whole_mail_is_in_english():
    message = message_of(site=replace(SITE, language="pt"))

    assert (message["Content-Language"], LexborHTMLParser(part(message, "html")).root.attributes["lang"]) == (
        "en",
        "en",
    )


def test_hostile_names_are_text_in_one_line():
    name = "Eve\r\nBcc: all@example.org\u202e <b>"
    asked = replace(ASKED, person=replace(ADA, name=name, digests=(), categories=("<i>&\u202e",)), topics=ODD)

    message = message_of(asked, replace(SITE, title="The <Quay>\r\nX: y"))

    assert (message["Bcc"], message["X"], message["To"].addresses[0].addr_spec) == (None, None, "ada@example.com")
    assert message["Subject"] == "Confirm your subscription to The <Quay> X: y"
    assert LexborHTMLParser(part(message, "html")).css("i, quay") == []


def test_the_subject_has_sixty_columns_at_most():
    subject = message_of(site=replace(SITE, title="河畔新闻" * 20))["Subject"]

    assert (width(subject), subject[-1]) == (60, "…")


def test_its_style_is_written_into_the_template_once():
    inlined = html_part.inlined_template(FRAME, invitation.TEMPLATE)

    assert "{{ letter.why }}" in inlined
    assert '<td class="summary" style="color:#3a3c42; font-size:{{ size }}' in inlined


def test_a_block_of_the_sites_own_is_shown():
    own = '{% extends "default/confirm.html" %}{% block footer %}<tr><td>By hand</td></tr>{% endblock %}'

    page = LexborHTMLParser(part(message_of(**{"confirm.html": own}), "html"))

    assert "By hand" in page.text()
    assert len(page.css(f'a[href="{LINK}"]')) == 2


def test_what_the_site_makes_of_its_editions_has_no_part_in_it():
    own = {"email.html": "<!DOCTYPE html><p>{{ letter.stories }}"}

    assert LINK in part(message_of(**own), "html")
