"""Selects the backend that stores sign-ins."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_core.paths import jupyter_data_dir

from jupyter_azure_auth.server.persistence.keychain import find_keychain
from jupyter_azure_auth.server.persistence.markers import Markers
from jupyter_azure_auth.server.persistence.private_file import PrivateFile, is_served

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.persistence.backend import Backend
    from jupyter_azure_auth.server.persistence.record import ServerId

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Store:
    """Where one server stores sign-ins; nothing is accessed before it is needed."""

    find_backend: Callable[[], Backend | None]
    """Returns the backend, None for memory only. Can block and raise any exception."""
    markers: Markers
    server: ServerId
    marker_folder: Path
    """The folder of the markers."""


def store_of(config: AzureAuthConfig, serverapp: ServerApp) -> Store:
    """Return the configured store."""
    root = Path(serverapp.root_dir).resolve()
    # Next to the folder of sign-ins, which contains nothing else.
    marker_folder = Path(jupyter_data_dir()) / ".azure-auth-notes"
    server = (str(root), serverapp.base_url)
    return Store(_backend_finder(config, serverapp), Markers(marker_folder), server, marker_folder)


def memory_only() -> None:
    """Return no backend: memory only."""


def _backend_finder(config: AzureAuthConfig, serverapp: ServerApp) -> Callable[[], Backend | None]:
    if config.problem is not None or config.persistence == "memory":
        return memory_only
    if config.persistence == "keychain":
        return find_keychain
    folder = Path(jupyter_data_dir()) / ".azure-auth"
    contents = serverapp.contents_manager

    def find_file() -> Backend | None:
        if is_served(folder, Path(contents.root_dir), hidden_too=contents.allow_hidden):
            log.warning(
                "Sign-ins to Azure are kept in memory only: with c.ContentsManager.allow_hidden, "
                "Jupyter serves its own data folder."
            )
            return None
        return PrivateFile(folder)

    return find_file
