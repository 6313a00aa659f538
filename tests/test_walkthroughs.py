"""The commands that the README and the tutorial show, run as a reader would."""

import pytest
from walkthroughs import TOP, walked, without_seconds


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial.md"])
def test_the_commands_of_a_page_print_what_it_says(name, tmp_path):
    page = (TOP / name).read_text()

    now = walked(page, tmp_path)

    assert without_seconds(now) == without_seconds(page)
