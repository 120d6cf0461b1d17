"""The tab Practice without a browser: sheets, verdicts, scores, and messages that are none."""

from typing import Any

import pytest

from autograd import practice
from autograd.live import Session


@pytest.fixture
def session() -> Session:
    """A session."""
    return Session()


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_a_sheet_is_that_of_the_prompt(session: Session, degree: int) -> None:
    """The same rows and blanks; its picture gives no answer away."""
    sheet = practice(degree, 7)
    answer = session.handle({"kind": "practice", "degree": degree, "seed": 7})
    assert answer["ok"]
    assert (answer["title"], answer["printed"]) == (sheet.title, sheet.printed)
    blanks = [row[kind] for row in answer["rows"] for kind in ("data", "gradient") if row[kind]]
    assert sorted(blanks) == sorted(sheet.names)
    assert answer["svg"].startswith("<svg")
    assert "<title" not in answer["svg"]
    assert " id=" not in answer["svg"]
    answers = session.handle({"kind": "practice-answers", "degree": degree, "seed": 7})
    assert answers["printed"] == sheet.answers.printed
    assert "......" in answer["printed"]
    assert "......" not in answers["printed"]


def test_a_sheet_that_is_drawn(session: Session) -> None:
    """Without a seed there is one, which gives the same sheet again."""
    drawn = session.handle({"kind": "practice", "degree": 3, "seed": None})
    again = session.handle({"kind": "practice", "degree": 3, "seed": drawn["seed"]})
    assert again == drawn


def test_answers_are_judged_in_their_order(session: Session) -> None:
    """As the sheet judges them: the slip, what is right by now, the score with first tries."""
    message: dict[str, Any] = {"kind": "practice-answer", "degree": 1, "seed": 7}
    answer = session.handle(message | {"answers": [["L", "-24"]]})
    assert answer["verdict"] == "L = -24 is wrong: the sign is the other one"
    assert answer["right"] == {"L": False}
    given = [["L", "-24"], ["L", "24"], ["L.grad", "1"], ["a.grad", "-4"], ["b.grad", "-6.0"]]
    answer = session.handle(message | {"answers": given})
    assert answer["right"] == {"L": True, "L.grad": True, "a.grad": True, "b.grad": True}
    assert answer["score"] == "4 of 4 right, 3 at the first try"
    assert answer["done"]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"kind": "practice"}, "a degree is a number from 1 to 5"),
        ({"kind": "practice", "degree": "2", "seed": 7}, "a degree is a number from 1 to 5"),
        ({"kind": "practice", "degree": 9, "seed": 7}, "there is no degree 9"),
        ({"kind": "practice", "degree": True, "seed": 7}, "a degree is a number from 1 to 5"),
        ({"kind": "practice", "degree": 2, "seed": 10**400}, "a seed is a whole number"),
        ({"kind": "practice", "degree": 2, "seed": 1.5}, "a seed is a whole number"),
        ({"kind": "practice-answer", "degree": 2, "seed": 7}, "answers are a list"),
        ({"kind": "practice-answer", "degree": 2, "seed": 7, "answers": []}, "answers are a list"),
        ({"kind": "practice-answer", "degree": 2, "seed": 7, "answers": [["u"]]}, "an answer is a pair"),
        ({"kind": "practice-answer", "degree": 2, "seed": 7, "answers": [[[], 1]]}, "an answer is a pair"),
        ({"kind": "practice-answer", "degree": 2, "seed": 7, "answers": [["x", "1"]]}, "has no blank 'x'"),
        ({"kind": "practice-answer", "degree": 2, "seed": 7, "answers": [["u", "1,5"]]}, "u is a number"),
        ({"kind": "practice-answer", "degree": 2, "seed": 7, "answers": [["u", "1"]] * 2001}, "1 to 2,000"),
    ],
)
def test_messages_that_are_none(session: Session, message: dict[str, Any], error: str) -> None:
    """Each is refused in words."""
    answer = session.handle(message)
    assert not answer["ok"]
    assert error in answer["error"]
