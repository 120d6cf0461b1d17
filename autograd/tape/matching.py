# cython: annotation_typing=False, infer_types=True
"""Whether two recordings are the same expression, at other numbers. (The C types are in matching.pxd.)"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if cython.compiled:
    from cython.cimports.autograd.core.nodes import inputs_of
    from cython.cimports.autograd.core.primitives import Primitive
    from cython.cimports.autograd.core.value import Value
else:
    from autograd.core.nodes import inputs_of
    from autograd.core.primitives import Primitive
    from autograd.core.value import Value

from collections import Counter
from itertools import zip_longest

from autograd.core.backprop import topological_order

Partners = dict[Value, Value]


class WiringError(ValueError):
    """Two recordings are not the same expression."""


@cython.final
@cython.cclass
class Wiring:
    """How the nodes under `root` hang together, for comparison with other recordings."""

    def __init__(self, root: Value) -> None:
        self.root = root
        self.computed = [node for node in topological_order(root) if not node.is_leaf]
        self.uses = dict(Counter([root, *(value for node in self.computed for value in node.inputs)]))

    def partners(self, other: Value) -> Partners:
        """The leaves that are not in another recording too, each with the leaf in its place there.

        If the other is not the same primitives of the same inputs, a WiringError names the first node that
        differs.

        >>> from autograd import Value
        >>> w, x = Value(2.0), Value(3.0)
        >>> wiring = Wiring(w * x + 1.0)
        >>> wiring.partners(w * Value(5.0) + 1.0)
        {Value(1.0): Value(1.0), Value(3.0): Value(5.0)}
        >>> wiring.partners(w * w + 1.0)
        Traceback (most recent call last):
            ...
        autograd.tape.matching.WiringError: node 1 is a leaf in the first recording, * of ... in the other
        """
        partners: Partners = {} if other is self.root else {self.root: other}
        found = len(partners)
        for i in range(len(self.computed) - 1, -1, -1):
            ours = cython.cast(Value, self.computed[i])
            count = self.follow(ours, partners.get(ours), partners)
            if count < 0:
                raise WiringError(self.first_difference(other))
            found += count
        leaves = {ours: theirs for ours, theirs in partners.items() if ours.is_leaf}
        mixed = found != sum([self.uses[ours] for ours in partners])  # in one place partners, in another not
        if mixed or any(not theirs.is_leaf or theirs in self.uses for theirs in leaves.values()):
            raise WiringError(self.first_difference(other))
        return leaves

    def follow(self, ours: Value, theirs: Value | None, partners: Partners) -> int:
        """Make partners of the inputs of two nodes; how many are not the same, or −1 if they cannot be."""
        if theirs is None:
            return -1  # computed before both recordings: it would not be computed anew
        if ours._count != theirs._count or not alike(ours._primitive, theirs._primitive):
            return -1
        our_inputs, their_inputs = inputs_of(ours), inputs_of(theirs)
        found = 0
        for i in range(ours._count):
            if our_inputs[i] != their_inputs[i]:
                one, other = cython.cast(Value, our_inputs[i]), cython.cast(Value, their_inputs[i])
                if partners.setdefault(one, other) is not other:
                    return -1
                found += 1
        return found

    def first_difference(self, other: Value) -> str:
        """What to say of the first node that differs."""
        for i, (ours, theirs) in enumerate(
            zip_longest(sketch(self.root), sketch(other), fillvalue="missing")
        ):
            if ours != theirs:
                return f"node {i} is {ours} in the first recording, {theirs} in the other"
        return "a node is in both recordings, and was not computed anew for the second"


def alike(one: Primitive | None, other: Primitive | None) -> bool:
    """Whether two nodes have the same primitive, or none."""
    if one is other or one is None or other is None:
        return one is other
    powers = one.name == other.name == "power_of" and one.function is None and other.function is None
    return powers and one.number == other.number


def sketch(root: Value) -> list[str]:
    """Each node under `root` in words: its primitive, and which nodes it is computed from."""
    places: dict[Value, int] = {}
    words = []
    for node in topological_order(root):
        words.append(f"{node.op} of nodes {', '.join([str(places[x]) for x in node.inputs])}")
        if node.is_leaf:
            words[-1] = "a leaf"
        places[node] = len(places)
    return words
