"""Makes the references, the manual page and the completions of shells from the code.

They follow the commands of `feeds.cli` and the keys of `feeds.config`; nothing of the machine, its terminal or its
language goes in. `make docs` writes them, and a test says when they are stale.
"""

from collections.abc import Mapping
from pathlib import Path

from manual import configuration, man, page, shells

TOP = Path(__file__).parent.parent


def made() -> Mapping[str, str]:
    """Return the text of each file that is made, by its path in the repository."""
    share = "manual/share"
    return {
        "docs/commands.md": page.text(),
        "docs/configuration.md": configuration.filled((TOP / "docs/configuration.md").read_text(encoding="utf-8")),
        f"{share}/man/man1/feeds.1": man.text(),
        f"{share}/bash-completion/completions/feeds": shells.script("bash"),
        f"{share}/zsh/site-functions/_feeds": shells.script("zsh"),
        f"{share}/fish/vendor_completions.d/feeds.fish": shells.script("fish"),
    }
