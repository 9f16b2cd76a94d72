"""The tenant id of a domain, and how long it is cached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from jupyter_azure_auth._tenants import TenantIds
from jupyter_azure_auth._validation import is_unrestricted

ID = "fab00000-1111-4222-8333-000000000002"
PUBLIC = "login.microsoftonline.com"


class Authority:
    """Documents by address, the requested addresses, and the time."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self.documents = documents
        self.asked: list[str] = []
        self.now = 0.0
        self.ids = TenantIds(self._get, lambda: self.now)

    def _get(self, address: str) -> Mapping[str, Any] | None:
        self.asked.append(address)
        return self.documents.get(address)


def document_of(host: str, domain: str, **document: str) -> Authority:
    return Authority(
        {f"https://{host}/{domain}/v2.0/.well-known/openid-configuration": document},
    )


@pytest.mark.parametrize(
    ("host", "document"),
    [
        (PUBLIC, {"issuer": f"https://{PUBLIC}/{ID}/v2.0"}),
        ("login.microsoftonline.us", {"issuer": f"https://login.microsoftonline.us/{ID}/v2.0"}),
        (
            "login.chinacloudapi.cn",
            {"issuer": f"https://login.partner.microsoftonline.cn/{ID.upper()}/v2.0"},
        ),
        ("localhost:8443", {"token_endpoint": f"https://localhost:8443/{ID}/oauth2/v2.0/token"}),
    ],
)
def test_the_login_host_determines_the_cloud(host: str, document: dict[str, str]) -> None:
    authority = document_of(host, "fabrikam.com", **document)
    assert authority.ids.resolve("Fabrikam.com", host) == ID


def test_a_guid_needs_no_request() -> None:
    authority = Authority({})
    assert authority.ids.resolve(ID.upper(), PUBLIC) == ID
    assert authority.asked == []


def test_an_id_is_cached_for_hours_and_for_one_host_only() -> None:
    authority = document_of(PUBLIC, "fabrikam.com", issuer=f"https://{PUBLIC}/{ID}/v2.0")
    for authority.now in (0, 1, 5 * 3600):
        assert authority.ids.resolve("fabrikam.com", PUBLIC) == ID
    assert len(authority.asked) == 1
    assert authority.ids.resolve("fabrikam.com", "login.microsoftonline.us") is None
    authority.now = 25 * 3600
    assert authority.ids.resolve("fabrikam.com", PUBLIC) == ID
    assert len(authority.asked) == 3


def test_a_negative_result_is_cached_for_seconds() -> None:
    authority = Authority({})
    for authority.now in (0, 5, 9):
        assert authority.ids.resolve("no-such-tenant.example", PUBLIC) is None
    assert len(authority.asked) == 1
    authority.now = 11
    assert authority.ids.resolve("no-such-tenant.example", PUBLIC) is None
    assert len(authority.asked) == 2


def test_nothing_is_cached_for_an_unreachable_authority() -> None:
    answers: list[Mapping[str, str] | None] = [None, {"issuer": f"https://{PUBLIC}/{ID}/v2.0"}]

    def get(_: str) -> Mapping[str, str]:
        answer = answers.pop(0)
        if answer is None:
            raise ConnectionError
        return answer

    ids = TenantIds(get)
    with pytest.raises(ConnectionError):
        ids.resolve("fabrikam.com", PUBLIC)
    assert ids.resolve("fabrikam.com", PUBLIC) == ID


def test_callers_cannot_fill_the_memory_or_choose_the_address() -> None:
    authority = Authority({})
    for number in range(300):
        authority.ids.resolve(f"d{number}.example", PUBLIC)
    assert len(authority.ids._cache) <= 200
    before = len(authority.asked)
    for odd in ("../x", "a.example/../b", "evil.example?x=", "a b.example", "common", ""):
        assert authority.ids.resolve(odd, PUBLIC) is None
    assert len(authority.asked) == before


@pytest.mark.parametrize("document", [{}, {"issuer": 7}, {"issuer": "https://x/{tenantid}/v2.0"}])
def test_a_document_without_an_id_names_no_tenant(document: dict[str, Any]) -> None:
    authority = document_of(PUBLIC, "fabrikam.com", **document)
    assert authority.ids.resolve("fabrikam.com", PUBLIC) is None


@pytest.mark.parametrize("tenant", [None, "common", "organizations", "Consumers"])
def test_what_admits_every_tenant(tenant: str | None) -> None:
    assert is_unrestricted(tenant)
