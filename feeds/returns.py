"""Reads what comes back by mail: requests to unsubscribe, bounces and complaints."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feeds.mails import Part, address, by_name, enclosed, fields, leaves, message, report, subject
from feeds.text import one_line
from feeds.tokens import SIZE, Claim, claim_of

_DEAD = frozenset(["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"])
"""Statuses of an address that does not exist; the other 5.1.x blame the sender's (RFC 3463 §3.2)."""

_STATUS_REPORT = frozenset(["message/delivery-status", "message/global-delivery-status"])
_FEEDBACK_REPORT = frozenset(["message/feedback-report"])
_RECEIPT = frozenset(["message/disposition-notification", "message/global-disposition-notification"])
_RETURNED = frozenset(["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"])

_TO_US = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_FROM_US = ("list-unsubscribe", "to", "return-path")
_OF_FEEDBACK = ("original-mail-from", "original-rcpt-to")
"""Headers and fields in which a token of ours may stand."""

_TOKEN = re.compile(f"[A-Za-z2-7]{{{SIZE}}}(?![A-Za-z2-7])")
"""What stands before it may touch it: of `%2f` and `=3D` the last character could be a token's."""

_ASKS = re.compile(r"(?:(?:re|aw|sv|vs|antw|odp|回复|答复)\s*[:：]\s*)*unsubscribe(?![\w-])(.*)", re.IGNORECASE)
_LEAVES = re.compile(rf"unsubscribe\+{_TOKEN.pattern}", re.IGNORECASE)

_APPLE = "x-apple-unsubscribe"
"""Apple Mail says `auto-replied` of what it sends for a person who has left."""

_BEFORE_RFC_3834 = frozenset(["x-autoreply", "x-autorespond", "x-vacation"])
_IN_BULK = frozenset(["bulk", "junk", "list", "auto_reply"])
_POSTMASTER = re.compile(r"[^@]{0,200}\b(?:mailer-daemon|postmaster)\b", re.IGNORECASE)

_BLANK = re.compile(r"\n[ \t]*\n")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REPLY = re.compile(r"smtp\s*;\s*([245])\d\d[ -]+#?(\1\.\d{1,3}\.\d{1,3})\b", re.IGNORECASE)
_OPENING = frozenset(["original-recipient", "final-recipient", "action"])
"""Fields that cannot be said twice of one recipient."""

_COMPLETE = frozenset(["final-recipient", "action"])

_SHOWN = 200
"""Characters of the words for people."""


class Kind(StrEnum):
    """What a message that came back means."""

    UNSUBSCRIBE = "unsubscribe"
    HARD = "hard"
    """The address does not exist."""

    SOFT = "soft"
    """Not delivered, for a reason that says nothing of the address: full, refused, too late."""

    COMPLAINT = "complaint"
    OTHER = "other"
    """Nothing follows from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What came back, of one recipient."""

    kind: Kind

    claim: Claim | None = None
    """Who, by a token of ours."""

    address: str = ""
    """Who, where no token says it: as it was written, unchecked, and whoever wrote it may have lied."""

    digest: str = ""
    """What they want to leave, where no token says it: as it was written; empty: any."""

    status: str = ""
    """Of a bounce: `5.1.1` (RFC 3463)."""

    words: str
    """Why it counts as that; one line for people."""


def returned(data: bytes, keys: Sequence[bytes]) -> tuple[Returned, ...]:
    """Return what the message *data* says of each recipient that it is about, in its order; at least one.

    Nothing raises. A bounce is a delivery status (RFC 3464) and counts by its fields, whatever its words. Only a
    recipient whose delivery `failed` with one of the statuses 5.1.x that deny the address is a HARD one. All else
    that failed is SOFT: 5.2.2 (full) and 4.x.x, but also 5.7.x and the like, which say nothing of the address.
    Feedback reports (RFC 5965) are complaints or requests. Without report there are requests: the subject begins with
    `unsubscribe`, or the recipient with `unsubscribe+TOKEN`. What a machine wrote (RFC 3834) is one only with a token
    of *keys* in its subject: mail programs write for those who click their button, and vacations answer what we sent.
    """
    mail = message(data)
    parts = leaves(mail)
    found = _first(parts, _RETURNED)
    original = enclosed(found) if found else {}
    if found := _first(parts, _STATUS_REPORT):
        claim = _claim(mail.headers, _TO_US, keys) or _claim(original, _FROM_US, keys)
        bounces = tuple(dict.fromkeys(_bounce(recipient, claim) for recipient in _recipients(report(found))))
        return bounces or (Returned(kind=Kind.OTHER, claim=claim, words="a report that names no recipient"),)
    if said := _feedback_said(parts, original):
        return (_feedback(mail, said, original, keys),)
    return (_request(mail, keys) or Returned(kind=Kind.OTHER, words=_nothing(mail, parts)),)


def _first(parts: Iterable[Part], types: frozenset[str]) -> Part | None:
    return next((part for part in parts if part.media_type in types), None)


def _claim(headers: Mapping[str, str], names: Iterable[str], keys: Sequence[bytes]) -> Claim | None:
    """Return what the first token of ours says that is found in the headers *names*."""
    tokens = (token for name in names for token in _TOKEN.findall(headers.get(name, "")))
    return next((claim for token in tokens if (claim := claim_of(token, keys))), None)


def _address(headers: Mapping[str, str], *names: str) -> str:
    """Return the address in the first of the headers *names* that has one."""
    return next((found for name in names if (found := address(headers.get(name, "")))), "")


def _recipients(text: str) -> Sequence[Mapping[str, str]]:
    """Return the fields of each recipient in the delivery status *text*, in its order.

    They are told apart by a blank line, if what is above it is complete; where it is missing, by what cannot be said
    twice of one.
    """
    records: list[dict[str, str]] = [{}]
    for block in _BLANK.split(text):
        if records[-1].keys() >= _COMPLETE:
            records.append({})
        for name, value in fields(block):
            if name in _OPENING and name in records[-1]:
                records.append({})
            records[-1].setdefault(name, value)
    return [record for record in records if not _OPENING.isdisjoint(record)]


def _bounce(recipient: Mapping[str, str], claim: Claim | None) -> Returned:
    action, status = recipient.get("action", "").lower().partition(" ")[0], _status(recipient)
    if action != "failed":
        kind, why = Kind.OTHER, "no failure"
    elif status in _DEAD:
        kind, why = Kind.HARD, "no such address"
    else:
        kind, why = Kind.SOFT, "not delivered"
    said = ", ".join(filter(None, [f"{action} {status}".strip(), recipient.get("diagnostic-code", "")]))
    who = "" if claim else _address(recipient, "original-recipient", "final-recipient")
    return Returned(kind=kind, claim=claim, address=who, status=status, words=_words(why, said))


def _status(recipient: Mapping[str, str]) -> str:
    """Return the status of *recipient*, or the server's own where it says more: Exim reports all failures as 5.0.0."""
    found = _STATUS.match(recipient.get("status", ""))
    status = found[0] if found else ""
    if status and not status.endswith(".0.0"):
        return status
    reply = _REPLY.match(recipient.get("diagnostic-code", ""))
    return reply[2] if reply else status


def _feedback_said(parts: Iterable[Part], original: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields of the feedback report, of Outlook.com's too, which has none; empty if this is no feedback."""
    if found := _first(parts, _FEEDBACK_REPORT):
        return by_name(report(found))
    recipient = original.get("x-hmxmroriginalrecipient", "")
    return {"feedback-type": "abuse", "original-rcpt-to": recipient} if recipient else {}


def _feedback(mail: Part, said: Mapping[str, str], original: Mapping[str, str], keys: Sequence[bytes]) -> Returned:
    """Return what the feedback *said* of the message with the headers *original* (RFC 5965 §3)."""
    claim = _claim(mail.headers, _TO_US, keys) or _claim(original, _FROM_US, keys) or _claim(said, _OF_FEEDBACK, keys)
    feedback = said.get("feedback-type", "").lower()
    match feedback:
        case "abuse" | "fraud" | "other":
            kind, why = Kind.COMPLAINT, "a complaint"
        case "opt-out" | "opt-out-list":
            kind, why = Kind.UNSUBSCRIBE, "a request to unsubscribe, by the provider"
        case _:
            kind, why = Kind.OTHER, "no complaint"
    who = _address(said, "original-rcpt-to", "removal-recipient") or _address(original, "to")
    return Returned(kind=kind, claim=claim, address="" if claim else who, words=_words(why, feedback))


def _request(mail: Part, keys: Sequence[bytes]) -> Returned | None:
    """Return the request to unsubscribe that *mail* is, if it is one."""
    headers, line = mail.headers, subject(mail)
    asked = _ASKS.match(line)
    is_to_leave = any(_LEAVES.search(headers.get(name, "")) for name in _TO_US)
    written = _claim({"subject": line}, ["subject"], keys) if asked else None
    claim = _claim(headers, _TO_US, keys) or written
    if not (asked or (is_to_leave and claim)) or (_machine(headers) and not written and _APPLE not in headers):
        return None
    words = _words("a request to unsubscribe", line)
    if claim or not asked:
        return Returned(kind=Kind.UNSUBSCRIBE, claim=claim, words=words)
    digest = _TOKEN.sub("", asked[1]).strip(" .,:;!?'\"<>")
    return Returned(kind=Kind.UNSUBSCRIBE, address=_address(headers, "from"), digest=digest, words=words)


def _machine(headers: Mapping[str, str]) -> str:
    """Return what kind of message no person wrote (RFC 3834 §5, and what was usual before); empty: a person did."""
    said = headers.get("auto-submitted", "no").lower()
    if said.startswith("auto-replied") or not headers.keys().isdisjoint(_BEFORE_RFC_3834):
        return "a vacation reply"
    is_by_hand = said.startswith("no") and headers.get("precedence", "").lower() not in _IN_BULK
    return "" if is_by_hand else "an automatic message"


def _nothing(mail: Part, parts: Iterable[Part]) -> str:
    """Return the words for a message that says nothing to us."""
    headers = mail.headers
    if _first(parts, _RECEIPT):
        why = "a receipt"
    elif "x-failed-recipients" in headers or _POSTMASTER.match(headers.get("from", "")):
        why = "a bounce without report"
    else:
        why = _machine(headers) or "no report and no request in it"
    return _words(why, subject(mail))


def _words(why: str, said: str) -> str:
    return one_line(f"{why}: {said}"[:_SHOWN]) if said else why
