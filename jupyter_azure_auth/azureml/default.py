"""Makes our authentication object azureml-core's default, and restores the original.

The modules of azureml-core that create a default look up the class by name in their own globals. So
that name is replaced in these modules only: ``azureml.core.authentication`` keeps its class.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import ModuleType

PATCHED_MODULES: Final = (
    "azureml.core.workspace",
    "azureml.core.private_endpoint",
    "azureml._project.project",
)
"""Modules of azureml-core 1.61 that create the class without arguments for ``auth=None``."""

CLASS_NAME: Final = "InteractiveLoginAuthentication"

_replaced: Final[list[tuple[ModuleType, Any]]] = []


def install() -> None:
    """Replace the class in these modules. Further calls have no effect.

    :raises ModuleNotFoundError: azureml-core is not installed in this kernel's environment.
    """
    if _replaced:
        return
    if find_spec("azureml") is None:
        raise ModuleNotFoundError("azureml-core is not installed in this kernel's environment.")
    original = getattr(import_module("azureml.core.authentication"), CLASS_NAME)
    from .sdk_class import InteractiveLoginAuthentication  # noqa: PLC0415 (loads azureml-core)

    for name in PATCHED_MODULES:
        module = import_module(name)
        # Keep a replacement by other code.
        if getattr(module, CLASS_NAME, None) is original:
            setattr(module, CLASS_NAME, InteractiveLoginAuthentication)
            _replaced.append((module, original))


def uninstall() -> None:
    """Restore the original class. Existing workspaces keep their authentication."""
    from .sdk_class import InteractiveLoginAuthentication  # noqa: PLC0415

    while _replaced:
        module, original = _replaced.pop()
        if getattr(module, CLASS_NAME, None) is InteractiveLoginAuthentication:
            setattr(module, CLASS_NAME, original)
