"""Requests to open pages for tokens of the sign-ins that they hold themselves (``popup``).

An event on Jupyter's own event socket, which JupyterLab holds open, names a request and nothing
else. One page claims it, and sends the token back.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.requests import TokenRequest

SCHEMA_ID: Final = "https://jupyter-azure-auth/process-request/v1"

CLAIM_TIMEOUT_S: Final = 3.0
"""Seconds after which no page answers. Pages with a sign-in claim at once, if they are awake."""

ANSWER_TIMEOUT_S: Final = 20.0
"""Seconds from the claim to the token, which the page may have to request from Azure."""

_SCHEMA: Final = {
    "$id": SCHEMA_ID,
    "version": "1",
    "title": "A process waits for a token",
    "description": "Sent to open pages. Contains nothing but the id of the request.",
    "type": "object",
    "properties": {"request_id": {"type": "string"}},
    "required": ["request_id"],
}


@dataclass(eq=False)
class _OpenRequest:
    request: TokenRequest
    pages: int
    """Pages that were told."""
    declined: int = 0
    is_claimed: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    issued: IssuedToken | None = None


class PageRequests:
    """The requests that wait for a page."""

    def __init__(self, event_logger: Any) -> None:
        """Register the event before a page opens its socket, or the page would not receive it.

        :param event_logger: of the server.
        """
        self._event_logger = event_logger
        self._open: dict[str, _OpenRequest] = {}
        if SCHEMA_ID not in event_logger.schemas:
            event_logger.register_event_schema(_SCHEMA)

    async def ask(self, request: TokenRequest) -> IssuedToken | None:
        """Return a token of a page's sign-in; None if no page has one."""
        # The open event sockets; jupyter_events has no public accessor.
        pages = len(self._event_logger._modified_listeners.get(SCHEMA_ID, ()))  # noqa: SLF001
        if not pages:
            return None
        request_id, waiting = secrets.token_hex(16), _OpenRequest(request, pages)
        self._open[request_id] = waiting
        try:
            self._event_logger.emit(schema_id=SCHEMA_ID, data={"request_id": request_id})
            await _wait(waiting.changed, CLAIM_TIMEOUT_S)
            if waiting.is_claimed:
                await _wait(waiting.answered, ANSWER_TIMEOUT_S)
        finally:
            del self._open[request_id]
        return waiting.issued

    def claim(self, request_id: str) -> TokenRequest | None:
        """Return the request, to the first page that asks for it."""
        waiting = self._open.get(request_id)
        if waiting is None or waiting.is_claimed:
            return None
        waiting.is_claimed = True
        waiting.changed.set()
        return waiting.request

    def decline(self, request_id: str) -> None:
        """Record that a page holds no sign-in. Nothing is waited for if no page holds one."""
        waiting = self._open.get(request_id)
        if waiting is not None:
            waiting.declined += 1
            if waiting.declined >= waiting.pages:
                waiting.changed.set()

    def answer(self, request_id: str, issued: IssuedToken | None) -> bool:
        """End a claimed request with a token, or without one.

        :returns: whether it was still waiting.
        """
        waiting = self._open.get(request_id)
        if waiting is None or not waiting.is_claimed or waiting.answered.is_set():
            return False
        waiting.issued = issued
        waiting.answered.set()
        return True


async def _wait(event: asyncio.Event, seconds: float) -> None:
    waiter = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({waiter}, timeout=seconds)
    finally:
        waiter.cancel()
