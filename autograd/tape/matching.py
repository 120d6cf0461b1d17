# cython: annotation_typing=False, infer_types=True, boundscheck=False, wraparound=False
"""Whether two recordings are the same expression, at other numbers. (The C types are in matching.pxd.)"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if cython.compiled:
    from cython.cimports.autograd.core import backprop
    from cython.cimports.autograd.core.nodes import (
        Memory,
        inputs_in,
        inputs_of,
        is_computed,
        memory_of,
        node_in,
    )
    from cython.cimports.autograd.core.value import Value
    from cython.cimports.autograd.tape.arrays import ints
    from cython.cimports.cpython.array import array
else:
    from array import array

    from autograd.core import backprop
    from autograd.core.nodes import inputs_in, inputs_of, is_computed, memory_of, node_in
    from autograd.core.value import Value
    from autograd.tape.arrays import ints

from itertools import zip_longest
from operator import is_

from autograd.core.backprop import places_in, topological_order
from autograd.core.copying import again


class WiringError(ValueError):
    """Two recordings are not the same expression."""


@cython.final
@cython.cclass
class Wiring:
    """How the nodes under `root` hang together, for comparison with other recordings.

    `leaves` are the leaves under it, one that others have two or more for at as many places: `twins` says
    of such a place which it was before. Those at the places `own` differ from recording to recording.
    It `is_pure` where no primitive is a user's own. `inputs` has the place of each input of each computed
    node, of a leaf ~ it; what was there in the recording `latest` is in `met`, leaves last.
    """

    def __init__(self, root: Value) -> None:
        self.root = root
        self.twins: dict[int, int] = {}
        self.computed: list[Value] = []
        self.leaves: list[Value] = []
        self.inputs = sorted_nodes(topological_order(root), self.leaves, self.computed)
        self.own: list[int] = []
        self.latest: Value | None = None
        self.is_pure = True
        for i in range(len(self.computed)):
            primitive = nth(self.computed, i)._primitive
            if primitive is not None and primitive.function is not None:
                self.is_pure = False
        self.make_room()

    def make_room(self) -> None:
        """Have room for all nodes of a recording."""
        self.met = pointers(len(self.computed) + len(self.leaves))

    def match(self, other: Value) -> list[Value] | None:
        """The leaf of another recording at each place of `leaves`; None if it is not the same expression.

        It is if it is computed by the same primitives of nodes in the same places, all computed anew. Where
        it has two leaves for one of ours, that one gets another place, at the end of `leaves`.

        >>> from autograd import Value
        >>> w, x = Value(2.0), Value(3.0)
        >>> wiring = Wiring(w * x + 1.0)
        >>> wiring.match(w * Value(5.0) + 1.0)
        [Value(2.0), Value(5.0), Value(1.0)]
        >>> wiring.match(w * w)
        """
        our_computed, our_leaves, self.latest = self.computed, self.leaves, None
        computed: list[Any] = [None] * len(our_computed)
        leaves: list[Any] = [None] * len(our_leaves)
        moved: list[tuple[int, int, Value]] = []
        if our_computed:
            computed[len(computed) - 1] = other
        elif other._primitive is None:
            leaves[0] = other
        else:
            return None
        inputs, end = ints(self.inputs), len(self.inputs)
        for i in range(len(our_computed) - 1, -1, -1):
            ours, theirs = cython.cast(Value, our_computed[i]), cython.cast(Value, computed[i])
            if theirs is ours or not alike(ours, theirs):
                return None
            end -= ours._count
            their_inputs = inputs_of(theirs)
            for j in range(ours._count):
                place, x = inputs[end + j], cython.cast(Value, their_inputs[j])
                if place >= 0:
                    if computed[place] is None:
                        computed[place] = x
                    elif computed[place] is not x:
                        return None
                elif leaves[~place] is None:
                    if x is not our_leaves[~place] and x._primitive is not None:
                        return None
                    leaves[~place] = x
                elif leaves[~place] is not x:
                    moved.append((end + j, ~place, x))
        if moved:
            for _, _, leaf in moved:
                if not leaf.is_leaf:
                    return None
            self.split(moved, leaves)
        self.note(other, computed, leaves)
        return leaves

    def note(self, other: Value, computed: list[Any], leaves: list[Any]) -> None:
        """Note what is where in a recording that was matched."""
        met, count = nodes_in(self.met), len(computed)
        for i in range(count):
            met[i] = node_in(computed, i)
        for k in range(len(leaves)):
            met[count + k] = node_in(leaves, k)
        self.latest = other if count > 0 else None

    def match_own(self, other: Value) -> list[Value] | None:
        """The leaves of another recording at the places `own`, if at all others it has ours.

        None if not, or if it is not the same expression: `match` tells more, and takes longer.
        """
        computed, leaves, end = self.computed, self.leaves, len(self.inputs)
        count, self.latest = len(computed), None
        if count == 0:
            return None
        met, inputs, own = nodes_in(self.met), ints(self.inputs), self.own
        if not alike(nth(computed, count - 1), other):
            return None
        for i in range(count):
            met[i] = nowhere()
        for k in range(len(leaves)):
            met[count + k] = node_in(leaves, k)
        for place in own:
            met[count + place] = nowhere()
        met[count - 1] = memory_of(other)
        for i in range(count - 1, -1, -1):
            ours, theirs = memory_of(nth(computed, i)), met[i]
            if theirs is ours or not alike(nth(computed, i), cython.cast(Value, theirs)):
                return None
            end -= ours._count
            their_inputs = inputs_in(theirs)
            for j in range(ours._count):
                slot, x = inputs[end + j], their_inputs[j]
                if slot < 0:
                    slot = count + ~slot
                if met[slot] is not x:
                    if met[slot] is not nowhere() or (slot >= count and is_computed(x)):
                        return None
                    met[slot] = x
        self.latest = other
        return [cython.cast(Value, met[count + place]) for place in own]

    def pass_back(self, other: Value, upstream: float) -> bool:
        """`other.backward(upstream)`, if that is what was matched last: the order is known then.

        Whether it was, and no node of it is where ours has two, which would pass on what it got twice.
        """
        if self.latest is not other:
            return False
        met, count = nodes_in(self.met), len(self.computed)
        with backprop.one_pass:
            mark = backprop.fresh_mark()
            for i in range(count):
                if met[i]._mark == mark:
                    return False
                met[i]._mark, met[i]._grad = mark, 0.0
            met[count - 1]._grad = upstream
            for i in range(count - 1, -1, -1):
                backprop.pass_on(met[i])
        self.latest = None
        return True

    def places_of(self, nodes: list[Value]) -> Any:
        """The place of each of some nodes, of a leaf ~ it; None if one is not under the root."""
        places = dict(zip(self.computed, range(len(self.computed)), strict=True))
        places.update(zip(self.leaves, range(-1, -1 - len(self.leaves), -1), strict=True))
        found = list(map(places.get, nodes))
        return None if None in found else array("i", found)

    def has_at(self, places: Any, nodes: list[Value]) -> bool:
        """Whether the recording that was just matched has these nodes at those places."""
        if len(nodes) != len(places):
            return False
        met, found = nodes_in(self.met), ints(places)
        for k in range(len(nodes)):
            slot = found[k] if found[k] >= 0 else len(self.computed) + ~found[k]
            if met[slot] is not node_in(nodes, k):
                return False
        return True

    def split(self, moved: list[tuple[int, int, Value]], leaves: list[Any]) -> None:
        """Give another place to inputs where the other recording has another leaf than at its first."""
        places: dict[tuple[int, Value], int] = {}
        for entry, place, leaf in moved:
            new = places.setdefault((place, leaf), len(leaves))
            if new == len(leaves):
                leaves.append(leaf)
                self.leaves.append(self.leaves[place])
                self.twins[new] = place
            self.inputs[entry] = ~new
        self.make_room()

    def origin(self, place: int) -> int:
        """The place that inputs had before they were given this one."""
        while place in self.twins:
            place = self.twins[place]
        return place

    def strangers(self, leaves: list[Value]) -> list[int]:
        """The places outside `own` where another recording has another leaf."""
        result: list[int] = []
        ours, own, start = self.leaves, self.own, 0
        for k in range(len(own) + 1):  # from one of these places to the next
            end: int = own[k] if k < len(own) else len(leaves)
            for i in range(start, end):
                if leaves[i] is not ours[i]:
                    result.append(i)
            start = end + 1
        return result

    def first_difference(self, other: Value) -> str:
        """What to say of the first node that differs."""
        for i, (ours, theirs) in enumerate(
            zip_longest(sketch(self.root), sketch(other), fillvalue="missing")
        ):
            if ours != theirs:
                return f"node {i} is {ours} in the first recording, {theirs} in the other"
        return "a node is in both recordings, and was not computed anew for the second"


def alike(ours: Value, theirs: Value) -> bool:
    """Whether two nodes have as many inputs, and the same primitive or none."""
    one, other = ours._primitive, theirs._primitive
    if ours._count != theirs._count or one is other or one is None or other is None:
        return ours._count == theirs._count and one is other
    powers = one.name == other.name == "power_of" and one.function is None and other.function is None
    return powers and one.number == other.number


def sketch(root: Value) -> list[str]:
    """Each node under `root` in words: its primitive, and which nodes it is computed from."""
    places: dict[Value, int] = {}
    words = []
    for node in topological_order(root):
        of = ", ".join([str(places[x]) for x in node.inputs])
        computed = f"{node.op} of node{'s' * (len(node.inputs) != 1)} {of}"
        words.append("a leaf" if node.is_leaf else computed)
        places[node] = len(places)
    return words


def sorted_nodes(nodes: list[Value], leaves: list[Value], computed: list[Value]) -> Any:
    """The places of the inputs of all nodes, one after another; the nodes are put where they belong.

    The place of a computed node is that among `computed`, and of a leaf ~ that among `leaves`.
    """
    room = array("i", [0]) * len(nodes)
    places = ints(room)
    for i in range(len(nodes)):
        node = nth(nodes, i)
        if node._primitive is None:
            places[i] = ~len(leaves)
            leaves.append(node)
        else:
            places[i] = len(computed)
            computed.append(node)
    found = places_in(nodes, [])[0]
    result = array("i", [0]) * len(found)
    inputs = ints(result)
    for j in range(len(found)):
        place: int = found[j]
        inputs[j] = places[place]
    return result


def nth(nodes: list[Value], i: int) -> Value:
    """One of some nodes."""
    return cython.cast(Value, nodes[i])


def pointers(count: int) -> Any:
    """Room for pointers to so many nodes; interpreted, for the nodes."""
    return array("q", [0]) * count if cython.compiled else [None] * count


def nodes_in(room: Any) -> Any:
    """The C array in that room; interpreted, the room itself."""
    if cython.compiled:
        return cython.cast(cython.pointer(cython.pointer(Memory)), room.data.as_chars)
    return room


def nowhere() -> Any:
    """The pointer to no node; interpreted, None."""
    if cython.compiled:
        return cython.NULL
    return None


def rewired(wiring: Wiring, instead: dict[int, Value]) -> list[Value]:
    """The nodes of a wiring by place, made once more where they depend on what is put in place of leaves."""
    leaves = [instead.get(place, leaf) for place, leaf in enumerate(wiring.leaves)]
    nodes: list[Any] = [*wiring.computed, *reversed(leaves)]  # that of a leaf is counted from the end
    end = 0
    for i, node in enumerate(wiring.computed if instead else ()):
        before = node.inputs
        end, start = end + len(before), end
        inputs = list(map(nodes.__getitem__, wiring.inputs[start:end]))
        if not all(map(is_, inputs, before)):
            nodes[i] = again(node, inputs)
    return nodes
