"""``c.AzureAuth.allowed_resources`` limits every way of asking alike."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from traitlets.config import Config

from jupyter_azure_auth.server.config import AzureAuthConfig
from jupyter_azure_auth.server.identity_endpoint.contract import EndpointError, EndpointRequest
from jupyter_azure_auth.server.identity_endpoint.endpoint import IdentityEndpoint
from jupyter_azure_auth.server.identity_endpoint.switch import Switch
from jupyter_azure_auth.server.traits import load_config
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.process_access.conftest import KERNEL, Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES = json.loads((Path(__file__).parents[1] / "cases/allowed-resources.json").read_text())
STORAGE_ONLY = {"allowed_resources": [SCOPE.removesuffix("/.default")]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['scope']} {case['allowed']}")
def test_which_resources_it_allows(case: Mapping[str, Any]) -> None:
    config = AzureAuthConfig(allowed_resources=case["allowed"])
    assert config.allows([case["scope"]]) is case["gives"]


# Situation: administrator's settings | another setting is invalid | any token | none is issued, so
# that a mistake does not lift the limit | correct the setting
@pytest.mark.parametrize(
    ("azure_auth", "limit"),
    [
        ({"tenant_id": "bad tenant"}, None),
        ({"tenant_id": "bad tenant", "allowed_resources": ["https://storage.azure.com"]}, []),
        ({"allowed_resources": ["a b"]}, []),
        ({"allowed_resources": 1}, []),
        # They would stand for Microsoft Graph.
        ({"allowed_resources": ["storage"]}, []),
        ({"allowed_resources": ["https://storage.azure.com", "User.Read"]}, []),
    ],
)
def test_an_invalid_setting_does_not_lift_the_limit(
    azure_auth: dict[str, object], limit: list[str] | None
) -> None:
    config = load_config(Config({"AzureAuth": azure_auth}))
    assert config.problem is not None
    assert config.allowed_resources == limit


@pytest.mark.parametrize("azure_auth", [STORAGE_ONLY])
async def test_no_route_issues_a_token_for_another_resource(
    browser: Browser, jp_http_port: int, tmp_path: Path
) -> None:
    caller = Caller(browser, jp_http_port)
    await browser.sign_in(scopes=[SCOPE])

    async def by_endpoint(scope: str) -> str:
        endpoint = IdentityEndpoint(
            caller.token_service,
            lambda: False,
            AzureAuthConfig(identity_endpoint="always"),
            Switch(tmp_path, ("", "")),
        )
        try:
            environ = await endpoint.variables("k-1")
            request = EndpointRequest(scope, environ["IDENTITY_HEADER"])
            answer = await asyncio.wait_for(endpoint._issue(request), 60)
            return answer["access_token"]
        except EndpointError as error:
            return str(error)
        finally:
            endpoint.close()

    given = [
        (await browser.token())[0],
        (await caller.ask())[0],
        (await caller.ask(kernel=None))[0],
    ]
    assert given == [200, 200, 200]
    assert "allowed" not in await by_endpoint(SCOPE)
    refused = [
        (await browser.token(OTHER_SCOPE)),
        (await caller.ask(scopes=[OTHER_SCOPE], kernel=KERNEL)),
        (await caller.ask(scopes=[OTHER_SCOPE], kernel=None)),
    ]
    assert [(code, body["code"]) for code, body in refused] == [(403, "resource_not_allowed")] * 3
    assert "allowed_resources" in await by_endpoint(OTHER_SCOPE)
    # Azure was asked for nothing but the sign-in.
    assert len(browser.authority.redeemed) == 1
