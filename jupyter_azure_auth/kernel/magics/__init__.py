"""The magics `%azure_login`, `%azure_logout` and `%azure_status` of the IPython extension."""

from __future__ import annotations

from typing import Any, Final

from .commands import AzureMagics
from .completion import complete

NAMES: Final = ("azure_login", "azure_logout", "azure_status")


def load(shell: Any) -> None:
    """Add the magics and their completions to a shell."""
    shell.register_magics(AzureMagics)
    shell.set_hook("complete_command", complete, str_key="%azure_login")


def unload(shell: Any) -> None:
    """Remove the magics and their completions from a shell."""
    manager = shell.magics_manager
    for name in NAMES:
        manager.magics["line"].pop(name, None)
    manager.registry.pop(AzureMagics.__name__, None)
    # IPython has no API to remove a hook (9.18).
    shell.strdispatchers["complete_command"].strs.pop("%azure_login", None)
