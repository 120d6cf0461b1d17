"""The boxes and edges of a network's picture: their lines, how much room these take, and as DOT's tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd.core.value import Value
from autograd.drawing.style import FADED, INK, dot_label

__all__ = ["ROW", "WIDE", "Box", "Cell", "Edge", "Figure", "Rows", "height_of", "table"]

WIDE, CLOSE = 6.1, 5.3  # of a letter, in points; of one of a box that is as narrow as it may be
ROW, PADDING = 16.0, 12.0  # of a line; of a box to its text
DARK = 'BGCOLOR="#2d3748"'


class Figure(NamedTuple):
    """A number that stands in a picture: the "data" or the "grad" of a Value; of several, their mean size."""

    what: str
    values: tuple[Value, ...]
    mean: bool = False


class Cell(NamedTuple):
    """Words, their colour, and which number they are."""

    words: str
    colour: str
    figure: Figure | None = None


Rows = list[list[Cell]]


class Edge(NamedTuple):
    """A line into a box: from which, its look, and what stands on it where there is room."""

    id: str
    start: str
    title: str
    label: list[Cell]
    style: dict[str, str]
    slope: bool = False


@dataclass
class Box:
    """A neuron, a layer, an operation or a leaf: its lines, those for when there is room, and its edges."""

    id: str
    column: int
    title: str
    forms: list[Rows]  # its lines, the fullest form first
    look: str
    edges: list[Edge] = field(default_factory=list)
    header: str = ""
    below: bool = False  # a leaf that stands under the operation that uses it
    x: float = 0.0
    y: float = 0.0
    column_width: float = 0.0
    form: int = -1  # which of its forms there is room for
    bare: bool = False  # whether its numbers go without "data" and "grad": their colours say it
    labels: bool = False  # whether there is room for what stands on its edges

    @property
    def rows(self) -> Rows:
        rows = self.forms[self.form]
        if not self.bare:
            return rows
        return [[cell for cell in row if cell.figure or cell.colour != FADED] for row in rows]

    @property
    def width(self) -> float:
        if self.bare:
            return CLOSE * widths(self.rows) + PADDING
        return max(WIDE * widths(self.rows), 36.0) + PADDING

    @property
    def height(self) -> float:
        return height_of(self.rows)

    @property
    def label_width(self) -> float:
        return max((WIDE * widths([edge.label]) + 6.0 for edge in self.edges), default=0.0)


def widths(rows: Rows) -> float:
    """How many letters wide a table of such rows is."""
    single = max((len(row[0][0]) * 1.08 for row in rows if len(row) == 1), default=0.0)
    several = [row for row in rows if len(row) > 1]
    count = max(map(len, several), default=0)
    columns = [max(len(row[i][0]) for row in several if i < len(row)) for i in range(count)]
    return max(single, sum(columns) + 1.2 * max(count - 1, 0))


def height_of(rows: Rows) -> float:
    """How high a box with these lines is."""
    return ROW * len(rows) + 4.0


def table(rows: Rows, style: str, letters: Sequence[int] = (), ports: bool = False) -> str:
    """A table of DOT, of columns with room for so many letters; a row of one cell is a caption.

    With `ports` edges can lead to the rows, which are row0, row1, …
    """
    wide = [WIDE * count for count in letters]
    count = max(map(len, rows))
    body = ""
    for number, row in enumerate(rows):
        if len(row) == 1 and not wide:
            words, colour, figure = row[0]
            look = f" {DARK}" if colour == "white" else ' ALIGN="RIGHT"' * (figure is not None)
            body += f'<TR><TD COLSPAN="{count}"{look}>{written_in(colour, words)}</TD></TR>'
            continue
        cells = [
            f'<TD ALIGN="{"RIGHT" if i or wide else "LEFT"}" WIDTH="{wide[i] if wide else 1:.0f}"'
            + f' PORT="row{number}"' * (ports and not i)
            + f">{written_in(colour, words)}</TD>"
            for i, (words, colour, _) in enumerate(row)
        ]
        body += f"<TR>{''.join(cells)}</TR>"
    return f"<TABLE {style}>{body}</TABLE>"


def written_in(colour: str, words: str) -> str:
    """Words in a colour; a caption, which has none or is white, in bold."""
    shown = f'<FONT COLOR="{colour or INK}">{dot_label(words) or " "}</FONT>'
    return f"<B>{shown}</B>" if colour in ("", "white") else shown
