from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from test.server.conftest import CLIENT
from test.server.users import NamedUsers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tornado.httpclient import HTTPResponse

    Fetch = Callable[..., Awaitable[HTTPResponse]]

MACHINE = ["managed-identity", "connect-to-azure", "azure-cli"]
NOTHING = {
    "version": 1,
    "client_id": None,
    "tenant_id": None,
    "cloud": "AzureCloud",
    "redirect_uri": None,
    "authority": None,
    "authority_metadata": None,
    "allowed_resources": None,
    "prefer_machine": False,
    "shared": False,
    "sources": [*MACHINE, "popup", "loopback", "device-code"],
    "public_client": "azure-cli",
    "problem": None,
}


async def config(jp_fetch: Fetch) -> Any:
    headers = {"Content-Type": "application/json"}
    answer = await jp_fetch("azure-auth", "config", method="POST", headers=headers, body="{}")
    return json.loads(answer.body)


async def test_reports_the_configuration(jp_fetch: Fetch) -> None:
    expected = {**NOTHING, "client_id": CLIENT, "tenant_id": "contoso.com"}
    assert await config(jp_fetch) == expected


@pytest.mark.parametrize("azure_auth", [{}])
async def test_reports_that_nothing_is_configured(jp_fetch: Fetch) -> None:
    assert await config(jp_fetch) == NOTHING


@pytest.mark.parametrize(
    ("azure_auth", "sources"),
    [({"sources": ["loopback"]}, ["loopback"]), ({"sources": []}, []), ({"sources": None}, None)],
)
async def test_reports_which_sources_are_allowed(
    jp_fetch: Fetch, sources: list[str] | None
) -> None:
    body = await config(jp_fetch)
    assert body == {**NOTHING, "sources": NOTHING["sources"] if sources is None else sources}


@pytest.mark.parametrize(
    "server_settings", [{"identity_provider_class": NamedUsers}], ids=["people"]
)
@pytest.mark.parametrize(
    ("azure_auth", "sources"),
    [
        ({}, ["popup", "loopback", "device-code"]),
        ({"sources": ["popup", "azure-cli"]}, ["azure-cli", "popup"]),
    ],
)
async def test_several_users_get_the_machine_only_if_it_is_listed(
    jp_fetch: Fetch, sources: list[str]
) -> None:
    assert (await config(jp_fetch))["sources"] == sources


@pytest.mark.parametrize("azure_auth", [{"public_client_id": CLIENT}])
async def test_reports_which_apps_name_is_shown(jp_fetch: Fetch) -> None:
    assert await config(jp_fetch) == {**NOTHING, "public_client": "own"}


@pytest.mark.parametrize("azure_auth", [{"client_id": "pasted-secret", "tenant_id": "common"}])
async def test_an_invalid_setting_is_reported_and_stops_nothing(jp_fetch: Fetch) -> None:
    body = await config(jp_fetch)
    assert body["problem"].startswith("c.AzureAuth.client_id must be ")
    assert body == {**NOTHING, "sources": [], "problem": body["problem"]}
    assert (await jp_fetch("api", "status")).code == 200


@pytest.mark.parametrize("azure_auth", [{"client_id": "pasted-secret"}])
def test_a_mistake_is_logged_once(
    capfd: pytest.CaptureFixture[str], jp_configurable_serverapp: Callable[..., Any]
) -> None:
    jp_configurable_serverapp()
    lines = capfd.readouterr().err.splitlines()
    ours = [line for line in lines if "c.AzureAuth.client_id" in line]
    assert len(ours) == 1
    assert "pasted-secret" not in ours[0]
