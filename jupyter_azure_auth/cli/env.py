"""``env``: the variables with which a process finds its server, for a shell to evaluate."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE

from .exits import NO_SERVER, OK, CommandError
from .running_servers import best_match, connection_path, running_servers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SHELLS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "sh": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: f"set -gx {name} {shlex.quote(value)}",
    "powershell": lambda name, value: f"$Env:{name} = {_quoted(value)}",
}
"""A line of each shell that sets a variable."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "env",
        help="print shell lines with which a terminal finds your Jupyter server",
        description="For a terminal that lacks the variables, for example one over SSH: "
        'eval "$(jupyter azure-auth env)". The lines contain no secret.',
    )
    parser.add_argument("--shell", choices=SHELLS, default="sh", help="default: sh")
    parser.add_argument("--url", help="address of the server, if several run")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    line = SHELLS[arguments.shell]
    for name, value in variables(os.environ, arguments.url).items():
        sys.stdout.write(f"{line(name, value)}\n")
    return OK


def variables(environ: Mapping[str, str], url: str | None = None) -> dict[str, str]:
    """Return the variables of a process below the server.

    :param url: address of the server; None for the one that started this process, otherwise the
        only one.
    :raises CommandError: if there is no such server, or the choice is not clear.
    """
    servers = running_servers(environ)
    server = best_match(servers, url)
    path = None if server is None else connection_path(server.pid, environ)
    inherited = environ.get(CONNECTION_VARIABLE)
    if url is None and len(servers) > 1 and inherited != str(path):
        listed = ", ".join(one.url for one in servers)
        raise CommandError(
            f"Several of your servers run: {listed}. Name one with --url.", NO_SERVER
        )
    if path is None:
        raise CommandError(
            "No running Jupyter server of yours with jupyter-azure-auth was found on this host. "
            "`jupyter azure-auth doctor` says more.",
            NO_SERVER,
        )
    return {CONNECTION_VARIABLE: str(path)}
