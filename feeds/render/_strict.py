"""Makes links fit for formats that are strict about them."""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

from feeds.text import printable

_NO_URI = re.compile(r"[^!#$%&'()*+,/:;=?@A-Za-z0-9._~\-]|%(?![0-9A-Fa-f]{2})")
"""What RFC 3986 does not let stand in a path, query or fragment."""


@lru_cache(maxsize=4096)
def uri(iri: str) -> str:
    """Return *iri* as a URI: its host in IDNA, what else is not allowed percent-encoded (RFC 3987 §3.1)."""
    iri = printable(iri)
    if not _NO_URI.search(iri):
        return iri
    try:
        scheme, authority, path, query, fragment = urlsplit(iri)
    except ValueError:
        return _encoded(iri)
    rest = (_encoded(part).replace("#", "%23") for part in (path, query, fragment))
    return urlunsplit((scheme, _ascii(authority), *rest))


def _ascii(authority: str) -> str:
    if authority.isascii():
        return authority
    try:
        return authority.encode("idna").decode()
    except UnicodeError:
        return _encoded(authority)


def _encoded(text: str) -> str:
    return _NO_URI.sub(lambda match: quote(match[0], safe=""), text)
