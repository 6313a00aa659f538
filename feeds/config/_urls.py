"""Checks of URLs, paths and addresses; what would make a password public is refused."""

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from feeds.config._problems import Bad, shown
from feeds.config._values import one_of, some_text, text

_SAFE = "/-._~!$&'()*+,;=:@%"
_NOT_IN_URLS = re.compile(r"[\s<>\"{}|\\^`]")
_HOST_LIKE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/].*)?$", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_IMAGE = re.compile(r"[^/]+\.(?:png|svg|jpe?g|gif|ico|webp|avif)", re.IGNORECASE)
"""A file's name that could be a host's."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")

_URI_START = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_TAG_URI = re.compile(r"tag:[^\s,:/]+,[0-9]{4}(?:-[0-9]{2}){0,2}:.*", re.IGNORECASE)  # RFC 4151 §2.1

_ATOM = r"[^\s@<>()\[\],;:\\\".]+"
_MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[\w-]+(?:\.[\w-]+)*")
_SENDER = re.compile(rf'(?:[^"<>()@,;:\\\[\]]*|"(?:[^"\\<>]|\\["\\])*"\s*)<{_MAILBOX.pattern}>')
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 253
"""Characters before and after the `@` (RFC 5321 §4.5.3.1; RFC 1035 §2.3.4)."""

_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_](?:[\w-]*[^\W_])?")
_HOST_AND_PORT = re.compile(r"(.*?)(?::([0-9]*))?", re.DOTALL)
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)

_FEED_PATH = re.compile(
    r"(?:(?:category|tag|author|source|language|feed|digest)/[^/]+/)?(?:rss\.xml|atom\.xml|feed\.json)",
)
_LONGEST_NAME = 255
"""Bytes of a file's name on the disks in common use."""

_OLD_FEEDS = (".xml", ".rss", ".atom", ".rdf", ".json")


# --- http ------------------------------------------------------------------------------------------


def link(value: object) -> str:
    """Return *value*, an absolute http or https URL, as a URI."""
    return _uri(_http(value))


def base(value: object) -> str:
    """Return *value*, an absolute http or https URL to which paths are added: it ends in exactly one `/`."""
    parts = _http(value)
    if parts.query or parts.fragment or str(value).strip()[-1] in "?#":
        raise Bad("must have neither `?` nor `#`: paths are added to it", help=f"write it as `{_uri(_bare(parts))}`")
    return _uri(_bare(parts))


def public_base(value: object) -> str:
    """Return *value* as `base`; https, as one-click unsubscribing wants it (RFC 8058 §3.1), but on this machine."""
    url = base(value)
    if url.startswith("http:") and urlsplit(url).hostname not in _LOOPBACK:
        raise Bad("must be https: mail programs unsubscribe by nothing less", help=f"write it as `https{url[4:]}`")
    return url


def reference(value: object) -> str:
    """Return *value*, a URL as `link` has it, or one relative to the site's."""
    url = text(value).strip()
    if _ABSOLUTE.match(url) or (_HOST_LIKE.match(url) and not _IMAGE.fullmatch(url)):
        return link(url)
    if _NOT_IN_URLS.search(url):
        raise Bad(f"must be a URL, not {shown(url)}", help="write blanks as `%20`")
    return quote(url, safe=_SAFE + "?#")


def _http(value: object) -> SplitResult:
    url = some_text(value).strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Bad("has a host or port that cannot be", help="write it like `https://www.example.com/`") from error
    if parts.scheme not in {"http", "https"} or not host or _NOT_IN_URLS.search(url):
        raise Bad(f"must be an absolute URL, https or http, not {shown(_public(url))}", help=_likely(url))
    if parts.username is not None:
        raise Bad("must have no user name: it would be published", help=f"write it as `{_uri(_anonymous(parts))}`")
    return parts


def _likely(url: str) -> str:
    plain = url.removeprefix("//").rpartition("@")[2]  # a user or password is never repeated
    return (
        f"write it as `https://{plain}`" if _HOST_LIKE.fullmatch(plain) else "write it like `https://www.example.com/`"
    )


def _uri(parts: SplitResult) -> str:
    """Return the URL in the characters of RFC 3986, its host as the domain name system knows it."""
    path, query, fragment = (quote(part, safe=_SAFE + "?") for part in (parts.path or "/", parts.query, parts.fragment))
    return urlunsplit((parts.scheme, _ascii(parts.netloc.lower()), path, query, fragment))


def _ascii(authority: str) -> str:
    """Return host and port, without a colon after which there is none."""
    host, port = _HOST_AND_PORT.fullmatch(authority).groups()  # type: ignore[union-attr] # any text is a host
    try:
        return (host if host.isascii() else host.encode("idna").decode()) + (f":{port}" if port else "")
    except UnicodeError as error:
        raise Bad(f"has a host that cannot be: {shown(host)}", help="write it like `www.example.com`") from error


def _bare(parts: SplitResult) -> SplitResult:
    return parts._replace(path=parts.path.rstrip("/") + "/", query="", fragment="")


def _anonymous(parts: SplitResult) -> SplitResult:
    return parts._replace(netloc=parts.netloc.rpartition("@")[2])


def _public(url: str) -> str:
    """Return *url* without what stands before an `@`."""
    return re.sub(r"\S*@", "…@", url)


def uri_start(value: object) -> str:
    """Return *value*, the beginning of an absolute URI."""
    start = text(value).strip()
    wanted = "write it like `tag:www.example.com,2026:`"
    if not _URI_START.fullmatch(start):
        raise Bad(f"must be the beginning of a URI, not {shown(start)}", help=wanted)
    if start.casefold().startswith("tag:") and not _TAG_URI.fullmatch(start):
        raise Bad("must have host and year (RFC 4151)", help=wanted)
    return start


# --- mail ------------------------------------------------------------------------------------------


def mailbox(value: object) -> str:
    """Return *value*, an e-mail address without a name."""
    address = text(value).strip()
    if not _MAILBOX.fullmatch(address):
        bare = _only_address(address)
        raise Bad(
            f"must be an e-mail address, not {shown(address)}",
            help=f"write it as `{bare}`" if bare else "write it like `news@example.com`",
        )
    _check_length(address)
    return address


def sender(value: object) -> str:
    """Return *value*, an e-mail address with or without a name: `Name <news@example.com>`."""
    written = text(value).strip()
    if not _SENDER.fullmatch(written) and not _MAILBOX.fullmatch(written):
        raise Bad(
            f"must be one e-mail address, not {shown(written)}",
            help='write it like `Name <news@example.com>`; a name with `,` or `@` stands in quotes: `"A, B" <…>`',
        )
    _check_length(written.rpartition("<")[2].removesuffix(">"))
    return written


def _check_length(address: str) -> None:
    local, _, host = address.rpartition("@")
    for part, most, place in ((local, _LONGEST_LOCAL, "before"), (host, _LONGEST_DOMAIN, "after")):
        if len(part) > most:
            raise Bad(f"has {len(part)} characters {place} the `@`", help=f"write at most {most}: mail takes no more")


def _only_address(written: str) -> str:
    """Return the address in *written*; empty unless there is exactly one."""
    from email.utils import getaddresses  # noqa: PLC0415 - it brings half of the network library with it

    found = [address for _, address in getaddresses([written])]
    return found[0] if len(found) == 1 and _MAILBOX.fullmatch(found[0]) else ""


def domain(value: object) -> str:
    """Return *value*, a domain name, in lower case."""
    name = text(value).strip().lower()
    if not _DOMAIN.fullmatch(name):
        raise Bad(f"must be a domain, not {shown(name)}", help="write it like `example.com`")
    return name


def selector(value: object) -> str:
    """Return *value*, a DKIM selector (RFC 6376 §3.1)."""
    name = text(value).strip()
    if not _SELECTOR.fullmatch(name):
        raise Bad(
            f"must be letters and digits, not {shown(name)}",
            help="it is the part before `._domainkey` in the DNS",
        )
    return name


def transport(value: object) -> str:
    """Return *value*, which says how mail leaves: a server, sendmail or a Maildir; without a password."""
    url = some_text(value).strip()
    scheme, _, rest = url.partition(":")
    if scheme not in {"smtp", "smtps", "smtp+starttls", "sendmail", "maildir"} or ":" not in url:
        known = one_of(("smtp://HOST", "smtps://", "smtp+starttls://", "sendmail:", "maildir:PATH"))
        raise Bad(
            f"must begin with {known}, not {shown(scheme)}",
            help="write it like `smtps://user@mail.example.com:465`",
        )
    if scheme == "maildir" and not rest.strip("/"):
        raise Bad("has no folder", help="write it like `maildir:outbox`")
    if scheme.startswith("smtp"):
        _server(url, "FEEDS_SMTP_PASSWORD")
    return url


def _server(url: str, variable: str) -> SplitResult:
    """Return the parts of *url*, whose password is elsewhere: in the environment's *variable*."""
    try:
        parts = urlsplit(url)
        host, password, _ = parts.hostname, parts.password, parts.port
    except ValueError as error:
        raise Bad(
            "has a host or port that cannot be", help="write special characters of the user name as `%40`"
        ) from error
    if password is not None or "password=" in parts.query.lower():
        raise Bad(
            "must not have a password: this file is published",
            help=f"put it into the environment: {variable}",
        )
    if _is_smtp(parts) and (not host or parts.path.strip("/") or parts.query or parts.fragment):
        raise Bad(
            "must name a server and nothing after it",
            help=f"write it like `{parts.scheme}://user@mail.example.com:465`",
        )
    return parts


def _is_smtp(parts: SplitResult) -> bool:
    return parts.scheme.startswith("smtp")


def database(value: object) -> str:
    """Return *value*, where the state is kept: a file of SQLite or a PostgreSQL database; without a password."""
    url = some_text(value).strip()
    scheme, _, rest = url.partition("://")
    if scheme not in {"sqlite", "postgresql+psycopg"} or "://" not in url:
        meant = "postgresql+psycopg://…" if scheme.startswith("postgres") else "sqlite:///.feeds/state.sqlite3"
        raise Bad(
            f"must begin with `sqlite:///` or `postgresql+psycopg://`, not {shown(scheme.partition(':')[0])}",
            help=f"write `{meant}`",
        )
    if scheme == "sqlite" and not rest.strip("/"):
        raise Bad("must name a file: the state has to be kept", help="write `sqlite:///.feeds/state.sqlite3`")
    if scheme == "sqlite" and not rest.startswith("/"):
        raise Bad("must have three slashes before the file", help=f"write `sqlite:///{rest}`")
    _server(url, "FEEDS_STATE_URL")
    return url


# --- paths -----------------------------------------------------------------------------------------


def old_feed(path: str, new: str) -> str:
    """Return *path*, at which below `out/` there was a feed of the kind of *new* once; an empty one is unknown."""
    text(path)
    parts = path.split("/")
    if not path or "\\" in path or not all(parts) or {".", ".."} & set(parts):
        raise Bad("must be a path below `out/`, without `..`", help=f"write it like `{_relative(path)}`")
    if max(len(part.encode()) for part in parts) > _LONGEST_NAME:
        raise Bad("has a name that no disk takes", help=f"keep each part of the path under {_LONGEST_NAME + 1} bytes")
    if _NOT_IN_URLS.search(path) or re.search("[?#%]", path):
        raise Bad("must be a path without `?`, `#`, `%` and blanks", help="redirect other addresses at the server")
    if not path.endswith(_OLD_FEEDS):
        raise Bad(f"must end in {one_of(_OLD_FEEDS)}", help="redirect other addresses at the server")
    if path == new:
        raise Bad("leads to itself", help="delete it")
    if new and path.endswith(".json") != new.endswith(".json"):
        raise Bad(f"cannot be {shown(new)}: one is JSON, the other XML", help="let it lead to a feed of its own kind")
    return path


def feed_path(value: object) -> str:
    """Return *value*, the path of one of our feeds below `out/`."""
    path = text(value)
    if not _FEED_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise Bad(
            f"must be the path of a feed below `out/`, not {shown(path)}",
            help="write it like `rss.xml` or `category/news/atom.xml`",
        )
    return path


def _relative(path: str) -> str:
    kept = [part for part in re.split(r"[/\\]", path) if part not in {"", ".", ".."}]
    return "/".join(kept) or "old/rss.xml"
