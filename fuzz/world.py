"""The site that posts are tried in: everything that can be turned on is."""

import atexit
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from feeds.articles import reader_of
from feeds.config import parse_site
from feeds.scan import read_templates
from feeds.targets import Frame

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
TEMPLATES = read_templates(Path(__file__).parent)

SITE = parse_site(
    """
    [site]
    title = "Tide & <Quay>"
    url = "https://news.example.org/"
    home = "https://www.example.org/"
    timezone = "Asia/Shanghai"
    author = { name = "Quay Desk", email = "desk@example.org" }

    [content]
    permalink = "/{categories}/{year}/{name}.html"
    dialect = "jekyll"

    [categories.city]
    title = "City"
    source = { name = "City Paper", url = "https://city.example/" }

    [feeds]
    by = ["category", "author"]
    websub = "https://hub.example/"
    podcast = { category = "News", email = "desk@example.org", image = "/show.png" }

    [[feeds.custom]]
    name = "brief"
    content = "summary"

    [[digests]]
    name = "daily"
    """
)
FRAME = Frame(site=SITE, templates=TEMPLATES)
READER = reader_of(SITE)


@cache
def scratch() -> Path:
    """Return a folder of this process's own; it is gone at the end."""
    folder = mkdtemp(prefix="feeds-fuzz-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def workshop() -> str:
    """Return the folder for compiled templates: a site that no input has yet shown need not compile them again."""
    return str(scratch() / "compiled")
