"""Turns what a preview shows into its own pages, which are no site's and have their own templates."""

from collections.abc import Mapping

from feeds.render._jinja import Environment, Markup, environment_of
from feeds.render._memory import latest


def render(name: str, templates: Mapping[str, str], values: Mapping[str, object]) -> str:
    """Return the page *name* of *templates* with *values*."""
    return _environment(templates).get_template(name).render(values)


@latest
def _environment(templates: Mapping[str, str]) -> Environment:
    environment = environment_of(lambda name: (templates[name], name, None) if name in templates else None, "")
    environment.filters["safe_html"] = Markup
    return environment
