"""Finds the Jupyter server that started this kernel, and makes sure that it is that one.

A home folder may be shared by several hosts or containers, and kernels may run on another host than
their server: then the address in the file is somebody else's port here, and he would get the key.
So the file counts only if the process that wrote it is an ancestor of this one and listens there
itself.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_azure_auth.runtime_file import (
    CONNECTION_VARIABLE,
    KEY_HEADER,
    UnusableFileError,
    file_name,
    read,
)
from jupyter_azure_auth.runtime_folder import read_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.runtime_file import RuntimeFile

_WILDCARDS: Final[Mapping[int, str]] = {4: "0.0.0.0", 6: "::"}  # noqa: S104 (nothing binds here)


class NoServerError(Exception):
    """There is none to be asked. ``reason`` is one of :data:`.server_reasons.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Server:
    """Where to ask, and with what. Prints without it."""

    host: str
    port: int
    path: str
    headers: Mapping[str, str] = field(repr=False)
    certificate: str | None
    """SHA-256 of the certificate it has to show; None without TLS."""


def find_server(environ: Mapping[str, str]) -> Server:
    """Find it. Reads files and lists of processes, and sends nothing to anybody.

    :param environ: of this kernel.
    :raises NoServerError: says why there is none.
    """
    pid = _parent(environ)
    try:
        file = _file_of(pid, environ)
    except UnusableFileError as error:
        raise NoServerError(error.trouble) from None
    process = _ancestor(pid)
    if file.url is None:
        raise NoServerError(file.closed or "file_malformed")
    return _checked(file, process, environ)


def _file_of(pid: int, environ: Mapping[str, str]) -> RuntimeFile:
    """Read the file of that server, whose runtime folder may be another than this kernel's.

    :raises UnusableFileError: says why it is not used.
    """
    # Imported where a page has not answered: not by every kernel that starts.
    from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415

    name = file_name(pid)
    announced = Path(environ.get(CONNECTION_VARIABLE, ""))
    # Another name is the file of an outer server, which did not start this kernel.
    if announced.is_absolute() and announced.name == name and os.path.lexists(announced):
        return read(announced)
    return read_from(Path(jupyter_runtime_dir()), name, environ)


def _parent(environ: Mapping[str, str]) -> int:
    if sys.platform == "win32":
        return os.getppid()  # the variable is a handle there
    try:
        return int(environ.get("JPY_PARENT_PID", ""))
    except ValueError:
        raise NoServerError("not_offered") from None


def _ancestor(pid: int) -> Any:
    import psutil  # noqa: PLC0415 (ipykernel has it)

    process = psutil.Process()
    try:
        while process is not None and process.pid != pid:
            process = process.parent()
    except psutil.Error:
        process = None
    if process is None:
        raise NoServerError("parent_unrelated" if psutil.pid_exists(pid) else "parent_gone")
    return process


def _checked(file: RuntimeFile, process: Any, environ: Mapping[str, str]) -> Server:
    try:
        parts = urlsplit(file.url or "")
        ip, port = ipaddress.ip_address(parts.hostname or ""), parts.port
    except ValueError:  # a name, for one: it could lead anywhere
        raise NoServerError("not_on_loopback") from None
    if not ip.is_loopback or port is None:
        raise NoServerError("not_on_loopback")
    secure = file.certificate is not None
    if parts.scheme != ("https" if secure else "http") or not parts.path.endswith("/"):
        raise NoServerError("file_malformed")
    if not _listens(process, {str(ip), _WILDCARDS[ip.version]}, port):
        raise NoServerError("other_listener")
    path = f"{parts.path}azure-auth/token"
    return Server(str(ip), port, path, _authorization(file, environ), file.certificate)


def _authorization(file: RuntimeFile, environ: Mapping[str, str]) -> Mapping[str, str]:
    if file.key is not None:
        return {KEY_HEADER: file.key}
    token = environ.get("JUPYTERHUB_API_TOKEN")
    if not token:
        raise NoServerError("no_hub_token")
    # A Hub's token opens its user's whole server: it goes nowhere but to this one.
    return {"Authorization": f"token {token}"}


def _listens(process: Any, ips: set[str], port: int) -> bool:
    import psutil  # noqa: PLC0415

    try:
        # The old name until psutil 6.
        list_of = getattr(process, "net_connections", None) or process.connections
        return any(
            one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.laddr.ip in ips
            for one in list_of("tcp")
        )
    except psutil.Error:
        return False
