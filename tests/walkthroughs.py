"""Pages that are walked through: the files that they write and the commands that they run, in order, in one shell.

``python tests/walkthroughs.py docs/tutorial.md`` writes into a page what its commands print now.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).parent.parent
STEP = re.compile(
    r"^(?P<how>Add to|Write) `(?P<path>[^`\n]+)`:\n\n```\w+\n(?P<text>.*?)^```$|^```console\n(?P<console>\$ .*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^\$ (.*)$", re.MULTILINE)
SECONDS = re.compile(r"(?<= in )\d+\.\d(?= s$)", re.MULTILINE)
PORT = re.compile(r"(?<=http://localhost:)\d+")
MARK = "=*=*="
SHELL = f"""
feeds() {{ if [[ $* == *preview* ]]; then looked_at "$@"; else "{sys.executable}" -m feeds "$@"; fi; }}
looked_at() {{
  coproc PREVIEW {{ exec "{sys.executable}" -m feeds "$@" --port 0 2>&1; }}
  while IFS= read -r line; do echo "$line"; [[ $line == *_preview/* ]] && break; done <&"${{PREVIEW[0]}}"
  line=${{line#*localhost:}}
  exec {{page}}<>"/dev/tcp/127.0.0.1/${{line%%/*}}"
  printf 'GET / HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&"$page" && read -r -u "$page"
  kill "$PREVIEW_PID"; wait "$PREVIEW_PID"
}}"""
"""A preview is ended when it has said where it is, and something has answered there."""


def without_seconds(text):
    """Return *text* without how long runs took: the one thing that no two runs agree on."""
    return SECONDS.sub("…", text)


def walked(page, folder):
    """Return *page* with what its commands print in *folder*, which has a copy of the sample blog at `docs/blog`."""
    shutil.copytree(TOP / "docs/blog", folder / "docs/blog")
    steps = list(STEP.finditer(page))
    printed = iter(_printed_by("\n".join([SHELL, *map(_shell_of, steps)]), folder))
    return STEP.sub(lambda step: _as_printed(step, printed) if step["console"] else step[0], page)


def _shell_of(step):
    """Return the lines of shell that do what *step* says."""
    if step["console"]:
        return "\n".join(f"echo '{MARK}'\n{command}" for command in COMMAND.findall(step["console"]))
    arrow, space = (">>", "\n") if step["how"] == "Add to" else (">", "")
    return f"cat {arrow} '{step['path']}' <<'{MARK}'\n{space}{step['text']}{MARK}"


def _printed_by(script, folder):
    """Return what each command of *script* prints, on both streams; a preview as if it were at its usual port."""
    given = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "SOURCE_DATE_EPOCH"}}
    joined = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    run = subprocess.run(
        ["bash"], input=script, cwd=folder, text=True, check=False, env=given | {"PYTHONPATH": str(TOP)}, **joined
    )
    return PORT.sub("8000", run.stdout).split(f"{MARK}\n")[1:]


def _as_printed(step, printed):
    commands = COMMAND.findall(step["console"])
    return "```console\n" + "".join(f"$ {command}\n{next(printed)}" for command in commands) + "```"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            Path(name).write_text(walked(Path(name).read_text(), Path(folder)))
