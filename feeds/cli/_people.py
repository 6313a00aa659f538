"""The commands about subscribers."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feeds.cli import _completion as completing
from feeds.cli._run import JSON, Run, secrets, watch_of
from feeds.cli._words import counted, finish, harmless, refusals_as_json
from feeds.diagnostics import BUSY, FeedsError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from feeds.membership import Known, Outcome, Register
    from feeds.subscribers import Subscriber

_STATES = click.Choice(["pending", "active", "unsubscribed", "bounced", "complained"])
_ADDRESS = click.argument("address")


@click.group()
def subscribers() -> None:
    """Keep the list of those who get digests.

    It is in .feeds/state.sqlite3, or where `url` under [state] says. Nothing can make it again: keep a copy.

    Example: feeds subscribers add ada@example.org
    """


@subscribers.command("list")
@click.option("--state", type=_STATES, metavar="STATE", help="Only those who are: " + ", ".join(_STATES.choices) + ".")
@JSON
@click.pass_obj
def list_(run: Run, *, state: str | None, as_json: bool) -> None:
    """Print the subscribers, by address.

    Each with the state, and what they chose.

    Example: feeds subscribers list --state active
    """
    from feeds import membership  # noqa: PLC0415 - what it needs takes longer to load than `--help`
    from feeds.subscribers import Status  # noqa: PLC0415 - as above

    with refusals_as_json(run, {"subscribers": []}, as_json=as_json), _register(run) as register:
        found = list(membership.listed(register, Status(state) if state else None))
    if not as_json:  # also where the run is quiet: it is what was asked for
        _print(f"{person.address}  {person.status}{_wishes(person)}" for person in found)
    results = {"subscribers": [_as_json(person) for person in found]}
    finish(run, results, (), counted(len(found), "subscriber"), as_json=as_json)


@subscribers.command()
@_ADDRESS
@JSON
@click.pass_obj
def show(run: Run, *, address: str, as_json: bool) -> None:
    """Print what is known of the subscriber at ADDRESS.

    With it comes each change since they are known: when, and what they did or who did it. That is the consent that can
    be shown, and with --json the copy for someone who asks what is kept of them.

    Example: feeds subscribers show ada@example.org
    """
    from feeds import membership  # noqa: PLC0415 - as above

    with refusals_as_json(run, {}, as_json=as_json), _register(run) as register:
        known = membership.found(register, address)
    facts = _as_json(known.person) | {"since": known.since, "changed": known.changed, "reason": known.reason}
    changes = [dict(zip(("at", "state", "reason"), change, strict=True)) for change in known.changes]
    if as_json:
        finish(run, facts | {"changes": changes, **_history(known)}, (), "", as_json=True)
    else:
        _print(f"{name}: {_shown(value)}" for name, value in facts.items() if value not in ("", [], None))
        _print(f"  {' '.join(change)}" for change in known.changes)


def _history(known: "Known") -> dict[str, object]:
    """Return what a subscriber asked for and was sent."""
    asked = [
        {
            "at": one.at.isoformat(),
            "source": one.source,
            "digests": list(one.person.digests),
            "categories": list(one.person.categories),
            "confirmed": one.is_used,
        }
        for one in known.requests
    ]
    sent = [dict(zip(("digest", "edition", "state", "at"), one, strict=True)) for one in known.deliveries]
    return {"requests": asked, "deliveries": sent}


@subscribers.command()
@_ADDRESS
@click.option("--name", default="", metavar="NAME", help="Their name, for the line To of their messages.")
@click.option(
    *("--digest", "digests"),
    multiple=True,
    metavar="NAME",
    shell_complete=completing.digests,
    help="A digest that they want, once for each; default: all.",
)
@click.option(
    *("--category", "categories"),
    multiple=True,
    metavar="NAME",
    shell_complete=completing.categories,
    help="A category that they want, once for each; default: all.",
)
@click.option(
    "--language",
    default="",
    metavar="TAG",
    shell_complete=completing.languages,
    help="The language of the words around the entries: en, zh-CN; default: the site's.",
)
@click.option(
    "--timezone",
    default="",
    metavar="ZONE",
    shell_complete=completing.timezones,
    help="Their time zone: Europe/Madrid; default: the site's.",
)
@click.option(
    "--hour",
    type=click.IntRange(0, 23),
    metavar="H",
    help="The hour of their day from which on they want mail; default: when it is due.",
)
@click.option("--again", is_flag=True, help="Subscribe them even if they had left: they asked to come back.")
@click.pass_obj
def add(  # noqa: PLR0913 - one for each option
    run: Run,
    *,
    address: str,
    name: str,
    digests: tuple[str, ...],
    categories: tuple[str, ...],
    language: str,
    timezone: str,
    hour: int | None,
    again: bool,
) -> None:
    """Subscribe ADDRESS, or change what a subscriber chose.

    Example: feeds subscribers add ada@example.org --digest daily --hour 7
    """
    from feeds import membership  # noqa: PLC0415 - as above
    from feeds.subscribers import Subscriber  # noqa: PLC0415 - as above

    person = Subscriber(
        id="",
        address=membership.checked(address),
        name=name,
        digests=digests,
        categories=categories,
        language=language,
        timezone=timezone,
        hour=hour,
    )
    with _register(run) as register:
        outcome = membership.add(register, membership.valid(register.site, person), again=again)
    _say(run, f"{outcome.name}: {outcome.result}")


@subscribers.command()
@_ADDRESS
@click.option("--forget", is_flag=True, help="Delete all that is known of them, but a hash against a later import.")
@click.pass_obj
def remove(run: Run, *, address: str, forget: bool) -> None:
    """Unsubscribe ADDRESS.

    They stay in the list as one who left, and no import brings them back.

    Example: feeds subscribers remove ada@example.org --forget
    """
    from feeds import membership  # noqa: PLC0415 - as above

    with _register(run) as register:
        outcome = membership.remove(register, address, forget=forget)
    _say(run, f"{outcome.name}: {outcome.result}")


@subscribers.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, allow_dash=True, dir_okay=False))
@JSON
@click.pass_obj
def import_(run: Run, *, file: Path, as_json: bool) -> None:
    """Take subscribers from the CSV FILE.

    `-` is standard input. The header needs a column `email`; `name`, `state`, `digests`, `categories`, `language`,
    `timezone` and `hour` are known too, with `;` between several of one. Nobody who unsubscribed or complained is
    subscribed again. It exits with 1 where a row was refused.

    Example: feeds subscribers import readers.csv
    """
    from feeds import membership  # noqa: PLC0415 - as above

    with refusals_as_json(run, {"rows": []}, as_json=as_json):
        data = _bytes_of(file)
        with _register(run) as register:
            sheet, taken = membership.taken(register, data, str(file), watch_of(run))
    outcomes, problems = [outcome for outcome, _ in taken], [problem for _, problem in taken if problem]
    notes = [f"columns that were not read: {', '.join(sheet.ignored)}"] if sheet.ignored else []
    if not sheet.encoding.lower().startswith("utf"):
        notes.append(f"the file was taken for {sheet.encoding}: see whether the names are right")
    words = harmless("\n".join([*notes, _totals(outcomes, "row")]))
    results = {"rows": [_outcome_as_json(one) for one in outcomes], "ignored": list(sheet.ignored)}
    finish(run, results, problems, words, as_json=as_json, rest="feeds -v subscribers import")
    sys.exit(1 if any(one.result == "refused" for one in outcomes) else 0)


@subscribers.command()
@click.pass_obj
def export(run: Run) -> None:
    """Print all subscribers as CSV.

    `feeds subscribers import` takes it.

    Example: feeds subscribers export > readers.csv
    """
    from feeds import membership  # noqa: PLC0415 - as above

    with _register(run) as register:
        for line in membership.exported(register):
            click.echo(line, nl=False)


@subscribers.command()
@click.argument("folder", type=click.Path(path_type=Path))
@JSON
@click.pass_obj
def process(run: Run, *, folder: Path, as_json: bool) -> None:
    """Read requests to leave, bounces and complaints from FOLDER.

    FOLDER is a Maildir; an mbox, or a file with one message, will do as well. Who asks to leave is unsubscribed, and
    bounces and complaints end subscriptions. Nothing is changed in FOLDER, and each mail counts once however often this
    runs.

    Example: feeds subscribers process ~/Maildir
    """
    from feeds import membership  # noqa: PLC0415 - as above

    outcomes: list[Outcome] = []
    mails: list[dict[str, str]] = []
    with refusals_as_json(run, {"mails": mails}, as_json=as_json), _register(run) as register:
        for outcome in membership.processed(register, folder):
            outcomes.append(outcome)
            mails.append(_outcome_as_json(outcome))
            if run.verbose and not as_json:
                _print([f"{outcome.name}: {outcome.result}: {outcome.words}"])
    finish(run, {"mails": mails}, (), _totals(outcomes, "mail"), as_json=as_json)


def _register(run: Run) -> "AbstractContextManager[Register]":
    from feeds import membership  # noqa: PLC0415 - as above

    known = secrets()
    return membership.opened(run.folder, known.keys, known.state_url, run.now)


def _bytes_of(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise FeedsError(f"{file}: {error.strerror}", help="name a file that can be read", exit_code=BUSY) from error


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(harmless(line))


def _say(run: Run, words: str) -> None:
    if not run.quiet:
        _print([words])


def _totals(outcomes: "list[Outcome]", noun: str) -> str:
    counts = Counter(outcome.result for outcome in outcomes)
    listed = ", ".join(f"{count} {result}" for result, count in sorted(counts.items()))
    return f"{counted(len(outcomes), noun)}{': ' if listed else ''}{listed}"


def _outcome_as_json(one: "Outcome") -> dict[str, str]:
    return {"name": one.name, "result": one.result, "words": one.words}


def _wishes(person: "Subscriber") -> str:
    return "".join(f"  {part}" for part in _parts(person))


def _parts(person: "Subscriber") -> Iterator[str]:
    if person.digests:
        yield f"digests {', '.join(person.digests)}"
    if person.categories:
        yield f"categories {', '.join(person.categories)}"
    if person.language:
        yield person.language
    if person.hour is not None or person.timezone:
        yield " ".join(part for part in ("" if person.hour is None else f"{person.hour}:00", person.timezone) if part)


def _as_json(person: "Subscriber") -> dict[str, object]:
    return {
        "email": person.address,
        "name": person.name,
        "state": person.status.value,
        "digests": list(person.digests),
        "categories": list(person.categories),
        "language": person.language,
        "timezone": person.timezone,
        "hour": person.hour,
    }


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
