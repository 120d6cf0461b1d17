"""The terms of a weighted sum as a table: a line for each weight and what it multiplies, the bias last."""

from collections.abc import Callable, Collection, Sequence
from math import sqrt

from autograd.core.value import Value
from autograd.drawing.boxes import Cell, Rows
from autograd.drawing.style import FADED

__all__ = ["fold_leaves", "row_of_input", "term_rows"]

FEW = 20  # Values, of which the leaves of the only weighted sum stand apart
LEAVES_APART = 6  # of that sum; more are folded into a table, and those of any other sum
TALLEST = 20  # lines of a table: more stand in several columns, of at least so many


def fold_leaves(nodes: Sequence[Value], roots: Collection[Value]) -> dict[Value, list[Value]]:
    """By weighted sum, the leaves that are drawn as its table: those that it alone uses, if they are many."""
    uses: dict[Value, set[Value]] = {}
    for node in nodes:
        for value in node.inputs:
            uses.setdefault(value, set()).add(node)
    sums = [node for node in nodes if node.primitive is not None and node.primitive.name == "weighted_sum"]
    few = len(nodes) <= FEW and len(sums) == 1
    folds = {}
    for node in sums:
        own = [x for x in dict.fromkeys(node.inputs) if x.is_leaf and len(uses[x]) == 1 and x not in roots]
        if len(own) > (LEAVES_APART if few else 1):
            folds[node] = own
    return folds


def term_rows(total: Value, folded: Collection[Value], cells: Callable[[Value], list[Cell]]) -> Rows:
    """The lines of the table of a weighted sum; what is not in `folded` is drawn elsewhere."""
    x, half = total.inputs, len(total.inputs) // 2
    bias = x[-1]
    wide = max(len(cells(value)) for value in folded)

    def filled(value: Value) -> list[Cell]:
        """As many cells for each Value, for columns that stand under each other."""
        shown = cells(value) if value in folded else []
        return shown + [Cell("", FADED)] * (wide - len(shown))

    inputs = any(value in folded for value in x[half:-1])
    rows: Rows = []
    for weight, value in zip(x[:half], x[half:-1], strict=True):
        if weight in folded or value in folded:
            first = [*filled(value), Cell("×", FADED)] if inputs else []
            rows.append([*first, *filled(weight)])
    if bias in folded:
        first = [Cell("", FADED)] * wide + [Cell("+", FADED)] if inputs else []
        rows.append([*first, *filled(bias)])
    return side_by_side(rows)


def row_of_input(total: Value, folded: Collection[Value]) -> dict[int, int | None]:
    """By number of an input that is drawn elsewhere, the line of the table in which its product stands.

    None where the table has several columns, and lines cannot be reached from the side.
    """
    half = len(total.inputs) // 2
    told = [i for i in range(half) if total.inputs[i] in folded or total.inputs[half + i] in folded]
    alone = columns_for(len(told) + (total.inputs[-1] in folded)) < 2
    rows = {i + j: row if alone else None for row, i in enumerate(told) for j in (0, half)}
    return {i: row for i, row in rows.items() if total.inputs[i] not in folded}


def columns_for(count: int) -> int:
    """In how many columns so many lines stand."""
    return max(round(sqrt(count / TALLEST) + 0.2), 1)


def side_by_side(rows: Rows) -> Rows:
    """A long table in several columns, of equal length."""
    columns = columns_for(len(rows))
    if columns < 2:
        return rows
    height = -(-len(rows) // columns)
    empty = [Cell("", FADED)] * len(rows[0])
    lines = []
    for i in range(height):
        parts = [rows[j] if j < len(rows) else empty for j in range(i, columns * height, height)]
        lines.append([cell for part in parts for cell in [*part, Cell(" ", FADED)]][:-1])
    return lines
