# cython: annotation_typing=False, infer_types=True
"""Value: a number that remembers how it was computed, and so can be differentiated.

Read from the top, then backprop.py, this is a lesson on backpropagation. A Value keeps three things: its
data, its inputs, and the local derivative by each input, taken when it was computed. That is the whole
graph. (The C types are in value.pxd.)
"""

from typing import TYPE_CHECKING, Any, Never

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
    from autograd.stepping.stepper import Stepper
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from autograd.core import backprop, nodes, primitives, rules
    from autograd.core.nodes import Node, inputs_of, new_node, node_of_one, node_of_two, slopes_of
    from autograd.core.operands import as_number, converted
else:
    from cython.cimports.autograd.core import backprop, nodes, primitives, rules
    from cython.cimports.autograd.core.nodes import (
        Node,
        inputs_of,
        new_node,
        node_of_one,
        node_of_two,
        slopes_of,
    )
    from cython.cimports.autograd.core.operands import as_number, converted

from collections.abc import Callable

from autograd.core import hints
from autograd.core.backprop import as_node, topological_order
from autograd.core.nodes import fix
from autograd.core.operands import is_number, no_operand
from autograd.core.primitives import Primitive, power_of
from autograd.util.arguments import unknown_argument

Label = str | None


@cython.no_gc
@cython.final
@cython.cclass
class Value(Node):
    """A number in a computation graph.

    Arithmetic on Values makes new ones, which know their `inputs` and the `local_derivatives` by them.
    After `backward()` on a result, `grad` is the derivative of that result by this Value.

    data: the number; a float, an int or a NumPy scalar, not a Value.
    label: a name for people, which drawings and steps show; None or "" for none.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> c = a * b
    >>> c.backward()
    >>> c, a.grad, b.grad
    (Value(-6.0, grad=1.0), -3.0, 2.0)
    """

    if not cython.compiled:
        __slots__ = ()

    def __init__(
        self, data: float, label: Label = None, _op: str = "", _children: Any = (), requires_grad: None = None
    ) -> None:
        if self._primitive is not None:
            raise TypeError(f"a computed Value ({self._primitive.op}) is not made again")
        if _op or _children or requires_grad is not None or isinstance(label, (tuple, set)):
            raise TypeError(hints.NO_GRADIENT_IS_ASKED if requires_grad is not None else hints.LEAF_ONLY)
        self._data = as_number(data)
        self.label = label

    @property
    def data(self) -> float:
        """The number. That of a leaf can be set; that of a computed Value follows from its inputs."""
        return read(self)

    @data.setter
    def data(self, data: float) -> None:
        if self._primitive is not None:
            raise AttributeError(f"data of a computed Value ({self.op}) cannot be set: set that of a leaf")
        self._data = as_number(data)

    @property
    def grad(self) -> float:
        """The derivative of the last result by this Value; leaves add up until it is set to 0."""
        if backprop.noticed:
            backprop.notice(self)
        if self._line >= backprop.LOST and hints.warn_of_lost_gradients():
            self._line -= backprop.LOST
        return self._grad

    @grad.setter
    def grad(self, grad: float) -> None:
        if grad is None:
            raise TypeError("expected a number, got None: a gradient is set to 0.0")
        self._grad = as_number(grad)
        if self._line >= backprop.LOST:
            self._line -= backprop.LOST

    @property
    def label(self) -> str:
        """A name, for people: drawings and steps show it; `""` where none is set."""
        return nodes.label_of(self) or ""

    @label.setter
    def label(self, label: Label) -> None:
        if label is not None and not isinstance(label, str):
            raise TypeError(f"a label is text, not {label!r}")
        nodes.set_label(self, str(label) if label else None)

    @property
    def op(self) -> str:
        """How the operation that made it is written: `"*"`, `"tanh"`; `""` for a leaf."""
        return "" if self._primitive is None else self._primitive.op

    @property
    def primitive(self) -> Primitive | None:
        """The primitive that made it; None for a leaf."""
        return self._primitive

    @property
    def is_leaf(self) -> bool:
        """Whether it was made from a number, not computed from other Values."""
        return self._primitive is None

    @property
    def inputs(self) -> tuple["Value", ...]:
        """The Values it was computed from, in order; one that was used twice is there twice."""
        inputs = inputs_of(self)
        return tuple([cython.cast(Value, inputs[i]) for i in range(self._count)])

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        """The derivative of this Value by each of its inputs, as recorded."""
        read(self)
        slopes = slopes_of(self)
        return tuple([slopes[i] for i in range(self._count)])

    # --- Recording: an operation is a primitive applied to Values --------------------------------------

    def __add__(self, other: Any) -> "Value":
        return apply_two(primitives.ADD, self, other)

    def __radd__(self, other: Any) -> "Value":
        if type(other) is int and other == 0:  # where sum() starts
            return self
        return apply_two(primitives.ADD, other, self)

    def __sub__(self, other: Any) -> "Value":
        return apply_two(primitives.SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> "Value":
        return apply_two(primitives.SUBTRACT, other, self)

    def __mul__(self, other: Any) -> "Value":
        return apply_two(primitives.MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> "Value":
        return apply_two(primitives.MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> "Value":
        return apply_two(primitives.DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> "Value":
        return apply_two(primitives.DIVIDE, other, self)

    def __pow__(self, other: Any, modulo: None = None) -> "Value":
        if modulo is not None:
            return NotImplemented
        if isinstance(other, Value) or not (isinstance(other, float) or is_number(other)):
            return apply_two(primitives.POWER, self, other)
        exponent = as_number(other)
        data, slope = rules.raise_to(self._data, exponent)
        return record_one(power_of(exponent), self, data, slope)

    def __rpow__(self, other: Any, modulo: None = None) -> "Value":
        return NotImplemented if modulo is not None else apply_two(primitives.POWER, other, self)

    def __neg__(self) -> "Value":
        return apply_one(primitives.NEGATE, self)

    def __pos__(self) -> "Value":
        return self

    def __abs__(self) -> "Value":
        return apply_one(primitives.ABSOLUTE, self)

    def exp(self) -> "Value":
        """eˣ."""
        return apply_one(primitives.EXP, self)

    def log(self) -> "Value":
        """The natural logarithm; −inf at 0, NaN below."""
        return apply_one(primitives.LOG, self)

    def sqrt(self) -> "Value":
        """√x; NaN below 0."""
        return apply_one(primitives.SQRT, self)

    def sin(self) -> "Value":
        """sin x, x in radians."""
        return apply_one(primitives.SIN, self)

    def cos(self) -> "Value":
        """cos x, x in radians."""
        return apply_one(primitives.COS, self)

    def tanh(self) -> "Value":
        """The hyperbolic tangent: squashes to −1 … 1."""
        return apply_one(primitives.TANH, self)

    def sigmoid(self) -> "Value":
        """1 / (1 + e⁻ˣ): squashes to 0 … 1."""
        return apply_one(primitives.SIGMOID, self)

    def relu(self) -> "Value":
        """max(x, 0); its derivative at 0 is 0."""
        return apply_one(primitives.RELU, self)

    def softplus(self) -> "Value":
        """ln(1 + eˣ), a smooth relu."""
        return apply_one(primitives.SOFTPLUS, self)

    # --- The backward pass: see backprop.py ----------------------------------------------------------------

    def backward(self, gradient: float = 1.0, **unknown: Never) -> None:
        """Add the derivative of this Value (times `gradient`) by each leaf under it to that leaf's `grad`.

        Computed Values get the gradient of this pass alone; leaves add up over passes until zeroed.

        >>> x = Value(3.0)
        >>> y = x**3
        >>> y.backward(); x.grad
        27.0
        >>> y.backward(); x.grad
        54.0
        """
        if unknown:
            raise unknown_argument("backward", unknown, ("gradient",))
        backprop.backpropagate(as_node(self), as_number(gradient))

    def propagate(self) -> None:
        """Pass the gradient of this Value alone on to its inputs: one step of a backward pass by hand."""
        backprop.propagate(self)

    def zero_grad(self) -> None:
        """Set the gradient of every Value under this one to 0, and its own."""
        for value in topological_order(self):
            value.grad = 0.0

    def steps(
        self, *, forward: bool = True, gradient: float = 1.0, model: Any = None, constants: bool = False
    ) -> "Stepper":
        """Step through the computation of this Value, forwards then backwards: see `Stepper`."""
        return make_stepper(self, forward=forward, gradient=gradient, model=model, constants=constants)

    # --- Being a good Python object --------------------------------------------------------------------

    def __lt__(self, other: Any) -> bool:
        value = as_value(other)
        return NotImplemented if value is None else read(self) < read(value)

    def __le__(self, other: Any) -> bool:
        value = as_value(other)
        return NotImplemented if value is None else read(self) <= read(value)

    def __gt__(self, other: Any) -> bool:
        value = as_value(other)
        return NotImplemented if value is None else read(self) > read(value)

    def __ge__(self, other: Any) -> bool:
        value = as_value(other)
        return NotImplemented if value is None else read(self) >= read(value)

    def __eq__(self, other: object) -> bool:
        if self is not other and isinstance(other, (float, int)):
            hints.warn_of_equality()
        return self is other

    def __hash__(self) -> int:
        return id(self) >> 4

    def __bool__(self) -> bool:
        raise TypeError("a Value is neither true nor false: compare it (v > 0), or ask its .data")

    def __float__(self) -> float:
        raise TypeError(
            "a Value made a plain number would lose its gradient: use .data, "
            "or autograd.exp and its like in place of math's"
        )

    def __int__(self) -> int:
        return int(self.__float__())

    def __round__(self, digits: int | None = None) -> float:
        raise TypeError("a Value made a plain number would lose its gradient: round its .data")

    def __format__(self, spec: str) -> str:
        return format(read(self), spec) if spec else repr(self)

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        grad = "" if self._grad == 0.0 else f", grad={self._grad!r}"
        return f"Value({read(self)!r}{label}{grad})"

    def __reduce__(self) -> Any:
        from autograd.core.copying import pickled

        return pickled(self)

    def __copy__(self) -> "Value":
        from autograd.core.copying import again

        return again(self, self.inputs)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Value":
        from autograd.core.copying import copied

        return copied(self, memo)


fix(Value, hints.NAMES)

make_stepper: Any = None  # what `Value.steps` makes: the part `stepping` rests on this one, and says


def steps_with(maker: Callable[..., Any]) -> None:
    """Have `Value.steps` make its stepper with `maker`."""
    global make_stepper
    make_stepper = maker


def engine() -> str:
    """Which engine runs: `"compiled"`, or `"interpreted"` where the package was built without a compiler."""
    return "compiled" if cython.compiled else "interpreted"


# --- Recording -----------------------------------------------------------------------------------------


def leaf(data: float) -> Value:
    """A new Value of a number."""
    return cython.cast(Value, new_node(Value, None, data, 0))


def as_value(operand: Any) -> Value | None:
    """The operand, a number as a new leaf; None where it is neither."""
    if isinstance(operand, Value):
        return cython.cast(Value, operand)
    if isinstance(operand, float):
        return leaf(operand)
    if isinstance(operand, int) or is_number(operand):
        return leaf(converted(operand))
    return None


def read(value: Value) -> float:
    """The number of a Value, taken out of the graph: what is done with it there, no gradient sees."""
    if backprop.noticed:
        backprop.notice(value)
    return value._data


def apply_one(primitive: Primitive, x: Value) -> Value:
    """Record a primitive of one number. (A method called as Value.tanh(x) takes any x.)"""
    if not isinstance(x, Value):
        raise TypeError(f"expected a Value, got {x!r}: autograd.{primitive.name} takes numbers too")
    data, slope = primitive.one(x._data)
    return record_one(primitive, x, data, slope)


def record_one(primitive: Primitive, x: Value, data: float, slope: float) -> Value:
    """Record a value computed from one other."""
    node = cython.cast(Value, node_of_one(Value, primitive, data, x, slope))
    return backprop.watch(node, False) if backprop.watched else node


def apply_two(primitive: Primitive, a: Any, b: Any) -> Any:
    """Record a primitive of two numbers; NotImplemented where an operand is no number."""
    if isinstance(a, Value) and isinstance(b, Value):
        return record_two(primitive, cython.cast(Value, a), cython.cast(Value, b))
    first, second = as_value(a), as_value(b)
    if first is None or second is None:
        return no_operand(a if first is None else b)
    return record_two(primitive, first, second)


def record_two(primitive: Primitive, first: Value, second: Value) -> Value:
    """Record a value computed from two others."""
    data, by_first, by_second = primitive.two(first._data, second._data)
    node = cython.cast(Value, node_of_two(Value, primitive, data, first, by_first, second, by_second))
    return backprop.watch(node, False) if backprop.watched else node
