"""Holds the samples in docs/servers to the real servers, those that are installed."""

import gzip
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

import pytest
from sites import built, write

TOP = Path(__file__).parent.parent
SAMPLES = TOP / "docs/servers"
COMMANDS = re.findall(r"^```sh\n(.*?)^```", (TOP / "docs/serving.md").read_text(), re.MULTILINE | re.DOTALL)

SERVERS = {"nginx": ("nginx",), "caddy": ("caddy",), "apache": ("apache2", "httpd")}
"""Each server with the names its program goes by."""

FOLDERS = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
ACCOUNT = "nobody" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
"""Who runs the server: never root."""

CONFIG = """
[site]
title = "Tide"
url = "https://news.example.org/"
language = "zh-CN"

[feeds]
archive = true
aliases = { "old/feed.xml" = "rss.xml", "旧/feed.rss" = "category/港口/rss.xml", "a:b*.json" = "feed.json" }
"""
POST = "---\ntitle: Low tide\ndate: 2026-03-0{}\ncategories: [港口]\n---\n" + "The water was low. " * 60
PLACE = f"/category/{quote('港口')}/"
EDITION = "/digest/daily/2026-03-02/"


# --- the servers -----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=SERVERS)
def port(request):
    """Serve a site with each server, and give the port."""
    with serving(request.param, CONFIG) as number:
        yield number


@contextmanager
def serving(name, config):
    """Serve a site of three posts with the server *name*, and give the port; skip where the server is not installed."""
    program = next(filter(None, (shutil.which(file, path=FOLDERS) for file in SERVERS[name])), None)
    if not program or not shutil.which("bash"):
        pytest.skip(f"{name} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        site, run = Path(folder, "site"), Path(folder, "run")
        run.mkdir()
        built(write(site, {f"{day}.md": POST.format(day) for day in (1, 2, 3)}, config))
        (site / "out/.well-known").mkdir()
        (site / "out/.well-known/security.txt").write_text("Contact: mailto:ada@example.org\n")
        number = free_port()
        arguments = {"nginx": nginx, "caddy": caddy, "apache": apache}[name](site, run, number)
        with served([program, *arguments], Path(folder), number):
            yield number


def nginx(site, run, number):
    """Configure nginx in *run* and return its arguments."""
    note_redirects(site, "/etc/nginx/", run)
    text = filled(SAMPLES / "nginx.conf", {"/srv/news/out": site / "out", "/etc/nginx": run})
    (run / "site.conf").write_text(text.replace("listen 80;", f"listen 127.0.0.1:{number};"))
    (run / "nginx.conf").write_text(f"""
        daemon off; pid {run}/pid; error_log {run}/log; events {{ }}
        http {{
            types {{ text/html html; text/css css; text/plain txt; text/xml xml; application/json json; }}
            default_type application/octet-stream; access_log off;
            client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fastcgi;
            uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi; include {run}/site.conf;
        }}""")
    return ["-c", f"{run}/nginx.conf"]


def caddy(site, run, number):
    """Configure Caddy in *run* and return its arguments."""
    note_redirects(site, "/etc/caddy/", run)
    text = filled(SAMPLES / "Caddyfile", {"/srv/news/out": site / "out", "/etc/caddy": run})
    text = text.replace("\nnews.example.com {", f"\nhttp://:{number} {{")
    (run / "Caddyfile").write_text("{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n" + text)
    return ["run", "--config", f"{run}/Caddyfile", "--adapter", "caddyfile"]


MODULES = ("mpm_event", "unixd", "authz_core", "autoindex", "dir", "mime", "alias", "filter", "headers", "deflate")
MODULE_FOLDERS = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules")


def apache(site, run, number):
    """Configure Apache in *run* and return its arguments."""
    note_redirects(site, "out/.htaccess", run)
    folder = next(filter(Path.is_dir, map(Path, MODULE_FOLDERS)), None)
    if not folder:
        pytest.skip("no folder with the modules of Apache")
    files = {name: folder / f"mod_{name}.so" for name in MODULES}
    loaded = "\n".join(f"LoadModule {name}_module {file}" for name, file in files.items() if file.is_file())
    (run / "types").write_text("text/html html\ntext/css css\ntext/plain txt\ntext/xml xml\napplication/json json\n")
    (run / "httpd.conf").write_text(f"""
        ServerName localhost
        Listen 127.0.0.1:{number}
        PidFile {run}/pid
        ErrorLog {run}/log
        {loaded}
        TypesConfig {run}/types
        DocumentRoot {site}/out
        DirectoryIndex default.htm
        FileETag None
        <Directory {site}/out>
            AllowOverride All
            Options Indexes
            Require all granted
        </Directory>""")
    return ["-f", f"{run}/httpd.conf", "-DFOREGROUND"]


def note_redirects(site, written, run):
    """Run the command of docs/serving.md that writes to *written*, with *run* for a folder in /etc."""
    (command,) = (command for command in COMMANDS if f"> {written}" in command)
    command = re.sub("/etc/[a-z]+", str(run), command).replace("docs/servers/", f"{SAMPLES}/")
    subprocess.run(["bash", "-c", command], cwd=site, check=True)


def filled(sample, places):
    """Return the text of *sample* with the test's places for its own; each of its own must be there."""
    text = sample.read_text()
    for theirs, ours in places.items():
        assert theirs in text
        text = text.replace(theirs, str(ours))
    return text


def free_port():
    """Return a port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def served(command, folder, number):
    """Run the server *command*, which may use *folder* alone, from when it answers until the end."""
    if ACCOUNT:
        for place in (folder, *folder.rglob("*")):
            shutil.chown(place, ACCOUNT)
    with (folder / "words").open("w+") as words:
        settings = {"user": ACCOUNT, "env": {"PATH": FOLDERS, "HOME": str(folder)}, "cwd": folder}
        server = subprocess.Popen(command, stdout=words, stderr=words, **settings)
        try:
            wait_for(number, server)
            assert server.poll() is None, (folder / "words").read_text()
            yield
        finally:
            server.terminate()
            server.wait(timeout=10)


def wait_for(number, server):
    """Return when something listens at the port, or *server* has given up; ten seconds at most."""
    end = time.monotonic() + 10
    while server.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", number)):
            return
        time.sleep(0.02)


def get(number, path, **headers):
    """Return status, headers and body; `If_None_Match` stands for `If-None-Match`."""
    with closing(HTTPConnection("127.0.0.1", number, timeout=10)) as connection:
        connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


# --- what the samples promise ----------------------------------------------------------------------

XML, JSON = "application/xml; charset=utf-8", "application/feed+json; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/rss.xml", XML, "public, max-age=3600"),
        (f"{PLACE}atom.xml", XML, "public, max-age=3600"),
        (f"{PLACE}feed.json", JSON, "public, max-age=3600"),
        ("/archive/2026-03.rss.xml", XML, "public, max-age=3600"),
        ("/archive/2026-03.feed.json", JSON, "public, max-age=3600"),
        ("/feeds.opml", "text/x-opml; charset=utf-8", "public, max-age=3600"),
        ("/", "text/html; charset=utf-8", "no-cache"),
        (PLACE, "text/html; charset=utf-8", "no-cache"),
        ("/feed.css", "text/css; charset=utf-8", "no-cache"),
        (f"{EDITION}email.txt", "text/plain; charset=utf-8", "no-cache"),
        (f"{EDITION}email.eml", "message/rfc822", "no-cache"),
    ],
)
def test_a_file_goes_out_as_what_it_is_and_for_as_long_as_it_holds(port, path, kind, cache):
    status, headers, _ = get(port, path)

    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, kind, cache)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize(("given", "asked"), [("ETag", "If_None_Match"), ("Last-Modified", "If_Modified_Since")])
@pytest.mark.parametrize("path", ["/rss.xml", f"{PLACE}atom.xml", f"{PLACE}feed.json", EDITION])
def test_who_has_a_file_already_is_not_sent_it_again(port, path, given, asked, coding):
    _, headers, _ = get(port, path, Accept_Encoding=coding)

    status, _, body = get(port, path, Accept_Encoding=coding, **{asked: headers[given]})

    assert (status, body) == (304, b"")


@pytest.mark.parametrize("path", ["/rss.xml", "/feed.json", "/feeds.opml", "/style.css", PLACE, f"{EDITION}email.eml"])
def test_text_is_compressed_for_those_who_take_it_and_for_caches_on_the_way(port, path):
    _, _, plain = get(port, path, Accept_Encoding="identity")

    _, headers, packed = get(port, path, Accept_Encoding="gzip", Via="1.1 cache.example.org")

    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed) == plain


def test_who_has_another_state_of_a_feed_is_sent_it(port):
    status, _, body = get(port, "/rss.xml", If_None_Match='"other-gzip"')

    assert (status, body.count(b"<item>")) == (200, 3)


@pytest.mark.parametrize("path", ["/.feeds", "/.htaccess", "/_headers", "/_redirects", "/nothing.xml"])
def test_what_is_nobodys_business_is_not_there(port, path):
    status, headers, body = get(port, path)

    assert (status, b"404" in body, headers.get_content_maintype()) == (404, True, "text")
    assert headers["Cache-Control"] in {None, "no-cache"}


def test_what_is_hidden_for_the_sake_of_its_name_can_be_had(port):
    status, _, body = get(port, "/.well-known/security.txt")

    assert (status, body) == (200, b"Contact: mailto:ada@example.org\n")


def test_a_folder_without_a_page_is_not_listed(port):
    status, _, body = get(port, "/category/")

    assert status in {403, 404}
    assert quote("港口").encode() not in body


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/old/feed.xml", "/rss.xml"),
        (f"/{quote('旧')}/feed.rss", f"{PLACE}rss.xml"),
        ("/a%3Ab%2A.json", "/feed.json"),
        (PLACE.rstrip("/"), PLACE),
    ],
)
def test_an_old_path_leads_to_the_new_one_behind_a_proxy_too(port, old, new):
    status, headers, _ = get(port, old, Host="news.example.org")

    assert status in {301, 308}
    assert unquote(urljoin("http://news.example.org/", headers["Location"])) == f"http://news.example.org{unquote(new)}"


@pytest.mark.parametrize("name", SERVERS)
def test_a_site_without_old_paths_is_served_as_well(name):
    with serving(name, CONFIG.partition("aliases")[0]) as port:
        status, _, _ = get(port, "/rss.xml")

    assert status == 200
