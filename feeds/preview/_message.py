"""Takes a message apart as mail programs do."""

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

_SHOWN = ("Subject", "From", "To", "Date", "List-Id", "List-Unsubscribe", "Archived-At")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """A message as a mail program has it, and as it is sent."""

    subject: str
    headers: tuple[tuple[str, str], ...]
    """Those that say something to people, decoded, by name."""

    text: str
    """The part without markup."""

    raw: str
    """The bytes as they are sent."""


def message_shown(message: bytes) -> MessageShown:
    """Return what there is to see of a *message* that we wrote."""
    parsed = message_from_bytes(message, policy=default)
    text = parsed.get_body(("plain",))
    return MessageShown(
        subject=str(parsed["Subject"]),
        headers=tuple((name, str(parsed[name])) for name in _SHOWN if name in parsed),
        text=text.get_content().replace("\r\n", "\n") if text else "",
        raw=message.decode("ascii", "backslashreplace").replace("\r\n", "\n"),
    )
