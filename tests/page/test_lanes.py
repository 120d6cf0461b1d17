"""A recorded graph that runs for many examples at once has the numbers that it has for each of them.

Skipped where there is no node.
"""

import json
import math
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphs import build, random_recipe, wild

import autograd
from autograd import Value, primitive, topological_order, weighted_sum
from autograd.page import recorded
from autograd.page.javascript import rules_in_javascript
from autograd.page.recorded import json_number, record

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node is installed")
ENGINE = "".join(
    Path(recorded.__file__).with_name(name).read_text(encoding="utf-8") for name in ("program.js", "lanes.js")
)

# Of each graph: the numbers of its own leaves and their gradients by lane, those of what is shared, and how
# often the local derivatives differ; first as program.js has them for one example after the other.
COMPARE = """
const out = cases.map(([program, own, rows, most]) => {
  rows = rows.map((row) => row.map(Number));
  const run = load(program, rules);
  const shared = new Float64Array(program.values.length);
  const alone = rows.map((row) => {
    own.forEach((place, c) => (run.values[place] = row[c]));
    run.forward();
    run.backward(0.5);
    run.grads.forEach((grad, place) => (shared[place] += grad));
    return [[...run.values], own.map((place) => run.grads[place]), run.slopes.map((d) => d[0] ?? 0)];
  });
  const lanes = new Lanes(program, rules, own);
  lanes.most = Math.min(lanes.most, most ?? Infinity);
  lanes.begin(run.values);
  const together = [];
  for (let from = 0; from < rows.length; from += lanes.most) {
    const count = lanes.put(rows, from);
    lanes.forward(count);
    lanes.backward(0.5, count);
    for (let l = 0; l < count; l++) {
      const grads = own.map((place) => lanes.grads[lanes.at[place] + l * lanes.step[place]]);
      const slopes = program.instructions.map((made, place) => (made ? lanes.slope(place, l) : 0));
      together.push([program.values.map((_, place) => lanes.number(place, l)), grads, slopes]);
    }
  }
  lanes.finish();
  const isSame = (numbers, others) => numbers.every((x, k) => Object.is(x, others[k]));
  const same = together.every((part, i) => part.every((numbers, j) => isSame(numbers, alone[i][j])));
  const sums = program.values.map((_, place) => (lanes.step[place] ? 0 : lanes.gradient(place)));
  const expected = program.values.map((_, place) => (lanes.step[place] ? 0 : shared[place]));
  return [together.length === rows.length && same, sums.map(String), expected.map(String)];
});
console.log(JSON.stringify(out));
"""


def in_node(cases: Any, rules: str | None = None) -> Any:
    """What COMPARE says of each case."""
    text = f"{ENGINE}\nconst rules = {rules or rules_in_javascript(lanes=True)};\n"
    text += f"const cases = {json.dumps(cases)};\n{COMPARE}"
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=text, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def check(cases: Any, rules: str | None = None) -> None:
    """In lanes the numbers are the same to the bit; sums over lanes are, but for their order."""
    for same, sums, expected in in_node(cases, rules):
        assert same
        largest = max(1.0, *(abs(float(x)) for x in expected if math.isfinite(float(x))))
        for ours, theirs in zip(map(float, sums), map(float, expected), strict=True):
            if math.isfinite(theirs) or math.isnan(theirs):
                assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12 * largest, nan_ok=True)


@needs_node
@pytest.mark.parametrize("tame", [True, False])
def test_lanes_have_the_numbers_of_each_example(tame: bool) -> None:
    """Of random graphs, with some leaves of each lane's own, and the others shared."""
    random = Random(str(tame))
    cases = []
    for _ in range(120):
        *_, root = build(random_recipe(random, 14, tame), autograd)
        order = topological_order(root)
        own = [place for place, node in enumerate(order) if node.is_leaf and random.random() < 0.5]

        def number(leaf: Value, tame: bool = tame) -> float | str:
            return json_number(leaf.data + random.uniform(-0.1, 0.1) if tame else wild(random))

        rows = [[number(order[place]) for place in own] for _ in range(7)]
        cases.append([record(root, lanes=True).program, own, rows])
    check(cases)


@needs_node
@pytest.mark.parametrize("most", [None, 1, 3, 100])
def test_more_examples_than_lanes(most: int | None) -> None:
    """They are taken in turns; a norm of the weights is computed once, and its gradient counts for each."""
    w = [Value(0.1 * i - 0.4, f"w{i}") for i in range(9)]
    x = [Value(0.0, f"x{i}") for i in range(9)]
    root = weighted_sum(w, x, Value(0.5)).tanh() + autograd.norm(w) * 0.01
    order = topological_order(root)
    random = Random(1)
    rows = [[random.gauss(0.0, 1.0) for _ in x] for _ in range(300)]
    check([[record(root, lanes=True).program, [order.index(leaf) for leaf in x], rows, most]])


@needs_node
def test_an_input_that_comes_again() -> None:
    """Among four that are alike, it is not lost."""
    a, b, x = Value(0.3), Value(-2.0), Value(1.5)
    root = weighted_sum([a, a, b, a, a, b, b], [x, x, x, x, a, x, x], Value(0.0))
    order = topological_order(root)
    check([[record(root, lanes=True).program, [order.index(x)], [[0.25], [4.0], [-1.0]]]])


@needs_node
def test_a_result_that_all_lanes_share() -> None:
    """Its gradient is that of as many lanes as there are."""
    a, b, x = Value(0.3), Value(-2.0), Value(1.5)
    root = (a * b).tanh() + 0.0 * a
    order = [x, *topological_order(root)]
    check([[record(root, order, lanes=True).program, [0], [[0.25], [4.0], [-1.0]]]])


@primitive
def scaled(a: float, b: float, c: float) -> tuple[float, float, float, float]:
    """A rule of a user's own."""
    return a * b + c, b, a, 1.0


@needs_node
def test_a_users_rule_in_lanes() -> None:
    """It has no loop of its own, and is called for each lane."""
    a, b, x = Value(0.3), Value(-2.0), Value(1.5)
    root = scaled(a, x, b) * scaled(x, x, a)
    graph = record(root, lanes=True)
    own = topological_order(root).index(x)
    check([[graph.program, [own], [[0.25], [4.0], [-1.0]]]], graph.rules)


def test_what_is_read_from_the_source_of_a_sum() -> None:
    """The loops of `weighted_sum` and `sum`; a rule with a condition, or that calls another, has none."""
    entries = rules_in_javascript(lanes=True).split("\n")
    of = {line.split(":")[0]: line for line in entries if ": { arity: " in line}
    with_slopes = {name for name, line in of.items() if "slopes: (n, copied, fixed)" in line}
    assert with_slopes == {"sum", "weighted_sum"}
    with_lanes = {name for name, line in of.items() if "lanes: " in line}
    assert with_lanes == with_slopes | {name for name, line in of.items() if "arity: 0" not in line}
    assert "lanes" not in rules_in_javascript()
