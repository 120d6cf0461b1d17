"""What the benchmarks read out of the README is there."""

import importlib.util
from pathlib import Path
from typing import Any


def test_the_loops_of_the_readme_are_found_and_run() -> None:
    """The session on training has an nn.train and a loop by hand, and can be run again."""
    path = Path(__file__).parent / "benchmarks" / "bench_readme.py"
    spec: Any = importlib.util.spec_from_file_location("bench_readme", path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    names: dict[str, Any] = {}
    runs = bench.readme_runs(names)
    assert [title for title, _ in runs] == ["README, nn.train", "README, by hand"]
    assert [iterations for _, iterations in runs] == [bench.ITERATIONS, bench.BY_HAND]
    assert names["history"].iterations == bench.ITERATIONS
    before = names["model"].parameters()[0].data
    runs["README, by hand", bench.BY_HAND]()
    assert names["model"].parameters()[0].data != before
