"""Holds the documents to the code."""

import re
from pathlib import Path

TOP = Path(__file__).parent.parent
CODE = re.compile(r'(?:code=|warn\([^"]*|at\(\s*[^"]*)"([a-z0-9]+(?:-[a-z0-9]+)+)"')
DOCUMENTED = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)


def test_every_code_is_documented_and_every_documented_code_exists():
    documented = set(DOCUMENTED.findall((TOP / "docs/diagnostics.md").read_text()))
    source = "\n".join(path.read_text() for path in sorted((TOP / "feeds").rglob("*.py")))

    assert {code for code in CODE.findall(source) if code not in documented} == set()
    assert {code for code in documented if f'"{code}"' not in source} == set()
