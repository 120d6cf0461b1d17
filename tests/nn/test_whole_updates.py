"""Whatever ends a training, no half of an update is left behind: divergence, Ctrl-C, a thread of its own."""

import gc
import math
import os
import pickle
import random
import signal
import sys
import threading
import tracemalloc
from collections.abc import Callable

import pytest
from graphs import nodes_alive
from regression import INPUTS, TARGETS, line, numbers, trained

import nn
from autograd import Value


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


OPTIMIZERS: list[Callable[[list[Value]], nn.SGD | nn.Adam]] = [
    lambda parameters: nn.Adam(parameters, 1e-3),
    lambda parameters: nn.AdamW(parameters, lambda iteration: 1e-3),
    lambda parameters: nn.SGD(parameters, 1e-3, momentum=0.5, weight_decay=0.1),
]


@pytest.mark.skipif(sys.platform == "win32", reason="there os.kill ends the process")
@pytest.mark.parametrize("make", OPTIMIZERS)
def test_ctrl_c_at_random_moments(make: Callable[[list[Value]], nn.SGD | nn.Adam]) -> None:
    """After any number of iterations, parameters and optimiser are those of so many, to the bit."""
    rng = random.Random(1)
    usual = signal.getsignal(signal.SIGINT)
    for _ in range(int(os.environ.get("STEPGRAD_INTERRUPTS", "4"))):
        model, twin = line(), line()
        optimizers = [make(m.parameters()) for m in (model, twin)]
        options = {"max_iterations": 10**9, "validation": (INPUTS[:3], TARGETS[:3]), "metric": distance}
        callback = press_ctrl_c_after(rng.uniform(0.001, 0.03))
        history = trained(model, optimizer=optimizers[0], callback=callback, **options)
        assert history.reason == "interrupted"
        assert signal.getsignal(signal.SIGINT) is usual
        trained(twin, optimizer=optimizers[1], **{**options, "max_iterations": history.iterations})
        assert numbers(model) == numbers(twin)
        assert optimizers[0].iterations == history.iterations
        for name in optimizers[0].STATE:
            assert getattr(optimizers[0], name) == getattr(optimizers[1], name)
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
