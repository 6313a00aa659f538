"""Knows the site as it is configured now: `feeds.toml` and the templates may change while the server goes on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock

from feeds.desk import load, workshop_of
from feeds.diagnostics import FeedsError
from feeds.forms import Topic
from feeds.scan import stamp_of
from feeds.settings import Site
from feeds.store import topics_in
from feeds.subscribers import Subscriber
from feeds.targets import Frame


class LiveSite:
    """The site, read again when a file of it has changed; while that is broken, as it was before."""

    def __init__(self, folder: Path, told: Callable[[FeedsError], None]) -> None:
        """Read the site in *folder*: what is wrong with it then is raised, and later *told*, each time once."""
        self._folder = folder
        self._told = told
        self._lock = Lock()
        self._stamp = stamp_of(folder)
        self._frame = self._read()

    @property
    def frame(self) -> Frame:
        """Return the site and its templates."""
        with self._lock:
            stamp = stamp_of(self._folder)
            if stamp != self._stamp:
                self._stamp = stamp
                self._renew()
            return self._frame

    @property
    def site(self) -> Site:
        """Return the site."""
        return self.frame.site

    def spoken(self, person: Subscriber) -> Frame:
        """Return the frame in the language of *person*, else of the site."""
        return self.frame.spoken(person.language)

    def topics(self) -> tuple[Topic, ...]:
        """Return the categories that can be chosen, as the last build found them."""
        return topics_in(self._folder)

    def _read(self) -> Frame:
        return replace(load(self._folder), workshop=workshop_of(self._folder))

    def _renew(self) -> None:
        try:
            self._frame = self._read()
        except FeedsError as error:
            self._told(error)
