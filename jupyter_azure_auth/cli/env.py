"""``env``: the variables with which a process finds its server, for a shell to evaluate."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE
from jupyter_azure_auth.endpoint_variables import environment

from .arguments import address
from .exits import NO_SERVER, OK, CommandError
from .parent_server import ask
from .running_servers import best_match, connection_path, is_at, running_servers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping


def _fish_value(name: str, value: str) -> str:
    """Return a value; fish's PATH is a list."""
    parts = value.split(os.pathsep) if name == "PATH" else [value]
    # Unlike in sh, a backslash is special between single quotes.
    return " ".join("'" + re.sub(r"[\\']", r"\\\g<0>", part) + "'" for part in parts)


def _powershell_value(value: str) -> str:
    # PowerShell takes typographic quotation marks for single quotes as well.
    return "'" + re.sub("['\u2018-\u201b]", r"\g<0>\g<0>", value) + "'"


class Shell(NamedTuple):
    """The lines of a shell that set and unset a variable."""

    set: Callable[[str, str], str]
    unset: Callable[[str], str]


SHELLS: Final[Mapping[str, Shell]] = {
    "sh": Shell(
        lambda name, value: f"export {name}={shlex.quote(value)}\n",
        lambda name: f"unset {name}\n",
    ),
    "fish": Shell(
        lambda name, value: f"set -gx {name} {_fish_value(name, value)}\n",
        lambda name: f"set -e {name}\n",
    ),
    "powershell": Shell(
        lambda name, value: f"$Env:{name} = {_powershell_value(value)}\n",
        lambda name: f"Remove-Item Env:{name}\n",
    ),
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "env",
        help="print shell commands that let a terminal find your Jupyter server",
        description="For a terminal that lacks the variables, for example one over SSH, and for "
        "programs that do not know this package, once the Azure panel lets them use the sign-in: "
        'eval "$(jupyter azure-auth env)".',
    )
    parser.add_argument("--shell", choices=SHELLS, default="sh", help="default: sh")
    parser.add_argument("--url", type=address, help="address of the server, if you run several")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    shell, before = SHELLS[arguments.shell], os.environ
    found = variables(before, arguments.url)
    after = environment({**before, **found}, _of_programs({**before, **found}))
    for name in sorted({*before, *after, *found}):
        if name in found or after.get(name) != before.get(name):
            value = after.get(name)
            sys.stdout.write(shell.unset(name) if value is None else shell.set(name, value))
    return OK


def _of_programs(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of programs that do not know this package, if the user allows them."""
    try:
        given = ask("terminal", {}, environ).fields.get("variables")
    except CommandError:  # the other commands say why
        return {}
    return {str(name): str(value) for name, value in given.items()} if given else {}


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
    listed = ", ".join(one.url for one in servers)
    if url is None and len(servers) > 1 and inherited != str(path):
        raise CommandError(
            f"Several of your servers are running: {listed}. Choose one with --url.", NO_SERVER
        )
    if url is not None and server is not None and not is_at(server, url):
        raise CommandError(f"None of your servers is at {url}. Running: {listed}", NO_SERVER)
    if path is None:
        raise CommandError(
            "None of your running Jupyter servers on this host has jupyter-azure-auth. "
            "For details, run `jupyter azure-auth doctor`.",
            NO_SERVER,
        )
    return {CONNECTION_VARIABLE: str(path)}
