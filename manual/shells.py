"""Writes the scripts by which shells complete `feeds`: click's own."""

from click.shell_completion import ShellComplete, get_completion_class

from feeds.cli import feeds

_HOW_LOADED = "\nif [[ $zsh_eval_context[-1] == loadautofunc ]]; then"
"""Where click's script for zsh asks whether it is a file that zsh loads by itself, or a text that was evaluated."""


def script(shell: str) -> str:
    """Return the script for *shell*, `bash`, `zsh` or `fish`, as a file that is loaded when it is first needed."""
    kind = get_completion_class(shell)
    assert kind is not None
    asker = kind(feeds, {}, "feeds", "_FEEDS_COMPLETE")
    text = ShellComplete.source(asker)  # bash's own would look at the bash of this machine first
    return _always_answering(text) if shell == "zsh" else text


def _always_answering(text: str) -> str:
    """Return click's script for zsh so that it answers each time: the second time it only registers itself anew."""
    head, found, _ = text.partition(_HOW_LOADED)
    assert found
    return head + '\n_feeds_completion "$@"\n'
