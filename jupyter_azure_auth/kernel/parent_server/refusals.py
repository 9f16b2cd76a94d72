"""What a process is told if its parent server issued no token."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_azure_auth._error_catalog import DECIDED, REFUSED
from jupyter_azure_auth.errors import ERRORS
from jupyter_azure_auth.kernel.protocol import Refusal

from .reasons import describe_reason

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.protocol import Identity
    from jupyter_azure_auth.kernel.request_flow import ServerUnavailable


def not_signed_in_refusal(account: str | None, pinned: Identity | None) -> Refusal:
    """Return the refusal of a process whose user is not signed in at its parent server.

    :param account: the account that its credential asks for; None for the active one.
    :param pinned: the identity that its credential has used; None for none.
    """
    if pinned is not None:
        return Refusal("sign_in_unreachable")
    if account is None:
        return Refusal("not_signed_in")
    return Refusal(
        "not_signed_in",
        "The account that this credential asks for is not signed in to Azure at the Jupyter server "
        "that started this process.",
    )


def server_refusal(unavailable: ServerUnavailable, not_signed_in: Refusal) -> Refusal:
    """Return the refusal of a process that no page can answer.

    :param not_signed_in: the refusal if the user is not signed in there.
    """
    reason, address = unavailable.reason, unavailable.address
    where = "Open JupyterLab" if address is None else f"Open {address}azure-auth/"
    panel = " from the Azure panel (left sidebar)" if address is None else ""
    account = " with that account" if not_signed_in.message else ""
    sign_in = f"{where}, sign in{panel}{account}, then run this again."
    if reason == "server_gone":
        return Refusal(reason)
    if reason == "sign_in_declined":
        return Refusal(
            "denied",
            "You clicked “Not now”, so this process got no token.",
            "Sign in from the Azure panel, or run this again in a minute.",
        )
    if reason == "sign_in_required":
        # A credential that is bound to an account has its own remedy.
        bound = not_signed_in.code == "sign_in_unreachable"
        return not_signed_in if bound else replace(not_signed_in, remedy=sign_in)
    if (decided := decided_refusal(reason)) is not None:
        return decided
    candidates = (describe_reason(reason, unavailable.tenant_id),)
    if reason in REFUSED:
        return Refusal(
            "server_refused", remedy=sign_in, candidates=candidates, trace=unavailable.trace
        )
    return Refusal("server_unavailable", candidates=candidates, trace=unavailable.trace)


def decided_refusal(reason: str | None) -> Refusal | None:
    """Return the same refusal as a page's; None if neither user nor administrator has decided."""
    if reason is None or reason not in DECIDED:
        return None
    error = ERRORS[reason]
    return Refusal(DECIDED[reason], error.sentence, error.remedy, detail=reason)
