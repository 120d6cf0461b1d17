"""The slope of a curve from its values alone: central differences, extrapolated, and kinks."""

from collections.abc import Callable
from math import inf, nan

__all__ = ["Curve", "central_difference", "has_kink", "slope_between", "step_scales"]

Curve = Callable[[float], float]


def central_difference(curve: Curve, at: float, rounding: float) -> tuple[float, float, float]:
    """The slope of a curve, how far that may be off, and the step it was found with.

    Ridders' method (1982): differences over shorter and shorter steps, extrapolated to no step at all; of
    the whole table the entry that agrees best with its neighbours. Where a sure one of shorter steps
    contradicts it, that counts: the longer ones went past a kink or a whole wave.
    """
    slope, doubt, found = nan, inf, nan
    for scale in step_scales(at):
        row: list[float] = []
        for step in (0.1 * scale / 16.0**k for k in range(10)):
            above, row = row, [slope_between(curve, at, step)]
            for j, older in enumerate(above):
                row.append(row[j] + (row[j] - older) / (256.0 ** (j + 1) - 1.0))
                off = max(abs(row[-1] - row[j]), abs(row[-1] - older)) + rounding / step
                sure = off <= 1e-3 * max(abs(row[-1]), abs(slope))
                contradicts = sure and abs(row[-1] - slope) > 10.0 * (off + doubt)
                if off < doubt or contradicts:
                    slope, doubt, found = row[-1], off, step
    return slope, doubt, found


def has_kink(curve: Curve, at: float, rounding: float) -> bool:
    """Whether the slopes to the left and to the right stay apart however short the step."""
    here, last, kink, longer = curve(at), 0.0, False, inf
    steps = [short * scale for scale in step_scales(at) for short in (1e-5, 1e-8, 1e-11)]
    for step in sorted(steps, reverse=True):
        above, below = at + step, at - step
        if above == at or below == at or step > 0.01 * longer:
            continue
        longer = step
        gap = abs((curve(above) - here) / (above - at) - (here - curve(below)) / (at - below))
        noise = 100.0 * rounding / step
        if gap > noise:
            kink, last = gap > 0.5 * last > 0.0, gap
        elif noise < last:
            kink, last = False, 0.0
    return kink


def step_scales(at: float) -> list[float]:
    """What a step is short against: 1, and the number itself; the larger first."""
    return sorted({1.0, abs(at) or 1.0}, reverse=True)


def slope_between(curve: Curve, at: float, step: float) -> float:
    """The central difference of a curve: its slope between `at` − `step` and `at` + `step`."""
    above, below = at + step, at - step
    return (curve(above) - curve(below)) / (above - below) if above > below else nan
