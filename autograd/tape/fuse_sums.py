# cython: annotation_typing=False, infer_types=True
"""Sums: which nodes are sums of products, and which of them are but a part of another sum.

`w1 * x1 + w2 * x2 + b` recorded as single products and additions is one sum of three terms. A node is a
part of the sum that uses it where that adds it as it is, nothing else uses it, and the additions keep
their order: where it comes first in the sum, or is a single product.
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
    from autograd.core.nodes import inputs_of
    from autograd.core.value import Value
else:
    from cython.cimports.autograd.core.nodes import inputs_of
    from cython.cimports.autograd.core.value import Value

from collections.abc import Callable, Container, Sequence

Operand = Value | float
Terms = list[tuple[Operand, Operand]]

AS_PRODUCTS: dict[str, Callable[..., Terms]] = {
    "add": lambda a, b: [(1.0, a), (1.0, b)],
    "subtract": lambda a, b: [(1.0, a), (-1.0, b)],
    "negate": lambda a: [(-1.0, a)],
    "multiply": lambda a, b: [(a, b)],
    "sum": lambda *x: [(1.0, 0.0)] + [(1.0, a) for a in x],
    "mean": lambda *x: [(1.0 / len(x), a) for a in x],
    "weighted_sum": lambda *x: [(1.0, x[-1]), *zip(x[: len(x) // 2], x[len(x) // 2 : -1], strict=True)],
}


class Sums:
    """The `terms` of each node that is a sum of products and no part of another, pairs of what is multiplied.

    `computed` are the nodes under `root` in topological order, `in_lanes` those that differ by lane: what
    does not is no part of what does, so that it is computed but once. `parts` has for each part the sum
    that it is in (which may be a part itself), where its terms begin there, and how many they are.

    >>> from autograd import Value
    >>> w, x, b = Value(2.0), Value(3.0), Value(4.0)
    >>> product = w * x
    >>> root = product + b
    >>> sums = Sums(root, [product, root], {product, root})
    >>> sums.terms
    {Value(10.0): [(Value(2.0), Value(3.0)), (1.0, Value(4.0))]}
    >>> sums.parts
    {Value(6.0): (Value(10.0), 0, 1)}
    """

    def __init__(self, root: Value, computed: Sequence[Value], in_lanes: Container[Value]) -> None:
        self.uses = uses_of(root, computed)
        self.in_lanes = in_lanes
        self.terms: dict[Value, Terms] = {}
        self.parts: dict[Value, tuple[Value, int, int]] = {}
        for node in computed:
            terms = products(node)
            if terms:
                self.terms[node] = self.joined(node, terms)

    def joined(self, node: Value, terms: Terms) -> Terms:
        """The terms of a node with those of its parts in their place."""
        added = [(k, x) for k, (p, x) in enumerate(terms) if type(p) is float and p == 1.0]
        own = {k: self.terms_of_part(node, x) for k, x in added}
        if not any(own.values()):
            return terms
        if node.op == "+" and len(own[0]) < 2 <= len(own[1]):  # a + b is b + a
            terms.reverse()
            own = {0: own[1], 1: own[0]}
        result: Terms = []
        for k, term in enumerate(terms):
            terms_of_part = own.get(k, [])
            if not terms_of_part or (result and len(terms_of_part) > 1):
                result.append(term)
                continue
            part: Any = term[1]
            self.parts[part] = node, len(result), len(terms_of_part)
            del self.terms[part]
            if result:
                result += terms_of_part
            else:
                result = terms_of_part
        return result

    def terms_of_part(self, node: Value, operand: Operand) -> Terms:
        """The terms of an operand that is added as it is and may be a part of the node; of another, none."""
        if not isinstance(operand, Value):
            return []
        terms = self.terms.get(operand, [])
        alone = terms and self.uses[operand] == 1 and (operand in self.in_lanes) == (node in self.in_lanes)
        return terms if alone else []


def uses_of(root: Value, computed: Sequence[Value]) -> dict[Value, int]:
    """How often each computed node is an input of one; the root once more."""
    uses = {root: 1}
    for k in range(len(computed)):
        node = cython.cast(Value, computed[k])
        inputs = inputs_of(node)
        for i in range(node._count):
            x = cython.cast(Value, inputs[i])
            if x._primitive is not None:
                uses[x] = uses.get(x, 0) + 1
    return uses


def products(node: Value) -> Terms:
    """The terms of a node that is a sum of products; of another, none."""
    primitive: Any = node.primitive
    if primitive.function is not None:
        return []
    if primitive.name == "power_of" and primitive.number == 2.0:
        return [(node.inputs[0], node.inputs[0])]
    return AS_PRODUCTS[primitive.name](*node.inputs) if primitive.name in AS_PRODUCTS else []
