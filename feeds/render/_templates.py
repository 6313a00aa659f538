"""Renders the site's templates; the only room that knows jinja2."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro
from markupsafe import Markup

from feeds.diagnostics import FeedsError
from feeds.languages import direction
from feeds.model import Site
from feeds.targets import Frame

_FOLDER = "templates/"

WORDS = "words/{}.txt"
"""A language's wording: a template whose variables and macros are the words."""


def render(frame: Frame, name: str, **values: object) -> str:
    """Return the template *name* with *values*, beside `site` and `words`, which every template has.

    A template that is missing, malformed or uses an unknown name is a `FeedsError` with file and line.
    """
    with _told(name):
        environment = _environment(frame.site, tuple(frame.templates.items()))
        return environment.get_template(name).render(values)


def words(frame: Frame) -> Any:  # noqa: ANN401 - a template's module has the attributes that the template sets
    """Return the wording in the site's language: `words(frame).daily`, `words(frame).day(date)`."""
    return _environment(frame.site, tuple(frame.templates.items())).globals["words"]


@lru_cache(maxsize=2)
def _environment(site: Site, templates: tuple[tuple[str, str], ...]) -> Environment:
    """Return the environment: HTML escaped, text not, and an unknown name is an error."""
    environment = Environment(
        loader=FunctionLoader(_loader(dict(templates))),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters |= {
        "clock": clock,
        "direction": direction,
        "local": lambda instant: instant.astimezone(site.zone),
        "rfc3339": rfc3339,
        "safe_html": Markup,
    }
    environment.globals |= {"site": site, "url": site.url_of}
    wording = environment.get_template(_wording(site.language, dict(templates)))
    environment.globals["words"] = SimpleNamespace(**dict(_words(wording.module)))
    return environment


def _words(wording: TemplateModule) -> Iterator[tuple[str, object]]:
    """Yield the words and sentences by name.

    What a macro gives to an HTML template counts as safe, whatever text the macro was given. As a function it
    gives text, which the template escapes.
    """
    for name, value in vars(wording).items():
        if not name.startswith("_"):
            yield name, partial(_say, value) if isinstance(value, Macro) else value


def _say(macro: Macro, *values: object) -> str:
    return str(macro(*values))


def _loader(templates: dict[str, str]) -> Callable[[str], tuple[str, str, None] | None]:
    """Return a loader that knows file names, so that tracebacks have them."""
    return lambda name: (templates[name], f"{_FOLDER}{name}", None) if name in templates else None


def _wording(language: str, templates: dict[str, str]) -> str:
    """Return the name of the best wording there is: the language's, its parent's, else English."""
    parts = language.split("-")
    candidates = ["-".join(parts[:size]) for size in range(len(parts), 0, -1)]
    if language in {"zh", "zh-SG"} or language.startswith("zh-Hans"):
        candidates.append("zh-CN")
    return next((WORDS.format(c) for c in candidates if WORDS.format(c) in templates), WORDS.format("en"))


def clock(seconds: int) -> str:
    """Return how long something plays as players show it: `1:15`, `1:02:03`."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def rfc3339(instant: datetime) -> str:
    """Return *instant* in UTC as RFC 3339 has it, to the second."""
    return instant.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what jinja2 raises into a message with the template's file and line."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise _error(error.name or name, error.lineno, str(error.message)) from error
    except TemplateNotFound as error:
        raise _error(name, 0, f"there is no template `{error.name}`") from error
    except (TemplateError, TypeError, AttributeError, ValueError) as error:
        place = _place(error)
        if place is None:
            raise
        raise _error(*place, str(error)) from error


def _error(name: str, line: int, problem: str) -> FeedsError:
    place = f"templates/{name}:{line}" if line else f"templates/{name}"
    return FeedsError(
        f"{place}: {problem}",
        help="mend the template, or delete your copy of it to use the packaged one",
    )


def _place(error: Exception) -> tuple[str, int] | None:
    """Return the innermost template and line of the traceback; None where no template is in it."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(_FOLDER)]
    return (frames[-1].filename.removeprefix(_FOLDER), frames[-1].lineno or 0) if frames else None
