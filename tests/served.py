"""The public part of a site for tests: `feeds serve` as a process of its own, and what browsers would ask of it."""

import os
import re
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from http.client import HTTPConnection
from urllib.parse import urlencode

from postbags import KEY, at

PUBLIC = "https://quay.example.org/mail/"
FORM = "application/x-www-form-urlencoded"


@contextmanager
def served(folder, *arguments, now="4 08:00"):
    """Serve the site in *folder* from *now* on, at a free port; SIGTERM ends it, and it has to end well."""
    with begun(folder, *arguments, now=now) as process:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), process.communicate()
        yield Served(address, process)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)
        assert (process.returncode, "Traceback" in said[1]) == (0, False), said


@contextmanager
def begun(folder, *arguments, now="4 08:00"):
    """Lend a server of *folder* as a process, which may end as it likes; without *now* it goes by the clock."""
    command = [sys.executable, "-m", "feeds", "-C", str(folder), *(["--now", at(now).isoformat()] if now else [])]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"FEEDS_SECRET": KEY},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


class Served:
    """A server that runs."""

    source = ""
    """The address of this machine that asks; empty: any."""

    def __init__(self, address, process):
        self.address = address
        self.process = process
        self._host = address.removeprefix("http://").rstrip("/")

    def ask(self, method, path, body=None, **headers):
        """Return status, headers and text of the answer; `Sec_Fetch_Site` stands for `Sec-Fetch-Site`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(HTTPConnection(self._host, timeout=20, source_address=(self.source, 0))) as connection:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def get(self, path, **headers):
        """Return status and text of what is at *path*."""
        status, _, text = self.ask("GET", path, **headers)
        return status, text

    def post(self, path, fields=(), **headers):
        """Send the form of *fields*, pairs or a mapping, and return status and text of the answer."""
        status, _, text = self.ask("POST", path, urlencode(fields), **({"Content_Type": FORM} | headers))
        return status, text


def heading(text):
    """Return the heading of a page."""
    return re.search("<h1[^>]*>(.*?)</h1>", text)[1]


def mail_of(data):
    return message_from_bytes(data, policy=policy.default)


def link_in(mail, folder):
    """Return the path of the public page in *folder* that *mail* leads to."""
    text = mail.get_body(("plain",)).get_content()
    return re.search(rf"{PUBLIC}({folder}/\w+)\s", text)[1]
