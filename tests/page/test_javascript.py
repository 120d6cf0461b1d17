"""The rules in JavaScript are those of primitives.py; a recorded graph, run there, is the engine's.

Skipped where there is no node.
"""

import json
import math
import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import oracle
import pytest
from graphs import WILD, build, random_recipe

import autograd
from autograd import Value, primitive, topological_order
from autograd.core import ieee
from autograd.core.nary import apply
from autograd.core.primitives import PRIMITIVES, power_of
from autograd.page import recorded
from autograd.page.javascript import SHARED, own_rule, rules_in_javascript
from autograd.page.recorded import json_number, record
from autograd.page.translator import UntranslatableError

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node is installed")
ULPS = 2
PROGRAM = Path(recorded.__file__).with_name("program.js").read_text(encoding="utf-8")

EVALUATE = """
const out = cases.map(([name, x, n]) => {
  const { arity, rule } = rules[name];
  const numbers = x.map(Number);
  if (arity !== 0) return rule(...numbers, ...(n === null ? [] : [Number(n)])).map(String);
  const d = numbers.map(() => 0);
  return [rule(numbers, d, numbers.length), ...d].map(String);
});
"""
RUN = """
const out = cases.map(([program, changed]) => {
  const run = load(program, rules);
  for (const [place, number] of changed) run.values[place] = Number(number);
  run.forward();
  run.backward(7); // of which nothing is left in the next pass
  run.backward(1);
  return [[...run.values].map(String), [...run.grads].map(String), run.slopes.map((d) => d.map(String))];
});
"""


def in_node(script: str, cases: Any, rules: str | None = None) -> Any:
    """What `script` makes of the cases, with the rules and program.js before it."""
    text = f"{PROGRAM}\nconst rules = {rules or rules_in_javascript()};\nconst cases = {json.dumps(cases)};\n"
    text += script + "\nconsole.log(JSON.stringify(out));"
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=text, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def number(text: str) -> float:
    """A number as JavaScript writes it."""
    return float(text.replace("Infinity", "inf"))


def ulps(a: float, b: float) -> float:
    """How many doubles lie between two; of NaNs, and of zeros of either sign, none."""
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0
    if math.isnan(a) or math.isnan(b):
        return math.inf

    def place(x: float) -> int:
        [bits] = struct.unpack("<q", struct.pack("<d", x))
        return bits if bits >= 0 else -(bits & (2**63 - 1))

    return abs(place(a) - place(b))


def some_numbers(name: str, count: int) -> list[list[float]]:
    """Numbers of the property tests, and any doubles at all, the odd ones often."""
    random = Random(name)
    cases = [oracle.any_numbers(name, random) for _ in range(count)]
    for numbers in [*cases[: count // 4]]:
        cases.append([random.choice(WILD) if random.random() < 0.5 else x for x in numbers])
    return cases


def largest_term(name: str, numbers: list[float], slopes: Sequence[float]) -> float:
    """Of a rule that adds up terms of both signs, how large they are; of another, 0."""
    if name == "logsumexp":
        return max(map(abs, numbers))
    if name == "cross_entropy":  # Σ tᵢ × surpriseᵢ; it is given targets below 0 too
        targets = list(map(abs, numbers[len(numbers) // 2 :]))
        return sum(targets) + sum(t * abs(s) for t, s in zip(targets, slopes[len(targets) :], strict=True))
    return 0.0


def differences(name: str, count: int) -> list[tuple[float, float, float]]:
    """How far a rule in JavaScript is from Python's: in ulps, absolutely, and the size of its terms."""
    given = some_numbers(name, count)
    if name == "power_of":
        ours = [power_of(n).evaluate([x]) for x, n in given]
        cases = [[name, [json_number(x)], json_number(n)] for x, n in given]
    else:
        ours = [PRIMITIVES[name].evaluate(numbers) for numbers in given]
        cases = [[name, list(map(json_number, numbers)), None] for numbers in given]
    found = []
    for numbers, (value, slopes), theirs in zip(given, ours, in_node(EVALUATE, cases), strict=True):
        terms = largest_term(name, numbers, slopes)
        for a, b in zip((value, *slopes), map(number, theirs), strict=True):
            found.append((ulps(a, b), 0.0 if a == b else abs(a - b), terms))
    return found


@needs_node
@pytest.mark.parametrize("name", [*PRIMITIVES, "power_of"])
def test_every_rule_is_pythons(name: str) -> None:
    """Value and derivatives of every primitive within 2 ulp, at the numbers of the property tests.

    Where terms of both signs are added (log-sum-exp near 0, cross-entropy with targets below 0), 2 ulp of
    the largest: what is left of them is as good as the exp of C and ours agree, to the last bit of a term.
    """
    for apart, difference, terms in differences(name, 400):
        assert apart <= ULPS or difference <= ULPS * math.ulp(terms)


@needs_node
def test_functions_of_math_in_javascript() -> None:
    """exp, erf and erfc where they overflow, vanish, are not normal or not a number: within 2 ulp of C's."""
    edges = [0.0, 5e-324, 1e-310, 1e-17, 0.75, 2.0, 26.4, 27.2, 30.0, 709.78, 709.79, 745.0, 745.2, math.inf]
    numbers = [math.nan, *edges, *(-x for x in edges), *(x / 16.0 for x in range(-12_000, 12_000, 7))]
    script = "(() => { %s return cases.map((x) => [$exp, $erf, $erfc].map((f) => String(f(Number(x))))); })()"
    found = in_node(f"const out = {script % SHARED};", list(map(json_number, numbers)))
    for x, theirs in zip(numbers, found, strict=True):
        for function, text in zip((ieee.exp, math.erf, math.erfc), theirs, strict=True):
            assert ulps(function(x), number(text)) <= ULPS, (function, x)


@needs_node
@pytest.mark.parametrize("seed", range(8))
def test_a_program_gives_the_engines_numbers(seed: int) -> None:
    """After a drag of some leaves: values, local derivatives and gradients as the engine has them."""
    random = Random(seed)
    cases, expected = [], []
    for _ in range(25):
        recipe = random_recipe(random, 12)
        *_, root = build(recipe, autograd)
        cases.append([record(root).program, []])
        order = topological_order(root)
        for place, leaf in enumerate(order):
            if leaf.is_leaf and random.random() < 0.5:
                leaf.data += 0.0625
                cases[-1][1].append([place, leaf.data])
        again: dict[Value, Value] = {}
        for node in order:
            inputs = [again[x] for x in node.inputs]
            again[node] = Value(node.data) if node.primitive is None else apply(node.primitive, inputs)
        again[root].backward()
        expected.append([again[node] for node in order])
    for nodes, (values, grads, slopes) in zip(expected, in_node(RUN, cases), strict=True):
        largest = max(1.0, *(abs(node.grad) for node in nodes))
        for node, value, grad, by in zip(nodes, values, grads, slopes, strict=True):
            assert number(value) == pytest.approx(node.data, rel=1e-12, abs=1e-12, nan_ok=True)
            assert number(grad) == pytest.approx(node.grad, rel=1e-10, abs=1e-13 * largest, nan_ok=True)
            assert [*map(number, by)] == pytest.approx(
                node.local_derivatives, rel=1e-10, abs=1e-12, nan_ok=True
            )


# --- A user's own rules ------------------------------------------------------------------------------

SCALE = 3.0


def half(x: float) -> float:
    """A function that a rule calls."""
    return x / 2.0


@primitive
def peculiar(new: float, b: float) -> tuple[float, float, float]:
    """Names that JavaScript keeps for itself, a loop, numbers and functions from outside."""
    var: float = 0.0
    for i in range(2):
        var += half(new) ** 2.0 if i == 0 else max(b, 0.5)
    if not (new > 0.0 and b >= -math.inf):
        return SCALE * var, SCALE * half(new), SCALE * float(b > 0.5)
    return SCALE * var, SCALE * new / 2.0, (b > 0.5) * SCALE


@primitive
def many(*xs: float) -> tuple[float, ...]:
    """A rule that is made of what no translation has."""
    return (sum(xs), *(1.0 for _ in xs))


@needs_node
def test_a_users_rule_is_translated() -> None:
    """It gives Python's numbers."""
    a, b = Value(1.5), Value(-0.25)
    root = peculiar(a, b) * peculiar(b, a)
    recorded_graph = record(root)
    root.backward()
    [[values, grads, _]] = in_node(RUN, [[recorded_graph.program, []]], recorded_graph.rules)
    order = topological_order(root)
    assert [*map(number, values)] == [node.data for node in order]
    assert [*map(number, grads)] == [node.grad for node in order]
    assert recorded_graph.program["fixed"] == {}


@needs_node
def test_a_rule_goes_by_the_names_in_its_source() -> None:
    """Neither another `__name__` of it nor another name for what it calls ends up in the page."""
    halved = half

    def rule(x: float) -> tuple[float, float]:
        return halved(x), 0.5

    rule.__name__ = "no name; of JavaScript"
    recorded_graph = record(primitive(rule)(Value(3.0)))
    [[values, _, _]] = in_node(RUN, [[recorded_graph.program, []]], recorded_graph.rules)
    assert [*map(number, values)] == [3.0, 1.5]


@needs_node
def test_a_rule_that_cannot_be_translated_fixes_its_leaves_and_says_why() -> None:
    """The leaves under it keep their numbers, others move; gradients go through with the recorded slopes."""
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    root = many(a * 1.0, b) * c
    graph = record(root)
    order = topological_order(root)
    assert {order[place] for place in graph.program["fixed"]} == {leaf for leaf in order if leaf.is_leaf} - {
        c
    }
    assert "many has `" in graph.program["fixed"][order.index(a)]
    [[values, grads, _]] = in_node(RUN, [[graph.program, [[order.index(c), 7.0]]]], graph.rules)
    assert number(values[-1]) == 35.0
    assert number(grads[order.index(a)]) == 7.0


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return x if x else 0.0, 1.0", "has `x`"),
        ("return x % 2.0, 1.0", "has `x % 2.0`"),
        ("return [x][0], 1.0", "has `[x][0]`"),
        ("return print(x), 1.0", "has `print`"),
        ("while True: pass", "has `while True:`"),
        ("return math.gamma(x), 1.0", "has `math.gamma`"),
        ("return 'x', 1.0", "has `'x'`"),
        ("return nowhere, 1.0", "has `nowhere`"),
    ],
)
def test_what_cannot_be_translated_is_named(tmp_path: Path, body: str, why: str) -> None:
    """The message has the piece of Python that is beyond the translation."""
    source = f"import math\ndef rule(x):\n    {body}\n"
    path = tmp_path / "rule.py"
    path.write_text(source)
    names: dict[str, Any] = {}
    exec(compile(source, str(path), "exec"), names)
    with pytest.raises(UntranslatableError, match="arithmetic on floats") as caught:
        own_rule(primitive(names["rule"]).primitive)  # type: ignore[attr-defined]
    assert why in str(caught.value)


def test_a_rule_without_source_is_named() -> None:
    """What was made by exec, a lambda and a callable object are no functions to be read."""
    names: dict[str, Any] = {}
    exec("def made(x):\n    return x, 1.0", names)
    for rule, why in (
        (names["made"], "source of made"),
        (abs, "abs is no function"),
        (lambda x: (x, 1.0), "def"),
    ):
        with pytest.raises(UntranslatableError, match=why):
            own_rule(primitive(rule).primitive)  # type: ignore[attr-defined]


def defaults(x: float, scale: float = 2.0) -> float:
    """What a rule calls with one argument."""
    return scale * x


@primitive
def with_a_default(x: float) -> tuple[float, float]:
    """A rule that leaves out an argument of what it calls."""
    return defaults(x), 2.0


@needs_node
def test_a_default_of_an_argument_is_translated() -> None:
    """It was left out: the number was NaN."""
    made = with_a_default(Value(3.0)).primitive
    assert made is not None
    rules = rules_in_javascript([own_rule(made)])
    assert in_node("const out = rules.own0.rule(...cases);", [3.0], rules) == [6.0, 2.0]
