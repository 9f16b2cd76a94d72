"""Why a source is not used: a table of codes and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .models import SourceName

_AGAIN: Final = "then click Try again in the Azure panel."
_AUTHENTICATE: Final = (
    "Open the compute instance in Azure Machine Learning studio and click Authenticate, " + _AGAIN
)
_RESTART: Final = f"Restart Jupyter to apply the host's new variables, {_AGAIN}"
_LATER: Final = "Click Try again in the Azure panel after a minute."
_CA_BUNDLE: Final = (
    "Set REQUESTS_CA_BUNDLE to the file with your organization's CA certificate and restart "
    "Jupyter."
)
_SUPPORT: Final = "Give this line to the machine's administrator."

REASONS: Final[dict[str, str]] = {
    # Known before a request is sent.
    "not_allowed": "c.AzureAuth.sources does not list it. The administrator can add it.",
    "shared": "This server has several users, and c.AzureAuth.sources does not list it by name.",
    "keychain": "The keychain of the Jupyter server's host does not respond and may hold your "
    f"sign-in. Unlock it, {_AGAIN} Or sign in or out.",
    "account_wanted": "The request names an account, so this identity is not used.",
    "other_cloud": "The request is for an Azure cloud other than that of this identity.",
    "not_set": "{detail} is not set.",
    "parent_server": "IDENTITY_ENDPOINT is this Jupyter server's own, which has the token of the "
    "signed-in user and not of a machine.",
    "endpoint_taken": "IDENTITY_ENDPOINT or MSI_SECRET is set too: see managed-identity.",
    "az_missing": "`az` is not on the PATH of this process.",
    "az_signed_out": "The Azure CLI is not signed in. Run `az login`.",
    "az_claims": "The Azure CLI cannot satisfy a claims challenge by itself. Run `{detail}` (Azure "
    "CLI 2.76 or later), then run the cell again.",
    # No answer.
    "not_azure": "None of IDENTITY_ENDPOINT, MSI_ENDPOINT and AZURE_FEDERATED_TOKEN_FILE is set, "
    "and no metadata service answered, so this machine has no managed identity.",
    "metadata_silent": "None of IDENTITY_ENDPOINT, MSI_ENDPOINT and AZURE_FEDERATED_TOKEN_FILE is "
    "set, and the metadata service of Azure machines did not answer in time. On an Azure machine, "
    "run the cell again in a few seconds.",
    "other_metadata": "Something other than Azure's metadata service answers at its address "
    "({detail}). This is not an Azure machine, or a proxy is in between.",
    "proxied": "A proxy answered in place of the metadata service (403). This is not an Azure "
    "machine, or a firewall is in between.",
    "no_connection": f"Nothing listens at the address of {{detail}}. {_RESTART}",
    "no_answer": f"The address of {{detail}} did not answer in time. {_LATER}",
    "untrusted": "The TLS connection to the address of {detail} is not trusted, probably because "
    f"a proxy inspects it. {_CA_BUNDLE}",
    # A refusal.
    "sso_failure": "The compute instance has no single sign-on for you (it answered “SSO "
    f"failure”). {_AUTHENTICATE}",
    "not_authenticated": f"The compute instance does not know you yet (it answered 404). "
    f"{_AUTHENTICATE}",
    "no_identity": "This machine is in Azure but has no managed identity of its own (it answered "
    "400). If it has user-assigned identities, set AZURE_CLIENT_ID to the client id of one and "
    f"restart Jupyter. Otherwise assign one in the Azure portal under Identity, {_AGAIN}",
    "several_identities": "This machine has several user-assigned identities (it answered 400). "
    "Set AZURE_CLIENT_ID to the client id of one and restart Jupyter.",
    "other_client": "This machine has no identity with the client id that a variable contains (it "
    f"answered 400). Correct AZURE_CLIENT_ID or assign that identity, {_AGAIN}",
    "other_resource": "The identity of this machine cannot be used for the requested resource (it "
    "answered invalid_resource). Check the scope and its cloud.",
    "entra_refused": "Entra refused the identity of this machine ({detail}). " + _SUPPORT,
    "key_refused": f"The host refused the key in {{detail}}. {_RESTART}",
    "arc_denied": "This user is not allowed to read the key of Azure Arc. Add the user to the "
    f"group himds and restart Jupyter, {_AGAIN}",
    "arc_challenge": "Azure Arc named a key file outside the folder of its keys. " + _SUPPORT,
    "arc_refused": f"Azure Arc refused its own key (it answered 401 twice). {_LATER}",
    "federated_file": "The file that AZURE_FEDERATED_TOKEN_FILE names cannot be read. Check the "
    "service account of this pod and its webhook.",
    "federated_refused": "Entra refused the service account of this pod ({detail}). Check the "
    "federated credential of the identity in AZURE_CLIENT_ID.",
    "not_found": "There is nothing at the address of {detail} (it answered 404). " + _SUPPORT,
    "upgrading": f"The host of the identity is being upgraded (it answered 410). {_LATER}",
    "busy": f"The host of the identity is busy (it answered 429). {_LATER}",
    "out_of_order": f"The host of the identity has failed (it answered {{detail}}). {_LATER}",
    "odd": "The host of the identity answered {detail}. " + _SUPPORT,
    "redirected": "The address of {detail} answered with a redirect, which is not followed. "
    + _SUPPORT,
    "no_token": "The answer of {detail} is not a token. " + _SUPPORT,
    "too_long": "The answer of {detail} is too long for a token. " + _SUPPORT,
    "bad_expiry": "The answer of {detail} does not say when its token expires. " + _SUPPORT,
    "expired": "The token in the answer of {detail} has already expired. Check the clock of this "
    "machine.",
    "az_slow": "The Azure CLI did not answer within half a minute. Run `az account "
    "get-access-token` in a terminal to see why.",
    "az_refused": "Entra refused the sign-in of the Azure CLI ({detail}). Run `az login` again.",
    "other_tenant": "This identity is in the tenant {detail}. Leave out `tenant_id`, or sign in "
    "with an account of that tenant.",
    "tenant_unresolved": "The tenant {detail} could not be looked up, because Entra could not be "
    "reached. Name the tenant by its id instead.",
    "az_tenant_refused": "The Azure CLI returned no token for the tenant {detail}. Run `az login` "
    "with `--tenant` and that tenant, or leave out `tenant_id`.",
    "az_untrusted": "The Azure CLI does not trust its TLS connection, probably because a proxy "
    f"inspects it. {_CA_BUNDLE}",
    "az_odd": "The answer of the Azure CLI is not a token. Run `az account "
    "get-access-token` in a terminal to see what it prints.",
    "az_failed": "The Azure CLI returned no token. Run `az account get-access-token` in a terminal "
    "to see why.",
    "other_identity": f"The identity has changed. To use the new one, {_AGAIN[5:]}",
    "failed": f"azure-identity got no token ({{detail}}). {_SUPPORT}",
}


TRANSIENT: Final = frozenset(
    {
        *("not_azure", "metadata_silent", "other_metadata", "proxied"),
        *("no_connection", "no_answer", "upgrading", "busy", "out_of_order"),
    }
)
"""Temporary reasons, about the state of a host that can change within a minute."""


FIXABLE: Final = frozenset(
    {
        *("sso_failure", "not_authenticated", "no_connection", "key_refused"),
        *("several_identities", "other_client", "keychain"),
    }
)
"""Reasons that the user of a machine without an identity can fix."""


REQUEST_SPECIFIC: Final = frozenset(
    {
        *("account_wanted", "other_tenant", "tenant_unresolved", "other_cloud", "other_resource"),
        *("az_claims", "az_tenant_refused"),
    }
)
"""Reasons about a request, not about the identity."""


@dataclass(frozen=True)
class Unavailable:
    """A candidate that is not used, and the reason."""

    source: SourceName
    code: str
    """One of :data:`REASONS`."""
    detail: str = ""
    """A variable's name, a status or a code; never a text of a host."""

    @property
    def sentence(self) -> str:
        """The text, with the remedy if there is one."""
        return REASONS[self.code].format(detail=self.detail)


class UnavailableError(Exception):
    """A source returned no token."""

    def __init__(self, unavailable: Unavailable) -> None:
        super().__init__(unavailable.sentence)
        self.unavailable = unavailable
