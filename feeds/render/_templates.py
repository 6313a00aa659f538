"""Renders the site's templates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

from feeds.diagnostics import Diagnostic, FileError, excerpt
from feeds.languages import direction
from feeds.model import PACKAGED
from feeds.render._instants import rfc3339
from feeds.render._jinja import (
    Environment,
    Macro,
    Markup,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    environment_of,
    nodes,
)
from feeds.render._memory import latest
from feeds.render._mistakes import FOLDER, Place, culprit, is_own, nearest, plainly
from feeds.render._wordings import misshapen
from feeds.targets import WORDS, Frame

_SERVED_BY = {"zh": "zh-CN", "zh-Hant": "zh-TW", "zh-HK": "zh-TW", "zh-MO": "zh-TW", "iw": "he"}
"""The wording of a language tag that has none of its own name; `iw` is what Hebrew was called until 1989."""


def render(frame: Frame, name: str, **values: object) -> str:
    """Return the template *name* with *values*, beside `site` and `words`, which every template has.

    A template that is missing, malformed or uses an unknown name is a `FeedsError` with file and line: those of the
    site's own template, where one of feeds met its mistake.
    """
    with _told(name, frame.templates):
        return _environment(frame).get_template(name).render(values)


def words(frame: Frame) -> Any:  # noqa: ANN401 - a template's module has the attributes that the template sets
    """Return the wording in the site's language: `words(frame).daily`, `words(frame).day(date)`.

    A mistake in it is a `FeedsError` with file and line.
    """
    return _wording_of(frame)


@latest
def _environment(frame: Frame) -> Environment:
    """Return the environment with what all templates know."""
    site, templates = frame.site, frame.templates
    environment = environment_of(_loader(templates), frame.workshop)
    environment.filters |= {
        "clock": clock,
        "direction": direction,
        "local": lambda instant: instant.astimezone(site.zone),
        "rfc3339": rfc3339,
        "safe_html": Markup,
    }
    environment.globals |= {"site": site, "url": site.url_of}
    wording = _layered(_wording(site.language, templates), environment, templates)
    environment.globals["words"] = Words(**dict(_words(wording, _say)))
    return environment


@latest
def _wording_of(frame: Frame) -> "Words":
    name = _wording(frame.site.language, frame.templates)
    with _told(name, frame.templates):
        wording = _layered(name, _environment(frame), frame.templates)
        return Words(**dict(_words(wording, partial(_say_or_tell, name, frame.templates))))


@latest
def languages(frame: Frame) -> tuple[tuple[str, str], ...]:
    """Return the languages that there are words in, by their tags: each with its name in itself.

    A mistake in a wording is a `FeedsError` with file and line.
    """
    return tuple((tag, _name_of(tag, frame)) for tag in frame.wordings)


def _name_of(language: str, frame: Frame) -> str:
    name = WORDS.format(language)
    with _told(name, frame.templates):
        return str(_spoken(_layered(name, _environment(frame), frame.templates))["language_name"])


class Words(SimpleNamespace):
    """The words and sentences of a language."""


def _layered(name: str, environment: Environment, templates: Mapping[str, str]) -> Template:
    """Return the wording *name*; what a site's own does not say is said as feeds does, in its language or in English.

    The parts are one template, so that a word of the site counts in the packaged sentences as well.
    """
    if not is_own(name, templates):
        return environment.get_template(name)
    language = name.removeprefix("words/").removesuffix(".txt")
    packaged = {one.removeprefix(PACKAGED): text for one, text in templates.items() if one.startswith(PACKAGED)}
    model = packaged.get(_wording(language, packaged), "")
    whole = _as_one([model, _itself(language, packaged), templates[name]], name, environment)
    wrong = misshapen(_spoken(whole), _spoken(environment.from_string(model)), templates[name])
    if wrong:
        raise TemplateSyntaxError(wrong[1], wrong[0], name, FOLDER + name)
    return whole


def _itself(language: str, packaged: Mapping[str, str]) -> str:
    """Return what a site's own wording in *language* need not say of itself; a new one is called by its tag."""
    said = {"language": language, "direction": direction(language)}
    if WORDS.format(language) not in packaged:
        said["language_name"] = language
    return "".join(f'{{% set {name} = "{value}" %}}' for name, value in said.items())


def _as_one(layers: Sequence[str], name: str, environment: Environment) -> Template:
    """Return the template of all *layers*, one after the other, whatever they extend; lines are those of each."""
    read = [node for layer in layers for node in environment.parse(layer, name).body]
    whole = nodes.Template([node for node in read if not isinstance(node, nodes.Extends)], lineno=1)
    whole.set_environment(environment)
    code = environment.compile(whole, name, FOLDER + name)
    return environment.template_class.from_code(environment, code, environment.make_globals({}))


def _spoken(wording: Template) -> dict[str, object]:
    """Return the words by name, sentences as macros."""
    return {name: value for name, value in vars(wording.module).items() if not name.startswith("_")}


def _words(wording: Template, say: Callable[..., str]) -> Iterator[tuple[str, object]]:
    """Yield the words and sentences by name.

    What a macro gives to an HTML template counts as safe, whatever text the macro was given. As a function it
    gives text, which the template escapes.
    """
    for name, value in _spoken(wording).items():
        yield name, partial(say, value) if isinstance(value, Macro) else value


def _say(macro: Macro, *values: object) -> str:
    return str(macro(*values))


def _say_or_tell(wording: str, templates: Mapping[str, str], macro: Macro, *values: object) -> str:
    """Return the same outside of a template, where nobody else tells of a mistake."""
    with _told(wording, templates):
        return _say(macro, *values)


def _loader(templates: Mapping[str, str]) -> Callable[[str], tuple[str, str, None] | None]:
    """Return a loader that knows file names, so that tracebacks have them, and tells how a template is misused."""

    def load(name: str) -> tuple[str, str, None] | None:
        if name not in templates:
            return None
        wrong = _misuse(name, templates) if is_own(name, templates) else None
        if wrong:
            raise TemplateSyntaxError(wrong[1], wrong[0], name, FOLDER + name)
        return templates[name], FOLDER + name, None

    return load


def _misuse(name: str, templates: Mapping[str, str]) -> tuple[int, str] | None:
    from feeds.render._inheritance import misuse  # noqa: PLC0415 - most sites have no template of their own

    return misuse(name, templates)


def _wording(language: str, templates: Mapping[str, str]) -> str:
    """Return the name of the best wording there is: the language's, its parent's, else English."""
    parts = language.split("-")
    tags = ["-".join(parts[:size]) for size in range(len(parts), 0, -1)]
    names = [WORDS.format(name) for tag in tags for name in (tag, _SERVED_BY.get(tag, tag))]
    return next((name for name in names if name in templates), WORDS.format("en"))


def clock(seconds: int) -> str:
    """Return how long something plays as players show it: `1:15`, `1:02:03`."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@contextmanager
def _told(name: str, templates: Mapping[str, str]) -> Iterator[None]:
    """Turn what jinja2 raises into a message with the template's file and line."""
    try:
        yield
    except TemplateSyntaxError as error:
        place = Place(name=error.name or name, line=error.lineno)
        raise _error(place, str(error.message).removesuffix("."), templates) from error
    except TemplateNotFound as error:
        problem = f"there is no template `{error.name}`{nearest(str(error.name), templates)}"
        raise _error(*_met(error, name, templates, problem), templates) from error
    except RecursionError as error:
        problem = f"it includes or calls itself without end; `{PACKAGED}NAME` is the packaged template"
        raise _error(*_met(error, name, templates, problem), templates) from error
    except (TemplateError, TypeError, AttributeError, ValueError, ArithmeticError, LookupError) as error:
        if culprit(error, templates) is None:
            raise
        raise _error(*_met(error, name, templates, plainly(str(error))), templates) from error


def _met(error: Exception, name: str, templates: Mapping[str, str], problem: str) -> tuple[Place, str]:
    """Return where *error* was met and what is wrong; the template *name* as a whole where no line is known."""
    place, where = culprit(error, templates) or (Place(name=name, line=0), "")
    return place, f"{problem}{where}"


def _error(place: Place, problem: str, templates: Mapping[str, str]) -> FileError:
    found = Diagnostic(
        path=place.path,
        line=place.line,
        code="not-made",
        message=problem,
        help="mend the template, or delete your copy of it to use the packaged one",
    )
    return FileError(replace(found, excerpt=excerpt(templates.get(place.name, "").splitlines(), found)))
