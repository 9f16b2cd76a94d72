from __future__ import annotations

import base64
import json

import pytest

from jupyter_azure_auth.ambient.token_claims import TokenClaims, read_claims

VM = "/subscriptions/s/resourcegroups/g/providers/Microsoft.Compute/virtualMachines/vm-1"


def token(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (
            {"oid": "o", "tid": "t", "appid": "a", "xms_mirid": VM},
            TokenClaims("o", "t", "a", None, "vm-1"),
        ),
        ({"azp": "a", "app_displayname": "shop"}, TokenClaims(client_id="a", name="shop")),
        ({"oid": "o", "upn": "ada@contoso.com"}, TokenClaims("o", user="ada@contoso.com")),
        ({"preferred_username": "ada@contoso.com"}, TokenClaims(user="ada@contoso.com")),
        ({"oid": 7, "upn": "a\nb", "tid": "t" * 321, "appid": ""}, TokenClaims()),
        ([], TokenClaims()),
    ],
)
def test_reads_claims(claims: object, expected: TokenClaims) -> None:
    assert read_claims(token(claims)) == expected


@pytest.mark.parametrize("text", ["", "opaque", "a.b", "a.%%%.c", "a.e30", token("[" * 10_000)])
def test_an_unreadable_token_has_no_claims(text: str) -> None:
    assert read_claims(text) == TokenClaims()
