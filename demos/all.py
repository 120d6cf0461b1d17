"""Every lesson, one after the other, with a progress bar; the gallery, its pictures and its pages."""

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from figures import lesson_options
from PIL import Image
from tqdm import tqdm

ABOUT = """Runs every lesson in the order of the gallery. What each prints goes to a text file beside its
figures; a lesson that fails does not stop the others."""

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"

# Each lesson with the figure that stands for it in the gallery.
LESSONS = {
    "chain_rule": "chain_rule-graph.svg",
    "neuron": "neuron-graph.svg",
    "backward_by_hand": "backward_by_hand-graph.svg",
    "forward_or_backward": "forward_or_backward-cost.png",
    "why_topological_order": "why_topological_order-visits.png",
    "gradient_descent": "gradient_descent-walks.png",
    "newton": "newton-walks.png",
    "optimizer_inside": "optimizer_inside-adam.png",
    "linear_regression": "linear_regression-line.png",
    "xor": "xor-plane.png",
    "hidden_neurons": "hidden_neurons-lines.png",
    "two_moons": "two_moons-boundary.png",
    "curve_fitting": "curve_fitting-sine.png",
    "obeying_an_equation": "obeying_an_equation-sine.png",
    "activations": "activations-vanishing.png",
    "softmax_and_cross_entropy": "softmax_and_cross_entropy-iris.png",
    "digits": "digits-misread.png",
    "overfitting": "overfitting-fit.png",
    "tiny_gpt": "tiny_gpt-loss.png",
    "tracing_pitfalls": "tracing_pitfalls-frozen.png",
    "same_in_pytorch": "same_in_pytorch-gradients.png",
}


def run(lesson: str, options: Namespace) -> tuple[bool, float]:
    """Run a lesson, keep what it prints; whether it held, and how many seconds it took."""
    command = [sys.executable, HERE / f"{lesson}.py", "--out", options.out, "--seed", str(options.seed)]
    start = perf_counter()
    with (options.out / f"{lesson}.txt").open("w", encoding="utf-8") as printed:
        done = subprocess.run(command + ["--quick"] * options.quick, stdout=printed, stderr=subprocess.STDOUT)
    return done.returncode == 0, perf_counter() - start


def small(figure: Path) -> Image.Image:
    """A figure as the gallery shows it: 640 pixels wide, 256 colours."""
    with Image.open(figure) as image:
        size = 640, round(640 * image.height / image.width)
        return image.convert("RGB").resize(size, Image.Resampling.LANCZOS).quantize(256)


def take_pictures(folder: Path) -> None:
    """Put the figures into the gallery: graphs as they are, others small."""
    PICTURES.mkdir(exist_ok=True)
    for lesson, name in LESSONS.items():
        figure, picture = folder / name, PICTURES / f"{lesson}{Path(name).suffix}"
        if figure.suffix == ".svg":
            picture.write_bytes(figure.read_bytes())
        elif figure.exists():  # all but those of lessons that lack what they compare with
            small(figure).save(picture, optimize=True)


def site_builder(folder: Path | None, parser: ArgumentParser) -> Callable[..., list[Path]] | None:
    """What writes the site, if one is asked for; it is an error if it could not."""
    if folder is None:
        return None
    try:
        from website.build import build_site, is_free
    except ModuleNotFoundError as error:
        parser.error(f"--site needs {error.name}: pip install '.[site]'")
    if not is_free(folder):
        parser.error(f"--site {folder}: there are other files in it, name a new folder")
    return build_site


def main() -> None:
    """Run them all, and say how each went."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--pictures", action="store_true", help="put the figures into the gallery")
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="write the gallery there as pages")
    parser.add_argument("--live", type=Path, metavar="FOLDER", help="an exported live page, for the site")
    options = parser.parse_args()
    if options.live and not (options.live / "index.html").is_file():
        parser.error(f"--live {options.live}: no live page is in it, see stepgrad live --export")
    build_site = site_builder(options.site, parser)
    failed = []
    for lesson in (bar := tqdm(LESSONS, unit="lesson")):
        bar.set_description(lesson)
        held, seconds = run(lesson, options)
        bar.write(f"{'held  ' if held else 'FAILED'} {seconds:5.1f} s  {options.out / lesson}.txt")
        failed += [] if held else [lesson]
    if options.pictures:
        take_pictures(options.out)
    if failed:
        raise SystemExit(f"These lessons do not hold: {', '.join(failed)}")
    if build_site:
        files = build_site(options.out, options.site, options.live)
        size = sum(file.stat().st_size for file in files) / 1e6
        print(f"{options.site / 'index.html'} ({len(files)} files, {size:.1f} MB)")


if __name__ == "__main__":
    main()
