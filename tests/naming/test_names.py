"""Names: which variable names a Value, and which does not."""

import weakref
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, debug, draw, explain, gradcheck, topological_order
from autograd.naming.names import names_of, with_numbers
from autograd.util.callers import caller_namespace

in_globals = Value(5.0)


def test_variables_of_the_caller_name_values() -> None:
    """Locals and globals of whoever calls give the names, and the Values are as they were."""
    a, b = Value(2.0), Value(3.0)
    total = a * b + in_globals
    assert names_of(total) == {a: "a", b: "b", in_globals: "in_globals", total: "total"}
    assert all(node.label == "" for node in topological_order(total))


def test_a_local_hides_a_global_of_the_same_name() -> None:
    """A global that cannot be reached by its name is not called by it."""
    hidden = globals()["in_globals"]
    in_globals = Value(1.0)  # noqa: F841
    assert names_of([hidden]) == {hidden: "hidden"}


def test_label_wins_over_variable_and_explicit_name_over_both() -> None:
    """Precedence: names=, label, variable; an empty label is no label."""
    a, b, c = Value(1.0, "weight"), Value(2.0, "weight"), Value(3.0, "")
    assert names_of([a, b, c], names={b: "B"}) == {a: "weight", b: "B", c: "c"}


def test_items_of_containers_are_named_by_how_they_are_reached() -> None:
    """Lists, tuples and dicts, two brackets deep; the names are Python that gives the Value."""
    w = [Value(1.0), (Value(2.0), 3.0)]
    by_name = {"a": Value(3.0), 4: Value(4.0), (5, 6): Value(5.0)}
    names = names_of([w[0], w[1][0], *by_name.values()])
    assert list(names.values()) == ["w[0]", "w[1][0]", "by_name['a']", "by_name[4]"]
    assert all(eval(name, {"w": w, "by_name": by_name}) is node for node, name in names.items())


def test_the_first_variable_bound_counts() -> None:
    """A later name, such as one left over from a loop, does not replace it."""
    xs = [Value(1.0), Value(2.0)]
    last = xs[-1]
    assert names_of([last]) == {last: "xs[1]"}


def test_what_ipython_keeps_is_no_name() -> None:
    """`_`, `__`, `_12`, `Out` and whatever starts with an underscore name nothing."""
    a = Value(1.0)
    kept = {"_": a, "__": a, "_12": a, "Out": {12: a}, "_oh": {12: a}, "In": [a], ".0": a}
    assert names_of([a], namespace=kept) == {}
    assert names_of([a], namespace=kept | {"a": a}) == {a: "a"}


def test_numbers_have_no_name() -> None:
    """A number that was made a leaf is nobody's variable, even if one holds an equal number."""
    a, two = Value(1.0), 2.0
    assert list(names_of(a * two).values()) == ["a"]


def test_parameters_are_named_by_their_model() -> None:
    """The model's names win over variables and lose to labels."""
    p, q = Value(1.0), Value(2.0, "mine")
    model = SimpleNamespace(named_parameters=lambda: [("layers.0.weights.1", p), ("layers.0.bias", q)])
    assert names_of([p, q], model=model) == {p: "layers.0.weights.1", q: "mine"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": 3}, "model= takes a model with parameters"),
        ({"names": {"a": Value(1.0)}}, "names= maps Values to text"),
        ({"names": {Value(1.0): 7}}, "names= maps Values to text"),
    ],
)
def test_nonsense_is_refused(options: dict, message: str) -> None:
    """Errors say what was expected."""
    with pytest.raises(TypeError, match=message):
        names_of(Value(1.0), **options)


def test_hostile_containers_do_no_harm() -> None:
    """Containers in themselves, huge ones, and objects whose code must not run are passed over."""

    class Trap(dict):
        def items(self) -> None:
            raise AssertionError

    a = Value(1.0)
    ring: list = [a]
    ring.append(ring)
    things = {"trap": Trap(x=a), "big": [a] * 1_001, "ring": ring}
    assert names_of([a], namespace=things) == {a: "ring[0]"}


def test_numbered_fills_in_computed_values_without_collisions() -> None:
    """v1, v2, … go to computed Values alone, and never to two, nor to a name that is taken."""
    a, v1 = Value(1.0), Value(2.0)
    root = ((a + v1) * 3.0).tanh()
    names = with_numbers(names_of(root), topological_order(root))
    assert [names.get(node) for node in topological_order(root)] == ["a", "v1", "v2", None, "v3", "root"]


@given(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1))
def test_every_variable_is_found(letters: list[str]) -> None:
    """Whatever variables there are, each Value gets its own."""
    namespace = {letter: Value(1.0) for letter in letters}
    expected = {value: name for name, value in namespace.items()}
    assert names_of(expected, namespace=namespace) == expected


def test_caller_namespace_is_that_of_the_caller() -> None:
    """Locals and globals of the function that asks."""
    here = object()
    assert caller_namespace()["here"] is here
    assert caller_namespace()["in_globals"] is in_globals


def test_deep_graph_is_named() -> None:
    """Depth costs nothing."""
    root = x = Value(1.0)
    for _ in range(100_000):
        root = root + x
    assert names_of(root) == {x: "x", root: "root"}


class Pretender:
    """Something that says what it is not, or raises when it is asked."""

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        raise ReferenceError("asked")


class Strict(type):
    """A class of classes that will not be compared."""

    def __eq__(cls, other: object) -> bool:
        raise RuntimeError("compared")

    __hash__ = type.__hash__


class Compared(metaclass=Strict):
    """A thing of such a class."""


def test_looking_for_names_runs_no_code_of_others() -> None:
    """A dead proxy, or anything else that raises when it is touched, may stand among the variables."""
    gone = Compared()
    dead = weakref.proxy(gone)
    del gone
    peculiar, strict, both = Pretender(), Compared(), [dead, Pretender(), {"x": dead}]  # noqa: F841, RUF100
    a = Value(2.0)
    b = a * 3.0
    assert list(names_of(b).values()) == ["a", "b"]
    assert "a" in str(b.steps().run())
    assert draw(b)
    assert explain(a, b).count == 1
    assert gradcheck(b)
    with debug():
        (a * 2.0).backward()
