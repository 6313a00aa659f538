"""Renders the mail to someone who typed an address into the form, with the link by which it is known to be theirs."""

from dataclasses import dataclass
from typing import Any

from feeds.forms import Invitation
from feeds.languages import direction
from feeds.render import _columns, _mime, _templates, email
from feeds.render._instants import rfc822
from feeds.render._letter import han_of, has_capitals
from feeds.render._plain import isolated, line
from feeds.render.forms import title_of
from feeds.render.mailboxes import parsed, sender_of
from feeds.render.message import message_id
from feeds.render.pages import voice
from feeds.settings import Site
from feeds.targets import Frame
from feeds.text import printable

TEMPLATE = "confirm.html"
_SUBJECT = 60
_PREHEADER = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that the mail shows, beside the site and the words."""

    subject: str
    """One line, at most 60 columns."""

    preheader: str
    """What the list of messages shows after the subject."""

    nameplate: str
    """The site's title."""

    heading: str
    why: str
    """Why this mail comes, in a sentence or two."""

    wanted: tuple[tuple[str, tuple[str, ...]], ...]
    """What was asked for: digests and categories, each with their titles. Empty for one who is known."""

    link: str
    button: str
    """What the link does."""

    otherwise: str
    """What to do if it was somebody else."""

    language: str
    direction: str
    han: str
    """As `Letter.han`."""

    wording: str = ""
    """As `Letter.wording`: the whole mail is in the language of the words."""

    has_capitals: bool
    """The heading is in letters that may be set in capitals, and spaced."""


def render(invitation: Invitation, frame: Frame) -> bytes:
    """Return the message of *invitation*, whole: the same whoever renders it, and when."""
    card = _card(invitation, frame)
    page = _templates.render(frame, "confirm.txt", letter=card, wrap=_columns.wrap, width=_columns.width)
    html = email.inlined_html(TEMPLATE, card, frame)
    headers = _headers(card, invitation, frame.site)
    return _mime.alternative(headers, text=printable(page).encode(), html=html, seed=_identity(invitation, frame.site))


def _card(invitation: Invitation, frame: Frame) -> Card:
    words, site, is_known = _templates.words(frame), frame.site, invitation.is_known
    language = voice(frame)
    owner = line(site.title)
    title = isolated(owner, direction(language))
    why = str((words.known_why if is_known else words.confirm_why)(title))
    heading = str(words.form_titles["confirmed" if is_known else "confirm"])
    subject = str((words.known_subject if is_known else words.confirm_subject)(owner))
    return Card(
        subject=_columns.cut(line(subject), _SUBJECT),
        preheader=_columns.cut(why, _PREHEADER),
        nameplate=owner,
        heading=heading,
        why=why,
        wanted=() if is_known else _wanted(invitation, site, words),
        link=invitation.link,
        button=str(words.change_preferences if is_known else words.form_buttons["confirm"]),
        otherwise=str(words.known_else if is_known else words.confirm_else),
        language=language,
        direction=direction(language),
        han=han_of(language),
        has_capitals=has_capitals(heading),
    )


def _wanted(invitation: Invitation, site: Site, words: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:  # noqa: ANN401 - the wording
    """Return the titles of the digests that were asked for, and of the categories where some were chosen.

    What the site does not know as a category is left out: whoever types a stranger's address writes nothing to them.
    """
    person, side = invitation.person, direction(str(words.language))
    titles = {topic.name: topic.title for topic in invitation.topics}
    names = person.digests or tuple(digest.name for digest in site.digests)
    digests = tuple(isolated(title_of(name, site, words), side) for name in names)
    topics = tuple(isolated(line(titles[name]), side) for name in person.categories if name in titles)
    return tuple(
        (str(title), found) for title, found in ((words.digests, digests), (words.categories, topics)) if found
    )


def _identity(invitation: Invitation, site: Site) -> str:
    return message_id(f"{site.id}\ninvitation", invitation.key, sender_of(site)[1])


def _headers(card: Card, invitation: Invitation, site: Site) -> tuple[_mime.Header, ...]:
    """Return the headers: those of a letter to one person, not of a mailing."""
    name, address = sender_of(site)
    person = invitation.person
    every = (
        ("From", _mime.mailbox(name, address, "From")),
        ("Reply-To", _mime.mailbox(*parsed(site.mail.reply_to), "Reply-To") if site.mail.reply_to else ""),
        ("To", _mime.mailbox(line(person.name), person.address, "To")),
        ("Subject", _mime.unstructured(card.subject, "Subject")),
        ("Date", rfc822(invitation.asked.astimezone(site.zone))),
        ("Message-ID", f"<{_identity(invitation, site)}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Language", card.language),
    )
    return tuple((header, value) for header, value in every if value)
