"""The gallery as a folder of pages for any web server, or to be opened from the disk."""

import ast
import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pdoc
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup
from pdoc import render
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograd.page.one_file import part

__all__ = ["build_site", "is_free"]

HERE = Path(__file__).parent
DEMOS = HERE.parent
MARK = '<meta name="generator" content="stepgrad lessons">'  # of a folder that may be replaced by a newer one
SPELT = {"gpt": "GPT", "pytorch": "PyTorch", "xor": "XOR"}
KINDS = (".svg", ".png", ".gif")  # of figures, in the order in which a lesson shows them

ROW = re.compile(
    r'^\| <img src="pictures/(?P<picture>\S+)" .*?alt="(?P<alt>.*?)"> \| \[(?P<name>\w+)\].*?'
    r"\| (?P<teaches>.*?) \| (?P<seconds>\d+) \|$",
    re.MULTILINE,
)
QUOTE = re.compile(r"^<!-- (.*?) -->$", re.MULTILINE)  # above what a command prints
ARGUMENT = re.compile(r"[a-z_]\w*(, [a-z_]\w*)*: ")  # how a docstring begins what it says of an argument

markdown = MarkdownIt("commonmark")


@dataclass
class Lesson:
    """A lesson as the gallery has it, with what a run of it left."""

    name: str
    picture: str
    alt: str
    teaches: str
    seconds: str
    exercise: Markup
    answer: Markup
    summary: str
    about: str
    source: Markup
    printed: str
    figures: dict[str, str]  # by file name, what it shows
    walks: list[str]  # the pages to step through

    @property
    def title(self) -> str:
        """The name in words."""
        words = self.name.split("_")
        words[0] = words[0].capitalize()
        return " ".join(SPELT.get(word.lower(), word) for word in words)


def build_site(out: Path, folder: Path, live: Path | None = None) -> list[Path]:
    """Write the pages of all lessons to the folder, and what they need; the files of it.

    out: where the lessons were run: their figures, and what each printed.
    live: a folder that `stepgrad live --export` wrote, which becomes a part of the site.
    folder: new or empty, or a site that this wrote before, which is replaced once the new one is whole.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".site-", dir=folder.parent) as name:
        new = Path(name) / "site"
        write_pages(out, new, has_live=live is not None)
        if live is not None:
            shutil.copytree(live, new / "live")
        write_reference(new / "api")
        if folder.exists():
            folder.rename(Path(name) / "before")
        new.rename(folder)
    return sorted(file for file in folder.rglob("*") if file.is_file())


def is_free(folder: Path) -> bool:
    """Whether a site may be written there: nothing is lost by it."""
    if not folder.exists():
        return True
    index = folder / "index.html"
    return folder.is_dir() and (
        not any(folder.iterdir()) or (index.is_file() and MARK in index.read_text(encoding="utf-8"))
    )


def write_pages(out: Path, site: Path, has_live: bool) -> None:
    """The first page, one for each lesson, the pictures, and the programs themselves."""
    lessons = read_gallery(out)
    (site / "files").mkdir(parents=True)
    templates = Environment(loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=True)
    shared = {"mark": Markup(MARK), "lessons": lessons, "has_live": has_live}
    page = templates.get_template("index.html.jinja").render(shared, title="stepgrad: lessons")
    (site / "index.html").write_text(page, encoding="utf-8")
    for place, lesson in enumerate(lessons):
        page = templates.get_template("lesson.html.jinja").render(
            shared,
            title=lesson.title,
            lesson=lesson,
            before=lessons[place - 1] if place else None,
            after=lessons[place + 1] if place + 1 < len(lessons) else None,
        )
        (site / f"{lesson.name}.html").write_text(page, encoding="utf-8")
        for file in (DEMOS / f"{lesson.name}.py", *out.glob(f"{lesson.name}-*")):
            shutil.copy(file, site / "files")
    (site / "colors.css").write_text(part("colors.css"), encoding="utf-8")
    for style in ("code.css", "site.css"):
        shutil.copy(HERE / style, site)
    shutil.copytree(DEMOS / "pictures", site / "pictures")
    shutil.copy(DEMOS / "tour.ipynb", site / "files")


def read_gallery(out: Path) -> list[Lesson]:
    """The lessons of the README beside this folder, in its order."""
    text = (DEMOS / "README.md").read_text(encoding="utf-8")
    exercises, answers = (numbered(section(text, title)) for title in ("Exercises", "Answers"))
    about = {re.match(r"\*(\w+)", exercise)[1]: number for number, exercise in exercises.items()}  # type: ignore[index]
    lessons = []
    for row in ROW.finditer(text):
        number = about[row["name"]]
        exercise = exercises[number].split(".* ", 1)[1]
        lessons.append(read_lesson(row.groupdict(), exercise, answers[number], out))
    return lessons


def read_lesson(row: dict[str, str], exercise: str, answer: str, out: Path) -> Lesson:
    """A lesson by its row of the table: its source, and what its run left in the folder."""
    name = row["name"]
    source = (DEMOS / f"{name}.py").read_text(encoding="utf-8")
    files = sorted(file.name for file in out.glob(f"{name}-*"))
    figures = sorted((file for file in files if Path(file).suffix in KINDS), key=kind)
    return Lesson(
        **row,
        exercise=rendered(exercise),
        answer=rendered(QUOTE.sub(r"`python demos/\1` prints", with_suffix(answer))),
        summary=(ast.get_docstring(ast.parse(source)) or "").split("\n\n")[0],
        about=constant(source, "ABOUT"),
        source=Markup(highlight(source, PythonLexer(), HtmlFormatter(cssclass="code"))),
        printed=(out / f"{name}.txt").read_text(encoding="utf-8").replace(f"{out}/", "out/").strip(),
        figures={file: caption(out / file) for file in figures},
        walks=[file for file in files if file.endswith(".html")],
    )


def kind(file: str) -> int:
    """The place of a figure among those of its lesson: drawings, pictures, animations."""
    return KINDS.index(Path(file).suffix)


def section(text: str, title: str) -> str:
    """What stands under that title."""
    return re.split(r"^## ", text.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]


def numbered(text: str) -> dict[str, str]:
    """The items of a numbered list, by number, also where something stands between them."""
    _, *items = re.split(r"^(\d+)\. +", text, flags=re.MULTILINE)
    return dict(zip(items[::2], items[1::2], strict=True))


def with_suffix(answer: str) -> str:
    """The answer with whole commands in its remarks: `neuron.py --b 8` for neuron --b 8."""
    return re.sub(r"^<!-- (\w+)", r"<!-- \1.py", answer, flags=re.MULTILINE)


def rendered(text: str) -> Markup:
    """Markdown as HTML."""
    return Markup(markdown.render(re.sub(r"\n {3,4}", "\n", text)))


def constant(source: str, name: str) -> str:
    """The text of a constant of a program, as one paragraph."""
    [text] = re.findall(rf'^{name} = """(.*?)"""', source, flags=re.MULTILINE | re.DOTALL)
    return " ".join(text.split())


def caption(figure: Path) -> str:
    """What a figure shows: its titles, else what its file is called."""
    words = figure.stem.split("-", 1)[1].replace("_", " ")
    if figure.suffix == ".svg":
        [title] = re.findall(r"<title>(.*?)</title>", figure.read_text(encoding="utf-8"))[:1] or [words]
        return f"The graph of {Markup(title).unescape()}"
    still = figure.with_suffix(".png")
    with Image.open(still if still.exists() else figure) as image:
        return str(image.info.get("Description", words))


def write_reference(folder: Path) -> None:
    """The reference of all that is public, made from the docstrings."""
    render.configure(template_directory=HERE / "api", search=False)
    render.env.filters["listed_arguments"] = listed_arguments
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of annotations that a compiled module cannot resolve
        pdoc.pdoc("autograd", "nn", output_directory=folder)
    (folder / "index.html").unlink()  # a list of two modules, which each page has
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r'(class="headerlink" href="#([^"]+)")>', r'\1 aria-label="Link to \2">', text)
        ids = set(re.findall(r' id="([^"]+)"', text))
        links = re.compile(
            r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL
        )  # some go to what is inherited, and not there
        text = links.sub(lambda link: link[0] if link[1] in ids else link[2], text)  # noqa: B023, called at once
        page.write_text(text, encoding="utf-8")


def listed_arguments(docstring: str) -> str:
    """A docstring whose arguments, a line each, are a list in Markdown."""
    paragraphs = docstring.split("\n\n")
    return "\n\n".join(
        re.sub(rf"^({ARGUMENT.pattern[:-2]}): ", r"- **\1**: ", paragraph, flags=re.MULTILINE)
        if all(ARGUMENT.match(line) or line.startswith("    ") for line in paragraph.split("\n"))
        and not paragraph.startswith("    ")
        else paragraph
        for paragraph in paragraphs
    )
