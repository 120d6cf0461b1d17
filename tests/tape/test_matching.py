"""Wiring: whether a recording is the same expression as another, and what is its own in it."""

import random

from autograd import Value, relu, weighted_sum
from autograd.tape.matching import Wiring


def test_wiring_sees_every_difference() -> None:
    """Another primitive, exponent, order, sharing or leaf is another wiring; other numbers are not."""
    p, q, x = Value(1.0), Value(2.0), Value(3.0)
    first = weighted_sum([p, q], [x, Value(4.0)], 0.5) ** 2 + relu(x)
    wiring = Wiring(first)
    y = Value(5.0)
    same = weighted_sum([p, q], [y, Value(6.0)], 0.7) ** 2 + relu(y)
    leaves = wiring.match(same)
    assert leaves is not None
    assert {ours.data: other.data for ours, other in zip(wiring.leaves, leaves, strict=True)} == {
        1.0: 1.0, 2.0: 2.0, 3.0: 5.0, 4.0: 6.0, 0.5: 0.7,
    }  # fmt: skip
    for other in (
        first,
        weighted_sum([p, q], [y, Value(6.0)], 0.7) ** 3 + relu(y),
        weighted_sum([p, q], [y, y], 0.7) ** 2 + y.tanh(),
        weighted_sum([p, q, p], [y, Value(6.0), y], 0.7) ** 2 + relu(y),
        relu(y) + weighted_sum([p, q], [y, Value(6.0)], 0.7) ** 2,
        y,
    ):
        assert wiring.match(other) is None
    assert not wiring.twins
    assert wiring.match(weighted_sum([p, q], [y, p], 0.7) ** 2 + relu(Value(9.0))) is not None
    [place] = wiring.twins
    assert wiring.leaves[place] is x


def test_leaves_of_its_own_alone() -> None:
    """They are found where all else is as it was; `match` is asked where a leaf or the expression differs."""
    p, q = Value(1.0), Value(2.0)

    def recorded(*numbers: float, weights: tuple[Value, Value] = (p, q)) -> Value:
        x, y = Value(numbers[0]), Value(numbers[1])
        return weighted_sum(weights, [x, y], 0.5) ** 2 + relu(x)

    wiring = Wiring(recorded(3.0, 4.0))
    assert wiring.match_own(recorded(5.0, 6.0)) is None
    leaves = wiring.match(recorded(5.0, 6.0))
    assert leaves is not None
    wiring.own = wiring.strangers(leaves)
    found = wiring.match_own(recorded(7.0, 8.0))
    assert found is not None
    assert sorted(leaf.data for leaf in found) == [0.5, 7.0, 8.0]
    x, y = Value(7.0), Value(8.0)
    for other in (
        wiring.root,
        recorded(7.0, 8.0, weights=(q, p)),
        weighted_sum([p, q], [x, y], 0.5) ** 2 + relu(y),
        weighted_sum([p, q], [x, y], 0.5) ** 3 + relu(x),
        weighted_sum([p, q], [x, x * y], 0.5) ** 2 + relu(x),
        relu(x) + weighted_sum([p, q], [x, y], 0.5) ** 2,
        x,
    ):
        assert wiring.match_own(other) is None
    assert Wiring(x).match_own(y) is None


def test_a_known_order_gives_the_same_gradient() -> None:
    """That of `backward`, to the bit; of another recording than the last one that was matched, nothing."""
    rng = random.Random(8)
    p, q = Value(1.3), Value(-0.7)

    def recorded(a: float, b: float) -> Value:
        x, y = Value(a), Value(b)
        s, t = p * x + y, weighted_sum([p, q, q], [x, y, p], q)
        return (s * t).tanh() / (t * t + 1.0) + s * s + p

    wiring = Wiring(recorded(0.0, 0.1))
    matched = wiring.match(recorded(0.2, 0.3))
    assert matched is not None
    wiring.own = wiring.strangers(matched)
    for _ in range(20):
        numbers = rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0)
        ours, theirs = recorded(*numbers), recorded(*numbers)
        gradients = []
        assert wiring.match_own(theirs) is not None
        assert not wiring.pass_back(ours, 0.3)
        for pass_back in (ours.backward, lambda upstream, root=theirs: wiring.pass_back(root, upstream)):
            p.grad, q.grad = 0.5, -0.25
            pass_back(0.3)
            gradients.append((p.grad, q.grad))
        assert gradients[0] == gradients[1] != (0.5, -0.25)
        assert ours.grad == theirs.grad == 0.3
        assert not wiring.pass_back(theirs, 0.3)
