"""Runs one target under atheris until its time is up or a promise is broken: `python -m fuzz.engine NAME …`.

libFuzzer ends the process either way, so each target has one of its own.
"""

import argparse
import sys
from pathlib import Path

import atheris

from fuzz.targets import Target, load

MEMORY = 2048
"""Megabytes that a process may take."""

PATIENCE = 20
"""Seconds that one input may take: a thousand times what it should, on the slowest machine."""


def main() -> None:
    """Fuzz the target that the command line names, with libFuzzer's files in the folder that it names."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.engine", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    wishes = parser.parse_args()
    with atheris.instrument_imports(include=["feeds"]):
        target = load(wishes.name)
    atheris.Setup([sys.argv[0], *_options(target, wishes.folder, wishes.seconds, wishes.seed)], target.check)
    atheris.Fuzz()


def _options(target: Target, folder: Path, seconds: int, seed: int) -> list[str]:
    """Return libFuzzer's arguments: what it grows is in the first folder, what it begins with in the second."""
    corpus, seeds = folder / "corpus", folder / "seeds"
    for place in (corpus, seeds):
        place.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(target.seeds):
        (seeds / f"{number:03}").write_bytes(data)
    words = folder / "words"
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in target.tokens))
    limits = {"max_total_time": seconds, "timeout": PATIENCE, "rss_limit_mb": MEMORY, "max_len": target.longest}
    others = {"seed": seed, "dict": words, "artifact_prefix": f"{folder}/", "print_final_stats": 1, "detect_leaks": 0}
    return [*(f"-{key}={value}" for key, value in (limits | others).items()), str(corpus), str(seeds)]


def _escaped(token: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token.encode())


if __name__ == "__main__":
    main()
