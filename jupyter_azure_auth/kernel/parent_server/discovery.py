"""Finds the parent server of this kernel and verifies its address.

Several hosts or containers can share a home folder, and a kernel can run on another host than its
server. The address in the file may then belong to another user's process here, which would get the
key. So the file counts only if the process that wrote it is an ancestor of this one and listens at
the address itself.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    KEY_HEADER,
    UnusableConnectionFileError,
    file_name,
    read,
)
from jupyter_azure_auth.connection_folder import read_connection_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.connection_file import ConnectionFile

_WILDCARDS: Final[Mapping[int, str]] = {4: "0.0.0.0", 6: "::"}  # noqa: S104 (nothing binds here)


class NoParentServerError(Exception):
    """No parent server can be asked. ``reason`` is one of :data:`.reasons.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ParentServer:
    """Address and authorization of the parent server. Its ``repr`` omits the authorization."""

    host: str
    port: int
    path: str
    headers: Mapping[str, str] = field(repr=False)
    certificate: str | None
    """SHA-256 of the certificate that the server must present; None without TLS."""


def find_parent_server(environ: Mapping[str, str]) -> ParentServer:
    """Return the parent server. Reads files and process lists, and sends nothing.

    :param environ: environment variables of this kernel.
    :raises NoParentServerError: with the reason why no server can be asked.
    """
    pid = _parent(environ)
    try:
        file = _file_of(pid, environ)
    except UnusableConnectionFileError as error:
        raise NoParentServerError(error.problem) from None
    process = _ancestor(pid)
    if file.url is None:
        raise NoParentServerError(file.closed or "file_malformed")
    return _checked(file, process, environ)


def _file_of(pid: int, environ: Mapping[str, str]) -> ConnectionFile:
    """Return the content of that server's file, which may be in another runtime folder than ours.

    :raises UnusableConnectionFileError: with the reason why the file is not used.
    """
    # Imported when no page has answered, not by every kernel at its start.
    from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415

    name = file_name(pid)
    announced = Path(environ.get(CONNECTION_VARIABLE, ""))
    # With another name it is the file of an outer server, which did not start this kernel.
    if announced.is_absolute() and announced.name == name and os.path.lexists(announced):
        return read(announced)
    return read_connection_file(Path(jupyter_runtime_dir()), name, environ)


def _parent(environ: Mapping[str, str]) -> int:
    if sys.platform == "win32":
        return os.getppid()  # JPY_PARENT_PID is a handle on Windows
    try:
        return int(environ.get("JPY_PARENT_PID", ""))
    except ValueError:
        raise NoParentServerError("not_offered") from None


def _ancestor(pid: int) -> Any:
    import psutil  # noqa: PLC0415 (ipykernel has it)

    process = psutil.Process()
    try:
        while process is not None and process.pid != pid:
            process = process.parent()
    except psutil.Error:
        process = None
    if process is None:
        raise NoParentServerError("parent_unrelated" if psutil.pid_exists(pid) else "parent_gone")
    return process


def _checked(file: ConnectionFile, process: Any, environ: Mapping[str, str]) -> ParentServer:
    try:
        parts = urlsplit(file.url or "")
        ip, port = ipaddress.ip_address(parts.hostname or ""), parts.port
    except ValueError:  # for example a host name, which could resolve to any address
        raise NoParentServerError("not_on_loopback") from None
    if not ip.is_loopback or port is None:
        raise NoParentServerError("not_on_loopback")
    secure = file.certificate is not None
    if parts.scheme != ("https" if secure else "http") or not parts.path.endswith("/"):
        raise NoParentServerError("file_malformed")
    if not _listens(process, {str(ip), _WILDCARDS[ip.version]}, port):
        raise NoParentServerError("other_listener")
    path = f"{parts.path}azure-auth/token"
    return ParentServer(str(ip), port, path, _authorization(file, environ), file.certificate)


def _authorization(file: ConnectionFile, environ: Mapping[str, str]) -> Mapping[str, str]:
    if file.key is not None:
        return {KEY_HEADER: file.key}
    token = environ.get("JUPYTERHUB_API_TOKEN")
    if not token:
        raise NoParentServerError("no_hub_token")
    # A Hub's token authorizes everything on its user's server: send it to this server only.
    return {"Authorization": f"token {token}"}


def _listens(process: Any, ips: set[str], port: int) -> bool:
    import psutil  # noqa: PLC0415

    try:
        # psutil before 6 has the second name only.
        list_of = getattr(process, "net_connections", None) or process.connections
        return any(
            one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.laddr.ip in ips
            for one in list_of("tcp")
        )
    except psutil.Error:
        return False
