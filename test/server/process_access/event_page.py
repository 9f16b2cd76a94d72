"""A page with its event socket, which answers processes as the front end does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.websocket import WebSocketClientConnection

from jupyter_azure_auth.server.process_access.page_events import PROCESS_REQUEST
from test.programs import LIMIT_S
from test.server.browser import Browser

ACCOUNT = {"id": "o.t", "name": "Ada", "username": "ada@contoso.com", "tenant_id": "t"}
TOKEN = {"token": "of-the-page", "expires_in": 3600, "account": ACCOUNT}

WsFetch = Callable[..., Awaitable[WebSocketClientConnection]]

OpenPage = Callable[[], Awaitable["EventPage"]]


class EventPage:
    """A page with its event socket."""

    def __init__(self, browser: Browser, socket: WebSocketClientConnection) -> None:
        self.browser = browser
        self.socket = socket

    async def told(self, schema_id: str = PROCESS_REQUEST) -> str:
        """Return the id of the next request that the server tells of."""
        while True:
            message = await asyncio.wait_for(self.socket.read_message(), LIMIT_S)
            assert message is not None
            event = json.loads(message)
            if event["schema_id"] == schema_id:
                assert not {"scopes", "token", "key"} & set(event)
                return str(event["request_id"])

    async def ask(self, route: str, **fields: Any) -> tuple[int, Any]:
        return await self.browser.ask(f"process-requests/{route}", **fields)
