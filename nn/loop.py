"""One iteration after another: the gradient of a batch, an update; never half of one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from math import isfinite
from random import Random
from time import perf_counter
from typing import Any

from autograd import Value
from autograd.internal import uninterrupted
from nn import updates
from nn.convergence import Convergence
from nn.eager import EagerMeasure, Means
from nn.history import History
from nn.optim import Optimizer

UPDATED = "norm of the updated parameters"


class DivergenceError(ArithmeticError):
    """Training left the finite numbers; `history` holds the iterations before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message, history)
        self.history = history

    def __str__(self) -> str:
        return str(self.args[0])


class Training:
    """The iterations of one training: they change the parameters and fill the history."""

    def __init__(
        self,
        measure: EagerMeasure,
        held_out: EagerMeasure | None,
        parameters: list[Value],
        optimizer: Optimizer,
        history: History,
    ) -> None:
        self.measure, self.held_out = measure, held_out
        self.parameters, self.optimizer = parameters, optimizer
        self.history, self.start = history, perf_counter()
        self.sound = updates.data_of(parameters)  # with these the loss was finite

    def run(
        self,
        batches: Iterable[tuple[Sequence[int], bool]],
        convergence: Convergence,
        watchers: Sequence[Callable[[History], Any]],
    ) -> str:
        """Iterate over the batches until convergence, the watchers looking on; return why it ended."""
        try:
            for batch, ends_epoch in batches:
                self.iterate(batch, ends_epoch and self.held_out is None)
                if ends_epoch and self.held_out is not None:
                    self.end_epoch(self.held_out.alone())
                for watcher in watchers:
                    watcher(self.history)
                if convergence.reached(self.history):
                    return "converged"
        except BaseException:
            self.zero_grad()  # half a gradient, or one that is not finite, is of no use
            raise
        return "max_iterations"

    def zero_grad(self) -> None:
        """Set all gradients to 0."""
        updates.zero_gradients(self.parameters)

    def iterate(self, batch: Sequence[int], ends_epoch: bool = False) -> None:
        """One update on one batch: either all parameters change and the history knows, or neither."""
        self.zero_grad()
        loss, metric = self.measure.with_gradient(batch)
        self.check("loss", loss)
        norm = updates.keep(self.parameters, self.sound)
        self.check("gradient", norm)
        notes = self.history.notes(loss, metric, norm, ends_epoch)
        if self.optimizer.is_whole():
            self.update(notes)
        else:
            with uninterrupted():
                self.update(notes)

    def update(self, notes: list[Any]) -> None:
        """Move the parameters and note it: in one call, so that nothing comes between where that is C."""
        self.history.seconds = perf_counter() - self.start
        self.check(UPDATED, updates.take_step(self.optimizer, self.parameters, self.sound, notes))

    def check(self, what: str, number: float) -> None:
        """Stop with the last sound parameters unless the number is finite."""
        if isfinite(number):
            return
        with uninterrupted():
            updates.put_back(self.parameters, self.sound)
        hint = f"a learning rate below {self.optimizer.learning_rate:g} may help"
        if self.history.iterations == 0 and what != UPDATED:
            hint = "nothing was updated yet: look at the examples, the loss and the initial parameters"
        raise DivergenceError(
            f"the {what} is {number} at iteration {self.history.iterations + 1}; the parameters are those "
            f"with which the loss was last finite ({hint})",
            self.history,
        )

    def end_epoch(self, means: Means) -> None:
        """Note the end of an epoch, with the loss and metric of the examples that are not trained on."""
        with uninterrupted():
            self.history.end_epoch(means, perf_counter() - self.start)


def shuffled_batches(count: int, size: int, rng: Random) -> Iterator[tuple[Sequence[int], bool]]:
    """Without end: the places of the examples of a batch, and whether they complete an epoch."""
    if size >= count:
        yield from repeat((range(count), True))
    order = list(range(count))
    while True:
        if type(rng) is Random:
            updates.shuffle(order, rng)
        else:  # one of a user's own draws as it likes
            rng.shuffle(order)
        for start in range(0, count, size):
            yield order[start : start + size], start + size >= count
