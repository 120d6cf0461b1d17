"""Each lesson runs from beginning to end, holds its claim, and is what the gallery shows of it.

With STEPGRAD_GALLERY set, as in CI, all lessons run in full; else the long ones run with --quick, and what
the gallery shows of them is not compared.
"""

import json
import os
import re
import signal
import subprocess
import sys
from itertools import groupby
from math import isclose
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

import autograd

DEMOS = Path(__file__).parent.parent / "demos"
PICTURES = DEMOS / "pictures"
GALLERY = (DEMOS / "README.md").read_text(encoding="utf-8")
LESSONS = [file.stem for file in sorted(DEMOS.glob("*.py")) if file.stem not in ("figures", "all")]
LIGHT = {
    "backward_by_hand",
    "chain_rule",
    "forward_or_backward",
    "newton",
    "neuron",
    "why_topological_order",
}  # on the interpreted engine too
SHORT = {*LIGHT, "activations", "hidden_neurons", "linear_regression", "obeying_an_equation",
         "optimizer_inside", "same_in_pytorch", "tracing_pitfalls", "xor"}  # fmt: skip
QUOTED = re.compile(r"<!-- (\w+)(.*?) -->\n```text\n(.*?)```", re.DOTALL)  # a lesson, its options, its lines
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?")


def run(lesson: str, out: Path, *options: str) -> str:
    """What a lesson prints, run as a student runs it, on the engine that is tested."""
    done = subprocess.run(
        [sys.executable, DEMOS / f"{lesson}.py", "--out", out, *options],
        env=environment(),
        cwd=out.parent,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    """The environment of a new Python that imports the engine that is tested, and leaves no files here."""
    imported = str(Path(autograd.__file__).parent.parent)
    return os.environ | {"PYTHONPATH": imported, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def needs_compiled() -> None:
    """Skip what would take minutes on the interpreted engine."""
    if autograd.engine() == "interpreted":
        pytest.skip("needs the compiled engine to be done in seconds")


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(lesson: str, tmp_path: Path) -> None:
    """It holds what it asserts, every file that it names is there, and the gallery shows it as it is."""
    if lesson not in LIGHT:
        needs_compiled()
    in_full = lesson in SHORT or "STEPGRAD_GALLERY" in os.environ
    out = tmp_path / "figures"
    printed = run(lesson, out, *([] if in_full else ["--quick"]))
    if "PyTorch is not installed" in printed:
        pytest.skip("PyTorch is not installed")
    named = re.findall(rf"{re.escape(str(tmp_path))}\S+\.\w+", printed)
    assert named
    assert sorted(named) == sorted(map(str, out.iterdir()))
    assert all(Path(name).stat().st_size for name in named)
    if in_full:
        for quoted in quotes(lesson):
            assert any(alike(quoted, line) for line in printed.splitlines()), quoted
        assert any(same_picture(figure, picture(lesson)) for figure in out.iterdir())


def quotes(lesson: str) -> list[str]:
    """The lines that the gallery quotes from what a lesson prints."""
    return [line for name, knobs, text in QUOTED.findall(GALLERY) if name == lesson and not knobs
            for line in text.splitlines()]  # fmt: skip


EXERCISES = [found for found in QUOTED.findall(GALLERY) if found[1]]


@pytest.mark.parametrize(("lesson", "knobs", "text"), EXERCISES, ids=[f"{e[0]}{e[1]}" for e in EXERCISES])
def test_exercise(lesson: str, knobs: str, text: str, tmp_path: Path) -> None:
    """With its knobs turned a lesson ends well, and prints what the answer says."""
    if lesson not in LIGHT:
        needs_compiled()
    if (
        lesson not in SHORT | {"curve_fitting", "softmax_and_cross_entropy"}
        and "STEPGRAD_GALLERY" not in os.environ
    ):
        knobs += " --quick"
        text = ""
    printed = run(lesson, tmp_path / "figures", *knobs.split())
    if "PyTorch is not installed" in printed:
        pytest.skip("PyTorch is not installed")
    for quoted in text.splitlines():
        assert any(alike(quoted, line) for line in printed.splitlines()), (quoted, printed)


@pytest.mark.parametrize(
    ("lesson", "knobs", "said"),
    [
        ("softmax_and_cross_entropy", "--shift 1000", "Here they are nan, nan, nan spelled out. Why?"),
        ("two_moons", "--learning-rate 1000", "There is no line to draw, and no figure."),
        ("tracing_pitfalls", "--at -1e3", "Recorded at x = -1000"),
        ("activations", "--gain 1e6", "nan"),
        ("optimizer_inside", "--learning-rate 1e6 --steps 500", "Why?"),
        ("gradient_descent", "--rates 1e6", "Why?"),
        ("gradient_descent", "--rates 0.1 0.1", "then the learning rate 0.1 without it, then Adam."),
        ("newton", "--start 0 0.05", "There is no walk to draw, and no figure."),
        ("newton", "--start 1e6 1e6", "is there after 8 steps"),
        ("chain_rule", "--b 0 --f 0", "A tenth of the step, a hundredth of the error"),
        ("activations", "--gain 1e6", "the curve is flat where so large weights lead"),
        ("curve_fitting", "--hidden 2", "Together that is one step again"),
        ("optimizer_inside", "--scale 1e-6", "Here it is 0.09977, with a gradient of -4.288e-06. Why?"),
        ("obeying_an_equation", "--points 1 --iterations 1", "1 point from 0 to 2π, 1 iteration:"),
        ("xor", "--hidden 1", "Two layers, 1 hidden neuron: loss"),
        ("hidden_neurons", "--hidden 1", "A disc in a ring, 1 hidden neuron. How"),
        ("overfitting", "--points 1", "The mean squared error after      1 point learnt"),
        ("two_moons", "--points 1 --iterations 1", "On their side: 1 of 1 point, after 1 update in"),
    ],
)
def test_knobs_turned_to_their_ends(lesson: str, knobs: str, said: str, tmp_path: Path) -> None:
    """A lesson ends well there too, and says what came out."""
    if lesson not in LIGHT:
        needs_compiled()
    assert said in run(lesson, tmp_path / "figures", "--quick", *knobs.split())


def test_a_number_is_told_once(tmp_path: Path) -> None:
    """The last step of an optimizer is a row of its own only if it is none of those that are always shown."""
    needs_compiled()
    printed = [run("optimizer_inside", tmp_path / "figures", f"--steps={n}") for n in (1, 5, 6)]
    rows = [len(re.findall(r"^ +\d.*\d$", text, re.MULTILINE)) for text in printed]
    assert rows == [1, 5, 6]


def test_a_backward_pass_of_the_readers_own(tmp_path: Path) -> None:
    """The lesson's solution is right; a blank, a slip, and a program that stops are named."""
    out = tmp_path / "figures"
    run("backward_by_hand", out)
    solution = (out / "backward_by_hand-solution.py").read_text(encoding="utf-8")
    slip = solution.replace("w_grad = p_grad * x", "w_grad = p_grad * w")
    for text, said in [
        (solution, "every gradient is right"),
        (
            (out / "backward_by_hand-exercise.py").read_text(encoding="utf-8"),
            "L_grad is still to be filled in",
        ),
        (slip, "w_grad is .*, and should be"),
        ("1/0", "it stops with ZeroDivisionError"),
    ]:
        mine = tmp_path / "mine.py"
        mine.write_text(text, encoding="utf-8")
        assert re.search(said, run("backward_by_hand", out, "--check", str(mine))), said
    assert "there is no such file" in run("backward_by_hand", out, "--check", str(tmp_path / "none.py"))


def test_every_exercise_is_tried() -> None:
    """Each exercise names its command, and but for what chance writes, its answer quotes the lesson."""
    exercises = GALLERY.split("## Exercises")[1].split("## Answers")[0]
    commands = re.findall(r"`(\w+)\.py( --[^`]*)`", exercises)
    assert len({lesson for lesson, _ in commands}) == len(LESSONS)
    quoted = {(lesson, knobs) for lesson, knobs, _ in EXERCISES}
    assert {lesson for lesson, knobs in commands if (lesson, knobs) not in quoted} == {"tiny_gpt"}


def alike(quoted: str, printed: str) -> bool:
    """The same words, and numbers within 5 %: libraries of mathematics differ in the last digit."""
    pairs = list(zip(NUMBER.findall(quoted), NUMBER.findall(printed), strict=False))
    return NUMBER.sub("#", quoted).split() == NUMBER.sub("#", printed).split() and all(
        isclose(float(a), float(b), rel_tol=0.05, abs_tol=1e-9) for a, b in pairs
    )


def picture(lesson: str) -> Path:
    """The one picture that the gallery shows of a lesson."""
    [found] = PICTURES.glob(f"{lesson}.*")
    return found


def same_picture(figure: Path, shown: Path) -> bool:
    """Whether a picture of the gallery shows that figure: the same texts, or colours that are close."""
    if figure.suffix != shown.suffix:
        return False
    if shown.suffix == ".svg":
        texts = [
            re.findall(r">([^<>\s]+)</text>", file.read_text(encoding="utf-8")) for file in (figure, shown)
        ]
        return sorted(texts[0]) == sorted(texts[1])
    with Image.open(figure) as large, Image.open(shown) as small:
        size = 160, round(160 * small.height / small.width)  # letters blur, as they do between fonts
        difference = ImageChops.difference(*(image.convert("RGB").resize(size) for image in (large, small)))
    return max(ImageStat.Stat(difference).mean) < 6.0


@pytest.mark.parametrize(("out", "reason"), [("file", "File exists"), ("file/x", "Not a directory")])
def test_a_folder_that_cannot_be_made(tmp_path: Path, out: str, reason: str) -> None:
    """One line says so, before anything is run."""
    (tmp_path / "file").touch()
    command = [sys.executable, DEMOS / "neuron.py", "--out", tmp_path / out]
    done = subprocess.run(command, env=environment(), capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot make the folder {tmp_path / out}: {reason}" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--points=0", "'0' is not a whole number above 0"),
        ("--noise=inf", "'inf' is not a number above 0"),
        ("--noise=1e300", "1e+300 is too large for a lesson: 1,000,000 is the most"),
        ("--learning-rate=fast", "'fast' is not a number above 0"),
        ("--activation=rleu", "invalid choice: 'rleu'"),
        ("--start 1 1", "is the lowest point already"),
    ],
)
def test_an_option_that_makes_no_sense(option: str, reason: str, tmp_path: Path) -> None:
    """One line says what is wrong with it."""
    lesson = "newton" if option.startswith("--start") else "two_moons"
    command = [sys.executable, DEMOS / f"{lesson}.py", *option.split()]
    done = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr.splitlines()[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C is sent to a whole group of processes")
def test_ctrl_c(tmp_path: Path) -> None:
    """It ends a lesson with one line, in the middle of a training too."""
    command = [sys.executable, "-u", DEMOS / "digits.py", "--epochs", "1000000"]
    with subprocess.Popen(
        command, env=environment(), cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as lesson:
        assert lesson.stdout is not None
        while "iteration" not in (line := lesson.stdout.readline()):
            assert line
        lesson.send_signal(signal.SIGINT)
        _, errors = lesson.communicate()
    assert (lesson.returncode, errors) == (130, "digits.py was interrupted before its end.\n")


EXECUTE = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[3])
"""


def test_notebook(tmp_path: Path) -> None:
    """Executed anew, it prints what is stored in it."""
    needs_compiled()
    stored, anew = DEMOS / "tour.ipynb", tmp_path / "tour.ipynb"
    command = [sys.executable, "-c", EXECUTE, stored, DEMOS, anew]
    done = subprocess.run(
        command,
        env=environment() | {"IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    before, after = shown(stored), shown(anew)
    assert len(before) == len(after) > 20
    for old, new in zip(before, after, strict=True):
        assert alike(old, new), (old, new)


def shown(notebook: Path) -> list[str]:
    """The lines of text that the cells of a notebook show. (What is printed may come in pieces of a line.)"""
    lines = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        by_stream = groupby(cell.get("outputs", []), lambda output: output.get("name", id(output)))
        for _, pieces in by_stream:
            texts = ["".join(piece.get("text") or piece["data"]["text/plain"]) for piece in pieces]
            lines += "".join(texts).splitlines()
    return lines


def test_comparisons_can_fail() -> None:
    """Another number, another word and another picture are noticed."""
    assert alike("loss 0.500", "  loss 0.501")
    assert not alike("loss 0.5", "loss 0.6")
    assert not alike("loss 0.5", "cost 0.5")
    assert not same_picture(picture("xor"), picture("tiny_gpt"))
    assert not same_picture(picture("chain_rule"), picture("neuron"))


def test_gallery_is_complete() -> None:
    """Each lesson is in the gallery with a picture that is there; the pictures are small."""
    for lesson in LESSONS:
        assert f"pictures/{picture(lesson).name}" in GALLERY
        assert f"[{lesson}]({lesson}.py)" in GALLERY
    assert sum(file.stat().st_size for file in PICTURES.iterdir()) < 1_500_000
    assert {name for name, *_ in QUOTED.findall(GALLERY)} <= set(LESSONS)


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_is_short(lesson: str) -> None:
    """It has no more than 150 lines."""
    assert len((DEMOS / f"{lesson}.py").read_text(encoding="utf-8").splitlines()) <= 150
