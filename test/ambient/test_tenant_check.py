"""A machine's token is returned if it is for the requested tenant or opaque."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from jupyter_azure_auth._models import UNKNOWN, AccessToken, TokenRequest
from jupyter_azure_auth.ambient.azure_cli import AzureCli
from jupyter_azure_auth.ambient.reasons import UnavailableError
from jupyter_azure_auth.ambient.tenant_check import login_host_of
from test.ambient.host_environments import HostEnvironment
from test.ambient.test_azure_cli import SHOWN, Az, jwt

CONTOSO: Final = "c0000000-1111-4222-8333-000000000001"
FABRIKAM: Final = "fab00000-1111-4222-8333-000000000002"
PLACES: Final = ("imds", "app-service", "compute-instance", "cloud-shell", "aks")


def token_request(tenant_id: str) -> TokenRequest:
    return TokenRequest(("https://vault.azure.net/.default",), tenant_id)


# Situation: managed identity | a resource's challenge names the machine's own tenant | first token
# | the machine's token | nothing to do
@pytest.mark.parametrize("place", PLACES)
def test_its_own_tenant_can_be_requested(host_environment: HostEnvironment, place: str) -> None:
    host_environment.enter(place)
    for tenant_id in (CONTOSO, CONTOSO.upper(), "organizations"):
        assert host_environment.ask(token_request(tenant_id)).account.tenant_id == CONTOSO


# Situation: managed identity | another tenant is requested | first token | `other_tenant`, which
# names both | leave out `tenant_id`, or sign in with an account of that tenant
@pytest.mark.parametrize("place", PLACES)
def test_another_tenant_is_refused_and_both_are_named(
    host_environment: HostEnvironment, place: str
) -> None:
    host_environment.enter(place)
    refusal = host_environment.refusal(token_request(FABRIKAM))
    assert refusal.code == "other_tenant"
    assert CONTOSO in refusal.sentence
    assert FABRIKAM in refusal.sentence


# Situation: managed identity | its token is opaque | token for a tenant | the machine's token,
# `unverified` in %azure_status | nothing to do
def test_an_unreadable_token_is_returned(host_environment: HostEnvironment) -> None:
    host_environment.enter("imds")
    host_environment.hosts.set(opaque=True)
    granted = host_environment.ask(token_request(FABRIKAM))
    assert granted.account.tenant_id == UNKNOWN
    host_environment.enter("aks")
    assert host_environment.refusal(token_request(FABRIKAM)).code == "other_tenant", (
        "Entra was asked for this one"
    )


# Situation: managed identity | a domain is requested | first token | the machine's token if it is
# its tenant's, otherwise `other_tenant` | use the tenant's id if Entra cannot be reached
@pytest.mark.parametrize(
    ("domain", "code"),
    [("contoso.com", None), ("fabrikam.com", "other_tenant"), ("no-such.example", "other_tenant")],
)
def test_a_domain_is_resolved_first(
    host_environment: HostEnvironment, domain: str, code: str | None
) -> None:
    host_environment.enter("aks")
    if code is None:
        assert host_environment.ask(token_request(domain)).account.tenant_id == CONTOSO
        return
    refusal = host_environment.refusal(token_request(domain))
    assert (refusal.code, domain in refusal.sentence) == (code, True)


def test_an_unresolved_domain_is_not_treated_as_the_machines(
    host_environment: HostEnvironment,
) -> None:
    host_environment.enter("imds", AZURE_AUTHORITY_HOST="http://127.0.0.1:9")
    refusal = host_environment.refusal(token_request("unreachable.example"))
    assert (refusal.code, refusal.detail) == ("tenant_unresolved", "unreachable.example")


@pytest.mark.parametrize(
    ("environ", "cloud", "host"),
    [
        ({}, "AzureCloud", "login.microsoftonline.com"),
        ({}, "AzureChinaCloud", "login.chinacloudapi.cn"),
        ({}, "", "login.microsoftonline.com"),
        ({"AZURE_AUTHORITY_HOST": "login.microsoftonline.us"}, "x", "login.microsoftonline.us"),
        ({"AZURE_AUTHORITY_HOST": "https://localhost:8443/"}, "x", "localhost:8443"),
    ],
)
def test_where_a_domain_is_looked_up(environ: dict[str, str], cloud: str, host: str) -> None:
    assert login_host_of(environ, cloud) == host


class TestAzureCliOfAManagedIdentity:
    """``az login --identity`` does not accept ``--tenant``, nor does Cloud Shell."""

    def ask(self, folder: Path, tenant_id: str, **claims: Any) -> AccessToken:
        az = Az(folder)
        answer = {"accessToken": jwt(**claims), "expires_on": 4_000_000_000}
        az.answer(json.dumps(answer), json.dumps({**SHOWN, "tenantId": CONTOSO}))
        said = "Tenant shouldn't be specified for managed identity account"
        script = (folder / "az").read_text().splitlines()
        fixed = f'case "$*" in *--tenant*) echo "ERROR: {said}" >&2; exit 1;; esac'
        az.run("\n".join([fixed, *script[2:]]))
        environ = {"PATH": f"{folder}:/usr/bin:/bin", "AZURE_CONFIG_DIR": str(folder)}
        ids = {"contoso.com": CONTOSO, "fabrikam.com": FABRIKAM, FABRIKAM: FABRIKAM}
        return AzureCli(environ, lambda name, _: ids.get(name)).token(token_request(tenant_id))

    # Situation: Azure CLI | signed in as a managed identity, and a challenge names its own tenant |
    # first token | the Azure CLI's token | nothing to do
    @pytest.mark.parametrize("tenant_id", [CONTOSO, "contoso.com"])
    @pytest.mark.parametrize("claims", [{"tid": CONTOSO, "oid": "1"}, {}])
    def test_its_own_tenant(self, tmp_path: Path, tenant_id: str, claims: dict[str, str]) -> None:
        assert self.ask(tmp_path, tenant_id, **claims).account.tenant_id == CONTOSO

    @pytest.mark.parametrize("tenant_id", [FABRIKAM, "fabrikam.com"])
    def test_another_tenant(self, tmp_path: Path, tenant_id: str) -> None:
        with pytest.raises(UnavailableError) as caught:
            self.ask(tmp_path, tenant_id, tid=CONTOSO)
        assert caught.value.unavailable.code == "other_tenant"
        assert tenant_id in caught.value.unavailable.sentence


def test_the_tenant_of_an_azs_token_is_checked(tmp_path: Path) -> None:
    az = Az(tmp_path)
    answer = {"accessToken": jwt(tid=CONTOSO, oid="1"), "expires_on": 4_000_000_000}
    az.answer(json.dumps(answer), json.dumps(SHOWN))
    with pytest.raises(UnavailableError) as caught:
        AzureCli({"PATH": f"{tmp_path}:/usr/bin:/bin"}).token(token_request(FABRIKAM))
    assert caught.value.unavailable.code == "other_tenant"
