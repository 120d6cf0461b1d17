"""The page: the walk it carries is the stepper's, nothing a label says can do anything, the file is whole."""

import json
import re
import struct
from html import unescape
from pathlib import Path
from typing import Any

import hostile
import pytest
from graphs import random_graph
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import Page, Value, play, topological_order
from autograd.naming.notation import format_number
from autograd.page.one_file import as_json


def carried(page: Page) -> Any:
    """The walk that a page carries."""
    found = re.search(r'<script type="application/json" id="walk">(.*?)</script>', page.html, re.DOTALL)
    assert found
    return json.loads(found[1])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_the_page_carries_the_walk(seed: int) -> None:
    """Its numbers are the stepper's to the bit, its texts the stepper's, and the graph is left as it was."""
    root = random_graph(seed)
    nodes = topological_order(root)
    before = [struct.pack("d", node.grad) for node in nodes]
    stepper = root.steps()
    walk = carried(stepper.play())
    assert [struct.pack("d", node.grad) for node in nodes] == before
    for told, step in zip(walk["steps"], stepper.run(), strict=True):
        assert nodes[told["node"]] is step.node
        text = walk["texts"][told["text"]]
        assert text.split() == str(step).split()[2:]
        for row, c in zip(told["rows"], step.contributions, strict=True):
            numbers = [walk["numbers"][place][1] for place in row[3:8]]
            expected = [c.upstream, c.local_derivative, c.amount, c.before, c.after]
            assert numbers == [repr(number) for number in expected]
            assert nodes[row[0]] is c.input
            assert row[8:10] == [c.waiting, c.name == format_number(c.input.data)]


def test_gradients_start_from_zero() -> None:
    """play() shows the pass of a fresh graph, after a backward() too; a stepper its own walk."""
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    last = carried(play(y))["steps"][-1]["text"]
    assert carried(play(y))["texts"][last].endswith("3 → 6")
    assert (x.grad, y.grad) == (6.0, 1.0)
    walk = carried(y.steps().play())
    assert walk["texts"][walk["steps"][-1]["text"]].endswith("9 → 12")


def test_a_page_takes_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk is described, not taken: no gradient of the graph changes, not even for a while."""
    x = Value(3.0, "x")
    y = x * x
    steps = str(y.steps().walk())

    def refuse(*_: object) -> None:
        raise AssertionError("a gradient was touched")

    monkeypatch.setattr("autograd.stepping.stepper.propagate", refuse)
    monkeypatch.setattr("autograd.stepping.stepper.Stepper._advance", refuse)
    assert len(carried(play(y))["steps"]) == 3
    assert str(y.steps().walk()) == steps


def test_a_leaf_and_a_backward_pass_alone() -> None:
    """The smallest graph has a page, and a walk can start at the backward pass, from any gradient."""
    assert len(carried(play(Value(2.0, "x")))["steps"]) == 1
    walk = carried(play(Value(2.0, "x") * 3.0, forward=False, gradient=0.5))
    assert [step["phase"] for step in walk["steps"]] == ["seed", "backward"]


def test_numbers_that_are_none() -> None:
    """What JSON cannot say is carried as well."""
    x = Value(float("inf"), "x")
    walk = carried(play(x - x * 1.0))
    assert {"inf", "nan"} <= {full for _, full, _ in walk["numbers"]}


@pytest.mark.parametrize("label", hostile.TEXTS, ids=ascii)
def test_a_label_is_text(label: str) -> None:
    """Whatever a label says, the page has the same elements, and no more attributes than it had."""
    page = play(Value(2.0, label) * Value(-3.0, label)).html
    harmless = play(Value(2.0, "a") * Value(-3.0, "b")).html
    page.encode()
    assert skeleton(page) == skeleton(harmless)
    assert len(page) < len(harmless) + 10_000


def skeleton(page: str) -> list[tuple[str, list[str]]]:
    """The tags of a page with the names of their attributes."""
    tags = re.findall(r"<(/?[a-z!][\w-]*)((?:[^>\"]|\"[^\"]*\")*)>", page, re.IGNORECASE)
    return [(tag, re.findall(r"([\w:-]+)=\"", attributes)) for tag, attributes in tags]


@given(st.text())
@example("</script>\u2028&<!--]]>")
def test_json_in_a_script_element(text: str) -> None:
    """It says what it said, and holds nothing that could end the element."""
    written = as_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_nothing_but_our_own_script_may_run() -> None:
    """The policy allows nothing but this style and this script, and the page names no other place."""
    page = play(Value(2.0, "x") * 3.0).html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; "
        r"base-uri 'none'; form-action 'none'", policy[1]
    )  # fmt: skip
    places = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert places <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b", page)


def test_the_file_is_whole_or_not_there(tmp_path: Path) -> None:
    """A page is written in one go, and where it cannot be, what was there stays."""
    y = Value(2.0, "x") * 3.0
    path = tmp_path / "lesson.html"
    assert play(y, path).html == path.read_text(encoding="utf-8")
    y.steps().play(tmp_path / "walk.html")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["lesson.html", "walk.html"]
    with pytest.raises(FileNotFoundError, match="its folder does not exist"):
        play(y, tmp_path / "nowhere" / "lesson.html")


@pytest.mark.parametrize("name", ["lesson.txt", "lesson", "lesson.svg"])
def test_a_page_is_html(tmp_path: Path, name: str) -> None:
    """A file that a browser would not show is refused."""
    with pytest.raises(ValueError, match=r"its suffix is to be \.html or \.htm"):
        play(Value(1.0) * 2.0, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_in_a_notebook() -> None:
    """It shows itself in a frame of its own, which may run scripts and nothing else."""
    page = play(Value(2.0, "x") * 3.0)
    shown = page._repr_html_()
    assert 'sandbox="allow-scripts"' in shown
    source = re.search(r'srcdoc="([^"]*)"', shown)
    assert source
    assert unescape(source[1]) == page.html


def test_what_has_no_page() -> None:
    """A number has none, and a graph too large to read says so."""
    with pytest.raises(TypeError, match="expected a Value"):
        play(2.0)  # type: ignore[arg-type]
    x = Value(2.0)
    for _ in range(400):
        x = x + 1.0
    with pytest.raises(ValueError, match="limit=300"):
        play(x)
