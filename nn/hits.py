"""Hits: nn.accuracy of the predictions of a tape, which are numbers. What is right is looked up once."""

from collections.abc import Sequence
from typing import Any

from nn.checks import as_value
from nn.losses import largest, probabilities
from nn.updates import places_of_largest

Columns = list[list[float]]


class Hits:
    """Whether predictions are right, given as columns: of each output, the numbers of some examples.

    >>> hits = Hits([1, 0])
    >>> hits.of_lists([[0.1, 0.4], [2.0, 0.7]], [0, 1])  # 0.1 and 2.0 are the logits of example 0
    [1.0, 0.0]
    """

    def __init__(self, targets: list[Any]) -> None:
        self.targets = targets
        self.known: list[Any] = [None] * len(targets)  # by example, the right class or sign

    def of_lists(self, columns: Columns, examples: Sequence[int]) -> list[float]:
        """For these examples, 1.0 where the largest output is that of the target, else 0.0."""
        for i in examples:
            if self.known[i] is None:
                self.known[i] = largest(probabilities(self.targets[i], len(columns)))
        return self.compare(places_of_largest(columns), examples)

    def of_list(self, numbers: list[float], i: int) -> float:
        """The same for one example, given its outputs."""
        if self.known[i] is None:
            self.known[i] = largest(probabilities(self.targets[i], len(numbers)))
        return float(numbers.index(max(numbers)) == self.known[i])

    def of_numbers(self, column: list[float], examples: Sequence[int]) -> list[float]:
        """The same for outputs of one number: right is one that is above 0 just where the target is."""
        for i in examples:
            if self.known[i] is None:
                self.known[i] = as_value(self.targets[i]).data > 0.0
        return self.compare([number > 0.0 for number in column], examples)

    def compare(self, answers: Sequence[int], examples: Sequence[int]) -> list[float]:
        """1.0 where the answer is the right one."""
        known = self.known
        return [float(answer == known[i]) for answer, i in zip(answers, examples, strict=True)]
