"""The file with which a process finds its parent server and requests tokens from it.

The server puts its path into its own environment, which every process below it inherits. It is not
a security boundary: a process that can read it runs as the same user and could read the server's
own token as well. Both sides therefore require that only that user has access to it.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from pathlib import Path

VERSION: Final = 1

KEY_HEADER: Final = "X-Azure-Auth-Key"
"""The only carrier of the file's key: it is in no cookie and no address."""

CONNECTION_VARIABLE: Final = "JUPYTER_AZURE_AUTH_CONNECTION"
"""The environment variable with the file's path: inherited by kernels, terminals, all below."""

SIZE_LIMIT: Final = 8192
"""Maximum bytes that are read; the file has a few hundred."""

_PID_LIMIT: Final = 2**31

_KEY: Final = re.compile(r"[ -~]{1,128}")
"""What a header can carry: an exception of http.client would repeat any other key."""

_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Flags that prevent following links and blocking on pipes. Windows has neither flag."""

UnreachableReason = Literal[
    "unix_socket",
    "not_on_loopback",
    "client_certificate",
    "unknown_certificate",
    "multi_user_server",
]
"""Why the processes below a server cannot reach it."""

FileProblem = Literal["server_gone", "file_of_others", "file_open_to_others", "file_malformed"]
"""Why a file is not used."""


@dataclass(frozen=True)
class ConnectionFile:
    """Content of the file. Its ``repr`` omits the key."""

    pid: int
    """The server's process."""
    started: str
    """When it was started, as :func:`.process_start.process_start` returns it."""
    url: str | None = None
    """Loopback address of the server with its base path, which ends in a slash."""
    key: str | None = field(default=None, repr=False)
    """Authorizes requests to ``token``; None on JupyterHub, where the API token authorizes them."""
    certificate: str | None = None
    """SHA-256 of the server's certificate in hexadecimal digits; None without TLS."""
    unreachable: UnreachableReason | None = None
    """Why ``url`` is None."""
    generation: int = 0
    """Raised whenever the user signs out or changes accounts: earlier tokens are not used."""

    def to_wire(self) -> dict[str, Any]:
        """Return the fields of the file."""
        return {
            "version": VERSION,
            "pid": self.pid,
            "started": self.started,
            "url": self.url,
            "key": self.key,
            "certificate": self.certificate,
            "unreachable": self.unreachable,
            "generation": self.generation,
        }


class UnusableConnectionFileError(Exception):
    """The file is missing or cannot be trusted."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def file_name(pid: int) -> str:
    """Return the name of the file of the server with this process id."""
    return f"azure-auth-{pid}.json"


def is_private(status: os.stat_result) -> bool:
    """Whether only this user has access to a file or folder.

    Always true on Windows, where the mode does not show it: the runtime folder is in the user's
    profile, and everything below inherits the profile's access list.
    """
    return os.name == "nt" or (
        _is_own(status) and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )


def _is_own(status: os.stat_result) -> bool:
    return os.name == "nt" or status.st_uid == os.geteuid()


def write(path: Path, content: ConnectionFile) -> None:
    """Write the file atomically; no other user can read it at any moment.

    :param path: in a folder for which :func:`is_private` is true.
    :raises OSError: the file cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)  # left by a process that ended in the middle of this
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(temporary, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(content.to_wire(), file)
    temporary.replace(path)


def read(path: Path) -> ConnectionFile:
    """Return the content of the file if only this user has access to it and its folder.

    :raises UnusableConnectionFileError: with the reason why the file is not used.
    """
    try:
        folder = path.parent.stat()
        file = os.open(path, _READ)
        try:
            # Check the open file, so that the file that is checked is the file that is read.
            _check(folder, os.fstat(file))
            return _parse(os.read(file, SIZE_LIMIT + 1))
        finally:
            os.close(file)
    except FileNotFoundError:
        raise UnusableConnectionFileError("server_gone") from None
    except PermissionError:
        raise UnusableConnectionFileError("file_of_others") from None
    except OSError:  # for example a link
        raise UnusableConnectionFileError("file_malformed") from None


def _check(folder: os.stat_result, file: os.stat_result) -> None:
    if not stat.S_ISREG(file.st_mode):
        raise UnusableConnectionFileError("file_malformed")
    for one in (folder, file):
        if not is_private(one):
            raise UnusableConnectionFileError(
                "file_open_to_others" if _is_own(one) else "file_of_others"
            )


def _parse(text: bytes) -> ConnectionFile:
    try:
        data: Any = json.loads(text) if len(text) <= SIZE_LIMIT else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise UnusableConnectionFileError("file_malformed")
    pid, started, generation = (data.get(name) for name in ("pid", "started", "generation"))
    texts = {name: data.get(name) for name in ("url", "key", "certificate", "unreachable")}
    if (
        not (type(pid) is int and isinstance(started, str) and type(generation) is int)
        or not 0 < pid < _PID_LIMIT
        or not all(value is None or isinstance(value, str) for value in texts.values())
        or not (texts["key"] is None or _KEY.fullmatch(texts["key"]))
        or texts["unreachable"] not in (None, *get_args(UnreachableReason))
    ):
        raise UnusableConnectionFileError("file_malformed")
    return ConnectionFile(pid, started, **texts, generation=generation)
