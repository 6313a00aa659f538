"""Makes the message of an edition whose days are not over, as it would be now."""

from dataclasses import dataclass
from pathlib import Path

from feeds.desk import load
from feeds.diagnostics import FeedsError, FileError
from feeds.grouping import cut
from feeds.mailroom import Desk, desk_of
from feeds.plan import message_targets
from feeds.reports import Wishes
from feeds.store import Cache
from feeds.targets import MailSize
from feeds.workers import Rendered, render_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message as it is, or would be, published."""

    html: bytes
    message: bytes
    mail: MailSize | None


def draft(folder: Path, digest: str, key: str, wishes: Wishes) -> Draft:
    """Return the message of *digest*'s edition *key*, of what is published of it so far; nothing is written.

    A mistake in a template, or an edition that is no more there, is a `FeedsError`.
    """
    with Cache.looked_at(folder / ".feeds" / "cache.sqlite3") as cache:
        html, _, message = _made(desk_of(folder, load(folder), cache, wishes), digest, key)
        return Draft(html=html.data, message=message.data, mail=html.mail)


def _made(desk: Desk, digest: str, key: str) -> tuple[Rendered, ...]:
    edition = next((one for one in desk.editions.get(digest, ()) if one.key == key), None)
    if edition is None:
        raise FeedsError(f"{digest} has no edition {key}")
    targets = tuple(message_targets(cut(edition), desk.feeds[digest]))
    briefs = desk.briefs({entry.path for entry in edition.entries})
    made = tuple(render_all(targets, desk.root, briefs, desk.frame, 1))
    if problem := next((one.problem for one in made if one.problem), None):
        raise FileError(problem)
    return made
