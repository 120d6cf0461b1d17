"""train on a tape: what the eager engine does, and nothing where that cannot be."""

import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import alike, random_source
from models import trained as trained_from

import nn
from autograd import Value, grad, no_grad
from autograd.core.contexts import observed
from autograd.tape.matching import WiringError

RNG = random.Random(1)
INPUTS = [[RNG.uniform(-1.0, 1.0) for _ in range(3)] for _ in range(23)]
NUMBERS = [x[0] * x[1] - x[2] for x in INPUTS]
CLASSES = [int(number > 0.0) for number in NUMBERS]


def trained(engine: str, model: Any, targets: list[Any], **options: Any) -> nn.History:
    """The history of a short training."""
    options = {"learning_rate": 0.1, "max_iterations": 12, "batch_size": 5, "seed": 3, **options}
    return nn.train(model, INPUTS, targets, engine=engine, progress=False, **options)


@pytest.mark.parametrize(
    ("outputs", "loss", "targets"),
    [
        (1, nn.mse_loss, NUMBERS),
        (2, nn.mse_loss, [[number, 1.0] for number in NUMBERS]),
        (2, nn.cross_entropy_loss, CLASSES),
        (2, nn.cross_entropy_loss, [[1.0 - c, c] for c in CLASSES]),
        (1, nn.binary_cross_entropy_loss, CLASSES),
        (1, nn.hinge_loss, [2 * c - 1 for c in CLASSES]),
    ],
)
@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus"])
def test_it_is_the_eager_engine(
    outputs: int, loss: Callable[..., Value], targets: list[Any], activation: str
) -> None:
    """Losses, metrics and parameters agree to 1e-12, with a shorter last batch and a validation."""
    metric = None if loss is nn.mse_loss else nn.accuracy
    models = [nn.MLP(3, [4, outputs], activation, rng=2) for _ in range(2)]
    options = {"loss": loss, "metric": metric, "validation": (INPUTS[:7], targets[:7])}
    eager = trained("eager", models[0], targets, **options)
    tape = trained("tape", models[1], targets, **options)
    assert tape.losses == pytest.approx(eager.losses, rel=1e-12)
    assert tape.metrics == eager.metrics
    assert tape.validation_losses == pytest.approx(eager.validation_losses, rel=1e-12)
    for ours, theirs in zip(*[model.parameters() for model in models], strict=True):
        assert ours.data == pytest.approx(theirs.data, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("count", [1, 4])
def test_a_loss_in_which_no_number_is_of_an_example(count: int) -> None:
    """Then a tape has no inputs, and its table no columns."""
    w, given = Value(2.0), {"loss": lambda prediction, target: prediction, "max_iterations": 3}
    optimizer = nn.SGD([w], 0.1)
    history = nn.train(
        lambda x: w * w, [1.0] * count, [0.0] * count, optimizer=optimizer, progress=False, **given
    )
    assert history.engine == "tape"
    assert w.data == pytest.approx(2.0 * 0.8**3)


def test_auto_takes_the_tape() -> None:
    """Where examples are wired alike, also with Adam and the whole batch."""
    model = nn.MLP(3, [4, 1], rng=2)
    assert trained("auto", model, NUMBERS, batch_size=None).engine == "tape"


# --- What cannot be replayed ------------------------------------------------------------------------------

w, b = Value(0.3), Value(0.1)
TABLE = {sign: Value(0.1) for sign in (False, True)}
PENALTY = 0.01 * w * w
NOISE = random.Random(1)


def branching(x: list[float]) -> Value:
    """Another formula where the first number is negative."""
    return w * x[0] + b if x[0] > 0.0 else w * w * x[0]


def looking_up(x: list[float]) -> Value:
    """A parameter that the example chooses."""
    return TABLE[x[0] > 0.0] * x[1]


def choosing_a_number(x: list[float]) -> Value:
    """A parameter for some examples, a number for others."""
    return (TABLE[True] if x[0] > 0.0 else Value(0.1)) * x[1]


def noisy(x: list[float]) -> Value:
    """Another number each time."""
    return w * x[0] + NOISE.random()


OWN = [Value(x[0]) for x in INPUTS]


def tossing(x: list[float]) -> Value:
    """One of two numbers each time."""
    return w * x[0] * NOISE.choice((0.0, 2.0))


def of_values(x: list[float]) -> Value:
    """Examples that are Values."""
    return w * OWN[INPUTS.index(x)] + b


def sharing(x: list[float]) -> Value:
    """Something that was computed once and for all."""
    return w * x[0] + PENALTY


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (choosing_a_number, r"example \d+ has parameters where others have numbers, or the other way round"),
        (noisy, "the model, the loss or the metric changes NOISE when it is called"),
        (tossing, "the model, the loss or the metric changes NOISE when it is called"),
        (of_values, r"example \d+ has Values of its own: let examples be numbers"),
        (sharing, "was not computed anew"),
    ],
)
def test_what_cannot_be_replayed(model: Callable[[Any], Value], message: str) -> None:
    """ "tape" says why; "auto" does just what "eager" does."""
    parameters = [w, b, *TABLE.values()]
    before = [p.data for p in parameters]
    results = []
    for engine in ("tape", "eager", "auto"):
        for parameter, data in zip(parameters, before, strict=True):
            parameter.data = data
        NOISE.seed(2)
        options = {"optimizer": nn.SGD(parameters, 0.01), "learning_rate": None, "batch_size": None}
        if engine == "tape":
            with pytest.raises(WiringError, match=message):
                trained(engine, model, NUMBERS, **options)
            assert [p.data for p in parameters] == before
        else:
            results.append((trained(engine, model, NUMBERS, **options).losses, [p.data for p in parameters]))
    assert results[0] == results[1]


def detached(x: list[float]) -> Value:
    """A number computed from the parameters, which no gradient goes through."""
    y = w * x[0] + b
    return y * (y.data + 1.0)


def deciding(x: list[float]) -> Value:
    """An `if` that goes the other way once the parameters have changed."""
    y = w * x[0] + b
    return y * 2.0 if w < 0.29 else y


def printing(x: list[float]) -> Value:
    """Something to look at on the way."""
    y = w * x[0] + b
    print(f"{y:.3f}")
    return y


def penalized(x: list[float]) -> Value:
    """A gradient, found on the way."""
    y = (w * x[0]).tanh()
    return y * grad(y * y, y)


def sloped(x: list[float]) -> Value:
    """A local derivative of what was computed."""
    y = (w * x[0]).tanh()
    return y * y.local_derivatives[0]


def forgetting(x: list[float]) -> Value:
    """The same, by no_grad."""
    y = w * x[0] + b
    with no_grad():
        scale = y + 1.0
    return y * scale


@pytest.mark.parametrize("model", [detached, deciding, printing, penalized, sloped, forgetting])
@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("callback", [None, lambda history: None])
def test_who_reads_a_number_of_the_parameters(
    model: Callable[[Any], Value], batch_size: int | None, callback: Any
) -> None:
    """What is done with it is not recorded: "auto" does what "eager" does, and "tape" names the line."""
    parameters, results = [w, b], []
    before = [p.data for p in parameters]
    for engine in ("eager", "auto"):
        for parameter, data in zip(parameters, before, strict=True):
            parameter.data = data
        optimizer = nn.SGD(parameters, 0.1)
        options = {"optimizer": optimizer, "learning_rate": None, "batch_size": batch_size}
        results.append(trained(engine, model, NUMBERS, callback=callback, **options).losses)
    assert results[1] == results[0]
    with pytest.raises(WiringError, match=r"reads a number .* in .*test_replay.py, line \d+: "):
        trained("tape", model, NUMBERS, callback=callback, **options)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_models_of_any_kind(seed: int) -> None:
    """Whatever a model does with its numbers, "auto" trains it as "eager" does."""
    source = random_source(random.Random(seed))
    eager = trained_from(source, "eager", seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that it goes on eagerly, where numbers cancel
        auto = trained_from(source, "auto", seed)
    assert alike(eager.losses, auto.losses)


def test_who_reads_a_number_of_the_example() -> None:
    """It is the same the next time, and can be replayed."""

    def scaled(x: list[float]) -> Value:
        size = Value(x[0]) * x[1]
        return w * x[0] * (2.0 if size > 0.0 else 1.0) + b * size.data

    results = []
    before = w.data, b.data
    for engine in ("eager", "tape"):
        w.data, b.data = before
        options = {"optimizer": nn.SGD([w, b], 0.1), "learning_rate": None}
        results.append(trained(engine, scaled, NUMBERS, **options).losses)
    assert results[1] == pytest.approx(results[0], rel=1e-12)


def test_numbers_that_change_for_another_reason() -> None:
    """An example that is not what it was is found out: here the metric changes the loss."""
    strength = [1.0]

    def loss(prediction: Value, target: float) -> Value:
        return strength[0] * nn.mse_loss(prediction, target)

    def metric(prediction: Value, target: float) -> float:
        strength[0] *= 0.9
        return strength[0]

    with pytest.raises(WiringError, match=r"changes strength\[0\] when it is called"):
        trained("tape", nn.MLP(3, [1], rng=2), NUMBERS, loss=loss, metric=metric)


class Counting(nn.Module):
    """A model that counts its calls in a list in a dict."""

    def __init__(self) -> None:
        self.w, self.counts = Value(0.5), {"calls": [0, 0]}

    def __call__(self, x: list[float]) -> Value:
        self.counts["calls"][1] += 1
        return self.w * x[0]


def test_what_changes_is_named_as_in_python() -> None:
    """By attributes, keys and places, from the model on."""
    with pytest.raises(WiringError, match=r"changes counts\['calls'\]\[1\] when it is called"):
        trained("tape", Counting(), NUMBERS)


class Opaque:
    """Numbers that can be neither compared nor copied."""

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = list(numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, place: int) -> float:
        return self.numbers[place]

    def __setitem__(self, place: int, number: float) -> None:
        self.numbers[place] = number

    def __eq__(self, other: object) -> bool:
        raise NotImplementedError

    def __deepcopy__(self, memo: object) -> "Opaque":
        raise NotImplementedError

    __hash__ = None  # type: ignore[assignment]


def test_what_a_callback_changes_counts() -> None:
    """A number of the loss that changes between iterations is taken as it is then."""
    results = []
    for engine in ("eager", "tape"):
        strength = [1.0]

        def loss(prediction: Value, target: float, strength: list[float] = strength) -> Value:
            return strength[0] * nn.mse_loss(prediction, target)

        def weaken(history: nn.History, strength: list[float] = strength) -> None:
            strength[0] *= 0.5

        model = nn.MLP(3, [1], rng=2)
        results.append(trained(engine, model, NUMBERS, loss=loss, callback=weaken).losses)
    assert results[1] == pytest.approx(results[0], rel=1e-12)


@pytest.mark.parametrize("convert", [list, np.array, Opaque])
def test_examples_that_a_callback_changes(convert: Callable[[list[float]], Any]) -> None:
    """They are taken as they are then, whatever they are made of."""
    results = []
    for engine in ("eager", "tape"):
        model = nn.MLP(3, [1], rng=2)
        examples, targets = [convert(x) for x in INPUTS], [convert([number]) for number in NUMBERS]

        def shake(history: nn.History, examples: list[Any] = examples, targets: list[Any] = targets) -> None:
            examples[history.iterations % 23][1] *= 0.5
            targets[history.iterations % 7][0] += 0.1

        options = {"learning_rate": 0.1, "max_iterations": 30, "progress": False, "callback": shake}
        loss = {"loss": lambda prediction, target: nn.mse_loss(prediction, target[0])}
        results.append(nn.train(model, examples, targets, engine=engine, **options, **loss).losses)
    assert results[1] == pytest.approx(results[0], rel=1e-12)


def test_who_watches_sees_every_operation() -> None:
    """While operations are watched, nothing is replayed."""
    seen: list[Value] = []

    def observer(node: Value, backward: bool) -> Value:
        seen.append(node)
        return node

    with observed(observer):
        history = trained("auto", nn.MLP(3, [1], rng=2), NUMBERS)
    assert history.engine == "eager"
    assert len(seen) > 100
    with observed(observer), pytest.raises(WiringError, match="operations are watched"):
        trained("tape", nn.MLP(3, [1], rng=2), NUMBERS)


def test_a_metric_of_what_is_not_under_the_loss() -> None:
    """It needs the predictions, which a tape has not: the eager engine."""
    line = nn.MLP(3, [1], rng=2)
    history = trained(
        "auto", line, NUMBERS,
        loss=lambda prediction, target: nn.mse_loss(line(INPUTS[0]), target),
        metric=lambda prediction, target: prediction.data,
    )  # fmt: skip
    assert history.engine == "eager"
    assert len(history.metrics) == 12


def test_an_unknown_engine_is_named() -> None:
    """The message lists those that there are."""
    with pytest.raises(ValueError, match='engine must be "auto", "tape" or "eager", got \'fast\''):
        trained("fast", nn.MLP(3, [1], rng=2), NUMBERS)
