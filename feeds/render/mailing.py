"""Renders an edition as what is frozen: a message for all who get the same; and addresses it to each of them."""

from collections.abc import Callable, Mapping

from feeds.deliveries import Mailing
from feeds.model import Article
from feeds.records import hash_of, packed, unpacker
from feeds.render import _mime, email, text
from feeds.render._plain import line
from feeds.render.mailboxes import is_one_click, sender_of, ways_out
from feeds.render.message import Addressee, headers, message_id, seed_of
from feeds.targets import EditionPage, Frame

_OWN = frozenset(["To", "Message-ID"])
"""The headers that are made for each recipient."""


def render(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return *subject* as a packed `Mailing`, which has `mark` where each recipient's own belongs."""
    fitted = email.fitted(subject, articles, frame)
    site = frame.site
    anyone = Addressee(to=subject.mark, unsubscribe=ways_out(site, subject.mark), is_one_click=is_one_click(site))
    mailing = Mailing(
        headers=headers(fitted.letter, anyone, site),
        text=text.text(fitted.letter, frame),
        html=fitted.html,
        mark=subject.mark,
        seed=seed_of(subject.edition, site),
        domain=sender_of(site)[1].rpartition("@")[2],
        entries=len(fitted.letter.stories),
    )
    return packed(mailing)


def unpacked(data: bytes) -> Mailing:
    """Return the `Mailing` that `render` packed."""
    return unpacker(Mailing)(data)


def content_hash(mailing: Mailing) -> str:
    """Return a hash of all that recipients get of *mailing*."""
    return hash_of(mailing)


def addresser(mailing: Mailing) -> Callable[[str, str, str, str], bytes]:
    """Return what makes the message of *mailing* for a recipient: of name, address, key and token.

    The address is ASCII and checked already; the token is as long as the mark; the key tells this recipient's copy from
    the others. What is the same for all is encoded once.
    """
    body = _mime.blank(text=mailing.text, html=mailing.html, seed=mailing.seed, mark=mailing.mark)

    def addressed(name: str, address: str, key: str, token: str) -> bytes:
        own = {
            "To": _mime.mailbox(line(name), address, "To"),
            "Message-ID": f"<{message_id(mailing.seed, key, mailing.domain)}>",
        }
        filled = [
            (header, own[header] if header in _OWN else value.replace(mailing.mark, token))
            for header, value in mailing.headers
        ]
        return _mime.filled(filled, body, token)

    return addressed
