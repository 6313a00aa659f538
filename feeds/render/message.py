"""Renders an edition as a whole message, ready to be opened or sent."""

import re
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from feeds.links import uri
from feeds.model import Article, Edition, short_hash
from feeds.render import _mime, email, text
from feeds.render._instants import rfc822
from feeds.render._letter import Letter
from feeds.render.mailboxes import domain_of, mailto_of, parsed, sender_of
from feeds.settings import Site
from feeds.targets import EditionPage, Frame

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom a message goes, and how they leave."""

    to: str
    """The value of the header To."""

    key: str = ""
    """What tells this recipient's copy from the others; no address."""

    unsubscribe: tuple[str, ...] = ()
    """URIs, the preferred first."""

    is_one_click: bool = False
    """The first of them takes a POST without asking (RFC 8058)."""


def render(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return *subject* as the message in `out/`: to nobody by name, without anybody's secrets.

    It is the same whoever renders it, and when: its date is the instant the edition was due.
    """
    fitted = email.fitted(subject, articles, frame)
    shown, plain = fitted.letter, text.text(fitted.letter, frame)
    return written(shown, anybody(shown, frame.site), frame.site, text=plain, html=fitted.html)


def written(shown: Letter, addressee: Addressee, site: Site, *, text: bytes, html: bytes) -> bytes:
    """Return the message that carries *shown* as *text* and *html* to *addressee*."""
    identity = message_id(seed_of(shown.edition, site), addressee.key, sender_of(site)[1])
    return _mime.alternative(headers(shown, addressee, site), text=text, html=html, seed=identity)


def anybody(shown: Letter, site: Site) -> Addressee:
    """Return the addressee of the copy in `out/`."""
    mailto = mailto_of(site, f"unsubscribe {shown.edition.digest.name}")
    ways = (shown.unsubscribe, *((mailto,) if mailto else ()))
    return Addressee(to="undisclosed-recipients:;", unsubscribe=ways)


def headers(shown: Letter, addressee: Addressee, site: Site) -> tuple[_mime.Header, ...]:
    """Return the headers of the message, those of MIME left out, in the order they are written."""
    edition = shown.edition
    name, address = sender_of(site)
    domain = address.rpartition("@")[2]
    listed = _mime.listing(shown.title, f"{_label(edition.digest.name)}.{domain_of(site, domain)}", "List-Id")
    every = (
        ("From", _mime.mailbox(name, address, "From")),
        ("Reply-To", _mime.mailbox(*parsed(site.mail.reply_to), "Reply-To") if site.mail.reply_to else ""),
        ("To", addressee.to),
        ("Subject", _mime.unstructured(shown.subject, "Subject")),
        ("Date", rfc822(edition.due.astimezone(site.zone))),
        ("Message-ID", f"<{message_id(seed_of(edition, site), addressee.key, address)}>"),
        ("List-Id", listed),
        ("List-Unsubscribe", _mime.addresses([uri(way) for way in addressee.unsubscribe])),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click" if addressee.is_one_click else ""),
        ("List-Help", _mime.addresses([uri(f"{site.url}#subscribe")])),
        ("List-Archive", _mime.addresses([uri(shown.archive)])),
        ("List-Post", "NO"),
        ("Archived-At", _mime.addresses([uri(shown.web)])),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Language", shown.language),
    )
    return tuple((header, value) for header, value in every if value)


def seed_of(edition: Edition, site: Site) -> str:
    """Return what all Message-IDs of *edition* follow from."""
    return f"{site.id}\n{edition.digest.name}\n{edition.key}"


def message_id(seed: str, key: str, address: str) -> str:
    """Return what is always the same for an edition's *seed* and the recipient with *key*, and tells nobody's address.

    *address* is the sender's, whose domain it has.
    """
    name = b32encode(sha256(f"{seed}\n{key}".encode()).digest()).decode().lower()[:32]
    return f"{name}@{address.rpartition('@')[2]}"


def _label(name: str) -> str:
    """Return the digest's name as a label of List-Id (RFC 2919 §2)."""
    lowered = name.lower()
    return lowered if _LABEL.fullmatch(lowered) else f"d{short_hash(name)}"
