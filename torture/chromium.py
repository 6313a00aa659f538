"""Drives a headless Chromium through its DevTools pipe, with the standard library alone."""

import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--no-default-browser-check",
    "--disable-popup-blocking",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-pipe",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter,Translate",
)
_PATIENCE = 20.0
"""Seconds that a page may take to load."""

_SETTLING = 0.06
"""Seconds for which a page is watched after it has loaded: what begins by itself has begun by then."""

Event = dict[str, Any]


class LostError(Exception):
    """The browser has ended, or does not answer."""


@dataclass(kw_only=True)
class Visit:
    """What a page did while it was open."""

    events: list[Event] = field(default_factory=list)

    def of(self, *methods: str) -> Iterator[Event]:
        """Yield the parameters of each event of these *methods*, in order."""
        yield from (event["params"] for event in self.events if event["method"] in methods)


class Browser:
    """One page of a browser that believes to be in a network of our own."""

    def __init__(self, to: int, back: int) -> None:
        self._to = to
        self._back = back
        self._rest = b""
        self._number = 0
        self._events: list[Event] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Target.setDiscoverTargets", discover=True)
        for domain in ("Page", "Network", "Debugger", "Runtime"):
            self._call(f"{domain}.enable", session=self._session)

    def bypass_policy(self, *, enabled: bool) -> None:
        """Show pages as if they had no Content-Security-Policy."""
        self._call("Page.setBypassCSP", session=self._session, enabled=enabled)

    def visit(self, url: str) -> Visit:
        """Open *url*, and return all that happened until it had settled."""
        self._events.clear()
        self._call("Page.navigate", session=self._session, url=url)
        self._until(lambda event: event["method"] == "Page.loadEventFired", _PATIENCE)
        self._until(lambda _: False, _SETTLING)
        return Visit(events=list(self._events))

    def ask(self, expression: str) -> Any:  # noqa: ANN401 - what JavaScript says
        """Return the value of a JavaScript *expression* in the page that is open."""
        answer = self._call("Runtime.evaluate", session=self._session, expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def wait(self, seconds: float) -> Visit:
        """Leave the page open for some *seconds*, and return what happened."""
        self._events.clear()
        self._until(lambda _: False, seconds)
        return Visit(events=list(self._events))

    def _call(self, method: str, *, session: str = "", **parameters: object) -> Any:  # noqa: ANN401 - as it answers
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        answer = self._until(lambda answer: answer.get("id") == self._number, _PATIENCE)
        if answer is None:
            raise LostError(f"no answer to {method}")
        return answer.get("result", {})

    def _until(self, wanted: Any, seconds: float) -> Event | None:  # noqa: ANN401 - a test of a message
        """Take messages for some *seconds*, until there is the one that is *wanted*; dialogs are closed on the way."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for message in self._messages(left):
                if "method" in message:
                    self._events.append(message)
                    if message["method"] == "Page.javascriptDialogOpening":
                        self._send_away_dialog()
                if ("method" in message or "id" in message) and wanted({"method": "", **message}):
                    return message
        return None

    def _send_away_dialog(self) -> None:
        self._number += 1
        message = {"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
        os.write(self._to, json.dumps(message | {"sessionId": self._session}).encode() + b"\0")

    def _messages(self, seconds: float) -> Iterator[Event]:
        while b"\0" not in self._rest:
            if not select.select([self._back], [], [], seconds)[0]:
                return
            data = os.read(self._back, 1 << 20)
            if not data:
                raise LostError("the browser has ended")
            self._rest += data
        text, _, self._rest = self._rest.partition(b"\0")
        yield json.loads(text)


def program() -> str:
    """Return the path of a Chromium of this machine; empty where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), "")


@contextmanager
def browsing(folder: Path, port: int) -> Iterator[Browser]:
    """Start a browser with its profile in *folder*, for which every host and port is *port* of this machine."""
    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{port}"
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    spare = [fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 10) for number in (theirs_in, theirs_out)]
    actions = [
        (os.POSIX_SPAWN_DUP2, spare[0], 3),
        (os.POSIX_SPAWN_DUP2, spare[1], 4),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    line = [program(), *_FLAGS, rules, f"--user-data-dir={folder}", f"--log-net-log={folder}/net.json"]
    child = os.posix_spawn(line[0], line, os.environ, file_actions=actions, setpgroup=0)
    for number in (theirs_in, theirs_out, *spare):
        os.close(number)
    try:
        yield Browser(ours_out, ours_in)
        with suppress(OSError):
            os.write(ours_out, b'{"id": 0, "method": "Browser.close"}\0')
        _wait(child, 10)
    finally:
        with suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        os.close(ours_out)
        os.close(ours_in)


def _wait(child: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and os.waitpid(child, os.WNOHANG)[0] == 0:
        time.sleep(0.05)
