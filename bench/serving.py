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
from feeds.tokens import subscriber_id, token

TOP = Path(__file__).parent.parent
POSTS = 400
FOLDERS = "/usr/bin:/usr/local/bin:/usr/sbin:/usr/local/sbin"
SMALL, LARGE = 5_000, 40_000
"""Bytes that a small and a usual feed have, about."""

READERS = 60_000
"""Subscribers who leave, each once."""

KEY = "a-key-of-thirty-two-characters-."
MAIL = """
[mail]
from = "Bench <news@example.org>"
public_url = "https://news.example.org/"
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
routes.append(Route("/u/{token}", endpoint(b"ok"), methods=["POST"]))
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
SCRIPT = """
wrk.body = "List-Unsubscribe=One-Click"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
local threads, tokens = 0, {{}}
function setup(thread) thread:set("place", {start} + threads); threads = threads + 1 end
function init() for token in io.lines("{tokens}") do tokens[#tokens + 1] = token end end
function request()
    place = place + 2
    return wrk.format("POST", "/u/" .. tokens[place % #tokens + 1])
end
"""
"""Two threads take every other token each, from a place on."""


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


def unsubscribed(server: Server, start: int, seconds: int, folder: Path) -> Speed:
    """Return how fast *server* lets people leave with one click, each with a link of their own, from one on."""
    script = folder / "leave.lua"
    script.write_text(SCRIPT.format(start=start, tokens=folder / "tokens"))
    return measured(server, "", {}, seconds, str(script))


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
    (folder / "feeds.toml").write_text(f"{SITE}folder = 'content'\n{MAIL}")
    cost_of(FEEDS, folder)
    _subscribe(folder)
    return folder / "out"


def _subscribe(folder: Path) -> None:
    """Let people subscribe, and write down the tokens by which they leave."""
    addresses = [f"reader{number}@example.org" for number in range(READERS)]
    (folder / "list.csv").write_text("\n".join(["email", *addresses]))
    os.environ["FEEDS_SECRET"] = KEY
    cost_of([sys.executable, "-m", "feeds", "-q", "subscribers", "import", "list.csv"], folder)
    keys = (KEY.encode(),)
    tokens = (token(subscriber_id(address, keys), "", keys) for address in addresses)
    (folder / "tokens").write_text("".join(f"{one}\n" for one in tokens))


@contextmanager
def _servers(out: Path, folder: Path) -> Iterator[Mapping[str, Server]]:
    """Run all servers that there are, by name."""
    ports = [_free_port() for _ in range(3)]
    paths = [_nearest(out, size) for size in (SMALL, LARGE)]
    commands = {
        "feeds": [sys.executable, "-m", "feeds", "-q", "-C", str(folder), "serve", "--port", str(ports[0])],
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
            _print_leaving(servers, wishes, folder)


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


def _print_leaving(servers: Mapping[str, Server], wishes: argparse.Namespace, folder: Path) -> None:
    """Print how fast people leave: first each once, which the disk has to know, then those who have left."""
    first = unsubscribed(servers["feeds"], 0, wishes.seconds, folder)
    again = median(unsubscribed(servers["feeds"], 0, wishes.seconds, folder).rate for _ in range(wishes.rounds))
    bare = median(unsubscribed(servers["bare endpoint"], 0, wishes.seconds, folder).rate for _ in range(wishes.rounds))
    print(
        f"\none-click unsubscribes a second: {first.rate:,.0f}; of those who have left: {again:,.0f}; bare: {bare:,.0f}"
    )


def _ratio(rounds: Sequence[Mapping[str, Speed]], other: str) -> str:
    """Return the median of the rounds' ratios: what disturbs the machine disturbs both."""
    return f"{median(one['feeds'].rate / one[other].rate for one in rounds):.2f}" if other in rounds[0] else "–"


if __name__ == "__main__":
    main()
