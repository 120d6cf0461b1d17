"""Backpropagation written out by hand: a program of a dozen lines, and a check of yours."""

import runpy
from math import isclose
from pathlib import Path
from typing import Any

from figures import claim, leaf_options, lesson_options, place

from autograd import Value, draw

ABOUT = """Writes the backward pass of a neuron with a squared error as a plain program, one line for each
gradient, and compares it with the engine. It leaves a copy with blanks: fill them in, and have them checked
with --check FILE."""

START = {"x": 0.5, "w": -3.0, "b": 2.0, "t": 1.0}

FORWARD = """\
from math import tanh

p = w * x
n = p + b
o = tanh(n)
e = o - t
L = e * e
"""

# Each gradient: its name, how it is computed, and what to think of.
BACKWARD = [
    ("L_grad", "1.0", "a change of L changes L as much"),
    ("e_grad", "L_grad * 2.0 * e", "L = e * e: e is used twice, and each use gives L_grad * e"),
    ("o_grad", "e_grad * 1.0", "e = o - t"),
    ("t_grad", "e_grad * -1.0", "e = o - t"),
    ("n_grad", "o_grad * (1.0 - o * o)", "o = tanh(n): the slope of tanh, from its value"),
    ("p_grad", "n_grad * 1.0", "n = p + b: a sum passes its gradient on as it is"),
    ("b_grad", "n_grad * 1.0", "n = p + b"),
    ("w_grad", "p_grad * x", "p = w * x: of a product, the other factor"),
    ("x_grad", "p_grad * w", "p = w * x"),
]


def program(start: dict[str, float], solved: bool) -> str:
    """The forward pass, then a line for each gradient: its formula, or a blank."""
    leaves = "".join(f"{name} = {value!r}\n" for name, value in start.items())
    lines = [f"{name} = {formula if solved else '...'}  # {hint}" for name, formula, hint in BACKWARD]
    return leaves + FORWARD + "\n" + "\n".join(lines) + "\n"


def engine_gradients(start: dict[str, float]) -> dict[str, float]:
    """The same expression recorded, and its gradients by name."""
    x, w, b, t = (Value(value, label=name) for name, value in start.items())
    p = w * x
    n = p + b
    o = n.tanh()
    e = o - t
    L = e * e
    L.backward()
    nodes = {"x": x, "w": w, "b": b, "t": t, "p": p, "n": n, "o": o, "e": e, "L": L}
    for name, node in nodes.items():
        node.label = name
    return {f"{name}_grad": node.grad for name, node in nodes.items()} | {"root": L}


def first_slip(file: Path, gradients: dict[str, Any]) -> str:
    """Run a program and compare its gradients in the order of the pass; what is wrong with the first."""
    if not file.is_file():
        return "there is no such file"
    try:
        found = runpy.run_path(str(file))
    except Exception as error:  # whatever the reader's program does
        return f"it stops with {type(error).__name__}: {error}"
    for name, _, hint in BACKWARD:
        mine = found.get(name, ...)
        if mine is ...:
            return f"{name} is still to be filled in ({hint})"
        if not isinstance(mine, (int, float)) or not isclose(
            mine, gradients[name], rel_tol=1e-9, abs_tol=1e-12
        ):
            return f"{name} is {mine!r}, and should be {gradients[name]:.6g} ({hint})"
    return ""


def main() -> None:
    """Write both programs, run one, and check the reader's if there is one."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--check", type=Path, metavar="FILE", help="your program, to be checked")
    leaf_options(parser, START)
    options = parser.parse_args()
    start = {name: getattr(options, name) for name in START}
    gradients = engine_gradients(start)
    if options.check:
        slip = first_slip(options.check, gradients)
        print(f"{options.check}: {slip or 'every gradient is right'}.")
        return
    print("The program of a backward pass, for L = (tanh(w * x + b) - t)²:\n")
    print(program(start, solved=True))
    solution = place(options.out, "backward_by_hand-solution.py")
    solution.write_text(program(start, solved=True), encoding="utf-8")
    exercise = place(options.out, "backward_by_hand-exercise.py")
    exercise.write_text(program(start, solved=False), encoding="utf-8")
    draw(gradients["root"]).save(place(options.out, "backward_by_hand-graph.svg"))
    print("\nGradient by    this program     the engine")
    found = runpy.run_path(str(solution))
    for name, _, _ in BACKWARD:
        print(f"  {name.removesuffix('_grad'):8} {found[name] + 0.0:16.9f} {gradients[name] + 0.0:14.9f}")
    slip = first_slip(solution, gradients)
    claim(options, not slip, "Line by line the program finds what the engine finds", slip)
    print(f"Fill in the blanks of {exercise.name}, and have them checked with --check.")


if __name__ == "__main__":
    main()
