"""The files of the live page, put together from those in the package: what a server or a folder holds."""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import NamedTuple

from autograd.live.session import Source, tabs
from autograd.page.javascript import rules_in_javascript
from autograd.page.one_file import page_style, part
from autograd.page.page import SCRIPTS

__all__ = ["POLICY", "File", "page_files"]

HERE = Path(__file__).parent
PLACE = re.compile(r"\{\{(\w+)\}\}")  # where something is put into live.html

# Nothing runs, and nobody is asked, but what comes from where the page came from.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class File(NamedTuple):
    """A file as a browser is sent it."""

    kind: str
    content: bytes


def page_files(transport: Path = HERE / "transport.js") -> dict[str, File]:
    """The files by name; "index.html" is the page.

    transport: the script with `ask(message)`, which finds a Session and brings back its answer.
    """
    own = unique([HERE / "live.css", *(style for tab in tabs() for style in tab.styles)])
    styles = [page_style(), *map(read, own)]
    scripts = unique(script for tab in tabs() for script in tab.scripts)
    return {
        "index.html": File("text/html; charset=utf-8", index().encode()),
        "live.css": File("text/css; charset=utf-8", "\n".join(styles).encode()),
        "transport.js": File("text/javascript; charset=utf-8", read(transport).encode()),
        "live.js": File("text/javascript; charset=utf-8", script_of(scripts).encode()),
    }


def script_of(scripts: Iterable[Source]) -> str:
    """Everything that runs in the page: the program of a graph, the player, the tabs, and their begin."""
    return "\n".join(
        [
            part("program.js"),
            f"const RULES = {rules_in_javascript(lanes=True)};",
            f"function startPlayer() {{\n{''.join(map(part, SCRIPTS))}\n{read(HERE / 'player_end.js')}}}",
            read(HERE / "live.js"),
            *map(read, scripts),
            "begin();\n",
        ]
    )


def index() -> str:
    """The page, with a panel for each tab."""
    buttons, panels = [], []
    for tab in tabs():
        name, key = escape(tab.name), escape(tab.name.lower())
        buttons.append(
            f'<button type="button" role="tab" id="tab-{key}" aria-controls="panel-{key}" '
            f'aria-selected="false" tabindex="-1">{name}</button>'
        )
        panels.append(
            f'<section role="tabpanel" id="panel-{key}" aria-labelledby="tab-{key}" hidden>\n'
            f"{read(tab.html)}</section>"
        )
    parts = {"tabs": "\n".join(buttons), "panels": "\n".join(panels)}
    return PLACE.sub(lambda place: parts[place[1]], read(HERE / "live.html"))


def read(source: Source) -> str:
    """The text of a file, or what a function gives."""
    return source.read_text(encoding="utf-8") if isinstance(source, Path) else source()


def unique(files: Iterable[Source]) -> list[Source]:
    """The files in their order, each once."""
    return list(dict.fromkeys(files))
