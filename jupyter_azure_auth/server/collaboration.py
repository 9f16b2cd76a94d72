"""Whether several people use this server, and each other's kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.owner import tells_people_apart

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

EXTENSIONS: Final = frozenset({"jupyter_server_ydoc", "jupyter_collaboration"})
"""The server's half of jupyter-collaboration, of all its versions."""


def has_several_people(app: ServerApp) -> bool:
    """Tell whether this server is not one person's: then nothing of the machine is anybody's own.

    To be asked at a request, too.
    """
    return tells_people_apart(app.identity_provider) or is_collaborative(app)


def is_collaborative(app: ServerApp) -> bool:
    """Tell whether people can work on one document here, and so run code in one kernel.

    To be asked when all extensions are loaded: at a request, not at start.
    """
    found = app.extension_manager.extensions
    return any(name in found and found[name].enabled for name in EXTENSIONS)
