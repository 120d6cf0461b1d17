"""A linear regression whose best parameters are known: examples, models and quiet trainings on them."""

from typing import Any

import numpy as np

import nn

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
