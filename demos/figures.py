"""What the lessons share: the style of their figures, their options, their claims, and where files go."""

import os
import re
import signal
import sys
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from contextlib import suppress
from math import inf, isfinite, nan
from pathlib import Path
from textwrap import fill
from typing import Any


def end_in_a_line(number: int, frame: Any) -> None:
    """What Ctrl-C does in a lesson: it ends at once, whatever it is at, and its last line says so.

    As KeyboardInterrupt it would end a training alone, and the lesson would judge what is half learnt; as
    any exception it would have others clean up, and matplotlib's animations fail at that.
    """
    with suppress(OSError, RuntimeError):  # the output is gone, or was being written to
        sys.stdout.flush()
    below = "\n" if sys.stderr.isatty() else ""  # the bar of a training
    os.write(2, f"{below}{Path(sys.argv[0]).name} was interrupted before its end.\n".encode())
    os._exit(130)


# Where a lesson is what runs: a notebook has a Ctrl-C of its own.
if (
    Path(sys.argv[0]).resolve().parent == Path(__file__).resolve().parent
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
    signal.signal(signal.SIGINT, end_in_a_line)

import matplotlib
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure

from autograd.util.text import write_any_text

# Okabe and Ito's colours: colour-blind eyes and poor projectors tell them apart.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, BLACK = "#CC79A7", "#56B4E9", "#222222"
LARGEST = 1e6  # of the numbers that options take

matplotlib.rcParams.update(
    {
        "axes.prop_cycle": matplotlib.cycler(color=[BLUE, ORANGE, GREEN, RED, PURPLE, SKY, BLACK]),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "figure.constrained_layout.h_pad": 0.1,
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.w_pad": 0.1,
        "font.size": 15,
        "lines.linewidth": 2.5,
        "lines.markersize": 8,
        "savefig.dpi": 150,
    }
)


class LessonParser(ArgumentParser):
    """A parser that also says which knobs were turned: `options.turned` lists them. It reads −1e3."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def parse_args(self, *arguments: Any) -> Namespace:  # type: ignore[override]
        """The options, and the names of those that are not at their default."""
        options = super().parse_args(*arguments)
        options.turned = [
            name
            for name, value in vars(options).items()
            if name not in ("out", "quick") and value != self.get_default(name)
        ]
        return options


def lesson_options(description: str) -> LessonParser:
    """A parser with the options of every lesson: --seed, --out, --quick. What it prints can be printed."""
    write_any_text()
    parser = LessonParser(description=description, formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="where chance starts from")
    parser.add_argument("--out", type=folder, default="out", metavar="FOLDER", help="where the figures go")
    parser.add_argument("--quick", action="store_true", help="a short run, to see that it works")
    return parser


def leaf_options(parser: ArgumentParser, start: dict[str, float]) -> None:
    """An option for each leaf of an expression, which starts at that number."""
    for name, default in start.items():
        parser.add_argument(
            f"--{name}", type=number, default=default, metavar="NUMBER", help=f"the leaf {name}"
        )


def folder(path: str) -> Path:
    """A folder to write to, which is made if need be."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentTypeError(f"cannot make the folder {path}: {error.strerror}") from None
    if not os.access(path, os.W_OK):
        raise ArgumentTypeError(f"the folder {path} is read-only")
    return Path(path)


def whole_number(text: str) -> int:
    """An option that is a whole number, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def positive(text: str) -> float:
    """An option that is a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.0 < number < inf:
        raise ArgumentTypeError(f"{text!r} is not a number above 0")
    return readable(number)


def number(text: str) -> float:
    """An option that is any number but an infinite one."""
    try:
        given = float(text)
    except ValueError:
        given = nan
    if not isfinite(given):
        raise ArgumentTypeError(f"{text!r} is not a number")
    return readable(given)


def readable(number: float) -> float:
    """A number that a table and a figure can show, and whose powers do not overflow on the way there."""
    if abs(number) > LARGEST:
        raise ArgumentTypeError(f"{number:g} is too large for a lesson: {LARGEST:,.0f} is the most")
    return number


def claim(options: Namespace, holds: bool, sentence: str, found: str) -> None:
    """Print what a lesson teaches, where this run bears it out.

    With the numbers that the lesson was written for, it must: else this is an AssertionError. Where a knob
    was turned, a claim that fails is a question, with what was `found` in its place.
    """
    if holds:
        print(f"{sentence}.")
        return
    assert options.turned, f"{sentence}: {found}"
    question = f"With these numbers this no longer holds: “{sentence.strip()}”. Here {found}. Why?"
    print(fill(question, 100, initial_indent=">>> ", subsequent_indent="    "))


def new_figure(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (9.6, 5.4), **options: Any
) -> tuple[Figure, Any]:
    """A figure of that size in inches, and its axes: an array of them if there are several."""
    figure = Figure(size)
    return figure, figure.subplots(rows, columns, **options)


def place(folder: Path, name: str) -> Path:
    """Where a file of that name goes in the folder; it is said on the way."""
    print(f"  {folder / name}")
    return folder / name


def save_figure(figure: Figure, folder: Path, name: str) -> None:
    """Write a figure to the folder, with what its titles say for those who do not see it."""
    titles = [axes.get_title(side) for axes in figure.axes for side in ("left", "center", "right")]
    said = "; ".join(" ".join(title.split()) for title in titles if title)
    figure.savefig(place(folder, name), metadata={"Description": said} if said else None)


def save_animation(figure: Figure, show: Callable[[Any], Any], frames: list[Any], path: Path) -> None:
    """Write what `show(frame)` draws on the figure, for each of the frames, as a GIF."""
    FuncAnimation(figure, show, frames=frames).save(path, PillowWriter(fps=6), dpi=75)
