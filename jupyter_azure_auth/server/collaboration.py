"""Whether several people use this server, and each other's kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

EXTENSIONS: Final = frozenset({"jupyter_server_ydoc", "jupyter_collaboration"})
"""The server's half of jupyter-collaboration, of all its versions."""


def is_collaborative(app: ServerApp) -> bool:
    """Tell whether people can work on one document here, and so run code in one kernel.

    To be asked when all extensions are loaded: at a request, not at start.
    """
    found = app.extension_manager.extensions
    return any(name in found and found[name].enabled for name in EXTENSIONS)
