"""The command line: what it prints, what it refuses, and that nothing in an expression is ever run."""

import ast
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import hostile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.__main__ import main
from autograd.expressions import DEEPEST, FUNCTIONS, LONGEST, ExpressionError, parse

watching = False
seen: list[str] = []


def audit(event: str, _: object) -> None:
    """Note whatever runs code, or reaches out of the process, while we watch."""
    if watching and event.split(".")[0] in (
        "exec",
        "compile",
        "open",
        "os",
        "subprocess",
        "import",
        "socket",
    ):
        seen.append(event)


sys.addaudithook(audit)


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code, the standard output and the standard error of a command, which is watched."""
    global watching
    watching = True
    try:
        code = main(arguments)
    except SystemExit as leaving:  # argparse
        code = int(leaving.code or 0)
    finally:
        watching = False
    out, err = capsys.readouterr()
    return code, out, err


def test_hostile_expressions(capsys: pytest.CaptureFixture[str]) -> None:
    """More than 200 of them: each is refused with a column, runs no code, and prints no traceback."""
    assert len(hostile.EXPRESSIONS) > 200
    outcome(capsys, "[")  # what is imported once
    seen.clear()
    for text in hostile.EXPRESSIONS:
        code, out, err = outcome(capsys, text, "a=2", "--quiet")
        assert (code, out) == (2, ""), text[:80]
        assert "error: column " in err, text[:80]
        assert "Traceback" not in err
        assert len(err) < 500
        assert all(c.isprintable() or c == "\n" for c in err), text[:80]
    assert not seen


def test_huge_expressions(capsys: pytest.CaptureFixture[str]) -> None:
    """What is large or undefined but well written has a value, if only inf or NaN."""
    outcome(capsys, "a", "a=1")
    seen.clear()
    for text in hostile.FINE_EXPRESSIONS:
        code, _, err = outcome(capsys, text, *(["a=2"] if "a" in text else []), "--quiet", "--json")
        assert (code, err) == (0, ""), text[:80]
    assert not seen


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "2", "0.5", "1e-3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(" ".join),
        st.tuples(st.sampled_from(["-", "+"]), inner).map("".join),
        inner.map("({})".format),
        st.tuples(st.sampled_from(["tanh", "exp", "relu", "sin", "abs"]), inner).map("{0[0]}({0[1]})".format),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5", "a"])).map("({0[0]})**{0[1]}".format),
        st.tuples(inner, inner).map("max({0[0]}, {0[1]})".format),
    ),
    max_leaves=12,
)


class ConstantsAsValues(ast.NodeTransformer):
    """Makes each number in a piece of Python a Value, so that Python's own arithmetic is not used."""

    def visit_Constant(self, node: ast.Constant) -> ast.Call:
        return ast.Call(ast.Name("Value", ast.Load()), [node], [])


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_an_expression_means_what_python_means(text: str) -> None:
    """The same text, run by Python on Values, gives the same value and gradients."""
    variables = {
        name: Value(number)
        for name, number in {"a": 1.5, "b": -0.75}.items()
        if name in re.split(r"\W", text)
    }
    functions = {name: getattr(autograd, name) for name in ("tanh", "exp", "relu", "sin", "Value")}
    tree = ast.fix_missing_locations(ConstantsAsValues().visit(ast.parse(text, mode="eval")))
    expected = eval(
        compile(tree, "", "eval"), {"abs": abs, "max": autograd.maximum, **functions, **variables}
    )
    root, leaves = parse(text, {name: value.data for name, value in variables.items()})
    assert root.data == pytest.approx(expected.data, rel=1e-12, nan_ok=True)
    root.backward()
    expected.backward()
    for name, value in variables.items():
        assert leaves[name].grad == pytest.approx(value.grad, rel=1e-12, nan_ok=True)


@given(st.text(max_size=30) | st.text("ab12+-*/() ,.e^=[]", max_size=30))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """Whatever the text, it is an expression, or an error with a column in it."""
    try:
        parse(text, {})
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1  # noqa: PT017


OF_GRAPHS = {
    "Value", "Tape", "Stepper", "Page", "Program", "debug", "diagnose", "draw", "engine", "explain", "export",
    "grad", "gradcheck", "hessian", "hvp", "jacobian", "jvp", "no_grad", "play", "practice", "primitive",
    "topological_order",
}  # fmt: skip


def test_every_function() -> None:
    """All that the package has of numbers and lists of them is known by its name, and is what it is there."""
    names = [*autograd.__all__, "abs", "sum"]
    assert set(names) - OF_GRAPHS == FUNCTIONS.keys() - {"max", "min"}
    numbers = {"x": 0.3, "y": -0.7, "z": 1.2}
    for name in set(names) - OF_GRAPHS:
        takes, function = FUNCTIONS[name].takes, getattr(autograd, name)
        lists, written = iter([["x", "y"], ["y", "z"]]), iter(["x", "y", "z"])
        text = ", ".join(next(written) if kind == "x" else f"[{', '.join(next(lists))}]" for kind in takes)
        text = f"{name}({text})" + "[1]" * name.endswith("softmax")
        root, leaves = parse(text, {word: numbers[word] for word in re.findall(r"\b[xyz]\b", text)})
        expected = eval(text, {name: function, **{word: Value(number) for word, number in numbers.items()}})
        assert (root.data, root.op) == (expected.data, expected.op), text
        assert len(leaves) == len(set(re.findall(r"\b[xyz]\b", text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(x, 2, 3)", 3.0),
        ("min([x, 2])", 0.5),
        ("max(x)", 0.5),
        ("softmax(x, x)[1]", 0.5),
        ("dot([x, 2], [2, x]) * sum([x, 1])", 3.0),
        ("where(x - 1, exp(x), 2*x)", 1.0),
        ("where(1, x, 2)", 0.5),
        ("leaky_relu(-x)", -0.005),
        ("leaky_relu(-x, 0.1)", -0.05),
    ],
)
def test_functions_of_lists_and_of_more_or_fewer_numbers(text: str, expected: float) -> None:
    """A list stands in [ ] as an argument; a place in [ ] after a function that gives a list."""
    assert parse(text, {"x": 0.5})[0].data == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clip(x)", "column 1: clip takes 3 numbers, got 1"),
        ("elu(x, 2, 3)", "column 1: elu takes 1 or 2 numbers, got 3"),
        ("tanh([x])", "column 1: tanh takes 1 number, got a list"),
        ("max()", "column 1: max takes one number or more, or a list of them"),
        ("sum([])", "column 1: sum takes one number or more, or a list of them"),
        ("dot(x, 2)", "column 1: dot is written dot([…], […])"),
        ("dot([x], [2, 3])", "needs as many inputs, got 2"),
        ("softmax([x, 2])", "column 1: softmax gives a list: write softmax(…)[0] for the first of it"),
        ("softmax([x, 2])[2]", "column 17: the place in the list is a whole number from 0 to 1"),
        ("softmax([x, 2])[x]", "column 17: the place in the list is a whole number from 0 to 1"),
        ("sum([x, 2)", "column 10: a ] is missing"),
        ("sum([[x]])", "column 6: '[' does not belong here: write ( for it"),
        ("where(x > 0, 1, 2)", "column 9: '>' does not belong here: write where(a - b, …, …) for it"),
    ],
)
def test_functions_that_are_called_wrongly(text: str, message: str) -> None:
    """What they take is said, at the place where it is wrong."""
    with pytest.raises(ExpressionError) as error:
        parse(text, {"x": 0.5})
    assert message in str(error.value)


def test_steps_and_gradients_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The walk, then the gradient of each name in full."""
    code, out, err = outcome(capsys, "(a*b + c) * f", "a=2", "b=-3", "c=10", "f=-2")
    assert (code, err) == (0, "")
    assert out.splitlines()[:4] == [
        "forward  1/7  v1 = a × b = 2 × -3 = -6",
        "forward  2/7  v2 = v1 + c = -6 + 10 = 4",
        "forward  3/7  result = v2 × f = 4 × -2 = -8",
        "backward 4/7  result.grad = 1: a change of result changes result as much",
    ]
    assert out.splitlines()[-5:] == ["", "a.grad = 6.0", "b.grad = -4.0", "c.grad = -2.0", "f.grad = 4.0"]


def test_quiet_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet leaves the gradients, --check adds what finite differences say."""
    assert outcome(capsys, "a*b", "--quiet", "a=2", "b=-3")[1] == "a.grad = -3.0\nb.grad = 2.0\n"
    code, out, _ = outcome(capsys, "tanh(a)*a", "a=0.5", "--quiet", "--check")
    assert code == 0
    assert "4 of 4 derivatives agree" in out


def test_export(capsys: pytest.CaptureFixture[str]) -> None:
    """--export prints the program in place of the steps; with --json it is a part of what is printed."""
    code, program, _ = outcome(capsys, "a*b", "a=2", "b=-3", "--export", "torch")
    assert code == 0
    assert "a = torch.tensor(2.0, requires_grad=True)" in program
    assert "result = a * b" in program
    assert "forward" not in program
    found = json.loads(outcome(capsys, "a*b", "a=2", "b=-3", "--export", "torch", "--json", "--quiet")[1])
    assert f"{found['program']}\n" == program
    code, _, err = outcome(capsys, "a", "a=1", "--export", "fortran")
    assert code == 2
    assert "python" in err


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """--json is JSON, with every number of every step, also where a number is not finite."""
    found = json.loads(
        outcome(capsys, "log(a)*b", "a=0", "b=2", "--json", "--check")[1], parse_constant=pytest.fail
    )
    assert found["value"] == "-inf"
    assert found["gradients"] == {"a": "inf", "b": "-inf"}
    assert math.isinf(float(found["value"]))
    assert found["steps"][3]["contributions"][0]["formula"] == "b"
    assert "node" not in found["steps"][0]
    assert "check" in found
    assert "steps" not in json.loads(outcome(capsys, "a", "a=1", "--json", "--quiet")[1])


def test_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """--svg writes the graph, --html the page; a file that cannot be written is said, without a traceback."""
    page = tmp_path / "lesson.html"
    assert outcome(capsys, "a*a", "a=2", "--quiet", "--html", str(page)) == (0, "a.grad = 4.0\n", "")
    assert "<svg" in page.read_text(encoding="utf-8")
    svg = tmp_path / "graph.svg"
    assert outcome(capsys, "a*a", "a=2", "--quiet", "--svg", str(svg))[0] == 0
    assert "<svg" in svg.read_text(encoding="utf-8")
    code, out, err = outcome(capsys, "a*a", "a=2", "--quiet", "--svg", str(tmp_path / "none" / "graph.svg"))
    assert (code, out) == (1, "")
    assert err.endswith(
        f"error: cannot save: its folder does not exist: {str(tmp_path / 'none' / 'graph.svg')!r}\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "an EXPRESSION is missing"),
        (["a*b", "a=2"], "column 3: no value for b: give b=…"),
        (["a*b"], "no value for a, b: give a=… b=…"),
        (["a", "a=2", "b=3"], "b has a value, but is not in the expression"),
        (["a*"], "column 3: a number, a name or ( should stand here, not the end"),
        (["a + (b"], "column 7: a ) is missing"),
        (["f(a)"], "there is no function 'f'"),
        (["a*tanh"], "column 3: tanh is a function, and needs its arguments: tanh(…)"),
        (["alpha", "alpha=2", "alhpa=3"], "did you mean 'alpha'?"),
        (["a", "a=x"], "a=x: 'x' is not a number"),
        (["a", "a="], "'' is not a number"),
        (["a", "a=1_000"], "'1_000' is not a number"),
        (["a", "a=\u0661"], "is not a number"),
        (["a", "a=0x1"], "is not a number"),
        (["a", "a=__import__('os')"], "is not a number"),
        (["a", "a=1", "a=2"], "a is given twice"),
        (["a", "a"], "'a' should be NAME=NUMBER"),
        (["a", "2=a"], "'2=a' should be NAME=NUMBER"),
        (["a=1"], "the values follow the expression"),
        (["square(a)", "a=1"], "there is no function 'square': write x**2"),
        (["tanh", "a=1"], "tanh is a function, and needs its arguments: tanh(…)"),
        (["tanh(a, a)", "a=1"], "tanh takes 1 number, got 2"),
        (["a^2", "a=1"], "column 2: '^' does not belong here: write ** for it"),
        (["\u0430*2", "a=1"], "no value for \u0430 (\\u0430)"),
        (["a", "a=1", "--svf", "x"], "unrecognized arguments: --svf"),
        (["a", "a=1", "--svg"], "expected one argument"),
        (["a", "a=1", "--svg", "a.bmp"], "'a.bmp': its suffix is to be .svg, .png, .pdf, .dot or .gv"),
        (["a", "a=1", "--html", "a.txt"], "'a.txt': its suffix is to be .html or .htm"),
    ],
)
def test_what_is_wrong_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """Wrong arguments: exit code 2, nothing on standard output, and the reason on standard error."""
    code, out, err = outcome(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_the_arrow_points_at_the_column(capsys: pytest.CaptureFixture[str]) -> None:
    """Under the expression stands an arrow; of a long expression, only what is around it."""
    err = outcome(capsys, "a * [b]", "a=1")[2].splitlines()
    assert err[1:] == ["  a * [b]", "      ^"]
    err = outcome(capsys, "1+" * 500 + "?" + "+1" * 500)[2].splitlines()
    assert err[1][err[2].index("^")] == "?"
    assert len(err[1]) < 80


def test_a_minus_at_the_start_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    """-a*b is an expression, and a negative number a value."""
    assert outcome(capsys, "-a*b", "a=2", "b=-3", "--quiet")[1] == "a.grad = 3.0\nb.grad = -2.0\n"


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_help(capsys: pytest.CaptureFixture[str], option: str) -> None:
    """Help and version go to standard output."""
    code, out, err = outcome(capsys, option)
    assert (code, err) == (0, "")
    assert "stepgrad" in out


def test_limits() -> None:
    """The limits are what they say."""
    assert parse("(" * (DEEPEST - 1) + "1" + ")" * (DEEPEST - 1), {})[0].data == 1.0
    assert parse("1" + " " * (LONGEST - 1), {})[0].data == 1.0
    with pytest.raises(ExpressionError, match="at most 10,000 characters"):
        parse("1" + " " * LONGEST, {})


def command(*arguments: str, **options: object) -> "subprocess.Popen[bytes]":
    """The command in a process of its own, on the engine that is tested."""
    run = "import sys; sys.path[:0] = [sys.argv.pop(1)]; from autograd.__main__ import main; sys.exit(main())"
    package = str(Path(autograd.__file__).parent.parent)
    pipe = subprocess.PIPE
    streams = {"stdout": pipe, "stderr": pipe, **options}
    return subprocess.Popen([sys.executable, "-c", run, package, *arguments], **streams)  # type: ignore[call-overload, no-any-return]


def test_a_reader_that_leaves() -> None:
    """When what reads the output closes it, the command ends without a word."""
    process = command("a" + "*a" * 2_000, "a=1")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()


def test_a_terminal_without_our_signs() -> None:
    """Where the output has no × there is a *, not an error."""
    out, err = command("a*a", "a=2", env={**os.environ, "PYTHONIOENCODING": "ascii"}).communicate()
    assert b"a * a = 2 * 2 = 4" in out
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device without room")
@pytest.mark.parametrize("options", [("--quiet",), (), ("--json",)])
def test_output_without_room(options: tuple[str, ...]) -> None:
    """Where it cannot be written, one line says so, and the exit code is 1."""
    with Path("/dev/full").open("wb") as full:
        process = command("a" + "*a" * 500, "a=1", *options, stdout=full)
        error = process.communicate()[1]
    assert error.startswith(b"stepgrad: error: the output cannot be written: No space")
    assert error.count(b"\n") == 1
    assert process.returncode == 1


def test_a_check_that_meets_an_overflow(capsys: pytest.CaptureFixture[str]) -> None:
    """log(sigmoid(-800)) has a gradient of 1, and NaN is found: the check fails, and the exit code too."""
    code, out, _ = outcome(capsys, "log(sigmoid(x))", "x=-800", "--check", "--quiet")
    assert code == 1
    assert "not finite: " in out


@pytest.mark.skipif(os.name != "posix", reason="closes a file descriptor as a POSIX shell does")
def test_no_output_at_all() -> None:
    """Where the output is closed from the start, the command runs as if nobody looked."""
    process = command("a*a", "a=2", preexec_fn=lambda: os.close(1))
    assert process.communicate()[1] == b""
    assert process.returncode == 0
