"""A session answers every message, right or wrong, without a browser."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd.expressions import FUNCTIONS, parse
from autograd.live import Session
from autograd.live.expression import LIMIT

EXPRESSIONS = [
    "(a*b + c) * f", "tanh(x1*w1 + x2*w2 + b)", "2*3 + a", "(-8)**(1/3)", "7", "1/0 + x", "10**400*x",
    "mean(a, b, 2)", "max(a, min(b, 1))", "lambda * Value + print", "-a**2", "2 ** 3 ** a", "1 + 2 + 3",
    "result * 2", "logsumexp(z1, z2) - z1", "softmax([a, b])[1] + dot([a, 2], [b, 3])",
    "max(a, b, 2) + where(1, a, b)", "gelu(a) + softmax(a, b)[0]",
]  # fmt: skip


@pytest.fixture
def session() -> Session:
    """A session."""
    return Session()


def test_it_says_who_it_is(session: Session) -> None:
    """The engine, and the tabs."""
    answer = session.handle({"kind": "hello"})
    assert answer["ok"]
    assert answer["engine"] == autograd.engine()
    assert "Expression" in answer["tabs"]


def test_an_expression_becomes_a_walk(session: Session) -> None:
    """The markup has a box for each node, the walk all steps; names without a number get one."""
    answer = session.handle({"kind": "expression", "text": "(a*b + c) * f", "values": {"a": "2.5", "x": 1}})
    assert answer["ok"]
    assert answer["values"] == {"a": "2.5", "b": "-3.0", "c": "10.0", "f": "-2.0"}
    assert answer["result"] == "-5.0"
    walk = json.loads(answer["walk"])
    assert len(walk["steps"]) == 7
    assert all(f'id="node-{place}"' in answer["markup"] for place in range(7))


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("(a*b + ", 8, "a number, a name or ( should stand here, not the end"),
        ("a * tnh(b)", 5, "there is no function 'tnh': did you mean 'tanh'?"),
        ("x²", 2, "write **2 for it"),
        ("", 1, "should stand here, not the end"),
        ("tanh", 1, "tanh is a function, and needs its arguments"),
        ("<script>", 1, "does not belong here"),
    ],
)
def test_an_error_has_its_column(session: Session, text: str, column: int, said: str) -> None:
    """The page points at the character."""
    answer = session.handle({"kind": "expression", "text": text, "values": {}})
    assert not answer["ok"]
    assert (answer["column"], said in answer["error"]) == (column, True)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_copied_program_prints_what_is_shown(session: Session, text: str, tmp_path: Path) -> None:
    """The value and each gradient, to the last digit, whatever the names are."""
    answer = session.handle({"kind": "expression-python", "text": text, "values": {"a": "0.75"}})
    assert answer["ok"], answer
    program = tmp_path / "copied.py"
    program.write_text(answer["python"], encoding="utf-8")
    root = str(Path(autograd.__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {root!r}); exec(open(sys.argv[1]).read())"
    done = subprocess.run([sys.executable, "-c", code, program], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    printed = dict(line.split(" = ") for line in done.stdout.splitlines())
    shown = session.handle({"kind": "expression", "text": text, "values": {"a": "0.75"}})
    root_value, leaves = parse(text, {name: float(number) for name, number in shown["values"].items()})
    root_value.backward()
    assert next(iter(printed.values())) == shown["result"] == repr(root_value.data)
    gradients = [number for name, number in printed.items() if name.endswith(".grad")]
    assert gradients == [repr(leaf.grad) for leaf in leaves.values()]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_numbers_are_those_of_the_engine(session: Session, text: str) -> None:
    """Data, gradients and local derivatives of every node, in the order of the walk."""
    message = {"text": text, "values": {"a": "0.75"}}
    answer = session.handle(message | {"kind": "expression-numbers"})
    shown = session.handle(message | {"kind": "expression"})
    root, _ = parse(text, {name: float(number) for name, number in shown["values"].items()})
    root.backward()
    nodes = autograd.topological_order(root)
    assert list(map(repr, map(float, answer["data"]))) == [repr(node.data) for node in nodes]
    assert list(map(repr, map(float, answer["gradients"]))) == [repr(node.grad) for node in nodes]
    slopes = [list(map(repr, map(float, slopes))) for slopes in answer["local_derivatives"]]
    assert slopes == [list(map(repr, node.local_derivatives)) for node in nodes]
    asked = [[len(question) for question in step] for step in answer["slips"]]
    steps = json.loads(shown["walk"])["steps"]
    assert asked == [[len(question["slips"]) for question in step["asked"]] for step in steps]
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_a_graph_that_is_too_large_is_refused(session: Session) -> None:
    """With what to do, before it is laid out."""
    answer = session.handle({"kind": "expression", "text": "+".join(["a"] * (LIMIT + 2)), "values": {}})
    assert not answer["ok"]
    assert f"at most {LIMIT} are shown here" in answer["error"]


def test_drawing_and_page_are_files_of_their_own(session: Session) -> None:
    """With the numbers of the message."""
    message = {"text": "a * b", "values": {"a": "0.125", "b": "3"}}
    drawn = session.handle(message | {"kind": "expression-svg"})
    assert drawn["svg"].startswith("<svg")
    assert ">0.375<" in drawn["svg"]
    assert session.handle(message | {"kind": "expression-page"})["html"].startswith("<!doctype html>")


@pytest.mark.parametrize(
    "message",
    [
        None, [], "hello", 3, {}, {"kind": None}, {"kind": []}, {"kind": "expression"},
        {"kind": "expression", "text": 3}, {"kind": "expression", "text": "a" * 20_000},
        {"kind": "expression", "text": "a", "values": []},
        {"kind": "expression", "text": "a", "values": {"a": []}},
        {"kind": "expression", "text": "a", "values": {"a": "x"}},
        {"kind": "expression", "text": "(" * 5_000},
    ],
)  # fmt: skip
def test_nonsense_is_answered_in_words(session: Session, message: Any) -> None:
    """Nothing is raised."""
    answer = session.handle(message)
    assert answer["ok"] is False
    assert answer["error"]


@given(st.text(alphabet="abx+-*/().,123 eE²" + "".join(sorted(FUNCTIONS)), max_size=40))
def test_whatever_is_typed_has_an_answer(text: str) -> None:
    """A value that Python can say in JSON, or an error in words with its column."""
    answer = Session().handle({"kind": "expression-python", "text": text, "values": {}})
    json.dumps(answer, allow_nan=False)
    if answer["ok"]:
        assert math.isfinite(float(answer["result"])) or answer["result"] in ("inf", "-inf", "nan")
    else:
        assert answer["error"]
