"""Optimizers as JavaScript: each of ours, one of a user's own, and what cannot be translated."""

import math
import re
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


class Normed(nn.Optimizer):
    """Steps of one length, all parameters taken together."""

    def move(self, gradients: Any) -> None:
        """Against the gradient divided by its norm."""
        total = 0.0
        for i in range(len(gradients)):
            total += gradients[i] * gradients[i]
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.data -= self.learning_rate * gradient / math.sqrt(total)


class Absolute(nn.Optimizer):
    """One that uses more of `math` than roots."""

    def move(self, gradients: Any) -> None:
        """Against the logarithm of the size of each gradient."""
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.data -= self.learning_rate * math.log1p(abs(gradient))


TOLD = {
    "decay": lambda p: nn.SGD(p, 0.1, weight_decay=0.01),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9),
    "clipped": lambda p: nn.SGD(p, 0.5, momentum=0.5, clip_norm=0.05),
    "adam": lambda p: nn.Adam(p, 0.05),
    "adamw": lambda p: nn.AdamW(p, 0.05, weight_decay=0.1, clip_norm=0.5),
    "own": lambda p: SignDescent(p, 0.01),
}
TELL = """
for (let i = 0; i < 5; i++) training.step();
training.measure();
const next = training.foreseen();
out(next.map((number, i) => [number, training.toldUpdate(i, number)]));
"""


def told_updates(optimizer: nn.Optimizer, model: Any) -> list[tuple[float, list[str] | None]]:
    """What is to come of each parameter after five updates, and how the page tells it."""
    points, inside = disc(30)
    loss = nn.binary_cross_entropy_loss
    parts = (model, (points, inside), ([], []), loss, optimizer, model.parameters())
    return [(number, lines) for number, lines in in_node(record_network(*parts), TELL)]


def computed(text: str) -> float:
    """What comes of the arithmetic that a line tells."""
    for sign, operator in {"×": "*", "−": "-", "^": "**", "√": "root"}.items():
        text = text.replace(sign, operator)
    return float(eval(re.sub(r"root([\d.e-]+)", r"root(\1)", text), {"root": math.sqrt}))


@needs_node
@pytest.mark.parametrize("name", TOLD)
def test_an_update_is_told_in_full(name: str) -> None:
    """Each line's arithmetic comes to its result, and the last is the parameter after the update."""
    model = nn.MLP(2, [3, 1], rng=1)
    for number, lines in told_updates(TOLD[name](model.parameters()), model):
        assert lines is not None
        for line in lines:
            if line.startswith("g = "):
                continue
            title, names, numbers, result = line.split(" = ")
            assert title in ("m", "v", "velocity", "new")
            assert re.search("[a-z]", names)
            assert computed(numbers) == pytest.approx(float(result), rel=2e-3, abs=1e-4)
        assert float(lines[-1].split(" = ")[-1]) == pytest.approx(number, rel=1e-3)


@needs_node
def test_adam_is_told_as_the_literature_has_it() -> None:
    """The moving means, their corrections for the start, and the step."""
    model = nn.MLP(2, [3, 1], rng=1)
    (_, lines), *_ = told_updates(nn.Adam(model.parameters(), 0.05), model)
    assert lines is not None
    assert [line.split(" = ")[1] for line in lines] == [
        "β₁ × m + (1 − β₁) × gradient",
        "β₂ × v + (1 − β₂) × gradient × gradient",
        "old − learning rate / (1 − β₁^6) × (m / (√(v / (1 − β₂^6)) + ε))",
    ]


@needs_node
@pytest.mark.parametrize("kind", [Normed, Absolute])
def test_what_cannot_be_told_of_one_parameter_is_not(kind: type[nn.Optimizer]) -> None:
    """Where a move depends on other parameters, or is more than arithmetic; the page trains all the same."""
    model = nn.MLP(2, [3, 1], rng=1)
    assert {str(lines) for _, lines in told_updates(kind(model.parameters(), 0.01), model)} == {"None"}
