"""The file by which a kernel finds the Jupyter server that started it, and may ask it for tokens.

The server writes it into Jupyter's runtime folder, where its kernels look for it by the server's
process id. It is no border: whoever can read it is the same user, and could read the server's own
token likewise. But it must be that user's alone, on both sides.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from pathlib import Path

VERSION: Final = 1

KEY_HEADER: Final = "X-Azure-Auth-Key"
"""What carries the file's key, and nothing else does: neither a cookie nor an address."""

LIMIT: Final = 8192
"""Bytes; the file has a few hundred."""

_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Neither a link nor a pipe makes it wait or go elsewhere; Windows has neither flag."""

Closed = Literal[
    "unix_socket", "not_on_loopback", "client_certificate", "unknown_certificate", "several_people"
]
"""Why a server cannot be asked by its kernels."""

Trouble = Literal["not_offered", "file_of_others", "file_open_to_others", "file_malformed"]
"""Why a file is not used."""


@dataclass(frozen=True)
class RuntimeFile:
    """What the file says. Prints without the key."""

    url: str | None = None
    """Address of the server on loopback, with its base path, which ends in a slash."""
    key: str | None = field(default=None, repr=False)
    """What opens ``token`` there; None on a JupyterHub, whose API token does."""
    certificate: str | None = None
    """SHA-256 of the certificate that it shows, in hexadecimal digits; None without TLS."""
    closed: Closed | None = None
    """Why there is no address."""


class UnusableFileError(Exception):
    """The file is missing or not to be trusted."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def file_name(pid: int) -> str:
    """Name the file of the server that is this process."""
    return f"azure-auth-{pid}.json"


def is_private(status: os.stat_result) -> bool:
    """Tell whether a file or folder is this user's alone.

    On Windows there is no mode that says so: the runtime folder is in the user's profile, whose
    access list everything below inherits.
    """
    return os.name == "nt" or (
        _is_own(status) and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )


def _is_own(status: os.stat_result) -> bool:
    return os.name == "nt" or status.st_uid == os.geteuid()


def write(path: Path, content: RuntimeFile) -> None:
    """Write the file in one step, readable for nobody else at any moment.

    :param path: in a folder that :func:`is_private`.
    :raises OSError: it cannot be written.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)  # of a process that ended in the middle of this
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(fresh, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump({"version": VERSION, **vars(content)}, file)
    fresh.replace(path)


def read(path: Path) -> RuntimeFile:
    """Read it, if it and its folder are this user's alone.

    :raises UnusableFileError: says why it is not used.
    """
    try:
        folder = path.parent.stat()
        file = os.open(path, _READ)
        try:
            # What was looked at is what is read: no name is resolved a second time.
            _check(folder, os.fstat(file))
            return _parse(os.read(file, LIMIT + 1))
        finally:
            os.close(file)
    except FileNotFoundError:
        raise UnusableFileError("not_offered") from None
    except PermissionError:
        raise UnusableFileError("file_of_others") from None
    except OSError:  # a link, for one
        raise UnusableFileError("file_malformed") from None


def _check(folder: os.stat_result, file: os.stat_result) -> None:
    if not stat.S_ISREG(file.st_mode):
        raise UnusableFileError("file_malformed")
    for one in (folder, file):
        if not is_private(one):
            raise UnusableFileError("file_open_to_others" if _is_own(one) else "file_of_others")


def _parse(text: bytes) -> RuntimeFile:
    try:
        data: Any = json.loads(text) if len(text) <= LIMIT else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise UnusableFileError("file_malformed")
    fields = {name: data.get(name) for name in ("url", "key", "certificate", "closed")}
    if not all(value is None or isinstance(value, str) for value in fields.values()):
        raise UnusableFileError("file_malformed")
    return RuntimeFile(**fields)
