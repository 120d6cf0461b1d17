"""train: the parameters of a model changed, batch after batch, until its loss is small."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import partial
from itertools import islice
from typing import Any

from autograd import Value, topological_order
from autograd.internal import arguments_by_name, warn_caller
from nn.checks import (
    Seed,
    is_list,
    leaves,
    random_source,
    same_length,
    whole_number,
)
from nn.convergence import Convergence
from nn.eager import EagerMeasure, Measure
from nn.history import History
from nn.loop import Training, shuffled_batches
from nn.losses import mse_loss
from nn.module import Module, can_be_called, how_to_call
from nn.moments import Moments
from nn.optim import SGD, LearningRate, Optimizer
from nn.overlooked import overlooked
from nn.progress import Progress
from nn.replay import TapeMeasure

Examples = tuple[list[Any], list[Any]]


@arguments_by_name
def train(
    model: Callable[[Any], Any],
    inputs: Any,
    targets: Any,
    *,
    loss: Measure = mse_loss,
    optimizer: Optimizer | None = None,
    learning_rate: LearningRate | None = None,
    max_iterations: int = 1000,
    batch_size: int | None = None,
    tolerance: float | None = None,
    patience: int | None = None,
    gradient_tolerance: float | None = None,
    validation: tuple[Any, Any] | None = None,
    metric: Measure | None = None,
    progress: bool = True,
    callback: Callable[[History], Any] | None = None,
    seed: Seed = None,
    engine: str = "auto",
    record: bool = False,
    max_wirings: int = 64,
) -> History:
    """Change the parameters of `model` so that the mean of loss(model(input), target) falls.

    model: a Module, or any function of one input if an `optimizer` holds its parameters.
    inputs, targets: the examples, as many of each.
    loss: a function of the prediction and the target of one example that returns a Value.
    optimizer, learning_rate: one of the two; a learning rate alone, a number or a function of the iteration,
        means plain gradient descent.
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
    engine: "tape" replays recordings of examples on whole batches, which is many times faster, and is an
        error where the model or the loss reads a number that depends on the parameters (by a comparison,
        `.data`, `.grad` or print), as what is done with it is not recorded, or where they change a number
        that they can reach, such as a count of their calls; "eager" records each example each time; "auto"
        takes tapes where that is no error (the history says which it was).
    max_wirings: how many different expressions the examples may be for there to be tapes: lists of ten
        lengths, say, are ten, and an `if` on a number of the example makes two.
    record: whether to keep what `history.play("training.html", model=model)` shows: the parameters and the
        optimizer, at up to 160 iterations that lie evenly.

    With "auto" each example is computed eagerly the first time. The first batch is compared with its replay,
    loss by loss and gradient with gradient, and so is an example of each batch that is replayed up to the
    32nd, then of every 8th, and one for each tape made later. (The gradient of a recording that is the one
    replayed once more, number for number, need not be.) Where they differ by more than rounding, that batch
    is done again eagerly, as is all that follows, and a warning says so.
    What escapes: a change out of reach that comes by itself (from the time, a file, a counter in C) counts
    only from the next check on, up to 7 batches late; if it concerns one example in n, about n times as
    many. A callback or an optimizer of your own may change what all losses are computed from: an example is
    then recorded again at each batch. Where it changes that of some examples, and not the examples
    themselves, engine must be "eager".

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
    check_functions(loss=loss, metric=metric, callback=callback)
    pairs = examples("train", inputs, targets)
    held_out = None if validation is None else validation_examples(validation)
    limit = whole_number("max_iterations", max_iterations)
    size = len(pairs[0]) if batch_size is None else whole_number("batch_size", batch_size)
    batches = shuffled_batches(len(pairs[0]), size, random_source(seed))
    parameters, optimizer = movable(model, optimizer, learning_rate)
    wary = callback is not None or not moves_parameters_alone(optimizer)
    measure = measure_with(engine, parameters, wary, whole_number("max_wirings", max_wirings))
    of_examples = measure(model, loss, metric, *pairs)
    of_validation = None if held_out is None else measure(model, loss, metric, *held_out)
    if of_validation is not None:
        of_validation.task, of_validation.turn = "validation", "epoch"
    refuse_replaced(model, optimizer, of_examples)
    warn_of_overlooked(model, parameters, of_examples)
    history = History(metric_name=name_of(metric))
    history.moments = Moments(parameters, optimizer, pairs, held_out or ([], []), loss) if record else None
    training = Training(of_examples, of_validation, parameters, optimizer, history)
    convergence = Convergence(tolerance, patience, gradient_tolerance)
    return carry_out(training, islice(batches, limit), convergence, Progress(limit, progress), callback)


def carry_out(
    training: Training,
    batches: Iterable[tuple[Sequence[int], bool]],
    convergence: Convergence,
    progress: Progress,
    callback: Callable[[History], Any] | None,
) -> History:
    """Run a training, the watchers looking on; its history says how it ended, and on which engine."""
    history, moments = training.history, training.history.moments
    with progress as bar:
        watchers = [watcher for watcher in (moments, bar.show, callback) if watcher is not None]
        try:
            history.reason = training.run(batches, convergence, watchers)
        except KeyboardInterrupt:
            history.reason = "interrupted"
        history.engine, history.wirings = training.measure.engine, training.measure.wirings()
        if moments is not None:
            moments.end(history)
        bar.finish(history)
    return history


def check_functions(**functions: Any) -> None:
    """Refuse what should be a function and is none, and training where nothing is recorded."""
    for what, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"{what} must be a function, got {function!r}")
    if Value(0.0).exp().is_leaf:
        raise RuntimeError("train needs gradients, and under no_grad() there are none")


def measure_with(
    engine: str, parameters: list[Value], wary: bool, most: int = 64
) -> Callable[..., EagerMeasure]:
    """What makes the measure that the engine of that name takes, with so many tapes at most."""
    if engine not in ("auto", "tape", "eager"):
        raise ValueError(f'engine must be "auto", "tape" or "eager", got {engine!r}')
    if engine == "eager":
        return EagerMeasure
    insists = engine == "tape"
    return partial(TapeMeasure, parameters=parameters, insists=insists, wary=wary, most=most, pool=[])


def moves_parameters_alone(optimizer: Optimizer) -> bool:
    """Whether an optimizer is one of ours, which changes nothing else."""
    return type(optimizer).__module__ == Optimizer.__module__


def name_of(metric: Measure | None) -> str:
    """What a metric is called."""
    name = getattr(metric, "__name__", "")
    return name if name.isidentifier() else "metric"


def examples(owner: str, inputs: Any, targets: Any) -> Examples:
    """The inputs and targets as lists, as many of each."""
    for what, things in (("inputs", inputs), ("targets", targets)):
        if not hasattr(things, "__iter__") or isinstance(things, (str, bytes, Mapping, Set)):
            raise TypeError(f"{owner} expects a list of {what}, got {things!r}")
    pair = listed(inputs), listed(targets)
    same_length(owner, pair[0], "input", pair[1], "targets")
    return pair


def listed(things: Any) -> list[Any]:
    """The examples as a list; of a memoryview, which has no rows to go over, the rows."""
    return things.tolist() if isinstance(things, memoryview) else list(things)


def validation_examples(validation: Any) -> Examples:
    """The validation inputs and targets."""
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError("validation must be a pair: (inputs, targets)")
    return examples("validation", *validation)


def movable(
    model: Any, optimizer: Optimizer | None, learning_rate: LearningRate | None
) -> tuple[list[Value], Optimizer]:
    """All parameters of the model and the optimizer, and what is to move them."""
    if not can_be_called(model):
        given = "a list: its parameters?" if is_list(model) else repr(model)
        given += f": {how_to_call(model)}" if isinstance(model, Module) else ""
        raise TypeError(f"train expects a model that can be called, as in model(x), not {given}")
    own = own_parameters(model)
    if (optimizer is None) == (learning_rate is None):
        raise TypeError("train needs either learning_rate=0.1, say, or optimizer=nn.Adam(model.parameters())")
    if learning_rate is not None:
        optimizer = SGD(leaves("train", own), learning_rate)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"the optimizer must be one such as nn.Adam(model.parameters()), got {optimizer!r}")
    if own == optimizer.parameters:  # as mostly they are
        return optimizer.parameters.copy(), optimizer
    if own and not set(own) & set(optimizer.parameters):
        raise ValueError("the optimizer holds none of the parameters of the model")
    return list(dict.fromkeys([*own, *optimizer.parameters])), optimizer


def own_parameters(model: Any) -> list[Value]:
    """The parameters of a Module; a function has none of its own."""
    return model.parameters() if hasattr(model, "parameters") else []


def refuse_replaced(model: Any, optimizer: Optimizer, measure: EagerMeasure) -> None:
    """Refuse an optimizer that holds what once was a parameter of the model, and not what replaced it.

    It may hold fewer Values than the model, or others that the loss uses.
    """
    parameters = own_parameters(model)
    if parameters == optimizer.parameters:
        return
    own, held = set(parameters), set(optimizer.parameters)
    if own <= held or held <= own or held - own <= set(topological_order(measure.recorded(0)[1])):
        return
    raise ValueError(
        "the optimizer holds a Value that neither the model nor the loss uses, and lacks one that the model "
        "has: if a parameter was replaced by another Value, make the optimizer anew"
    )


def warn_of_overlooked(model: Any, parameters: list[Value], measure: EagerMeasure) -> None:
    """Say so where each loss depends on leaves that the model holds, and that nothing moves."""
    names = overlooked(model, parameters) if isinstance(model, Module) else {}
    if not names:
        return
    recordings = [topological_order(measure.recorded(i)[1]) for i in (0, -1)]
    used = [names[leaf] for leaf in recordings[0] if leaf in names and leaf in set(recordings[1])]
    if used:
        warn_caller(
            f"train leaves {', '.join(used)} as they are, though the loss depends on them: a Module finds "
            "parameters among its own attributes and in lists, arrays, dicts and Modules there; make what "
            "is meant to stay a number"
        )
