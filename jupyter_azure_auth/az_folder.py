"""The folder with our `az`, which is at the end of the PATH of kernels and terminals."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"azure-auth-\d+-az")

_STAND_IN: Final = Path(__file__).parent / "az" / "stand_in.py"


def is_az_folder(path: str) -> bool:
    """Whether our `az` is in this folder: this package itself must not get tokens from it."""
    return _NAME.fullmatch(Path(path).name) is not None


def az_folder(private: Path, pid: int) -> Path:
    """Return the folder of the server with this process id; nothing is created."""
    return private / f"azure-auth-{pid}-az"


def create_az_folder(private: Path) -> Path:
    """Write the scripts of this process's `az`.

    They start this process's own Python without its site packages, which would take time.

    :param private: a folder that only this user has access to.
    :raises OSError: if they cannot be written.
    """
    folder = az_folder(private, os.getpid())
    folder.mkdir(mode=0o700, exist_ok=True)
    command = (sys.executable, "-IS", str(_STAND_IN))
    if os.name == "nt":
        quoted = " ".join(f'"{part}"' for part in command)
        (folder / "az.cmd").write_text(f"@{quoted} %*\n", encoding="utf-8")
    else:
        script = folder / "az"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
        script.chmod(0o700)
    return folder


def remove_az_folder(folder: Path) -> None:
    """Remove it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def with_az(path: str, folder: str) -> str:
    """Return a PATH that ends with the folder, so that a real `az` takes precedence."""
    return os.pathsep.join((*_others(path), folder))


def without_az(environ: Mapping[str, str]) -> str | None:
    """Return the PATH without such folders; None if there is none."""
    path = environ.get("PATH")
    return None if path is None else os.pathsep.join(_others(path))


def _others(path: str) -> list[str]:
    return [one for one in path.split(os.pathsep) if not is_az_folder(one)]
