"""Why the parent server issued no token: codes and texts."""

from __future__ import annotations

from typing import Final

_FILE: Final = "The file with its address and key, or the folder of that file,"
_CANNOT: Final = "The processes below it cannot reach it:"

REASONS: Final[dict[str, str]] = {
    # Found before a request is sent.
    "not_offered": "This process was not started by a Jupyter server with jupyter-azure-auth.",
    "server_gone": "The server that started this process has stopped, or runs on another host.",
    "file_of_others": f"{_FILE} belongs to another user.",
    "file_open_to_others": f"{_FILE} is accessible to other users. Only you may have access.",
    "file_malformed": f"{_FILE} is not valid. Restart the server.",
    "not_on_loopback": "Its address is not a loopback address of this host.",
    "other_listener": "Another process listens at its address.",
    "no_hub_token": "JUPYTERHUB_API_TOKEN is not set in this process.",
    # Stated in the file.
    "unix_socket": f"{_CANNOT} it listens on a Unix socket.",
    "client_certificate": f"{_CANNOT} it requires client certificates.",
    "unknown_certificate": f"{_CANNOT} its TLS certificate could not be read.",
    "multi_user_server": f"{_CANNOT} it has several users and cannot tell whose this is.",
    # Found by a request.
    "wrong_certificate": "It presented a TLS certificate other than its own.",
    "no_answer": "It did not answer.",
    "odd_answer": "Its answer is not a token. Its jupyter-azure-auth may be older than this one.",
    "other_identity": "Its token is for an account other than the one that this process uses.",
    # Sent by the server.
    "forbidden": "It refused the key. Restart it.",
    "shared_server": "Other users may use its kernels, so a page must ask for your permission.",
    "too_many_requests": "It got too many requests. Run the cell again in a few seconds.",
    "sign_in_required": "You are not signed in there with an account that can get this token.",
    "sign_in_ended": "Azure has ended your sign-in there. Sign in again from the Azure panel.",
    "consent_required": "This token needs your consent first. Sign in from the Azure panel.",
    "interaction_required": "Azure requires an interactive sign-in. Sign in from the Azure panel.",
    "refused": "Azure refused this token for the account that is signed in there.",
    "resource_not_allowed": "Its administrator does not allow tokens for this resource "
    "(c.AzureAuth.allowed_resources).",
    "consent_declined": "You declined the consent for this token.",
    "wrong_tenant": "Its identity cannot get a token for the tenant {tenant}.",
    "unknown_tenant": "Azure does not know the tenant {tenant}. Correct `tenant_id`.",
    "unavailable": "It cannot reach Azure, or Azure is busy.",
    "busy": "Azure is busy or temporarily unavailable. Run the cell again in a minute.",
    "network": "It cannot reach Azure. Check its network.",
    "keychain": "The keychain of its host does not respond and may hold your sign-in. Unlock it, "
    "or sign in or out from the Azure panel.",
    "untrusted_certificate": "It does not trust the certificate that Azure presented. If a proxy "
    "inspects TLS, set REQUESTS_CA_BUNDLE to its CA file and restart the server.",
    "wrong_redirect_uri": "The app registration does not know the redirect URI.",
    "bad_configuration": "Azure does not know this tenant, app or resource.",
    "failed": "It failed. The server's log may have details.",
}

CAUSES: Final = ("busy", "network", "untrusted_certificate", "keychain")
"""Causes of ``unavailable``, if the server knows them."""

NO_USER: Final = frozenset({"not_offered", "sign_in_required"})
"""Reasons with which no user can be signed in there, so that an ambient identity is allowed."""

REFUSED: Final = frozenset(
    {
        "sign_in_ended",
        "consent_required",
        "interaction_required",
        "consent_declined",
        "resource_not_allowed",
        "refused",
        "wrong_tenant",
        "unknown_tenant",
        "wrong_redirect_uri",
        "bad_configuration",
    }
)
"""Refusals for the signed-in user, which other sources must not circumvent."""


def describe_reason(code: str, tenant_id: str | None = None) -> str:
    """Return the reason as a line of a list of candidates.

    :param tenant_id: the tenant that was requested, if any.
    """
    sentence = REASONS[code].format(tenant=tenant_id or "that is configured")
    return f"Jupyter server: {sentence} ({code})"
