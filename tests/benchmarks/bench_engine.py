"""Recording and differentiating, beside peers in the same run: `python tests/benchmarks/bench_engine.py`.

Peers: `pip install micrograd==0.1.0 minigrad==0.0.6`; one that is absent is listed as such. Engines take
turns, so that a machine that slows down slows them all; figures are medians with their quartiles.
"""

import argparse
import gc
import importlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import steps_of_moons as moons

import autograd

CHAINS, LINKS = 230, 300  # a chain link is *, + and relu: 207,000 operations


def engines() -> dict[str, Any]:
    """The Value class of each engine that is installed."""
    found = {"stepgrad": autograd.Value}
    for name, module in (("minigrad", "minigrad"), ("micrograd", "micrograd.engine")):
        try:
            found[name] = importlib.import_module(module).Value
        except ImportError:
            print(f"{name}: not installed")
    return found


def chains(value: Any, count: int = CHAINS) -> Any:
    """Chains of x = relu(x·w + b) over shared leaves, added up; for micrograd's recursion, in short ones."""
    links = [(value(0.5 + i / 100), value(i / 10)) for i in range(50)] * (LINKS // 50)
    total = value(0.0)
    for _ in range(count):
        x = value(1.0)
        for weight, bias in links:
            x = (x * weight + bias).relu()
        total = total + x
    return total


def interleaved(runs: dict[str, Callable[[], Any]], rounds: int, in_a_row: int = 1) -> dict[str, list[float]]:
    """Seconds of each run, the runs taking turns, after one round that is not counted.

    What a run returns is freed outside the timing. A turn is so many runs in a row, as in training.
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, run in runs.items():
            gc.collect()
            start = time.perf_counter()
            results = [run() for _ in range(in_a_row)]
            if turn:
                seconds[name].append((time.perf_counter() - start) / in_a_row)
            del results
    return seconds


def table(title: str, seconds: dict[str, list[float]], unit: str, scale: float) -> None:
    """Medians with quartiles, and each against the first by median of the ratios of a round."""
    print(f"\n{title}")
    first = next(iter(seconds))
    for name, times in seconds.items():
        low, median, high = (scale * q for q in statistics.quantiles(times, n=4))
        ratio = statistics.median(b / a for a, b in zip(seconds[first], times, strict=True))
        print(f"  {name:22}{median:10.1f} {unit}  ({low:.1f} to {high:.1f})   {ratio:8.2f} × {first}")


def build_and_differentiate(value: Any) -> Callable[[], Any]:
    """What (a) times; the graph is freed outside the timing."""

    def run() -> Any:
        root = chains(value)
        root.backward()
        return root

    return run


def fresh(code: str) -> str:
    """What `code` prints in a new process."""
    header = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from bench_engine import *\n"
    return subprocess.run(
        [sys.executable, "-P", "-c", header + code], check=True, capture_output=True, text=True
    ).stdout.strip()


def resident() -> int:
    """Bytes of memory this process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def memory(module: str, chains_count: int) -> float:
    """Bytes a node when the graph is built and differentiated, in a process of its own."""
    code = f"""
value = importlib.import_module({module!r}).Value
chains(value, 1).backward(); before = resident()
root = chains(value, {chains_count}); root.backward()
print((resident() - before) / ({chains_count} * (3 * LINKS + 2)))"""
    return float(fresh(code))


def cost(chains_count: int) -> float:
    """Nanoseconds an operation to build and differentiate, in a process of its own."""
    code = f"""
start = time.perf_counter(); root = chains(autograd.Value, {chains_count}); root.backward()
print((time.perf_counter() - start) / ({chains_count} * 3 * LINKS) * 1e9)"""
    return float(fresh(code))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="counted rounds (default 15)")
    rounds = parser.parse_args().rounds
    found = engines()
    kept = (None,) * 10_000_000  # minigrad gives away a reference to None in each call that returns it
    print(f"Python {sys.version.split()[0]}, {autograd.engine()} engine, {rounds} rounds")

    fast = {name: value for name, value in found.items() if name != "micrograd"}
    per_op = 1e9 / (CHAINS * LINKS * 3)
    title = f"(a) {CHAINS * LINKS * 3:,} operations * + relu, forward and backward"
    table(
        title, interleaved({n: build_and_differentiate(v) for n, v in fast.items()}, rounds), "ns/op", per_op
    )
    if "micrograd" in found:
        sys.setrecursionlimit(10_000)
        runs = {n: build_and_differentiate(found[n]) for n in ("stepgrad", "micrograd")}
        table("    beside micrograd", interleaved(runs, 2), "ns/op", per_op)
    for name, module in (("stepgrad", "autograd"), ("minigrad", "minigrad")):
        if name in found:
            print(f"    memory of {name}: {memory(module, CHAINS):.0f} bytes a node")

    data = moons.moons()
    plain = {name: moons.scalar_steps(value, data)[0] for name, value in fast.items()}
    title = "(b) moons step of single * + relu, 100 points, MLP 2-16-16-1, its graph freed; ten steps a turn"
    table(title, interleaved(plain, rounds, 10), "ms", 1e3)
    runs = {**plain, "stepgrad": moons.eager_steps(data)[0]}
    table("(c) the same step with nn.MLP", interleaved(runs, rounds, 10), "ms", 1e3)

    print("\n(d) cost of an operation by size of graph, each in a new process")
    small = [cost(111) for _ in range(5)]
    large = [cost(11_111) for _ in range(3)]
    for name, costs in (("100,000", small), ("10,000,000", large)):
        spread = f"({min(costs):.1f} to {max(costs):.1f})"
        print(f"  {name:>12} operations: {statistics.median(costs):6.1f} ns  {spread}")
    del kept
    print(f"  ratio of medians: {statistics.median(large) / statistics.median(small):.2f}")


if __name__ == "__main__":
    main()
