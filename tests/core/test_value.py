"""Values: the graph they record, the gradients that flow back through it, and how they behave as objects."""

import copy
import gc
import io
import pickle
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import oracle
import pytest
from graphs import Recipe, build, recipes
from hypothesis import given, settings
from oracle import WELL_CONDITIONED

import autograd
from autograd import Value, grad, no_grad, topological_order


@settings(max_examples=200)
@given(recipes())
def test_random_graphs_against_the_oracle(recipe: Recipe) -> None:
    """Gradients of random graphs are those of mpmath, to 1e-12 relative where well conditioned."""
    nodes = build(recipe, autograd)
    nodes[-1].backward()
    exact = oracle.gradient(recipe)[1]
    conditions = oracle.conditions(recipe, exact, Random(0))
    for leaf, slope, condition in zip(nodes, exact, conditions, strict=False):
        if condition < WELL_CONDITIONED:
            assert abs(leaf.grad - slope) <= 1e-12 * abs(slope)


@given(recipes())
def test_grad_is_backward_without_a_trace(recipe: Recipe) -> None:
    """grad gives what backward leaves in .grad, and leaves every .grad as it was."""
    nodes = build(recipe, autograd)
    order = topological_order(nodes[-1])
    returned = grad(nodes[-1], order)
    assert all(node.grad == 0.0 for node in order)
    nodes[-1].backward()
    assert returned == [node.grad for node in order]


@given(recipes())
def test_a_topological_order_has_every_node_once_after_its_inputs(recipe: Recipe) -> None:
    """Inputs come first, the root last, nobody twice, nobody is missing."""
    root = build(recipe, autograd)[-1]
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    assert order[-1] is root
    assert len(place) == len(order)
    assert all(place[value] < place[node] for node in order for value in node.inputs)


@given(recipes(most_steps=12))
def test_leaves_add_up_and_nodes_do_not(recipe: Recipe) -> None:
    """After two passes leaves hold twice the gradient, computed nodes that of the latest pass."""
    nodes = build(recipe, autograd)
    root, leaves = nodes[-1], nodes[: len(recipe.leaves)]
    root.backward()
    first = [node.grad for node in nodes]
    root.backward()
    for node, once in zip(nodes, first, strict=True):
        assert node.grad == (pytest.approx(2.0 * once, rel=1e-6, abs=1e-6) if node in leaves else once)


def test_the_second_backward() -> None:
    """x³ at 3: 27, then 54, never 72; the root's gradient is that of the latest pass."""
    x = Value(3.0)
    y = x * x * x
    y.backward()
    assert (x.grad, y.grad) == (27.0, 1.0)
    y.backward()
    assert (x.grad, y.grad) == (54.0, 1.0)


def test_a_value_computed_from_nothing() -> None:
    """It is no leaf: its gradient is that of the latest pass, however few inputs it has."""
    constant = autograd.primitive(lambda: (3.0,))
    y = constant()
    x = Value(2.0)
    for _ in range(2):
        (y * x).backward()
    with pytest.warns(UserWarning, match="of the latest backward"):
        assert (y.grad, x.grad, y.is_leaf) == (2.0, 6.0, False)


def test_backward_of_a_leaf() -> None:
    """The derivative of a leaf by itself is 1, and adds up."""
    x = Value(3.0)
    x.backward()
    x.backward(2.0)
    assert x.grad == 3.0


def test_an_input_used_twice_is_there_twice() -> None:
    """a*a has two inputs, and both pass the gradient on."""
    a = Value(3.0)
    square = a * a
    assert square.inputs == (a, a)
    assert square.local_derivatives == (3.0, 3.0)
    square.backward()
    assert a.grad == 6.0


def test_what_is_recorded_is_what_counts() -> None:
    """Setting a leaf between forward and backward does not change the gradient of what was computed."""
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0


def test_operators_on_either_side_of_a_number() -> None:
    """+ − × ÷ ** with numbers of Python's types left and right."""
    x = Value(2.0)
    for number in (3, 3.0, True, Fraction(3)):
        n = float(number)
        assert [v.data for v in (x + number, x - number, x * number, x / number, x**number)] == [
            2.0 + n, 2.0 - n, 2.0 * n, 2.0 / n, 2.0**n
        ]  # fmt: skip
        assert [v.data for v in (number + x, number - x, number * x, number / x, number**x)] == [
            n + 2.0, n - 2.0, n * 2.0, n / 2.0, n**2.0
        ]  # fmt: skip
    assert (+x) is x
    assert ((-x).data, abs(-x).data) == (-2.0, 2.0)


def test_numpy_scalars_on_either_side() -> None:
    """A NumPy scalar is a number; the result is a Value."""
    numpy = pytest.importorskip("numpy")
    x = Value(2.0)
    for number in (numpy.float64(3.0), numpy.float32(3.0), numpy.int64(3)):
        assert [type(v) for v in (number * x, x * number, number - x, x / number, number**x)] == [Value] * 5
        assert (number - x).data == 1.0


def test_sum_leaves_no_litter() -> None:
    """The integer 0 that sum starts from adds no node."""
    a, b = Value(1.0), Value(2.0)
    total = sum([a, b])
    assert total.inputs == (a, b)
    assert (0.0 + a).inputs[1] is a


def test_comparisons_are_of_data_and_equality_of_identity() -> None:
    """< and > compare numbers; == asks whether it is the same Value, so sets and dicts work."""
    a, b = Value(1.0), Value(1.0)
    assert [a < 2, a <= b, b >= a, 2 > a, a > b] == [True, True, True, True, False]  # noqa: SIM300
    assert [a < b, a > b, a < 1.0, a > 1.0, a <= 1.0, a >= 1.0] == [False] * 4 + [True] * 2
    assert a != b
    assert a == a
    assert len({a, b, a}) == 2
    assert {a: "a"}[a] == "a"


def test_powers_leave_an_exponent_to_others() -> None:
    """An exponent that is no number is asked whether it knows what to do with a Value."""

    class Exponent:
        def __rpow__(self, base: Value) -> str:
            return f"{base.data} to the unknown"

    assert Value(2.0) ** Exponent() == "2.0 to the unknown"


def test_what_a_value_shows() -> None:
    """repr tells data, label and gradient where they are there; a format goes to the number."""
    x = Value(2, "x")
    assert repr(x) == "Value(2.0, label='x')"
    (x * 3).backward()
    assert repr(x) == "Value(2.0, label='x', grad=3.0)"
    assert f"{x:.3f}|{x:8.1e}|{x}" == "2.000| 2.0e+00|Value(2.0, label='x', grad=3.0)"
    assert (x.op, x.is_leaf, x.inputs, x.local_derivatives, x.primitive) == ("", True, (), (), None)
    assert ((x * x).op, (x * x).is_leaf) == ("*", False)


def test_a_label_that_is_not_set_is_no_text() -> None:
    """None and "" take it away; it is written as nothing, as the lecture's own drawing writes it."""
    x = Value(2.0)
    for label in (None, "", "x", None):
        x.label = label  # type: ignore[assignment, unused-ignore]
        assert x.label == (label or "")
        assert "label" in repr(x) if label else repr(x) == "Value(2.0)"


def test_no_grad_records_nothing() -> None:
    """In no_grad, as a context or a decorator, operations give leaves; outside they record again."""
    x = Value(2.0)
    with no_grad():
        with no_grad():
            pass
        y = (x * x).exp() + autograd.weighted_sum([x], [x], 1.0)
    assert y.is_leaf
    assert no_grad()(lambda: x * x)().is_leaf
    assert not (x * x).is_leaf


def test_no_grad_ends_with_an_error() -> None:
    """An exception that leaves the context ends it."""
    with pytest.raises(ZeroDivisionError), no_grad():
        1 / 0  # noqa: B018
    assert not (Value(1.0) * 2).is_leaf


@pytest.mark.parametrize("copied", [lambda v: copy.deepcopy([v])[0], lambda v: pickle.loads(pickle.dumps(v))])
@given(recipe=recipes(most_steps=12))
def test_copies_are_the_same_graph_again(copied: object, recipe: Recipe) -> None:
    """A deep copy or a pickle is a graph of its own with the same numbers, labels, shape, gradients."""
    root = build(recipe, autograd)[-1]
    root.backward()
    root.label = "root"
    again = copied(root)  # type: ignore[operator]
    before, after = topological_order(root), topological_order(again)
    assert not set(before) & set(after)
    assert sorted(map(repr, after)) == sorted(map(repr, before))
    grads = grad(again, [node for node in after if node.is_leaf])
    assert sorted(grads) == sorted(grad(root, [node for node in before if node.is_leaf]))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_what_is_shared_stays_shared_in_a_copy(copied: Callable[[Any], Any]) -> None:
    """Values that share a leaf or a computed node share its copy when they are copied together."""
    x = Value(2.0, "x")
    y = x.exp()
    for together in ([x * 2, x, x * 3], [y * 2, y, y * 3], [y, y * 3, y], [y * 2, y * 3]):
        before, after = ([[v, *v.inputs] for v in values] for values in (together, copied(together)))
        assert places_of_first(after) == places_of_first(before)


def places_of_first(lists: list[list[Value]]) -> list[int]:
    """For each Value of the lists the place where it is met first."""
    values = [value for values in lists for value in values]
    return [values.index(value) for value in values]


def test_many_values_in_one_pickle() -> None:
    """Each of a chain of them is written once, whatever else is being pickled meanwhile."""
    values = [Value(1.0)]
    for _ in range(600):
        values.append(values[-1] + values[0])
    meanwhile = pickle.Pickler(io.BytesIO())
    for value in values[:400]:
        meanwhile.dump(value)
    for again in (
        pickle.loads(pickle.dumps(values)),
        [*topological_order(pickle.loads(pickle.dumps(values[-1])))],
    ):
        assert [value.data for value in again] == [value.data for value in values]
        assert all(value.inputs == (before, again[0]) for before, value in pairwise(again))


def test_a_shallow_copy_has_the_same_inputs() -> None:
    """copy.copy makes one new node, of the same inputs."""
    x = Value(2.0, "x")
    y = x * x
    y.backward()
    for node in (x, y):
        again = copy.copy(node)
        assert again is not node
        assert (repr(again), again.inputs, again.op) == (repr(node), node.inputs, node.op)


def test_a_deep_graph_is_built_used_shown_copied_and_freed() -> None:
    """Depth costs no stack: a chain of 50,000 operations does all that one of three does."""
    x = Value(1.0)
    y = x
    for _ in range(50_000):
        y = y + x
    y.backward()
    assert x.grad == 50_001.0
    assert repr(y) == "Value(50001.0, grad=1.0)"
    for again in (copy.deepcopy([y])[0], pickle.loads(pickle.dumps(y))):
        assert [node.data for node in topological_order(again)] == [i + 1.0 for i in range(50_001)]
    del y, again


def test_graphs_are_freed_without_the_collector() -> None:
    """A Value is never part of a cycle: what is dropped is freed at once."""
    gc.disable()
    try:
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(50):
            x = Value(1.0)
            y = x
            for _ in range(100):
                y = y * 1.5 + x
            y.backward()
            del x, y
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


def test_the_engine_says_which_it_is() -> None:
    """engine() is one of two words."""
    assert autograd.engine() in ("compiled", "interpreted")
