"""Understands what the sites of six other generators say of themselves."""

from dataclasses import replace

from feeds.generators import astro, bare, eleventy, hugo, jekyll, pelican, zola
from feeds.generators.found import Fact, Found, Tree

NAMES = {
    "jekyll": "Jekyll",
    "hugo": "Hugo",
    "zola": "Zola",
    "pelican": "Pelican",
    "eleventy": "Eleventy",
    "astro": "Astro",
}
"""As their people write them; where a site could be of several, the first goes."""

_HOSTS = ("CNAME", "static/CNAME", "public/CNAME", "content/CNAME", "src/CNAME")
_GENERATORS = (jekyll, hugo, zola, pelican, eleventy, astro)


def is_site(tree: Tree) -> bool:
    """Say whether *tree* has a generator's configuration."""
    return any(generator.understand(tree) for generator in _GENERATORS)


def understood(tree: Tree) -> tuple[Found, tuple[Found, ...]]:
    """Return what is understood of *tree*, and what other generators would have made of it.

    Without any configuration, what the posts themselves say.
    """
    found = [one for generator in _GENERATORS if (one := generator.understand(tree))]
    chosen, others = (found[0], tuple(found[1:])) if found else (bare.understand(tree), ())
    return _with_home(chosen, tree), others


def _with_home(found: Found, tree: Tree) -> Found:
    """Return *found* with the host that a file for GitHub's pages names, where the configuration has no address."""
    stated = found.facts.get("home")
    path = next((path for path in _HOSTS if tree.texts.get(path, "").strip()), "")
    if not path or (stated and isinstance(stated.value, str) and "://" in stated.value):
        return found
    return replace(found, facts={**found.facts, "home": Fact(f"https://{tree.texts[path].split()[0]}/", f"{path}:1")})
