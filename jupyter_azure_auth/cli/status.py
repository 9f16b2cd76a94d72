"""``status``: the identity that the parent server uses."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._local_time import local_time

from .exits import NOT_SIGNED_IN, OK
from .parent_server import ask_successfully
from .wording import one_line, source_name

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "status",
        help="show which account your Jupyter server uses",
        description="Shows account, tenant and source of your Jupyter server's sign-in, how long "
        "the tokens that it issued are valid, and the other accounts that are signed in. Exit "
        "code 4 if it has no identity.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    session = ask_successfully("session", {})
    fields = _fields(session)
    if arguments.json:
        sys.stdout.write(json.dumps(fields, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(fields))
    return OK if fields["account"] is not None else NOT_SIGNED_IN


def _fields(session: Mapping[str, Any]) -> dict[str, Any]:
    account = session.get("account")
    account = account if isinstance(account, dict) else None
    ends = session.get("valid_until")
    return {
        **(dict.fromkeys(_OF_ACCOUNT) if account is None else _account_fields(account)),
        "source": session.get("source"),
        "ambient": bool(session.get("ambient")),
        "tokens_valid_until": None if not isinstance(ends, int) else local_time(ends),
        "ended_by": session.get("ended_by"),
        "others": [_account_fields(one) for one in other_accounts(session)],
    }


_OF_ACCOUNT: Final = {"account": "username", "name": "name", "tenant_id": "tenant_id", "id": "id"}
"""Fields of the output, and those of the answer."""


def _account_fields(account: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one_line(account.get(field)) for name, field in _OF_ACCOUNT.items()}


def other_accounts(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the accounts in the answer of ``session`` that are signed in, but not active."""
    others = session.get("others")
    return [one for one in others if isinstance(one, dict)] if isinstance(others, list) else []


def _lines(fields: Mapping[str, Any]) -> list[str]:
    others = [
        f"Other    {_title(one)}, tenant {one['tenant_id'] or 'unknown'}"
        for one in fields["others"]
    ]
    if fields["account"] is None:
        ended = fields["ended_by"]
        first = f"Azure has ended the sign-in ({one_line(ended)})." if ended else ""
        return [
            f"{first} Sign in again from the Azure panel."
            if ended
            else "This Jupyter server holds no sign-in to Azure. Sign in from the Azure panel. A "
            "sign-in that only the browser holds is shown only there.",
            *others,
        ]
    ends = fields["tokens_valid_until"]
    return [
        f"Account  {_title(fields)}",
        f"Tenant   {fields['tenant_id'] or 'unknown'}",
        f"Source   {source_name(fields['source'])}",
        "Tokens   " + ("none issued" if ends is None else f"valid until {ends} at the latest"),
        *others,
    ]


def _title(account: Mapping[str, Any]) -> str:
    user, name = account["account"], account["name"]
    return f"{user}" if name in ("", user) else f"{user} ({name})"
