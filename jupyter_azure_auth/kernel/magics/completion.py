"""Completes the arguments of `%azure_login`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth.ambient import azure_cli
from jupyter_azure_auth.kernel.attach import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

OPTIONS: Final = ("--tenant", "--cloud", "--force", "--scope", "--help")

_PUBLIC: Final = CLOUDS[DEFAULT_CLOUD]

SCOPES: Final = (
    *(
        f"{_PUBLIC.audiences[name]}/.default"
        for name in ("arm", "storage", "keyvault", "sql", "graph")
    ),
    f"{_PUBLIC.azureml_audience}/.default",
)
"""The scopes that notebooks use most."""


def complete(_shell: Any, event: Any) -> list[str]:
    """Return the completions at the cursor. Called by IPython's `complete_command` hook.

    :param event: has `line`, the text up to the cursor, and `symbol`, the part of the last word
        that a completion replaces: IPython also splits words at colons.
    """
    words = event.line.split()
    partial = "" if event.line[-1:].isspace() else words[-1]
    offset = len(partial) - len(event.symbol)
    before = words[:-1] if partial else words
    option = next((word for word in reversed(before) if word.startswith("-")), "")
    takes_value = before and (before[-1] == option or option == "--scope")
    values = _values(option) if takes_value else ()
    return [word[offset:] for word in (*values, *OPTIONS) if word.startswith(partial)]


def _values(option: str) -> Iterable[str]:
    match option:
        case "--cloud":
            return CLOUDS
        case "--tenant":
            return known_tenants()
        case "--scope" | "-s":
            return SCOPES
    return ()


def known_tenants() -> list[str]:
    """Return the tenants of this kernel's tokens and those that the Azure CLI knows."""
    accounts = [entry.issued.account for entry in tuple(tokens.entries.values())]
    held = {account.tenant_id for account in accounts if account is not None}
    return sorted(held | azure_cli.known_tenants(os.environ))
