"""Three parameters for an optimizer, and walks that it takes with them."""

from hypothesis import strategies as st

import nn
from autograd import Value

gradients_of_a_step = st.lists(st.floats(-10.0, 10.0), min_size=3, max_size=3)
walks = st.lists(gradients_of_a_step, min_size=1, max_size=6)


def three() -> list[Value]:
    """Parameters to move."""
    return [Value(1.0), Value(-2.0), Value(0.5)]


def walked(optimizer: nn.Optimizer, gradients: list[list[float]]) -> list[float]:
    """Where the parameters are after a step on each of the gradients."""
    for row in gradients:
        for parameter, gradient in zip(optimizer.parameters, row, strict=True):
            parameter.grad = gradient
        optimizer.step()
    return [parameter.data for parameter in optimizer.parameters]
