"""The account that a machine's token is attributed to."""

from __future__ import annotations

import pytest
from azure.core.credentials import AccessTokenInfo

from jupyter_azure_auth.ambient.account import account_of
from jupyter_azure_auth.ambient.hosts import Host
from jupyter_azure_auth.ambient.identity_client import HostToken
from test.ambient.test_token_claims import token


@pytest.mark.parametrize(
    ("claims", "client_id", "key"),
    [
        ({"oid": "o", "upn": "ada@contoso.com", "appid": "a"}, None, "o"),
        ({"upn": "ada@contoso.com", "appid": "a"}, "c", "ada@contoso.com"),
        ({"oid": "o", "appid": "a"}, None, "a"),
        ({"oid": "o"}, None, "o"),
        ({}, "c", "c"),
        ([], None, "unknown"),
    ],
)
def test_a_users_account_id_differs_from_a_machines_and_is_never_empty(
    claims: object, client_id: str | None, key: str
) -> None:
    asked = HostToken(AccessTokenInfo(token(claims), 1), None)
    account = account_of("managed-identity", Host("plain", "msi"), asked, client_id)
    assert account.id == f"managed-identity:{key}"
