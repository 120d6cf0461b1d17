"""explain: a gradient as the sum over all paths of the products of their local derivatives."""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count as count_from
from itertools import islice
from math import inf, log, log10, prod
from typing import Any

from autograd.core.backprop import as_node, topological_order
from autograd.core.gradients import grad
from autograd.core.value import Value
from autograd.naming.model_frames import frame_names, frames_of
from autograd.naming.names import all_names, names_of_parameters
from autograd.naming.notation import format_number
from autograd.stepping.display import Displayed
from autograd.util.arguments import arguments_by_name
from autograd.util.text import for_output

MOST_NODES = 8  # of a longer path the two ends are written
LONGEST_COUNT = 10**40  # a larger number of paths is written as a power of ten
Links = dict[Value, list[tuple[Value, float]]]


@dataclass(frozen=True, slots=True, repr=False)
class Path:
    """One way from a Value to the output: the `nodes` passed, and the `product` of the local derivatives.

    `local_derivatives[i]` is the derivative of `nodes[i + 1]` by `nodes[i]`.
    """

    nodes: tuple[Value, ...]
    names: tuple[str, ...]
    local_derivatives: tuple[float, ...]
    product: float

    def __repr__(self) -> str:
        return for_output(f"{self.route}   {self.factors} = {format_number(self.product)}")

    @property
    def route(self) -> str:
        """`a → d → L`."""
        return " → ".join(ends(self.names))

    @property
    def factors(self) -> str:
        """`-3 × -2`."""
        return " × ".join(ends([format_number(slope) for slope in self.local_derivatives])) or "1"


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Displayed):
    """Why a gradient is what it is: `count` paths, those of the largest products in `paths`."""

    name: str
    output: str
    gradient: float
    count: int
    paths: tuple[Path, ...]
    names: Mapping[Value, str] = field(default_factory=dict, compare=False)  # of all that is in the graph

    def __repr__(self) -> str:
        if not self.count:
            return for_output(self.heading)
        wide = max(len(path.route) for path in self.paths)
        tall = max(len(path.factors) for path in self.paths)
        rows = [f"  {p.route:{wide}}   {p.factors:>{tall}} = {format_number(p.product)}" for p in self.paths]
        return for_output("\n".join([self.heading, *rows, *([f"  {self.rest}"] if self.rest else [])]))

    @property
    def heading(self) -> str:
        """What is explained: from where to where, the gradient, and how many paths it is the sum of."""
        if not self.count:
            return f"no path leads from {self.name} to {self.output}: the gradient is 0"
        what = "the sum of" if self.count > 1 else "the product"
        what += f" their products; the {len(self.paths)} largest" if self.rest else ""
        number = f"{format_count(self.count)} path{'s' * (self.count > 1)}"
        gradient = format_number(self.gradient)
        return f"{number} from {self.name} to {self.output}; the gradient is {gradient}, {what}:"

    @property
    def rest(self) -> str:
        """How many paths are not shown."""
        left = self.count - len(self.paths)
        return f"… {format_count(left)} more" if left else ""


@arguments_by_name
def explain(value: Value, output: Value, *, limit: int = 10, model: Any = None) -> Explanation:
    """Every path from `value` to `output` with its product of local derivatives; their sum is the gradient.

    Of more than `limit` paths, the number and the `limit` largest contributions. No `.grad` changes.

    value: the Value by which `output` is differentiated.
    output: the result.
    limit: the most paths that are shown.
    model: the model it was computed by, which names its parameters: w0 of layer 1, neuron 3.

    >>> a = Value(3.0)
    >>> b = a * a
    >>> L = b + a
    >>> explain(a, L)
    3 paths from a to L; the gradient is 7, the sum of:
      a → b → L   3 × 1 = 3
      a → b → L   3 × 1 = 3
      a → L           1 = 1
    """
    if limit < 1:
        raise ValueError(f"limit is how many paths to show, at least 1, not {limit}")
    order = topological_order(as_node(output))
    known = order if as_node(value) in order else [*order, value]
    parameters = {node: path for path, node in names_of_parameters(model)}
    names = all_names(known, model)
    short = frame_names(names, parameters)
    name = names[value]
    if value in short:
        name = f"{short[value]} of {', '.join(frames_of([], parameters, model)[value])}"
    names |= short
    links = links_to(value, order)
    found = tuple(
        Path(nodes, tuple(names[node] for node in nodes), slopes, prod(reversed(slopes), start=1.0))
        for nodes, slopes in islice(largest_first(output, links), limit)
    )
    count = paths_from(output, links)
    return Explanation(name, names[output], grad(output, value), count, found, names)


def links_to(value: Value, order: list[Value]) -> Links:
    """For each node from which `value` is reached, inputs first: the inputs from which it is, with the
    local derivatives; for `value` itself, none."""
    links: Links = {}
    for node in order:
        reached = [x for x in zip(node.inputs, node.local_derivatives, strict=True) if x[0] in links]
        if reached or node is value:
            links[node] = reached
    return links


def paths_from(output: Value, links: Links) -> int:
    """How many paths there are: from a node as many as from its inputs together, from the last one 1."""
    uses = Counter(x for inputs in links.values() for x, _ in inputs)
    counts: dict[Value, int] = {}
    for node, inputs in links.items():
        counts[node] = sum(counts[x] for x, _ in inputs) or 1
        for x, _ in inputs:
            uses[x] -= 1
            if not uses[x]:  # deep down these are long numbers: keep none that is not needed
                counts.pop(x, None)
    return counts.get(output, 0)


def largest_first(output: Value, links: Links) -> Iterator[tuple[tuple[Value, ...], tuple[float, ...]]]:
    """The paths, those of the largest products first, each as its nodes and local derivatives.

    From every node we know the largest product that can still come. So we always follow the best edge,
    and put the others aside with what they lose by it: where the least is lost, the next path begins.
    """
    best: dict[Value, float] = {}
    for node, inputs in links.items():
        best[node] = max((reach(slope, best[x]) for x, slope in inputs), default=0.0)
    serial = count_from(0, -1)  # of equals the last comes first: depth first, or 2¹⁰⁰ beginnings would wait
    aside: list[Any] = [(0.0, next(serial), output, (), None)] if output in links else []
    while aside:
        lost, _, node, slope, above = heapq.heappop(aside)
        trail = (node, slope, above)
        while links[node]:
            losses = [lost + loss(best[node], reach(slope, best[x])) for x, slope in links[node]]
            first = losses.index(min(losses))
            for i, (x, slope) in enumerate(links[node]):
                if i != first:
                    heapq.heappush(aside, (losses[i], next(serial), x, slope, trail))
            node, slope = links[node][first]
            trail = (node, slope, trail)
        yield unroll_trail(trail)


def reach(slope: float, rest: float) -> float:
    """ln |slope| + rest; where that is no number the product is none, and comes first as inf does."""
    size = inf if slope != slope else log(abs(slope)) if slope else -inf
    return inf if (size + rest) != (size + rest) else size + rest


def loss(best: float, other: float) -> float:
    """How much less the other is; between equals 0, infinite ones too."""
    return 0.0 if best == other else best - other


def unroll_trail(trail: Any) -> tuple[tuple[Value, ...], tuple[float, ...]]:
    """The nodes and local derivatives of a path, from the end of a trail that began at the output."""
    nodes, slopes = [], []
    while trail is not None:
        node, slope, trail = trail
        nodes.append(node)
        slopes.append(slope)
    return tuple(nodes), tuple(slopes[:-1])


def ends(parts: Sequence[str]) -> list[str]:
    """The parts; of many, those at the two ends."""
    half = MOST_NODES // 2
    return list(parts) if len(parts) <= MOST_NODES else [*parts[:half], "…", *parts[-half:]]


def format_count(paths: int) -> str:
    """A number of paths; a very large one as a power of ten."""
    return f"{paths:,}" if paths < LONGEST_COUNT else f"about 10^{log10(paths):.0f}"
