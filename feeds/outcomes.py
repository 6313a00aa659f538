"""What became of a post when it was read."""

from dataclasses import dataclass
from enum import StrEnum

from feeds.diagnostics import Diagnostic
from feeds.model import Entry


class Unreadable(Exception):  # noqa: N818 - as `Parsed`, a word for the post
    """A post can no longer be read as it was read before."""


class State(StrEnum):
    """What became of a post."""

    ENTRY = "entry"
    DRAFT = "draft"
    NOT_A_POST = "not_a_post"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A post, understood as far as it can be."""

    path: str
    """Below the content folder."""

    state: State
    entry: Entry | None = None
    """Of an `ENTRY`. Its id may still be another's too, and its link be empty: see `grouping.linked`."""

    has_zone: bool = True
    """Whether its date said in which time zone it is."""

    diagnostics: tuple[Diagnostic, ...] = ()
