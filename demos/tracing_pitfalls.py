"""What a tape freezes: an if, a number read out of the graph, chance; and how to write each instead."""

from collections.abc import Callable
from random import Random

from figures import BLACK, BLUE, ORANGE, claim, lesson_options, new_figure, number, save_figure

from autograd import Tape, Value, maximum

ABOUT = """A tape replays the operations that one example recorded. What Python decided, read or drew while it
was recorded stays as it was. Four small models are recorded at one x and replayed at others."""

Model = Callable[[Value], Value]

CHANCE = Random(0)


def branches(x: Value) -> Value:
    """|x| by an if: the tape has one branch, that of the example which was recorded."""
    return x if x.data > 0.0 else -x


def without_branch(x: Value) -> Value:
    """|x| by an operation: the decision is made anew for each example."""
    return maximum(x, -x)


def reads(x: Value) -> Value:
    """x² with one factor read out of the graph: on the tape it is a constant, and no gradient sees it."""
    return x * x.data


def without_reading(x: Value) -> Value:
    """x² with both factors in the graph."""
    return x * x


def draws(x: Value) -> Value:
    """x with noise that is drawn while recording: the tape adds the same noise to every example."""
    return x + CHANCE.gauss(0.0, 1.0)


def counts(x: Value) -> Value:
    """x multiplied by itself as often as a loop over its number says: the tape has so many factors."""
    y = x * 1.0
    for _ in range(int(abs(x.data))):
        y = y * x
    return y


PITFALLS: list[tuple[str, Model, Model | None, str]] = [
    ("an if on a number", branches, without_branch, "maximum(x, -x)"),
    ("a number read by .data", reads, without_reading, "x * x"),
    ("a loop over a number", counts, None, "as many tapes as there are lengths"),
]


def replayed(model: Model, recorded_at: float, xs: list[float]) -> list[float]:
    """The model recorded at one number and replayed at others."""
    x = Value(recorded_at)
    return Tape(model(x), [x]).forward([[number] for number in xs])


def astray(model: Model, recorded_at: float, xs: list[float]) -> int:
    """For how many numbers the tape says something else than the model."""
    pairs = zip(replayed(model, recorded_at, xs), xs, strict=True)
    return sum(y != model(Value(x)).data for y, x in pairs)


def main() -> None:
    """Record each once, replay it, count where it went astray."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--at", type=number, default=1.5, metavar="NUMBER", help="the x that is recorded")
    options = parser.parse_args()
    if abs(options.at) > 1000.0:
        parser.error(f"--at is at most 1000, not {options.at:g}: the loop records so many products")
    xs = [-3.0 + i / 8 for i in range(49)]
    print(f"Recorded at x = {options.at:g}, replayed at {len(xs)} numbers from -3 to 3. Wrong there:")
    wrong = {}
    for name, model, better, instead in PITFALLS:
        wrong[name] = astray(model, options.at, xs)
        print(f"  {name:24} {wrong[name]:2} of {len(xs)}; write {instead}")
        if better is not None:
            assert astray(better, options.at, xs) == 0
    claim(options, all(wrong.values()), "Each of these models goes astray on the tape", f"wrong are {wrong}")
    noise = replayed(draws, options.at, [0.0, 0.0, 0.0])
    print("Noise that was drawn once is the same for all examples:", *(f"{y:.3f}" for y in noise))
    print("Make it an input of the tape, drawn anew for each example: Tape(model(x, noise), [x, noise]).")
    assert len(set(noise)) == 1
    print("nn.train looks for all of these, and records each example anew where it finds one.")
    figure, panels = new_figure(1, 3, size=(15, 4.8))
    for axes, (name, model, _, _) in zip(panels, PITFALLS, strict=True):
        axes.plot(xs, [model(Value(x)).data for x in xs], color=BLUE, lw=6, alpha=0.35, label="the model")
        axes.plot(xs, replayed(model, options.at, xs), "--", color=ORANGE, label="the tape")
        axes.plot(options.at, model(Value(options.at)).data, "o", color=BLACK, label="what was recorded")
        axes.set(xlabel="x", title=name)
        axes.grid(alpha=0.3)
    panels[1].legend(frameon=False, loc="lower right", fontsize=13)
    print("\nThe figure:")
    save_figure(figure, options.out, "tracing_pitfalls-frozen.png")


if __name__ == "__main__":
    main()
