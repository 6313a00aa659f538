"""Sets jinja2 up for our templates; the only room that knows it."""

import marshal
from collections.abc import Callable, MutableMapping
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

import jinja2
import markupsafe
from jinja2 import StrictUndefined, Template, TemplateError, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from feeds import compiled

__all__ = [
    "Environment",
    "Macro",
    "Markup",
    "Template",
    "TemplateError",
    "TemplateNotFound",
    "TemplateSyntaxError",
    "environment_of",
    "nodes",
]

_escape_inner: Callable[[str], str] = getattr(markupsafe, "_escape_inner", markupsafe.escape)


def environment_of(load: Callable[[str], tuple[str, str, None] | None], workshop: str) -> "Environment":
    """Return the environment: HTML escaped, text not, and an unknown name is an error.

    *load* gives a template's source and file name; what it is compiled into is kept in the folder *workshop*.
    """
    return Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_Workshop(workshop) if workshop else None,
    )


class _Workshop(jinja2.BytecodeCache):
    """Keeps the code of templates."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give *bucket* the code that its template was compiled into before."""
        code = compiled.kept(self._folder, bucket.key, bucket.checksum)
        if code is not None:
            bucket.code = marshal.loads(code)  # noqa: S302 - it is just as it was written, by the same Python

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of *bucket*."""
        compiled.keep(self._folder, bucket.key, bucket.checksum, marshal.dumps(bucket.code))


_PLAIN = frozenset([partial, FunctionType, MethodType, BuiltinMethodType])
"""What takes its arguments and nothing else: words, links, methods. None of ours asks for a context."""


class _Context(Context):
    """A context that calls macros and functions, nearly all that is ever called, without looking for what they want."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as jinja2 has it
        """Return what *called* gives."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _PLAIN:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return called(*args, **kwargs)
        except StopIteration:  # as jinja2 has it: it would end the template
            return self.environment.undefined("a callable raised StopIteration")


class _Template(Template):
    """A template whose values are escaped into plain text at once: it is joined and never asked what it is."""

    @classmethod
    def _from_namespace(
        cls,
        environment: jinja2.Environment,
        namespace: MutableMapping[str, Any],
        globals: MutableMapping[str, Any],  # noqa: A002 - as jinja2 calls it
    ) -> Template:
        namespace["escape"] = _escaped
        return super()._from_namespace(environment, namespace, globals)


def _escaped(value: object) -> str:
    """Return *value* as HTML: what is HTML already as it is."""
    if type(value) is Markup:
        return value
    return _escape_inner(value) if type(value) is str else markupsafe.escape(value)


class Environment(jinja2.Environment):
    """An environment whose globals are complete before its first template: each has them in one plain mapping."""

    context_class = _Context
    template_class = _Template

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what every template knows. jinja2's chain of mappings is walked anew by each template and macro."""
        return {**self.globals, **(d or {})}
