"""``sign-out``: ends the parent server's sign-in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .exits import NOT_SIGNED_IN, OK, USAGE, CommandError
from .parent_server import ask_successfully
from .status import other_accounts
from .wording import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "sign-out",
        help="sign your Jupyter server out of Azure",
        description="End the sign-in that your Jupyter server holds, and erase a stored one. "
        "The machine's identity and the Azure CLI's sign-in are not affected. Tokens that were "
        "issued remain valid until they expire.",
    )
    parser.add_argument(
        "--account",
        metavar="A",
        help="sign out of this account alone: its user name or id, as `status` shows it",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.account is None:
        ask_successfully("sign-out", {})
        said = "Your Jupyter server is signed out of Azure."
    else:
        account = _find(ask_successfully("session", {}), arguments.account)
        ask_successfully("sign-out", {"account": account.get("id")})
        said = f"Your Jupyter server is signed out of {one_line(account.get('username'))}."
    sys.stdout.write(f"{said} Pages notice within seconds.\n")
    return OK


def _find(session: Mapping[str, Any], wanted: str) -> Mapping[str, Any]:
    """Return the account that is meant.

    :raises CommandError: if it is not signed in, or if signing it out would end other sign-ins.
    """
    active, others = session.get("account"), other_accounts(session)
    users = [active] if isinstance(active, dict) and not session.get("ambient") else []
    found = [
        one
        for one in [*users, *others]
        if wanted.casefold() in {str(one.get(name)).casefold() for name in ("id", "username")}
    ]
    if not found:
        raise CommandError(
            "This account is not signed in. `jupyter azure-auth status` shows which are.",
            NOT_SIGNED_IN,
        )
    if len(found) > 1:
        raise CommandError(
            "Several accounts have this user name. Give the id that `status --json` shows.", USAGE
        )
    if found[0] is active and others:
        raise CommandError(
            "This is the active account: signing it out also signs out the others. For that, run "
            "`jupyter azure-auth sign-out`; otherwise, first switch accounts in the Azure panel.",
            USAGE,
        )
    return found[0]
