"""Which place it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_core.paths import jupyter_data_dir

from jupyter_azure_auth.server.kept.keychain import find_keychain
from jupyter_azure_auth.server.kept.notes import Notes
from jupyter_azure_auth.server.kept.private_file import PrivateFile, is_served

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.kept.place import Place
    from jupyter_azure_auth.server.kept.record import Server

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Store:
    """Where one server keeps sign-ins; nothing is touched before it is needed."""

    find_place: Callable[[], Place | None]
    """Blocks, and raises whatever it likes; None: memory is all there is."""
    notes: Notes
    server: Server


def store_of(environment: Environment, serverapp: ServerApp) -> Store:
    """Prepare what is configured."""
    root = Path(serverapp.root_dir).resolve()
    return Store(
        _find_place(environment, serverapp),
        # Beside the folder of sign-ins, which holds nothing else.
        Notes(Path(jupyter_data_dir()) / ".azure-auth-notes"),
        (str(root), serverapp.base_url),
    )


def nowhere() -> None:
    """Look nowhere: memory is all there is."""


def _find_place(environment: Environment, serverapp: ServerApp) -> Callable[[], Place | None]:
    if environment.problem is not None or environment.persistence == "memory":
        return nowhere
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
