"""Answers the browser."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from feeds.diagnostics import FeedsError
from feeds.drafts import Draft
from feeds.figures import Stats
from feeds.inventory import written
from feeds.preview._drafts import Drafts
from feeds.preview._message import message_shown
from feeds.preview._pages import ROOM, framed, lively, news, page
from feeds.preview._reader import shown
from feeds.preview._server import Live
from feeds.preview._shelf import EditionOut, FeedOut, editions_in, feeds_in

_FRESH = {"cache-control": "no-store"}
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; frame-src 'self'; "
    "img-src 'self' https: http:; media-src https: http:; base-uri 'none'; form-action 'none'"
)
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; form-action 'none'"
_TYPES = {".xml": "application/xml", ".json": "application/json", ".opml": "application/xml", ".eml": "message/rfc822"}
"""With the types of feeds a browser would offer to save them, and not show them."""


def app_of(out: Path, live: Live, survey: Callable[[], Stats], drafts: Drafts) -> ASGIApp:
    """Return the application that serves *out* and the previews of what it holds, to this machine alone."""
    desk = _Desk(out, live, survey, drafts)
    routes = [
        Route(f"/{ROOM}", desk.overview),
        Route(f"/{ROOM}editions", desk.editions),
        Route(f"/{ROOM}edition/{{digest}}/{{key}}", desk.edition),
        Route(f"/{ROOM}mail/{{digest}}/{{key}}/{{scheme}}", desk.mail),
        Route(f"/{ROOM}feeds", desk.feeds),
        Route(f"/{ROOM}feed/{{path:path}}", desk.feed),
        Route(f"/{ROOM}problems", desk.problems),
        Route(f"/{ROOM}stats", desk.stats),
        Route(f"/{ROOM}events", desk.events),
        Mount(f"/{ROOM.rstrip('/')}", StaticFiles(directory=Path(__file__).parent / "assets")),
        Mount("/", _Site(out, live)),
    ]
    # Who gets a foreign name to point at this machine must not read what is written on it.
    ours = Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]"])
    return Starlette(routes=routes, middleware=[ours], exception_handlers={404: desk.nothing})


class _Site(StaticFiles):
    """The site, with pages that load themselves again."""

    def __init__(self, out: Path, live: Live) -> None:
        super().__init__(directory=out, html=True, check_dir=False)
        self._live = live

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return the file as it is, but a page with what makes it live."""
        path = Path(full_path)
        is_framed = Headers(scope=scope).get("sec-fetch-dest") == "iframe"
        if path.suffix != ".html" or is_framed:
            return FileResponse(path, status_code, _FRESH, _TYPES.get(path.suffix), stat_result=stat_result)
        return HTMLResponse(lively(path.read_text(encoding="utf-8"), self._live.look), status_code, _FRESH)


class _Desk:
    """The preview's own pages, of the look as it is when they are asked for."""

    def __init__(self, out: Path, live: Live, survey: Callable[[], Stats], drafts: Drafts) -> None:
        self._out = out
        self._live = live
        self._survey = survey
        self._drafts = drafts

    def overview(self, _request: Request) -> Response:
        """Show what there is."""
        return self._page("overview.html", editions=self._editions(), feeds=self._feeds())

    def editions(self, _request: Request) -> Response:
        """List every edition."""
        return self._page("editions.html", editions=self._editions())

    def edition(self, request: Request) -> Response:
        """Show an edition in each of its forms."""
        edition = self._named(request)
        try:
            draft = self._draft(edition)
        except FeedsError as error:
            return self._page("edition.html", edition=edition, message=None, mail=None, trouble=str(error))
        message = message_shown(draft.message)
        return self._page("edition.html", edition=edition, message=message, mail=draft.mail, trouble="")

    def mail(self, request: Request) -> Response:
        """Show an e-mail's HTML for a frame, as programs do that are light or dark."""
        try:
            html = self._draft(self._named(request)).html.decode()
        except FeedsError as error:
            raise HTTPException(404) from error
        headers = _FRESH | {"content-security-policy": _MAIL_POLICY}
        return HTMLResponse(framed(html, self._live.look.site, request.path_params["scheme"]), headers=headers)

    def feeds(self, _request: Request) -> Response:
        """List every feed."""
        return self._page("feeds.html", feeds=self._feeds())

    def feed(self, request: Request) -> Response:
        """Show a feed as a reader does."""
        path = request.path_params["path"]
        found = [feed for feeds in self._feeds().values() for feed in feeds]
        feed = next((feed for feed in found if path in dict(feed.formats).values()), None)
        if feed is None:
            raise HTTPException(404)
        return self._page("feed.html", feed=feed, path=path, shown=shown(path, self._read(path)))

    def problems(self, _request: Request) -> Response:
        """Show every problem with its place."""
        return self._page("problems.html")

    def stats(self, _request: Request) -> Response:
        """Show what the site has, and what it lacks."""
        try:
            return self._page("stats.html", stats=self._survey())
        except FeedsError:  # what every page tells of
            return self._page("problems.html", status=503)

    async def events(self, _request: Request) -> Response:
        """Tell a page that is open of each new look."""
        return StreamingResponse(self._news(), media_type="text/event-stream", headers=_FRESH)

    async def nothing(self, request: Request, _error: Exception) -> Response:
        """Say that there is no such page."""
        return self._page("nothing.html", status=404, path=request.url.path)

    async def _news(self) -> AsyncIterator[str]:
        async for look in self._live.looks():
            yield news(look)

    def _page(self, name: str, status: int = 200, **values: object) -> Response:
        headers = _FRESH | {"content-security-policy": _POLICY}
        return HTMLResponse(page(name, self._live.look, **values), status, headers)

    def _editions(self) -> Mapping[str, tuple[EditionOut, ...]]:
        look = self._live.look
        return editions_in(written(self._out, {}), look.site, look.report.mails if look.report else {})

    def _named(self, request: Request) -> EditionOut:
        """Return the edition that *request* names."""
        digest, key = request.path_params["digest"], request.path_params["key"]
        found = next((one for one in self._editions().get(digest, ()) if one.key == key), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _draft(self, edition: EditionOut) -> Draft:
        """Return the message of *edition*: as it was published, or as it would be now."""
        if not edition.is_over:
            return self._drafts.of(self._live.look.mark, edition.digest.name, edition.key)
        html, message = (self._read(f"{edition.path}email.{kind}") for kind in ("html", "eml"))
        return Draft(html=html, message=message, mail=edition.mail)

    def _feeds(self) -> Mapping[str, tuple[FeedOut, ...]]:
        return feeds_in(written(self._out, {}), self._read("feeds.opml"), self._live.look.site)

    def _read(self, path: str) -> bytes:
        """Return the bytes of a file that we published."""
        try:
            return (self._out / path).read_bytes()
        except OSError as error:
            raise HTTPException(404) from error
