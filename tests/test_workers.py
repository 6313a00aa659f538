import subprocess
import sys

ASLEEP = """
import time
from feeds.workers import _shared

def work(items):
    print("at work", flush=True)
    time.sleep(600)

list(_shared(work, range(64), 2))
"""


def test_the_processes_of_a_run_that_was_killed_end_with_it():
    run = subprocess.Popen([sys.executable, "-c", ASLEEP], stdout=subprocess.PIPE, text=True)
    run.stdout.readline()

    run.kill()

    run.communicate(timeout=20)  # until nobody holds the other end any more
