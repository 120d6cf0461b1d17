"""The command line: python -m autograd "(a*b + c) * f" a=2 b=-3 c=10 f=-2."""

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from math import isfinite
from pathlib import Path
from typing import Any

from autograd._version import __version__
from autograd.checks.gradcheck import GradientError, gradcheck
from autograd.core.value import Value
from autograd.drawing import draw
from autograd.exporting.export import LANGUAGES, export
from autograd.expressions import FUNCTIONS, parse
from autograd.page import one_file
from autograd.stepping.stepper import Contribution, Step, Stepper, Steps
from autograd.stepping.text import format_steps, paint
from autograd.util.files import refuse_unless_writable, suffix_of
from autograd.util.text import for_output, write_any_text

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|nan)", re.IGNORECASE)
GUARD = "\0"  # no argument of a command can hold it
HIDDEN = ("node", "input", "stepper")  # fields of a step that are no numbers or words
RESULT = "result"  # what the value of the expression is called


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (by default those it was called with); its exit code.

    0: done; 1: a check failed, or a file could not be written; 2: the arguments were wrong.

    >>> main(["a*b", "a=2", "b=-3", "--quiet"])
    a.grad = -3.0
    b.grad = 2.0
    0
    """
    try:
        write_any_text()
        code = run(sys.argv[1:] if arguments is None else list(arguments))
        print(end="", flush=True)  # not sys.stdout.flush(): it may be closed, and is None then
    except BrokenPipeError:  # whoever read our output has enough of it
        drop_output()
        return 141
    except OSError as error:  # there is no room for it, for instance
        drop_output()
        print(f"stepgrad: error: the output cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def drop_output() -> None:
    """Send what is still to be written nowhere, or Python would try once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(arguments: list[str]) -> int:
    """Do what the arguments say."""
    if arguments[:1] == ["live"]:
        from autograd.live.server import main as live  # here, as an expression has no use for it

        return live(arguments[1:])
    parser = command()
    options = parser.parse_intermixed_args([guarded(argument) for argument in arguments])
    if options.expression is None:
        parser.error('an EXPRESSION is missing, such as "a*b + 1" a=2 b=-3')
    expression = options.expression.removeprefix(GUARD)
    try:
        check_files(options)
        root, leaves = parse(expression, assigned(options.values))
        if not root.label and RESULT not in leaves:
            root.label = RESULT
        stepper = root.steps()
        steps = stepper.run()
        check = checked(root) if options.check else None
        program = None if options.export is None else str(export(root, options.export))
        if options.json:
            found = record(expression, root, leaves, steps, options.quiet, check)
            print(json.dumps(found if program is None else {**found, "program": program}))
        elif program is not None:
            print(for_output(program))
        else:
            print_all(leaves, steps, options.quiet, check)
        save(stepper, options)
    except (ValueError, OSError) as error:
        if isinstance(error, OSError) and not error.filename:
            raise  # it is the output that cannot be written
        what = f"{error.strerror}: {error.filename!r}" if isinstance(error, OSError) else error
        print(f"{parser.prog}: error: {what}", file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 1
    return 0 if check is None or check[0] else 1


def command() -> argparse.ArgumentParser:
    """The arguments and their help."""
    module = Path(sys.argv[0]).resolve() == Path(__file__).resolve()
    parser = argparse.ArgumentParser(
        prog="python -m autograd" if module else "stepgrad",
        usage="%(prog)s EXPRESSION [NAME=NUMBER ...] [options]",
        description="Step through an expression: its value forwards, its gradients backwards.",
        epilog="stepgrad live opens the same in a browser, with a slider for each name. "
        f"Functions: {', '.join(sorted(FUNCTIONS))}",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("expression", nargs="?", metavar="EXPRESSION", help='such as "(a*b + c) * f" or "tanh(w*x + b)"')
    add("values", metavar="NAME=NUMBER", nargs="*", help="the value of each name in it")
    add("--svg", metavar="FILE", help="draw the graph (also .png, .pdf, .dot)")
    add("--html", metavar="FILE", help="make a page to step through in a browser")
    add("--export", metavar="LANGUAGE", choices=list(LANGUAGES),
        help=f"print it as a program instead: {', '.join(LANGUAGES)}")  # fmt: skip
    add("--check", action="store_true", help="check every derivative against finite differences")
    add("--quiet", action="store_true", help="print the gradients only")
    add("--json", action="store_true", help="print everything as JSON")
    add("--version", action="version", version=f"stepgrad {__version__}")
    return parser


def guarded(argument: str) -> str:
    """An argument that is no option, marked so that a minus at its start does not make it one: -a*b."""
    return GUARD + argument if re.match(r"-(?!-[a-z]|h$)", argument) else argument


def assigned(values: list[str]) -> dict[str, float]:
    """The numbers that were given, by name."""
    numbers: dict[str, float] = {}
    for argument in values:
        name, equals, number = argument.removeprefix(GUARD).partition("=")
        name, number = name.strip(), number.strip()
        if not equals or not name.isidentifier():
            raise ValueError(f"{argument.removeprefix(GUARD)!r} should be NAME=NUMBER, such as a=2")
        if name in numbers:
            raise ValueError(f"{name} is given twice")
        if not NUMBER.fullmatch(number):
            raise ValueError(f"{name}={number}: {number!r} is not a number")
        numbers[name] = float(number)
    return numbers


def checked(root: Value) -> tuple[bool, str]:
    """Whether the derivatives agree with finite differences, and the report."""
    try:
        return True, str(gradcheck(root))
    except GradientError as error:
        return False, str(error)


def print_all(leaves: dict[str, Value], steps: Steps, quiet: bool, check: tuple[bool, str] | None) -> None:
    """Print the steps (unless quiet), the gradients, and what the check said."""
    if not quiet:
        print(for_output(format_steps(steps, paint())), end="\n\n")
    for name, leaf in leaves.items():
        print(f"{name}.grad = {leaf.grad!r}")
    if check is not None:
        print(for_output(check[1]))


def record(
    expression: str, root: Value, leaves: dict[str, Value], steps: Steps, quiet: bool,
    check: tuple[bool, str] | None,
) -> dict[str, Any]:  # fmt: skip
    """All that is printed, as JSON has it; a number that is not finite is "inf", "-inf" or "nan"."""
    found: dict[str, Any] = {
        "expression": expression,
        "value": plain(root.data),
        "gradients": {name: plain(leaf.grad) for name, leaf in leaves.items()},
    }
    if not quiet:
        found["steps"] = [plain(step) for step in steps]
    if check is not None:
        found["check"] = {"agrees": check[0], "report": check[1]}
    return found


def plain(thing: Any) -> Any:
    """A step, or what is in one, as numbers, text, lists and dicts."""
    if isinstance(thing, (Step, Contribution)):
        return {f.name: plain(getattr(thing, f.name)) for f in fields(thing) if f.name not in HIDDEN}
    if isinstance(thing, tuple):
        return [plain(item) for item in thing]
    return repr(thing) if isinstance(thing, float) and not isfinite(thing) else thing


def check_files(options: argparse.Namespace) -> None:
    """Refuse files that could not be written, before anything is done."""
    for path, suffixes in ((options.svg, draw.SUFFIXES), (options.html, one_file.SUFFIXES)):
        if path is not None:
            suffix_of(path, suffixes)
            refuse_unless_writable(path)


def save(stepper: Stepper, options: argparse.Namespace) -> None:
    """Write the files that were asked for."""
    if options.svg is not None:
        draw.draw(stepper.root).save(options.svg)
    if options.html is not None:
        stepper.play(options.html)


if __name__ == "__main__":
    sys.exit(main())
