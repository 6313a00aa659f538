"""Serves `out/` and the subscribers' pages to the public.

Files are answered by the server's own loop from memory, people's requests by one thread that has the state, and mails
leave by another: none waits for the others.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from feeds import membership
from feeds.diagnostics import BUSY, FeedsError
from feeds.dispatch import Secrets
from feeds.invitations import send_waiting
from feeds.membership import Register
from feeds.office import office_of
from feeds.posting import Clock
from feeds.reports import Wishes
from feeds.settings import Site
from feeds.web._app import App
from feeds.web._clerk import Clerk
from feeds.web._doors import doors
from feeds.web._files import Files
from feeds.web._limits import Limits
from feeds.web._log import Logged
from feeds.web._pages import Front, pages_of
from feeds.web._post import Courier
from feeds.web._quota import MOST_IN_ALL, Quota
from feeds.web._server import behind_proxy
from feeds.web._server import serve as run
from feeds.web._site import LiveSite

__all__ = ["Errands", "serve"]

_PATIENCE = 2.0
"""Seconds that a page waits for another process which is writing to the state; then it asks to come again."""

_ADDRESS = re.compile(r"[^\s<>]*@[^\s<>]*")
"""What mail servers say of a recipient has the address; no log of ours has."""


@dataclass(frozen=True, kw_only=True)
class Errands:
    """What the server has from outside."""

    secrets: Secrets
    instant: Callable[[], datetime]
    """Returns the time: aware, in UTC."""

    opened: Callable[[int], None]
    """Called with the port when all is well and it begins to serve."""

    is_over: Callable[[], bool]
    """Says whether the process was asked to end before it served."""

    told: Callable[[FeedsError], None]
    """Called with what somebody has to mend."""

    failed: Callable[[str], None]
    """Called with the traceback of a fault of ours."""

    logged: Callable[[str], None] | None
    """Called with a line for each request, which names nobody; None: there is no log."""

    trusted: str
    """Addresses of proxies whose word counts for who asks, parted by commas."""


def serve(folder: Path, host: str, port: int, errands: Errands) -> None:
    """Serve the site in *folder* at *host*, a name or an address, and *port*, until the process is asked to end.

    0 is any port that is free; one where it cannot listen is a `FeedsError` with exit code 75. Without
    `mail.public_url` only the files are served. A site that could not send is a `FeedsError` with exit code 2.
    """
    live = LiveSite(folder, errands.told)
    if live.site.mail.public_url:
        _refuse_unready(folder, errands)
    with ExitStack() as stack:
        pages = behind_proxy(pages_of(_front(folder, live, errands, stack)), errands.trusted)
        app = App(Files(folder / "out"), pages, _tops(live.site))
        open_at = doors(host, port)
        for at in open_at:
            stack.enter_context(closing(at))
        errands.opened(open_at[0].getsockname()[1])
        shown = Logged(app, errands.logged, app.pattern) if errands.logged else app
        run(shown, open_at, errands.failed, Limits(), errands.is_over)


def _front(folder: Path, live: LiveSite, errands: Errands, stack: ExitStack) -> Front:
    """Return whom the pages ask; *stack* lets them go."""
    clerk = stack.enter_context(closing(Clerk(partial(_register, folder, errands, live), live, errands.instant)))
    is_open, wake = bool(live.site.mail.public_url), _nothing
    if is_open:
        wake = stack.enter_context(closing(_post(folder, errands))).wake
    return Front(
        is_open=is_open,
        site=live,
        clerk=clerk,
        quota=Quota(),
        all_quota=Quota(MOST_IN_ALL),
        instant=errands.instant,
        wake=wake,
        told=errands.told,
    )


def _tops(site: Site) -> Iterator[str]:
    """Yield the paths below which the site and its public pages are."""
    yield urlsplit(site.url).path
    if site.mail.public_url:
        yield urlsplit(site.mail.public_url).path


def _refuse_unready(folder: Path, errands: Errands) -> None:
    with office_of(folder, errands.secrets, _clock(errands, Event()), Wishes(now=errands.instant())):
        pass


def _register(folder: Path, errands: Errands, live: LiveSite) -> AbstractContextManager[Register]:
    keys, url = errands.secrets.keys, errands.secrets.state_url
    return membership.opened(folder, keys, url, errands.instant(), patience=_PATIENCE, site=live.site)


def _post(folder: Path, errands: Errands) -> Courier:
    is_over = Event()
    return Courier(
        partial(_delivered, folder, errands, is_over), errands.instant, errands.told, errands.failed, is_over=is_over
    )


def _delivered(folder: Path, errands: Errands, is_over: Event) -> datetime | None:
    """Deliver the invitations that are due; return when the next is. A mail server that is away is a `FeedsError`."""
    wishes = Wishes(now=errands.instant())
    with office_of(folder, errands.secrets, _clock(errands, is_over), wishes) as office:
        course, next_at = send_waiting(office)
        if course.stopped and not is_over.is_set():
            words = f"invitations wait: {_ADDRESS.sub('…', course.words)}"
            remedy = f"see that {office.site.mail.way} takes mail" if course.is_theirs else "they go when they may"
            raise FeedsError(words, help=remedy, exit_code=BUSY)
        return next_at


def _clock(errands: Errands, is_over: Event) -> Clock:
    return Clock(instant=errands.instant, sleep=is_over.wait, is_over=is_over.is_set)


def _nothing() -> None:
    """Do nothing: there is nobody to wake."""
