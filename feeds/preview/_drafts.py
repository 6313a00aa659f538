"""Has each draft made once."""

from collections.abc import Callable
from threading import Lock

from feeds.drafts import Draft


class Drafts:
    """The drafts of a look, each made once, however many frames ask for it at a time."""

    def __init__(self, make: Callable[[str, str], Draft]) -> None:
        self._make = make
        self._lock = Lock()
        self._mark = ""
        self._made: dict[tuple[str, str], Draft] = {}

    def of(self, mark: str, digest: str, key: str) -> Draft:
        """Return the draft of an edition in the look *mark*."""
        with self._lock:
            if mark != self._mark:
                self._mark, self._made = mark, {}
            if (digest, key) not in self._made:
                self._made[digest, key] = self._make(digest, key)
            return self._made[digest, key]
