"""Our environment makes of a template what jinja2 as it comes would make of it."""

from functools import partial

import jinja2
import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from feeds.render._jinja import _escaped, environment_of

LAYOUT = "{% set top = 'T' %}<{% block a %}A{{ top }}{% endblock %}|{% block b scoped %}B{% endblock %}>"
MACROS = (
    "{% macro one(a, b='&', c=none) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}"
    "{% macro many() %}{{ varargs | join('+') }}{{ kwargs | dictsort }}{% endmacro %}"
    "{% macro around() %}({{ caller('<x>') if caller else '-' }}){% endmacro %}"
    "{% macro block() %}{% block b scoped %}{{ text }}{% endblock %}{% endmacro %}"
)
USE = '{% import "macros.html" as m with context %}'

CASES = {
    "values": "{{ text }}{{ html }}{{ number }}{{ nothing }}{{ list }}",
    "attribute": "<a href=\"{{ text }}\" title='{{ text }}'>",
    "concatenation": "{{ text ~ html ~ number }}",
    "safe": "{{ text | safe }}{{ text | e }}{{ html | forceescape }}",
    "macro": USE + "{{ m.one(text) }}{{ m.one(html, c=text) }}{{ m.one(c=1, a=2, b=3) }}",
    "macro of a macro": USE + "{{ m.one(m.one(text)) }}{{ m.one(text) | length }}",
    "macro with any arguments": USE + "{{ m.many(1, text, z=html, y=2) }}",
    "caller": USE + "{% call(x) m.around() %}{{ x }}{{ text }}{% endcall %}{{ m.around() }}",
    "scoped block": USE + "{{ m.block() }}",
    "set block": "{% set x %}{{ text }}<b>{% endset %}{{ x }}{{ x | upper }}",
    "loop": "{% for x in list %}{{ loop.cycle('<', '>') }}{{ loop.changed(x) }}{{ x }}{% else %}-{% endfor %}",
    "recursion": "{% for x in [[1, [2]]] recursive %}{{ x if x is number else loop(x) }}{% endfor %}",
    "joiner": "{% set j = joiner('&') %}{{ j() }}{{ j() }}{% set n = namespace(x=text) %}{{ n.x }}",
    "functions": "{{ function(text) }}{{ function(value=html) }}{{ bound(1) }}{{ part(2) }}{{ text.upper() }}",
    "classes": "{{ range(3) | list }}{{ dict(a=text) }}{{ markup(text) }}",
    "nothing left": "{{ empty() is undefined }}",
    "inheritance": '{% extends "layout.html" %}{% block a %}{{ super() }}{{ text }}{{ self.b() }}{% endblock %}',
    "include": '{% include "plain.txt" %}{% include "layout.html" %}',
    "autoescape": "{% autoescape false %}{{ text }}{{ html }}{% endautoescape %}{{ text }}",
    "filters": "{{ list | map('upper') | join('&') }}{{ text | replace('<', html) }}{{ '%s' | format(text) }}",
    "constants": "{{ '<' }}{{ 1 + 1 }}{{ none }}{{ '<' | e }}",
}
TEMPLATES = {
    "layout.html": LAYOUT,
    "macros.html": MACROS,
    "plain.txt": "{{ text }}{{ html }}",
    **{f"{name}.html": text for name, text in CASES.items()},
    **{f"{name}.txt": text for name, text in CASES.items()},
}


def function(value):
    return f"<{value}>"


class Holder:
    def bound(self, value):
        return Markup(f"<{value}>")


VALUES = {
    "text": "<a> & \"b\" 'c'",
    "html": Markup("<em>&amp;</em>"),
    "number": 1,
    "nothing": None,
    "list": ["<", "é", "<"],
    "function": function,
    "bound": Holder().bound,
    "part": partial(function),
    "markup": Markup,
    "empty": lambda: next(iter(())),
}


def as_it_comes():
    return jinja2.Environment(
        loader=jinja2.DictLoader(TEMPLATES),
        autoescape=lambda name: name.endswith(".html"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def ours():
    return environment_of(lambda name: (TEMPLATES[name], name, None), "")


def made(environment, name):
    try:
        return environment.get_template(name).render(VALUES)
    except jinja2.TemplateError as error:
        return type(error), str(error)


@pytest.mark.parametrize("kind", ["html", "txt"])
@pytest.mark.parametrize("name", CASES)
def test_a_template_says_what_it_would_say_to_jinja(name, kind):
    assert made(ours(), f"{name}.{kind}") == made(as_it_comes(), f"{name}.{kind}")


@given(st.text() | st.text("&<>\"'") | st.integers() | st.none() | st.text().map(Markup))
def test_values_are_escaped_as_markupsafe_would(value):
    assert _escaped(value) == markupsafe.escape(value)
