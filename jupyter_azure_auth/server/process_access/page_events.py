"""The events that tell open pages about a request: of a process, or of another tab.

They go over Jupyter's own event socket, which JupyterLab holds open, and name a request and nothing
else.
"""

from __future__ import annotations

import logging
from typing import Any, Final

log = logging.getLogger(__name__)

PROCESS_REQUEST: Final = "https://jupyter-azure-auth/process-request/v1"

TAB_REQUEST: Final = "https://jupyter-azure-auth/tab-request/v1"

_TITLES: Final = {
    PROCESS_REQUEST: "A process waits for a token",
    TAB_REQUEST: "A tab asks for the sign-in of another tab",
}


class PageEvents:
    """Tells open pages about one kind of request."""

    def __init__(self, event_logger: Any, schema_id: str) -> None:
        """Register the event before a page opens its socket, or the page would not receive it.

        :param event_logger: of the server.
        :param schema_id: :data:`PROCESS_REQUEST` or :data:`TAB_REQUEST`.
        """
        self._event_logger = event_logger
        self._schema_id = schema_id
        if schema_id not in event_logger.schemas:
            event_logger.register_event_schema(_schema(schema_id))

    def tell(self, request_id: str) -> int:
        """Tell the open pages that a request began, or has changed.

        :returns: the number of open pages; 0 if they could not be told.
        """
        # The open event sockets; jupyter_events has no public accessor.
        pages = len(self._event_logger._modified_listeners.get(self._schema_id, ()))  # noqa: SLF001
        if not pages:
            return 0
        try:
            self._event_logger.emit(schema_id=self._schema_id, data={"request_id": request_id})
        except Exception as problem:  # noqa: BLE001 (another extension's must cost no answer)
            log.warning("Pages could not be told of a request: %s", type(problem).__name__)
            return 0
        return pages


def _schema(schema_id: str) -> dict[str, Any]:
    return {
        "$id": schema_id,
        "version": "1",
        "title": _TITLES[schema_id],
        "description": "Sent to open pages. Contains nothing but the id of the request.",
        "type": "object",
        "properties": {"request_id": {"type": "string"}},
        "required": ["request_id"],
    }
