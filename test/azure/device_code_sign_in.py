"""Sign Alice in with a code by MSAL for Python; the browser, on whatever device, is `requests`.

What leads both to the local authority are `HTTPS_PROXY` and `REQUESTS_CA_BUNDLE` alone.
"""

from __future__ import annotations

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


def go_through(address: str, *forms: dict[str, str]) -> str:
    """Fill in one page after the other; return the text of the last."""
    with requests.Session() as browser:
        page = browser.get(address, timeout=TIME)
        for form in forms:
            action = re.findall(r'<form method="post" action="([^"]+)"', page.text)[0]
            page = browser.post(urljoin(page.url, action), form, timeout=TIME)
    return page.text


def main(username: str, password: str) -> None:
    authority = "https://login.microsoftonline.com/organizations"
    app = msal.PublicClientApplication(AZURE_CLI, authority=authority)
    flow = app.initiate_device_flow(STORAGE)
    last = go_through(
        flow["verification_uri"],
        {"otc": flow["user_code"].lower()},
        {"action": "sign-in", "loginfmt": username, "passwd": password},
        {"action": "accept"},
    )
    tokens = app.acquire_token_by_device_flow(flow)
    (account,) = app.get_accounts()
    second = app.acquire_token_silent(ARM, account) or {}
    outcomes = {
        "page": flow["verification_uri"],
        "last": re.findall(r"<h1>(.*?)</h1>", last),
        "error": tokens.get("error_description") or second.get("error_description"),
        "username": account["username"],
        "issuer": tokens["id_token_claims"]["iss"],
        "tokens": [tokens["access_token"], second["access_token"]],
    }
    sys.stdout.write(json.dumps(outcomes))


if __name__ == "__main__":
    main(*sys.argv[1:])
