"""The folders that may hold a server's runtime file, for the server and for its kernels alike.

Jupyter's runtime folder can be open to others through no fault of its user: a network file system,
a volume of a container, a group that owns it. The file has a key in it, so it goes elsewhere then.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .runtime_file import is_private, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .runtime_file import RuntimeFile


def private_folders(
    runtime: Path, environ: Mapping[str, str], *, create: bool = False
) -> Iterator[Path]:
    """Yield the folders that are this user's alone, in the order in which they are used.

    :param runtime: Jupyter's own.
    :param create: make the last one if it is missing.
    """
    if _is_usable(runtime):
        yield runtime
    if os.name == "nt":
        return  # its runtime folder is in the user's profile
    session = Path(environ.get("XDG_RUNTIME_DIR", ""))
    if session.is_absolute() and _is_usable(session):
        yield session
    own = Path(tempfile.gettempdir()) / f"jupyter-azure-auth-{os.geteuid()}"
    if create:
        # With its mode, in one call: it is open to others at no moment.
        try:
            own.mkdir(mode=0o700)
        except OSError:
            """It is there, perhaps another user's, or there can be none."""
    if _is_usable(own, link=False):
        yield own


def read_from(runtime: Path, name: str, environ: Mapping[str, str]) -> RuntimeFile:
    """Read the file from the first folder that has it.

    :raises UnusableFileError: says why it is not used.
    """
    for folder in private_folders(runtime, environ):
        if os.path.lexists(folder / name):
            return read(folder / name)
    return read(runtime / name)  # which says what is wrong with it


def _is_usable(folder: Path, *, link: bool = True) -> bool:
    try:
        status = folder.stat() if link else folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and is_private(status)
