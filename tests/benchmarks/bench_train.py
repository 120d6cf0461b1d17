"""Trainings from call to return, each beside its peers: `python tests/benchmarks/bench_train.py [--cpu]`.

* digits: 20 epochs with accuracy, and 360 digits held out after each; beside PyTorch and NumPy by hand.
* moons: 100 iterations from a fresh model; beside PyTorch and NumPy by hand.
* loop: forward, zero_grad, backward, gradient_descent_step on a tape; beside `Tape.descend`, a step a call.
* names: epochs of the lesson tiny_gpt, from a fresh model; beside the eager engine and PyTorch.

All take turns. A ratio is that of two neighbours in a turn: the median, and the quartiles. With `--cpu` the
clock is that of the process alone, for a machine that has other things to do.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import steps_of_digits as digits
import steps_of_moons as moons
import steps_of_names as names

import autograd

for limit in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(limit, "1")  # these matrices are too small to share; the peers are imported later

Run = Callable[[], Any]
Make = Callable[[], tuple[Run, int]]  # a run, and how many steps it has


def programs() -> dict[str, tuple[str, str, dict[str, Make]]]:
    """By name: a title, the unit of a step, and what is run, the first beside each of the others."""
    return {
        "digits": (
            "Digits: 20 epochs with accuracy and a held-out set",
            "ms",
            {
                "nn.train": lambda: digits.whole_training(digits.load()),
                "PyTorch": lambda: digits.torch_training(digits.load()),
                "NumPy by hand": lambda: digits.numpy_training(digits.load()),
            },
        ),
        "moons": (
            "Moons: 100 iterations, one of them",
            "µs",
            {
                "nn.train": lambda: moons.whole_training(moons.moons()),
                "PyTorch": lambda: moons.hundred(moons.torch_steps, moons.moons()),
                "NumPy by hand": lambda: moons.hundred(moons.numpy_steps, moons.moons()),
            },
        ),
        "loop": (
            "Moons: a step on a tape",
            "µs",
            {
                "the loop by hand": lambda: moons.tape_loop(moons.moons()),
                "Tape.descend": lambda: moons.descent_steps(moons.moons()),
            },
        ),
        "names": (
            f"tiny_gpt: {names.EPOCHS} epochs",
            "ms",
            {
                "nn.train": lambda: names.training(names.load()),
                'nn.train, engine="eager"': lambda: names.training(names.load(), "eager"),
                "PyTorch": lambda: names.torch_training(names.load()),
            },
        ),
    }


def compare(title: str, unit: str, makers: dict[str, Make], rounds: int, clock: Callable[[], float]) -> None:
    """Run all in turns, and print what a step takes, and how much longer it is than the first one's."""
    print(f"\n{title}")
    runs = {}
    for name, make in makers.items():
        try:
            runs[name] = make()
        except ImportError as error:
            print(f"  {name:26} not installed ({error.name})")
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, (run, steps) in runs.items():
            repeat = 300 if steps == 1 and unit == "µs" else 1
            start = clock()
            for _ in range(repeat):
                run()
            if turn > 0 or rounds == 1:  # the first turn makes ready
                times[name].append((clock() - start) / repeat / steps)
        if rounds == 1:
            break
    show(times, unit)


def show(times: dict[str, list[float]], unit: str) -> None:
    """Medians with quartiles; and each beside the first, turn by turn."""
    first, *_ = times.values()
    for name, seconds in times.items():
        low, median, high = quartiles([t * (1e6 if unit == "µs" else 1e3) for t in seconds])
        below, ratio, above = quartiles([t / own for t, own in zip(seconds, first, strict=True)])
        print(
            f"  {name:26}{median:10.1f} {unit}  ({low:.1f} to {high:.1f})"
            f"{ratio:10.2f} ×  ({below:.2f} to {above:.2f})"
        )


def quartiles(numbers: list[float]) -> list[float]:
    """The quartiles; of a single number, that number."""
    return statistics.quantiles(numbers, n=4) if len(numbers) > 1 else numbers * 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="how many turns each takes (default 9)")
    parser.add_argument("--only", choices=["digits", "moons", "loop", "names"], help="one of them alone")
    parser.add_argument("--cpu", action="store_true", help="the time of this process alone")
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    print(
        f"{autograd.engine()} engine, {options.rounds} rounds, {'processor' if options.cpu else 'wall'} time"
    )
    for name, (title, unit, makers) in programs().items():
        if options.only in (None, name):
            rounds = min(options.rounds, 3) if name == "names" else options.rounds
            compare(title, unit, makers, rounds, clock)


if __name__ == "__main__":
    main()
