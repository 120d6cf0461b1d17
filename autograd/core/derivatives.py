"""Derivatives as Values: gradients that can be differentiated again.

`gradients` walks a recorded graph back as backprop.py does, but each product and each sum of the chain rule
is an operation on Values, by the formulas in formulas.py. Recording prepares nothing for it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.core.backprop import as_node, topological_order
from autograd.core.formulas import Formula, formula_of
from autograd.core.nary import first_outdated, weighted_sum
from autograd.core.operands import as_number
from autograd.core.primitives import Primitive
from autograd.core.value import Value

__all__ = ["gradients"]

Factor = Any  # a Value, or a float that no leaf changes
Product = tuple[Factor, Factor]


def gradients(output: Value, inputs: Iterable[Value], seed: Factor = 1.0) -> list[Value]:
    """The derivative of `output` (times `seed`) by each of `inputs`, each a Value computed from Values.

    What multiplies by 1 or −1 or adds 0 is left out. None of them is a node of the graph under `output`:
    whoever sets a leaf's data or gives a node a name does not touch a gradient.
    """
    wanted = [as_node(value) for value in inputs]
    order = topological_order(output)
    refuse_outdated(order, "differentiated as Values")
    on_the_way = set(wanted)
    on_the_way.update(node for node in order if not on_the_way.isdisjoint(node.inputs))
    products: dict[Value, list[Product]] = {output: [(seed, 1.0)]}
    results: dict[Value, Factor] = {}
    for node in reversed(order):
        if node in on_the_way and node in products:
            upstream = results[node] = added(products.pop(node))
            if not node.is_leaf:
                pass_on(node, upstream, on_the_way, products)
    known = {*order, *wanted, *([seed] if isinstance(seed, Value) else [])}
    return [own(results.get(value, 0.0), known) for value in wanted]


def refuse_outdated(order: list[Value], done: str) -> None:
    """See to it that every node is what its inputs give now: a formula reads what they hold now."""
    outdated = first_outdated(order)
    if outdated is not None:
        raise ValueError(
            f"{outdated!r} ({outdated.op}) was computed from other numbers than its inputs hold now: after "
            f"setting a leaf's data, compute the output again before it is {done}"
        )


def pass_on(
    node: Value, upstream: Factor, on_the_way: set[Value], products: dict[Value, list[Product]]
) -> None:
    """Note what `node` gives to the gradient of each of its inputs that are on the way to a wanted one."""
    inputs, formula = node.inputs, formula_for(node)
    for i, value in enumerate(inputs):
        if value in on_the_way:
            slope = formula(inputs, node, i)
            if isinstance(slope, Value) or slope != 0.0:
                products.setdefault(value, []).append((upstream, slope))


def formula_for(node: Value) -> Formula:
    """The formula of the primitive that made a node; where a user gave none, the rule is run on Values."""
    primitive: Any = node.primitive
    formula = formula_of(primitive)
    if formula is None:
        slopes = rule_on_values(primitive, node)
        return lambda x, y, i: slopes[i]
    return formula


def rule_on_values(primitive: Primitive, node: Value) -> list[Factor]:
    """The local derivatives of a user's rule as Values; TypeError unless they are as recorded."""
    slopes: list[Factor] = []
    try:
        value, *slopes = primitive.function(*node.inputs)
        found = [number_of(thing) for thing in (value, *slopes)]
        problem = None if same(found, [node.data, *node.local_derivatives]) else "gives other numbers"
    except (TypeError, ValueError, AttributeError, ZeroDivisionError, OverflowError) as error:
        problem = f"fails ({error})"
    if problem is None:
        return slopes
    raise TypeError(
        f"the rule of the primitive {primitive.name}, run on Values in place of floats, {problem}: say what "
        "its derivative by input i is, of inputs x and result y, with functions of Values: "
        "@primitive(derivative=lambda x, y, i: …)"
    )


def number_of(thing: Any) -> float:
    """The number of a Value or of a number."""
    return thing.data if isinstance(thing, Value) else as_number(thing)


def same(found: Sequence[float], recorded: Sequence[float]) -> bool:
    """Whether these are the same numbers, but for rounding."""
    return len(found) == len(recorded) and all(
        a == b or abs(a - b) <= 1e-12 * max(1.0, abs(b)) or (a != a and b != b)
        for a, b in zip(found, recorded, strict=True)
    )


def times(a: Factor, b: Factor) -> Factor:
    """a · b, where a factor of 1 is left out and one of −1 a negation."""
    for number, other in ((a, b), (b, a)):
        if isinstance(number, float) and number in (1.0, -1.0):
            return other if number == 1.0 else -other
    return a * b


def added(products: list[Product]) -> Factor:
    """The sum of products: of three or more, one node."""
    if len(products) > 2 and any(isinstance(factor, Value) for product in products for factor in product):
        return weighted_sum(*zip(*products, strict=True))
    total = times(*products[0])
    for product in products[1:]:
        total = total + times(*product)
    return total


def own(gradient: Factor, known: set[Value]) -> Value:
    """A gradient as a Value that is no node of the graph it belongs to."""
    if not isinstance(gradient, Value):
        return Value(gradient)
    return 1.0 * gradient if gradient in known else gradient
