"""Why the Jupyter server that started a kernel gave it no token: codes, and what each means."""

from __future__ import annotations

from typing import Final

_FILE: Final = "The file by which its kernels find it, or the runtime folder that holds it,"
_CANNOT: Final = "It cannot be asked by its kernels:"

REASONS: Final[dict[str, str]] = {
    # Found out before anything is sent.
    "not_offered": "What started this kernel is no Jupyter server with jupyter-azure-auth.",
    "file_of_others": f"{_FILE} belongs to another user.",
    "file_open_to_others": f"{_FILE} is open to other users: nobody else may have access to it.",
    "file_malformed": f"{_FILE} is not what it should be. Restart the server.",
    "parent_gone": "The process of JPY_PARENT_PID does not run any more.",
    "parent_unrelated": "The process of JPY_PARENT_PID did not start this kernel.",
    "not_on_loopback": "Its address is not on this host's loopback.",
    "other_listener": "Another process listens at its address.",
    "no_hub_token": "JUPYTERHUB_API_TOKEN is not set in this kernel.",
    # Said in the file.
    "unix_socket": f"{_CANNOT} it listens on a unix socket.",
    "client_certificate": f"{_CANNOT} it asks for certificates of clients.",
    "unknown_certificate": f"{_CANNOT} its TLS certificate could not be read.",
    "several_people": f"{_CANNOT} it tells people apart, and cannot tell whose kernel this is.",
    # Found out by asking.
    "wrong_certificate": "It showed another TLS certificate than its own.",
    "no_answer": "It did not answer.",
    "odd_answer": "It answered something else than a token. Is its jupyter-azure-auth older?",
    "other_identity": "It has a token for somebody else than this kernel has had so far.",
    # Said by the server.
    "forbidden": "It refused. Restart the server if another one uses the same runtime folder.",
    "shared_server": "Others may use its kernels, so that a page has to ask its user.",
    "too_many_requests": "It was asked too often. Run the cell again in a few seconds.",
    "sign_in_required": "Nobody is signed in there who could get this token.",
    "sign_in_ended": "Azure has ended the sign-in there: sign in from the Azure panel again.",
    "consent_required": "This token needs a consent first: sign in from the Azure panel.",
    "interaction_required": "Azure wants to ask the user first: sign in from the Azure panel.",
    "refused": "Azure refused this token to who is signed in there.",
    "wrong_tenant": "Its identity gets no token of the tenant {tenant}.",
    "unknown_tenant": "Azure does not know the tenant {tenant}. Correct `tenant_id`.",
    "unavailable": "It cannot reach Azure, or that is busy.",
    "busy": "Azure is busy or out of order. Run the cell again in a minute.",
    "network": "It cannot reach Azure. Check its network.",
    "keychain": "The keychain of its host does not answer, and may hold your sign-in. Unlock it, "
    "or sign in or out from the Azure panel.",
    "untrusted_certificate": "It does not trust the certificate that Azure showed. If a proxy "
    "inspects TLS, name its CA file in REQUESTS_CA_BUNDLE, and restart the server.",
    "bad_configuration": "Azure does not know this tenant, app or resource.",
    "failed": "It failed. The server's log may say more.",
}

CAUSES: Final = ("busy", "network", "untrusted_certificate", "keychain")
"""Of ``unavailable``, where the server knows it."""

NO_USER: Final = frozenset({"not_offered", "parent_gone", "parent_unrelated", "sign_in_required"})
"""With these, no user can have signed in there, so that an identity of the machine may serve."""

REFUSED: Final = frozenset(
    {
        "sign_in_ended",
        "consent_required",
        "interaction_required",
        "refused",
        "wrong_tenant",
        "unknown_tenant",
        "bad_configuration",
    }
)
"""A no for the user who has signed in there, so that asking others would go round it."""


def describe_reason(code: str, tenant_id: str | None = None) -> str:
    """Return it in one line, among other sources that were considered.

    :param tenant_id: that was asked for.
    """
    sentence = REASONS[code].format(tenant=tenant_id or "that is configured")
    return f"Jupyter server: {sentence} ({code})"
