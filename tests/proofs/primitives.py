"""Prints the worst error in ulp of each primitive over all doubles, against mpmath at 50 digits.

python tests/proofs/primitives.py [points for each primitive]
"""

import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from oracle import TEXTBOOK, any_numbers, errors

import autograd


def main(points: int = 20_000) -> None:
    """Try each primitive at so many points; print the worst error of its value and of its derivatives."""
    random = Random(0)
    print(f"{autograd.engine()} engine, {points} points for each primitive, worst error in ulp")
    print(f"{'primitive':22}{'value':>8}{'derivatives':>14}   at")
    total, checked = 0.0, 0
    for name in TEXTBOOK:
        value, slope, where = 0.0, 0.0, []
        for _ in range(points):
            numbers = any_numbers(name, random)
            of_value, *of_slopes = errors(name, numbers) or [0.0]
            checked += 1 + len(of_slopes)
            if max(of_slopes, default=0.0) > slope:
                slope, where = max(of_slopes), numbers
            value = max(value, of_value)
        total = max(total, value, slope)
        print(f"{name:22}{value:8.2f}{slope:14.2f}   {', '.join(f'{x:.17g}' for x in where)}")
    print(f"{checked:,} numbers checked; the worst is {total:.2f} ulp off")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
