"""Which place it is."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_core.paths import jupyter_data_dir

from jupyter_azure_auth.server.kept.keychain import find_keychain
from jupyter_azure_auth.server.kept.private_file import PrivateFile, is_served

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.kept.place import Place

log = logging.getLogger(__name__)


def places(environment: Environment, serverapp: ServerApp) -> Callable[[], Place | None]:
    """Prepare to look for the place that is configured; nothing is touched yet.

    :returns: looks for it; None: memory is all there is. Blocks, and raises whatever it likes.
    """
    if environment.problem is not None or environment.persistence == "memory":
        return _nowhere
    if environment.persistence == "keychain":
        return find_keychain
    folder = Path(jupyter_data_dir()) / ".azure-auth"
    contents = serverapp.contents_manager

    def find_file() -> Place | None:
        if is_served(folder, Path(contents.root_dir), hidden_too=contents.allow_hidden):
            log.warning(
                "Sign-ins to Azure are kept in memory only: c.ContentsManager.allow_hidden makes "
                "Jupyter serve its own data folder."
            )
            return None
        return PrivateFile(folder)

    return find_file


def _nowhere() -> None:
    """Look nowhere."""
