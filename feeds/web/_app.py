"""Leads each request to the files or to the pages."""

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.tokens import SIZE
from feeds.web._files import Files
from feeds.web._pages import FOLDERS

_TOKEN = re.compile(rf"[a-z2-7]{{{SIZE}}}", re.IGNORECASE | re.ASCII)


class App:
    """The whole of what is served."""

    def __init__(self, files: Files, pages: ASGIApp, tops: Iterable[str]) -> None:
        """Serve *files* and *pages* below each of *tops*, paths that end with `/`, and where a proxy took those off."""
        self._files = files
        self._pages = pages
        self._tops = sorted({top for top in tops if top != "/"}, key=len, reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer: a page where its folder is named, else a file, else the page that says that there is nothing."""
        path = self._below(scope["path"])
        is_page = path.partition("/")[0] in FOLDERS
        if is_page or not await self._files.answer(path, scope, send):
            await self._pages({**scope, "path": f"/{path}", "root_path": ""}, receive, send)

    def pattern(self, path: str) -> str:
        """Return *path* as a log may have it: whoever reads it must not be able to choose or leave for others.

        What looks like a token is hidden wherever it stands, since a proxy may put something before or after it.
        """
        below = self._below(path)
        folder, slash, _ = below.partition("/")
        return f"/{folder}/…" if slash and folder in FOLDERS else _TOKEN.sub("…", path)

    def _below(self, path: str) -> str:
        for top in self._tops:
            if path.startswith(top):
                return path.removeprefix(top)
        return path.removeprefix("/")
