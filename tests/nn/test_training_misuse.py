"""What train cannot do is an error that says what was wrong."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from messages import message_of
from regression import INPUTS, TARGETS, line, trained

import nn
from autograd import Value, no_grad


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
    assert message in message_of(misuse, kind)


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
