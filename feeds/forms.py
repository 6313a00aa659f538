"""What people are asked and told where they subscribe, choose and leave."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feeds.subscribers import Subscriber


class Kind(StrEnum):
    """What a page is for; the names of its words as well."""

    SUBSCRIBE = "subscribe"
    """The form for an address and what it is to get."""

    ASKED = "asked"
    """The answer to that form, whoever's address it was: look into your mail."""

    CONFIRM = "confirm"
    """Where the link in that mail leads: one button."""

    CONFIRMED = "confirmed"
    LEAVE = "leave"
    """Where the link to unsubscribe leads: one button."""

    LEFT = "left"
    PREFERENCES = "preferences"
    """The form for what a subscriber gets, and when."""

    GONE = "gone"
    """A link to confirm that was used, or is too old."""

    NOTHING = "nothing"
    """There is no such page."""

    MISTAKEN = "mistaken"
    """What was sent is none of our forms, or came from another site's page."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    """So many addresses from one network that it looks like a machine: try later."""

    BUSY = "busy"
    """Nothing could be read or kept just now: try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A category that can be chosen."""

    name: str
    """As entries have it."""

    title: str
    """As people read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A page, and what it shows."""

    kind: Kind
    depth: int = 0
    """How many folders below the top of the public part its address is."""

    token: str = ""
    """Whose link it is, as it stands in the address; empty: nobody's."""

    person: Subscriber = Subscriber(id="", address="")  # noqa: RUF009 - it is frozen
    """What is chosen; the address as it was typed."""

    digest: str = ""
    """The name of the digest that is left, or was; empty: all of them."""

    topics: tuple[Topic, ...] = ()
    """The categories that can be chosen, in the order of sections."""

    problem: str = ""
    """What is wrong with what was typed: `address`; empty: nothing."""

    is_saved: bool = False
    """The preferences are kept as they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A mail to someone who typed an address into the form: with the link by which it is known to be theirs."""

    person: Subscriber
    """The address that was typed, and what was asked for."""

    link: str
    """Absolute: to confirm; of one who gets mail already to their preferences."""

    key: str
    """What tells this mail from all others, and nothing of the address."""

    asked: datetime
    """Aware."""

    topics: tuple[Topic, ...] = ()
    """The categories that can be chosen; of what was chosen the mail names no others."""

    is_known: bool = False
    """They get mail already: there is nothing to confirm."""
