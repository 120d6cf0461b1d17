"""debug: the first number that is not finite, with the line that made it; diagnose: what ails a model."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from linecache import getline
from math import isfinite
from random import Random
from threading import Lock
from typing import Any

from autograd.core.backprop import line_number, mark_line, topological_order
from autograd.core.functions import weighted_sum
from autograd.core.observers import plainly_observed
from autograd.core.value import Value, grad
from autograd.naming.model_frames import frames_of
from autograd.naming.names import caller_frame, names_of
from autograd.util.forks import in_child

__all__ = ["Diagnosis", "NonFiniteError", "debug", "diagnose", "line_of"]


class NonFiniteError(ArithmeticError):
    """A number that is infinite or NaN, found by `debug`; `node` is the operation that it came from."""

    def __init__(self, message: str, node: Value) -> None:
        super().__init__(message)
        self.node = node


# --- debug ------------------------------------------------------------------------------------------------


class debug(plainly_observed):  # noqa: N801, a context reads as a verb
    """A context in which each operation remembers its source line, and no number is let be infinite or NaN.

    The first that is, a value going forward or a gradient going backward, raises a NonFiniteError that
    names the operation, its operands, and the line.

    >>> x = Value(0.0, "x")
    >>> with debug():
    ...     y = x.log() + 1.0
    Traceback (most recent call last):
    autograd.checks.debug.NonFiniteError: log of x = 0.0 gives -inf
      in <doctest autograd.checks.debug.debug[1]>, line 2: y = x.log() + 1.0
    """

    def __init__(self) -> None:
        super().__init__(check)


def check(node: Value, backward: bool) -> Value:
    """Look at a node that has been made, or has passed its gradient on."""
    if backward:
        check_gradients(node)
        return node
    line = caller_line()
    mark_line(node, number_of(line))
    if not isfinite(node.data):
        operation = f"{node.op} of {operands(node)}" if node.inputs else "an operation"
        raise NonFiniteError(f"{operation} gives {node.data}\n  in {line}", node)
    return node


def check_gradients(node: Value) -> None:
    """Raise where a gradient of a node, or one that it passed on, is not finite."""
    line = line_of(node)
    where = f"\n  computed in {line}" if line else ""
    if not isfinite(node.grad):
        raise NonFiniteError(f"the gradient of {called(node)} is {node.grad}{where}", node)
    for i, (value, slope) in enumerate(zip(node.inputs, node.local_derivatives, strict=True)):
        if not isfinite(value.grad):
            raise NonFiniteError(
                f"{node.op} of {operands(node)} makes the gradient of its input {i}, {called(value)}, "
                f"{value.grad}: upstream {node.grad!r} × local derivative {slope!r}{where}",
                node,
            )


def operands(node: Value) -> str:
    """The inputs of a node by name, with their numbers; of many, some."""
    shown = [called(value) for value in node.inputs[:8]]
    return ", ".join([*shown, "…"] if len(node.inputs) > 8 else shown)


def called(node: Value) -> str:
    """A node by its name, where it has one, and its number."""
    name = names_of([node]).get(node) or node.op
    return f"{name} = {node.data!r}" if name else repr(node.data)


def caller_line() -> str:
    """The file, number and text of the line outside these packages that is being run."""
    frame = caller_frame()
    if frame is None:
        return "no Python code"
    file, number = frame.f_code.co_filename, frame.f_lineno
    text = getline(file, number, frame.f_globals).strip()
    return f"{file}, line {number}" + (f": {text}" if text else "")


lines: list[str] = []  # those that have been met: a node remembers the number of its own, from 1 on
numbers: dict[str, int] = {}
one_line = Lock()


def renew() -> None:
    """In a forked child: no other thread is writing down a line."""
    global one_line
    one_line = Lock()


in_child(renew)


def number_of(line: str) -> int:
    """The number of a line."""
    with one_line:
        if line not in numbers:
            lines.append(line)
            numbers[line] = len(lines)
        return numbers[line]


def line_of(node: Value) -> str | None:
    """The file, number and text of the line that computed a Value, if that was under `debug`.

    >>> with debug():
    ...     y = Value(2.0) * 3.0
    >>> line_of(y), line_of(Value(1.0))
    ('<doctest autograd.checks.debug.line_of[0]>, line 2: y = Value(2.0) * 3.0', None)
    """
    number = line_number(node)
    return lines[number - 1] if number else None


# --- diagnose ---------------------------------------------------------------------------------------------

FLAT = 1e-2  # a unit whose slope stays below this does not learn
VANISHED = 1e-3  # the gradients of a layer beside those of the last

FLAT_IS = {"relu": "dead", "tanh": "saturated", "sigmoid": "saturated", "softplus": "dead"}


class Diagnosis(tuple[str, ...]):
    """What `diagnose` found, a sentence each; printed, it is a list."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"- {finding}" for finding in self) or "nothing to point at"


def diagnose(
    subject: Any, examples: Iterable[Sequence[Value | float]] | None = None, *, model: Any = None
) -> Diagnosis:
    """List what a teacher would point at in a model run on `examples`, or in the graph under a Value.

    That is: units that are dead or saturated on every example, parameters that no gradient reaches,
    numbers that are not finite, gradients that vanish or explode from layer to layer. For a loss, say
    which `model` it is of to have its layers told apart. Every `.grad` stays as it is.

    >>> x, w = Value(1.0, "x"), Value(-2.0, "w")
    >>> diagnose((w * x).relu())
    - relu = 0: the relu is dead, its slope at most 0 wherever used
    - no gradient reaches w, x
    """
    if isinstance(subject, Value):
        if examples is not None:
            raise TypeError("diagnose of a Value takes no examples: they are in its graph")
        return findings(subject, model)
    if not hasattr(subject, "named_parameters"):
        raise TypeError(f"diagnose takes a Value or a model with named_parameters(), not {subject!r}")
    if not examples:
        raise TypeError("diagnose of a model needs examples: a list of the inputs to run it on")
    results = [subject(example) for example in examples]
    outputs = [y for result in results for y in (result if isinstance(result, list) else [result])]
    random = Random(0)  # any weights will do that let no two gradients cancel
    return findings(weighted_sum([random.uniform(1, 2) for _ in outputs], outputs), subject)


def findings(root: Value, model: Any) -> Diagnosis:
    """What there is to say of the graph under `root`."""
    order = topological_order(root)
    named = {} if model is None else {value: name for name, value in model.named_parameters().items()}
    names, frames = names_of([*order, *named], model=model), frames_of(order, named, model)
    parameters = list(named) or [node for node in order if node.is_leaf and node in names]
    gradients = dict(zip([*order, *named], grad(root, [*order, *named]), strict=True))
    return Diagnosis(
        [
            *not_finite(order, names),
            *flat_units(order, frames),
            *unreached([names[value] for value in parameters if gradients[value] == 0.0], len(parameters)),
            *vanishing({node: gradients[node] for node in frames if not node.is_leaf}, frames),
        ]
    )


def not_finite(order: list[Value], names: Mapping[Value, str]) -> Iterator[str]:
    """The first number that is not finite."""
    for node in order:
        if not isfinite(node.data):
            yield f"{names.get(node, node.op or 'a leaf')} is {node.data}, the first that is not finite"
            return


def flat_units(order: list[Value], frames: Mapping[Value, tuple[str, ...]]) -> Iterator[str]:
    """Units whose activation has no slope to speak of, on any example."""
    slopes = defaultdict(list)
    for node in order:
        if node.op in FLAT_IS:
            place = " of ".join(reversed(frames[node])) if node in frames else f"{node.op} = {node.data:g}"
            slopes[place, node.op].append(node.local_derivatives[0])
    for (place, op), found in slopes.items():
        if all(slope < FLAT for slope in found):
            yield f"{place}: the {op} is {FLAT_IS[op]}, its slope at most {max(found):.1g} wherever used"


def unreached(missed: list[str], count: int) -> Iterator[str]:
    """Parameters whose gradient is 0, out of so many."""
    if missed:
        more = f", … ({len(missed)} of {count} parameters)" if len(missed) > 8 else ""
        yield f"no gradient reaches {', '.join(missed[:8])}{more}"


def vanishing(gradients: Mapping[Value, float], frames: Mapping[Value, tuple[str, ...]]) -> Iterator[str]:
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
