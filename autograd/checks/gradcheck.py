"""gradcheck: every local derivative of a graph, then the whole gradient, against central differences."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from sys import float_info
from typing import Any

from autograd.checks.finite_differences import Curve, central_difference, has_kink, slope_between, step_scales
from autograd.checks.second_order import second_facts
from autograd.core.backprop import topological_order
from autograd.core.gradients import grad
from autograd.core.primitives import Primitive
from autograd.core.value import Value
from autograd.naming.names import names_of
from autograd.util.arguments import arguments_by_name
from autograd.util.same_number import same_number
from autograd.util.text import for_output, legible, plural

__all__ = [
    "AGREES",
    "DIFFERS",
    "NOT_DIFFERENTIABLE",
    "NOT_FINITE",
    "Check",
    "GradientError",
    "Report",
    "gradcheck",
]

AGREES, DIFFERS = "agrees", "differs"
NOT_DIFFERENTIABLE = "not differentiable here"  # a kink, the edge of a domain, a vertical tangent
NOT_FINITE = "not finite"  # an overflow, or NaN: there is nothing to compare

MOST_OF_PAIRS = 20  # leaves whose pairs are checked
MOST_SHOWN = 20  # of the checks of one verdict, in a message

Names = dict[Value, str]


class GradientError(AssertionError):
    """A derivative is not what central differences say; `report` holds every check."""

    def __init__(self, report: "Report") -> None:
        super().__init__(str(report))
        self.report = report


@dataclass(frozen=True)
class Check:
    """One derivative beside its central difference.

    `subject` names the primitive, the node and the input; `derivative` is what the graph says and
    `difference` what the differences do, right to `uncertainty`, with steps down to `step`.
    """

    subject: str
    derivative: float
    difference: float
    uncertainty: float
    step: float
    verdict: str
    curve: Curve
    at: float

    @property
    def error(self) -> float:
        """|derivative − difference|, relative where they are larger than 1."""
        return abs(self.derivative - self.difference) / max(1.0, abs(self.derivative), abs(self.difference))

    def __str__(self) -> str:
        if self.verdict == NOT_DIFFERENTIABLE:
            return f"{self.subject}, taken as {self.derivative:g}"
        if self.verdict == NOT_FINITE:
            return f"{self.subject} is {self.derivative!r}, where the value is {self.curve(self.at)!r}"
        return (
            f"{self.subject} is {self.derivative!r}, central differences say {self.difference!r} "
            f"(± {self.uncertainty:.0e}, step {self.step:.0e})"
        )

    def errors(self) -> list[tuple[float, float]]:
        """Step size and error of the plain central difference, from large steps to small."""
        steps = [step_scales(self.at)[0] * 10.0 ** (-k / 4) for k in range(4, 60)]
        slopes = [slope_between(self.curve, self.at, step) for step in steps]
        errors = [abs(slope - self.derivative) for slope in slopes]
        return [(step, error) for step, error in zip(steps, errors, strict=True) if isfinite(error)]


class Report:
    """What `gradcheck` found: printed, it tells; it is true where nothing differs or is not finite.

    `local` holds the checks of local derivatives, `whole` those of the gradient, `second` those of second
    derivatives, `checks` all.
    """

    def __init__(self, local: list[Check], whole: list[Check], second: Sequence[Check] = ()) -> None:
        self.local, self.whole, self.second = local, whole, list(second)

    @property
    def checks(self) -> list[Check]:
        """Every check."""
        return self.local + self.whole + self.second

    def having(self, verdict: str) -> list[Check]:
        """The checks with that verdict."""
        return [check for check in self.checks if check.verdict == verdict]

    def __bool__(self) -> bool:
        return not (self.having(DIFFERS) or self.having(NOT_FINITE))

    def __str__(self) -> str:
        errors = [check.error for check in self.having(AGREES)]
        lines = [
            f"{len(errors)} of {plural(len(self.checks), 'derivative')} agree with central differences "
            f"({len(self.local)} local, {len(self.whole)} of the whole"
            + (f", {len(self.second)} second)" if self.second else ")")
            + (f", the worst to {max(errors):.0e}" if errors else "")
        ]
        for verdict in (DIFFERS, NOT_FINITE, NOT_DIFFERENTIABLE):
            checks = self.having(verdict)
            lines += [f"  {verdict}: {check}" for check in checks[:MOST_SHOWN]]
            lines += [f"  … and {len(checks) - MOST_SHOWN} more"] if len(checks) > MOST_SHOWN else []
        return for_output("\n".join(lines))

    __repr__ = __str__

    def plot(self, axes: Any = None) -> Any:
        """Draw error against step size where it is largest: long steps bend, short ones round off."""
        if axes is None:
            from matplotlib import pyplot

            axes = pyplot.subplots(layout="constrained")[1]
        worst_first = sorted(self.checks, key=lambda check: (check.verdict != DIFFERS, -check.error))
        for check in worst_first[:6]:
            seen = [(step, error) for step, error in check.errors() if error]  # 0 has no logarithm
            axes.loglog(*zip(*seen, strict=True), marker=".", label=check.subject)
        axes.set(xlabel="step size", ylabel="|central difference − derivative|")
        axes.legend(fontsize="small")
        return axes


@arguments_by_name
def gradcheck(
    subject: Value | Callable[..., Any],
    inputs: Sequence[Any] | None = None,
    *,
    tolerance: float = 1e-6,
    most_leaves: int = 200,
    order: int = 1,
) -> Report:
    """Check each local derivative in a graph, then its whole gradient, against central differences.

    `gradcheck(root)` checks the graph under a Value. `gradcheck(function, inputs)` checks that of
    `function(*inputs)`, which may return a Value or several, and calls it again with each input moved a
    little. Inputs are numbers, leaves, or lists of them: `gradcheck(model, [[1.0, 2.0]])` checks a model,
    its parameters too. Of more than `most_leaves` leaves, that many are checked.

    A derivative may differ by `tolerance` (relative), and by what the differences cannot tell. One that
    differs raises a GradientError that names primitive, node, input, both numbers and the step. So does one
    that is not finite, or of a value that is not, where there is nothing to compare. At a kink (relu at 0, a
    tie of maximum) the report says "not differentiable here".

    subject: a Value, or a function (a model too) that returns one or several.
    inputs: of a function, the arguments to call it with: numbers, leaves, or lists of them.
    tolerance: how far a derivative may be off, relative to its size.
    most_leaves: how many leaves are checked at most.
    order: 2 also checks the second derivatives of a Value, by each pair of up to 20 of its leaves.

    >>> x = Value(0.5, "x")
    >>> gradcheck(x.tanh() * x)
    4 of 4 derivatives agree with central differences (3 local, 1 of the whole), the worst to 5e-13
    """
    if order not in (1, 2):
        raise ValueError(f"gradcheck is of order 1 or 2, not {order!r}")
    if order == 2 and not isinstance(subject, Value):
        raise TypeError("gradcheck of order 2 takes the Value that a function returned")
    roots, names, whole = what_to_check(subject, inputs, most_leaves)
    local = [check_derivative(facts, tolerance, True) for root in roots for facts in local_facts(root, names)]
    kinked_inside = any(check.verdict == NOT_DIFFERENTIABLE for check in local)
    second = second_order_facts(roots[0], names, most_leaves) if order == 2 else iter(())
    report = Report(
        local,
        [check_derivative(facts, tolerance, kinked_inside) for facts in whole],
        [check_derivative(facts, tolerance, kinked_inside) for facts in second],
    )
    if not report:
        raise GradientError(report)
    return report


def what_to_check(
    subject: Value | Callable[..., Any], inputs: Sequence[Any] | None, most: int
) -> tuple[list[Value], Names, Iterator["Facts"]]:
    """The roots of what gradcheck was given, names of their nodes, and the facts of the whole gradient."""
    if isinstance(subject, Value):
        if inputs is not None:
            raise TypeError("gradcheck of a Value takes no inputs: they are its leaves")
        names = names_of(subject)
        return [subject], names, graph_facts(subject, names, most)
    if not callable(subject):
        raise TypeError(f"gradcheck takes a Value, or a function and its inputs, not {subject!r}")
    if inputs is not None and not hasattr(inputs, "__iter__"):
        raise TypeError(
            f"the inputs of gradcheck are a list, as in gradcheck(function, [3.0]), not {inputs!r}"
        )
    leaves = leaves_from(() if inputs is None else inputs)
    roots = call_for_outputs(subject, leaves)
    nodes = [*flattened(leaves), *(node for root in roots for node in topological_order(root))]
    model = subject if hasattr(subject, "named_parameters") else None
    named = names_of(nodes, model=model)
    names = {leaf: f"argument {i}" for i, leaf in enumerate(flattened(leaves))} | named
    return roots, names, function_facts(subject, leaves, roots, names, most)


# --- What is compared: subject, derivative, and the curve whose slope it should be, at a point ------------

Facts = tuple[str, float, Curve, float, float]  # and how large the numbers are that round off on the way


def local_facts(root: Value, names: Names) -> Iterator[Facts]:
    """Each local derivative in the graph under `root`."""
    order = topological_order(root)
    for place, node in enumerate(order, 1):
        if node.primitive is None:
            continue
        numbers, slopes = [value.data for value in node.inputs], node.local_derivatives
        now = node.primitive.evaluate(numbers)[0]
        if not same_number(now, node.data):
            raise ValueError(
                f"{describe_node(node, names)} (node {place} of {len(order)}) is {node.data!r}, but its "
                f"inputs now give {now!r}: the graph has changed, compute it again"
            )
        terms = [x * slope for x, slope in zip(numbers, slopes, strict=True)] if len(slopes) > 2 else []
        size = largest_magnitude([node.data, *terms])
        for i, (value, slope) in enumerate(zip(node.inputs, slopes, strict=True)):
            by = describe_node(value, names)
            subject = f"{describe_node(node, names)} (node {place} of {len(order)}) by input {i} ({by})"
            yield subject, slope, primitive_curve(node.primitive, numbers, i), numbers[i], size


def primitive_curve(primitive: Primitive, numbers: list[float], i: int) -> Curve:
    """The value of a primitive as its input `i` moves."""
    return lambda x: primitive.evaluate([*numbers[:i], x, *numbers[i + 1 :]])[0]


def graph_facts(root: Value, names: Names, most: int) -> Iterator[Facts]:
    """The gradient of `root` by its leaves; the graph is computed again as a leaf moves."""
    order = topological_order(root)

    def curve_by(leaf: Value) -> Curve:
        def curve(x: float) -> float:
            numbers = {leaf: x}
            for node in order:
                if node.primitive is not None:
                    numbers[node] = node.primitive.evaluate([numbers[value] for value in node.inputs])[0]
                elif node is not leaf:
                    numbers[node] = node.data
            return numbers[root]

        return curve

    leaves = evenly_spread([node for node in order if node.is_leaf], most)
    size = largest_influence(root, order)
    for leaf, slope in zip(leaves, grad(root, leaves), strict=True):
        yield (
            f"{describe_node(root, names)} by the leaf {describe_node(leaf, names)}",
            slope,
            curve_by(leaf),
            leaf.data,
            size,
        )


def second_order_facts(root: Value, names: Names, most: int) -> Iterator[Facts]:
    """Each second derivative of `root` by a pair of leaves."""
    leaves = [node for node in topological_order(root) if node.is_leaf]
    leaves = evenly_spread(leaves, min(most, MOST_OF_PAIRS))
    called = [describe_node(leaf, names) for leaf in leaves]
    return second_facts(root, describe_node(root, names), leaves, called)


def function_facts(
    function: Callable[..., Any], inputs: Sequence[Any], roots: list[Value], names: Names, most: int
) -> Iterator[Facts]:
    """The gradients of what a function returned, by its inputs and by the leaves that outlast the call."""
    again = call_for_outputs(function, inputs)
    if len(again) != len(roots) or not all(
        same_number(a.data, b.data) for a, b in zip(roots, again, strict=True)
    ):
        raise ValueError(f"{function!r} gives {roots} and then {again} for the same inputs")
    lasting = {node for root in again for node in topological_order(root) if node.is_leaf}

    def curve_by(leaf: Value, k: int) -> Curve:
        def curve(x: float) -> float:
            before = leaf.data
            try:
                leaf.data = x
                return call_for_outputs(function, inputs)[k].data
            finally:
                leaf.data = before

        return curve

    for k, root in enumerate(roots):
        order = topological_order(root)
        outlasting = [node for node in order if node in lasting]
        leaves = evenly_spread(list(dict.fromkeys([*flattened(inputs), *outlasting])), most)
        size = largest_influence(root, order)
        for leaf, slope in zip(leaves, grad(root, leaves), strict=True):
            subject = f"output {k} ({describe_node(root, names)}) by {describe_node(leaf, names)}"
            yield subject, slope, curve_by(leaf, k), leaf.data, size


def call_for_outputs(function: Callable[..., Any], inputs: Sequence[Any]) -> list[Value]:
    """What the function returns, as a list of Values."""
    result = function(*inputs)
    outputs = list(result) if isinstance(result, (list, tuple)) else [result]
    for output in outputs:
        if not isinstance(output, Value):
            raise TypeError(f"gradcheck needs a function that returns a Value, got {output!r}")
    return outputs


def leaves_from(inputs: Any) -> list[Any]:
    """The inputs with leaves for numbers; lists in it stay lists."""
    made: list[Any] = []
    for thing in inputs:
        if isinstance(thing, Value) and not thing.is_leaf:
            raise TypeError(f"gradcheck moves its inputs, so they must be numbers or leaves, not {thing!r}")
        if isinstance(thing, (list, tuple)):
            made.append(leaves_from(thing))
        else:
            made.append(thing if isinstance(thing, Value) else Value(thing))
    return made


def flattened(inputs: Sequence[Any]) -> Iterator[Value]:
    """The leaves in nested lists."""
    for thing in inputs:
        if isinstance(thing, Value):
            yield thing
        else:
            yield from flattened(thing)


def evenly_spread(leaves: list[Value], most: int) -> list[Value]:
    """At most so many of the leaves, evenly spread."""
    count = min(len(leaves), most)
    return [leaves[i * len(leaves) // count] for i in range(count)]


def describe_node(node: Value, names: Names) -> str:
    """A node in a message: its name, and its number or what computed it."""
    made = f"{node.data:g}" if node.primitive is None else node.primitive.name
    return f"{legible(names[node])} = {made}" if node in names else made


def check_derivative(facts: Facts, tolerance: float, suspect_kink: bool) -> Check:
    """Check one derivative. A kink is looked for where one is suspected, or the numbers differ."""
    subject, derivative, curve, at, size = facts
    curve = without_errors(curve)
    here, rounding = curve(at), float_info.epsilon * size
    difference, doubt, step = central_difference(curve, at, rounding)
    steepness = max(abs(derivative), abs(difference))
    most_doubt = 1e-3 * max(steepness, abs(here) / max(1.0, abs(at)))
    agrees = abs(derivative - difference) <= tolerance * steepness + min(10.0 * doubt, most_doubt)
    diverges = not isfinite(derivative) and doubt > 0.1 * abs(difference)
    off_domain = difference != difference or diverges
    if not isfinite(here) or (derivative != derivative and off_domain):
        verdict = NOT_FINITE
    elif off_domain or ((suspect_kink or not agrees) and has_kink(curve, at, rounding)):
        verdict = NOT_DIFFERENTIABLE
    else:
        verdict = AGREES if agrees else DIFFERS
    return Check(subject, derivative, difference, doubt, step, verdict, curve, at)


def without_errors(curve: Curve) -> Curve:
    """The curve with NaN where a user's function raises, as outside of its domain."""

    def tame(x: float) -> float:
        try:
            return curve(x)
        except (ArithmeticError, ValueError):
            return nan

    return tame


def largest_influence(root: Value, order: list[Value]) -> float:
    """The largest |data × gradient| of a computed node: what rounding it off does to `root`, in epsilons."""
    slopes = grad(root, order)
    return largest_magnitude(
        node.data * slope for node, slope in zip(order, slopes, strict=True) if not node.is_leaf
    )


def largest_magnitude(numbers: Iterable[float]) -> float:
    """The largest magnitude among those that are finite."""
    return max((abs(number) for number in numbers if isfinite(number)), default=0.0)
