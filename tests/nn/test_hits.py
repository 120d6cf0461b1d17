"""Accuracy of the numbers of a tape: what nn.accuracy says of the same predictions."""

from array import array
from itertools import chain, product
from math import inf, nan
from typing import Any

import pytest

import nn
from nn.hits import Hits
from nn.updates import added

NUMBERS = (nan, -inf, -1.0, -0.0, 0.0, 2.0)


def test_the_largest_is_that_of_accuracy() -> None:
    """Ties, NaN, infinities and zeros of either sign: the first of the largest, as `max` and `index` say."""
    rows = [list(row) for row in product(NUMBERS, repeat=3)]
    numbers = array("d", chain.from_iterable(zip(*rows, strict=True)))
    for target in (1, [0.25, 0.25, 0.5]):
        hits = Hits([target] * len(rows))
        wanted = [nn.accuracy(row, target) for row in rows]
        assert hits.of_lists(numbers, range(len(rows))) == wanted
        assert hits.of_lists(numbers, range(len(rows))) == wanted  # which are now known
        hits = Hits([target] * len(rows))
        assert [hits.of_list(row, i) for i, row in enumerate(rows)] == wanted


@pytest.mark.parametrize("target", [0, 1, -1, 0.5])
def test_scores_are_those_of_accuracy(target: Any) -> None:
    """A score is right above 0 just where the target is."""
    hits = Hits([target] * len(NUMBERS))
    wanted = [nn.accuracy(number, target) for number in NUMBERS]
    assert hits.of_numbers(array("d", NUMBERS), range(len(NUMBERS))) == wanted


def test_a_target_out_of_range_is_refused_as_eagerly() -> None:
    """Whoever looks it up first."""
    with pytest.raises(ValueError, match="target class 2 is out of range: 2 logits stand"):
        Hits([2]).of_lists(array("d", [0.0, 1.0]), [0])


def test_no_examples_and_no_numbers() -> None:
    """Of nothing there are no hits, and the sum is 0; a sum is added in order."""
    assert Hits([]).of_lists(array("d"), []) == []
    assert added([]) == 0.0
    assert added([1e16, 1.0, -1e16]) == 0.0
