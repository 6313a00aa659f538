"""Completes what is typed at a prompt, from the site's own files: nothing is written, and no problem is told."""

import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from feeds.settings import Site

Completing = Callable[[click.Context, click.Parameter, str], "list[str]"]

_EDITION = re.compile(r"digest/([^/]+)/([^/]+)/email\.eml")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f,]")
"""What would end a value early on its way through click's scripts."""

_SPECIAL = re.compile(r"""([\s!"#$&'()*;<>?\[\\\]^`{|}~])""")
"""What bash would not take as it is."""


def complete(command: click.Command) -> None:
    """Answer the shell, and end, if one asks to complete *command*; whatever is wrong, there is nothing to offer.

    In the middle of typing a message, or a traceback, would only be in the way.
    """
    if not os.environ.get("_FEEDS_COMPLETE"):
        return
    from click.shell_completion import BashComplete, add_completion_class  # noqa: PLC0415 - no run of a command asks

    class OurBash(BashComplete):
        """click's, for values with blanks in them, and for `--date=2026`, which bash cuts into three words."""

        def get_completion_args(self) -> tuple[list[str], str]:
            words, typed = super().get_completion_args()
            return [word for word in words if word != "="], typed

        def format_completion(self, item: "CompletionItem[str]") -> str:
            quoted = _SPECIAL.sub(r"\\\1", item.value)
            return f"{item.type}," + quoted.replace("\\", 2 * "\\")  # the script's `read` takes one of two away

    add_completion_class(OurBash)
    with suppress(Exception):
        command(prog_name="feeds")
    sys.exit()


def folders(_context: click.Context, _parameter: click.Parameter, typed: str) -> "list[CompletionItem[str]]":
    """Return what tells the shell to offer folders."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - as above

    return [CompletionItem(typed, type="dir")]


def _of(values: Callable[[click.Context], Iterable[str]]) -> Completing:
    """Return what offers, in their order, the *values* that begin with what is typed."""

    def offered(context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        return [value for value in values(context) if value.startswith(typed) and not _UNFIT.search(value)]

    return offered


def _folder(context: click.Context) -> Path:
    """Return the site's folder; what is typed is as yet untouched by the shell."""
    typed = context.find_root().params.get("folder") or "."
    return Path(os.path.expandvars(os.path.expanduser(typed)))


def _site(context: click.Context) -> "Site":
    from feeds.config import parse_site  # noqa: PLC0415 - as above
    from feeds.scan import read_config  # noqa: PLC0415 - as above

    return parse_site(read_config(_folder(context)))


def _digests(context: click.Context) -> Iterable[str]:
    return (digest.name for digest in _site(context).digests)


def _categories(context: click.Context) -> Iterable[str]:
    return (category.name for category in _site(context).categories)


def _editions(context: click.Context) -> Iterable[str]:
    """Return the keys of the editions that are published as messages, newest first; of the digest that is named."""
    from feeds.inventory import written  # noqa: PLC0415 - as above

    named = [context.params.get("digest"), *context.args]  # click leaves arguments there before an option without value
    wanted = {digest for digest in named if digest}
    found = [match for path in written(_folder(context) / "out", {}) if (match := _EDITION.fullmatch(path))]
    return sorted({match[2] for match in found if not wanted or match[1] in wanted}, reverse=True)


def _timezones(_context: click.Context) -> Iterable[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415 - as above

    from feeds import settings as _  # noqa: F401, PLC0415 - it has zoneinfo look into its package alone

    return sorted(available_timezones())


def _languages(context: click.Context) -> Iterable[str]:
    """Return the languages that there is a wording for."""
    from feeds.scan import read_templates  # noqa: PLC0415 - as above

    names = (name.partition("/") for name in read_templates(_folder(context)))
    return (name.removesuffix(".txt") for folder, _, name in names if folder == "words")


digests = _of(_digests)
categories = _of(_categories)
editions = _of(_editions)
timezones = _of(_timezones)
languages = _of(_languages)
