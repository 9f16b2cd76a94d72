"""Adds ``comm_msg`` to the messages that ipykernel handles on its control channel."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .busy import BusyStatus

if TYPE_CHECKING:
    from .comm_channel import CommChannel

log = logging.getLogger(__name__)

Handler = Callable[[Any, Any, dict[str, Any]], Any]


def handle_comms(kernel: Any, channel: CommChannel) -> None:
    """Handle the answers to our requests. Messages for other packages go to the previous handler.

    :param kernel: an ipykernel; the handler runs in its control thread, which serves interrupts.
    """
    busy = BusyStatus(kernel)
    previous: Handler | None = kernel.control_handlers.get("comm_msg")

    def comm_msg(stream: Any, ident: Any, message: dict[str, Any]) -> Any:
        content = message.get("content")
        content = content if isinstance(content, dict) else {}
        try:
            ours = channel.receive(content.get("comm_id"), content.get("data"))
        except Exception:  # noqa: BLE001 (no message may disturb the channel of interrupts)
            log.error("Could not read an answer.")  # noqa: TRY400 (a traceback may hold it)
            return None
        if not ours and previous is not None:
            return previous(stream, ident, message)
        # The thread that waits for the answer continues first, without waiting for this thread to
        # release the interpreter lock (0.1 of 0.3 ms from here to its token).
        time.sleep(0)
        busy.restore_busy_soon()
        return None

    kernel.control_handlers["comm_msg"] = comm_msg
