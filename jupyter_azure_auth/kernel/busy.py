"""Keeps the kernel's status right while cells run.

ipykernel publishes "idle" after every control message, also in the middle of a cell: the page shows
an idle kernel, and a culler may end it. So "busy" is said again after each of ours.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

SETTLED: Final = 0.05
"""Seconds after which ipykernel has published its "idle", where it has no lock to wait for."""

LATE: Final = 1.0
"""Seconds. A cell may begin between our look and ipykernel's "idle"; it looks back this far."""


class BusyStatus:
    """Knows which cells run, and says so after a control message."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._cells: dict[str, dict[str, Any]] = {}
        """The request of each cell that runs, by its id. Subshells run several at a time."""
        self._mended = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        events = kernel.shell.events
        events.register("pre_run_cell", self._cell_begins)
        events.register("post_run_cell", self._cell_ends)
        if _in_cell(sys._getframe()):  # noqa: SLF001 (inspect.stack reads every source file)
            self._note()

    def mend_soon(self) -> None:
        """Say "busy" again once the control message that is being handled has said "idle"."""
        task = asyncio.get_running_loop().create_task(self._mend())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _mend(self) -> None:
        async with AsyncExitStack() as stack:
            lock = getattr(self._kernel, "_control_lock", None)
            if lock is None:
                await asyncio.sleep(SETTLED)
            else:
                await stack.enter_async_context(lock)
            self._mended = time.monotonic()
            cell = next(reversed(self._cells.values()), None)
            if cell is None:
                return
            self._publish("busy", cell)
            if not self._cells:  # it ended meanwhile, and its "idle" may have come before
                self._publish("idle", cell)

    def _cell_begins(self, *_: object) -> None:
        cell = self._note()
        if time.monotonic() - self._mended < LATE:
            self._publish("busy", cell)

    def _cell_ends(self, *_: object) -> None:
        self._cells.pop(self._request()[0], None)

    def _note(self) -> dict[str, Any]:
        message_id, cell = self._request()
        self._cells[message_id] = cell
        return cell

    def _request(self) -> tuple[str, dict[str, Any]]:
        parent: dict[str, Any] = self._kernel.get_parent("shell") or {}
        return parent.get("header", {}).get("msg_id", ""), parent

    def _publish(self, status: str, cell: dict[str, Any]) -> None:
        self._kernel._publish_status(status, "shell", parent=cell)  # noqa: SLF001 (no public way)


def _in_cell(frame: FrameType | None) -> bool:
    """Say whether this thread runs a cell: our first import comes after its beginning."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "run_code" and code.co_filename.endswith("interactiveshell.py"):
            return True
        frame = frame.f_back
    return False
