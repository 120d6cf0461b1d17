# cython: annotation_typing=False, infer_types=True
"""Derivatives as Values: gradients that can be differentiated again.

`gradients` walks a recorded graph back as backprop.py does, but each product and each sum of the chain rule
is an operation on Values, by the formulas in formulas.py. Recording prepares nothing for it. (The C types are
in derivatives.pxd.)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from autograd.core.value import Value
else:
    from cython.cimports.autograd.core.value import Value

from collections.abc import Iterable, Sequence
from functools import partial

from autograd.core.backprop import as_node, places_in, topological_order
from autograd.core.formulas import Formula, formula_of
from autograd.core.nary import first_outdated, weighted_sum
from autograd.core.operands import as_number
from autograd.core.primitives import Primitive

__all__ = ["gradients", "refuse_outdated", "upstream_gradients"]

Factor = Any  # a Value, or a float that no leaf changes
FEW = 2  # products that are added as they come; the sum of more is one node


def gradients(output: Value, inputs: Iterable[Value], seed: Factor = 1.0) -> list[Value]:
    """The derivative of `output` (times `seed`) by each of `inputs`, each a Value computed from Values.

    What multiplies by 1 or −1 or adds 0 is left out. None of them is a node of the graph under `output`:
    whoever sets a leaf's data or gives a node a name does not touch a gradient.
    """
    wanted = [as_node(value) for value in inputs]
    order = topological_order(output)
    results = upstream_gradients(order, wanted, seed)
    found = [gradient for gradient in results if isinstance(gradient, Value)]
    known = {*wanted, *([seed] if isinstance(seed, Value) else [])}
    known.update(node for node, place in zip(found, places_in(order, found)[1], strict=True) if place >= 0)
    return [own(gradient, known) for gradient in results]


def upstream_gradients(order: list[Value], wanted: list[Any], seed: Factor) -> list[Factor | None]:
    """The gradient that arrives at each wanted Value, as it goes on from there: perhaps a node of the graph.

    It is `seed` at the last Value of the order, a float where no leaf changes it, None where none arrives.
    """
    refuse_outdated(order, "differentiated as Values")
    places, wanted_places = places_in(order, wanted)
    counts = count_contributions(order, places, wanted_places)
    totals = walk_back(order, places, counts, seed)
    return [totals[place] if place >= 0 else None for place in wanted_places]


def count_contributions(order: list[Value], places: list[int], wanted: list[int]) -> list[int]:
    """By place, how many contributions a node gets, and 1 more; 0 if it leads to none that is wanted."""
    counts = [0] * len(order)
    for place in wanted:
        if place >= 0:
            counts[place] = 1
    at = 0
    for place in range(len(order)):
        leads = counts[place] > 0
        for _ in range(cython.cast(Value, order[place])._count):
            input_place = places[at]
            at += 1
            if counts[input_place] > 0:
                counts[input_place] += 1
                leads = True
        if leads and counts[place] == 0:
            counts[place] = 1
    return counts


def walk_back(order: list[Value], places: list[int], counts: list[int], seed: Factor) -> list[Any]:
    """By place, the gradient of each node that leads to a wanted one; None where nothing came back."""
    totals: list[Any] = [None] * len(order)
    totals[len(order) - 1] = seed
    formulas: dict[Any, Formula] = {}  # looked up once for each primitive
    at = len(places)
    for place in range(len(order) - 1, -1, -1):
        node, upstream = cython.cast(Value, order[place]), totals[place]
        at -= node._count
        if upstream is None or counts[place] == 0:
            continue
        if type(upstream) is list:
            upstream = totals[place] = added(upstream)
        if node._primitive is not None:
            pass_on(node, upstream, places, at, counts, totals, formulas)
    return totals


def refuse_outdated(order: list[Value], done: str) -> None:
    """See to it that every node is what its inputs give now: a formula reads what they hold now."""
    outdated = first_outdated(order)
    if outdated is not None:
        raise ValueError(
            f"{outdated!r} ({outdated.op}) was computed from other numbers than its inputs hold now: after "
            f"setting a leaf's data, compute the output again before it is {done}"
        )


def pass_on(
    node: Value,
    upstream: Factor,
    places: list[int],
    at: int,
    counts: list[int],
    totals: list[Any],
    formulas: dict[Any, Formula],
) -> None:
    """Add what `node` gives to the gradient of each of its inputs that lead to a wanted one.

    The places of its inputs begin at `at`. Where more than a few contributions meet, factors are kept in a
    list, by turns, until all are there.
    """
    primitive: Any = node._primitive
    inputs, formula = node.inputs, formulas.get(primitive)
    if formula is None:
        formula = formula_of(primitive)
        if formula is None:
            slopes = rule_on_values(primitive, node)
            formula = partial(chosen, slopes)
        else:
            formulas[primitive] = formula
    for i in range(node._count):
        place = places[at + i]
        if counts[place] == 0:
            continue
        slope = formula(inputs, node, i)
        if not isinstance(slope, Value) and slope == 0.0:
            continue
        total = totals[place]
        if counts[place] <= FEW + 1:
            product = times(upstream, slope)
            totals[place] = product if total is None else total + product
        elif total is None:
            totals[place] = [upstream, slope]
        else:
            total.append(upstream)
            total.append(slope)


def chosen(slopes: list[Factor], x: Sequence[Value], y: Value, i: int) -> Factor:
    """The formula of a primitive whose rule was run on Values."""
    return slopes[i]


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
    if isinstance(a, float) and (a == 1.0 or a == -1.0):
        return b if a == 1.0 else -b
    if isinstance(b, float) and (b == 1.0 or b == -1.0):
        return a if b == 1.0 else -a
    return a * b


def added(factors: list[Factor]) -> Factor:
    """The sum of products, whose factors stand by turns: of three products or more, one node."""
    if len(factors) > 2 * FEW and any(isinstance(factor, Value) for factor in factors):
        return weighted_sum(factors[::2], factors[1::2])
    total = None
    for i in range(0, len(factors), 2):
        product = times(factors[i], factors[i + 1])
        total = product if total is None else total + product
    return total


def own(gradient: Factor | None, known: set[Value]) -> Value:
    """A gradient as a Value that is no node of the graph it belongs to; None, which nothing led to, is 0."""
    if not isinstance(gradient, Value):
        return Value(0.0 if gradient is None else gradient)
    return 1.0 * gradient if gradient in known else gradient
