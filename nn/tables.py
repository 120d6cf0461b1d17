"""What the tape of a group takes for each of its examples: numbers, and which of some parameters it chooses.

A choice is an input for each of the parameters, 1 for the one that is chosen and 0 for the others: the sum of
their products with the parameters is what was chosen, and gives each parameter its gradient.
"""

from array import array
from itertools import chain
from typing import Any

from autograd import Value, dot
from nn import updates


class Inputs:
    """The inputs for the `count` rows that a group has.

    `columns` says what they are: the columns of numbers that vary, and for each place where parameters are
    chosen which ones, and by which of the `choosers`, each of them a choice for every row. Where two places
    choose alike, as all numbers in the row of a table do, they have one chooser.
    """

    def __init__(self, group: Any) -> None:
        self.wiring, self.chosen, self.count = group.wiring, group.chosen, group.rows
        own, width = self.wiring.own, len(self.wiring.own)
        varying = updates.varying_columns(group.numbers, width)
        self.numeric = [k for k in varying if own[k] not in group.chosen]
        chosen = {k: list(map(int, group.numbers[k::width])) for k in varying if own[k] in group.chosen}
        choices = list(group.choices)
        choosers: dict[tuple[int, ...], int] = {}
        self.lookups: dict[int, tuple[int, tuple[Value, ...]]] = {}
        tables = tables_of(chosen)
        for k, numbers in chosen.items():
            table = tables[numbers[0]]
            chooser = len(table), *(table[number] for number in numbers)
            parameters = tuple(choices[number] for number in sorted(table))
            self.lookups[own[k]] = choosers.setdefault(chooser, len(choosers)), parameters
        self.columns = ([own[k] for k in self.numeric], self.lookups)
        self.sizes = [chooser[0] for chooser in choosers]
        self.width = len(self.numeric) + sum(self.sizes)
        numbers = updates.columns_of(group.numbers, width, self.numeric)
        self.rows = with_choices(numbers, len(self.numeric), list(choosers)) if choosers else numbers
        self.whole = self.matrix(self.rows, self.count)
        self.leaves: list[Value] = []

    def instead(self) -> dict[int, Value]:
        """What to put at places of the wiring in the stead of its leaves; makes the `leaves` of the tape."""
        numeric, leaves = self.columns[0], self.wiring.leaves
        twins = self.wiring.twins.keys() & set(self.wiring.own) - self.chosen
        result = {place: Value(leaves[place].data) for place in twins}
        self.leaves = [result.get(place, leaves[place]) for place in numeric]
        choosers = [[Value(0.0) for _ in range(size)] for size in self.sizes]
        for place, (chooser, parameters) in self.lookups.items():
            result[place] = dot(choosers[chooser], list(parameters))
        self.leaves.extend(chain.from_iterable(choosers))
        return result

    def batch(self, rows: list[int] | range) -> Any:
        """The batch of these rows, as a tape takes it; of a range, a part of the table where it is."""
        if isinstance(rows, range):
            return self.whole[rows.start : rows.stop]
        return self.matrix(updates.rows_of(self.rows, self.width, rows), len(rows))

    def matrix(self, numbers: "array[float]", count: int) -> Any:
        """A table of so many rows, as a tape takes it."""
        if self.width == 0:
            return [()] * count
        return memoryview(numbers).cast("B").cast("d", (count, self.width))


def tables_of(columns: dict[int, list[int]]) -> dict[int, dict[int, int]]:
    """For each parameter that is chosen, those that it is chosen from, each with its place.

    Columns that have a parameter in common choose from the same ones.
    """
    tables: dict[int, dict[int, int]] = {}
    for numbers in columns.values():
        joined = dict.fromkeys(numbers, 0)
        for table in {id(tables[number]): tables[number] for number in joined if number in tables}.values():
            joined.update(table)
        tables.update(dict.fromkeys(joined, joined))
    for table in {id(table): table for table in tables.values()}.values():
        table.update((number, place) for place, number in enumerate(sorted(table)))
    return tables


def with_choices(numbers: "array[float]", width: int, choosers: list[tuple[int, ...]]) -> "array[float]":
    """The rows, each followed by what its choosers choose: for each a 1 among zeros."""
    result = array("d")
    for row in range(len(choosers[0]) - 1):
        result += numbers[row * width : (row + 1) * width]
        for chooser in choosers:
            start = len(result)
            result.extend([0.0] * chooser[0])
            result[start + chooser[row + 1]] = 1.0
    return result
