"""Says what was understood of a site, one line for each thing."""

from collections.abc import Iterator, Mapping

from feeds.generators.checking import WORDS
from feeds.generators.found import Found, Unclear

_QUOTED = frozenset(["title", "description", "permalink"])
_LONGEST = 100


def lines(found: Found, name: str, assumed: Mapping[str, str]) -> Iterator[str]:
    """Yield what *found* is known by, then each of its facts with its place; where one is missing, what is *assumed*.

    *name* is the generator's; empty: it is none of ours.
    """
    by = f", by {found.because}" * bool(found.because)
    yield f"{name} site{by}" if name else f"posts without a generator's configuration{by}"
    for key, word in WORDS.items():
        fact = found.facts.get(key)
        if fact is None or isinstance(fact.value, Unclear):
            yield from [f"{word} {assumed[key]}"] if key in assumed else []
            continue
        value = fact.value if len(fact.value) <= _LONGEST else f"{fact.value[: _LONGEST - 1]}…"
        yield f'{word} "{value}" ({fact.place})' if key in _QUOTED else f"{word} {value} ({fact.place})"
