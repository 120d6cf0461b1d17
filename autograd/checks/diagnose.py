"""diagnose: what a teacher would point at in a model or a graph."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from random import Random
from typing import Any

from autograd.core.backprop import topological_order
from autograd.core.gradients import grad
from autograd.core.nary import weighted_sum
from autograd.core.value import Value
from autograd.naming.model_frames import frames_of
from autograd.naming.names import names_of, names_of_parameters
from autograd.util.text import for_output, legible

__all__ = ["Diagnosis", "diagnose"]

FLAT = 1e-2  # a unit whose slope stays below this does not learn
VANISHED = 1e-3  # the gradients of a layer beside those of the last

# What a unit without a slope is called, by its primitive.
FLAT_IS = {
    "relu": "dead",
    "softplus": "dead",
    "tanh": "saturated",
    "atan": "saturated",
    "sigmoid": "saturated",
}


class Diagnosis(tuple[str, ...]):
    """What `diagnose` found, a sentence each; printed, it is a list."""

    __slots__ = ()

    def __repr__(self) -> str:
        return for_output("\n".join(f"- {finding}" for finding in self)) or "nothing to point at"


def diagnose(
    subject: Any, examples: Iterable[Sequence[Value | float]] | None = None, *, model: Any = None
) -> Diagnosis:
    """List what a teacher would point at in a model run on `examples`, or in the graph under a Value.

    That is: units that are dead or saturated on every example, parameters that no gradient reaches,
    numbers that are not finite, gradients that vanish or explode from layer to layer. For a loss, say
    which `model` it is of to have its layers told apart. Every `.grad` stays as it is.

    subject: a model, or a Value, such as a loss.
    examples: of a model, the inputs to run it on, one list of numbers for each example.
    model: the model that a Value was computed by.

    >>> x, w = Value(1.0, "x"), Value(-2.0, "w")
    >>> diagnose((w * x).relu())
    - relu = 0: the relu is dead, its slope at most 0 wherever used
    - no gradient reaches w, x
    """
    if isinstance(subject, Value):
        if examples is not None:
            raise TypeError("diagnose of a Value takes no examples: they are in its graph")
        return find_ailments(subject, model)
    if not hasattr(subject, "parameters"):
        raise TypeError(f"diagnose takes a Value or a model with parameters(), not {subject!r}")
    if not examples:
        raise TypeError("diagnose of a model needs examples: a list of the inputs to run it on")
    results = [subject(example) for example in examples]
    outputs = [y for result in results for y in (result if isinstance(result, list) else [result])]
    random = Random(0)  # any weights will do that let no two gradients cancel
    return find_ailments(weighted_sum([random.uniform(1, 2) for _ in outputs], outputs), subject)


def find_ailments(root: Value, model: Any) -> Diagnosis:
    """What there is to say of the graph under `root`."""
    order = topological_order(root)
    named = {value: name for name, value in names_of_parameters(model)}
    names = {node: legible(name) for node, name in names_of([*order, *named], model=model).items()}
    frames = frames_of(order, named, model)
    parameters = list(named) or [node for node in order if node.is_leaf and node in names]
    gradients = dict(zip([*order, *named], grad(root, [*order, *named]), strict=True))
    return Diagnosis(
        [
            *find_not_finite(order, names),
            *find_flat_units(order, frames),
            *find_unreached(
                [names[value] for value in parameters if gradients[value] == 0.0], len(parameters)
            ),
            *find_vanishing_layers({node: gradients[node] for node in frames if not node.is_leaf}, frames),
        ]
    )


def find_not_finite(order: list[Value], names: Mapping[Value, str]) -> Iterator[str]:
    """The first number that is not finite."""
    for node in order:
        if not isfinite(node.data):
            yield f"{names.get(node, node.op or 'a leaf')} is {node.data}, the first that is not finite"
            return


def find_flat_units(order: list[Value], frames: Mapping[Value, tuple[str, ...]]) -> Iterator[str]:
    """Units whose activation has no slope to speak of, on any example."""
    slopes = defaultdict(list)
    for node in order:
        if node.op in FLAT_IS and (node in frames or not frames):  # not a step inside of a gelu
            place = " of ".join(reversed(frames[node])) if node in frames else f"{node.op} = {node.data:g}"
            slopes[place, node.op].append(node.local_derivatives[0])
    for (place, op), found in slopes.items():
        if all(slope < FLAT for slope in found):
            yield f"{place}: the {op} is {FLAT_IS[op]}, its slope at most {max(found):.1g} wherever used"


def find_unreached(missed: list[str], count: int) -> Iterator[str]:
    """Parameters whose gradient is 0, out of so many."""
    if missed:
        more = f", … ({len(missed)} of {count} parameters)" if len(missed) > 8 else ""
        yield f"no gradient reaches {', '.join(missed[:8])}{more}"


def find_vanishing_layers(
    gradients: Mapping[Value, float], frames: Mapping[Value, tuple[str, ...]]
) -> Iterator[str]:
    """Layers whose units have gradients far smaller or larger than those of the last."""
    squares = defaultdict(list)
    for node, slope in gradients.items():
        squares[frames[node][0]].append(slope * slope)
    sizes = {layer: (sum(found) / len(found)) ** 0.5 for layer, found in squares.items()}
    last, reference = list(sizes.items())[-1] if sizes else ("", 0.0)
    for layer, size in sizes.items():
        if 0.0 < size < VANISHED * reference or size > reference / VANISHED:
            word = "vanish" if size < reference else "explode"
            yield f"gradients {word}: {size:.2g} in {layer}, {reference:.2g} in {last} (root mean square)"
