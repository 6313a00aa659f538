"""Holds a site's own wording to the packaged one: what is a sentence there is a sentence here."""

import re
from collections.abc import Mapping


def misshapen(own: Mapping[str, object], packaged: Mapping[str, object], text: str) -> tuple[int, str] | None:
    """Return the line of *text*, and what is wrong with the first word that is of another kind than the packaged one.

    *own* and *packaged* are the words by name. None where all are as they should be.
    """
    for name, model in packaged.items():
        wanted = _wanted(own.get(name, model), model)
        if wanted:
            said = re.search(rf"\{{%[-+]?\s*(?:set|macro)\s+{re.escape(name)}\b", text)
            return text.count("\n", 0, said.start()) + 1 if said else 0, f"`{name}` must be {wanted}"
    return None


def _wanted(word: object, model: object) -> str:
    """Return what *word* must be to serve as *model* does; empty where it is that."""
    arguments = _arguments(model)
    if arguments is not None:
        found = _arguments(word)
        fits = found is not None and len(found) == len(arguments)
        return "" if fits else f"a macro with the arguments ({', '.join(arguments)})"
    if isinstance(model, Mapping):
        fits = isinstance(word, Mapping) and model.keys() <= word.keys()
        return "" if fits else f"a mapping of {', '.join(f'`{key}`' for key in model)}"
    if isinstance(model, list | tuple):
        fits = isinstance(word, list | tuple) and len(word) == len(model)
        return "" if fits else f"a list of {len(model)}"
    fits = _arguments(word) is None and not isinstance(word, Mapping | list | tuple)
    return "" if fits else "a text"


def _arguments(word: object) -> tuple[str, ...] | None:
    """Return the names of a macro's arguments; None for what is no macro."""
    found = getattr(word, "arguments", None)
    return tuple(found) if found is not None else None
