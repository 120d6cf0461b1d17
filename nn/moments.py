"""What of a training is kept to look back at: parameters and optimizer, at iterations that lie evenly."""

import sys
from array import array
from base64 import b64encode
from collections.abc import Iterable, Sequence
from math import isfinite, nan
from typing import Any, NamedTuple

from autograd import Value
from nn import updates
from nn.history import History
from nn.optim import Optimizer

__all__ = ["Moment", "Moments"]

MOST = 160  # moments that are kept: of more, every other one is dropped


class Moment(NamedTuple):
    """Where a training stood before its next update: after `iteration` of them."""

    iteration: int
    data: "array[float]"  # a number for each parameter
    numbers: dict[str, Any]  # by attribute of the optimizer: a number, or an array of them


class Moments:
    """The moments of one training, to be called with its history after each iteration.

    parameters: the parameters, in the order in which a moment has their data.
    optimizer: what moves them, whose numbers are kept too.
    examples, held_out, loss: what the training learned from, for the page that shows it.
    """

    def __init__(
        self,
        parameters: Sequence[Value],
        optimizer: Optimizer,
        examples: tuple[list[Any], list[Any]],
        held_out: tuple[list[Any], list[Any]],
        loss: Any,
    ) -> None:
        self.parameters, self.optimizer = list(parameters), optimizer
        self.attributes = attributes_of(optimizer)
        self.examples, self.held_out, self.loss = examples, held_out, loss
        self.every = 1
        self.kept = [self.now(0)]

    def __call__(self, history: History) -> None:
        """Keep where the training stands, if it is time to; of many moments, every other one."""
        iteration = history.iterations
        if iteration % self.every:
            return
        self.kept.append(self.now(iteration))
        if len(self.kept) > MOST:
            self.kept = self.kept[::2]
            self.every *= 2

    def now(self, iteration: int) -> Moment:
        """Where the training stands."""
        numbers = ((name, getattr(self.optimizer, name)) for name in self.attributes)
        copies = {name: x[:] if isinstance(x, array) else x for name, x in numbers}
        return Moment(iteration, updates.data_of(self.parameters), copies)

    def end(self, history: History) -> None:
        """Keep the last moment, whichever iteration it was."""
        if self.kept[-1].iteration != history.iterations:
            self.kept.append(self.now(history.iterations))

    def as_plain(self, history: History, names: Iterable[str]) -> list[dict[str, Any]]:
        """The moments as training.js reads them: arrays in Base64, 64 bits a number, the low byte first."""
        outside = dict(zip(history.epochs, history.validation_losses, strict=False))
        return [
            {
                "iteration": moment.iteration,
                "data": in_base64(moment.data),
                "numbers": {name: plain(moment.numbers[name]) for name in names},
                "loss": number_or_none([*history.losses, nan][moment.iteration]),
                "outside": number_or_none(outside.get(moment.iteration, nan)),
            }
            for moment in self.kept
        ]


def attributes_of(optimizer: Optimizer) -> list[str]:
    """The attributes of an optimizer that are a number, numbers, or None (a clip_norm that is not set)."""
    slots = [name for kind in type(optimizer).__mro__ for name in getattr(kind, "__slots__", ())]
    own = ["learning_rate", *slots, *getattr(optimizer, "__dict__", ())]
    numbers = (int, float, array, type(None))
    return [name for name in dict.fromkeys(own) if isinstance(getattr(optimizer, name, ""), numbers)]


def plain(numbers: Any) -> Any:
    """A number, or the text of several."""
    return in_base64(numbers) if isinstance(numbers, array) else numbers


def in_base64(numbers: "array[float]") -> str:
    """The bytes of an array as text."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return b64encode(numbers.tobytes()).decode()


def number_or_none(number: float) -> float | None:
    """A number as JSON has it: what is not finite is not known."""
    return number if isfinite(number) else None
