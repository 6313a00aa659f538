"""How the cost of a function grows with its input: a ratio of two measurements in one run, no limit in seconds."""

from time import process_time

TIMES = 6
"""How much larger the larger input is: what is linear costs 6 times as much, what is quadratic 36."""

LINEAR = 4 * TIMES
"""Far from both, for a machine that has other things to do."""


def growth(function, text, count):
    """Return how many times as much *function* costs for `TIMES * count` repetitions of *text* as for *count*."""
    return cost(function, text * (TIMES * count)) / cost(function, text * count)


def cost(function, argument):
    """Return the least CPU time of three calls, in seconds."""
    return min(_once(function, argument) for _ in range(3))


def _once(function, argument):
    start = process_time()
    function(argument)
    return max(process_time() - start, 1e-6)
