"""A file that only its user can read. Plain text, so only if the administrator configures it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_azure_auth.server.persistence.backend import BackendName

_ONLY_OWNER_FOLDER: Final = 0o700
_ONLY_OWNER: Final = 0o600
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NEVER_FOLLOWED: Final = getattr(os, "O_NOFOLLOW", 0)


class NotPrivateError(OSError):
    """Another user could read or change the file or folder."""


class PrivateFile:
    """A file for each key, in a hidden folder, which Jupyter does not serve."""

    name: BackendName = "file"

    def __init__(self, folder: Path) -> None:
        """Store the folder, which is created on first use.

        :param folder: has a name that begins with a dot.
        """
        self._folder = folder

    def read(self, key: str) -> str | None:
        """Return the text of the file; None if there is none.

        :raises NotPrivateError: if the owner or the permissions are not those set by :meth:`write`.
        """
        try:
            self._check_folder()
            handle = os.open(self._path(key), os.O_RDONLY | _NEVER_FOLLOWED)
        except FileNotFoundError:
            return None
        with open(handle, encoding="ascii") as file:  # noqa: PTH123 - of a handle
            _check_private(os.fstat(handle), stat.S_ISREG)
            return file.read()

    def write(self, key: str, text: str) -> None:
        """Write the file atomically; its permissions are private from the beginning.

        :raises NotPrivateError: if another user can read or change the folder.
        """
        _make_private(self._folder)
        self._check_folder()
        path = self._path(key)
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NEVER_FOLLOWED
        try:
            with open(os.open(temporary, flags, _ONLY_OWNER), "w", encoding="ascii") as file:  # noqa: PTH123 - of a handle
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def remove(self, key: str) -> None:
        """Delete the file."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _check_folder(self) -> None:
        _check_private(self._folder.lstat(), stat.S_ISDIR)


def is_served(folder: Path, root: Path, *, hidden_too: bool) -> bool:
    """Whether Jupyter's contents API could serve the files of a hidden folder.

    :param root: the folder that Jupyter serves.
    :param hidden_too: whether ``c.ContentsManager.allow_hidden`` is set.
    """
    return hidden_too and folder.resolve().is_relative_to(root.resolve())


def _make_private(folder: Path) -> None:
    if not folder.parent.exists():
        _make_private(folder.parent)
    with contextlib.suppress(FileExistsError):
        # In one call: the umask can only remove permissions.
        folder.mkdir(_ONLY_OWNER_FOLDER)


def _check_private(found: os.stat_result, is_kind: object) -> None:
    kind = callable(is_kind) and is_kind(found.st_mode)
    # On Windows the permissions are those of the profile's folder, and these bits mean nothing.
    ours = os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & _OTHERS)
    if not kind or not ours:
        raise NotPrivateError
