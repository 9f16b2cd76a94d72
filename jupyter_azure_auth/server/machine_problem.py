"""The errors of token requests that an ambient source could not serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.problems import Problem, aadsts_number

if TYPE_CHECKING:
    from jupyter_azure_auth.machine.reasons import NotUsed

_GONE: Final = frozenset(
    {
        *("az_missing", "az_signed_out", "not_set", "endpoint_taken"),
        *("no_identity", "several_identities", "other_client"),
    }
)
"""Reasons that mean the identity is gone. All others may be transient, and end nothing."""

_CODES: Final = {
    "account_wanted": "sign_in_required",
    "other_tenant": "wrong_tenant",
    "az_tenant_refused": "wrong_tenant",
    "az_claims": "refused",
    "other_resource": "refused",
    "az_refused": "refused",
    "entra_refused": "refused",
    "federated_refused": "refused",
}


def problem_of(not_used: NotUsed) -> Problem:
    """Return the error for a token request of an ambient identity that had been found.

    Unless the identity is gone, only this request ends. No user is prompted, because an interactive
    sign-in cannot fix an ambient identity.
    """
    if not_used.code in _GONE:
        return Problem("sign_in_required", ends=True)
    code = _CODES.get(not_used.code, "unavailable")
    return Problem(code, aadsts_number(not_used.detail), explanation=not_used.sentence)
