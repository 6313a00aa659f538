"""Knows from whom a message is, and where its recipients may leave."""

import re
from urllib.parse import quote

from feeds.diagnostics import FeedsError
from feeds.links import ascii_host
from feeds.render._plain import line
from feeds.settings import Site

LEAVE, CHOOSE, CONFIRM = "u", "p", "c"
"""Folders of the public part, below `mail.public_url`: short, for a text part breaks no URL."""

_MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


def sender_of(site: Site) -> tuple[str, str]:
    """Return name and address: `mail.from`, else the site's author, else nobody at the site's host."""
    if site.mail.sender:
        return parsed(site.mail.sender)
    if site.author.email:
        return line(site.author.name or site.title), _address(site.author.email)
    return line(site.title), f"noreply@{domain_of(site, 'localhost')}"


def parsed(mailbox: str) -> tuple[str, str]:
    """Return the name and the address of `Name <name@example.org>`."""
    match = _MAILBOX.fullmatch(mailbox.strip())
    if match is None:
        return "", _address(mailbox)
    return line(match["name"]).strip('"').replace('\\"', '"'), _address(match["address"])


def domain_of(site: Site, fallback: str) -> str:
    """Return the host of the site in ASCII, else *fallback*."""
    return ascii_host(site.host) or fallback


def ways_out(site: Site, mark: str) -> tuple[str, ...]:
    """Return the URIs by which the recipient with the token *mark* leaves, the preferred first; without token none."""
    ways = (page_of(site, LEAVE, mark), mailto_of(site, f"unsubscribe {mark}")) if mark else ()
    return tuple(way for way in ways if way)


def is_one_click(site: Site) -> bool:
    """Say whether the first of `ways_out` takes a POST without asking; by less than https none may (RFC 8058 §3.1)."""
    return site.mail.public_url.startswith("https:")


def page_of(site: Site, folder: str, token: str) -> str:
    """Return the URL of the public page of *token* in `LEAVE`, `CHOOSE` or `CONFIRM`; empty where there is none."""
    return f"{site.mail.public_url}{folder}/{token}" if site.mail.public_url else ""


def mailto_of(site: Site, subject: str) -> str:
    """Return the URI of a mail with *subject* to the mailbox for unsubscribing; empty where there is none."""
    if not site.mail.unsubscribe:
        return ""
    return f"mailto:{quote(parsed(site.mail.unsubscribe)[1], safe='@+')}?subject={quote(subject)}"


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
