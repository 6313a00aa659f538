"""Answers the people who subscribe, confirm, choose and leave."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from feeds import consent
from feeds.consent import FORM, Bearer
from feeds.diagnostics import FeedsError
from feeds.forms import Form, Kind
from feeds.membership import Register
from feeds.render import forms
from feeds.render.mailboxes import CHOOSE, CONFIRM, LEAVE
from feeds.subscribers import BadAddressError, Status, Subscriber, address_of
from feeds.web._body import typed_into
from feeds.web._clerk import Clerk
from feeds.web._quota import Quota
from feeds.web._site import LiveSite
from feeds.web._typed import TRAP, MistakenError, Typed, chosen_by, source_of, wanted_by

SUBSCRIBE, HEALTH = "subscribe", "healthz"
FOLDERS = frozenset([SUBSCRIBE, HEALTH, LEAVE, CHOOSE, CONFIRM])
"""What the paths of these pages begin with."""

_STEADY = 0.25
"""Seconds that the answer to the form takes at least: what is known of an address shows in no other way either."""

_AGAIN_AFTER = "10"
"""Seconds after which it may go better."""

_KINDS = {
    HTTPStatus.BAD_REQUEST: Kind.MISTAKEN,
    HTTPStatus.FORBIDDEN: Kind.MISTAKEN,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Kind.MISTAKEN,
    HTTPStatus.NOT_FOUND: Kind.NOTHING,
    HTTPStatus.GONE: Kind.GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Kind.TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: Kind.TOO_MANY,
    HTTPStatus.SERVICE_UNAVAILABLE: Kind.BUSY,
}
"""The page that says what a status means."""

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
"""Their addresses hold tokens: no cache, no other site and no search engine may come to know them."""

_Answering = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Front:
    """Whom the pages ask."""

    is_open: bool
    """People can subscribe and leave here; else there is nothing but the page that says so."""

    site: LiveSite
    clerk: Clerk
    quota: Quota
    """What each network may ask for."""

    all_quota: Quota
    """What all of them may."""

    instant: Callable[[], datetime]
    """Returns the time: aware, in UTC."""

    wake: Callable[[], None]
    """Called when an invitation waits to be delivered."""

    told: Callable[[FeedsError], None]
    """Called with what keeps a page from being answered as it should be."""


def pages_of(front: Front) -> ASGIApp:
    """Return the application that answers below the top of the public part, and says where there is nothing."""
    desk = _Desk(front)
    people = [
        _route(f"/{SUBSCRIBE}", get=desk.form, post=desk.ask),
        _route(f"/{CONFIRM}/{{token}}", get=desk.invited, post=desk.confirm),
        _route(f"/{LEAVE}/{{token}}", get=desk.leaving, post=desk.leave),
        _route(f"/{CHOOSE}/{{token}}", get=desk.choosing, post=desk.choose),
    ]
    health = _route(f"/{HEALTH}", get=desk.health if front.is_open else desk.well)
    handlers = {HTTPException: desk.refused, FeedsError: desk.troubled, MistakenError: desk.mistaken}
    app = Starlette(routes=[health, *(people if front.is_open else ())], exception_handlers=handlers)  # type: ignore[arg-type]
    app.router.redirect_slashes = False  # it would lead to whatever host the request names
    return app


def _route(path: str, **answers: _Answering) -> Route:
    """Return the route of *path*; HEAD is answered as GET is, without body, and OPTIONS with what there is."""
    allowed = ", ".join([*("GET, HEAD" if name == "get" else name.upper() for name in answers), "OPTIONS"])

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"allow": allowed})
        return await answers["post" if request.method == "POST" else "get"](request)

    return Route(path, answer, methods=allowed.split(", "))


class _Desk:
    """The pages, of the state and the site as they are when somebody asks."""

    def __init__(self, front: Front) -> None:
        self._front = front

    # --- to subscribe -------------------------------------------------------------------------------

    async def form(self, request: Request) -> Response:
        """Show the form to subscribe."""
        topics = await asyncio.to_thread(self._front.site.topics)
        return await self._page(request, Form(kind=Kind.SUBSCRIBE, topics=topics))

    async def ask(self, request: Request) -> Response:
        """Take down what was typed; the answer is the same for every address, and takes as long."""
        typed = await typed_into(request)
        is_person = not "".join(typed.get(TRAP, ())).strip()
        work = self._taken(request, typed) if is_person else self._page(request, Form(kind=Kind.ASKED))
        answer, _ = await asyncio.gather(work, asyncio.sleep(_STEADY))
        return answer

    async def _taken(self, request: Request, typed: Typed) -> Response:
        topics = await asyncio.to_thread(self._front.site.topics)
        wanted = wanted_by(typed, self._front.site.site, {topic.name for topic in topics})
        try:
            person = replace(wanted, address=address_of(wanted.address))
        except BadAddressError:
            again = Form(kind=Kind.SUBSCRIBE, person=wanted, topics=topics, problem="address")
            return await self._page(request, again, HTTPStatus.UNPROCESSABLE_ENTITY)
        wait = self._wait(request.client.host if request.client else "")
        if wait:
            after = {"retry-after": str(int(wait.total_seconds()) + 1)}
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, headers=after)
        source = source_of(request.headers.get("referer", ""), FORM)
        if await self._front.clerk.do(partial(consent.ask, wanted=person, source=source)):
            self._front.wake()
        return await self._page(request, Form(kind=Kind.ASKED))

    def _wait(self, address: str) -> timedelta:
        now = self._front.instant()
        return self._front.quota.takes(address, now) or self._front.all_quota.takes("", now)

    async def invited(self, request: Request) -> Response:
        """Ask who comes by an invitation whether they want it; that they look at it says nothing yet."""
        return await self._invited(request, await self._of(request, consent.invited))

    async def confirm(self, request: Request) -> Response:
        """Subscribe who confirms."""
        _refuse_foreign(request)
        return await self._invited(request, await self._of(request, consent.confirm))

    async def _invited(self, request: Request, bearer: Bearer) -> Response:
        if not bearer.is_open and not bearer.is_done:
            raise HTTPException(HTTPStatus.GONE)
        kind = Kind.CONFIRMED if bearer.is_done else Kind.CONFIRM
        return await self._page(request, self._form(kind, request, bearer))

    # --- to leave and to choose ---------------------------------------------------------------------

    async def leaving(self, request: Request) -> Response:
        """Ask who comes by the link to unsubscribe whether they want that: programs that test links come too."""
        bearer = await self._of(request, consent.bearer)
        kind = Kind.LEAVE if bearer.person and bearer.person.status is Status.ACTIVE else Kind.LEFT
        return await self._page(request, self._form(kind, request, bearer))

    async def leave(self, request: Request) -> Response:
        """Unsubscribe, whatever is said beside: RFC 8058 §3.2, and the button of the page."""
        bearer = await self._of(request, consent.leave)
        return await self._page(request, self._form(Kind.LEFT, request, bearer))

    async def choosing(self, request: Request) -> Response:
        """Show what a subscriber gets, to be changed."""
        return await self._choices(request, await self._of(request, consent.bearer))

    async def choose(self, request: Request) -> Response:
        """Keep what was chosen; who chooses nothing leaves."""
        _refuse_foreign(request)
        typed = await typed_into(request)
        before = await self._of(request, consent.bearer)
        if before.person is None or before.person.status is not Status.ACTIVE:
            return await self._choices(request, before)
        wishes = await asyncio.to_thread(self._wishes, typed, before.person)
        if wishes is None:
            left = await self._of(request, partial(consent.leave, everything=True))
            return await self._page(request, self._form(Kind.LEFT, request, left))
        return await self._choices(
            request, await self._of(request, partial(consent.choose, wishes=wishes)), is_saved=True
        )

    def _wishes(self, typed: Typed, person: Subscriber) -> Subscriber | None:
        """Return what *person* wants from now on; None: nothing."""
        site = self._front.site
        return chosen_by(typed, site.site, {topic.name for topic in site.topics()}, site.frame.wordings, person)

    async def _choices(self, request: Request, bearer: Bearer, *, is_saved: bool = False) -> Response:
        topics = await asyncio.to_thread(self._front.site.topics)
        form = replace(self._form(Kind.PREFERENCES, request, bearer), topics=topics, is_saved=is_saved)
        return await self._page(request, form)

    # --- what all have in common --------------------------------------------------------------------

    async def health(self, request: Request) -> Response:
        """Say that the state can be reached."""
        await self._front.clerk.do(_looked)
        return await self.well(request)

    async def well(self, _request: Request) -> Response:
        """Say that the server is there."""
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    async def refused(self, request: Request, error: HTTPException) -> Response:
        """Say why there is no answer."""
        status = HTTPStatus(error.status_code)
        if status not in _KINDS:
            return PlainTextResponse(
                f"{status.phrase}\n", status, {**(error.headers or {}), "cache-control": "no-store"}
            )
        return await self._page(request, Form(kind=_KINDS[status]), status, error.headers)

    async def troubled(self, request: Request, error: FeedsError) -> Response:
        """Say that it does not work now, and to those who can mend it why."""
        self._front.told(error)
        busy = HTTPStatus.SERVICE_UNAVAILABLE
        return await self._page(request, Form(kind=Kind.BUSY), busy, {"retry-after": _AGAIN_AFTER})

    async def mistaken(self, request: Request, _error: MistakenError) -> Response:
        """Say that this is none of our forms."""
        return await self._page(request, Form(kind=Kind.MISTAKEN), HTTPStatus.BAD_REQUEST)

    async def _of(self, request: Request, work: Callable[..., Bearer | None]) -> Bearer:
        """Return what *work* makes of the token in the address; one that is none of ours leads nowhere."""

        def done(register: Register) -> Bearer | None:
            return work(register, token=request.path_params["token"])

        bearer = await self._front.clerk.do(done)
        if bearer is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return bearer

    def _form(self, kind: Kind, request: Request, bearer: Bearer) -> Form:
        person = bearer.person or Subscriber(id="", address="", status=Status.UNSUBSCRIBED)
        token = bearer.own or request.path_params["token"]
        return Form(kind=kind, token=token, person=person, digest=bearer.digest)

    async def _page(
        self,
        request: Request,
        form: Form,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return *form* as a page; where a template is broken, what was done is said all the same."""
        placed = replace(form, depth=request.scope["path"].count("/") - 1)
        whole = {**_HEADERS, **(headers or {})}
        try:
            data = await asyncio.to_thread(self._rendered, placed)
        except FeedsError as error:
            self._front.told(error)
            return PlainTextResponse(f"{status.phrase}\n", status, whole)
        return Response(data, status, whole, "text/html")

    def _rendered(self, form: Form) -> bytes:
        return forms.render(form, self._front.site.spoken(form.person))


def _looked(register: Register) -> None:
    with register.state.transaction():
        pass


def _refuse_foreign(request: Request) -> None:
    """Refuse what another site's page sends; browsers say so themselves."""
    if request.headers.get("sec-fetch-site", "same-origin") in {"cross-site", "same-site"}:
        raise HTTPException(HTTPStatus.FORBIDDEN)
