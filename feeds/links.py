"""Makes the links of a post absolute and fit for RFC 3986, or says that there is none."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from feeds.text import printable

SCHEMES = frozenset(
    [
        *("http", "https", "mailto", "tel", "sms", "ftp", "xmpp", "irc", "ircs", "magnet", "geo", "webcal", "news"),
        *("matrix", "gemini", "bitcoin"),
    ],
)
"""Where a link of a post may lead."""

UNKNOWN = "\ufdd0"
"""Stands in an address for a part that nobody knows: `body.clean` drops it. No text has it (Unicode §23.7)."""

_SOUND = re.compile(
    r"https?://[A-Za-z0-9\-._]+"
    r"(?:/[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*)?(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*)?(?:#[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*)?",
)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NO_URI = re.compile(r"[^!#$%&'()*+,/:;=?@A-Za-z0-9._~\-]|%(?![0-9A-Fa-f]{2})")
"""What RFC 3986 does not let stand in a path, query or fragment."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PARTS = re.compile(r"(https?)://([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(
    r"((?:[^@\s]*@)?)(\[[0-9A-Fa-f:.]+\]|(?:[^\s\[\]<>\"^`{|}@:%]|%[89A-Fa-f][0-9A-Fa-f])+)((?::[0-9]{0,5})?)"
)
_AUTHORITY = re.compile(r"((?:.*@)?)(.*?)((?::[0-9]*)?)\Z", re.DOTALL)
_HOST_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 253
"""Characters of a host (RFC 1035 §2.3.4)."""

_LAST_PORT, _MOST = 65_535, 50
_CANDIDATE = re.compile(r"[\t\n\f\r ,]*+([^\t\n\f\r ]++)")
_SIZES = re.compile(r"\s*(?:[0-9][0-9.]*[wxh]\s*)*", re.ASCII)


def absolute(url: str, *, base: str, page: str = "") -> str:
    """Return *url* as an absolute URL, percent-encoded where RFC 3986 wants it and else as it is; empty: it is no link.

    Relative to *base*, absolute itself. `//host` is https. `#place` is a place of *page*, and no link without one. Nor
    is what is malformed (`http://[bad`), empty, or of a scheme that is not in `SCHEMES`. Any text is taken, nothing
    raises.
    """
    if _SOUND.fullmatch(url) and not ("%" in url and _BAD_PERCENT.search(url)):
        return url
    url = _BLANKS.sub("", url).strip()
    if not url or url == "#":
        return ""
    if url.startswith("#"):
        return absolute(page + url, base=base) if page else ""
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return _encoded(url) if scheme[1].lower() in SCHEMES and len(url) > scheme.end() else ""
    return _web("https:" + url if url.startswith("//") else url if scheme else _joined(base, url))


def absolute_image(url: str, *, base: str) -> str:
    """Return *url* as `absolute` does if it is http or https; else, `data:` included, it is empty."""
    found = absolute(url, base=base)
    return found if found.startswith(("http://", "https://")) else ""


def absolute_set(srcset: str, *, base: str) -> str:
    """Return the first 50 candidates of a `srcset` with absolute URLs; those that have none are left out.

    So are those with words after the address that are no width, height or density.
    """
    plain = srcset if srcset.isprintable() else _UNSEEN.sub("", srcset)
    found = ((absolute_image(url, base=base).rstrip(","), size) for url, size in islice(_candidates(plain), _MOST))
    return ", ".join(" ".join([url, *size.split()]) for url, size in found if url and _SIZES.fullmatch(size))


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """Yield the address and the size of each candidate, as browsers tell them apart (HTML §4.8.4.2.1)."""
    at = 0
    while match := _CANDIDATE.match(srcset, at):
        url, size, at = match[1], "", match.end()
        if not url.endswith(","):
            size = srcset[at:].partition(",")[0]
            at += len(size)
        yield url.rstrip(","), size


@lru_cache(maxsize=4096)
def uri(iri: str) -> str:
    """Return *iri* as a URI: its host in IDNA, what else is not allowed percent-encoded (RFC 3987 §3.1)."""
    iri = printable(iri)
    if not _NO_URI.search(iri):
        return iri
    try:
        scheme, authority, *rest = urlsplit(iri)
    except ValueError:
        return _encoded(iri)
    parts = _AUTHORITY.fullmatch(authority)
    assert parts is not None
    return urlunsplit((scheme, _encoded(parts[1]) + _ascii_host(parts[2]) + parts[3], *map(_encoded, rest)))


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _web(url: str) -> str:
    """Return an http or https URL with host and path encoded; empty where there is no sound host."""
    parts = _PARTS.fullmatch(url)
    host = parts and _HOST.fullmatch(parts[2])
    name = _ascii_host(host[2]) if host else ""
    if not parts or not host or len(name) > _LONGEST or int(host[3][1:] or 0) > _LAST_PORT:
        return ""
    if host[2].startswith("[") and name != host[2]:  # in brackets there is no address
        return ""
    authority = _encoded(host[1]) + name + host[3]
    path, query, fragment = (_encoded(part or "") for part in (parts[3], parts[4], (parts[5] or "")[1:]))
    if path.startswith("%5C"):  # of what follows a host browsers take a backslash for a slash
        path = path.replace("%5C", "/", 1)
    return f"{parts[1].lower()}://{authority}{path}{query}{'#' if parts[5] else ''}{fragment}"


def _is_address(host: str) -> bool:
    """Say whether *host* is an IPv6 address in brackets, without a zone: that means something on one machine only."""
    if not host.startswith("[") or not host.endswith("]") or "%" in host:
        return False
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415 - hardly any link has one

    try:
        return bool(IPv6Address(host[1:-1]).packed)
    except AddressValueError:
        return False


def _ascii_host(host: str) -> str:
    if _is_address(host):
        return host
    return ascii_host(host) or quote(_BAD_PERCENT.sub("%25", host), safe=":%!$&'()*+,;=~")


def ascii_host(host: str) -> str:
    """Return *host* as the domain name system knows it (RFC 3492); empty where it is no host there.

    Full-width signs and the like become ASCII on the way, `／` a slash: nothing may end the host that was none.
    """
    try:
        found = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""
    return found if len(found) <= _LONGEST and _HOST_NAME.fullmatch(found) else ""


def _encoded(part: str) -> str:
    """Return *part* with every character encoded that may not stand there; what is encoded stays so."""
    return quote(_BAD_PERCENT.sub("%25", part) if "%" in part else part, safe="%/:?@!$&'()*+,;=~-._")
