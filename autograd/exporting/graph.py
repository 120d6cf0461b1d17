"""What a program needs to know of a graph: its Values in order, their names, what is a variable."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from autograd.core.backprop import as_node, topological_order
from autograd.core.derivatives import refuse_outdated
from autograd.core.gradients import grad
from autograd.core.value import Value
from autograd.naming.names import names_of

__all__ = ["Graph"]

RESULT = "result"  # what a root without a name is called


class Graph:
    """The graph under `root`: `order` (inputs first), `names`, and the `leaves` that are variables.

    A leaf without a name is a number, which stands where it is used; if no leaf has one, they are x1, x2, …
    """

    def __init__(self, root: Value, model: Any, names: Mapping[Value, str] | None, limit: int) -> None:
        self.root, self.order = as_node(root), topological_order(as_node(root))
        if len(self.order) > limit:
            raise ValueError(
                f"the graph has {len(self.order):,} Values, and would be a program of so many lines "
                f"(limit={limit:,}): export the loss of one example in place of a batch, an inner Value, or "
                'a model by itself, export(model, "torch"); or pass a higher limit='
            )
        refuse_outdated(self.order, "exported")
        self.names = names_of(self.order, names=names, model=model)
        self.names.setdefault(self.root, RESULT)
        unnamed = [node for node in self.order if node.is_leaf]
        if self.names.keys().isdisjoint(unnamed):
            self.names |= {leaf: f"x{i}" for i, leaf in enumerate(unnamed, 1)}
        self.leaves = [node for node in self.order if node.is_leaf and node in self.names]
        self.computed = [node for node in self.order if not node.is_leaf]
        self.uses = Counter(value for node in self.computed for value in node.inputs)
        self.gradients = dict(zip(self.order, grad(self.root, self.order), strict=True))

    def leading(self) -> set[Value]:
        """The Values that depend on a leaf which is a variable, those leaves among them."""
        found = set(self.leaves)
        found.update(node for node in self.computed if not found.isdisjoint(node.inputs))
        return found

    def primitives(self) -> Iterable[Any]:
        """Each primitive that computes something in it, once."""
        return dict.fromkeys(node.primitive for node in self.computed)
