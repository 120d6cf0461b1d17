"""train finds the minimum, says why it stopped, and never leaves half an update behind."""

import gc
import io
import math
import os
import pickle
import random
import signal
import sys
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from graphs import nodes_alive

import nn
from autograd import Value, no_grad
from nn.loop import shuffled_batches

RNG = np.random.default_rng(1)
X = RNG.normal(size=(20, 2))
Y = X @ [2.0, -1.0] + 0.5 + 0.1 * RNG.normal(size=20)
INPUTS, TARGETS = X.tolist(), Y.tolist()


def line(seed: int = 1) -> nn.MLP:
    """A model of a line, whose best parameters are known."""
    return nn.MLP(2, [1], rng=seed)


def numbers(model: nn.Module) -> list[float]:
    """The parameters."""
    return [parameter.data for parameter in model.parameters()]


def trained(model: nn.Module, **options: Any) -> nn.History:
    """The history of a quiet training on the examples above."""
    options = {"learning_rate": 0.1, "max_iterations": 20, "progress": False, **options}
    if "optimizer" in options:
        del options["learning_rate"]
    return nn.train(model, INPUTS, TARGETS, **options)


# --- Right -------------------------------------------------------------------------------------------


def test_it_finds_the_least_squares() -> None:
    """Linear regression ends where the closed form says."""
    model = line()
    history = trained(model, learning_rate=0.3, max_iterations=1000, gradient_tolerance=1e-10)
    best = np.linalg.lstsq(np.column_stack([X, np.ones(20)]), Y, rcond=None)[0]
    assert numbers(model) == pytest.approx(list(best), rel=1e-8)
    assert history.reason == "converged"
    assert history.gradient_norms[-1] <= 1e-10 < history.gradient_norms[-2]


def test_an_iteration_is_a_step_on_the_mean_loss() -> None:
    """The same as backward on the mean loss of all, and one step."""
    model, twin = line(), line()
    history = trained(model, max_iterations=1, metric=lambda prediction, target: target)
    loss = nn.mse_loss([twin(x) for x in INPUTS], TARGETS)
    loss.backward()
    norm = math.sqrt(sum(p.grad**2 for p in twin.parameters()))
    nn.gradient_descent_step(twin.parameters(), 0.1)
    assert numbers(model) == pytest.approx(numbers(twin), rel=1e-12)
    assert history.losses == pytest.approx([loss.data], rel=1e-12)
    assert history.gradient_norms == pytest.approx([norm], rel=1e-12)
    assert history.metrics == pytest.approx([sum(TARGETS) / 20], rel=1e-12)


def test_batches_make_up_epochs() -> None:
    """Each epoch has every example once, in an order of its own; its last batch may be shorter."""
    plan = shuffled_batches(10, 4, random.Random(1))
    orders = []
    for _ in range(5):
        epoch = [next(plan) for _ in range(3)]
        assert [len(places) for places, _ in epoch] == [4, 4, 2]
        assert [last for _, last in epoch] == [False, False, True]
        orders.append([place for places, _ in epoch for place in places])
        assert sorted(orders[-1]) == list(range(10))
    assert len(set(map(tuple, orders))) > 1


def test_the_seed_decides() -> None:
    """The same seed gives the same training to the bit, another seed another."""
    runs = []
    for seed in (1, random.Random(1), 2):
        model = line()
        runs.append((trained(model, batch_size=6, seed=seed).losses, numbers(model)))
    assert runs[0] == runs[1] != runs[2]


def test_a_function_is_a_model_too() -> None:
    """What an optimiser holds is trained, be the model a Module or not."""
    w, b = Value(0.0), Value(0.0)
    history = nn.train(
        lambda x: w * x + b, [0.0, 1.0, 2.0], [1.0, 3.0, 5.0],
        optimizer=nn.Adam([w, b], 0.1), max_iterations=600, progress=False,
    )  # fmt: skip
    assert (w.data, b.data) == (pytest.approx(2.0, abs=1e-3), pytest.approx(1.0, abs=1e-3))
    assert history.losses[-1] < 1e-5


def test_classes() -> None:
    """Cross-entropy with class indices, in batches, with an accuracy: XOR is learnt."""
    inputs, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    model = nn.MLP(2, [8, 2], rng=1)
    history = nn.train(
        model, inputs, targets, loss=nn.cross_entropy_loss, optimizer=nn.Adam(model.parameters(), 0.1),
        metric=nn.accuracy, batch_size=3, max_iterations=200, seed=1, progress=False,
    )  # fmt: skip
    assert history.metric_name == "accuracy"
    assert all(nn.accuracy(model(x), y) for x, y in zip(inputs, targets, strict=True))


# --- When it stops -----------------------------------------------------------------------------------


def test_it_stops_at_the_number_of_iterations() -> None:
    """No sooner without a criterion, and says so."""
    history = trained(line(), max_iterations=7)
    assert (history.reason, history.iterations, history.epochs) == ("max_iterations", 7, list(range(1, 8)))
    assert history.seconds > 0.0


@pytest.mark.parametrize("patience", [1, 3])
def test_it_stops_when_the_loss_is_no_better(patience: int) -> None:
    """At the first iteration whose loss and those before were no better than the best by the tolerance."""
    full = trained(line(), max_iterations=100).losses
    history = trained(line(), max_iterations=100, tolerance=0.01, patience=patience)
    best, waited, expected = math.inf, 0, 0
    while waited < patience:
        best, waited = (full[expected], 0) if full[expected] < best - 0.01 else (best, waited + 1)
        expected += 1
    assert (history.reason, history.iterations) == ("converged", expected)


def test_with_batches_epochs_are_judged() -> None:
    """Patience counts epochs, so that a lucky batch does not end training."""
    history = trained(line(), max_iterations=1000, batch_size=7, tolerance=1e9, patience=4, seed=1)
    assert (history.reason, history.iterations) == ("converged", 5 * 3)
    assert history.epochs == [3, 6, 9, 12, 15]


def test_validation_is_judged_where_there_is_some() -> None:
    """Validation losses and metrics come once an epoch, and end a training that fits examples alone."""
    held_out = (INPUTS, [-target for target in TARGETS])
    options = {"validation": held_out, "metric": lambda p, t: 1.0, "batch_size": 10, "seed": 1}
    history = trained(line(), max_iterations=100, patience=3, **options)
    assert history.reason == "converged"
    assert history.iterations < 40
    assert len(history.validation_losses) == len(history.validation_metrics) == len(history.epochs)
    model = line()
    history = trained(model, max_iterations=2, **options)
    expected = nn.mse_loss([model(x) for x in INPUTS], held_out[1]).data
    assert history.validation_losses == pytest.approx([expected], rel=1e-12)


# --- Whatever happens, the parameters are whole ------------------------------------------------------


@pytest.mark.filterwarnings("error")
def test_divergence_names_the_iteration_and_keeps_the_last_finite_parameters() -> None:
    """Too large a rate ends in an error; the loss is finite with the parameters that are left."""
    model = line()
    with pytest.raises(
        nn.DivergenceError, match=r"the loss is (inf|nan) at iteration \d+; .*below 1e\+20"
    ) as error:
        trained(model, learning_rate=1e20)
    history = error.value.history
    assert f"at iteration {history.iterations + 1};" in str(error.value)
    assert all(map(math.isfinite, history.losses))
    loss = nn.mse_loss([model(x) for x in INPUTS], TARGETS).data
    assert loss == pytest.approx(history.losses[-1], rel=1e-12)
    assert {p.grad for p in model.parameters()} == {0.0}
    twin = pickle.loads(pickle.dumps(error.value))
    assert (str(twin), twin.history) == (str(error.value), history)


def test_a_loss_that_starts_infinite() -> None:
    """Then the parameters stay as they were."""
    model = line()
    before = numbers(model)
    with pytest.raises(nn.DivergenceError, match=r"the loss is nan at iteration 1;.*nothing was updated yet"):
        trained(model, loss=lambda prediction, target: prediction * math.nan)
    assert numbers(model) == before


def test_an_infinite_gradient_of_a_finite_loss() -> None:
    """√ at 0 has one: it does not reach the parameters."""
    w = Value(0.0)
    with pytest.raises(nn.DivergenceError, match="the gradient is inf at iteration 1"):
        nn.train(lambda x: (w * x).sqrt(), [1.0], [1.0], optimizer=nn.SGD([w], 0.1), progress=False)
    assert w.data == 0.0


def test_an_update_that_overflows() -> None:
    """A finite gradient times a huge rate: the parameters before it are kept."""
    model = line()
    before = numbers(model)
    with pytest.raises(nn.DivergenceError, match="updated parameters"):
        trained(model, learning_rate=1.7e308)
    assert numbers(model) == before


class Interrupted(nn.SGD):
    """Ctrl-C is pressed in the middle of its third step."""

    __slots__ = ("steps",)

    def move(self, gradients: list[float]) -> None:
        self.steps = getattr(self, "steps", 0) + 1
        if self.steps == 3:
            signal.raise_signal(signal.SIGINT)
        super().move(gradients)


def test_ctrl_c_inside_an_update_waits_for_its_end() -> None:
    """Three whole updates were made, and the history knows of all three."""
    model, twin = line(), line()
    history = trained(model, optimizer=Interrupted(model.parameters(), 0.1))
    trained(twin, max_iterations=3)
    assert (history.reason, history.iterations) == ("interrupted", 3)
    assert numbers(model) == numbers(twin)


def test_ctrl_c_inside_the_loss_or_a_callback() -> None:
    """The iteration it strikes in has no effect, those before are kept."""

    def loss(prediction: Value, target: float) -> Value:
        if len(seen) == 4:
            signal.raise_signal(signal.SIGINT)
        return nn.mse_loss(prediction, target)

    def callback(history: nn.History) -> None:
        seen.append(history.iterations)

    seen: list[int] = []
    model, twin = line(), line()
    history = trained(model, loss=loss, callback=callback)
    trained(twin, max_iterations=4)
    assert (history.reason, history.iterations, seen) == ("interrupted", 4, [1, 2, 3, 4])
    assert {p.grad for p in model.parameters()} == {0.0}
    assert numbers(model) == numbers(twin)


def distance(prediction: Value, target: float) -> float:
    """A metric."""
    return abs(prediction.data - target)


def press_ctrl_c_after(seconds: float) -> Callable[[nn.History], None]:
    """A callback that starts a clock at the first iteration, and presses Ctrl-C when it rings."""
    clock = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    return lambda history: clock.start() if history.iterations == 1 else None


@pytest.mark.skipif(sys.platform == "win32", reason="there os.kill ends the process")
def test_ctrl_c_at_random_moments() -> None:
    """After any number of iterations, parameters and optimiser are those of so many, to the bit."""
    rng = random.Random(1)
    usual = signal.getsignal(signal.SIGINT)
    for _ in range(int(os.environ.get("STEPGRAD_INTERRUPTS", "8"))):
        model, twin = line(), line()
        optimizers = [nn.Adam(m.parameters(), 1e-3) for m in (model, twin)]
        options = {"max_iterations": 10**9, "validation": (INPUTS[:3], TARGETS[:3]), "metric": distance}
        callback = press_ctrl_c_after(rng.uniform(0.001, 0.03))
        history = trained(model, optimizer=optimizers[0], callback=callback, **options)
        assert history.reason == "interrupted"
        assert signal.getsignal(signal.SIGINT) is usual
        trained(twin, optimizer=optimizers[1], max_iterations=history.iterations)
        assert numbers(model) == numbers(twin)
        assert (optimizers[0].means, optimizers[0].iterations) == (optimizers[1].means, history.iterations)
        assert len(history.losses) == len(history.metrics) == len(history.gradient_norms)
        assert len(history.validation_losses) == len(history.epochs)


def test_off_the_main_thread() -> None:
    """Training works in any thread."""
    model, twin = line(), line()
    histories: list[nn.History] = []
    thread = threading.Thread(target=lambda: histories.append(trained(model)))
    thread.start()
    thread.join()
    trained(twin)
    assert histories[0].reason == "max_iterations"
    assert numbers(model) == numbers(twin)


def test_memory_is_flat_without_the_garbage_collector() -> None:
    """Training leaves no reference cycles and keeps nothing but the history."""
    model = line()
    trained(model)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        trained(model, max_iterations=20)
        before, nodes_before = tracemalloc.get_traced_memory()[0], nodes_alive()
        trained(model, max_iterations=150)
        assert tracemalloc.get_traced_memory()[0] - before < 4096
        assert nodes_alive() == nodes_before
    finally:
        tracemalloc.stop()
        gc.enable()


# --- What it shows -----------------------------------------------------------------------------------


def test_no_progress_is_silence(capfd: pytest.CaptureFixture[str]) -> None:
    """Without progress nothing is written anywhere."""
    trained(line())
    assert capfd.readouterr() == ("", "")


def test_progress_without_a_terminal_is_a_few_plain_lines(capfd: pytest.CaptureFixture[str]) -> None:
    """On standard output; nothing on standard error."""
    trained(line(), progress=True, max_iterations=1000, metric=lambda p, t: 0.5)
    out, err = capfd.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("iteration 1/1000  loss ")
    assert lines[-1].startswith("max_iterations after 1000 iterations  loss ")
    assert lines[-1].endswith("metric 0.500")


class Terminal(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("ends", ["max_iterations", "interrupted", "divergence"])
def test_progress_on_a_terminal_is_a_bar(monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    """A bar with the loss and the metric, closed however training ends."""
    monkeypatch.setattr(sys, "stderr", Terminal())

    def callback(history: nn.History) -> None:
        if ends == "interrupted" and history.iterations == 10:
            raise KeyboardInterrupt

    rate = 1e20 if ends == "divergence" else 0.1
    try:
        trained(line(), progress=True, callback=callback, learning_rate=rate, metric=lambda p, t: 0.25)
    except nn.DivergenceError:
        assert ends == "divergence"
    shown = sys.stderr.getvalue()
    assert "loss " in shown
    assert "metric 0.250" in shown
    assert shown.endswith("\n")
    assert ("20/20" in shown) == (ends == "max_iterations")


def test_history_shows_and_plots_itself(tmp_path) -> None:
    """Its repr is one line; its figure has a curve for each of what was recorded, and is saved by suffix."""
    history = trained(line(), batch_size=5, metric=lambda p, t: 1.0, validation=(INPUTS, TARGETS), seed=1)
    assert repr(history).startswith("<History: max_iterations after 20 iterations, ")
    figure = history.plot(tmp_path / "curve.svg")
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "metric"]
    assert [len(axes.get_lines()) for axes in figure.axes] == [3, 3]
    assert trained(line(), max_iterations=1).plot().axes[0].get_xlabel() == "iteration"


def test_a_plot_without_matplotlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training needs no matplotlib, and its absence is said plainly."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        nn.History().plot()


# --- Misuse ------------------------------------------------------------------------------------------


def call(*arguments: Any, **options: Any) -> Callable[[], object]:
    """A training with these arguments in place of good ones."""
    defaults = (line(), INPUTS, TARGETS)
    given = [*arguments, *defaults[len(arguments) :]]
    options = {"progress": False, **options}
    return lambda: nn.train(*given, **options)


RATE = {"learning_rate": 0.1}
EITHER = "train needs either learning_rate=0.1, say, or optimizer=nn.Adam(model.parameters())"


def distance_as_value(prediction: Value, target: float) -> Value:
    """A metric that forgets to say .data."""
    return Value(1.0)


MISUSE = [
    (call(), TypeError, EITHER),
    (call(**RATE, optimizer=nn.SGD([Value(1.0)], 0.1)), TypeError, EITHER),
    (call(learning_rate=0), ValueError, "the learning rate must be above 0, got 0"),
    (call(learning_rate=-1), ValueError, "the learning rate must be above 0, got -1"),
    (call(learning_rate=math.nan), ValueError, "the learning rate must be finite, got nan"),
    (call(optimizer=nn.SGD), TypeError, "the optimizer must be one such as nn.Adam(model.parameters())"),
    (call(optimizer=nn.SGD([Value(1.0)], 0.1)), ValueError, "holds none of the parameters of the model"),
    (call(nn.Module(), **RATE), TypeError, "train expects a model that can be called, as in model(x), not"),
    (call(lambda x: x, **RATE), ValueError, "train has no parameters to change"),
    (call(line(), INPUTS[:3], **RATE), ValueError, "train of 3 inputs needs as many targets, got 20"),
    (call(line(), [], [], **RATE), ValueError, "train needs at least one input, got none"),
    (call(line(), 1.0, **RATE), TypeError, "train expects a list of inputs, got 1.0"),
    (call(line(), INPUTS, "text", **RATE), TypeError, "train expects a list of targets, got 'text'"),
    (call(line(), [[1.0]], [1.0], **RATE), ValueError, "MLP expects 2 inputs, got 1"),
    (call(**RATE, loss="mse"), TypeError, "loss must be a function, got 'mse'"),
    (call(**RATE, loss=lambda p, t: 1.0), TypeError, "the loss must return a Value, got 1.0"),
    (call(**RATE, metric="accuracy"), TypeError, "metric must be a function, got 'accuracy'"),
    (call(**RATE, max_iterations=0), ValueError, "max_iterations must be at least 1, got 0"),
    (call(**RATE, max_iterations=1.5), TypeError, "max_iterations must be a whole number, got 1.5"),
    (call(**RATE, batch_size=0), ValueError, "batch_size must be at least 1, got 0"),
    (call(**RATE, tolerance=-1.0), ValueError, "tolerance must be 0 or more, got -1.0"),
    (call(**RATE, tolerance=math.nan), ValueError, "tolerance must be finite, got nan"),
    (call(**RATE, patience=0), ValueError, "patience must be at least 1, got 0"),
    (call(**RATE, gradient_tolerance=-1), ValueError, "gradient_tolerance must be 0 or more, got -1"),
    (call(**RATE, validation=INPUTS), TypeError, "validation must be a pair: (inputs, targets)"),
    (
        call(**RATE, validation=(INPUTS, [])),
        ValueError,
        "validation of 20 inputs needs as many targets, got 0",
    ),
    (
        call(**RATE, metric=lambda p, t: None, engine="eager"),
        TypeError,
        "the metric <lambda> must return a number, got None",
    ),
    (
        call(**RATE, metric=distance_as_value),
        TypeError,
        "the metric distance_as_value must return a number, got Value(1.0): return its .data",
    ),
    (call(**RATE, seed="x"), TypeError, "rng must be a random.Random or a whole number as a seed, got 'x'"),
]


@pytest.mark.parametrize(("misuse", "kind", "message"), MISUSE, ids=[case[2] for case in MISUSE])
def test_misuse_is_named(misuse: Callable[[], object], kind: type[Exception], message: str) -> None:
    """Each mistake has an error that says what was wrong."""
    with pytest.raises(kind) as error:
        misuse()
    assert message in str(error.value)


def test_an_optimizer_of_what_is_no_longer_a_parameter() -> None:
    """It would move a Value that nothing uses; one that lacks some, or has some of the loss's, is fine."""
    model, scale = nn.Neuron(2, "linear", rng=1), Value(1.0)
    optimizer = nn.SGD(model.parameters(), 0.1)
    model.bias = Value(0.5)
    with pytest.raises(ValueError, match="neither the model nor the loss uses, and lacks one"):
        trained(model, optimizer=optimizer, learning_rate=None)
    optimizer = nn.SGD([*model.weights, scale], 0.1)
    options = {"loss": lambda p, t: nn.mse_loss(p * scale, t), "max_iterations": 3}
    trained(model, optimizer=optimizer, learning_rate=None, **options)
    assert model.bias.data == 0.5
    assert scale.data != 1.0


@pytest.mark.parametrize("engine", ["auto", "eager"])
def test_training_without_gradients(engine: str) -> None:
    """Under no_grad it would go through the iterations and learn nothing: it says so."""
    with no_grad(), pytest.raises(RuntimeError, match="under no_grad"):
        nn.train(nn.MLP(1, [1]), [[1.0]], [2.0], learning_rate=0.1, progress=False, engine=engine)


def test_a_training_is_resumed_from_a_pickle() -> None:
    """Model and optimizer in one pickle go on as if nothing had been in between."""
    options = {"max_iterations": 5, "progress": False}
    model = nn.MLP(2, [2, 1], rng=1)
    optimizer = nn.Adam(model.parameters(), 0.05)
    nn.train(model, INPUTS, TARGETS, optimizer=optimizer, **options)
    again, resumed = pickle.loads(pickle.dumps((model, optimizer)))
    here = nn.train(model, INPUTS, TARGETS, optimizer=optimizer, **options)
    there = nn.train(again, INPUTS, TARGETS, optimizer=resumed, **options)
    assert here.losses == there.losses
    assert [p.data for p in model.parameters()] == [p.data for p in again.parameters()]


def test_examples_in_numpys_clothes() -> None:
    """A memoryview of rows, an array of truth values, a class in an array of no dimensions."""
    rows = memoryview(np.ones((4, 2)))
    model = nn.MLP(2, [1], rng=1)
    options = {"learning_rate": 0.1, "max_iterations": 2, "progress": False}
    assert nn.train(model, rows, np.array([True, False, True, True]), **options).iterations == 2
    logits = [Value(0.1), Value(0.2)]
    assert nn.cross_entropy_loss(logits, np.array(1)).data == nn.cross_entropy_loss(logits, 1).data
