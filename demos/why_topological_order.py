"""Why the backward pass adds, goes in topological order and starts afresh: it is broken in three ways."""

from collections.abc import Callable, Iterable
from typing import Any

from figures import BLACK, ORANGE, SKY, claim, lesson_options, new_figure, place, save_figure

from autograd import Value, draw, grad, topological_order

ABOUT = """Breaks the backward pass on purpose, in three ways, and finds the first node that goes wrong:
with = for +=, in the wrong order, and with the gradients of an earlier pass left in place."""

Visit = tuple[str, float]  # a node, and the gradient with which it was visited
Pass = Callable[[Value], list[Visit]]


def graph(kind: str) -> Value:
    """L = d * e with d = a * b, and e = d + c (d is used twice) or, as a tree, e = c + c2 (nothing is)."""
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(1.0, "c")
    d = a * b
    d.label = "d"
    e = d + c if kind == "shared" else c + Value(4.0, "c2")
    e.label = "e"
    L = d * e
    L.label = "L"
    return L


# --- The backward pass, right and wrong ----------------------------------------------------------------


def add_to_inputs(node: Value) -> None:
    """The chain rule: what an input gets from this node is added to what it got from others."""
    for value, slope in zip(node.inputs, node.local_derivatives, strict=True):
        value.grad += node.grad * slope


def assign_to_inputs(node: Value) -> None:
    """Broken: what an input got from others is lost."""
    for value, slope in zip(node.inputs, node.local_derivatives, strict=True):
        value.grad = node.grad * slope


def visit(order: Iterable[Value], pass_on: Callable[[Value], None]) -> list[Visit]:
    """Visit the nodes from the result on; each has `pass_on` send its gradient to its inputs."""
    visits = []
    for i, node in enumerate(order):
        node.grad = 1.0 if i == 0 else node.grad
        visits.append((node.label, node.grad))
        pass_on(node)
    return visits


def breadth_first(root: Value) -> list[Value]:
    """Broken as an order: the result, then its inputs, then theirs; each node when it is first met."""
    order = [root]
    for node in order:
        order += [value for value in dict.fromkeys(node.inputs) if value not in order]
    return order


def right(root: Value) -> list[Visit]:
    """As it should be: every node comes after all that use it, and adds."""
    return visit(reversed(topological_order(root)), add_to_inputs)


def assigning(root: Value) -> list[Visit]:
    """Broken: = in place of +=."""
    return visit(reversed(topological_order(root)), assign_to_inputs)


def wrong_order(root: Value) -> list[Visit]:
    """Broken: the nodes nearest to the result first."""
    return visit(breadth_first(root), add_to_inputs)


def stale(root: Value) -> list[Visit]:
    """Broken: a second pass that starts with the gradients that the first one left."""
    right(root)
    return visit(reversed(topological_order(root)), add_to_inputs)


# --- What goes wrong -----------------------------------------------------------------------------------

BROKEN: list[tuple[str, Pass, str]] = [
    ("= in place of +=", assigning,
     "L gave d its share; then e, which d feeds too, put its own in place of it. What several nodes\n"
     "  use gets a share from each, and the shares add up: that is the chain rule for several paths."),
    ("in the wrong order", wrong_order,
     "d came before e, and passed its gradient on when the share from e was still to come. A node\n"
     "  may go only after all that use it: in the topological order, from its end."),
    ("with stale gradients", stale,
     "e still held the gradient of the first pass, and added the second to it. Computed nodes start\n"
     "  each pass from 0. (Leaves add up over passes on purpose: that is why one calls zero_grad.)"),
]  # fmt: skip


def plot_visits(rows: list[tuple[str, list[Visit]]], true: dict[str, float], options: Any) -> None:
    """For each pass the nodes in the order of their visits: which held the true gradient."""
    figure, axes = new_figure(size=(11, 5.6))
    for y, (_, visits) in enumerate(rows):
        for x, (node, gradient) in enumerate(visits):
            wrong = gradient != true[node]
            first = wrong and all(g == true[n] for n, g in visits[:x])
            colour, edge = ORANGE if wrong else SKY, 3 if first else 0
            axes.barh(y, 0.94, 0.8, x - 0.47, color=colour, edgecolor=BLACK, linewidth=edge)
            text = f"{node}: {gradient:g}" + (f"\nnot {true[node]:g}" if wrong else "")
            axes.text(x, y, text, ha="center", va="center", weight="bold" if first else "normal")
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(true)), [f"{i + 1}" for i in range(len(true))])
    axes.set(xlabel="visits, from the result back to the leaves",
             title="The gradient at each visit (framed: the first wrong one)")  # fmt: skip
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    save_figure(figure, options.out, "why_topological_order-visits.png")


def main() -> None:
    """Run the four passes and say where each goes wrong."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--graph", default="shared", choices=["shared", "tree"], help="is d used twice?")
    options = parser.parse_args()
    root, shared = graph(options.graph), options.graph == "shared"
    nodes = topological_order(root)
    true = {node.label: slope for node, slope in zip(nodes, grad(root, nodes), strict=True)}
    print(f"L = d * e, e = {'d + c' if shared else 'c + c2'}, d = a * b. The true gradients:")
    print("  " + ", ".join(f"{name} {slope:g}" for name, slope in reversed(true.items())))
    rows = [("as it should be", right(root))]
    for name, broken, why in BROKEN:
        visits = broken(graph(options.graph))
        rows.append((name, visits))
        wrong = next(((node, gradient) for node, gradient in visits if gradient != true[node]), None)
        print(f"\nBroken: {name}. Visited: {' '.join(visited for visited, _ in visits)}.")
        claim(options, wrong is not None, f"Broken ({name}), some gradient is wrong", "every one is right")
        if wrong is None:
            continue
        node, gradient = wrong
        print(f"  The first wrong one is {node}: its gradient is {gradient:g} and should be {true[node]:g}.")
        if shared:
            print(f"  {why}")
            assert node == {assigning: "d", wrong_order: "d", stale: "e"}[broken]
    assert dict(rows[0][1]) == true
    print("\nThe figures:")
    plot_visits(rows, true, options)
    draw(root).save(place(options.out, "why_topological_order-graph.svg"))


if __name__ == "__main__":
    main()
