"""Small sites of other generators, as texts by path, and where each publishes its posts."""

POST = "---\ntitle: Night ferry\ndate: 2026-03-02\n---\nIt sails again.\n"
TOML_POST = '+++\ntitle = "Night ferry"\ndate = 2026-03-02\n+++\nIt sails again.\n'

JEKYLL = {
    "_config.yml": """\
title: Tide
url: https://tide.example
baseurl: /blog
description: >-
  What the sea
  brings.
lang: en_GB
timezone: Europe/Lisbon
author:
  name: Ada Quay
  email: ada@tide.example
permalink: pretty
exclude: [_posts/old/]
""",
    "_posts/2026-03-02-night-ferry.md": POST.replace("---\nIt", "categories: Sea News\n---\nIt"),
    "_posts/old/2020-01-01-gone.md": POST,
    "about.md": "---\ntitle: About\ndate: 2026-03-01\n---\n",
}
HUGO = {
    "config/_default/hugo.toml": """\
baseURL = "https://tide.example/"
languageCode = "pt-br"
timeZone = "America/Recife"
title = "Maré"

[permalinks.page]
posts = "/:year/:month/:slug/"
""",
    "config/_default/params.toml": 'description = "O que o mar traz."\n[author]\nname = "Ada Quay"\n',
    "content/posts/ferry.md": TOML_POST.replace("Night ferry", "Night's ferry"),
    "content/posts/second/index.md": TOML_POST.replace("+++\nIt", 'slug = "own"\n+++\nIt'),
    "content/posts/_index.md": '+++\ntitle = "Posts"\n+++\n',
    "content/about.md": '+++\ntitle = "About"\n+++\n',
}
ZOLA = {
    "config.toml": 'base_url = "https://tide.example/z"\ndefault_language = "de"\n[extra]\nauthor = "Ada Quay"\n',
    "content/_index.md": '+++\ntitle = "Ebbe"\ndescription = "Was das Meer bringt."\n+++\n',
    "content/blog/2026-03-02-ferry.md": TOML_POST,
    "content/blog/sea/second/index.md": TOML_POST.replace("Night", "Day"),
    "content/blog/sea/second/index.en.md": TOML_POST,
}
PELICAN = {
    "pelicanconf.py": """\
import os
HOST = "tide.example"
DEBUG = False
AUTHOR = "Ada Quay"
SITENAME = u"The " + "Tide"
SITEURL = ""
TIMEZONE = "Europe/Rome"
DEFAULT_LANG = "it"
THEME = os.environ["THEME"]
ARTICLE_URL = "{date:%Y}/{category}/{slug}.html"
""",
    "publishconf.py": 'from pelicanconf import *\nSITEURL = f"https://{HOST}" if not DEBUG else "http://localhost:8000"\n',
    "content/news/ferry.md": "Title: Night's ferry 2.0\nDate: 2026-03-02 10:20\nCategory: Sea\n\nIt sails again.\n",
    "content/news/second.md": "Title: Second\nDate: 2026-03-02 10:20\nSlug: own\nCategory: Sea\n\nIt sails again.\n",
    "content/pages/about.md": "Title: About\nDate: 2026-03-02 10:20\n\nWe.\n",
    "content/news/old.rst": "Old\n###\n",
}
ELEVENTY = {
    "eleventy.config.js": """\
// dir: { input: "wrong" }
export default function (config) {
  config.addFilter("cut", (text) => text.replace(/["'`]/g, ""));
  return { dir: { input: "src", data: "_data" }, pathPrefix: "/e/" };
}
""",
    "src/_data/site.json": '{"title": "Tide", "url": "https://tide.example", "lang": "fr", "author": {"name": "Ada"}}',
    "src/blog/blog.json": '{"permalink": "/b/{{ page.date | date: \'%Y/%m/%d\' }}/{{ page.fileSlug }}/"}',
    "src/blog/2026-03-02-ferry.md": POST,
    "src/about.md": "---\ntitle: About\n---\n",
}
ASTRO = {
    "astro.config.mjs": """\
import { defineConfig } from "astro/config";
import { SITE } from "./src/config";
export default defineConfig({
  site: "https://tide.example",
  base: "/a",
  integrations: [sitemap({ site: "https://wrong.example" })],
  i18n: { defaultLocale: "es", locales: ["es"] },
});
""",
    "src/config.ts": """\
export const SITE: Site = {
  title: `Marea`,
  desc: "Lo que trae el mar.",
  author: 'Ada \\u{1F30A}',
  timezone: "Europe/Madrid",
} as const;
""",
    "src/pages/posts/[...slug].astro": "---\nconst posts = await getCollection('blog');\n---\n",
    "src/content/blog/ferry.md": POST.replace("date:", "pubDate:"),
    "src/content/blog/second/index.md": POST.replace("date:", "pubDate:"),
}

SITES = {
    "jekyll": JEKYLL,
    "hugo": HUGO,
    "zola": ZOLA,
    "pelican": PELICAN,
    "eleventy": ELEVENTY,
    "astro": ASTRO,
}
LINKS = {
    "jekyll": ["https://tide.example/blog/sea/news/2026/03/02/night-ferry/"],
    "hugo": ["https://tide.example/2026/03/nights-ferry/", "https://tide.example/2026/03/own/"],
    "zola": ["https://tide.example/z/blog/ferry/", "https://tide.example/z/blog/sea/second/"],
    "pelican": ["https://tide.example/2026/sea/nights-ferry-20.html", "https://tide.example/2026/sea/own.html"],
    "eleventy": ["https://tide.example/e/b/2026/03/02/ferry/"],
    "astro": ["https://tide.example/a/posts/ferry/", "https://tide.example/a/posts/second/"],
}
"""Where each generator publishes its posts, by its own rules."""


def lay(folder, files):
    """Write *files*, texts by path, below *folder* and return it."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder
