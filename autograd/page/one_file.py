"""A page in one file: its style, script and data inside, and nothing else allowed to run."""

import base64
import json
import re
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

__all__ = ["as_json", "one_file", "part"]

HERE = Path(__file__).parent
PLACE = re.compile(r"\{\{(\w+)\}\}")  # where something is put into a template


def one_file(template: str, title: str, style: str, script: str, **parts: str) -> str:
    """A template with its parts in place of their names: {{title}}, {{style}}, {{script}}, {{policy}}, …

    Nothing but this style and this script may run in it.
    """
    policy = f"default-src 'none'; style-src {allowed(style)}; script-src {allowed(script)}; base-uri 'none'"
    parts |= {"title": escape(title), "style": style, "script": script}
    parts["policy"] = f"{policy}; form-action 'none'"
    return PLACE.sub(lambda place: parts[place[1]], template)


def part(name: str, folder: Path = HERE) -> str:
    """A file of a page, as it lies in the package."""
    return folder.joinpath(name).read_text(encoding="utf-8")


def allowed(source: str) -> str:
    """What a Content-Security-Policy calls exactly this style or script."""
    return f"'sha256-{base64.b64encode(sha256(source.encode()).digest()).decode()}'"


def as_json(data: Any) -> str:
    """JSON that can stand in a <script> element, whatever it says."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda c: f"\\u{ord(c[0]):04x}", text)
