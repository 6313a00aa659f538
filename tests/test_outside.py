"""The world outside of a site: nobody is asked for anything, and nobody is told a secret."""

import pytest
from sites import feeds, write

HOOK = """
import os, sys

LOG = os.environ["AUDITED"]
NETWORK = ("socket.connect", "socket.get", "socket.send", "urllib.", "http.", "smtplib.", "ftplib.", "imaplib.")
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn")
seen = set()

def say(line):
    number = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(number, f"{line}\\n".encode())
    os.close(number)

def watch(event, facts):
    if os.getpid() not in seen:
        seen.add(os.getpid())
        say(f"process {os.getpid()}")
    is_inside = event == "socket.connect" and isinstance(facts[1], str | bytes)  # of this machine's own kind
    if event.startswith((*NETWORK, *PROGRAMS)) and not is_inside:
        say(f"{event} {facts[1:]!r}")

sys.addaudithook(watch)
"""
HOSTILE = """---
title: "Rain <script src=http://127.0.0.1:9/t.js></script>"
date: 2026-03-02
categories: ["<link rel=stylesheet href=http://127.0.0.1:9/c.css>"]
source: {name: "A", url: "http://127.0.0.1:9/s"}
image: http://127.0.0.1:9/i.png
enclosure: http://127.0.0.1:9/e.mp3
---
<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><style>@import url(http://127.0.0.1:9/a.css);</style>
<img src=http://127.0.0.1:9/p.png><p style="background: url(http://127.0.0.1:9/b.png)">x<object data=//127.0.0.1:9/o>
"""
SECRET = "hush-5f1c"
SECRETS = dict.fromkeys(["FEEDS_SMTP_PASSWORD", "FEEDS_SECRET"], SECRET) | {
    "FEEDS_STATE_URL": f"postgresql+psycopg://u:{SECRET}@db.example/x"
}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("command", ["build", "check"])
def test_no_process_of_a_run_asks_the_network_or_starts_a_program(tmp_path, command, jobs):
    site = write(tmp_path / "site", {f"{number}.md": HOSTILE for number in range(40)})
    (tmp_path / "sitecustomize.py").write_text(HOOK)

    ended = feeds(site, command, "--jobs", jobs, PYTHONPATH=f"{tmp_path}:.", AUDITED=str(tmp_path / "log"))

    lines = (tmp_path / "log").read_text().splitlines()
    processes = [line for line in lines if line.startswith("process ")]
    assert (ended.returncode, [line for line in lines if line not in processes]) == (0, [])
    assert len(processes) > int(jobs) - 1


@pytest.mark.parametrize(
    "arguments",
    [("-v", "build", "--explain"), ("build", "--json"), ("-v", "check"), ("check", "--json"), ("ping",)],
    ids=" ".join,
)
def test_what_the_environment_keeps_secret_is_told_nowhere(tmp_path, arguments):
    broken = ("---\ndate: 2026-02-30\n---\n", "---\ntitle: [\n---\n", "\x00\x1b]0;x\x07")
    site = write(tmp_path, {f"{number}.md": post for number, post in enumerate((HOSTILE, *broken))})

    ended = feeds(site, *arguments, **SECRETS)

    told = ended.stdout + ended.stderr
    files = [path.read_bytes() for path in site.rglob("*") if path.is_file()]
    assert (SECRET in told, [data for data in files if SECRET.encode() in data]) == (False, [])
