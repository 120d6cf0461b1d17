"""A page in one file: its style, script and data inside, and nothing else allowed to run."""

import base64
import json
import os
import re
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from autograd.util.files import replace_file, suffix_of

__all__ = ["OneFile", "as_json", "one_file", "page_style", "part"]

HERE = Path(__file__).parent
SUFFIXES = (".html", ".htm")
PLACE = re.compile(r"\{\{(\w+)\}\}")  # where something is put into a template


class OneFile:
    """A page that is `html`, called `title`: shows itself in a notebook; `save` writes it to a file."""

    title: str
    html: str
    height = 600  # pixels in a notebook

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to `path`, all of it or nothing; an OSError says why it cannot be written.

        A suffix other than .html or .htm is a ValueError.
        """
        suffix_of(path, SUFFIXES)
        replace_file(path, self.html.encode())

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" sandbox="allow-scripts"'
            f' style="width: 100%; height: {self.height}px; border: 0"></iframe>'
        )


def one_file(template: str, title: str, style: str, script: str, **parts: str) -> str:
    """head.html and a template of the body, with parts in place of names: {{title}}, {{script}}, {{theme}}, …

    Nothing but this style and this script may run in it.
    """
    policy = f"default-src 'none'; style-src {allowed(style)}; script-src {allowed(script)}; base-uri 'none'"
    parts |= {"title": escape(title), "style": style, "script": script, "theme": part("theme.html")}
    parts["policy"] = f"{policy}; form-action 'none'"
    return PLACE.sub(lambda place: parts[place[1]], part("head.html") + template)


def part(name: str, folder: Path = HERE) -> str:
    """A file of a page, as it lies in the package."""
    return folder.joinpath(name).read_text(encoding="utf-8")


def page_style() -> str:
    """The style of a page that steps through a walk, with the colours of all pages."""
    return part("colors.css") + part("page.css")


def allowed(source: str) -> str:
    """What a Content-Security-Policy calls exactly this style or script."""
    return f"'sha256-{base64.b64encode(sha256(source.encode()).digest()).decode()}'"


def as_json(data: Any) -> str:
    """JSON that can stand in a <script> element of a file, whatever it says: half a surrogate pair too."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029\ud800-\udfff]", lambda c: f"\\u{ord(c[0]):04x}", text)
