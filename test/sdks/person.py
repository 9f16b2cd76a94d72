"""A user who signs in with MSAL at the local authority, at the address of the real one."""

from __future__ import annotations

import html
import re
from typing import Any, Final
from urllib.parse import urljoin

import msal
import requests

AZURE_CLI: Final = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
ORGANIZATIONS: Final = "https://login.microsoftonline.com/organizations"
TIME: Final = 30


def fill_in(address: str, user: dict[str, str]) -> dict[str, str]:
    """Follow the pages of the authority as a browser does; return the fields of the last page."""
    typed = {"action": "sign-in", "loginfmt": user["username"], "passwd": user["password"]}
    with requests.Session() as browser:
        page = browser.get(address, timeout=TIME)
        action = re.findall(r'<form method="post" action="([^"]+)"', page.text)[0]
        answer = browser.post(urljoin(page.url, action), typed, timeout=TIME)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    return {name: html.unescape(value) for name, value in hidden}


class Person:
    """A signed-in user with a token for every request, as in JupyterLab's session."""

    def __init__(self, user: dict[str, str]) -> None:
        self.user = user
        self._app = msal.PublicClientApplication(AZURE_CLI, authority=ORGANIZATIONS)
        flow = self._app.initiate_auth_code_flow(
            ["https://management.azure.com/.default"],
            redirect_uri="http://localhost:8888",
            response_mode="form_post",
        )
        answer = fill_in(flow["auth_uri"], user)
        assert "access_token" in self._app.acquire_token_by_auth_code_flow(flow, answer)

    def token(self, scopes: list[str], claims: str | None) -> str:
        (account,) = self._app.get_accounts()
        # The authority has two names for a resource's scope, and MSAL distinguishes them.
        answer: dict[str, Any] = self._app.acquire_token_silent_with_error(
            scopes, account, claims_challenge=claims, force_refresh=claims is not None
        )
        return str(answer["access_token"])

    @property
    def account(self) -> dict[str, str]:
        (account,) = self._app.get_accounts()
        tenant_id = self.user["tenantId"]
        return {
            "id": account["home_account_id"],
            "username": account["username"],
            "tenant_id": tenant_id,
        }
