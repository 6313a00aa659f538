"""A memory of the last results, for what cannot be hashed."""

from feeds.render._memory import latest


def counted():
    """Return a function of a mapping, and the list of what it was called with."""
    calls = []

    @latest
    def total(numbers):
        calls.append(numbers)
        return sum(numbers.values())

    return total, calls


def test_what_is_equal_is_made_once():
    total, calls = counted()

    assert ([total({"a": 1}), total({"a": 1})], calls) == ([1, 1], [{"a": 1}])


def test_two_are_remembered_whichever_came_last():
    total, calls = counted()

    sums = [total({"a": number}) for number in (1, 2, 1, 2)]

    assert (sums, len(calls)) == ([1, 2, 1, 2], 2)


def test_a_third_takes_the_place_of_the_oldest():
    total, calls = counted()

    sums = [total({"a": number}) for number in (1, 2, 3, 1)]

    assert (sums, len(calls)) == ([1, 2, 3, 1], 4)
