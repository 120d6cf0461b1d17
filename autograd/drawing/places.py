"""Where the boxes of a network's picture stand, and how much is written in each: what there is room for.

From left to right a column is a layer, its boxes spread evenly; in an upright picture, from the top down, a
row. Lengths are points; a slide of 1,280 × 720 pixels has SLIDE of them.
"""

from collections.abc import Mapping
from statistics import fmean

from autograd.drawing.boxes import ROW, Box, height_of

__all__ = ["SLIDE", "Places"]

SLIDE = (960.0, 540.0)
GAP, BETWEEN = 46.0, 6.0  # between columns; between boxes of a column
NARROW, MARGIN = 28.0, 18.0
PITCH, CLOSE = 130.0, 74.0  # of the boxes of a column, at least; in a compact picture
ABOVE, BESIDE, CAPTION = 28.0, 0.0, 14.0  # upright: above a row; beside a box; for a row's header


class Places:
    """Gives each box its place (`x`, `y`) and its form; `size` is how wide and high it all is."""

    def __init__(self, boxes: Mapping[str, Box], compact: bool, upright: bool) -> None:
        self.boxes, self.compact = boxes, compact
        last = max(box.column for box in boxes.values())
        columns = [[box for box in boxes.values() if box.column == i] for i in range(last + 1)]
        self.columns = [column for column in columns if column]
        self.size = self.downwards() if upright else self.sideways()

    # --- From left to right ----------------------------------------------------------------------------

    def sideways(self) -> tuple[float, float]:
        """Columns from left to right, with what stands on edges where there is room."""
        height = max(sum(box.height + BETWEEN for box in column) for column in self.columns)
        pitch = CLOSE if self.compact else PITCH
        height = max(height, min(SLIDE[1] - 50.0, pitch * max(map(len, self.columns))))
        self.choose_forms(height)
        self.place(height)
        if self.compact:
            return self.spread(NARROW) + MARGIN, height + 2.0 * ROW
        for box in self.boxes.values():
            box.labels = box.labels or bool(box.edges and box.edges[0].slope and len(box.edges) < 4)
        width = self.spread()
        of_operations = [box for box in self.boxes.values() if box.labels and box.edges[0].slope]
        for boxes in (of_operations, *self.columns):  # what stands on edges gives way, from the left
            if width > SLIDE[0] - MARGIN:
                for box in boxes:
                    box.labels = False
                width = self.spread()
        if width > SLIDE[0] - MARGIN:
            width = self.spread(NARROW)
        return width + MARGIN, height + 2.0 * ROW

    def choose_forms(self, height: float) -> None:
        """How much is written in each box of a picture that is so high."""
        for column in self.columns:
            pitch = height / len(column)
            for box in column:
                fits = [i for i, rows in enumerate(box.forms) if height_of(rows) + BETWEEN <= pitch]
                box.form = fits[-2 if self.compact and len(fits) > 1 else 0] if fits else -1
                box.labels = (
                    bool(box.edges) and pitch >= (ROW + 4.0) * len(box.edges) and not box.edges[0].slope
                ) and not self.compact

    def place(self, height: float) -> None:
        """The boxes of each column from the top down, operations in the order of what they use."""
        for column in self.columns:
            groups = self.grouped(column, upright=False)
            room = height / len(groups)
            for i, group in enumerate(groups):
                y = height - (i + 0.5) * room
                group[0].y = y
                y -= group[0].height / 2.0 + 14.0
                for box in group[1:]:
                    box.y = y - box.height / 2.0
                    y -= box.height + BETWEEN

    def spread(self, gap: float = GAP) -> float:
        """Give each column its place from left to right; how wide it all is."""
        x = 0.0
        for column in self.columns:
            x += max((box.label_width for box in column if box.labels), default=0.0)
            wide = max(box.width for box in column)
            for box in column:
                box.x = x + wide / 2.0
            x += wide + gap
        return x - gap

    # --- From the top down -----------------------------------------------------------------------------

    def downwards(self) -> tuple[float, float]:
        """Rows from the top down, each spread over the whole width."""
        for box in self.boxes.values():
            box.form = max(len(box.forms) - 2, 0)
        width = max(
            sum(map(self.breadth, groups)) + BESIDE * (len(groups) - 1)
            for groups in (self.grouped(column, upright=True) for column in self.columns)
        )
        y = 0.0
        for column in self.columns:
            groups = self.grouped(column, upright=True)
            free = (width - sum(map(self.breadth, groups))) / len(groups)
            half = max(box.height for box in column) / 2.0
            y -= ABOVE + CAPTION * any(box.header for box in column) + half
            x = free / 2.0
            for group in groups:
                for box in group:
                    box.x, box.y = x + box.width / 2.0, y
                    x += box.width + BESIDE
                x += free - BESIDE
            y -= half
        return width + MARGIN, -y + 2.0 * ROW

    # --- Both ------------------------------------------------------------------------------------------

    def grouped(self, column: list[Box], upright: bool) -> list[list[Box]]:
        """Each box of a column or row with the leaves that stand by it; operations as what they use stands.

        Of operations on the same, such as the outputs of a softmax, the first input says which comes first.
        """
        groups = [[box] for box in column if not box.below]
        given = [box for box in column if box.below]
        for group in groups:
            starts = {edge.start for edge in group[0].edges}
            group += [box for box in given if box.id in starts]
            given = [box for box in given if box.id not in starts]

        def order(group: list[Box]) -> tuple[float, float]:
            used = [self.boxes[edge.start] for edge in group[0].edges if edge.start in self.boxes]
            along = [box.x if upright else -box.y for box in used if box.column < group[0].column]
            return (round(fmean(along), 3), along[0]) if along else (0.0, 0.0)

        if all(edge.slope for box in column for edge in box.edges) and len(groups) > 1:
            groups.sort(key=order)
        return groups

    def breadth(self, group: list[Box]) -> float:
        """How wide a box is with the leaves beside it."""
        return sum(box.width for box in group) + BESIDE * (len(group) - 1)
