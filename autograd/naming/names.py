"""Names for Values, taken from the caller's variables; the Values themselves stay as they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from autograd.core.backprop import topological_order
from autograd.core.value import Value
from autograd.naming.notation import format_number
from autograd.util.callers import caller_namespace
from autograd.util.text import legible

__all__ = ["all_names", "is_number", "model_that_names", "names_of", "numbered", "with_numbers"]

DEEPEST = 2  # how many brackets a name may have: x[0][1]
LONGEST = 1_000  # a longer list is data, not something to name
NOT_NAMES = ("In", "Out")  # where IPython keeps what was typed and shown; its others start with _


def names_of(
    nodes: Value | Iterable[Value],
    *,
    names: Mapping[Value, str] | None = None,
    model: Any = None,
    namespace: Mapping[str, Any] | None = None,
) -> dict[Value, str]:
    """A name for each of `nodes` (all under it, if it is one Value) that has one; the others are left out.

    The first of these that knows a name gives it: `names`; the Value's own label;
    `model.named_parameters()`; the variables of `namespace`, by default those of whoever called into
    this package, locals before globals. A variable names the Value it holds, or those in a list, tuple or
    dict that it holds: `w[0]`. Of two variables the one that was bound first counts; names that start
    with an underscore do not.

    >>> a, w = Value(2.0), [Value(3.0), Value(4.0)]
    >>> L = a * w[1]
    >>> list(names_of(L).values())
    ['a', 'w[1]', 'L']
    """
    wanted = topological_order(nodes) if isinstance(nodes, Value) else list(nodes)
    variables = caller_namespace() if namespace is None else namespace
    found = {value: name for name, value in names_of_variables(variables)}
    found |= {value: name for name, value in names_of_parameters(model)}
    found |= {node: node.label for node in wanted if node.label}
    found |= check_names(names or {})
    return {node: found[node] for node in wanted if node in found}


def with_numbers(names: Mapping[Value, str], nodes: Iterable[Value]) -> dict[Value, str]:
    """`names`, and v1, v2, … for each computed Value of `nodes` that has none.

    >>> a = Value(2.0)
    >>> L = (a * 3.0 + 1.0).tanh()
    >>> list(with_numbers(names_of(L), topological_order(L)).values())
    ['a', 'L', 'v1', 'v2']
    """
    taken = set(names.values())
    fresh = (name for i in count(1) if (name := f"v{i}") not in taken)
    unnamed = [node for node in nodes if not node.is_leaf and node not in names]
    return {**names, **dict(zip(unnamed, fresh, strict=False))}


def all_names(nodes: Sequence[Value], model: Any = None) -> dict[Value, str]:
    """A name for each of `nodes`, none too long: as in `names_of`, else v1, v2, …; a leaf's is its number.

    >>> a = Value(2.0)
    >>> list(all_names(topological_order(a * 3.0 + 1.0)).values())
    ['a', '3', 'v1', '1', 'v2']
    """
    given = with_numbers(names_of(nodes, model=model), nodes)
    return {node: legible(given.get(node) or format_number(node.data)) for node in nodes}


def is_number(node: Value, name: str) -> bool:
    """Whether a leaf goes by its number, for want of a name: `2`, or where there are several `2 #1`."""
    return node.is_leaf and name.partition(" #")[0] == format_number(node.data)


def numbered(names: Mapping[Value, str]) -> dict[Value, str]:
    """The leaves that go by the same number as another, told apart: `2 #1`, `2 #2`.

    >>> a, b = Value(2.0), Value(2.0)
    >>> list(numbered({a: "2", b: "2", a * b: "v1"}).values())
    ['2 #1', '2 #2']
    """
    same: dict[str, list[Value]] = {}
    for node, name in names.items():
        if is_number(node, name):
            same.setdefault(name, []).append(node)
    return {
        node: f"{name} #{i}"
        for name, nodes in same.items()
        if len(nodes) > 1
        for i, node in enumerate(nodes, 1)
    }


def model_that_names(nodes: Iterable[Value], namespace: Mapping[str, Any]) -> str | None:
    """The variable that holds a model whose parameters are among `nodes`; None if none does."""
    wanted = set(nodes)
    for variable, thing in namespace.items() if wanted else ():
        if type(variable) is not str or not callable(getattr(type(thing), "named_parameters", None)):
            continue
        try:
            parameters = dict(thing.named_parameters()).values()
        except Exception:  # a model that cannot say its parameters names none
            continue
        if any(isinstance(value, Value) and value in wanted for value in parameters):
            return variable
    return None


def names_of_variables(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """Each name and the Value that it stands for, the first name of a Value last: in a dict, it wins."""
    for name, thing in reversed(list(namespace.items())):
        if type(name) is str and name.isidentifier() and not name.startswith("_") and name not in NOT_NAMES:
            yield from values_in_variable(thing, name, DEEPEST)


def values_in_variable(thing: Any, name: str, depth: int) -> Iterator[tuple[str, Value]]:
    """The Values in a variable, each by how it is reached from there. No code but Python's own runs."""
    kind: Any = type(thing)  # not isinstance, which asks a thing for its __class__
    if kind is Value:
        yield name, thing
    elif depth and (kind is list or kind is tuple or kind is dict) and len(thing) <= LONGEST:
        items = list(thing.items() if kind is dict else enumerate(thing))
        for key, item in reversed(items):
            if type(key) is int or type(key) is str:
                yield from values_in_variable(item, f"{name}[{key!r}]", depth - 1)


def names_of_parameters(model: Any) -> list[tuple[str, Value]]:
    """What a model calls its parameters."""
    if model is None:
        return []
    if hasattr(model, "named_parameters"):
        return list(dict(model.named_parameters()).items())
    if not callable(getattr(model, "parameters", None)):
        raise TypeError(f"model= takes a model with parameters(), not {legible(type(model).__name__)}")
    return [(f"p{i}", parameter) for i, parameter in enumerate(model.parameters())]


def check_names(names: Mapping[Value, str]) -> Mapping[Value, str]:
    """The names that a user gave, which must be text, for Values."""
    for value, name in names.items():
        if not isinstance(value, Value) or not isinstance(name, str):
            raise TypeError(f"names= maps Values to text, as in {{a: 'a'}}, not {value!r} to {name!r}")
    return names
