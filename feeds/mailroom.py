"""Makes the messages of editions, and puts them into envelopes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from feeds.deliveries import Mailing
from feeds.desk import arranged, listed
from feeds.diagnostics import FileError
from feeds.model import Brief, Edition
from feeds.parcels import Parcel
from feeds.plan import feed_of
from feeds.posting import Address
from feeds.reading import read_posts
from feeds.render.mailboxes import parsed, sender_of
from feeds.render.mailing import addresser, unpacked
from feeds.reports import Wishes
from feeds.settings import Site
from feeds.store import Cache
from feeds.subscribers import Subscriber
from feeds.targets import EditionPage, FeedLink, Frame, Target
from feeds.tokens import token
from feeds.variants import Variant, variants_of
from feeds.vault import secret_of
from feeds.workers import render_all

NOBODY = "0" * 16
"""The id of no subscriber, whose token stands in frozen messages where each recipient's own belongs."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The editions of a site as its posts are now, and what it takes to make their messages."""

    frame: Frame
    root: str
    editions: Mapping[str, tuple[Edition, ...]]
    """Of each digest, by name, the oldest first, uncut."""

    feeds: Mapping[str, FeedLink]
    briefs: Callable[[set[str]], Mapping[str, Brief]]


def desk_of(folder: Path, frame: Frame, cache: Cache, wishes: Wishes) -> Desk:
    """Return the desk of the site in *folder*, with what *cache* remembers of posts that have not changed."""
    listing, frame = listed(folder, frame)
    posts = read_posts(listing, frame.site, cache, wishes, 0)
    arrangement = arranged(folder, posts, frame.site, wishes.now).arrangement
    digests = frame.site.digests
    return Desk(
        frame=frame,
        root=listing.root,
        editions={digest.name: found for digest, found in zip(digests, arrangement.editions, strict=True)},
        feeds={digest.name: feed_of(digest, arrangement) for digest in digests},
        briefs=lambda paths: cache.briefs(paths - posts.fresh, Brief),
    )


def mailings_of(
    desk: Desk, edition: Edition, people: Iterable[Subscriber], keys: Sequence[bytes]
) -> dict[str, Mailing]:
    """Return what *people* get of *edition*, by the names of its variants; a template's mistake is a `FeedsError`."""
    variants = variants_of(edition, people, desk.frame.site)
    mark = token(NOBODY, edition.digest.name, keys)
    made = (_made(desk, language, variants, mark) for language in sorted({v.language for v in variants}))
    return {name: mailing for some in made for name, mailing in some}


def _made(desk: Desk, language: str, variants: Sequence[Variant], mark: str) -> Iterator[tuple[str, Mailing]]:
    """Yield the mailings in *language* with their names."""
    frame = desk.frame.spoken(language)
    targets = [_target(desk, variant, mark) for variant in variants if variant.language == language]
    paths = {entry.path for target in targets for entry in target.entries}
    for rendered in render_all(targets, desk.root, desk.briefs(paths), frame, 1):
        if rendered.problem:
            raise FileError(rendered.problem)
        yield rendered.path, unpacked(rendered.data)


def _target(desk: Desk, variant: Variant, mark: str) -> Target:
    page = EditionPage(edition=variant.edition, feed=desk.feeds[variant.edition.digest.name], mark=mark)
    return Target(path=variant.name, kind="mailing", subject=page, entries=variant.edition.entries)


def envelopes(
    mailings: Mapping[str, Mailing], digest: str, site: Site, keys: Sequence[bytes], sign: Callable[[bytes], bytes]
) -> Address:
    """Return what makes the message of one of *mailings*, by name, for a subscriber, signed by *sign*."""
    addressers = {name: addresser(mailing) for name, mailing in mailings.items()}

    def parcel(variant: str, person: Subscriber) -> Parcel:
        own = token(person.id, digest, keys)
        message = addressers[variant](person.name, person.address, person.id, own)
        return Parcel(sender=bounces_to(site, own), recipient=person.address, message=sign(message))

    return parcel


def signer_of(site: Site, folder: Path) -> Callable[[bytes], bytes]:
    """Return what signs a message as *site* wants it, or leaves it; a key that cannot be used is a `FeedsError`."""
    if not site.mail.dkim.domain:
        return lambda message: message
    from feeds.signing import signer  # noqa: PLC0415 - most sites leave it to their mail server

    return signer(site.mail.dkim, secret_of(folder / site.mail.dkim.key_file))


def bounces_to(site: Site, own: str) -> str:
    """Return the envelope's sender: the mailbox for bounces, with the recipient's token, or the sender's own."""
    if not site.mail.bounces:
        return sender_of(site)[1]
    local, _, domain = parsed(site.mail.bounces)[1].rpartition("@")
    return f"{local}+{own}@{domain}"
