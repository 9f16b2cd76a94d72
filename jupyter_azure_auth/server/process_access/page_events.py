"""The event that tells open pages of a process that waits for a token.

It goes over Jupyter's own event socket, which JupyterLab holds open, and names a request and
nothing else.
"""

from __future__ import annotations

from typing import Any, Final

SCHEMA_ID: Final = "https://jupyter-azure-auth/process-request/v1"

_SCHEMA: Final = {
    "$id": SCHEMA_ID,
    "version": "1",
    "title": "A process waits for a token",
    "description": "Sent to open pages. Contains nothing but the id of the request.",
    "type": "object",
    "properties": {"request_id": {"type": "string"}},
    "required": ["request_id"],
}


class PageEvents:
    """Tells open pages of requests."""

    def __init__(self, event_logger: Any) -> None:
        """Register the event before a page opens its socket, or the page would not receive it.

        :param event_logger: of the server.
        """
        self._event_logger = event_logger
        if SCHEMA_ID not in event_logger.schemas:
            event_logger.register_event_schema(_SCHEMA)

    def tell(self, request_id: str) -> int:
        """Tell the open pages that a request began, or has changed.

        :returns: the number of open pages.
        """
        # The open event sockets; jupyter_events has no public accessor.
        pages = len(self._event_logger._modified_listeners.get(SCHEMA_ID, ()))  # noqa: SLF001
        if pages:
            self._event_logger.emit(schema_id=SCHEMA_ID, data={"request_id": request_id})
        return pages
