import os
import signal
import subprocess
import sys

import pytest

from feeds.crew import shared
from feeds.diagnostics import FeedsError

KILLED = """
import os, signal
from feeds.crew import shared

list(shared(lambda part: os.kill(os.getpid(), signal.SIGKILL), range(4), 2))
"""


def doubled(part):
    return [2 * number for number in part]


def pid(_part):
    return [os.getpid()]


def failing(part):
    raise LookupError(f"no {part}")


def refusing(part):
    raise FeedsError(f"not {part}", help="later", exit_code=75)


@pytest.mark.parametrize("size", [1, 2, 9])
def test_results_come_in_the_order_of_the_parts(size):
    parts = [range(start, start + 3) for start in range(0, 60, 3)]

    assert list(shared(doubled, parts, size)) == [*range(0, 120, 2)]


def test_without_parts_there_is_nothing():
    assert list(shared(doubled, [], 2)) == []


def test_a_fault_in_a_process_is_raised_here_and_says_where_it_was():
    with pytest.raises(LookupError, match="no 7") as fault:
        list(shared(failing, [7], 2))

    assert "in failing" in fault.value.__notes__[0]


def test_a_refusal_keeps_its_exit_code():
    with pytest.raises(FeedsError, match="not 7\n  help: later") as refusal:
        list(shared(refusing, [7], 2))

    assert refusal.value.exit_code == 75


def test_a_process_that_is_killed_at_work_ends_the_run_with_a_remedy():
    run = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)

    assert run.stderr.splitlines()[-2:] == [
        "feeds.diagnostics.FeedsError: a worker process was killed; nothing was published",
        "  help: run it again; where memory runs out, with --jobs 1",
    ]


def test_a_process_that_is_killed_when_its_work_is_done_costs_nothing():
    results = shared(pid, [0, 1], 2)

    os.kill(next(results), signal.SIGKILL)

    assert len(list(results)) == 1


def test_no_process_is_left_when_the_results_are_no_longer_wanted():
    results = shared(pid, [0, 1], 2)
    one = next(results)

    results.close()

    with pytest.raises(ProcessLookupError):
        os.kill(one, 0)
