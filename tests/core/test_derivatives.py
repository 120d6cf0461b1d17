"""Derivatives as Values: right to the fourth order, no part of the graph they are of, at home everywhere."""

import math
import warnings
from random import Random
from typing import Any

import pytest
from graphs import build, random_recipe
from smooth import POINTS, higher_derivatives, node_of, numbers_for

import autograd
from autograd import (
    Tape,
    Value,
    debug,
    grad,
    gradcheck,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    primitive,
    topological_order,
)
from autograd.core.formulas import FORMULAS
from autograd.core.primitives import PRIMITIVES


def test_every_primitive_has_its_formula() -> None:
    """Who adds a rule to the table of primitives adds its formula to that in formulas.py."""
    missing = [name for name in PRIMITIVES if name not in FORMULAS]
    assert not missing, f"{missing}: add a row to FORMULAS in autograd/core/formulas.py"
    assert set(FORMULAS) == set(PRIMITIVES)


@pytest.mark.parametrize("name", [*PRIMITIVES, "power_of"])
def test_formulas_give_what_the_rules_give(name: str) -> None:
    """The first derivatives, anywhere in the domain: to rounding errors of 1, or of their own size."""
    random = Random(name)
    for x in (*POINTS, 0.0, *(random.gauss(0.0, 3.0) for _ in range(50))):
        root, leaves = node_of(name, numbers_for(name, x))
        for slope, rule in zip(grad(root, leaves, create_graph=True), root.local_derivatives, strict=True):
            assert slope.data == pytest.approx(rule, rel=1e-13, abs=1e-14), (x, slope)


@pytest.mark.parametrize("name", [*PRIMITIVES, "power_of"])
@pytest.mark.parametrize("x", POINTS)
def test_right_to_the_fourth_order(name: str, x: float) -> None:
    """By each input, four times over, against mpmath."""
    for order, derivative, exact in higher_derivatives(name, x):
        assert derivative == pytest.approx(exact, rel=1e-13, abs=1e-13), order


@pytest.mark.parametrize("seed", range(30))
def test_gradients_of_random_graphs(seed: int) -> None:
    """Value by Value what the backward pass adds up."""
    recipe = random_recipe(Random(seed), 12)
    nodes = build(recipe, autograd)
    leaves = nodes[: len(recipe.leaves)]
    graphs = grad(nodes[-1], leaves, create_graph=True)
    assert [v.data for v in graphs] == pytest.approx(grad(nodes[-1], leaves), rel=1e-9, abs=1e-9)


def test_a_gradient_is_no_node_of_the_graph() -> None:
    """Neither setting a leaf nor naming a gradient touches the other."""
    a, b = Value(2.0, "a"), Value(3.0, "b")
    by_a, by_b = grad(a * b, [a, b], create_graph=True)
    assert by_a is not b
    assert by_b is not a
    by_a.label = "slope"
    b.data = 7.0
    assert (b.label, by_a.data) == ("b", 3.0)
    assert grad(a, a, create_graph=True).data == 1.0
    assert grad(a, b, create_graph=True).data == 0.0


def test_what_multiplies_by_one_or_adds_zero_is_left_out() -> None:
    """The gradient of tanh x is 1 − y², and nothing more; of −x it is a number."""
    x = Value(0.5)
    y = x.tanh()
    slope = grad(y, x, create_graph=True)
    assert (slope.op, slope.inputs[1].op, slope.inputs[1].inputs) == ("-", "**2", (y,))
    assert grad(-x, x, create_graph=True).is_leaf


def test_a_leaf_that_was_set_since_is_refused() -> None:
    """A formula reads what the operands hold now, and so must the graph."""
    x = Value(2.0)
    y = x * x * x
    x.data = 3.0
    with pytest.raises(ValueError, match="compute the output again"):
        grad(y, x, create_graph=True)
    assert grad(y, x) == 12.0


def test_conventions_at_kinks_and_edges() -> None:
    """As the rules have them: relu and abs at 0, ties, powers of 0."""
    x, zero = Value(0.0), Value(0.0)
    assert [grad(f, x, create_graph=True).data for f in (x.relu(), abs(x), x**0, x**1)] == [0, 0, 0, 1]
    assert grad(autograd.maximum(x, zero), [x, zero], create_graph=True)[0].data == 0.5
    exponent = Value(2.0)
    assert [v.data for v in grad(x**exponent, [x, exponent], create_graph=True)] == [0.0, 0.0]
    assert [v.data for v in grad(x**zero, [x, zero], create_graph=True)] == [0.0, 0.0]


@primitive
def hypotenuse(a: float, b: float) -> tuple[float, float, float]:
    c = (a * a + b * b) ** 0.5
    return c, a / c, b / c


@primitive
def sine(x: float) -> tuple[float, float]:
    return math.sin(x), math.cos(x)


@primitive(derivative=lambda x, y, i: autograd.cos(x[0]))
def better_sine(x: float) -> tuple[float, float]:
    return math.sin(x), math.cos(x)


def test_primitives_of_a_users_own() -> None:
    """A rule of operators is run on Values; one that asks math is refused, with what to write."""
    a, b = Value(3.0), Value(4.0)
    assert hessian(hypotenuse(a, b), [a, b])[0] == pytest.approx([16 / 125, -12 / 125])
    with pytest.raises(TypeError, match=r"@primitive\(derivative=lambda x, y, i: …\)"):
        grad(sine(a), a, create_graph=True)
    assert hessian(better_sine(a), [a])[0][0] == pytest.approx(-math.sin(3.0))
    assert [step.formula for step in better_sine(a).steps().run()]
    with pytest.raises(TypeError, match="derivative= takes a formula"):
        primitive(derivative=2.0)  # type: ignore[call-overload]


def test_products_with_vectors() -> None:
    """hvp is the Hessian times a vector, jvp the Jacobian times one."""
    a, b = Value(0.5), Value(-1.5)
    y, z, v = (a * b).tanh() * a, a.exp() + b * b, [0.3, -2.0]
    rows = hessian(y, [a, b])
    assert rows[0][1] == pytest.approx(rows[1][0])
    assert hvp(y, [a, b], v) == pytest.approx([row[0] * v[0] + row[1] * v[1] for row in rows])
    both = jacobian([y, z], [a, b])
    assert jvp([y, z], [a, b], v) == pytest.approx([row[0] * v[0] + row[1] * v[1] for row in both])
    assert (a.grad, b.grad) == (0.0, 0.0)
    with pytest.raises(ValueError, match="jvp of 2 inputs needs as many numbers, got 1"):
        jvp([y], [a, b], [1.0])


def test_many_contributions_to_one_leaf() -> None:
    """Of three and more the sum is one node, in any number; one that is 0 is left out."""
    x = Value(0.5)
    y = autograd.sum([x * k for k in range(1, 3001)] + [autograd.step(x) * x])
    slope = grad(y, x, create_graph=True)
    assert slope.data == pytest.approx(3000 * 3001 / 2 + 1.0)
    assert (slope.op, len(slope.inputs)) == ("Σ", 2 * 3001 + 1)


@primitive(derivative=lambda x, y, i: grad(x[0] * x[0], x[0], create_graph=True))
def square(x: float) -> tuple[float, float]:
    return x * x, 2.0 * x


def test_a_formula_that_takes_a_gradient_itself() -> None:
    """The walk outside it keeps its places."""
    x, w = Value(3.0), Value(2.0)
    y = square(square(w * x) * w) + x * w
    outer = [grad(y, v, create_graph=True).data for v in (x, w)]
    assert outer == grad(y, [x, w])
    assert [v.data for v in grad(y, [x, w], create_graph=True)] == outer


def test_any_depth() -> None:
    """Nothing is nested, in a chain of 20,000 either."""
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = y * 0.9999
    assert grad(y, x, create_graph=True).data == pytest.approx(grad(y, x))


def test_the_new_graphs_are_graphs() -> None:
    """Checked, drawn, stepped through, watched and replayed on a tape like others, a kink among them."""
    x, w = Value(0.5, "x"), Value(0.7, "w")

    def slope() -> Value:
        return grad((w * x).tanh() + (w * x).relu(), x, create_graph=True)

    assert gradcheck(slope())
    assert len(slope().steps().run()) > 3
    assert "sign" not in autograd.draw(slope()).source
    with debug():
        assert slope().data == pytest.approx(0.7 * (1 - math.tanh(0.35) ** 2) + 0.7)
    with no_grad():
        assert slope().is_leaf
    tape = Tape(slope(), [x])
    assert tape.forward([[0.5], [-0.5]]) == pytest.approx([slope().data, slope().data - 0.7])


def tame_output(seed: int) -> tuple[Value, list[Value]]:
    """A random graph of moderate numbers, and its leaves x0, x1, … in topological order."""
    recipe = random_recipe(Random(seed), 1 + seed % 8)
    nodes = build(recipe, autograd)
    for i, leaf in enumerate(nodes[: len(recipe.leaves)]):
        leaf.label = f"x{i}"
    return nodes[-1], [node for node in topological_order(nodes[-1]) if node.is_leaf and node.label]


def test_hessians_against_pytorch() -> None:
    """Exported to PyTorch, differentiated twice there: the same Hessian."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch = pytest.importorskip("torch", reason="no torch is installed")
    for seed in range(100):
        y, leaves = tame_output(seed)
        program = str(autograd.export(y, "torch", names={y: "y"})).split("y.backward()")[0]
        there: dict[str, Any] = {}
        exec(program, there)
        tensors = [there[leaf.label] for leaf in leaves]
        slopes = torch.autograd.grad(there["y"], tensors, create_graph=True)
        for slope, row in zip(slopes, hessian(y, leaves), strict=True):
            found: list[Any] = [None] * len(leaves)
            if slope.requires_grad:
                found = torch.autograd.grad(slope, tensors, retain_graph=True, allow_unused=True)
            second = [0.0 if d is None else d.item() for d in found]
            assert second == pytest.approx(row, rel=1e-9, abs=1e-9), seed


def test_hessians_against_jax() -> None:
    """The same with JAX."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jax = pytest.importorskip("jax", reason="no jax is installed")
    for seed in range(10):
        y, leaves = tame_output(seed)
        program = str(autograd.export(y, "jax", names={y: "y"})).split("y, slopes")[0]
        there: dict[str, Any] = {}
        exec(program, there)
        second = jax.hessian(there["function"], argnums=tuple(range(len(leaves))))
        rows = second(*(leaf.data for leaf in leaves))
        for found, row in zip(rows, hessian(y, leaves), strict=True):
            assert [float(d) for d in found] == pytest.approx(row, rel=1e-9, abs=1e-9), seed
