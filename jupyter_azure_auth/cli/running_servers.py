"""The Jupyter servers of this user on this host, from the files that they write themselves."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from contextlib import suppress
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

from .local_http import ServerAddress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_azure_auth.connection_file import ConnectionFile

_NAME: Final = re.compile(r"jpserver-(\d{1,10})\.json")

_LOOPBACK: Final[Mapping[str, str]] = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (nothing binds here)


@dataclass(frozen=True)
class RunningServer:
    """A server whose process runs."""

    pid: int
    url: str
    """The address that Jupyter shows, which ends in a slash; empty if it has none."""
    started: float
    """Epoch seconds."""
    address: ServerAddress | None = field(repr=False, default=None)
    """None if it does not listen on a TCP port."""


def running_servers(environ: Mapping[str, str]) -> list[RunningServer]:
    """Return the servers, first the one that this process was started by, then the latest."""
    from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415 (slow to import)

    runtime = Path(jupyter_runtime_dir())
    files = [path for path in runtime.glob("jpserver-*.json") if _NAME.fullmatch(path.name)]
    servers = [server for path in files if (server := _read(path, environ)) is not None]
    own = Path(environ.get(CONNECTION_VARIABLE, "")).name
    return sorted(servers, key=lambda one: (file_name(one.pid) == own, one.started), reverse=True)


def best_match(servers: Sequence[RunningServer], url: str | None) -> RunningServer | None:
    """Return the server at this address, otherwise the first one; None if none runs."""
    same = (server for server in servers if url is not None and is_at(server, url))
    return next(same, next(iter(servers), None))


def is_at(server: RunningServer, url: str) -> bool:
    """Whether this is the server's address, as Jupyter shows it; the path does not matter."""
    wanted = urlsplit(url).netloc
    return bool(wanted) and urlsplit(server.url).netloc == wanted


def _read(path: Path, environ: Mapping[str, str]) -> RunningServer | None:
    try:
        info: Any = json.loads(path.read_text("utf-8"))
        pid, url, port = int(info["pid"]), str(info.get("url") or ""), int(info.get("port") or 0)
        started, token = path.stat().st_mtime, str(info.get("token") or "")
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    listening = _listening_ips(pid, port)
    if listening is None:
        return None
    _, file = _find_connection_file(pid, environ)
    headers = {"Authorization": f"token {token}"} if token else _key_headers(file, environ)
    address = ServerAddress(
        host=listening[0] if listening else "",
        port=port,
        base=str(info.get("base_url") or "/"),
        headers=headers,
        secure=bool(info.get("secure")),
        certificate=None if file is None else file.certificate,
    )
    return RunningServer(pid, url if port else "", started, address if listening else None)


def _listening_ips(pid: int, port: int) -> list[str] | None:
    """Return the addresses at which a process listens, loopback first; None if it does not run.

    The authorization is sent to that process only: the file may be from another host with the same
    home folder.
    """
    import psutil  # noqa: PLC0415 (slow to import)

    try:
        process = psutil.Process(pid)
        # psutil before 6 has the second name only.
        list_of = getattr(process, "net_connections", None) or process.connections
        ips = [
            one.laddr.ip
            for one in list_of("tcp")
            if one.status == psutil.CONN_LISTEN and one.laddr.port == port
        ]
    except (psutil.NoSuchProcess, ValueError):  # no process has a negative id
        return None
    except psutil.Error:
        return []
    found = [_LOOPBACK.get(ip, ip) for ip in ips]
    return sorted(found, key=lambda ip: not ip.startswith("127."))


def connection_path(pid: int, environ: Mapping[str, str]) -> Path | None:
    """Return the path of a server's connection file; None if there is none that is private."""
    path, _ = _find_connection_file(pid, environ)
    return path


def _find_connection_file(
    pid: int, environ: Mapping[str, str]
) -> tuple[Path, ConnectionFile] | tuple[None, None]:
    from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415 (slow to import)

    session = Path(environ.get("XDG_RUNTIME_DIR", ""))
    own = Path(tempfile.gettempdir()) / f"jupyter-azure-auth-{_user_id()}"
    # The folders in which servers write it, in this order. A relative one would be any folder.
    sessions = [session] if session.is_absolute() else []
    for folder in (Path(jupyter_runtime_dir()), *sessions, own):
        path = folder.absolute() / file_name(pid)
        with suppress(UnusableConnectionFileError):
            return path, read(path)
    return None, None


def _user_id() -> int | str:
    return "" if sys.platform == "win32" else os.geteuid()


def _key_headers(file: ConnectionFile | None, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the authorization for a server without a token: with a password, or of a Hub."""
    if file is not None and file.key is not None:
        return {KEY_HEADER: file.key}
    hub = environ.get("JUPYTERHUB_API_TOKEN")
    return {"Authorization": f"token {hub}"} if hub else {}
