"""Sign Alice in with MSAL for Python, at the only address it knows; the browser is `requests`.

What leads it to the local authority are `HTTPS_PROXY` and `REQUESTS_CA_BUNDLE` alone.
"""

from __future__ import annotations

import html
import json
import re
import sys
from typing import Final
from urllib.parse import urljoin

import msal
import requests

AZURE_CLI: Final = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
STORAGE: Final = ["https://storage.azure.com/.default"]
ARM: Final = ["https://management.azure.com/.default"]
TIME: Final = 30


def fill_in(address: str, form: dict[str, str]) -> dict[str, str]:
    """Do what a browser does on the pages of the authority; return what its last one sends."""
    with requests.Session() as browser:
        page = browser.get(address, timeout=TIME)
        action = re.findall(r'<form method="post" action="([^"]+)"', page.text)[0]
        answer = browser.post(urljoin(page.url, action), form, timeout=TIME)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    return {name: html.unescape(value) for name, value in hidden}


def main(username: str, password: str) -> None:
    authority = "https://login.microsoftonline.com/organizations"
    app = msal.PublicClientApplication(AZURE_CLI, authority=authority)
    flow = app.initiate_auth_code_flow(
        STORAGE, redirect_uri="http://localhost:8888", response_mode="form_post"
    )
    typed = {"action": "sign-in", "loginfmt": username, "passwd": password}
    answer = fill_in(flow["auth_uri"], typed)
    tokens = app.acquire_token_by_auth_code_flow(flow, answer)
    (account,) = app.get_accounts()
    second = app.acquire_token_silent(ARM, account) or {}
    outcomes = {
        "address": flow["auth_uri"].split("?")[0],
        "error": tokens.get("error_description") or second.get("error_description"),
        "username": account["username"],
        "issuer": tokens["id_token_claims"]["iss"],
        "tokens": [tokens["access_token"], second["access_token"]],
    }
    sys.stdout.write(json.dumps(outcomes))


if __name__ == "__main__":
    main(*sys.argv[1:])
