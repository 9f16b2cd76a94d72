from __future__ import annotations

import pytest

from jupyter_azure_auth.server.authority import (
    is_device_page,
    sign_in_authority,
    speaks_for,
    tenant_authority,
)
from jupyter_azure_auth.server.config import AzureAuthConfig

PUBLIC = "https://login.microsoftonline.com"


@pytest.mark.parametrize(
    ("fields", "tenant_id", "expected"),
    [
        ({}, None, f"{PUBLIC}/organizations"),
        ({}, "contoso.com", f"{PUBLIC}/contoso.com"),
        ({"tenant_id": "common"}, None, f"{PUBLIC}/common"),
        ({"tenant_id": "common"}, "contoso.com", f"{PUBLIC}/contoso.com"),
        ({"tenant_id": "fabrikam.com"}, "contoso.com", f"{PUBLIC}/fabrikam.com"),
        ({"cloud": "AzureChinaCloud"}, None, "https://login.chinacloudapi.cn/organizations"),
        ({"cloud": "AzureUSGovernment"}, None, "https://login.microsoftonline.us/organizations"),
        ({"authority": "https://adfs.test:1/adfs/"}, "contoso.com", "https://adfs.test:1/adfs"),
    ],
    ids=str,
)
def test_where_to_sign_in(fields: dict[str, str], tenant_id: str | None, expected: str) -> None:
    assert sign_in_authority(AzureAuthConfig(**fields), tenant_id) == expected  # type: ignore[arg-type]


def test_where_tokens_of_another_tenant_come_from() -> None:
    assert tenant_authority(AzureAuthConfig(tenant_id="a.com"), "b.com") == f"{PUBLIC}/b.com"
    own = AzureAuthConfig(authority="https://login.test:1/a.com")
    assert tenant_authority(own, "b.com") == "https://login.test:1/b.com"


@pytest.mark.parametrize(
    ("issuer", "authority", "expected"),
    [
        (f"{PUBLIC}/some-id/v2.0", f"{PUBLIC}/organizations", True),
        ("https://login.microsoftonline.us/x/v2.0", f"{PUBLIC}/organizations", False),
        (f"{PUBLIC}.evil.test/x", f"{PUBLIC}/organizations", False),
        ("http://login.microsoftonline.com/x", f"{PUBLIC}/organizations", False),
        ("https://[", f"{PUBLIC}/organizations", False),
        ("", f"{PUBLIC}/organizations", False),
        (
            "https://login.partner.microsoftonline.cn/x/v2.0",
            "https://login.chinacloudapi.cn/organizations",
            True,
        ),
    ],
)
def test_which_issuer_belongs_to_which_authority(
    issuer: str, authority: str, *, expected: bool
) -> None:
    assert speaks_for(issuer, authority) is expected


CHINA = "https://login.chinacloudapi.cn/organizations"
GOVERNMENT = "https://login.microsoftonline.us/organizations"


@pytest.mark.parametrize(
    ("address", "authority", "expected"),
    [
        ("https://microsoft.com/devicelogin", f"{PUBLIC}/organizations", True),
        ("https://login.microsoft.com/device", f"{PUBLIC}/contoso.com", True),
        ("https://www.microsoft.com/link", f"{PUBLIC}/contoso.com", True),
        (f"{PUBLIC}/common/oauth2/deviceauth", f"{PUBLIC}/contoso.com", True),
        ("https://microsoft.com/deviceloginchina", CHINA, True),
        ("https://login.partner.microsoftonline.cn/device", CHINA, True),
        ("https://microsoft.com/deviceloginus", GOVERNMENT, True),
        ("https://login.microsoft.com/device", GOVERNMENT, False),
        (f"{PUBLIC}/device", CHINA, False),
        ("https://adfs.test:1/adfs/device", "https://adfs.test:1/adfs", True),
        ("https://adfs.test/adfs/device", "https://adfs.test:1/adfs", False),
        ("https://microsoft.com/devicelogin", "https://adfs.test:1/adfs", False),
        ("http://microsoft.com/devicelogin", f"{PUBLIC}/contoso.com", False),
        ("https://microsoft.com:8443/devicelogin", f"{PUBLIC}/contoso.com", False),
        ("https://user@microsoft.com/devicelogin", f"{PUBLIC}/contoso.com", False),
        ("https://[", f"{PUBLIC}/contoso.com", False),
        ("", f"{PUBLIC}/contoso.com", False),
    ],
)
def test_where_a_code_may_be_typed(address: str, authority: str, *, expected: bool) -> None:
    assert is_device_page(address, authority) is expected
