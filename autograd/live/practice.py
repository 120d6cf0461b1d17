"""The tab Practice: a sheet by its degree and seed, and the verdict on each number that is filled in."""

import re
from pathlib import Path

from autograd.drawing.draw import draw
from autograd.live.session import Answer, Message, MessageError, Tab, add_tab, number_of, quoted
from autograd.stepping.exercises import DEGREES
from autograd.stepping.practice import TASK, Sheet, practice

HERE = Path(__file__).parent
MOST_ANSWERS = 2_000  # of a sheet, the wrong ones too
LARGEST_SEED = 10**9
IN_WORDS = re.compile(
    r"<title>.*?</title>\n?| id=\"[^\"]*\"", re.DOTALL
)  # titles would give the answers away


def sheet_in(message: Message) -> Sheet:
    """The sheet that a message is about: `degree` and `seed`, or null for one that is drawn."""
    degree, seed = message.get("degree"), message.get("seed")
    if seed is not None and not (type(seed) is int and abs(seed) <= LARGEST_SEED):
        raise MessageError(f"a seed is a whole number of at most nine digits, not {quoted(seed)}")
    if type(degree) is not int:
        raise MessageError(f"a degree is a number from 1 to {len(DEGREES)}, not {quoted(degree)}")
    return practice(degree, seed)


def show_sheet(message: Message) -> Answer:
    """What stands on a sheet; its picture shows operations and no numbers."""
    sheet = sheet_in(message)
    drawn = draw(sheet.root, data=False, gradients=False, local_derivatives=False)
    return {
        "degree": sheet.degree,
        "seed": sheet.seed,
        "title": sheet.title,
        "task": TASK,
        "rows": [row._asdict() for row in sheet.rows],
        "svg": IN_WORDS.sub("", drawn.svg),
        "printed": sheet.printed,
    }


def judge_answers(message: Message) -> Answer:
    """The verdict on the last of the `answers` of a sheet: pairs of a blank and a number, in their order."""
    sheet, answers = sheet_in(message), message.get("answers")
    if not isinstance(answers, list) or not 0 < len(answers) <= MOST_ANSWERS:
        raise MessageError(f"answers are a list of 1 to {MOST_ANSWERS:,} pairs of a blank and a number")
    for pair in answers:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise MessageError(f"an answer is a pair of a blank and a number, not {quoted(pair)}")
        [verdict] = sheet.fill({pair[0]: number_of(*pair)})
    score = sheet.score
    return {
        "verdict": verdict.text,
        "right": {name: sheet.is_right(name) for name in sheet.filled},
        "score": repr(score),
        "done": score.right == score.of,
    }


def show_answers(message: Message) -> Answer:
    """The sheet with every blank filled in, as it is printed."""
    return {"printed": sheet_in(message).answers.printed}


def panel() -> str:
    """The panel, with the degrees to choose from."""
    options = "\n".join(f'<option value="{n}">{n}: {title}</option>' for n, title in DEGREES.items())
    return (HERE / "practice.html").read_text(encoding="utf-8").replace("{{degrees}}", options)


add_tab(
    Tab(
        "Practice",
        panel,
        scripts=(HERE / "practice.js",),
        styles=(HERE / "practice.css",),
        messages={
            "practice": show_sheet,
            "practice-answer": judge_answers,
            "practice-answers": show_answers,
        },
    )
)
