"""Makes each page and mail of the public part once, for nobody, to learn what a site's own templates cannot show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from feeds.diagnostics import Diagnostic, FeedsError
from feeds.forms import Form, Invitation, Kind, Topic
from feeds.model import PACKAGED
from feeds.render import forms, invitation
from feeds.render.mailboxes import CONFIRM, page_of
from feeds.settings import Site
from feeds.subscribers import Status, Subscriber
from feeds.targets import Frame

_TOKEN = "a" * 47
_WORDS, _ENDING = "words/", ".txt"


def unmade(frame: Frame, topics: tuple[Topic, ...], now: datetime) -> Iterator[tuple[str, Diagnostic]]:
    """Yield each page and mail that cannot be made, in words, and why; *topics* are the categories to be chosen.

    They are tried in the site's language, and in those whose words are its own.
    """
    for language in _languages(frame):
        spoken = frame.spoken(language)
        pages = [(f"the public page `{form.kind}`", partial(forms.render, form)) for form in _forms(frame.site, topics)]
        mails = [("the mail to confirm", partial(invitation.render, one)) for one in _mails(frame.site, topics, now)]
        for name, made in (*pages, *mails):
            try:
                made(spoken)
            except FeedsError as error:
                yield name, error.diagnostics[0]


def _languages(frame: Frame) -> tuple[str, ...]:
    own = (name for name, text in frame.templates.items() if frame.templates.get(f"{PACKAGED}{name}", "") != text)
    spoken = (name for name in own if name.startswith(_WORDS) and name.endswith(_ENDING))
    return (frame.site.language, *sorted(name.removeprefix(_WORDS).removesuffix(_ENDING) for name in spoken))


def _forms(site: Site, topics: tuple[Topic, ...]) -> Iterator[Form]:
    """Yield each kind of page: for a reader, and for one who has left or has something to be told."""
    person = _person(site, topics)
    digest = next(iter(person.digests), "")
    for kind in Kind:
        form = Form(kind=kind, depth=1, token=_TOKEN, person=person, digest=digest, topics=topics)
        yield form
        yield replace(form, problem="address", is_saved=True)
        yield replace(form, digest="", person=replace(person, status=Status.UNSUBSCRIBED))


def _mails(site: Site, topics: tuple[Topic, ...], now: datetime) -> Iterator[Invitation]:
    mail = Invitation(
        person=_person(site, topics), link=page_of(site, CONFIRM, _TOKEN), key="", asked=now, topics=topics
    )
    yield mail
    yield replace(mail, is_known=True)


def _person(site: Site, topics: tuple[Topic, ...]) -> Subscriber:
    return Subscriber(
        id="",
        address="reader@example.org",
        digests=tuple(digest.name for digest in site.digests[:1]),
        categories=tuple(topic.name for topic in topics[:1]),
    )
