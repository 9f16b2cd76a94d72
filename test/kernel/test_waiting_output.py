"""The output in which a waiting cell says what it waits for."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_azure_auth.kernel.waiting_output import WaitingOutput


class Interrupted:
    """A publisher that a Ctrl-C interrupts when its first message has just been sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bool]] = []

    def display(self, bundle: Any, _id: str, _parent: object, *, update: bool) -> None:
        self.sent.append((bundle["data"]["text/plain"], update))
        if len(self.sent) == 1:
            raise KeyboardInterrupt


def test_an_interrupted_notice_is_cleared() -> None:
    publisher = Interrupted()
    output = WaitingOutput(publisher, {}, "request")
    with pytest.raises(KeyboardInterrupt):
        output.show("sign_in")
    output.show(None)
    [(shown, _), cleared] = publisher.sent
    assert "Click Sign in" in shown
    assert cleared == ("", True)
