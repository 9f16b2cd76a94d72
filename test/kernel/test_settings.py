from __future__ import annotations

from typing import Any

import pytest

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.settings import Settings

GUID = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"tenant_id": ""}, "tenant_id"),
        ({"tenant_id": "contoso"}, "tenant_id"),
        ({"tenant_id": "../x.com"}, "tenant_id"),
        ({"tenant_id": f"{GUID}/x"}, "tenant_id"),
        ({"tenant_id": "a." * 200 + "com"}, "tenant_id"),
        ({"tenant_id": 7}, "tenant_id"),
        ({"cloud": ""}, "cloud"),
        ({"cloud": 7}, "cloud"),
        ({"account": ""}, "account"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"timeout": "300"}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": float("inf")}, "timeout"),
        ({"require_user": 1}, "require_user"),
        ({"require_user": None}, "require_user"),
    ],
)
def test_refuses_settings_that_could_only_fail_later(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} must be"):
        Settings(**arguments)


@pytest.mark.parametrize("tenant_id", [None, GUID, GUID.upper(), "contoso.onmicrosoft.com"])
def test_takes_tenants(tenant_id: str | None) -> None:
    assert Settings(tenant_id).tenant_id == tenant_id


def ask(*scopes: Any, **options: Any) -> TokenRequest:
    given = {"claims": None, "tenant_id": None, "enable_cae": False, **options}
    return Settings(GUID, "AzureCloud", "ada").request(scopes, **given)


@pytest.mark.parametrize(
    ("scopes", "message"),
    [
        ((), "at least one scope"),
        (("",), "Each scope"),
        (("a b",), "Each scope"),
        ((7,), "Each scope"),
        (("x" * 513,), "Each scope"),
        (("https://a/b",) * 21, "20"),
        (("https://a/b", "https://c/d"), "one resource"),
        (("https://a.example", "https://b.example"), "one resource"),
    ],
)
def test_refuses_scopes(scopes: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask(*scopes)


@pytest.mark.parametrize("claims", ["x", "[]", '{"a": "' + "x" * 8192 + '"}', 7])
def test_refuses_claims(claims: Any) -> None:
    with pytest.raises(ValueError, match=r"^claims must be"):
        ask("https://a/b", claims=claims)


def test_refuses_the_tenant_of_a_call() -> None:
    with pytest.raises(ValueError, match=r"^tenant_id must be"):
        ask("https://a/b", tenant_id="contoso")


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers"])
def test_a_name_for_every_tenant_restricts_nothing(tenant: str) -> None:
    given = {"claims": None, "tenant_id": None, "enable_cae": False}
    assert Settings(tenant).request(("https://a/b",), **given).tenant_id is None  # type: ignore[arg-type]
    assert ask("https://a/b", tenant_id=tenant).tenant_id is None


def test_makes_requests() -> None:
    assert ask("https://a/b", "https://a/c") == TokenRequest(
        ("https://a/b", "https://a/c"), GUID, "AzureCloud", "ada"
    )
    assert ask("b", tenant_id="x.com", claims="{}", enable_cae=True) == TokenRequest(
        ("b",), "x.com", "AzureCloud", "ada", enable_cae=True, claims="{}"
    )
