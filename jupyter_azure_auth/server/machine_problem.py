"""What it means to whoever wants a token that a source of the machine gives none."""

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
"""There is no such identity any more. Everything else may pass, and ends nothing."""

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
    """Return what to answer to a request for a token of an identity that had been found.

    Unless the identity is gone, it ends this request and nothing else: no user is asked, since
    nobody can sign in to a machine.
    """
    if not_used.code in _GONE:
        return Problem("sign_in_required", ends=True)
    code = _CODES.get(not_used.code, "unavailable")
    return Problem(code, aadsts_number(not_used.detail), explanation=not_used.sentence)
