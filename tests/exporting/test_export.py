"""Exported programs, run: they have the engine's numbers; plain Python to the bit, PyTorch and JAX closely.

What needs PyTorch or JAX is skipped where they are not installed.
"""

import contextlib
import io
import math
import struct
import warnings
from pathlib import Path
from random import Random
from typing import Any

import oracle
import pytest
from graphs import OF_MANY, Recipe, build, random_graph, random_recipe

import autograd
import nn
from autograd import Value, export, grad, primitive, topological_order
from autograd.core.primitives import PRIMITIVES
from autograd.exporting.code import OPERATORS
from autograd.exporting.python import Python
from autograd.exporting.rules import Rules
from autograd.exporting.spellings import LATEX_OPERATORS, SPELLINGS


def run(text: object) -> dict[str, Any]:
    """The variables that a program leaves."""
    variables: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(str(text), variables)
    return variables


def bits(number: float) -> bytes:
    """A number to the bit; every NaN is the same."""
    return b"nan" if math.isnan(number) else struct.pack("d", number)


def leaves_under(root: Value) -> list[Value]:
    """The leaves that have a name."""
    return [node for node in topological_order(root) if node.is_leaf and node.label]


def run_and_compare(root: Value, text: object | None = None) -> None:
    """A program in plain Python gives the value and every gradient to the bit."""
    leaves = leaves_under(root)
    found = run(export(root, "python", names={}) if text is None else text)
    assert bits(found[root.label or "result"]) == bits(root.data)
    for leaf, gradient in zip(leaves, grad(root, leaves), strict=True):
        assert bits(found[f"{leaf.label}_grad"]) == bits(gradient), leaf


def library(language: str) -> Any:
    """PyTorch or JAX, in double precision; skip where it is not there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(language, reason=f"no {language} is installed")


def run_elsewhere(root: Value, language: str, tolerance: float = 1e-9) -> None:
    """A program in PyTorch or JAX gives the value and every gradient, but for rounding."""
    library(language)
    leaves = leaves_under(root)
    found = run(export(root, language, names={}))
    assert found[root.label or "result"].item() == pytest.approx(root.data, rel=tolerance, nan_ok=True)
    for leaf, gradient in zip(leaves, grad(root, leaves), strict=True):
        name = leaf.label or ""
        got = found[name].grad if language == "torch" else found["gradients"][name]
        assert got.item() == pytest.approx(gradient, rel=tolerance, abs=tolerance, nan_ok=True), leaf


def tame_graph(seed: int) -> Value:
    """A random graph of moderate numbers, whose leaves are x0, x1, … and whose root is y."""
    recipe = random_recipe(Random(seed), seed % 20)
    nodes = build(recipe, autograd)
    for i, leaf in enumerate(nodes[: len(recipe.leaves)]):
        leaf.label = f"x{i}"
    nodes[-1].label = "y"
    root: Value = nodes[-1]
    return root


def one_of(name: str, numbers: list[float]) -> Value:
    """A primitive of leaves x0, x1, …"""
    operands: tuple[int | float, ...] = tuple(range(len(numbers)))
    leaves = tuple(numbers)
    if name == "power_of":
        operands, leaves = (0, numbers[1]), leaves[:1]
    nodes = build(Recipe(leaves, ((name, operands),)), autograd)
    for i, leaf in enumerate(nodes[: len(leaves)]):
        leaf.label = f"x{i}"
    nodes[-1].label = "y"
    root: Value = nodes[-1]
    return root


def ordinary_numbers(name: str) -> list[float]:
    """Numbers in the domain of a primitive, away from kinks."""
    counts = dict.fromkeys(OF_MANY, 3) | {"weighted_sum": 5, "power_of": 2}
    count = counts[name] if name in counts else PRIMITIVES[name].arity
    if name == "cross_entropy":
        return [0.7, -0.4, 1.3, 0.5, 0.25, 0.25]
    return [0.7, 0.4, 1.3, -0.6, 0.2][:count]


NAMES = [*PRIMITIVES, "power_of"]


# --- Plain Python: to the bit ---------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_random_graphs_in_plain_python(part: int) -> None:
    """Forward and backward pass, one graph in four of wild numbers: every gradient to the bit."""
    for seed in range(part * 100, part * 100 + 100):
        run_and_compare(random_graph(seed))


@pytest.mark.parametrize("name", NAMES)
def test_every_primitive_in_plain_python(name: str) -> None:
    """To the bit, at numbers from all over its domain, and where it has none."""
    random = Random(name)
    for _ in range(20):
        run_and_compare(one_of(name, oracle.any_numbers(name, random)))
    count = len(ordinary_numbers(name))
    for number in (800.0, -800.0, 0.0, -0.0, math.inf, math.nan):
        run_and_compare(one_of(name, [number] * count))


def test_what_is_written_with_operators_is_what_the_rules_give() -> None:
    """At ordinary numbers no formula of a primitive that is written with operators gives way to its rule."""
    for name in Python(Rules(), set()).written:
        numbers = ordinary_numbers(name)
        assert "def " not in str(export(one_of(name, numbers), "python")), name


def test_the_chain_rule_by_hand() -> None:
    """What one writes as an exercise: a line for each step, its number beside it."""
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    L = (a * b + c) * f
    assert str(export(L, "python")).split("\n\n") == [
        "a = 2.0\nb = -3.0\nc = 10.0\nf = -2.0",
        "# Forward: each value.\nv1 = a * b   # -6\nv2 = v1 + c  # 4\nL = v2 * f   # -8",
        "# Backward: the derivative of L by each value, the last first.\n"
        "L_grad = 1.0\nv2_grad = L_grad * f  # -2\nf_grad = L_grad * v2  # 4\nv1_grad = v2_grad     # -2\n"
        "c_grad = v2_grad      # -2\na_grad = v1_grad * b  # 6\nb_grad = v1_grad * a  # -4",
    ]


def test_names_do_not_collide() -> None:
    """Whatever the variables are called: words of Python, of math, gradients of others, nothing at all."""
    labels = ["exp", "max", "da", "a", "a_grad", "lambda", "math", "tanh", "w[0]", "w_0", "☃", "2x", "match"]
    leaves = [Value(0.1 * i + 0.2, label) for i, label in enumerate(labels)]
    root = leaves[0]
    for leaf in leaves[1:]:
        root = (root * leaf).tanh() + leaf.exp() + autograd.maximum(leaf, 0.5)
    text = str(export(root, "python"))
    found, start = run(text), text.split("# Forward")[0].split("\n\n")[-2]
    names = [line.split(" = ")[0] for line in start.strip().split("\n")]
    assert [found[name] for name in names] == [leaf.data for leaf in leaves]
    assert [found[f"{name}_grad"] for name in names] == grad(root, leaves)
    assert names == ["exp", "max_", "da", "a", "a_grad_2", "lambda_", "math_", "tanh_", "w_0_2", "w_0", "v",
                     "v2x", "match"]  # fmt: skip
    for language in ("torch", "jax"):
        compile(str(export(root, language)), "<program>", "exec")


@primitive
def hypotenuse(a: float, b: float) -> tuple[float, float, float]:
    c = root_of(a * a + b * b)
    return c, a / c, b / c


HALF = 0.5


def root_of(x: float) -> float:
    return math.pow(x, HALF)


@pytest.mark.parametrize("length", [50, 60, 90, 200, 10_000])
@pytest.mark.parametrize("language", ["python", "torch", "jax"])
def test_names_that_are_long(language: str, length: int) -> None:
    """A line is broken in brackets alone, however long its names are."""
    a, b = Value(0.5, "a" * length), Value(-0.5, "b" * length)
    for root in (a * b, a.exp() * b.exp(), (a * b + a) * 2.0, autograd.dot([a, b], [b, a])):
        root.label = "r" * length
        compile(str(export(root, language)), "<exported>", "exec")
    found: dict[str, Any] = {}
    exec(str(export(a.exp() * b.exp(), "python")), found)
    assert found["a" * length + "_grad"] == 1.0


def test_a_primitive_of_a_users_own() -> None:
    """Its rule comes along, with what it calls; elsewhere an error says what to do."""
    a, b = Value(3.0, "a"), Value(4.0, "b")
    c = hypotenuse(a, b) * 2.0
    found = run(export(c, "python"))
    assert (found["c"], found["a_grad"], found["b_grad"]) == (10.0, 1.2, 1.6)
    with pytest.raises(ValueError, match=r'hypotenuse is a primitive of your own.*"python"'):
        export(c, "torch")
    assert r"\operatorname{hypotenuse}(a, b)" in str(export(c, "latex"))
    nameless = primitive(lambda x: (x, 1.0))(a)
    with pytest.raises(ValueError, match="is not written as a function with def, and a program needs it"):
        export(nameless, "python")


# --- PyTorch and JAX ------------------------------------------------------------------------------------


def test_every_primitive_has_a_spelling() -> None:
    """A new one needs a row, which says what it is called elsewhere."""
    missing = [name for name in PRIMITIVES if name not in SPELLINGS and name not in OPERATORS]
    assert not missing, f"{missing}: add a row to SPELLINGS in autograd/exporting/spellings.py"
    assert LATEX_OPERATORS.keys() == OPERATORS.keys()
    assert not SPELLINGS.keys() - PRIMITIVES.keys()


@pytest.mark.parametrize("language", ["torch", "jax"])
@pytest.mark.parametrize("name", NAMES)
def test_every_primitive_elsewhere(name: str, language: str) -> None:
    """Value and gradients at ordinary numbers; with numbers in place of leaves too."""
    numbers = ordinary_numbers(name)
    run_elsewhere(one_of(name, numbers), language, 1e-13)
    for i in range(len(numbers) - (name == "power_of")):
        root = one_of(name, numbers)
        root.inputs[i].label = None
        if len(numbers) - (name == "power_of") > 1:
            run_elsewhere(root, language, 1e-13)


@pytest.mark.parametrize("language", ["torch", "jax"])
def test_the_same_conventions_elsewhere(language: str) -> None:
    """Kinks and ties, and where a careless formula overflows."""
    for name, numbers in [
        ("relu", [0.0]), ("abs", [0.0]), ("maximum", [1.0, 1.0]), ("minimum", [1.0, 1.0]), ("step", [0.0]),
        ("power_of", [0.0, 0.0]), ("power_of", [0.0, 2.0]), ("softplus", [30.0]), ("softplus", [800.0]),
        ("sigmoid", [-800.0]), ("logsumexp", [800.0, -800.0, 1.0]), ("divide", [1.0, 0.0]),
        ("binary_cross_entropy", [800.0, 1.0]), ("cross_entropy", [800.0, -800.0, 1.0, 0.0]),
    ]:  # fmt: skip
        run_elsewhere(one_of(name, numbers), language, 1e-12)


@pytest.mark.parametrize(("language", "count"), [("torch", 1000), ("jax", 60)])
def test_random_graphs_elsewhere(language: str, count: int) -> None:
    """Value and gradients of random graphs (the compiler of JAX takes its time)."""
    library(language)
    for seed in range(count):
        run_elsewhere(tame_graph(seed), language)


def test_pytorch_as_a_person_writes_it() -> None:
    """What has no name is inside, with as few parentheses as needed; up to four weights are written out."""
    a, b, c, f = (Value(x, name) for x, name in [(2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")])

    def lines(root: Value) -> str:
        program = str(export(root, "torch", names={root: "L"}))
        return program.split("\n\nL.backward()")[0].split("requires_grad=True)\n\n")[1]

    assert lines((a * b + c) * f) == "L = (a * b + c) * f"
    assert lines(a - (b - c) - f) == "L = a - (b - c) - f"
    assert lines(-(a**2) / (b * 2.0) + (-a) ** 2 * a**b) == "L = -a**2 / (b * 2.0) + (-a) ** 2 * a**b"
    assert lines(a / (b / c) / f - -a) == "L = a / (b / c) / f - -a"
    assert lines(autograd.weighted_sum([a, b], [1.0, c], f)) == "L = a * 1.0 + b * c + f"
    assert lines(autograd.dot([a] * 5, [b] * 5)) == (
        "L = torch.dot(torch.stack([a, a, a, a, a]), torch.stack([b, b, b, b, b]))"
    )
    d = (a * b).tanh()
    assert lines(d * d) == "v1 = torch.tanh(a * b)\nL = v1 * v1"
    long = autograd.dot([a, b, c, f], [(x * a + b * c + f).tanh() for x in (a, b, c, f)])
    assert lines(long).startswith("v1 = torch.tanh(a * a + b * c + f)\nv2 = torch.tanh(")
    assert lines(long).endswith("\nL = a * v1 + b * v2 + c * v3 + f * v4")


# --- LaTeX ----------------------------------------------------------------------------------------------


def test_latex() -> None:
    """The expression, and each derivative by the chain rule over its paths."""
    x, y = Value(0.5), Value(-1.0)
    z = (x * y).tanh() + x * x
    text = str(export(z, "latex"))
    assert r"z &= \tanh(x \cdot y) + x \cdot x = -0.2121 \\" in text
    chain = r"\frac{\partial z}{\partial v_{2}} \, \frac{\partial v_{2}}{\partial v_{1}} \, "
    assert rf"\frac{{\partial z}}{{\partial x}} &= {chain}\frac{{\partial v_{{1}}}}{{\partial x}} + " in text
    assert r" &= 1 \cdot (1 - {v_{2}}^{2}) \cdot y + 1 \cdot x + 1 \cdot x = 0.2136" in text
    logits = [Value(2.0, "a"), Value(1.0, "b")]
    text = str(export(autograd.cross_entropy(logits, [0.0, 1.0]), "latex", names={}))
    assert r"{\partial b} &= \frac{e^{b}}{e^{b} + e^{a}} - 1 = -0.7311" in text
    assert r"{\partial a} &= \frac{e^{a}}{e^{a} + e^{b}} = 0.7311" in text


def test_latex_is_latex() -> None:
    """Each line of each primitive, and of random graphs, is mathematics that can be set."""
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    roots = [one_of(name, ordinary_numbers(name)) for name in NAMES]
    for root in [*roots, *map(random_graph, range(40))]:
        lines = str(export(root, "latex", names={})).split("\n")[1:-1]
        for line in lines:
            parser.parse(f"${line.removesuffix(chr(92) * 2).replace('&', '')}$")


# --- The function ---------------------------------------------------------------------------------------


def test_what_is_refused() -> None:
    """Another language, too large a graph, a leaf that was set since; each error says what to do."""
    a = Value(2.0)
    y = a * a
    with pytest.raises(ValueError, match="cannot export to 'pytorch': write \"torch\""):
        export(y, "pytorch")
    with pytest.raises(ValueError, match=r"cannot export to 'fortran': there are python, torch, jax, latex"):
        export(y, "fortran")
    with pytest.raises(ValueError, match=r"the graph has 2 Values.*limit=1.*pass a higher limit="):
        export(y, "python", limit=1)
    with pytest.raises(TypeError, match="loss= belongs to a model"):
        export(y, "torch", loss=nn.mse_loss)
    with pytest.raises(TypeError, match=r"expected a Value, got 2\.0"):
        export(2.0, "torch")
    a.data = 3.0
    with pytest.raises(ValueError, match="compute the output again before it is exported"):
        export(y, "python")


def test_the_graph_stays_as_it_is() -> None:
    """Gradients that are there are neither changed nor taken into account."""
    a = Value(2.0)
    y = a * a
    y.backward()
    y.backward()
    assert "# 4" in str(export(y, "python"))
    assert (a.grad, a.label) == (8.0, "")


def test_leaves_without_names() -> None:
    """Beside names they are numbers; alone they are x1, x2, …; a root that is a leaf is its own gradient."""
    a = Value(2.0)
    assert "a * 3.0" in str(export(a * 3.0, "torch"))
    found = run(export(Value(2.0) * Value(3.0), "python", names={}))
    assert (found["x1"], found["x2_grad"], found["result"]) == (2.0, 2.0, 6.0)
    assert run(export(a, "python"))["a_grad"] == 1.0


def test_saved_and_shown(tmp_path: Path) -> None:
    """`save` writes the text by its suffix; a notebook shows code, and LaTeX set."""
    a = Value(2.0, "a")
    program = export(a * a, "python", names={})
    program.save(tmp_path / "program.py")
    assert (tmp_path / "program.py").read_text(encoding="utf-8") == f"{program}\n"
    with pytest.raises(ValueError, match=r"its suffix is to be \.py"):
        program.save(tmp_path / "program.txt")
    assert repr(program) == '<Program in python (9 lines): print it, or .save("program.py")>'
    assert program._repr_mimebundle_()["text/markdown"] == f"```python\n{program}\n```"
    formula = export(a * a, "latex", names={})
    formula.save(tmp_path / "formula.tex")
    assert formula._repr_mimebundle_()["text/latex"] == str(formula)


def test_names_of_a_models_parameters() -> None:
    """They are short, and the text of a network is straight-line code too."""
    model = nn.MLP(2, [3, 1], rng=1)
    x = [Value(0.5), Value(-1.0)]
    loss = nn.mse_loss(model(x), 1.0)
    found = run(export(loss, "python", model=model))
    named = model.named_parameters()
    weights = ["layers.0.neurons.2.weights.1", "layers.1.neurons.0.bias"]
    slopes = grad(loss, [named[name] for name in weights])
    assert [found["l0_n2_w1_grad"], found["l1_n0_bias_grad"]] == slopes
    assert found["x_0_grad"] == grad(loss, x[0])
