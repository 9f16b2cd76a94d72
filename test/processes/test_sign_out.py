"""Processes of every kind that hold a token for an hour, when their user signs out."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

import requests

from test.cli.lab import SCOPE, Lab
from test.processes.held import await_files, start_kernels, start_programs
from test.processes.served import READ, SERVED
from test.processes.terminal import ServerTerminal
from test.programs import LIMIT_S

APPS = ("Streamlit", "marimo")
CODES = {"kernel": "no_page"}


# Situation: scripts, workers, notebooks, jobs, apps and kernels without a page | the user signs out
# | each holds a token that is valid for an hour | each is refused, and no new token leaves the
# server | sign in: all of them have tokens again
def test_a_sign_out_reaches_every_process(
    lab: Lab, terminal: ServerTerminal, azure: dict[str, Any]
) -> None:
    start_programs(lab, terminal)
    kernels = start_kernels(lab)
    try:
        shown = f"hello {azure['users'][0]['username']}"
        assert {one.read_text() for one in await_files(lab, "held").values()} == {shown}
        assert all(shown in SERVED[app](lab) for app in APPS)
        lab.ask("sign-out")
        try:
            _assert_no_token_leaves(lab)
            for name, file in await_files(lab, "refused").items():
                assert f"[{CODES.get(name, 'not_signed_in')}]" in file.read_text()
            end = time.monotonic() + LIMIT_S
            for app in APPS:
                while "not_signed_in" not in (last := SERVED[app](lab)):
                    assert time.monotonic() < end, last
            assert "not_signed_in" in SERVED["Voilà"](lab)
        finally:
            lab.sign_in(azure["users"][0])
        for each in kernels.values():
            assert each.run(READ) == shown
    finally:
        for each in kernels.values():
            each.close()


def _assert_no_token_leaves(lab: Lab) -> None:
    """Check the first request after the answer to the sign-out."""
    headers = {"Authorization": f"token {lab.token}"}
    url = f"{lab.url}azure-auth/token"
    response = requests.post(url, json={"scopes": [SCOPE]}, headers=headers, timeout=LIMIT_S)
    assert response.status_code == HTTPStatus.UNAUTHORIZED, response.text
