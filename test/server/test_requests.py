from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth._validation import MAX_CLAIMS_LENGTH
from jupyter_azure_auth.server.requests import (
    DeviceCodeRequest,
    SignInRequest,
    read_device_code_request,
    read_sign_in_request,
    read_token_request,
)
from jupyter_azure_auth.server.routes.base import APIError

SCOPE = "https://storage.azure.com/.default"
CLAIMS = '{"access_token": {}}'


def test_reads_every_valid_request() -> None:
    assert read_sign_in_request({"port": 8888}) == SignInRequest(8888)
    assert read_sign_in_request(
        {
            "port": 1,
            "scopes": [SCOPE],
            "tenant_id": "contoso.com",
            "claims": CLAIMS,
            "login_hint": "ada@contoso.com",
            "authority": "https://evil.test",
            "redirect_uri": "https://evil.test",
            "client_id": "x",
        }
    ) == SignInRequest(1, (SCOPE,), "contoso.com", CLAIMS, "ada@contoso.com")
    assert read_device_code_request({"scopes": []}) == DeviceCodeRequest(())
    assert read_device_code_request(
        {"scopes": [SCOPE], "tenant_id": "contoso.com", "claims": CLAIMS, "login_hint": "ada"}
    ) == DeviceCodeRequest((SCOPE,), "contoso.com", CLAIMS)
    assert read_token_request({"scopes": [SCOPE], "tenant_id": None}) == TokenRequest((SCOPE,))
    token_request = {"cloud": "AzureCloud", "account": "ada", "force": True, "enable_cae": True}
    assert read_token_request(
        {"scopes": ["a/y", "a/x", "a/x"], "claims": CLAIMS, **token_request}
    ) == TokenRequest(
        ("a/x", "a/y"), None, "AzureCloud", "ada", CLAIMS, force=True, enable_cae=True
    )


@pytest.mark.parametrize("tenant", ["common", "organizations", "Consumers"])
def test_a_name_for_every_tenant_restricts_nothing(tenant: str) -> None:
    assert read_token_request({"scopes": [SCOPE], "tenant_id": tenant}) == TokenRequest((SCOPE,))
    assert read_sign_in_request({"port": 1, "tenant_id": tenant}) == SignInRequest(1)


SECRET = "c4n4ry-s3cret"
BAD: dict[str, list[Any]] = {
    "port": [None, 0, -1, 65536, True, "80", 80.0, [80]],
    "scopes": [
        "text",
        [7],
        [""],
        ["a b"],
        ["x\n"],
        ["https://a/x", "https://b/x"],
        ["https://a.example", "https://b.example"],
        ["openid"],
        ["a/x"] * 21,
        ["ü/x"],
        [f"{SECRET} /x"],
    ],
    "tenant_id": ["contoso", "a.com/../b", "a.com?x", 7, "", f"https://{SECRET}"],
    "claims": [
        "",
        "[]",
        "text",
        7,
        '"\ud800"',
        "[" * 5000,
        json.dumps({"x": "y" * MAX_CLAIMS_LENGTH}),
    ],
    "login_hint": ["", 7, "a\nb", "\ud800", "x" * 321],
}


@pytest.mark.parametrize(("name", "value"), [(name, bad) for name in BAD for bad in BAD[name]])
def test_refuses_invalid_values_and_names_only_the_field(name: str, value: Any) -> None:
    with pytest.raises(APIError) as caught:
        read_sign_in_request({"port": 80, name: value})
    assert caught.value.status_code == 400
    assert caught.value.log_message == f'"{name}" is missing or malformed.'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scopes", []),
        ("scopes", None),
        ("force", 1),
        ("enable_cae", "yes"),
        ("cloud", ""),
        ("account", 7),
    ],
)
def test_refuses_the_other_malformed_fields_of_a_token(name: str, value: Any) -> None:
    with pytest.raises(APIError):
        read_token_request({"scopes": [SCOPE], name: value})


def test_prints_no_names_and_no_claims() -> None:
    token_request = TokenRequest((SCOPE,), account=SECRET, claims=SECRET)
    assert SECRET not in repr(token_request)
    assert SECRET not in repr(SignInRequest(1, claims=SECRET, login_hint=SECRET))
