"""The endpoint without a server: what happens to requests that are open when it is turned off."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest

from jupyter_azure_auth._models import Account
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.identity_endpoint import listener
from jupyter_azure_auth.server.identity_endpoint.contract import EndpointError, EndpointRequest
from jupyter_azure_auth.server.identity_endpoint.endpoint import IdentityEndpoint
from jupyter_azure_auth.server.identity_endpoint.switch import Switch
from jupyter_azure_auth.server.models import IssuedToken

TIME = 60
SCOPE = "https://storage.azure.com/.default"
QUERY = "api-version=2019-08-01&resource=https://storage.azure.com"


class Endpoint(IdentityEndpoint):
    """An endpoint whose look for obstacles, and whose tokens, a test holds back."""

    def __init__(self, folder: Path) -> None:
        config = SimpleNamespace(identity_endpoint="offer", cloud="AzureCloud")
        nothing: Any = None
        super().__init__(nothing, lambda: False, cast("Any", config), Switch(folder, ("s", "")))
        self.gate = asyncio.Event()
        self.gate.set()
        self.waits = asyncio.Event()

    async def _pass(self) -> None:
        self.waits.set()
        await asyncio.wait_for(self.gate.wait(), TIME)

    async def find_obstacle(self) -> None:
        await self._pass()

    async def _get_token(self, *_: object) -> dict[str, str]:
        await self._pass()
        return {"access_token": "t"}

    async def hold(self, coroutine: Any) -> asyncio.Task[Any]:
        """Start it, and return once it waits for :attr:`gate`."""
        self.gate.clear()
        self.waits.clear()
        task = asyncio.create_task(coroutine)
        await asyncio.wait_for(self.waits.wait(), TIME)
        return task


@pytest.fixture
def endpoint(tmp_path: Path) -> Endpoint:
    return Endpoint(tmp_path)


async def send(variables: Mapping[str, str], *lines: str, body: bytes = b"") -> bytes:
    """Send a request, and return all that is answered until the connection ends."""
    address = urlsplit(variables["IDENTITY_ENDPOINT"])
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write("".join(f"{line}\r\n" for line in lines).encode() + body)
        return await asyncio.wait_for(reader.read(), TIME)
    finally:
        writer.close()


def get(variables: Mapping[str, str]) -> tuple[str, ...]:
    address = urlsplit(variables["IDENTITY_ENDPOINT"])
    return (
        f"GET {address.path}?{QUERY} HTTP/1.1",
        f"Host: {address.netloc}",
        f"X-IDENTITY-HEADER: {variables['IDENTITY_HEADER']}",
    )


# Situation: identity endpoint | the user turns the switch off | while it is being turned on, a
# kernel starts, or Azure is asked for a token | no listener, no variables, no token | turn it on
async def test_turning_off_overrides_what_began_before(endpoint: Endpoint) -> None:
    turning_on = await endpoint.hold(endpoint.turn_on())
    await endpoint.turn_off()
    endpoint.gate.set()
    await turning_on
    assert await endpoint.variables("k") == {}
    await endpoint.turn_on()
    starting = await endpoint.hold(endpoint.variables("k"))
    await endpoint.turn_off()
    endpoint.gate.set()
    assert await starting == {}
    assert endpoint._listener is None
    await endpoint.turn_on()
    secret = (await endpoint.variables("k"))["IDENTITY_HEADER"]
    asking = await endpoint.hold(endpoint._issue(EndpointRequest(SCOPE, secret)))
    await endpoint.turn_off()
    endpoint.gate.set()
    with pytest.raises(EndpointError, match="no longer valid"):
        await asking


async def test_off_is_remembered_even_on_a_slow_disk(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, has_begun, is_off = endpoint._switch.turn, threading.Event(), threading.Event()

    def slowly(*, on: bool) -> None:
        if on:
            has_begun.set()
            is_off.wait(0.5)  # times out, because the writes are sequential
        turn(on=on)
        if not on:
            is_off.set()

    monkeypatch.setattr(endpoint._switch, "turn", slowly)
    turning_on = asyncio.create_task(endpoint.turn_on())
    assert await asyncio.to_thread(has_begun.wait, TIME)
    await endpoint.turn_off()
    await turning_on
    assert endpoint._switch.is_on() is False


async def test_a_kernel_starts_even_if_no_port_is_left(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OSError(24, "Too many open files")

    await endpoint.turn_on()
    with monkeypatch.context() as context:
        context.setattr(listener, "bind_sockets", fail)
        assert await endpoint.variables("k") == {}
    assert "no port" in caplog.text
    try:
        assert "IDENTITY_ENDPOINT" in await endpoint.variables("k"), "it is tried again"
    finally:
        endpoint.close()


async def test_a_revoked_kernel_gets_no_token_in_flight(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked, asked = set[str](), list[str]()

    async def check(_: str, process: str) -> None:
        asked.append(process)
        if process in revoked:
            raise AuthError("access_revoked")

    async def issue(*_: object) -> Any:
        revoked.add("k")
        return IssuedToken("t", "Bearer", 1, None, Account("o.t", "", "a", "t"))

    service = SimpleNamespace(
        permissions=SimpleNamespace(check=check), issue_to_kernel=issue, offer_sign_in=Mock()
    )
    monkeypatch.setattr(endpoint, "_token_service", service)
    with pytest.raises(EndpointError, match="revoked"):
        await IdentityEndpoint._get_token(endpoint, EndpointRequest(SCOPE, "s"), "k")
    assert asked == ["k", "k"]


async def test_no_connection_outlives_its_request(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    await endpoint.turn_on()
    try:
        variables = await endpoint.variables("k")
        status = (await send(variables, *get(variables), "", "")).split()[1]
        assert int(status) == HTTPStatus.OK
        # Refused before it is read.
        refused = await send(variables, *get(variables), "Content-Length: 2000", "")
        assert b"access_token" not in refused
        assert int(refused.split()[1]) == HTTPStatus.BAD_REQUEST
        await endpoint.turn_off()
        # For this request only: one that is complete may need longer on a busy machine.
        monkeypatch.setattr(listener, "HEADERS_TIMEOUT_S", 0.1)
        await endpoint.turn_on()
        variables = await endpoint.variables("k")
        assert await send(variables, "GET / HTTP/1.1") == b"", "the rest never comes"
    finally:
        endpoint.close()


async def test_an_unexpected_error_makes_no_sdk_retry(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(endpoint, "_find_process", {}.__getitem__)
    await endpoint.turn_on()
    try:
        variables = await endpoint.variables("k")
        status = (await send(variables, *get(variables), "", "")).split()[1]
        assert int(status) == HTTPStatus.BAD_REQUEST, "with 500, they try again for 5 s"
        assert "failed: KeyError" in caplog.text
        assert variables["IDENTITY_HEADER"] not in caplog.text
    finally:
        endpoint.close()
