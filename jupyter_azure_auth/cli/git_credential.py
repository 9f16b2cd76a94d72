"""``git-credential``: logs Git in to repositories of Azure DevOps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.az.stand_in import CommandError as NoToken
from jupyter_azure_auth.devops import is_repository, log_in

from .exits import OK, CommandError

if TYPE_CHECKING:
    import argparse

INPUT_LIMIT: Final = 64 * 1024
"""Characters of Git's request."""


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
    lines = sys.stdin.read(INPUT_LIMIT).splitlines()
    asked = dict(line.split("=", 1) for line in lines if "=" in line)
    url = f"{asked.get('protocol')}://{asked.get('host')}"
    if arguments.action != "get" or not is_repository(url):
        return OK
    try:
        login = log_in(asked.get("username"))
    except NoToken as error:
        raise CommandError(str(error)) from None
    # Git offers the login to other helpers, which must not store it.
    sys.stdout.write(
        f"username={login.username}\npassword={login.password}\n"
        f"password_expiry_utc={login.expires_on}\n"
    )
    return OK
