"""What a page needs to train a model: one example's program, the numbers of all, the network's shape."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd import Value
from autograd.internal import (
    UntranslatableError,
    WiringError,
    json_number,
    legible,
    record,
    topological_order,
)
from nn.checks import is_list
from nn.comparison import outputs
from nn.eager import Measure
from nn.groups import Group
from nn.optim import Optimizer
from nn.page.moves import moves_of
from nn.page.shape import shape_of
from nn.replay import TapeMeasure

__all__ = ["Recording", "record_network"]

MOST_CLASSES = 10
MOST_PARAMETERS = 5_000
MOST_NUMBERS = 2_000_000  # in the examples
LONGEST_TITLE = 200  # characters

Examples = tuple[list[Any], list[Any]]


class Recording(NamedTuple):
    """What training.js takes: `network` is plain data for JSON, `rules` and `moves` are JavaScript."""

    network: dict[str, Any]
    rules: str
    moves: str


def record_network(
    model: Callable[[Any], Any],
    training: Examples,
    held_out: Examples,
    loss: Measure,
    optimizer: Optimizer,
    parameters: Sequence[Value],
) -> Recording:
    """The program of the loss of one example, with the numbers of each, and how the optimizer moves.

    A model or loss that a page cannot compute is a ValueError that says why.
    """
    if len(parameters) > MOST_PARAMETERS:
        raise ValueError(
            f"the model has {len(parameters):,} parameters, and a page shows at most {MOST_PARAMETERS:,}"
        )
    try:
        moves = moves_of(optimizer)
        example = Example(model, training, held_out, loss, parameters)
    except (UntranslatableError, WiringError) as reason:
        said = str(reason).removeprefix("engine='tape' cannot replay the examples: ")
        raise ValueError(f"a page cannot train this: {said}") from None
    recorded = record(example.loss, example.order, lanes=True)
    if recorded.program["fixed"]:
        why = next(iter(recorded.program["fixed"].values()))
        raise ValueError(f"a page cannot train this: {why}")
    own = names_of_parameters(model, parameters)
    names = names_of_ends(example, training[1]) | own
    network = {
        "program": recorded.program,
        "optimizer": moves.state,
        "moved": [list(parameters).index(parameter) for parameter in optimizer.parameters],
        "parameters": [
            {"name": name, "place": example.places.get(p), "data": json_number(p.data)}
            for p, name in own.items()
        ],
        **examples_as_plain(example, training[1], held_out[1], names),
        "loss": legible(str(getattr(loss, "__name__", "loss"))),
        "model": title_of(model),
        "shape": shape_of(example.order, example.loss, model, own, names),
    }
    return Recording(network, recorded.rules, moves.script)


def title_of(model: Any) -> str:
    """What a page is called: a model with its sizes, or a function by its name."""
    name = model if hasattr(model, "architecture") else getattr(model, "__name__", "model")
    return legible(str(name), LONGEST_TITLE)


class Example:
    """One example's loss with its leaves told apart, and the numbers that all examples have for them.

    Inputs are given to the model as Values, so that it is known which leaves they are. `places` says where
    a node stands in `order`. `columns` are the leaves whose number an example brings, inputs first; `rows`
    has, by example, a number for each. What tells examples that cannot be replayed is TapeMeasure, as in
    `train`.
    """

    def __init__(
        self,
        model: Callable[[Any], Any],
        training: Examples,
        held_out: Examples,
        loss: Measure,
        parameters: Sequence[Value],
    ) -> None:
        all_inputs, all_targets = training[0] + held_out[0], training[1] + held_out[1]
        measure = replayed(model, all_inputs, all_targets, loss, parameters)
        given = with_values(all_inputs[0])
        self.flat = not is_list(given)
        self.inputs = values_in(given)
        prediction = model(given)
        self.loss = loss(prediction, all_targets[0])
        self.order = topological_order(self.loss)
        self.places = {node: place for place, node in enumerate(self.order)}
        self.predictions = [node for node in outputs(prediction) if node in self.places]
        if not self.predictions:
            raise WiringError("the loss is not computed from what the model returns")
        group = measure.groups[0]
        self.columns, own = self.varying_leaves(group)
        if len(all_inputs) * len(self.columns) > MOST_NUMBERS:
            raise WiringError(f"the examples have more than {MOST_NUMBERS:,} numbers")
        starts = [len(group.wiring.own) * row for row in measure.rows]
        offsets = [own[leaf] for leaf in self.columns]
        self.rows = [[json_number(group.numbers[start + offset]) for offset in offsets] for start in starts]

    def varying_leaves(self, group: Group) -> tuple[list[Value], dict[Value, int]]:
        """The leaves whose number an example brings, inputs first; where a row has each leaf of its own."""
        if group.chosen or group.wiring.twins:
            raise WiringError("examples choose which Values they take: let examples be numbers")
        here: Any = group.wiring.match(self.loss)
        own = [here[place] for place in group.wiring.own]
        varying = {own[column] for column in group.inputs.numeric}
        brought = [x for x in self.inputs if x in self.places]
        under = {leaf for node in self.predictions for leaf in topological_order(node)}
        self.by_inputs = all(leaf in set(self.inputs) for leaf in varying & under)
        others = [leaf for leaf in own if leaf in varying and leaf not in set(brought)]
        return brought + others, {leaf: place for place, leaf in enumerate(own)}


def replayed(
    model: Callable[[Any], Any],
    inputs: list[Any],
    targets: list[Any],
    loss: Measure,
    parameters: Sequence[Value],
) -> TapeMeasure:
    """All examples on one tape, with the inputs as Values; a WiringError where that is not the same."""

    def of_values(x: Any) -> Any:
        return model(with_values(x))

    measure = TapeMeasure(
        of_values, loss, None, inputs, targets,
        parameters=list(parameters), insists=True, wary=False, most=1, pool=[],
    )  # fmt: skip
    measure.alone()
    return measure


def examples_as_plain(
    example: Example, targets: Sequence[Any], held_out: Sequence[Any], names: dict[Value, str]
) -> dict[str, Any]:
    """The numbers of all examples, what they are called, and what the network is to say of them."""
    return {
        "inputs": [{"name": names[x], "place": example.places.get(x)} for x in example.inputs],
        "flat": example.flat,
        "predictions": [example.places[output] for output in example.predictions],
        "columns": [example.places[leaf] for leaf in example.columns],
        "rows": example.rows[: len(targets)],
        "targets": [as_plain(target) for target in targets],
        "heldOut": {
            "rows": example.rows[len(targets) :],
            "targets": [as_plain(target) for target in held_out],
        },
        "task": task_of(example, [*targets, *held_out]),
    }


def with_values(x: Any) -> Any:
    """The input of a model with fresh Values in the place of its numbers."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    if isinstance(x, Value):
        raise TypeError("the inputs of live are Values: let examples be numbers")
    return [with_values(part) for part in x] if is_list(x) else Value(x)


def values_in(given: Any) -> list[Value]:
    """The Values in an input, in order."""
    return [value for part in given for value in values_in(part)] if is_list(given) else [given]


def as_plain(target: Any) -> Any:
    """A target as JSON has it: a number, or a list."""
    target = target.tolist() if hasattr(target, "tolist") else target
    if is_list(target):
        return [as_plain(part) for part in target]
    if isinstance(target, bool):
        return int(target)  # true is no 1 in JavaScript
    return json_number(target) if isinstance(target, int | float) else legible(str(target))


def task_of(example: Example, targets: Sequence[Any]) -> dict[str, Any]:
    """What the targets are: classes, and where they part; or numbers, and which column holds them.

    Two classes of one output part at 0 where the loss takes a logit or a score, else midway between their
    targets. A class is learned by the row of the first example that has it.
    """
    plains = [as_plain(target) for target in targets]
    known = sorted({x for x in plains if isinstance(x, int | float)})
    numbers = all(isinstance(x, int | float) for x in plains)
    count = len(example.predictions)
    task: dict[str, Any] = {"kind": "none", "byInputs": example.by_inputs}
    if numbers and count > 1 and all(float(x).is_integer() and 0 <= x < count for x in known):
        task |= {"kind": "several", "classes": list(range(count))}
    elif numbers and count == 1 and len(known) == 2:
        task |= {"kind": "two", "classes": known, "threshold": threshold(example, known)}
    elif numbers and count == 1:
        task |= {"kind": "number"}
    first = {
        target: row for target, row in zip(reversed(plains), reversed(example.rows), strict=True) if numbers
    }
    task["learned"] = [[target, first[target]] for target in task.get("classes", []) if target in first]
    columns = range(sum(x in set(example.order) for x in example.inputs), len(example.columns))
    of_target = [i for i in columns if all(row[i] == x for row, x in zip(example.rows, plains, strict=True))]
    task["target"] = of_target[0] if of_target and len(columns) == len(of_target) else None
    return task


def threshold(example: Example, known: Sequence[float]) -> float:
    """The prediction at which one class ends and the other begins."""
    operations = {node.primitive.name for node in example.order if node.primitive is not None}
    of_logit = "binary_cross_entropy" in operations
    return 0.0 if of_logit or known[0] == -known[1] else (known[0] + known[1]) / 2.0


def names_of_parameters(model: Any, parameters: Sequence[Value]) -> dict[Value, str]:
    """What the model calls each parameter, each part of its path as it is shown; else its label or number."""
    has_names = hasattr(model, "named_parameters")
    named = {value: name for name, value in model.named_parameters().items()} if has_names else {}
    names = {p: named.get(p) or p.label or f"parameter {i}" for i, p in enumerate(parameters)}
    return {p: ".".join(map(legible, name.split("."))) for p, name in names.items()}


def names_of_ends(example: Example, targets: Sequence[Any]) -> dict[Value, str]:
    """What goes in and comes out: `x[0]`, `output`; `target` are the leaves that hold it."""
    inputs = numbered("x", example.inputs, example.flat)
    outputs = numbered("output", example.predictions, len(example.predictions) == 1)
    of_target = [leaf for leaf in example.columns if leaf not in inputs and leaf.data == targets[0]]
    return outputs | inputs | dict.fromkeys(of_target, "target")


def numbered(name: str, values: Sequence[Value], alone: bool) -> dict[Value, str]:
    """Values by one name and their number."""
    return {value: name if alone else f"{name}[{i}]" for i, value in enumerate(values)}
