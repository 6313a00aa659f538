"""Holds the samples for proxies to real ones before a real `feeds serve`, and its unit to systemd."""

import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from postbags import subscribe
from served import FORM, Served, heading, served
from test_serving import FOLDERS, SAMPLES, filled, free_port
from test_serving import served as run
from test_web_pages import ONE_CLICK, person, quay_at, token_of

PROXIES = ("nginx", "caddy")


@pytest.fixture(scope="module")
def quay(tmp_path_factory):
    """Give a site whose public part is at https://quay.example.org/mail/."""
    return quay_at(tmp_path_factory.mktemp("proxied") / "quay")


@pytest.fixture(scope="module")
def public(quay):
    with served(quay) as public:
        yield public


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request, public):
    """Give a proxy before the public part."""
    with proxied(request.param, public) as proxy:
        yield proxy


@contextmanager
def proxied(name, public, *, written=lambda text: text):
    """Run the proxy *name* before *public* as its sample, *written* once more, has it; skip where it is not there."""
    program = shutil.which(name, path=FOLDERS)
    if not program:
        pytest.skip(f"{name} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        number = free_port()
        host = public.address.removeprefix("http://").rstrip("/")
        arguments = {"nginx": nginx, "caddy": caddy}[name](Path(folder), number, host, written)
        with run([program, *arguments], Path(folder), number):
            yield Proxy(f"http://127.0.0.1:{number}/", Path(folder))


class Proxy(Served):
    """A proxy that runs."""

    def __init__(self, address, folder):
        super().__init__(address, None)
        self.folder = folder

    def seen_as(self, source):
        """Return the same proxy, asked from the address *source*."""
        asked = Proxy(self.address, self.folder)
        asked.source = source
        return asked


def nginx(folder, number, host, written):
    """Configure nginx in *folder* and return its arguments."""
    text = filled(SAMPLES / "nginx-public.conf", {"127.0.0.1:8080": host, "listen 80;": f"listen 127.0.0.1:{number};"})
    (folder / "site.conf").write_text(written(text))
    (folder / "nginx.conf").write_text(f"""
        daemon off; pid {folder}/pid; error_log {folder}/log; events {{ }}
        http {{
            access_log {folder}/access;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
            uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; include {folder}/site.conf;
        }}""")
    return ["-c", f"{folder}/nginx.conf"]


def caddy(folder, number, host, written):
    """Configure Caddy in *folder* and return its arguments."""
    text = filled(SAMPLES / "Caddyfile-public", {"127.0.0.1:8080": host, "news.example.com": f"http://:{number}"})
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n" + written(text))
    return ["run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


# --- what the samples promise ----------------------------------------------------------------------


def test_a_file_comes_through_compressed_and_with_its_tag_and_is_known_again(proxy):
    _, headers, _ = proxy.ask("HEAD", "/rss.xml", Accept_Encoding="br")

    again = proxy.ask("GET", "/rss.xml", Accept_Encoding="br", If_None_Match=headers["ETag"])

    assert (headers["Content-Encoding"], headers["Vary"], again[0]) == ("br", "Accept-Encoding", 304)
    assert (headers["ETag"].endswith('-br"'), again[1]["ETag"]) == (True, headers["ETag"])


def test_a_part_of_a_file_comes_through(proxy):
    status, headers, text = proxy.ask("GET", "/rss.xml", Range="bytes=0-4")

    assert (status, text, headers["Content-Range"][:10]) == (206, "<?xml", "bytes 0-4/")


def test_one_click_comes_through(quay, proxy):
    subscribe(quay, "click@example.com", again=True)

    answer = proxy.ask("POST", f"/mail/u/{token_of('click@example.com')}", urlencode(ONE_CLICK), Content_Type=FORM)

    assert (answer[0], answer[1]["Location"], answer[1]["Set-Cookie"]) == (200, None, None)
    assert person(quay, "click@example.com").status == "unsubscribed"


def test_a_form_that_is_too_large_is_answered_by_our_own_page(proxy):
    status, text = proxy.post("/subscribe", {"email": "a" * 70_000})

    assert (status, heading(text)) == (413, "That was too much at once")


def test_who_asks_is_who_the_proxy_says_and_not_who_they_say_themselves(proxy, request):
    number = PROXIES.index(request.node.callspec.params["proxy"])
    here, there = (proxy.seen_as(f"127.{number}.{net}.1") for net in (1, 2))

    for one in range(10):
        here.post("/subscribe", {"email": f"claims{one}@example.com"}, X_Forwarded_For=f"192.0.{one}.2")
    statuses = [
        place.post("/subscribe", {"email": "last@example.com"}, X_Forwarded_For="192.0.77.2")[0]
        for place in (here, there)
    ]

    assert statuses == [429, 200]


@pytest.mark.parametrize("is_passed_on", [True, False])
@pytest.mark.parametrize("name", PROXIES)
def test_the_public_part_may_be_a_folder_of_a_site(quay, public, name, is_passed_on):
    subscribe(quay, "below@example.com", again=True)
    path = f"u/{token_of('below@example.com')}"

    with proxied(name, public, written=BELOW[name, is_passed_on]) as proxy:
        found = [proxy.get(f"/mail/{one}")[0] for one in ("subscribe", "rss.xml", path)]
        left = proxy.post(f"/mail/{path}", ONE_CLICK)[0]

    assert (found, left, person(quay, "below@example.com").status) == ([200, 200, 200], 200, "unsubscribed")


BELOW = {
    ("nginx", True): lambda text: text.replace("location / {", "location /mail/ {"),
    ("nginx", False): lambda text: re.sub("location / ({[^;]*)", r"location /mail/ \1/", text),
    ("caddy", True): lambda text: text.replace("reverse_proxy", "reverse_proxy /mail/*"),
    ("caddy", False): lambda text: re.sub("(reverse_proxy.*)", r"handle_path /mail/* {\n\1\n}", text),
}
"""What is changed in a sample for a site whose public part is the folder /mail/: passed on, or taken off."""


@pytest.mark.parametrize("written", ["u/{}", "mail/p/{}?x", "c/{}.", "u/{}/%20"])
def test_no_log_of_nginx_has_an_address_with_a_token(public, written):
    path = written.format(token_of("log@example.com"))

    with proxied("nginx", public) as proxy:
        proxy.get(f"/{path}")
        logs = "".join((proxy.folder / name).read_text() for name in ("access", "log", "words"))

    assert token_of("log@example.com") not in logs


def test_nor_when_nobody_answers_behind_nginx():
    nobody = SimpleNamespace(address=f"http://127.0.0.1:{free_port()}/")

    with proxied("nginx", nobody) as proxy:
        status, _ = proxy.get(f"/u/{token_of('log@example.com')}")
        logs = "".join((proxy.folder / name).read_text() for name in ("access", "log", "words"))

    assert (status, token_of("log@example.com") in logs) == (502, False)


def test_systemd_understands_all_of_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    unit = tmp_path / "feeds-serve.service"
    unit.write_text(filled(SAMPLES / unit.name, {"/usr/local/bin/feeds": sys.executable, "User=feeds": "User=root"}))

    said = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)

    assert [line for line in said.stderr.splitlines() if unit.name in line] == []
