"""Whatever a page or a stranger sends: a session answers in words, and in JSON."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import nn.page.live_tab  # noqa: F401, its messages are known
from autograd.live import Session, Tab, add_tab
from autograd.live import session as sessions
from autograd.live.session import Answer, Message

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "a*b",
            "log(-a)",
            "moons",
            "line",
            "8 4",
            "",
            "nan",
            "1e400",
            "L.grad",
            "a.grad",
            "x²",
            "٣",
            "\ud800",
        ]
    )
)
THINGS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
SETTINGS = st.dictionaries(
    st.sampled_from([
        "dataset", "count", "noise", "seed", "layers", "activation", "loss", "optimizer", "learning-rate",
        "batch-size", "weight-decay",
    ]),
    st.text(max_size=5)
    | st.sampled_from(["moons", "line", "relu", "hinge", "Adam", "1", "²", "1e3", "inf", "3 2"]),
    max_size=4,
)  # fmt: skip
ASKED = st.sampled_from(
    ["text", "values", "settings", "points", "parameters", "example", "degree", "seed", "answers"]
)
KINDS = st.sampled_from(sorted(Session().messages))
MESSAGES = st.builds(
    lambda kind, settings, given: {"kind": kind, "settings": settings, "text": "a*b"} | given,
    KINDS,
    SETTINGS,
    st.dictionaries(ASKED, THINGS, max_size=4),
)


@given(THINGS | MESSAGES)
def test_every_message_has_an_answer(message: Any) -> None:
    """That JSON can say, an error in words; and none is a surprise to the session itself."""
    answer = Session().handle(message)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["ok"] or answer["error"]
    assert "could not be answered" not in answer.get("error", "")


def test_what_was_not_foreseen_is_answered_too(monkeypatch: Any) -> None:
    """A bug, a full disk: it is said which, and the session goes on."""

    def lookup(message: Message) -> Answer:
        return {}[message["text"]]

    def write(message: Message) -> Answer:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sessions, "known", dict(sessions.known))
    add_tab(Tab("Broken", lambda: "", messages={"lookup": lookup, "write": write}))
    session = Session()
    answer = session.handle({"kind": "lookup", "text": "a"})
    assert answer == {"ok": False, "error": "lookup could not be answered (KeyError: 'a')"}
    answer = session.handle({"kind": "write"})
    assert answer["error"] == "write could not be answered (OSError: [Errno 28] No space left on device)"
    assert session.handle({"kind": "hello"})["ok"]


def test_what_was_sent_is_quoted_in_part() -> None:
    """An error is a sentence, however long the message was."""
    for message in (
        {"kind": "x" * 1_000_000},
        {"kind": "expression", "text": ["x"] * 100_000},
        {"kind": "expression", "text": "a", "values": {"a": "9" * 100_000 + "x"}},
        {"kind": "practice", "degree": [1] * 100_000},
        {"kind": "practice-answer", "degree": 1, "seed": 1, "answers": ["x" * 100_000]},
    ):
        assert len(Session().handle(message)["error"]) < 400
