"""Makes the links of a post absolute and fit for RFC 3986, or says that there is none."""

import re
from functools import lru_cache
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
_HOST = re.compile(r"((?:[^@\s]*@)?)(\[[0-9A-Fa-f:.]+\]|[^\s\[\]<>\"^`{|}@:%]+)((?::\d{0,5})?)")
_BLANKS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LAST_PORT, _MOST = 65_535, 50
_CANDIDATES = re.compile(r",\s+|(?<=\d[wxh]),")


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
    """Return the first 50 candidates of a `srcset` with absolute URLs; those that have none are left out."""
    candidates = [part.split(maxsplit=1) for part in _CANDIDATES.split(srcset) if part.strip(" ,\t\n\r\f")][:_MOST]
    urls = [(absolute_image(part[0].strip(","), base=base), *part[1:]) for part in candidates]
    return ", ".join(" ".join([url, *(d.strip(", ") for d in descriptor)]) for url, *descriptor in urls if url)


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
    return urlunsplit((scheme, _ascii_host(authority), *map(_encoded, rest)))


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _web(url: str) -> str:
    """Return an http or https URL with host and path encoded; empty where there is no sound host."""
    parts = _PARTS.fullmatch(url)
    host = parts and _HOST.fullmatch(parts[2])
    if not parts or not host or int(host[3][1:] or 0) > _LAST_PORT:
        return ""
    authority = _encoded(host[1]) + _ascii_host(host[2]) + host[3]
    path, query, fragment = (_encoded(part or "") for part in (parts[3], parts[4], (parts[5] or "")[1:]))
    return f"{parts[1].lower()}://{authority}{path}{query}{'#' if parts[5] else ''}{fragment}"


def _ascii_host(host: str) -> str:
    """Return *host* as the domain name system knows it (RFC 3492)."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return quote(host)


def _encoded(part: str) -> str:
    """Return *part* with every character encoded that may not stand there; what is encoded stays so."""
    return quote(_BAD_PERCENT.sub("%25", part) if "%" in part else part, safe="%/:?@!$&'()*+,;=~-._")
