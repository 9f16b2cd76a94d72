"""The handler of the control channel, alone and with another package's handler."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jupyter_azure_auth.kernel.control import handle_comms


class Ours:
    """A channel that accepts messages on a single comm."""

    def __init__(self) -> None:
        self.taken: list[object] = []

    def receive(self, comm_id: object, data: object) -> bool:
        if comm_id == "ours":
            self.taken.append(data)
        return comm_id == "ours"


def message(comm_id: str) -> dict[str, Any]:
    return {"content": {"comm_id": comm_id, "data": {"for": comm_id}}}


@pytest.mark.parametrize("with_theirs", [True, False])
def test_each_message_reaches_its_handler(*, with_theirs: bool) -> None:
    heard: list[tuple[Any, ...]] = []

    def theirs(*received: Any) -> str:
        heard.append(received)
        return "theirs"

    handlers: dict[str, Any] = {"comm_msg": theirs} if with_theirs else {}
    kernel, ours = SimpleNamespace(control_handlers=handlers, shell=None), Ours()
    handle_comms(kernel, cast("Any", ours))

    async def control(comm_id: str) -> object:
        return handlers["comm_msg"]("stream", "ident", message(comm_id))

    assert asyncio.run(control("ours")) is None
    assert (ours.taken, heard) == ([{"for": "ours"}], [])
    received = asyncio.run(control("another's"))
    assert ours.taken == [{"for": "ours"}]
    if with_theirs:
        assert (received, heard) == ("theirs", [("stream", "ident", message("another's"))])
    else:
        assert (received, heard) == (None, [])
