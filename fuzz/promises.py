"""What no output may break, as parsers see it that the package does not write with.

Nothing here comes from the code that cleans, renders or encodes: what it would get wrong, this must see.
"""

import email
import email.policy
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import NoReturn
from urllib.parse import urlsplit

from lxml import etree

ALIEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 §2.2 does not let a document hold."""

LONGEST_LINE = 998
"""Octets of a line, its end left out (RFC 5322 §2.1.1)."""


class Finding(AssertionError):  # noqa: N818 - it is no error of the program that raises it
    """A promise was broken."""


def holds(claim: object, broken: str) -> None:
    """Go on if *claim* is true; else what is *broken* is a `Finding`."""
    if not claim:
        raise Finding(broken)


# --- documents -------------------------------------------------------------------------------------


def xml(document: bytes) -> etree._Element:
    """Return the root of *document*, which is well-formed XML 1.0 without a document type."""
    text = document.decode()
    holds(not ALIEN.search(text), "a character that XML forbids")
    holds("<!DOCTYPE" not in text, "a document type in XML")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise Finding(f"XML is not well-formed: {error}") from error
    for value in _values_of_xml(root):
        holds(not ALIEN.search(value), "an escaped character that XML forbids")
    return root


def _values_of_xml(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        yield from filter(None, (element.text, element.tail, *element.attrib.values()))


def json_of(document: bytes) -> object:
    """Return the value of *document*, which is JSON as RFC 8259 has it, without halves of characters."""
    try:
        value = json.loads(document.decode(), parse_constant=_no_constant)
    except ValueError as error:
        raise Finding(f"JSON is malformed: {error}") from error
    for text in texts_of(value):
        holds(not re.search("[\ud800-\udfff]", text), "half a character in JSON")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def texts_of(value: object) -> Iterator[str]:
    """Yield every text in a JSON *value*, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *texts_of(item))


# --- mail ------------------------------------------------------------------------------------------


def mail(message: bytes) -> EmailMessage:
    """Return *message* as Python's own parser reads it: without defects, every line short, ASCII and ended by CRLF."""
    holds(message.isascii(), "a message has bytes beyond ASCII")
    holds(message.endswith(b"\r\n"), "a message ends within a line")
    lines = message.split(b"\r\n")
    holds(not any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines), "a line end that is not CRLF")
    holds(max(map(len, lines)) <= LONGEST_LINE, "a line of a message is too long")
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    for part in parsed.walk():
        holds(not part.defects, f"a message has defects: {part.defects}")
        for name, value in part.items():
            holds(not value.defects, f"the header {name} has defects: {value.defects}")
    return parsed


# --- addresses -------------------------------------------------------------------------------------


def is_web(url: str) -> bool:
    """Say whether *url* is absolute, http or https, of printable ASCII, and has a host."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and re.fullmatch(r"[!-~]+", url) is not None
