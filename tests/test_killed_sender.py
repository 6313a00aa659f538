"""The short part of `make torture TRIALS=sending`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
PARTS = 5


@pytest.fixture(scope="module")
def trial():
    command = [sys.executable, "-m", "torture", "sending", "--kills", "2", "--seed", "5"]
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, env=os.environ)


def test_nobody_is_missed_or_gets_it_twice_but_as_the_policy_allows_when_a_sender_is_killed(trial):
    row = re.search(r"\| sending \| (\d+) \| [\d,]+ \| 0 \|", trial.stdout)

    assert row, trial.stdout + trial.stderr
    assert (int(row[1]) >= 10, trial.returncode) == (True, 0)


@pytest.mark.parametrize(("policy", "never"), [("hold", " 0 messages came twice"), ("resend", " 0 were held")])
def test_what_a_policy_forbids_never_happens(trial, policy, never):
    told = [line for line in trial.stdout.splitlines() if line.startswith(f"  {policy}, ")]

    assert [never in line for line in told] == [True] * PARTS
