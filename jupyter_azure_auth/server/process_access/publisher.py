"""Publishes this server's address for the processes below it, for as long as it runs."""

from __future__ import annotations

import asyncio
import atexit
import os
import re
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.utils import check_pid, url_path_join

from jupyter_azure_auth.az_folder import az_folder, remove_az_folder
from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    ConnectionFile,
    UnusableConnectionFileError,
    file_name,
    read,
    write,
)
from jupyter_azure_auth.endpoint_variables import environment
from jupyter_azure_auth.process_start import is_of_this_host, process_start
from jupyter_azure_auth.server.distinct_users import has_distinct_users
from jupyter_azure_auth.server.process_access.loopback_address import find_loopback_address
from jupyter_azure_auth.server.process_access.private_folders import private_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_server.serverapp import ServerApp

    from jupyter_azure_auth.connection_file import UnreachableReason

LISTEN_CHECK_S: Final = 0.1
"""Seconds between checks for the socket of a server that does not say when it listens."""

LISTEN_TIMEOUT_S: Final = 300
"""Seconds after which such a server is assumed never to listen itself."""

_UNREACHABLE_TEXTS: Final[Mapping[UnreachableReason, str]] = {
    "unix_socket": "it listens on a unix socket",
    "not_on_loopback": "it does not listen on a loopback address",
    "client_certificate": "it requires client certificates",
    "unknown_certificate": "its TLS certificate cannot be read",
    "multi_user_server": "it has several users, and cannot tell which user's process asks",
}

_NAME: Final = re.compile(r"azure-auth-(\d{1,10})\.json")

_SETTING: Final = "jupyter_azure_auth.connection_publisher"


class ConnectionPublisher:
    """The connection file of this server, and the environment variable that leads to it."""

    def __init__(self, app: ServerApp, key: str, is_shared: Callable[[], bool]) -> None:
        """Remove the inherited variables: an outer server's sign-in may belong to another user.

        :param app: the server.
        :param key: the secret that authenticates process access.
        :param is_shared: returns whether this server has several users.
        """
        self._app = app
        self._key = key
        self._is_shared = is_shared
        self._inherited = _remove_inherited()
        self.on_publish: Callable[[], Callable[[], None]] = lambda: lambda: None
        """Called when the server listens; returns what to call when it stops."""
        self._on_withdraw: Callable[[], None] = lambda: None
        self._pid = os.getpid()
        self._path: Path | None = None
        self._content: ConnectionFile | None = None
        # Higher than that of a server that ran before with this process id.
        self._generation = int(time.time() * 1000)
        app.web_app.settings[_SETTING] = self

    @property
    def private_folder(self) -> Path | None:
        """The folder of the connection file; None if there is none that is this user's alone."""
        has_key = self._content is not None and self._content.url is not None
        return self._path.parent if self._path is not None and has_key else None

    async def publish_when_listening(self) -> None:
        """Write the file as soon as the server listens, because its port is not known before.

        Other extensions may run the event loop while they load, so a running loop proves nothing.
        """
        end = time.monotonic() + LISTEN_TIMEOUT_S
        while not (names := self._socket_names()):
            if time.monotonic() > end:
                self._app.log.info(
                    "jupyter-azure-auth: processes get no tokens from this server while no page "
                    "is open, because it does not listen itself."
                )
                return
            await asyncio.sleep(LISTEN_CHECK_S)
        if self._path is None:
            self._publish(names)

    def raise_generation(self) -> None:
        """Tell all processes that the user has signed out: they drop their tokens."""
        self._generation += 1
        if self._path is None or self._content is None:
            return
        self._content = replace(self._content, generation=self._generation)
        try:
            write(self._path, self._content)
        except OSError:
            self._app.log.exception(
                "jupyter-azure-auth: other processes cannot be told of the sign-out, and keep "
                "their tokens until the tokens expire."
            )

    def withdraw(self) -> None:
        """Remove the file and restore the variable."""
        if self._path is None or os.getpid() != self._pid:  # the child of a fork
            return
        self._on_withdraw()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        if os.environ.get(CONNECTION_VARIABLE) == str(self._path):
            del os.environ[CONNECTION_VARIABLE]
            for name, value in self._inherited.items():
                os.environ.setdefault(name, value)
        self._path = None

    def _socket_names(self) -> list[Any]:
        server = getattr(self._app, "http_server", None)
        # The bound sockets; tornado has no public accessor.
        sockets = () if server is None else server._sockets.values()  # noqa: SLF001
        return [one.getsockname() for one in sockets]

    def _publish(self, names: list[Any]) -> None:
        self._content = content = self._describe(names)
        folder = self._write_to_first_folder(Path(self._app.runtime_dir), content)
        if folder is None:
            self._app.log.warning(
                "jupyter-azure-auth: processes get no tokens from this server while no page is "
                "open, because neither Jupyter's runtime folder nor any other usable folder is "
                "private to its user."
            )
        elif content.unreachable is not None:
            self._app.log.info(
                "jupyter-azure-auth: processes get no tokens from this server while no page is "
                "open, because %s.",
                _UNREACHABLE_TEXTS[content.unreachable],
            )
        self._on_withdraw = self.on_publish()
        self._app.log.debug(
            "jupyter-azure-auth: processes find this server through %s.", self._path
        )

    def _describe(self, names: list[Any]) -> ConnectionFile:
        base = ConnectionFile(
            self._pid, process_start(self._pid) or "", generation=self._generation
        )
        on_hub = bool(os.environ.get("JUPYTERHUB_API_TOKEN"))
        multi_user = has_distinct_users(self._app.identity_provider)
        if (multi_user and not on_hub) or self._is_shared():
            return replace(base, unreachable="multi_user_server")
        address = find_loopback_address(names, self._app.http_server.ssl_options)
        if isinstance(address, str):
            return replace(base, unreachable=address)
        scheme = "http" if address.certificate is None else "https"
        return replace(
            base,
            url=f"{scheme}://{address.netloc}{url_path_join(self._app.base_url, '/')}",
            key=None if multi_user else self._key,
            certificate=address.certificate,
        )

    def _write_to_first_folder(self, runtime: Path, content: ConnectionFile) -> Path | None:
        """Write the file to a folder that is the user's alone.

        :returns: None if there is none. Then a file without the key is written, so that processes
            know that there is a server that they cannot ask: a user may be signed in there.
        """
        for folder in private_folders(runtime, os.environ):
            with suppress(OSError):
                self._write(folder, content)
                return folder
        with suppress(OSError):
            self._write(runtime, replace(content, url=None, key=None))
        return None

    def _write(self, folder: Path, content: ConnectionFile) -> None:
        _remove_stale(folder)
        path = (folder / file_name(self._pid)).absolute()
        write(path, content)
        self._path, self._content = path, content
        os.environ[CONNECTION_VARIABLE] = str(path)
        self._withdraw_at_end()

    def _withdraw_at_end(self) -> None:
        """Withdraw when the server stops, even if this process continues."""
        atexit.register(self.withdraw)
        server = self._app.http_server
        stop = server.stop

        def stop_and_withdraw() -> None:
            self.withdraw()
            stop()

        server.stop = stop_and_withdraw  # type: ignore[method-assign]


def _remove_stale(folder: Path) -> None:
    """Remove what killed servers have left. Servers of other hosts can have files here as well."""
    for path in folder.glob("azure-auth-*.json"):
        found = _NAME.fullmatch(path.name)
        if found is None or _runs(pid := int(found.group(1))):
            continue
        with suppress(UnusableConnectionFileError):  # such a file is of no use anywhere
            if not is_of_this_host(read(path).started):
                continue
        path.unlink(missing_ok=True)
        remove_az_folder(az_folder(folder, pid))


def _runs(pid: int) -> bool:
    try:
        return bool(check_pid(pid))
    except OverflowError:  # no process has such an id
        return False


def _remove_inherited() -> dict[str, str]:
    """Remove an outer server's variables from the environment, and return them."""
    kept = environment(os.environ, {})
    kept.pop(CONNECTION_VARIABLE, None)
    inherited = {name: value for name, value in os.environ.items() if kept.get(name) != value}
    for name in inherited:
        if name in kept:
            os.environ[name] = kept[name]  # the PATH without an outer server's `az`
        else:
            del os.environ[name]
    return inherited


def publisher_of(settings: Mapping[str, Any]) -> ConnectionPublisher:
    """Return the object from the settings of the server's web application."""
    publisher: ConnectionPublisher = settings[_SETTING]
    return publisher
