"""The command that counts."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from feeds.cli._run import JSON, Run, watch_of
from feeds.cli._tables import Paper, bars, paper, table
from feeds.cli._words import became, counted, of_mail, refusals_as_json, told_as_json

if TYPE_CHECKING:
    from feeds.figures import Attribution, DigestStats, Lacking, Stats, Tally

ROWS = 10
"""Categories and sources that are shown, those with most entries."""

POSTS = 3
"""Posts that are named where some lack the same."""


@click.command()
@JSON
@click.pass_obj
def stats(run: Run, *, as_json: bool) -> None:
    """Count entries, what they lack, and the size of messages.

    Nothing is written. The sizes are those of the last build; -v shows every row.

    Example: feeds stats --json | jq -r '.attribution.source_only.posts[]'
    """
    from feeds.records import plain  # noqa: PLC0415 - what counting needs takes longer to load than `--help`
    from feeds.reports import Wishes  # noqa: PLC0415 - as above
    from feeds.stats import nothing  # noqa: PLC0415 - as above
    from feeds.survey import survey  # noqa: PLC0415 - as above

    with refusals_as_json(run, plain(nothing(run.now)), as_json=as_json):
        found = survey(run.folder, Wishes(now=run.now, watch=watch_of(run)))
    if as_json:
        told_as_json(run, plain(found), ())
        return
    for line in lines(found, paper(), is_whole=run.verbose):
        click.echo(line)


def lines(stats: "Stats", page: Paper, *, is_whole: bool) -> Iterator[str]:
    """Yield *stats* in words, as wide as *page*; every row where it *is_whole*, else those that matter most."""
    yield page.shown(became(stats.posts, stats.twins))
    if not stats.entries:
        yield "nothing is published: feeds check says why"
        return
    shown = len(stats.categories) + len(stats.sources) if is_whole else ROWS
    parts = (
        _days(stats, page),
        _tallies("category", stats.categories, stats, page, shown),
        _tallies("source", stats.sources, stats, page, shown),
        _tallies("language", stats.languages if len(stats.languages) > 1 else (), stats, page, shown),
        _attribution(stats, page, is_whole=is_whole),
        _messages(stats.digests, page, is_whole=is_whole),
    )
    for part in parts:
        yield from _after_a_blank(part)


def _after_a_blank(part: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(part):
        yield from ("", line) if number == 0 else (line,)


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


# --- days ------------------------------------------------------------------------------------------


def _days(stats: "Stats", page: Paper) -> Iterator[str]:
    days = stats.days
    named = [(f"last {span.days} days", span) for span in days.spans]
    rows = [
        (name, f"{span.entries:,}", f"{span.a_day:,.2f}", f"{span.empty:,}")
        for name, span in (*named, (f"since {days.first}", days.whole))
    ]
    yield from table(("published", "entries", "a day", "days without"), rows, page)
    if days.busiest:
        yield f"most on {days.busiest.day}: {days.busiest.entries:,}; last on {days.last}"
    shown = days.recent[-max(page.width, 1) :]
    if any(day.entries for day in shown):
        drawn = bars([day.entries for day in shown], page)
        whole = f"{shown[0].day} {drawn} {shown[-1].day}"
        yield whole if len(whole) <= page.width else drawn


# --- groups ----------------------------------------------------------------------------------------


def _tallies(kind: str, tallies: "Sequence[Tally]", stats: "Stats", page: Paper, shown: int) -> Iterator[str]:
    """Yield the first of *tallies*, as many as *shown*; what they lack where some entries lack it and some do not."""
    if not tallies:
        return
    lacks = _lacks(kind, stats.attribution)
    head = (kind, "entries", "share", *lacks, "newest")
    yield from table(head, [_row(tally, lacks) for tally in tallies[:shown]], page)
    yield from _more(len(tallies) - shown)


def _lacks(kind: str, attribution: "Attribution") -> tuple[str, ...]:
    """Return which columns say what entries lack."""
    if not (attribution.both or attribution.source_only.entries or attribution.link_only.entries):
        return ()
    return ("no link",) if kind == "source" else ("no source", "no link")


def _row(tally: "Tally", lacks: Sequence[str]) -> tuple[str, ...]:
    counts = {"no source": tally.without_source, "no link": tally.without_link}
    lacking = [f"{counts[lack]:,}" for lack in lacks]
    newest = tally.newest.isoformat() if tally.newest else "never"
    return tally.title or "(uncategorised)", f"{tally.entries:,}", _percent(tally.share), *lacking, newest


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"and {count:,} more: feeds -v stats"


# --- source and link -------------------------------------------------------------------------------


def _attribution(stats: "Stats", page: Paper, *, is_whole: bool) -> Iterator[str]:
    found = stats.attribution
    if found.neither.entries == stats.entries:
        yield "no entry names a source or an original link: all are the site's own"
        return
    lacking = {"source, no link": found.source_only, "link, no source": found.link_only, "neither": found.neither}
    counts = {"source and link": found.both} | {name: one.entries for name, one in lacking.items()}
    rows = [(name, f"{count:,}", _percent(count / stats.entries)) for name, count in counts.items()]
    yield from table(("attribution", "entries", "share"), rows, page)
    for name, one in lacking.items():
        yield from _posts(name, one, page, len(one.posts) if is_whole else POSTS)


def _posts(name: str, lacking: "Lacking", page: Paper, shown: int) -> Iterator[str]:
    if lacking.posts:
        yield f"{name}:"
    yield from (f"  {page.shown(path)}" for path in lacking.posts[:shown])
    yield from (f"  {line}" for line in _more(lacking.entries - shown))


# --- messages --------------------------------------------------------------------------------------


def _messages(digests: "Sequence[DigestStats]", page: Paper, *, is_whole: bool) -> Iterator[str]:
    made = [digest for digest in digests if digest.messages]
    if made:
        head = ("message", "editions", "latest", "median", "largest", "left out", "for size")
        yield from table(head, [_sizes(digest) for digest in made], page)
    for digest in digests:
        yield from map(page.shown, _of_digest(digest, is_whole=is_whole))


def _sizes(digest: "DigestStats") -> tuple[str, ...]:
    latest, largest = digest.latest, digest.largest
    sizes = [latest.size if latest else 0, digest.median, largest.size if largest else 0]
    counts = (digest.editions, *sizes, digest.shortened, digest.for_size)
    return digest.name, *(f"{count:,}" for count in counts)


def _of_digest(digest: "DigestStats", *, is_whole: bool) -> Iterator[str]:
    if digest.largest:
        yield f"largest of {digest.name}: {digest.largest.path}, {of_mail(digest.largest)}"
    if digest.over:
        yield f"{counted(digest.over, 'message')} of {digest.name} beyond the budget: its template is too large"
    if digest.unmade:
        yield f"{counted(digest.unmade, 'message')} of {digest.name} not made yet: feeds build"
    if is_whole:
        yield from (f"{message.path}: {of_mail(message)}" for message in digest.messages)
