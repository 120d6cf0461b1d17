"""Practice: sheets with numbers that are pleasant, answers that are the engine's, and slips diagnosed."""

import sys
from io import BytesIO, TextIOWrapper
from math import tanh

import pytest

from autograd import Value, practice, topological_order
from autograd.stepping.exercises import DEGREES, LARGEST
from autograd.stepping.practice import Sheet

SEEDS = range(60)
EVERY = [(degree, seed) for degree in DEGREES for seed in SEEDS]


def nodes_of(sheet: Sheet) -> dict[str, Value]:
    """The nodes of a sheet by their names."""
    return {str(node.label): node for node in topological_order(sheet.root)}


def operations_of(sheet: Sheet) -> list[str]:
    """The names of the primitives in a sheet."""
    return [node.primitive.name for node in nodes_of(sheet).values() if node.primitive]


def test_the_answers_are_those_of_backward() -> None:
    """The answer of every blank is what the engine has; to make a sheet touches no gradient."""
    for degree, seed in EVERY:
        sheet = practice(degree, seed)
        nodes = nodes_of(sheet)
        answers = sheet.answers
        assert answers.score.right == answers.score.of == len(sheet.names) >= 4
        assert all(node.grad == 0.0 for node in nodes.values())
        sheet.root.backward()
        for name, answer in answers.filled.items():
            node = nodes[name.removesuffix(".grad")]
            assert answer == (node.grad if name.endswith(".grad") else node.data)


def test_the_numbers_are_pleasant() -> None:
    """Leaves have two decimals at most; nothing is large; up to degree 3 all is whole and nothing is 0."""
    for degree, seed in EVERY:
        sheet = practice(degree, seed)
        answers = list(sheet.answers.filled.values())
        leaves = [node.data for node in nodes_of(sheet).values() if node.is_leaf]
        assert all(abs(number) <= LARGEST for number in answers)
        assert all(number * 4 == round(number * 4) for number in leaves)
        if degree <= 3:
            assert all(number == round(number) != 0 for number in answers + leaves)
            assert len({abs(number) for number in leaves} - {1.0}) == len(leaves)


def test_each_degree_has_what_it_promises() -> None:
    """One product; sums and products; a value used twice; a tanh and a relu at its kink; a neuron's loss."""
    for seed in SEEDS:
        assert operations_of(practice(1, seed)) == ["multiply"]

        chain = practice(2, seed)
        assert {"multiply"} < set(operations_of(chain)) <= {"multiply", "add", "subtract"}
        uses = [value for node in nodes_of(chain).values() for value in node.inputs]
        assert len(uses) == len(set(uses)) == 6

        uses = [value for node in nodes_of(practice(3, seed)).values() for value in node.inputs]
        assert len(uses) > len(set(uses))

        assert {"tanh", "relu"} <= set(operations_of(practice(4, seed)))

        neuron = practice(5, seed)
        found = operations_of(neuron)
        assert (found[0], found[2:]) == ("weighted_sum", ["subtract", "power_of"])
        assert found[1] in ("tanh", "relu")
        assert not {"x1.grad", "x2.grad", "y.grad"} & set(neuron.names)


def test_a_relu_is_met_on_each_side_of_its_kink_and_at_it() -> None:
    """Of 60 sheets of degree 4 many are at the kink itself, where the derivative is 0."""
    inputs = [nodes_of(practice(4, seed))["w"].data for seed in SEEDS]
    assert sum(x == 0.0 for x in inputs) > 10
    assert min(inputs) < 0.0 < max(inputs)
    sheet = practice(4, inputs.index(0.0))
    assert sheet.answers.filled["w.grad"] == 0.0
    [verdict] = sheet.fill({"w.grad": sheet.answers.filled["r.grad"]})
    assert "the local derivative is forgotten" in verdict.text


def test_a_seed_is_a_sheet() -> None:
    """The same seed gives the same sheet, on every Python and machine; others give others."""
    assert str(practice(3, 7)) == str(practice(degree=3, seed=7)) != str(practice(3, -7))
    assert len({practice(3, seed).text.split("\n", 1)[1] for seed in SEEDS}) > 55
    lines = [str(practice(degree, 7).answers).splitlines()[-3] for degree in DEGREES]
    assert lines == [
        "  L = a × b = 24    L.grad = 1",
        "  L = b × v = -12    L.grad = 1",
        "  L = a × v = 14    L.grad = 1",
        "  L = t - r = 0.964      L.grad = 1",
        "  L = e² = 2.138                     L.grad = 1",
    ]
    drawn = practice()
    assert f"(seed {drawn.seed})" in drawn.text
    assert str(practice(1, drawn.seed)) == str(drawn)


def test_slips_are_named() -> None:
    """The sign, a contribution that is forgotten, and a number that follows from a wrong one."""
    sheet = practice(3, 7)  # u = a - b = -5, v = a + u = -7, L = a × v = 14, with a = -2, b = 3
    assert repr(sheet.data(v=7)) == "v = 7 is wrong: the sign is the other one"
    assert repr(sheet.grad(a=11)) == "a.grad = 11 is wrong: the sign is the other one"
    sheet = practice(3, 7)
    assert "what comes through L is missing" in repr(sheet.grad(a=-4))
    assert "what comes through u is missing" in repr(sheet.grad(a=-9))
    assert repr(sheet.data(u=1, v=-1, L=2)) == (
        "u = 1 is wrong; the numbers do not say which slip it was\n"
        "v = -1 is wrong: it follows from u, to be mended first\n"
        "L = 2 is wrong: it follows from v, to be mended first"
    )
    assert repr(sheet.grad(L=2, v=-4)) == (
        "L.grad = 2 is wrong; the numbers do not say which slip it was\n"
        "v.grad = -4 is wrong: it follows from L.grad, to be mended first"
    )


def test_what_follows_from_a_wrong_output_is_known() -> None:
    """1 - o², taken of an o that is wrong, follows from it; the verdict does not give the answer away."""
    sheet = practice(5, 7)  # o = tanh(0.5), e = o + 1
    sheet.data(o=0.4)
    assert repr(sheet.data(e=1.4)) == "e = 1.4 is wrong: it follows from o, to be mended first"
    sheet.data(e=1 + tanh(0.5))
    upstream = sheet.answers.filled["o.grad"]
    verdict = repr(sheet.grad(n=upstream * (1 - 0.4**2)))
    assert verdict.endswith("is wrong: it follows from o, to be mended first")
    assert "2.3" not in verdict


def test_the_score() -> None:
    """It counts what is right now and what was at the first try; a blank can be filled in again."""
    sheet = practice(1, 7)
    assert repr(sheet.score) == "0 of 4 right, 0 at the first try"
    assert not sheet.data(L=-24)
    assert "L = a × b = -24 (wrong)" in sheet.text
    assert repr(sheet.score) == "0 of 4 right, 0 at the first try; 1 is wrong"
    assert sheet.data(L=24)
    sheet.grad(L=1, a=3, b=3)
    assert repr(sheet.score) == "2 of 4 right, 1 at the first try; 2 are wrong"
    assert sheet.text.endswith(repr(sheet.score))
    assert sheet.filled["L"] == 24.0
    assert sheet.answers.filled["L"] == 24.0
    assert practice(1, 7).filled == {}


@pytest.mark.parametrize("degree", [0, 6, True, "2", 2.5, None])
def test_a_degree_that_is_not_there(degree: object) -> None:
    """The error lists what there is."""
    with pytest.raises(ValueError, match=r"there is no degree .*: 1 one product, 2 the chain rule"):
        practice(degree)  # type: ignore[arg-type]


def test_misuse() -> None:
    """A seed that is no whole number, a blank that is not there, no number, nothing at all."""
    for seed in (1.5, "7", True):
        with pytest.raises(TypeError, match="a seed is a whole number"):
            practice(1, seed)  # type: ignore[arg-type]
    sheet = practice(2, 7)
    with pytest.raises(ValueError, match=r"the sheet has no blank 'z\.grad'"):
        sheet.grad(z=1)
    with pytest.raises(ValueError, match="the sheet has no blank 'a'"):
        sheet.data(u=-1, a=3)
    with pytest.raises(ValueError, match=r"nothing is filled in: sheet\.data\(u=…, v=…, L=…\); sheet\.grad"):
        sheet.data()
    with pytest.raises(TypeError):
        sheet.data(u="x")  # type: ignore[arg-type]
    assert sheet.score.right == sheet.score.wrong == 0


def test_a_sheet_is_printed_where_there_is_only_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs that an output cannot take are spelled."""
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO(), "ascii"))
    assert "L = a * b = ......" in repr(practice(1, 7))
