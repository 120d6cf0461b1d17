"""engine="auto" and what it promises, where a model or a loss is no function of its arguments."""

import itertools
import math
import random
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import Value, primitive

RNG = random.Random(5)
INPUTS = [[RNG.uniform(-1.0, 1.0) for _ in range(2)] for _ in range(24)]
TARGETS = [x[0] - 0.5 * x[1] for x in INPUTS]
Program = dict[str, Any]


class Line(nn.Module):
    """Two weights, and a number that is no parameter."""

    def __init__(self) -> None:
        self.w, self.b, self.scale = Value(0.5), Value(0.1), 1.0
        self.calls = 0

    def __call__(self, x: list[float]) -> Value:
        return (self.w * x[0] + self.b * x[1]) * self.scale


def primitive_that_reads_state() -> Program:
    """A rule that reads what the loss sets for each example."""
    state = {"target": 0.0}
    model = Line()

    def rule(x: float) -> tuple[float, float]:
        return x * state["target"], state["target"]

    scaled = primitive(rule)

    def loss(prediction: Value, target: float) -> Value:
        state["target"] = target
        return (scaled(prediction) - 1.0) ** 2

    return {"model": model, "loss": loss}


def shared_value_that_changes() -> Program:
    """A model that changes the data of a Value around it at each call."""
    drift, line = Value(0.0), Line()

    def model(x: list[float]) -> Value:
        drift.data += 0.01
        return line(x) + drift

    return {"model": model, "parameters": line.parameters()}


def gradient_that_is_read() -> Program:
    """A model that computes with the gradient of its weight."""
    line = Line()
    return {"model": lambda x: line(x) * (1.0 + line.w.grad), "parameters": line.parameters()}


def counting_primitive() -> Program:
    """A rule that counts how often it is called."""
    count, line = [0], Line()

    @primitive
    def tired(x: float) -> tuple[float, float]:
        count[0] += 1
        return x / (1.0 + 0.001 * count[0]), 1.0 / (1.0 + 0.001 * count[0])

    return {"model": lambda x: tired(line(x)), "parameters": line.parameters()}


def model_that_counts() -> Program:
    """Another formula after 500 calls."""

    class Counting(Line):
        def __call__(self, x: list[float]) -> Value:
            self.calls += 1
            return super().__call__(x) * (1.0 if self.calls <= 500 else 0.5)

    return {"model": Counting()}


def loss_that_counts() -> Program:
    """Another loss after 500 calls."""
    calls = 0

    def loss(prediction: Value, target: float) -> Value:
        nonlocal calls
        calls += 1
        return (prediction - target) ** 2 * (1.0 if calls <= 500 else 2.0)

    return {"model": Line(), "loss": loss}


def rare_noise() -> Program:
    """Noise that is drawn for one example in fifty."""
    noise, line = random.Random(3), Line()

    def model(x: list[float]) -> Value:
        y = line(x)
        return y + noise.gauss(0.0, 1.0) if noise.random() < 0.02 else y

    return {"model": model, "parameters": line.parameters()}


def optimizer_that_changes_the_model() -> Program:
    """An optimizer that sets a constant of the model at iteration 100."""
    model = Line()

    class Own(nn.SGD):
        __slots__ = ("count",)

        def move(self, gradients: Any) -> None:
            self.count = getattr(self, "count", 0) + 1
            if self.count == 100:
                model.scale = 0.5
            super().move(gradients)

    return {"model": model, "optimizer": Own(model.parameters(), 0.1)}


def callback_that_changes_the_model() -> Program:
    """A callback that sets a constant of the model at iteration 100."""
    model = Line()

    def callback(history: nn.History) -> None:
        if history.iterations == 100:
            model.scale = 0.5

    return {"model": model, "callback": callback}


def target_network() -> Program:
    """A callback that copies the model every 50 iterations; the loss reads the copy."""
    model = Line()
    target = [w.data for w in model.parameters()]

    def loss(prediction: Value, number: float) -> Value:
        return (prediction - (target[0] * number + target[1] + 0.3)) ** 2

    def callback(history: nn.History) -> None:
        if history.iterations % 50 == 0:
            target[:] = [w.data for w in model.parameters()]

    return {"model": model, "loss": loss, "callback": callback}


def metric_that_changes_the_loss() -> Program:
    """A metric that changes what the loss reads."""
    strength = [1.0]

    def loss(prediction: Value, target: float) -> Value:
        return strength[0] * (prediction - target) ** 2

    def metric(prediction: Value, target: float) -> float:
        strength[0] *= 0.9999
        return strength[0]

    return {"model": Line(), "loss": loss, "metric": metric}


PROGRAMS = [
    (primitive_that_reads_state, 1),
    (shared_value_that_changes, 1),
    (gradient_that_is_read, 1),
    (counting_primitive, 1),
    (model_that_counts, 1),
    (loss_that_counts, 1),
    (rare_noise, 1),
    (optimizer_that_changes_the_model, 101),
    (callback_that_changes_the_model, 101),
    (target_network, 51),
    (metric_that_changes_the_loss, 1),
]


def trained(program: Callable[[], Program], engine: str, **options: Any) -> nn.History:
    """The history of the training of a program."""
    given = program()
    model = given.pop("model")
    parameters = given.pop("parameters", None) or model.parameters()
    options = {"optimizer": nn.SGD(parameters, 0.1), "max_iterations": 150, **options, **given}
    options = {"batch_size": 8, "seed": 2, "progress": False, **options}
    return nn.train(model, INPUTS, TARGETS, engine=engine, **options)


@pytest.mark.parametrize("batch_size", [None, 8, 1])
@pytest.mark.parametrize("program", [program for program, _ in PROGRAMS])
def test_what_is_no_function_trains_as_eagerly(
    program: Callable[[], Program], batch_size: int | None
) -> None:
    """The losses are those of the eager engine, to rounding."""
    eager, auto = (trained(program, engine, batch_size=batch_size) for engine in ("eager", "auto"))
    assert auto.losses == pytest.approx(eager.losses, rel=1e-9, abs=1e-12)


def noticed(program: Callable[[], Program], monkeypatch: pytest.MonkeyPatch) -> int:
    """The first iteration at which the tape was given up, or recorded anew."""
    from nn.replay import TapeMeasure

    at: list[int] = []
    usual = TapeMeasure.start_anew

    def start_anew(measure: TapeMeasure) -> None:
        at.append(measure.batches)
        usual(measure)

    monkeypatch.setattr(TapeMeasure, "start_anew", start_anew)
    trained(program, "auto")
    return at[1]


@pytest.mark.parametrize(("program", "iteration"), PROGRAMS)
def test_when_it_is_noticed(
    program: Callable[[], Program], iteration: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first batch, or where a callback or an optimizer has done it, at the next."""
    assert noticed(program, monkeypatch) == iteration


# --- What shows only later --------------------------------------------------------------------------------


def clock(changes_after: int) -> Program:
    """A loss that follows something out of sight, such as the time: here, how many updates were made."""
    model, start = Line(), itertools.repeat(None, 10**9)

    class Clock(nn.SGD):
        __slots__ = ()

        def move(self, gradients: Any) -> None:
            next(start)
            super().move(gradients)

    def loss(prediction: Value, target: float) -> Value:
        return (prediction - target) ** 2 * (2.0 if 10**9 - start.__length_hint__() >= changes_after else 1.0)

    optimizer = Clock(model.parameters(), 0.01)
    return {"model": model, "loss": loss, "optimizer": optimizer}


@pytest.mark.parametrize(("after", "noticed_at"), [(3, 4), (31, 32), (33, 40), (90, 96)])
def test_the_guarantee(after: int, noticed_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the first 32 batches is checked, then every 8th; a batch is done again, a warning says so."""
    from nn import training

    usual = training.measure_with  # take the optimizer for one of ours, which changes nothing but parameters
    monkeypatch.setattr(
        training, "measure_with", lambda engine, parameters, wary, most: usual(engine, parameters, False)
    )
    eager = trained(lambda: clock(after), "eager")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        auto = trained(lambda: clock(after), "auto")
    assert auto.engine == "eager"
    assert len(caught) == 1
    assert f'engine="eager" from iteration {noticed_at}: the loss of example' in str(caught[0].message)
    assert caught[0].filename == __file__
    assert auto.losses[:after] == pytest.approx(eager.losses[:after], rel=1e-9)
    if noticed_at == after + 1:
        assert auto.losses == pytest.approx(eager.losses, rel=1e-9)
    else:  # the batches between were wrong, by half
        assert auto.losses[noticed_at - 2] < 0.6 * eager.losses[noticed_at - 2]
        assert auto.losses[noticed_at - 1] > auto.losses[noticed_at - 2] * 1.1


def test_gradients_are_compared_too() -> None:
    """A rule whose derivative alone is another at each call."""
    slopes, line = itertools.cycle([1.0, 0.5, 0.25]), Line()

    @primitive
    def odd(x: float) -> tuple[float, float]:
        return x, next(slopes)

    program = {"model": lambda x: odd(line(x)), "parameters": line.parameters()}
    assert trained(lambda: program, "auto", max_iterations=3).engine == "eager"


def test_a_check_leaves_gradients_as_they_were() -> None:
    """Those of parameters are the batch's, those of other leaves what the eager engine adds to them."""
    grads = []
    for engine in ("eager", "tape"):
        model, scale = Line(), Value(2.0)
        given = {"learning_rate": 0.1, "max_iterations": 40, "progress": False, "engine": engine}
        nn.train(model, INPUTS, TARGETS, loss=lambda p, t, scale=scale: (p * scale - t) ** 2, **given)
        grads.append([scale.grad, model.w.grad, model.w.data])
    assert grads[1] == pytest.approx(grads[0], rel=1e-9)


def test_rounding_is_no_difference() -> None:
    """Where a loss falls to nothing, what is left of it is rounding, and differs."""
    model = nn.MLP(2, [1], rng=1)
    history = nn.train(model, INPUTS, TARGETS, learning_rate=0.5, max_iterations=400, progress=False)
    assert history.engine == "tape"
    assert history.losses[-1] < 1e-25
    assert math.isfinite(history.gradient_norms[-1])


def test_a_gradient_that_a_model_changes_is_noticed_later_too() -> None:
    """The same expression of the same numbers, and yet another gradient."""
    line, start = Line(), itertools.repeat(None, 10**9)

    def model(x: list[float]) -> Value:
        next(start)
        if start.__length_hint__() < 10**9 - 40:
            line.w.grad += 0.25
        return line(x)

    with pytest.warns(UserWarning, match="the gradient of example .* is not that of its replay"):
        history = nn.train(model, INPUTS, TARGETS, optimizer=nn.SGD(line.parameters(), 0.1), progress=False)
    assert history.engine == "eager"
