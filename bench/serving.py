"""Measures the public server beside nginx and a bare Starlette endpoint: `python -m bench.serving`.

All three answer on this machine with the same bytes, asked by wrk. The bare endpoint is one function of Starlette's
that returns a constant, on the same uvicorn with the same loop and parser: it opens no file, and has no validators.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from socket import create_connection, socket
from statistics import median
from tempfile import TemporaryDirectory
from time import sleep
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bench import corpus
from bench.__main__ import FEEDS, SITE, cost_of

TOP = Path(__file__).parent.parent
POSTS = 400
FOLDERS = "/usr/bin:/usr/local/bin:/usr/sbin:/usr/local/sbin"
SMALL, LARGE = 5_000, 40_000
"""Bytes that a small and a usual feed have, about."""

OURS = """
import sys
from pathlib import Path
from feeds.web._doors import door
from feeds.web._files import Files
from feeds.web._limits import Limits
from feeds.web._server import serve
files = Files(Path(sys.argv[1]))
async def app(scope, receive, send):
    await files.answer(scope["path"][1:], scope, send)
serve(app, [door("127.0.0.1", int(sys.argv[2]))], print, Limits(), lambda: False)
"""
BARE = """
import sys
from pathlib import Path
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
def endpoint(body):
    async def answer(request):
        return Response(body, media_type="application/xml")
    return answer
top = Path(sys.argv[1])
routes = [Route(f"/{path}", endpoint((top / path).read_bytes())) for path in sys.argv[3:]]
uvicorn.run(Starlette(routes=routes), port=int(sys.argv[2]), loop="uvloop", http="httptools", access_log=False,
            log_level="error")
"""
NGINX = """
daemon off; pid {run}/pid; error_log {run}/log; worker_processes 1; events {{ }}
http {{
    access_log off; sendfile on; tcp_nopush on; types {{ application/xml xml; }}
    client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fastcgi;
    uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
    server {{ listen 127.0.0.1:{port}; root {out}; }}
}}
"""
FORM = "application/x-www-form-urlencoded"
SCRIPT = 'wrk.method = "POST"\nwrk.body = [[{body}]]\nwrk.headers["Content-Type"] = "{form}"\n'


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that runs."""

    address: str
    process: int


@dataclass(frozen=True, kw_only=True)
class Speed:
    """What a server did while it was asked."""

    rate: float
    """Answers a second."""

    cpu: float
    """Microseconds of its CPU for each; of nginx of its first process alone, which does not answer."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is asked of which servers."""

    name: str
    path: str
    headers: Mapping[str, str]


def measured(server: Server, path: str, headers: Mapping[str, str], seconds: int, script: str = "") -> Speed:
    """Return how fast *server* answers when asked for *path*; all answers have to be 2xx or 3xx."""
    said = [f"-H{name}: {text}" for name, text in headers.items()]
    command = [_program("wrk"), "-t2", "-c32", f"-d{seconds}", *said, *(["-s", script] if script else [])]
    before = _cpu(server.process)
    words = subprocess.run([*command, f"{server.address}{path}"], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in words or "Socket errors" in words:
        sys.exit(f"{path}: {words}")
    answers = int(re.search(r"(\d+) requests in", words)[1])
    rate = float(re.search(r"Requests/sec: +([\d.]+)", words)[1])
    return Speed(rate=rate, cpu=(_cpu(server.process) - before) / answers * 1e6)


def _cpu(process: int) -> float:
    """Return the seconds of CPU that *process* has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def posted(server: Server, path: str, body: str, seconds: int, folder: Path) -> Speed:
    """Return how fast *server* answers when *body* is posted to *path*."""
    script = folder / "post.lua"
    script.write_text(SCRIPT.format(body=body, form=FORM))
    return measured(server, path, {}, seconds, str(script))


def cases_of(out: Path, address: str) -> Iterator[Case]:
    """Yield what is asked: a small feed and a usual one, each as it is, as it is known already, and compressed."""
    for size in (SMALL, LARGE):
        path = _nearest(out, size)
        whole = f"{(out / path).stat().st_size / 1000:.0f} KB"
        tag = _asked(f"{address}{path}", {})["ETag"]
        yield Case(name=f"{whole}, 200", path=path, headers={})
        yield Case(name=f"{whole}, 304", path=path, headers={"If-None-Match": tag})
        for coding in ("gzip", "br"):
            packed = int(_asked(f"{address}{path}", {"Accept-Encoding": coding})["Content-Length"])
            name = f"{whole}, 200, {coding} ({packed / 1000:.0f} KB)"
            yield Case(name=name, path=path, headers={"Accept-Encoding": coding})


def _asked(url: str, headers: Mapping[str, str]) -> Message:
    try:
        with urlopen(Request(url, headers=dict(headers))) as answer:
            return answer.headers
    except HTTPError as error:
        sys.exit(f"{url}: {error}")


def _nearest(out: Path, size: int) -> str:
    """Return the path of the feed in *out* whose size is nearest to *size*."""
    feeds = sorted(out.rglob("*.xml"))
    return min(feeds, key=lambda path: abs(path.stat().st_size - size)).relative_to(out).as_posix()


def _program(name: str) -> str:
    return shutil.which(name, path=FOLDERS) or ""


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[Server]:
    """Run a server that listens at *port*."""
    with subprocess.Popen(command, cwd=TOP) as process:
        try:
            _await(port)
            yield Server(address=f"http://127.0.0.1:{port}/", process=process.pid)
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(200):
        try:
            with create_connection(("127.0.0.1", port)):
                return
        except OSError:
            sleep(0.05)
    sys.exit(f"nothing listens at port {port}")


def _free_port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _site(folder: Path) -> Path:
    corpus.write(folder / "content", POSTS)
    (folder / "feeds.toml").write_text(f"{SITE}folder = 'content'\n")
    cost_of(FEEDS, folder)
    return folder / "out"


@contextmanager
def _servers(out: Path, folder: Path) -> Iterator[Mapping[str, Server]]:
    """Run all servers that there are, by name."""
    ports = [_free_port() for _ in range(3)]
    paths = [_nearest(out, size) for size in (SMALL, LARGE)]
    commands = {
        "feeds": [sys.executable, "-c", OURS, str(out), str(ports[0])],
        "bare endpoint": [sys.executable, "-c", BARE, str(out), str(ports[1]), *paths],
    }
    if nginx := _program("nginx"):
        (folder / "nginx.conf").write_text(NGINX.format(run=folder, out=out, port=ports[2]))
        commands["nginx"] = [nginx, "-c", f"{folder}/nginx.conf"]
    else:
        print("nginx is left out: there is none")
    with ExitStack() as stack:
        servers = zip(commands.items(), ports, strict=False)
        yield {name: stack.enter_context(_running(command, port)) for (name, command), port in servers}


def _round(case: Case, servers: Mapping[str, Server], seconds: int) -> Mapping[str, Speed]:
    """Return the speed of each server: the bare one knows no headers, nginx no coding, and no tag of ours."""
    found = {"feeds": measured(servers["feeds"], case.path, case.headers, seconds)}
    found["bare endpoint"] = measured(servers["bare endpoint"], case.path, {}, seconds)
    if "nginx" in servers and set(case.headers) <= {"If-None-Match"}:
        url = f"{servers['nginx'].address}{case.path}"
        tag = {"If-None-Match": _asked(url, {})["ETag"]} if case.headers else {}
        found["nginx"] = measured(servers["nginx"], case.path, tag, seconds)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description=__doc__)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    wishes = parser.parse_args()
    if not _program("wrk"):
        sys.exit("there is no wrk: a package of that name has it")
    with TemporaryDirectory(dir=".") as name:
        folder = Path(name).absolute()
        folder.chmod(0o755)  # nginx's worker is somebody else
        out = _site(folder)
        with _servers(out, folder) as servers:
            _print(servers, list(cases_of(out, servers["feeds"].address)), wishes)


def _print(servers: Mapping[str, Server], cases: Sequence[Case], wishes: argparse.Namespace) -> None:
    print("| asked for | answers/s | ÷ bare endpoint's | ÷ nginx's | CPU µs an answer | bare endpoint's ÷ ours |")
    print("| --- | --: | --: | --: | --: | --: |")
    for case in cases:
        rounds = [_round(case, servers, wishes.seconds) for _ in range(wishes.rounds)]
        rate = median(one["feeds"].rate for one in rounds)
        cpu = {name: median(one[name].cpu for one in rounds) for name in ("feeds", "bare endpoint")}
        ratios = [_ratio(rounds, other) for other in ("bare endpoint", "nginx")]
        costs = (f"{cpu['feeds']:.0f}", f"{cpu['bare endpoint'] / cpu['feeds']:.2f}")
        print(f"| {case.name} | {rate:,.0f} | {' | '.join((*ratios, *costs))} |", flush=True)


def _ratio(rounds: Sequence[Mapping[str, Speed]], other: str) -> str:
    """Return the median of the rounds' ratios: what disturbs the machine disturbs both."""
    return f"{median(one['feeds'].rate / one[other].rate for one in rounds):.2f}" if other in rounds[0] else "–"


if __name__ == "__main__":
    main()
