"""`%azure_login`, `%azure_logout`, `%azure_status`: loaded by `%load_ext jupyter_azure_auth`."""

from __future__ import annotations

from typing import Any, Final

from .commands import AzureMagics
from .completion import complete

NAMES: Final = ("azure_login", "azure_logout", "azure_status")


def load(shell: Any) -> None:
    """Add the magics to a shell, and what completes their arguments."""
    shell.register_magics(AzureMagics)
    shell.set_hook("complete_command", complete, str_key="%azure_login")


def unload(shell: Any) -> None:
    """Take them away again."""
    manager = shell.magics_manager
    for name in NAMES:
        manager.magics["line"].pop(name, None)
    manager.registry.pop(AzureMagics.__name__, None)
    # IPython has no way to take a hook back (9.18).
    shell.strdispatchers["complete_command"].strs.pop("%azure_login", None)
