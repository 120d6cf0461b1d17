"""The tape beside its peers: `python tests/benchmarks/bench_tape.py [--rounds N] [--plot FILE]`.

Peers: `pip install torch jax numpy micrograd==0.1.0 minigrad==0.0.6 scikit-learn`; one that is absent is
listed as such. All take turns, so that a machine that slows down slows them all. All losses must agree.
"""

import argparse
import gc
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import steps_of_digits as digits
import steps_of_moons as moons

import autograd
import nn
from autograd import Tape, Value, weighted_sum

for limit in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(limit, "1")  # these matrices are too small to share

MOONS: dict[str, Callable[[moons.Moons], moons.Steps]] = {
    "stepgrad, tape": moons.descent_steps,
    "stepgrad, tape, 100 steps at once": partial(moons.descent_steps, count=100),
    "stepgrad, tape, of single * and +": partial(moons.descent_steps, fused=False),
    "stepgrad, tape, a loop by hand": moons.tape_loop,
    "stepgrad, tape, with nn.SGD": moons.tape_steps,
    "stepgrad, the same, batch in NumPy": partial(moons.tape_steps, array=True),
    "stepgrad, nn.train (100 iterations)": moons.train_steps,
    "stepgrad, eager": moons.eager_steps,
    "C by hand, 100 steps at once": moons.c_steps,
    "NumPy by hand": moons.numpy_steps,
    "JAX, jit": moons.jax_steps,
    "JAX, 100 steps in a scan": partial(moons.jax_steps, scanned=100),
    "PyTorch, nn + SGD": moons.torch_steps,
    "minigrad": moons.minigrad_steps,
    "micrograd": moons.micrograd_steps,
}


DIGITS: dict[str, Callable[[digits.Digits], digits.Epoch]] = {
    "stepgrad, tape": partial(digits.train_epoch, engine="tape"),
    "stepgrad, tape, with accuracy": partial(digits.train_epoch, engine="tape", metric=nn.accuracy),
    "stepgrad, eager": partial(digits.train_epoch, engine="eager"),
    "NumPy by hand": digits.numpy_epoch,
    "PyTorch, nn + Adam": digits.torch_epoch,
}
WHOLE: dict[str, Callable[[digits.Digits], digits.Epoch]] = {
    "stepgrad, nn.train": digits.whole_training,
    "PyTorch": digits.torch_training,
}


def compare(title: str, makers: dict[str, Any], data: Any, rounds: int, unit: str, scale: float) -> None:
    """One table: all do as many steps first, so that their losses can be compared, then take turns."""
    print(f"\n{title}")
    runs, losses = {}, {}
    for name, make in makers.items():
        try:
            run, steps = make(data)
        except ImportError as error:
            print(f"  {name:38} not installed ({error.name})")
            continue
        warm = (100 if unit == "µs" else 20) // steps
        if name != "micrograd":
            losses[name] = [run() for _ in range(warm)][-1]
        seconds = timed(run, 1)
        runs[name] = run, steps, max(1, int(0.01 / seconds)), rounds if seconds < 1.0 else 2
    times: dict[str, list[float]] = {name: [] for name in runs}
    gc.freeze()  # what is there by now is not looked at again, so that
    for turn in range(rounds):
        for name, (run, steps, repeat, turns) in runs.items():
            if turn < turns:
                gc.collect()  # takes no time; what a peer leaves behind is not the next one's to collect
                times[name].append(timed(run, repeat) / steps)
    show(times, unit, scale)
    wanted = next(iter(losses.values()))
    print(f"  losses differ by {max(abs(loss / wanted - 1.0) for loss in losses.values()):.0e} at most")


def show_limit(data: moons.Moons, rounds: int) -> None:
    """The tape beside C by hand and what the processor can do at most, in processor time, in short turns."""
    print("\nThe limit: 100 steps at once, in processor time; the layers' share of the processor's peak")
    try:
        runs = [moons.descent_steps(data, count=100), moons.c_steps(data), moons.peak_steps()]
    except ImportError as error:
        print(f"  C by hand: not compiled, {error}")
        return
    times: list[list[float]] = [[], [], []]
    for _ in range(10 * rounds):
        for (run, count), seconds in zip(runs, times, strict=True):
            start = time.process_time()
            run()
            seconds.append((time.process_time() - start) / count)
    for title, choose in (("median", statistics.median), ("least", min)):
        ours, by_hand, operation = map(choose, times)
        shares = [moons.operations() * operation / seconds for seconds in (ours, by_hand)]
        print(
            f"  {title:7} tape {1e6 * ours:.2f} µs ({shares[0]:.0%}), C by hand {1e6 * by_hand:.2f} µs "
            f"({shares[1]:.0%}): {ours / by_hand:.2f} ×; the peak is {1e-9 / operation:.1f} GFLOP/s"
        )


def compare_whole(data: digits.Digits, rounds: int) -> None:
    """Trainings from call to return, in turns."""
    print("\nThe whole: 20 epochs with accuracy, 360 digits held out after each, from call to return")
    times: dict[str, list[float]] = {}
    for _ in range(max(2, rounds)):
        for name, make in WHOLE.items():
            try:
                times.setdefault(name, []).append(timed(make(data)[0], 1))
            except ImportError as error:
                print(f"  {name:38} not installed ({error.name})")
    show({name: seconds for name, seconds in times.items() if seconds}, "ms", 1e3)


def timed(run: Callable[[], Any], repeat: int) -> float:
    """Seconds of a run, the mean of several at once."""
    start = time.perf_counter()
    for _ in range(repeat):
        run()
    return (time.perf_counter() - start) / repeat


def show(times: dict[str, list[float]], unit: str, scale: float) -> None:
    """Medians with quartiles, and each median against the first."""
    first = statistics.median(next(iter(times.values())))
    for name, seconds in times.items():
        low, median, high = statistics.quantiles([scale * t for t in seconds], n=4)
        ratio = median / scale / first
        print(f"  {name:38}{median:12.2f} {unit}  ({low:.2f} to {high:.2f}) {ratio:10.2f} ×")


# --- By number of lanes and of nodes ------------------------------------------------------------------------


STEPS = 3  # of a descent


def cost(nodes: int, lanes: int) -> dict[str, float]:
    """Nanoseconds a lane-node by way of running a chain of layers of relu, and bytes.

    They are of processor time: of the seconds of a long run, other programs may take some.
    """
    import numpy

    rng = random.Random(1)
    row = [Value(rng.uniform(-1.0, 1.0)) for _ in range(4)]
    inputs, made, parameters = row, 4, []
    while made + 8 <= nodes:
        weights = [[Value(rng.uniform(-0.7, 0.7)) for _ in range(4)] for _ in range(4)]
        row = [weighted_sum(w, row, 0.1).relu() for w in weights]
        made += 8
        parameters += [w for some in weights for w in some]
    tape = Tape(autograd.sum(row), inputs)
    batch = numpy.random.default_rng(1).normal(size=(lanes, 4))

    def two_passes() -> None:
        tape.forward(batch)
        tape.backward()

    before = resident()
    two_passes()
    result = {"bytes": (resident() - before) / (made * lanes)}
    ways: dict[str, tuple[Callable[[], Any], int]] = {
        "descend": (lambda: tape.descend(batch, parameters, 1e-9, STEPS), STEPS),
        "at once": (lambda: tape.forward_backward(batch), 1),
        "forward, backward": (two_passes, 1),
    }
    for name, (run, steps) in ways.items():
        times = []
        for _ in range(max(3, min(200, 2_000_000 // (nodes * lanes)))):
            start = time.process_time()
            run()
            times.append(time.process_time() - start)
        result[name] = statistics.median(times) / (steps * made * lanes) * 1e9
    return result


def resident() -> int:
    """Bytes of memory that this process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def scale_table(plot: str | None) -> None:
    """Cost of a lane-node from 10⁴ to 10⁷ of them, by lanes and by nodes; and a figure of it."""
    print(
        "\nCost of a lane-node (weighted sums of 4 and relu), in ns of processor time; memory for it in bytes"
    )
    curves: dict[str, list[tuple[int, float]]] = {}
    for size in (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000):
        print(f"  {size:>10,} lane-nodes")
        for title, nodes, lanes in (("100 nodes", 100, size // 100), ("100 lanes", size // 100, 100)):
            costs = cost(nodes, lanes)
            print(f"    {title}: " + ", ".join(f"{name} {number:.2f}" for name, number in costs.items()))
            for name in ("descend", "forward, backward"):
                curves.setdefault(f"{title}, {name}", []).append((size, costs[name]))
    if plot:
        draw_curves(curves, plot)


def draw_curves(curves: dict[str, list[tuple[int, float]]], plot: str) -> None:
    """The figure."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 4.0), layout="constrained")
    axes = figure.add_subplot()
    for name, curve in curves.items():
        axes.plot(*zip(*curve, strict=True), marker="o", label=name)
    axes.set(xscale="log", xlabel="lanes × nodes", ylabel="ns a lane-node, forward and backward")
    axes.set_ylim(bottom=0.0)
    axes.set_title("What a number on the tape costs", loc="left", weight="bold")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(plot)
    print(f"  {plot}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25, help="how many turns each takes (default 25)")
    parser.add_argument("--plot", help="where to save the cost by number of lanes and nodes, as .svg or .png")
    parser.add_argument("--only", choices=["moons", "digits", "scale"], help="one part alone")
    options = parser.parse_args()
    only = options.only or "moons digits scale"
    kept = [None] * 1_000_000  # minigrad gives away a reference to None in each call that returns it
    print(f"Python {sys.version.split()[0]}, {autograd.engine()} engine, {options.rounds} rounds")
    if "moons" in only:
        title = "A step of the moons: 100 points, MLP 2-16-16-1 relu, hinge + L2, float64, updated"
        compare(title, MOONS, moons.moons(), options.rounds, "µs", 1e6)
        show_limit(moons.moons(), options.rounds)
    if "digits" in only:
        title = "An epoch of the digits: 1,437 in batches of 32, MLP 64-16-10 tanh, cross-entropy, Adam"
        compare(title, DIGITS, digits.load(), options.rounds, "ms", 1e3)
        compare_whole(digits.load(), -(-options.rounds // 5))
    if "scale" in only:
        scale_table(options.plot)
    del kept


if __name__ == "__main__":
    main()
