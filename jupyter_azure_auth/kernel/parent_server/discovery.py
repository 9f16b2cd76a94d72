"""Finds the parent server of this process and verifies its address.

Several hosts or containers can share a home folder, and a process can run on another host than its
server. The address in the file may then belong to another user's process here, which would get the
key. So the file counts only if the process that wrote it is still running on this host and listens
at the address itself. That it is the parent server follows from the environment variable, which
only processes below the server inherit.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    KEY_HEADER,
    UnusableConnectionFileError,
    file_name,
    read,
)
from jupyter_azure_auth.process_start import process_start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.connection_file import ConnectionFile

VOILA_VARIABLE: Final = "VOILA_PREHEAT"
"""Set by Voilà in each kernel that it starts (0.5.13)."""

NOTEBOOK_COMMANDS: Final = frozenset(
    {"papermill", "nbconvert", "jupyter-nbconvert", "jupyter-execute"}
)
"""Programs that run notebooks by nbclient, which logs an error for each comm (0.11).

Outdated when nbclient ignores comms that it does not know.
"""

_WILDCARDS: Final[Mapping[int, str]] = {4: "0.0.0.0", 6: "::"}  # noqa: S104 (nothing binds here)


class NoParentServerError(Exception):
    """No parent server can be asked.

    :ivar reason: one of :data:`..._error_catalog.PARENT_SERVER`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ParentServer:
    """Address and authorization of the parent server. Its ``repr`` omits the authorization."""

    host: str
    port: int
    path: str
    """The base path, which ends in a slash."""
    headers: Mapping[str, str] = field(repr=False)
    certificate: str | None
    """SHA-256 of the certificate that the server must present; None without TLS."""

    @property
    def address(self) -> str:
        """The address to open in a browser on this host; pages want a host name."""
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://localhost:{self.port}{self.path}"


def has_parent_server(environ: Mapping[str, str]) -> bool:
    """Whether a Jupyter server with this package has started this process, directly or not."""
    return bool(environ.get(CONNECTION_VARIABLE))


def may_have_page(environ: Mapping[str, str]) -> bool:
    """Whether a page of a Jupyter server can have this kernel.

    Not if papermill, nbclient, a scheduler or a console below the server has started it, nor if
    papermill or nbconvert did so without a server. Jupyter names the process that started a kernel
    in ``JPY_PARENT_PID``, except on Windows. A kernel that serves a Voilà dashboard has no page
    either.
    """
    if VOILA_VARIABLE in environ:
        return False
    path, parent = environ.get(CONNECTION_VARIABLE), environ.get("JPY_PARENT_PID", "")
    if os.name == "nt" or not parent.isdecimal():
        return True
    if not path:
        return _program(int(parent)) not in NOTEBOOK_COMMANDS
    return Path(path).name == file_name(int(parent))


def _program(pid: int) -> str | None:
    """Return the name of the Python script or module that a process runs; None if not known."""
    import psutil  # noqa: PLC0415 (only where no server has started the kernel)

    try:
        arguments = psutil.Process(pid).cmdline()[1:]
    except psutil.Error:
        return None
    return next((Path(one).name for one in arguments if not one.startswith("-")), None)


def find_parent_server(environ: Mapping[str, str]) -> ParentServer:
    """Return the parent server. Reads files and process lists, and sends nothing.

    :param environ: environment variables of this process.
    :raises NoParentServerError: with the reason why no server can be asked.
    """
    if not has_parent_server(environ):
        raise NoParentServerError("not_offered")
    path = Path(environ[CONNECTION_VARIABLE])
    if not path.is_absolute():
        raise NoParentServerError("file_malformed")
    try:
        file = read(path)
    except UnusableConnectionFileError as error:
        raise NoParentServerError(error.problem) from None
    if process_start(file.pid) != file.started:
        raise NoParentServerError("server_gone")
    if file.url is None:
        raise NoParentServerError(file.unreachable or "file_malformed")
    return _checked(file, environ)


def _checked(file: ConnectionFile, environ: Mapping[str, str]) -> ParentServer:
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
    if not _listens(file.pid, {str(ip), _WILDCARDS[ip.version]}, port):
        raise NoParentServerError("other_listener")
    return ParentServer(str(ip), port, parts.path, _authorization(file, environ), file.certificate)


def _authorization(file: ConnectionFile, environ: Mapping[str, str]) -> Mapping[str, str]:
    if file.key is not None:
        return {KEY_HEADER: file.key}
    token = environ.get("JUPYTERHUB_API_TOKEN")
    if not token:
        raise NoParentServerError("no_hub_token")
    # A Hub's token authorizes everything on its user's server: send it to this server only.
    return {"Authorization": f"token {token}"}


def _listens(pid: int, ips: set[str], port: int) -> bool:
    import psutil  # noqa: PLC0415 (only where a server is asked)

    try:
        process = psutil.Process(pid)
        # psutil before 6 has the second name only.
        list_of = getattr(process, "net_connections", None) or process.connections
        return any(
            one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.laddr.ip in ips
            for one in list_of("tcp")
        )
    except psutil.Error:
        return False
