"""Where the boxes of a network's picture stand, and how much is written in each: what there is room for.

From left to right a column is a layer, its boxes spread evenly; in an upright picture, from the top down, a
row. Lengths are points; a slide of 1,280 × 720 pixels has SLIDE of them.
"""

from collections.abc import Mapping
from statistics import fmean

from autograd.drawing.boxes import ROW, Box, height_of

__all__ = ["SLIDE", "Places"]

SLIDE = (960.0, 540.0)
STAGE = 282.0  # points of it that a page leaves for the boxes of its picture
GAP, BETWEEN = 46.0, 6.0  # between columns; between boxes of a column
NARROW, WIDEST, NEAR = 28.0, 64.0, 3.0  # the same of a compact picture
MARGIN = 18.0
PITCH, CLOSE = 130.0, 74.0  # of the boxes of a column, at least; in a compact picture
ABOVE, BESIDE, CAPTION = 28.0, 0.0, 14.0  # upright: above a row; beside a box; for a row's header
LEAST = 245.0  # as wide as an upright picture may be on a phone with letters that can be read


class Places:
    """Gives each box its place (`x`, `y`) and its form; `size` is how wide and high it all is."""

    def __init__(self, boxes: Mapping[str, Box], compact: bool, upright: bool) -> None:
        self.boxes, self.compact = boxes, compact
        self.between = NEAR if compact else BETWEEN
        last = max(box.column for box in boxes.values())
        columns = [[box for box in boxes.values() if box.column == i] for i in range(last + 1)]
        self.columns = [column for column in columns if column]
        self.size = self.downwards() if upright else self.sideways()

    # --- From left to right ----------------------------------------------------------------------------

    def sideways(self) -> tuple[float, float]:
        """Columns from left to right, with what stands on edges where there is room."""
        height = max(sum(box.height + self.between for box in column) for column in self.columns)
        pitch, most = (CLOSE, STAGE) if self.compact else (PITCH, SLIDE[1] - 50.0)
        height = max(height, min(most, pitch * max(map(len, self.columns))))
        self.choose_forms(height)
        self.place(height)
        if self.compact:
            between = (SLIDE[0] - 3.0 * MARGIN - self.spread(0.0)) / max(len(self.columns) - 1, 1)
            return self.spread(min(max(between, NARROW), WIDEST)) + MARGIN, height + 2.0 * ROW
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
                heights = [height_of(rows) + self.between for rows in box.forms]
                first = self.first_form(box)
                box.form = next((i for i in range(first, len(heights)) if heights[i] <= pitch), -1)
                box.labels = (
                    bool(box.edges) and pitch >= (ROW + 4.0) * len(box.edges) and not box.edges[0].slope
                ) and not self.compact

    def first_form(self, box: Box) -> int:
        """The fullest form that this picture has of a box: of a neuron a compact one does not show all."""
        return 1 if self.compact and len(box.forms) > 2 else 0

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
                    y -= box.height + self.between

    def spread(self, gap: float = GAP) -> float:
        """Give each column its place from left to right; how wide it all is."""
        x = 0.0
        for column in self.columns:
            x += max((box.label_width for box in column if box.labels), default=0.0)
            wide = max(box.width for box in column)
            for box in column:
                box.x = x + wide / 2.0
                box.column_width = wide
            x += wide + gap
        return x - gap

    # --- From the top down -----------------------------------------------------------------------------

    def downwards(self) -> tuple[float, float]:
        """Rows from the top down, each spread over the whole width."""
        for box in self.boxes.values():
            box.form, box.bare = (1 if len(box.forms) > 2 else 0), self.compact
        width = max(map(self.least_width, self.columns))
        if self.compact:
            width = max(width, LEAST)
        for column in self.columns if self.compact else []:
            self.say_which(column, width)
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

    def least_width(self, column: list[Box]) -> float:
        """How wide a row is at least."""
        groups = self.grouped(column, upright=True)
        return sum(map(self.breadth, groups)) + BESIDE * (len(groups) - 1)

    def say_which(self, row: list[Box], width: float) -> None:
        """Have the boxes of a row say which number is which, if there is room for that."""
        for bare in (False, True):
            for box in row:
                box.bare = bare
            if self.least_width(row) <= width:
                return

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
