"""The folders that may hold a server's connection file.

Jupyter's runtime folder can be accessible to other users without the user's doing, for example on a
network file system, on a container volume, or if a group owns it. The file contains a key, so it is
written to another folder then.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_azure_auth.connection_file import is_private

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def private_folders(runtime: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders that only this user has access to, in the order in which they are used.

    The last one is created if it is missing.

    :param runtime: Jupyter's runtime folder.
    """
    if _is_usable(runtime):
        yield runtime
    if os.name == "nt":
        return  # the runtime folder is in the user's profile
    session = Path(environ.get("XDG_RUNTIME_DIR", ""))
    if session.is_absolute() and _is_usable(session):
        yield session
    own = Path(tempfile.gettempdir()) / f"jupyter-azure-auth-{os.geteuid()}"
    # Create it with its mode in one call, so that it is never open to other users.
    try:
        own.mkdir(mode=0o700)
    except OSError:
        """It already exists, perhaps as another user's, or cannot be created."""
    if _is_usable(own, link=False):
        yield own


def _is_usable(folder: Path, *, link: bool = True) -> bool:
    try:
        status = folder.stat() if link else folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and is_private(status)
