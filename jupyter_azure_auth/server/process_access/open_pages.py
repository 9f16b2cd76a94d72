"""What the server asks open pages to do for processes without a page."""

from __future__ import annotations

from typing import Any

from jupyter_azure_auth.server.process_access.page_events import PROCESS_REQUEST, PageEvents
from jupyter_azure_auth.server.process_access.page_requests import PageRequests
from jupyter_azure_auth.server.process_access.sign_in_prompts import SignInPrompts


class OpenPages:
    """Requests for tokens of sign-ins that pages hold, and for sign-ins."""

    def __init__(self, event_logger: Any) -> None:
        """Create it before a page opens its event socket.

        :param event_logger: of the server.
        """
        events = PageEvents(event_logger, PROCESS_REQUEST)
        self.requests = PageRequests(events.tell)
        self.prompts = SignInPrompts(events.tell)
