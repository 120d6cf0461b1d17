"""Prints the worst error of each primitive's derivatives, to the fourth order, against mpmath at 50 digits.

python tests/proofs/derivatives.py

The derivatives are those of grad(…, create_graph=True), again and again; an error is of max(1, |derivative|).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from smooth import POINTS, higher_derivatives

import autograd
from autograd.core.primitives import PRIMITIVES


def main() -> None:
    """Try each primitive at all points, by each of its inputs."""
    print(f"{autograd.engine()} engine, at {', '.join(f'{x:g}' for x in POINTS)}; worst error by order")
    print(f"{'primitive':22}" + "".join(f"{order:>10}" for order in range(1, 5)))
    worst = dict.fromkeys(range(1, 5), 0.0)
    for name in [*PRIMITIVES, "power_of"]:
        errors = dict.fromkeys(worst, 0.0)
        for x in POINTS:
            for order, derivative, exact in higher_derivatives(name, x):
                errors[order] = max(errors[order], abs(derivative - exact) / max(1.0, abs(exact)))
        print(f"{name:22}" + "".join(f"{error:10.1e}" for error in errors.values()))
        worst = {order: max(error, errors[order]) for order, error in worst.items()}
    print(f"{'the worst':22}" + "".join(f"{error:10.1e}" for error in worst.values()))


if __name__ == "__main__":
    main()
