"""train: a loss, its gradient, an update, batch after batch, until it converges."""

from collections.abc import Callable, Iterator, Mapping, Set
from math import hypot, inf, isfinite
from random import Random
from time import perf_counter
from typing import Any

from autograd import Value
from nn.checks import leaves, number_from, positive, random_source, same_length, whole_number
from nn.history import History
from nn.interrupts import uninterrupted
from nn.losses import mse_loss
from nn.optim import SGD, Optimizer
from nn.progress import Progress

Examples = tuple[list[Any], list[Any]]
Means = tuple[float, float | None]
Measure = Callable[[Any, Any], Any]


class DivergenceError(ArithmeticError):
    """Training left the finite numbers; `history` holds the iterations before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def train(
    model: Callable[[Any], Any],
    inputs: Any,
    targets: Any,
    *,
    loss: Measure = mse_loss,
    optimizer: Optimizer | None = None,
    learning_rate: float | None = None,
    max_iterations: int = 1000,
    batch_size: int | None = None,
    tolerance: float | None = None,
    patience: int | None = None,
    gradient_tolerance: float | None = None,
    validation: tuple[Any, Any] | None = None,
    metric: Measure | None = None,
    progress: bool = True,
    callback: Callable[[History], Any] | None = None,
    seed: Random | int | None = None,
) -> History:
    """Change the parameters of `model` so that the mean of loss(model(input), target) falls.

    model: a Module, or any function of one input if an `optimizer` holds its parameters.
    inputs, targets: the examples, as many of each.
    loss: a function of the prediction and the target of one example that returns a Value.
    optimizer, learning_rate: one of the two; a learning rate alone means plain gradient descent.
    max_iterations: how many updates are made at most. An iteration is one update on one batch.
    batch_size: how many examples a batch has, drawn anew in each epoch (a pass over all examples) by
        `seed`, a number or a random.Random; None takes all examples each time.
    tolerance, patience: with either, training has converged when the loss of an epoch was no better than
        the best by more than `tolerance` (0.0) for `patience` (10) epochs on end. Without a
        `batch_size`, an epoch is an iteration; with `validation`, its loss is judged.
    gradient_tolerance: training has converged when the norm of a batch's gradient is at most this.
    validation: (inputs, targets) not trained on; their loss and metric are taken after each epoch.
    metric: a function of a prediction and a target that returns a number, such as nn.accuracy.
    progress: whether to show a progress bar; where there is no terminal, a few plain lines are printed.
    callback: called with the history so far after each iteration.

    Ctrl-C ends training after whole updates and returns the history, with the reason "interrupted"; so
    does a callback that raises KeyboardInterrupt. A loss or gradient that is not finite is a
    DivergenceError, and leaves the parameters with which the loss was last finite.

    >>> from nn import MLP, train
    >>> model = MLP(1, [1], rng=1)
    >>> train(model, [[0.0], [1.0]], [1.0, 3.0], learning_rate=0.5, tolerance=1e-9, progress=False).reason
    'converged'
    >>> f"{model([2.0]):.2f}"
    '5.00'
    """
    inputs, targets = examples("train", inputs, targets)
    held_out = None if validation is None else validation_examples(validation)
    size = len(inputs) if batch_size is None else whole_number("batch_size", batch_size)
    history = History(metric_name=getattr(metric, "__name__", "metric"))
    measure = EagerMeasure(model, loss, metric)
    training = Training(measure, *movable(model, optimizer, learning_rate), history)
    convergence = Convergence(tolerance, patience, gradient_tolerance)
    rng = random_source(seed)
    steps = range(whole_number("max_iterations", max_iterations))
    with Progress(len(steps), progress) as bar:
        try:
            for _, (batch, last) in zip(steps, batches(len(inputs), size, rng), strict=False):
                training.iterate([inputs[i] for i in batch], [targets[i] for i in batch])
                if last:
                    training.end_epoch(held_out)
                bar.show(history)
                if callback is not None:
                    callback(history)
                if convergence.reached(history):
                    history.reason = "converged"
                    break
            else:
                history.reason = "max_iterations"
        except KeyboardInterrupt:
            history.reason = "interrupted"
        bar.finish(history)
    return history


class EagerMeasure:
    """Mean loss, metric and gradient of a batch: each example's graph is recorded and walked back."""

    def __init__(self, model: Callable[[Any], Any], loss: Measure, metric: Measure | None) -> None:
        self.model, self.loss, self.metric = model, loss, metric

    def with_gradient(self, inputs: list[Any], targets: list[Any]) -> Means:
        """The means over a batch; the gradient of the mean loss is added to the parameters' `grad`."""
        return self.means(inputs, targets, lambda loss: loss.backward(1.0 / len(inputs)))

    def alone(self, inputs: list[Any], targets: list[Any]) -> Means:
        """The means over a batch."""
        return self.means(inputs, targets, lambda loss: None)

    def means(self, inputs: list[Any], targets: list[Any], use: Callable[[Value], None]) -> Means:
        """The means over a batch, `use` seeing the loss of each example."""
        losses, metrics = 0.0, 0.0
        for example, target in zip(inputs, targets, strict=True):
            prediction = self.model(example)
            loss = self.loss(prediction, target)
            if not isinstance(loss, Value):
                raise TypeError(f"the loss must return a Value, got {loss!r}")
            use(loss)
            losses += loss.data
            if self.metric is not None:
                metrics += float(self.metric(prediction, target))
        count = len(inputs)
        return losses / count, None if self.metric is None else metrics / count


class Training:
    """The iterations of one training: they change the parameters and fill the history."""

    def __init__(
        self, measure: EagerMeasure, parameters: list[Value], optimizer: Optimizer, history: History
    ) -> None:
        self.measure, self.parameters, self.optimizer = measure, parameters, optimizer
        self.history, self.start = history, perf_counter()
        self.sound = [parameter.data for parameter in parameters]  # with these the loss was finite

    def iterate(self, inputs: list[Any], targets: list[Any]) -> None:
        """One update on one batch: either all parameters change and the history knows, or neither."""
        for parameter in self.parameters:
            parameter.grad = 0.0
        loss, metric = self.measure.with_gradient(inputs, targets)
        norm = hypot(*[parameter.grad for parameter in self.parameters])
        self.check("loss", loss)
        self.sound = [parameter.data for parameter in self.parameters]
        self.check("gradient", norm)
        with uninterrupted():
            self.optimizer.step()
            self.check("norm of the updated parameters", hypot(*[p.data for p in self.parameters]))
            self.history.record(loss, metric, norm, perf_counter() - self.start)

    def check(self, what: str, number: float) -> None:
        """Stop with the last sound parameters unless the number is finite."""
        if isfinite(number):
            return
        with uninterrupted():
            for parameter, data in zip(self.parameters, self.sound, strict=True):
                parameter.data = data
        raise DivergenceError(
            f"the {what} is {number} at iteration {self.history.iterations + 1}; the parameters are those "
            "with which the loss was last finite (a learning rate below "
            f"{self.optimizer.learning_rate:g} may help)",
            self.history,
        )

    def end_epoch(self, held_out: Examples | None) -> None:
        """Note the end of an epoch, with the loss and metric of the examples that are not trained on."""
        means = None if held_out is None else self.measure.alone(*held_out)
        with uninterrupted():
            self.history.end_epoch(means, perf_counter() - self.start)


class Convergence:
    """Whether training has converged: the loss of an epoch no longer falls, or the gradient is small."""

    def __init__(
        self, tolerance: float | None, patience: int | None, gradient_tolerance: float | None
    ) -> None:
        self.judges_loss = tolerance is not None or patience is not None
        self.tolerance = number_from("tolerance", 0.0 if tolerance is None else tolerance)
        self.patience = whole_number("patience", 10 if patience is None else patience)
        self.judges_gradient = gradient_tolerance is not None
        self.gradient_tolerance = number_from("gradient_tolerance", gradient_tolerance or 0.0)
        self.best, self.waited = inf, 0

    def reached(self, history: History) -> bool:
        """Whether it is now reached; to be asked after each iteration."""
        if self.judges_gradient and history.gradient_norms[-1] <= self.gradient_tolerance:
            return True
        if not self.judges_loss or history.epochs[-1:] != [history.iterations]:
            return False
        loss = history.epoch_loss()
        if loss < self.best - self.tolerance:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        return self.waited >= self.patience


def batches(count: int, size: int, rng: Random) -> Iterator[tuple[list[int], bool]]:
    """Without end: the places of the examples of a batch, and whether they complete an epoch."""
    order = list(range(count))
    while True:
        if size < count:
            rng.shuffle(order)
        for start in range(0, count, size):
            yield order[start : start + size], start + size >= count


# --- What was asked for ------------------------------------------------------------------------------


def examples(owner: str, inputs: Any, targets: Any) -> Examples:
    """The inputs and targets as lists, as many of each."""
    for what, things in (("inputs", inputs), ("targets", targets)):
        if not hasattr(things, "__iter__") or isinstance(things, (str, bytes, Mapping, Set)):
            raise TypeError(f"{owner} expects a list of {what}, got {things!r}")
    pair = list(inputs), list(targets)
    same_length(owner, pair[0], "input", pair[1], "targets")
    return pair


def validation_examples(validation: Any) -> Examples:
    """The validation inputs and targets."""
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError("validation must be a pair: (inputs, targets)")
    return examples("validation", *validation)


def movable(
    model: Any, optimizer: Optimizer | None, learning_rate: float | None
) -> tuple[list[Value], Optimizer]:
    """All parameters of the model and the optimizer, and what is to move them."""
    own = model.parameters() if hasattr(model, "parameters") else []
    if (optimizer is None) == (learning_rate is None):
        raise TypeError("train needs either learning_rate=0.1, say, or optimizer=nn.Adam(model.parameters())")
    if optimizer is None:
        optimizer = SGD(leaves("train", own), positive("the learning rate", learning_rate))
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"the optimizer must be one such as nn.Adam(model.parameters()), got {optimizer!r}")
    if own and not set(own) & set(optimizer.parameters):
        raise ValueError("the optimizer holds none of the parameters of the model")
    return list(dict.fromkeys([*own, *optimizer.parameters])), optimizer
