"""The commands that the README and the tutorial show, run as a reader would."""

from walkthroughs import TOP, walked, without_seconds


def test_the_commands_of_the_tutorial_print_what_it_says(tmp_path):
    page = (TOP / "docs/tutorial.md").read_text()

    now = walked(page, tmp_path)

    assert without_seconds(now) == without_seconds(page)
