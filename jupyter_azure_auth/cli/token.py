"""``token``: prints an access token for another program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._validation import one_tenant, with_permission
from jupyter_azure_auth.audiences import NAMES, scope_of
from jupyter_azure_auth.kernel.settings import check_scopes, check_tenant

from .exits import OK, USAGE, CommandError
from .parent_server import ask_successfully

if TYPE_CHECKING:
    import argparse

_HOW: Final = (
    "A terminal would keep the token in its history. Pass the token on instead, for example\n"
    '  curl -H "@-" <url> <<< "Authorization: Bearer $(jupyter azure-auth token --resource arm)"\n'
    "or add --print."
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "token",
        help="print an access token",
        description="Prints an access token for your Jupyter server's identity, without prompting "
        "you. In a terminal, it explains how to pass the token on instead.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--scope", metavar="S", help="scope, such as https://vault.azure.net/.default"
    )
    what.add_argument(
        "--resource",
        metavar="R",
        help=f"resource, such as https://vault.azure.net, or one of {', '.join(NAMES)}",
    )
    parser.add_argument("--tenant", metavar="T", help="directory: its id or one of its domains")
    parser.add_argument("--print", action="store_true", help="print it even to a terminal")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    fields = _request(arguments.scope or arguments.resource, arguments.tenant)
    if sys.stdout.isatty() and not arguments.print:
        raise CommandError(_HOW)
    token = ask_successfully("token", fields).get("token")
    if not isinstance(token, str):
        raise CommandError("The Jupyter server's answer is not a token. [invalid_answer]")
    sys.stdout.write(f"{token}\n")
    return OK


def _request(wanted: str, tenant: str | None) -> dict[str, Any]:
    try:
        scope = with_permission(scope_of(wanted))
        check_scopes((scope,))
        check_tenant(tenant)
    except ValueError as error:
        raise CommandError(str(error), USAGE) from None
    return {"scopes": [scope], "tenant_id": one_tenant(tenant)}
