"""Hits: nn.accuracy of the predictions of a tape, which are numbers. What is right is looked up once."""

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from nn.checks import as_value
from nn.losses import likeliest
from nn.updates import hits_of, zeros

UNKNOWN = -1


class Hits:
    """Whether predictions are right: of each output in turn, the numbers of all the examples are given.

    >>> hits = Hits([1, 0])
    >>> hits.of_lists(array("d", [0.1, 0.4, 2.0, 0.7]), [0, 1])  # 0.1 and 2.0 are the logits of example 0
    [1.0, 0.0]
    """

    def __init__(self, targets: list[Any]) -> None:
        self.targets, self.unknown = targets, len(targets)
        self.right = array("i", [UNKNOWN]) * len(targets)  # by example, the right class or sign

    def of_lists(self, numbers: "array[float]", examples: Sequence[int]) -> list[float]:
        """For these examples, 1.0 where the largest output is that of the target, else 0.0."""
        if self.unknown:
            width = len(numbers) // len(examples)
            self.look_up(examples, lambda target: likeliest(target, width))
        return hits_of(numbers, self.right, examples)

    def of_list(self, numbers: list[float], i: int) -> float:
        """The same for one example, given its outputs."""
        return self.of_lists(array("d", numbers), [i])[0]

    def of_numbers(self, numbers: "array[float]", examples: Sequence[int]) -> list[float]:
        """The same for outputs of one number: right is one that is above 0 just where the target is."""
        if self.unknown:
            self.look_up(examples, lambda target: as_value(target).data > 0.0)
        return hits_of(zeros(len(numbers)) + numbers, self.right, examples)

    def look_up(self, examples: Sequence[int], answer: Callable[[Any], int]) -> None:
        """Note what is right for those of these examples of which it is not known."""
        for i in examples:
            if self.right[i] == UNKNOWN:
                self.right[i] = answer(self.targets[i])
                self.unknown -= 1
