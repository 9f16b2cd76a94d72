"""``git-credential``: logs Git in to repositories of Azure DevOps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.az.stand_in import CommandError as NoToken
from jupyter_azure_auth.devops import is_repository, log_in

from .exits import OK, CommandError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

INPUT_LIMIT: Final = 64 * 1024
"""Bytes of Git's request."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "git-credential",
        help="log Git in to Azure DevOps",
        description="A credential helper of Git: git config --global "
        "credential.https://dev.azure.com.helper '!jupyter azure-auth git-credential'",
    )
    parser.add_argument("action", help="get; Git's other requests have no effect")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    fields = _read_fields(sys.stdin.buffer.read(INPUT_LIMIT))
    url = f"{fields.get('protocol')}://{fields.get('host')}"
    if arguments.action != "get" or not is_repository(url):
        return OK
    try:
        login = log_in(None)
    except NoToken as error:
        raise CommandError(str(error)) from None
    if "username" not in fields:  # otherwise Git uses the one in the address
        sys.stdout.write(f"username={login.username}\n")
    # Git offers the login to other helpers, which must not store it.
    sys.stdout.write(f"password={login.password}\npassword_expiry_utc={login.expires_on}\n")
    return OK


def _read_fields(request: bytes) -> Mapping[str, str]:
    """Return the fields of Git's request, in which only a line feed ends a field.

    A website chooses some of the values, such as the user name in an address. They can contain
    other characters that Python treats as the end of a line, and thus what looks like a host field.
    """
    lines = request.decode("utf-8", "replace").split("\n")
    return dict(line.split("=", 1) for line in lines if "=" in line)
