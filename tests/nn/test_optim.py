"""Optimisers move parameters as their formulas say, all of them or none."""

import copy
import math
import pickle
import signal
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import message_of
from optimizing import three, walked, walks

import nn
from autograd import Value

rates = st.floats(1e-4, 1.0)


def start() -> np.ndarray:
    """Where they start."""
    return np.array([1.0, -2.0, 0.5])


@given(walks, rates, st.sampled_from([0.0, 0.5, 0.9]), st.sampled_from([0.0, 0.1]))
def test_sgd(gradients, rate: float, momentum: float, decay: float) -> None:
    """Gradient descent with momentum and weight decay, against NumPy."""
    p, v = start(), np.zeros(3)
    for row in gradients:
        v = momentum * v + (np.array(row) + decay * p)
        p = p - rate * v
    assert walked(nn.SGD(three(), rate, momentum, decay), gradients) == pytest.approx(p, rel=1e-12, abs=1e-12)


@given(walks, rates, st.sampled_from([(0.9, 0.999), (0.0, 0.5)]), st.sampled_from([0.0, 0.1]))
def test_adam(gradients, rate: float, betas: tuple[float, float], decay: float) -> None:
    """Adam as in its paper, against NumPy."""
    p, m, v = start(), np.zeros(3), np.zeros(3)
    for t, row in enumerate(gradients, 1):
        g = np.array(row) + decay * p
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        p = p - rate * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + 1e-8)
    optimizer = nn.Adam(three(), rate, betas, weight_decay=decay)
    assert walked(optimizer, gradients) == pytest.approx(p, rel=1e-9, abs=1e-12)


def test_gradient_descent_step() -> None:
    """Each parameter moves by the learning rate times its gradient; any iterable of them will do."""
    parameters = three()
    for i, parameter in enumerate(parameters):
        parameter.grad = float(i)
    nn.gradient_descent_step((p for p in parameters), 0.5)
    assert [p.data for p in parameters] == [1.0, -2.5, -0.5]


def test_weight_decay_is_the_gradient_of_a_penalty() -> None:
    """The same step as with decay/2 × Σ p² added to the loss."""
    plain, penalised = three(), three()
    nn.SGD(plain, 0.1, weight_decay=0.3).step()
    (0.15 * sum(p * p for p in penalised)).backward()
    nn.SGD(penalised, 0.1).step()
    assert [p.data for p in plain] == pytest.approx([p.data for p in penalised], rel=1e-15)


@pytest.mark.parametrize("make", [lambda p: nn.SGD(p, 0.1, 0.9), lambda p: nn.Adam(p, 0.1)])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_copies_go_on_alike(make, copied) -> None:
    """A copy of an optimiser has its own parameters and the state it had."""
    optimizer = make(three())
    walked(optimizer, [[1.0, 2.0, 3.0]])
    twin = copied(optimizer)
    assert walked(twin, [[1.0, 0.0, -1.0]]) == walked(optimizer, [[1.0, 0.0, -1.0]])
    assert twin.parameters[0] is not optimizer.parameters[0]


class Interrupted(nn.SGD):
    """An optimiser during whose step Ctrl-C is pressed."""

    def move(self, gradients: list[float]) -> None:
        self.parameters[0].data += 1.0
        signal.raise_signal(signal.SIGINT)
        self.parameters[1].data += 1.0


def test_ctrl_c_waits_for_the_end_of_a_step() -> None:
    """All parameters have moved when KeyboardInterrupt comes, and the handler is the usual one again."""
    before = signal.getsignal(signal.SIGINT)
    optimizer = Interrupted(three(), 0.1)
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    assert [p.data for p in optimizer.parameters] == [2.0, -1.0, 0.5]
    assert signal.getsignal(signal.SIGINT) is before


def test_typos_in_attributes_are_errors() -> None:
    """An attribute that does not exist cannot be set by mistake."""
    with pytest.raises(AttributeError):
        nn.SGD(three(), 0.1).learnig_rate = 0.5


def test_the_learning_rate_may_change() -> None:
    """A schedule sets it, and it is checked then too."""
    optimizer = nn.SGD(three(), 0.1)
    optimizer.learning_rate = 0.5
    assert optimizer.learning_rate == 0.5
    with pytest.raises(ValueError, match=r"the learning rate must be above 0, got -0\.5"):
        optimizer.learning_rate = -0.5


RATES = [
    (0, ValueError, "the learning rate must be above 0, got 0"),
    (-0.1, ValueError, "the learning rate must be above 0, got -0.1"),
    (math.nan, ValueError, "the learning rate must be finite, got nan"),
    (math.inf, ValueError, "the learning rate must be finite, got inf"),
    ("0.1", TypeError, "the learning rate: expected a number, got '0.1'"),
    (None, TypeError, "the learning rate: expected a number, got None"),
    (Value(0.1), TypeError, "the learning rate: expected a number, got a Value: use its .data"),
]


@pytest.mark.parametrize("use", [nn.gradient_descent_step, nn.SGD, nn.Adam])
@pytest.mark.parametrize(("rate", "kind", "message"), RATES, ids=[case[2] for case in RATES])
def test_learning_rates_that_are_none(use, rate: object, kind: type[Exception], message: str) -> None:
    """A rate of 0, below it, not finite, or not a number is refused before anything moves."""
    parameters = three()
    parameters[0].grad = 1.0
    assert message_of(lambda: use(parameters, rate), kind) == message
    assert parameters[0].data == 1.0


def computed() -> list[Value]:
    """A Value that is no leaf, behind one that is."""
    x = Value(1.0)
    return [x, x * 2.0]


TWICE = Value(1.0)
PARAMETERS = [
    (list, ValueError, "has no parameters to change: give it model.parameters()"),
    (lambda: [TWICE, TWICE], ValueError, "was given the same parameter twice"),
    (computed, ValueError, "changes leaves, and Value(2.0) was computed (*)"),
    (lambda: [1.0], TypeError, "changes Values, not 1.0"),
    (lambda: Value(1.0), TypeError, "expects a list of Values such as model.parameters(), got Value(1.0)"),
    (
        lambda: nn.MLP(1, [1]),
        TypeError,
        "expects a list of Values such as model.parameters(), got MLP(1, [1]",
    ),
]


@pytest.mark.parametrize("use", [nn.gradient_descent_step, nn.SGD, nn.Adam])
@pytest.mark.parametrize(("parameters", "kind", "message"), PARAMETERS, ids=[case[2] for case in PARAMETERS])
def test_parameters_that_are_none(use, parameters, kind: type[Exception], message: str) -> None:
    """No parameters, the same twice, computed Values, numbers, a model: each is named, and who refuses."""
    assert message_of(lambda: use(parameters(), 0.1), kind).startswith(f"{use.__name__} {message}")


SETTINGS: list[tuple[Callable[[list[Value]], object], str]] = [
    (lambda p: nn.SGD(p, 0.1, momentum=1.0), "the momentum must be 0 or more and below 1, got 1.0"),
    (lambda p: nn.SGD(p, 0.1, momentum=-0.1), "the momentum must be 0 or more and below 1, got -0.1"),
    (lambda p: nn.SGD(p, 0.1, weight_decay=-1), "the weight decay must be 0 or more, got -1"),
    (lambda p: nn.Adam(p, betas=(0.9, 1.0)), "a beta of Adam must be 0 or more and below 1, got 1.0"),
    (lambda p: nn.Adam(p, epsilon=0), "the epsilon of Adam must be above 0, got 0"),
]


@pytest.mark.parametrize(("make", "message"), SETTINGS, ids=[case[1] for case in SETTINGS])
def test_settings_out_of_range(make, message: str) -> None:
    """Momentum, betas and the like have their ranges."""
    assert message_of(lambda: make(three()), ValueError) == message


@pytest.mark.parametrize("betas", [0.9, (0.9,), (0.9, 0.99, 0.999)])
def test_betas_that_are_not_two(betas: object) -> None:
    """The message says what they look like."""
    with pytest.raises(TypeError, match="the betas of Adam are two numbers"):
        nn.Adam([Value(1.0)], betas=betas)  # type: ignore[arg-type]
