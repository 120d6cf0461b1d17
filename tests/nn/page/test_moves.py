"""Optimizers as JavaScript: each of ours, one of a user's own, and what cannot be translated."""

from typing import Any

import pytest
from networks_in_node import disc, in_node, needs_node

import nn
from autograd.page.translator import UntranslatableError
from nn.page.moves import moves_of
from nn.page.recording import record_network


def test_what_is_kept_is_named() -> None:
    """Lists of a number for each parameter are columns, by the names of the literature."""
    parameters = nn.MLP(2, [1], rng=1).parameters()
    state = moves_of(nn.Adam(parameters, 0.1)).state
    assert state["columns"] == {"means": "m", "squares": "v"}
    assert state["numbers"]["beta1"] == 0.9
    assert moves_of(nn.SGD(parameters, 0.1)).state["columns"] == {"velocities": "velocity"}


class SignDescent(nn.Optimizer):
    """An optimizer of a user's own: steps of one length."""

    def move(self, gradients: Any) -> None:
        """Against the sign of each gradient."""
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            if gradient > 0.0:
                parameter.data -= self.learning_rate
            elif gradient < 0.0:
                parameter.data += self.learning_rate


class SGD(nn.SGD):
    """One that has the name of what it inherits from."""

    def move(self, gradients: Any) -> None:
        """As that does, and a little upwards."""
        super().move(gradients)
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.data += 0.001 * gradient


@needs_node
@pytest.mark.parametrize("kind", [SignDescent, SGD, type("</script> of two words", (SGD,), {})])
def test_an_optimizer_of_a_users_own(kind: type[nn.Optimizer]) -> None:
    """Its move is translated from its source, whatever it is called."""
    points, inside = disc(30)
    model = nn.MLP(2, [3, 1], rng=1)
    optimizer = kind(model.parameters(), 0.01)
    loss = nn.binary_cross_entropy_loss
    recording = record_network(model, (points, inside), ([], []), loss, optimizer, model.parameters())
    script = "for (let i = 0; i < 20; i++) training.step(); out(training.parameters.map((p) => p.data));"
    found = in_node(recording, script)
    nn.train(model, points, inside, loss=loss, optimizer=optimizer, max_iterations=20, progress=False)
    assert found == pytest.approx([p.data for p in model.parameters()], rel=1e-12)


class Printing(nn.Optimizer):
    """One that does more than arithmetic."""

    def move(self, gradients: Any) -> None:
        """Print."""
        print(gradients)


class Stepping(nn.SGD):
    """One with a step of its own."""

    def step(self) -> None:
        """Twice."""
        super().step()
        super().step()


class Keeping(nn.Optimizer):
    """One that keeps what is no number."""

    table = "much"

    def move(self, gradients: Any) -> None:
        """By a text."""
        self.parameters[0].data -= self.table * 2.0  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Printing, "print"),
        (Stepping, "a step of its own"),
        (Keeping, "self.table, which is neither a number"),
    ],
)
def test_what_cannot_be_translated_says_why(kind: type[nn.Optimizer], why: str) -> None:
    """In words, and at once."""
    with pytest.raises(UntranslatableError, match=why):
        moves_of(kind(nn.MLP(2, [1], rng=1).parameters(), 0.1))


def test_a_learning_rate_that_is_a_function_is_refused() -> None:
    """A page has a number for it, which can be moved."""
    with pytest.raises(UntranslatableError, match="the learning rate is a function"):
        moves_of(nn.SGD(nn.MLP(2, [1], rng=1).parameters(), lambda i: 0.1))
