"""What docstrings say about exceptions."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import jupyter_azure_auth

PACKAGE = Path(jupyter_azure_auth.__file__).parent

RAISES = re.compile(r":raises ([\w, ]+):")
"""A name with a dot is of another package, and Sphinx would look for it there."""


def test_the_exceptions_in_docstrings_exist() -> None:
    sources = {path: path.read_text() for path in PACKAGE.rglob("*.py")}
    classes = {
        node.name
        for text in sources.values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
    }
    known = classes | set(dir(builtins))
    named = {
        (path.relative_to(PACKAGE).as_posix(), name.strip())
        for path, text in sources.items()
        for names in RAISES.findall(text)
        for name in names.split(",")
    }
    assert len(named) > 50
    assert {(path, name) for path, name in named if name not in known} == set()
