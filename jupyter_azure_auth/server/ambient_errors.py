"""The errors of token requests that an ambient source could not serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.errors import AuthError, aadsts_number

if TYPE_CHECKING:
    from jupyter_azure_auth.ambient.reasons import Unavailable

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


def auth_error_of(unavailable: Unavailable) -> AuthError:
    """Return the error for a token request of an ambient identity that had been found.

    Unless the identity is gone, only this request ends. No user is prompted, because an interactive
    sign-in cannot fix an ambient identity.
    """
    if unavailable.code in _GONE:
        return AuthError("sign_in_required", ends_sign_in=True)
    code = _CODES.get(unavailable.code, "unavailable")
    return AuthError(code, aadsts_number(unavailable.detail), explanation=unavailable.sentence)
