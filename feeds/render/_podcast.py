"""Adds what directories of podcasts read, in Apple's vocabulary, which all of them know."""

from feeds.render._feedgen import ITUNES, Element, child
from feeds.render._outline import Head, Item

PLAYED = frozenset(["audio/mpeg", "audio/mp4", "video/mp4", "video/quicktime"])
"""What Apple Podcasts plays: an item with anything else is no episode."""


def is_episode(item: Item) -> bool:
    """Say whether the file that RSS has of *item*, its first, is one that podcast programs play."""
    return bool(item.enclosures) and item.enclosures[0].type in PLAYED


def add_show(channel: Element, head: Head) -> None:
    """Tell directories what they ask of a feed, where the site says it."""
    podcast = head.podcast
    if not podcast.category:
        return
    child(channel, f"{ITUNES}author", head.author.name)
    _add_category(channel, podcast.category)
    child(channel, f"{ITUNES}explicit", _truth(said=podcast.explicit))
    owner = child(channel, f"{ITUNES}owner")
    child(owner, f"{ITUNES}name", head.author.name)
    child(owner, f"{ITUNES}email", podcast.email)
    if podcast.image or head.logo:
        child(channel, f"{ITUNES}image", href=podcast.image or head.logo)


def _add_category(channel: Element, category: str) -> None:
    parent = channel
    for name in category.split(" > "):
        parent = child(parent, f"{ITUNES}category", text=name)


def add_episode(element: Element, item: Item) -> None:
    """Tell players what an episode says of itself."""
    episode = item.episode
    if seconds := item.enclosures[0].duration:
        child(element, f"{ITUNES}duration", str(seconds))
    if item.image:
        child(element, f"{ITUNES}image", href=item.image.url)
    if not episode:
        return
    for name, value in (("season", episode.season), ("episode", episode.number)):
        if value:
            child(element, f"{ITUNES}{name}", str(value))
    if episode.kind:
        child(element, f"{ITUNES}episodeType", episode.kind)
    if episode.explicit is not None:
        child(element, f"{ITUNES}explicit", _truth(said=episode.explicit))


def _truth(*, said: bool) -> str:
    return "true" if said else "false"
