"""Code blocks of documents and their expected output."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs"
_PYTHON = re.compile(r"(?ms)^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?")


class Example(NamedTuple):
    """A block of code and its documented output; empty for none."""

    code: str
    printed: str


def examples(document: str, heading: str) -> list[Example]:
    """Return the Python blocks below a heading; an empty heading is the start of the document."""
    text = (DOCS / document).read_text(encoding="utf-8")
    sections = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    by_heading = dict(zip(["", *sections[1::2]], [sections[0], *sections[2::2]], strict=True))
    found = _PYTHON.findall(by_heading[heading])
    return [Example(code, printed.strip()) for code, printed in found]


def headings(document: str) -> list[str]:
    """Return the sections with Python blocks."""
    text = (DOCS / document).read_text(encoding="utf-8")
    found = re.findall(r"^## (.*)$", text, re.MULTILINE)
    return [heading for heading in found if examples(document, heading)]
