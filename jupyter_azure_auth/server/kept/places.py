"""Selects the backend that stores sign-ins."""

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
    """Where one server stores sign-ins; nothing is accessed before it is needed."""

    find_place: Callable[[], Place | None]
    """Returns the backend, None for memory only. Can block and raise any exception."""
    notes: Notes
    server: Server


def store_of(environment: Environment, serverapp: ServerApp) -> Store:
    """Return the configured store."""
    root = Path(serverapp.root_dir).resolve()
    return Store(
        _find_place(environment, serverapp),
        # Next to the folder of sign-ins, which contains nothing else.
        Notes(Path(jupyter_data_dir()) / ".azure-auth-notes"),
        (str(root), serverapp.base_url),
    )


def nowhere() -> None:
    """Return no backend: memory only."""


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
                "Sign-ins to Azure are kept in memory only: with c.ContentsManager.allow_hidden, "
                "Jupyter serves its own data folder."
            )
            return None
        return PrivateFile(folder)

    return find_file
