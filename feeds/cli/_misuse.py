"""Says what is wrong with a command line, in the words of all other problems."""

import click
from click.exceptions import NoSuchCommand

from feeds.diagnostics import FeedsError


def refusal(error: click.UsageError) -> FeedsError:
    """Return *error*, as click has it, with what to type instead; its exit code is 2."""
    problem, remedy = _told(error)
    where = error.ctx.command_path if error.ctx else "feeds"
    return FeedsError(f"{where}: {problem}", help=remedy or f"{where} --help has what there is", exit_code=2)


def _told(error: click.UsageError) -> tuple[str, str]:
    match error:
        case NoSuchCommand():
            return f"there is no command `{error.command_name}`", _nearest(error.possibilities)
        case click.NoSuchOption():
            return f"there is no option `{error.option_name}`", _stands_before(error) or _nearest(error.possibilities)
        case click.MissingParameter():
            return f"{_name(error)} is missing", _usage(error)
        case click.BadParameter():
            return f"{_name(error)}: {_plain(error.message)}", ""
        case _:
            return _plain(error.message), _folder_first(error)


def _nearest(possibilities: list[str] | None) -> str:
    return f"did you mean `{possibilities[0]}`?" if possibilities else ""


def _stands_before(error: click.NoSuchOption) -> str:
    """Return the remedy for an option of all commands that was written after one of them."""
    context = error.ctx
    root = context.find_root() if context else None
    if context is None or root is None or root is context:
        return ""
    mine = any(error.option_name in option.opts for option in root.command.params)
    rest = context.command_path.removeprefix(root.command_path).strip()
    return f"it stands before the command: {root.command_path} {error.option_name} … {rest}" if mine else ""


def _folder_first(error: click.UsageError) -> str:
    """Return the remedy for the folder of a site that was written after a command that takes none."""
    context = error.ctx
    if context is None or not error.message.startswith("Got unexpected extra argument"):
        return ""
    root, _, rest = context.command_path.partition(" ")
    return f"the site's folder stands before the command: {root} -C FOLDER {rest}"


def _name(error: click.BadParameter) -> str:
    """Return the option or argument as it is typed."""
    if isinstance(error.param, click.Option):
        return f"`{error.param.opts[-1]}`"
    return error.param.make_metavar(error.ctx) if error.param and error.ctx else "a value"


def _usage(error: click.UsageError) -> str:
    return f"write it as: {error.ctx.get_usage().removeprefix('Usage: ')}" if error.ctx else ""


def _plain(message: str) -> str:
    """Return a sentence of click's as we write them: without a full stop, and a capital only where it is a name's."""
    message = message.replace("is not a valid integer range", "is no whole number")
    first = message[:2].lower() if message[1:2].islower() or message[1:2] == " " else message[:2]
    return first + message[2:].rstrip(".")
