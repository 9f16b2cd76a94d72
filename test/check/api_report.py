"""Prints the public Python API: every public name of the package, its members and signatures."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

MODULES = ("jupyter_azure_auth", "jupyter_azure_auth.aio", "jupyter_azure_auth.azureml")


def lines_of(module: str) -> Iterator[str]:
    """Yield a line for each public name of a module and for each of its members."""
    loaded = importlib.import_module(module)
    for name in sorted(loaded.__all__):
        value = getattr(loaded, name)
        yield f"{module}.{name}{inspect.signature(value)}"
        for member, raw in sorted(vars(value).items() if inspect.isclass(value) else ()):
            if not member.startswith("_") or member in {"__enter__", "__aenter__"}:
                yield f"    {member}{signature(raw)}"


def signature(member: Any) -> str:
    """Return the signature of a method, or what a property returns."""
    if isinstance(member, property) and member.fget is not None:
        return f": {inspect.signature(member.fget).return_annotation}"
    member = getattr(member, "__func__", member)
    return str(inspect.signature(member)) if callable(member) else ""


if __name__ == "__main__":
    for each in MODULES:
        print("\n".join(lines_of(each)))
