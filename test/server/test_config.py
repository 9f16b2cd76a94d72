from __future__ import annotations

from typing import Any

import pytest

from jupyter_azure_auth.server.config import AzureAuthConfig, InvalidTraitError, check_config

GUID = "11111111-2222-4333-8444-555555555555"
METADATA = {
    "issuer": "https://login.contoso.com/",
    "authorization_endpoint": "https://login.contoso.com/authorize",
    "token_endpoint": "https://login.contoso.com/token",
}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"client_id": GUID},
        {"client_id": GUID.upper()},
        {"tenant_id": GUID},
        {"tenant_id": "contoso.onmicrosoft.com"},
        {"tenant_id": "organizations"},
        {"tenant_id": "common"},
        {"tenant_id": "consumers"},
        {"cloud": "AzureChinaCloud"},
        {"cloud": "AzureUSGovernment"},
        {"cloud": "Stack", "authority": "https://login.contoso.com/adfs"},
        {"redirect_uri": "https://hub.contoso.com/redirect.html"},
        {"redirect_uri": "http://localhost/redirect.html"},
        {"redirect_uri": "http://127.0.0.1:8888/redirect.html"},
        {"authority": "https://login.contoso.com/x", "authority_metadata": METADATA},
        {
            "authority": "https://localhost:1/x",
            "authority_metadata": {**METADATA, "token_endpoint": "http://localhost:1/token"},
        },
    ],
    ids=str,
)
def test_accepts_valid_settings(fields: dict[str, Any]) -> None:
    config = AzureAuthConfig(**fields)
    assert check_config(config) is config


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("client_id", "my-app"),
        ("client_id", f"{GUID}\n"),
        ("client_id", f"{{{GUID}}}"),
        ("tenant_id", "contoso"),
        ("tenant_id", "contoso.com/../common"),
        ("tenant_id", "-contoso.com"),
        ("tenant_id", f"{'a' * 64}.com"),
        ("cloud", "Azure Stack"),
        ("cloud", "azurecloud"),
        ("redirect_uri", "/redirect.html"),
        ("redirect_uri", "http://hub.contoso.com/redirect.html"),
        ("redirect_uri", "http://localhost.contoso.com/"),
        ("redirect_uri", "https://hub.contoso.com/#here"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "https://[::1/"),
        ("authority", "http://localhost:1/x"),
        ("authority", "http://login.contoso.com/x"),
        ("authority", "login.contoso.com"),
        ("authority", "https://user:secret@login.contoso.com/x"),
        ("authority", "https://login.contoso.com:port/x"),
        ("authority", "https:///x"),
    ],
)
def test_names_the_trait_and_never_its_value(trait: str, value: str) -> None:
    fields: dict[str, Any] = {trait: value}
    with pytest.raises(InvalidTraitError) as caught:
        check_config(AzureAuthConfig(**fields))
    assert str(caught.value).startswith(f"c.AzureAuth.{trait} must be ")
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": 7},
        {"token_endpoint": "http://login.contoso.com/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_refuses_metadata_that_sends_codes_elsewhere(changed: dict[str, Any]) -> None:
    metadata = {**METADATA, **changed}
    with pytest.raises(InvalidTraitError, match=r"c\.AzureAuth\.authority_metadata"):
        check_config(
            AzureAuthConfig(authority="https://login.contoso.com/x", authority_metadata=metadata)
        )


def test_refuses_metadata_of_no_authority() -> None:
    with pytest.raises(InvalidTraitError, match=r"needs c\.AzureAuth\.authority"):
        check_config(AzureAuthConfig(authority_metadata=METADATA))
