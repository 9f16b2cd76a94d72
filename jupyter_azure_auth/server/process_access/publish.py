"""Publishes this server's address for its kernels, for as long as it runs."""

from __future__ import annotations

import atexit
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_server.utils import check_pid, url_path_join

from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    ConnectionFile,
    file_name,
    write,
)
from jupyter_azure_auth.connection_folder import private_folders
from jupyter_azure_auth.server.process_access.loopback_address import find_loopback_address
from jupyter_azure_auth.server.user_key import has_distinct_users

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_server.serverapp import ServerApp

    from jupyter_azure_auth.connection_file import UnreachableReason

_UNREACHABLE_TEXTS: Final[Mapping[UnreachableReason, str]] = {
    "unix_socket": "it listens on a unix socket",
    "not_on_loopback": "it does not listen on a loopback address",
    "client_certificate": "it requires client certificates",
    "unknown_certificate": "its TLS certificate cannot be read",
    "several_people": "it has several users, and cannot tell which user's kernel asks",
}

_NAME: Final = re.compile(r"azure-auth-(\d{1,10})\.json")


def publish_connection_file(app: ServerApp, key: str) -> None:
    """Write the file once the server listens, because its port is not known before.

    :param app: the server.
    :param key: the secret that authenticates process access.
    """
    # The path of an outer server; its sign-in may belong to another user.
    os.environ.pop(CONNECTION_VARIABLE, None)
    # The server binds its sockets in a callback that is queued after the extensions are loaded,
    # hence after the first of these two callbacks and before the second.
    app.io_loop.add_callback(app.io_loop.add_callback, _publish, app, key)


def _publish(app: ServerApp, key: str) -> None:
    server = getattr(app, "http_server", None)
    if server is None:
        return  # embedded in another application, which serves these routes
    sockets = server._sockets.values()  # noqa: SLF001 (the bound sockets; tornado has no public accessor)
    content = _content(app, [one.getsockname() for one in sockets], server.ssl_options, key)
    if not _write_to_first_folder(Path(app.runtime_dir), content):
        app.log.warning(
            "jupyter-azure-auth: kernels get no tokens from this server while no page is open, "
            "because neither Jupyter's runtime folder nor any other usable folder is private to "
            "its user."
        )
        return
    if content.closed is not None:
        app.log.info(
            "jupyter-azure-auth: kernels get no tokens from this server while no page is open, "
            "because %s.",
            _UNREACHABLE_TEXTS[content.closed],
        )
    app.log.debug("jupyter-azure-auth: kernels find this server by %s.", file_name(os.getpid()))


def _content(app: ServerApp, names: list[object], ssl_options: object, key: str) -> ConnectionFile:
    on_hub = bool(os.environ.get("JUPYTERHUB_API_TOKEN"))
    multi_user = has_distinct_users(app.identity_provider)
    if multi_user and not on_hub:
        return ConnectionFile(closed="several_people")
    address = find_loopback_address(names, ssl_options)
    if isinstance(address, str):
        return ConnectionFile(closed=address)
    scheme = "http" if address.certificate is None else "https"
    url = f"{scheme}://{address.netloc}{url_path_join(app.base_url, '/')}"
    return ConnectionFile(url, None if multi_user else key, address.certificate)


def _write_to_first_folder(runtime: Path, content: ConnectionFile) -> bool:
    """Write the file to a folder where kernels look for it.

    :returns: False if no such folder can be used.
    """
    used = None
    for folder in private_folders(runtime, os.environ, create=True):
        with suppress(OSError):
            _write(folder, content)
            used = folder
            break
    if used != runtime:
        # For kernels that use a different temporary folder, or find none: they must know that there
        # is a server although they cannot ask it, because a user may be signed in.
        with suppress(OSError):
            _write(runtime, ConnectionFile())
    return used is not None


def _write(folder: Path, content: ConnectionFile) -> None:
    for stale in folder.glob("azure-auth-*.json"):
        found = _NAME.fullmatch(stale.name)
        if found is not None and not check_pid(int(found.group(1))):
            stale.unlink(missing_ok=True)
    pid = os.getpid()
    path = folder / file_name(pid)
    write(path, content)
    # The first file is the one for requests; kernels inherit the path, which is not secret.
    os.environ.setdefault(CONNECTION_VARIABLE, str(path.absolute()))
    atexit.register(_remove, path, pid)


def _remove(path: Path, pid: int) -> None:
    if os.getpid() == pid:  # not in the child of a fork
        path.unlink(missing_ok=True)
