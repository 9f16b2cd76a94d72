"""What pages are told of a request, and what happens if they cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_azure_auth.server.process_access.page_events import PROCESS_REQUEST, PageEvents
from jupyter_azure_auth.server.tabs.relay import TabRelay


class Logger:
    """Jupyter's, with two open pages and a modifier of another extension that raises."""

    def __init__(self) -> None:
        self.schemas: list[str] = []
        self._modified_listeners = {PROCESS_REQUEST: {1, 2}}

    def register_event_schema(self, schema: dict[str, Any]) -> None:
        self.schemas.append(schema["$id"])

    def emit(self, **_: object) -> None:
        raise RuntimeError("a secret of that extension")


async def test_a_failing_extension_does_not_prevent_an_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    events = PageEvents(Logger(), PROCESS_REQUEST)
    assert events.tell("r") == 0, "no page was told"
    assert "Pages could not be told of a request: RuntimeError" in caplog.text
    relay = TabRelay(events.tell)
    answer = relay.result("ada", relay.ask("ada", None), is_last=False)
    assert answer is not None
    assert answer.is_over
