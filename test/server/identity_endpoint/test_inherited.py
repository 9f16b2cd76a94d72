"""A server that was started from a terminal of another server, perhaps by another user."""

from __future__ import annotations

import os

import pytest

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE
from jupyter_azure_auth.endpoint_variables import AZ_VARIABLE, PARENT_SERVER_PATH
from test.server.browser import Browser

OUTER = {
    CONNECTION_VARIABLE: "/outer/azure-auth-1.json",
    "IDENTITY_ENDPOINT": f"http://127.0.0.1:9{PARENT_SERVER_PATH}",
    "IDENTITY_HEADER": "secret-of-the-outer-server",
    "AZURE_MSI_ENDPOINT": f"http://127.0.0.1:9{PARENT_SERVER_PATH}",
}

OUTER_AZ = "/outer/azure-auth-1-az"


@pytest.fixture
def azure_auth(monkeypatch: pytest.MonkeyPatch, *, shared: bool) -> dict[str, object]:
    """Set the outer server's variables before this one starts."""
    for name, value in OUTER.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(AZ_VARIABLE, OUTER_AZ)
    monkeypatch.setenv("PATH", os.pathsep.join((os.environ["PATH"], OUTER_AZ)))
    return {"shared": shared}


# Situation: server with several users | it was started from a terminal of another server of its
# owner | its kernels start | without the owner's variables | nothing to do
@pytest.mark.parametrize("shared", [True, False])
async def test_its_processes_do_not_act_as_the_outer_servers_user(
    browser: Browser, *, shared: bool
) -> None:
    assert not {*OUTER, AZ_VARIABLE} & os.environ.keys()
    assert OUTER_AZ not in os.environ["PATH"].split(os.pathsep), "nor its `az`"
    _, body = await browser.ask("identity-endpoint", enabled=True)
    assert body["obstacle"] == ("shared_server" if shared else None), "no identity of the host"
