"""What it means to whoever wants a token that a source of the machine gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.problems import Problem, aadsts_number

if TYPE_CHECKING:
    from jupyter_azure_auth.machine.reasons import NotUsed

_GONE: Final = frozenset(
    {"az_missing", "az_signed_out", "no_identity", "other_client", "not_set", "endpoint_taken"}
)
"""There is no such identity any more. Everything else may pass, and ends nothing."""

_CODES: Final = {
    "account_wanted": "sign_in_required",
    "other_tenant": "sign_in_required",
    "unknown_tenant": "sign_in_required",
    "az_claims": "interaction_required",
    "other_resource": "bad_configuration",
    "az_refused": "refused",
    "entra_refused": "refused",
    "federated_refused": "refused",
}


def problem_of(not_used: NotUsed) -> Problem:
    """Tell what to answer to a request for a token of an identity that had been found."""
    if not_used.code in _GONE:
        return Problem("sign_in_required", ends=True)
    return Problem(_CODES.get(not_used.code, "unavailable"), aadsts_number(not_used.detail))
