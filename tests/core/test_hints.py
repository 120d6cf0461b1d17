"""Names of other engines: micrograd's work, the others say what to write here; on both engines alike."""

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from engines import IMPORTED, INTERPRETED

import autograd
from autograd import Value
from autograd.core import composed, functions
from autograd.core.hints import HINTS, OWN_OPERATION
from autograd.util.suggestions import ARGUMENTS_OF_GRAPHS

ENGINES = [IMPORTED, *([] if IMPORTED is INTERPRETED else [INTERPRETED])]


@pytest.mark.parametrize("name", HINTS)
def test_what_a_value_does_not_have(name: str) -> None:
    """Read, set or deleted, it says what to do; it is not among the attributes."""
    for engine in ENGINES:
        v = engine.autograd.Value(2.0)
        for use in (
            lambda v=v: getattr(v, name),
            lambda v=v: setattr(v, name, 0.0),
            lambda v=v: delattr(v, name),
        ):
            with pytest.raises(AttributeError) as error:
                use()
            assert str(error.value) == f"a Value has no attribute {name!r}: {HINTS[name]}"
        assert not hasattr(v, name)
        assert name not in dir(v)


def test_functions_that_are_no_methods() -> None:
    """Each function of one number is a method, or its name says that it is not."""
    for name in (*functions.__all__, *composed.__all__):
        takes = [
            p for p in inspect.signature(getattr(autograd, name)).parameters.values() if p.default is p.empty
        ]
        if len(takes) == 1 and f"__{name.removesuffix('ate')}__" not in dir(Value):
            assert hasattr(Value, name) or HINTS[name].startswith(f"write autograd.{name}(v")


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_micrograds_names(engine: Any) -> None:
    """The inputs as a set, the operation, and one node's step of the backward pass."""
    a, b = engine.autograd.Value(2.0), engine.autograd.Value(-3.0)
    c = a * b
    d = c + c
    assert (d._prev, c._prev, a._prev) == ({c}, {a, b}, set())
    assert (c._op, d._op, a._op) == ("*", "+", "")
    d.grad = 1.0
    for node in (d, c, a):
        node._backward()
    assert (c.grad, a.grad, b.grad) == (2.0, -6.0, 4.0)
    d.zero_grad()
    assert [v.grad for v in (a, b, c, d)] == [0.0] * 4
    d.grad = 1.0
    d.propagate()
    assert c.grad == 2.0


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_an_operation_of_ones_own(engine: Any) -> None:
    """As micrograd writes one, it is met with the lines of a primitive; a class cannot be changed."""
    Kind, x = engine.autograd.Value, engine.autograd.Value(1.0)
    for wrong in (
        lambda: Kind(0.5, (x,), "sin"),
        lambda: Kind(0.5, (x,)),
        lambda: Kind(0.5, _children=(x,), _op="sin"),
    ):
        with pytest.raises(TypeError, match=r"makes a leaf; (.|\n)*@autograd\.primitive\n    def sine\(x\):"):
            wrong()
    for change, error in (
        (lambda: setattr(Kind, "sin", abs), r"Value\.sin cannot be set; "),
        (lambda: type("Mine", (Kind,), {}), "no class can be made of Value; "),
        (lambda: type("Mine", (Other, Kind), {}), "no class can be made of Value; "),
    ):
        with pytest.raises(TypeError, match=error + OWN_OPERATION.partition("\n")[0]) as caught:
            change()
        assert str(caught.value).endswith(OWN_OPERATION)
    with pytest.raises(TypeError, match=r"Value\.sin cannot be deleted"):
        del Kind.sin
    with pytest.raises(TypeError, match="expected a number, got None: a gradient is set to 0"):
        x.grad = None


class Other:
    """A class that could be mixed in."""


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_the_class_is_known_as_ever(engine: Any) -> None:
    """Its own type is none that Python makes by itself; what asks a class finds what it looks for."""
    Kind = engine.autograd.Value
    assert (Kind.__module__, Kind.__qualname__, repr(Kind)) == (
        "autograd.core.value",
        "Value",
        "<class 'autograd.core.value.Value'>",
    )
    assert isinstance(Kind, type)
    assert str(Kind | None) == "autograd.core.value.Value | None"
    assert (Kind.__doc__ or "").startswith("A number in a computation graph.")
    assert copy.deepcopy(Kind) is copy.copy(Kind) is Kind
    if engine is IMPORTED:
        assert pickle.loads(pickle.dumps(Kind)) is Kind


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (
            lambda a, y: y.backward(retain_graph=True),
            "backward has no argument 'retain_graph': write no argument",
        ),
        (
            lambda a, y: y.backward(create_graph=True),
            r"'create_graph': write grad\(y, x, create_graph=True\)",
        ),
        (lambda a, y: y.backward(gradent=2.0), "'gradent': did you mean 'gradient'"),
        (lambda a, y: a.Value(2.0, requires_grad=True), "'requires_grad': every Value has a gradient"),
        (lambda a, y: a.grad(y, y, retain_graph=True), "grad has no argument 'retain_graph'"),
        (lambda a, y: a.grad(outputs=y, inputs=y), "grad has no argument 'outputs': write output"),
        (
            lambda a, y: a.softmax([y], dim=-1),
            "softmax has no argument 'dim': write no argument: it is of one",
        ),
        (lambda a, y: a.log_softmax([y], axis=-1), "log_softmax has no argument 'axis'"),
        (lambda a, y: a.clip(y, min=0.0), "clip has no argument 'min': write low"),
        (lambda a, y: a.draw(y, rankdir="LR"), "draw has no argument 'rankdir': write direction="),
        (lambda a, y: a.gradcheck(y, eps=1e-3), "gradcheck has no argument 'eps': write tolerance"),
        (lambda a, y: a.Tape(y, batch_size=3), "Tape has no argument 'batch_size': write no argument"),
        (lambda a, y: a.play(y, fowrard=False), "did you mean 'forward'"),
        (lambda a, y: a.explain(y, y, depth=2), "explain has no argument 'depth': write limit"),
        (lambda a, y: a.hessian(abs, [y]), "expected a Value, got <built-in"),
        (lambda a, y: a.hessian(lambda x: x, [y]), r"expected a Value, got <function .*call it first, as in"),
    ],
)
def test_named_arguments_of_other_engines(use: Callable[[Any, Any], Any], message: str) -> None:
    """What a function has no name for is answered with what to write; on both engines alike."""
    for engine in ENGINES:
        with engine, pytest.raises(TypeError, match=message):
            use(engine.autograd, engine.autograd.Value(2.0) * 3.0)


@pytest.mark.parametrize("name", ARGUMENTS_OF_GRAPHS)
def test_each_named_argument(name: str) -> None:
    """Where a function does not have it, the answer is what stands in the table."""
    with pytest.raises(TypeError) as error:
        (Value(2.0) * 3.0).backward(**{name: 1})  # type: ignore[arg-type]
    assert str(error.value) == f"backward has no argument {name!r}: write {ARGUMENTS_OF_GRAPHS[name]}"


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_the_signature(engine: Any) -> None:
    """What a Value is made of can be asked for, compiled too."""
    assert list(inspect.signature(engine.autograd.Value).parameters) == ["data", "label"]


OTHER: dict[str, Any] = {"__name__": "elsewhere.engine"}
exec(
    """
class Value:
    def __init__(self, data): self.data = data
    def __repr__(self): return f"Value(data={self.data})"
    def __rmul__(self, other): return Value(other)
    __radd__ = __rmul__
""",
    OTHER,
)


@pytest.mark.parametrize(
    "use",
    [
        lambda v, other: v * other,
        lambda v, other: v + other,
        lambda v, other: autograd.draw(other),
        lambda v, other: autograd.topological_order(other),
    ],
)
def test_two_engines_are_not_mixed(use: Callable[[Any, Any], Any]) -> None:
    """The Value of another engine would take ours for a number: its module is named."""
    message = (
        r"the Value of another engine \(elsewhere\.engine\), Value\(data=3\.0\): make one here of its \.data"
    )
    with pytest.raises(TypeError, match=message):
        use(Value(2.0), OTHER["Value"](3.0))


def test_other_operands_are_still_asked() -> None:
    """A class of another name may do what it likes with a Value."""

    class Vector:
        def __rmul__(self, other: Value) -> str:
            return "mine"

    assert Value(2.0) * Vector() == "mine"
    assert pickle.loads(pickle.dumps(Value(2.0))).data == 2.0
