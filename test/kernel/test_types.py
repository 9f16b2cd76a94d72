"""The example for type checkers uses every public name."""

from __future__ import annotations

import ast
from pathlib import Path

import jupyter_azure_auth
from jupyter_azure_auth import aio

EXAMPLE = Path(__file__).parents[1] / "types" / "example.py"


def test_the_example_uses_every_public_name() -> None:
    tree = ast.walk(ast.parse(EXAMPLE.read_text(encoding="utf-8")))
    imports = [node for node in tree if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if node.module == "jupyter_azure_auth"]
    names = {alias.name for node in ours for alias in node.names}
    assert names == {*jupyter_azure_auth._HOME, "aio"}
    assert set(jupyter_azure_auth.__all__) < names
    assert all(f"aio.{name}" in EXAMPLE.read_text(encoding="utf-8") for name in aio.__all__)
