"""Lets azureml-core make our authentication object where a user gives none, and takes it back.

Those modules of azureml-core make one by the name of the class in their own globals, so that name
is what is changed there, and only there: ``azureml.core.authentication`` keeps its class.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import ModuleType

MAKERS: Final = (
    "azureml.core.workspace",
    "azureml.core.private_endpoint",
    "azureml._project.project",
)
"""Modules of azureml-core 1.61 that call the class without arguments, for ``auth=None``."""

NAME: Final = "InteractiveLoginAuthentication"

_replaced: Final[list[tuple[ModuleType, Any]]] = []


def install() -> None:
    """Change the name. A second time changes nothing.

    :raises ModuleNotFoundError: azureml-core is not installed in this kernel's environment.
    """
    if _replaced:
        return
    if find_spec("azureml") is None:
        raise ModuleNotFoundError("azureml-core is not installed where this kernel runs.")
    original = getattr(import_module("azureml.core.authentication"), NAME)
    from .drop_in import InteractiveLoginAuthentication  # noqa: PLC0415 (loads azureml-core)

    for name in MAKERS:
        module = import_module(name)
        # Whoever has put another one there meant it.
        if getattr(module, NAME, None) is original:
            setattr(module, NAME, InteractiveLoginAuthentication)
            _replaced.append((module, original))


def uninstall() -> None:
    """Give the modules their own class back; workspaces that are open keep what they have."""
    from .drop_in import InteractiveLoginAuthentication  # noqa: PLC0415

    while _replaced:
        module, original = _replaced.pop()
        if getattr(module, NAME, None) is InteractiveLoginAuthentication:
            setattr(module, NAME, original)
