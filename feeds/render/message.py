"""Renders an edition as a whole message, ready to be opened or sent."""

import re
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from feeds.diagnostics import FeedsError
from feeds.links import ascii_host, uri
from feeds.model import Article, Edition, short_hash
from feeds.render import _mime, email, text
from feeds.render._instants import rfc822
from feeds.render._letter import Letter
from feeds.render._plain import line
from feeds.settings import Site
from feeds.targets import EditionPage, Frame

_MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
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
    identity = _message_id(shown.edition, addressee, site)
    return _mime.alternative(headers(shown, addressee, site), text=text, html=html, seed=identity)


def anybody(shown: Letter, site: Site) -> Addressee:
    """Return the addressee of the copy in `out/`."""
    ways = (shown.unsubscribe, *_mailto(site.mail.unsubscribe, shown.edition))
    return Addressee(to="undisclosed-recipients:;", unsubscribe=ways)


def headers(shown: Letter, addressee: Addressee, site: Site) -> tuple[_mime.Header, ...]:
    """Return the headers of the message, those of MIME left out, in the order they are written."""
    edition = shown.edition
    name, address = _sender(site)
    domain = address.rpartition("@")[2]
    listed = _mime.listing(shown.title, f"{_label(edition.digest.name)}.{domain_of(site, domain)}", "List-Id")
    every = (
        ("From", _mime.mailbox(name, address, "From")),
        ("Reply-To", _mime.mailbox(*_parsed(site.mail.reply_to), "Reply-To") if site.mail.reply_to else ""),
        ("To", addressee.to),
        ("Subject", _mime.unstructured(shown.subject, "Subject")),
        ("Date", rfc822(edition.due.astimezone(site.zone))),
        ("Message-ID", f"<{_message_id(edition, addressee, site)}>"),
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


def domain_of(site: Site, fallback: str) -> str:
    """Return the host of the site in ASCII, else *fallback*."""
    return ascii_host(site.host) or fallback


def _message_id(edition: Edition, addressee: Addressee, site: Site) -> str:
    """Return what is always the same for this edition and this recipient, and tells nobody's address."""
    facts = f"{site.id}\n{edition.digest.name}\n{edition.key}\n{addressee.key}"
    name = b32encode(sha256(facts.encode()).digest()).decode().lower()[:32]
    return f"{name}@{_sender(site)[1].rpartition('@')[2]}"


def _sender(site: Site) -> tuple[str, str]:
    """Return name and address: `mail.from`, else the site's author, else nobody at the site's host."""
    if site.mail.sender:
        return _parsed(site.mail.sender)
    if site.author.email:
        return line(site.author.name or site.title), _address(site.author.email)
    return line(site.title), f"noreply@{domain_of(site, 'localhost')}"


def _parsed(mailbox: str) -> tuple[str, str]:
    """Return the name and the address of `Name <name@example.org>`."""
    match = _MAILBOX.fullmatch(mailbox.strip())
    if match is None:
        return "", _address(mailbox)
    return line(match["name"]).strip('"').replace('\\"', '"'), _address(match["address"])


def _address(address: str) -> str:
    """Return *address* with its domain in ASCII; one that no header can carry is a `FeedsError`."""
    local, at, domain = address.strip().rpartition("@")
    ascii_domain = ascii_host(domain)
    if not at or not ascii_domain or not re.fullmatch(r"[!-~]+", local):
        raise FeedsError(
            f"feeds.toml: `{address}` cannot be an e-mail address",
            help='write it as name@example.org or "Name <name@example.org>"',
            exit_code=2,
        )
    return f"{local}@{ascii_domain}"


def _mailto(mailbox: str, edition: Edition) -> tuple[str, ...]:
    """Return the mailto form of unsubscribing, where there is a mailbox for it."""
    if not mailbox:
        return ()
    address = quote(_parsed(mailbox)[1], safe="@+")
    return (f"mailto:{address}?subject={quote(f'unsubscribe {edition.digest.name}')}",)


def _label(name: str) -> str:
    """Return the digest's name as a label of List-Id (RFC 2919 §2)."""
    lowered = name.lower()
    return lowered if _LABEL.fullmatch(lowered) else f"d{short_hash(name)}"
