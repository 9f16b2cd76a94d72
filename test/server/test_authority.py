from __future__ import annotations

import pytest

from jupyter_azure_auth.server.authority import sign_in_authority, speaks_for, tenant_authority
from jupyter_azure_auth.server.environment import Environment

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
    assert sign_in_authority(Environment(**fields), tenant_id) == expected  # type: ignore[arg-type]


def test_where_tokens_of_another_tenant_come_from() -> None:
    assert tenant_authority(Environment(tenant_id="a.com"), "b.com") == f"{PUBLIC}/b.com"
    own = Environment(authority="https://login.test:1/a.com")
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
def test_who_speaks_for_whom(issuer: str, authority: str, *, expected: bool) -> None:
    assert speaks_for(issuer, authority) is expected
