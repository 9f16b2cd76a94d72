"""Keeps the kernel's status correct while cells run.

ipykernel publishes "idle" after every control message, even in the middle of a cell. The page then
shows an idle kernel, and a culler may end it. So "busy" is published again after each of our
messages.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

IDLE_SETTLE_S: Final = 0.05
"""Seconds after which ipykernel has published its "idle", if it has no lock to wait for."""

IDLE_LOOKBACK_S: Final = 1.0
"""Seconds after our "busy" in which the start of a cell publishes it again.

The cell may start between our "busy" and ipykernel's "idle".
"""


class BusyStatus:
    """Tracks which cells run, and publishes "busy" for them after a control message."""

    def __init__(self, kernel: Any) -> None:
        """Track the cells of a kernel. A kernel other than IPython's reports no cells."""
        self._kernel = kernel
        self._cells: dict[int, list[dict[str, Any]]] = {}
        """Requests of the running cells by thread.

        A request is listed again for each nested cell, such as one that `%%capture` runs. Subshells
        run several cells at a time.
        """
        self._restored_at = -IDLE_LOOKBACK_S
        self._lock = threading.Lock()
        """Keeps a cell from ending between the check and the "busy" that is published for it.

        The cell's "idle" then comes later, so this class publishes none. An "idle" of ours would
        end the cell for clients too early.
        """
        self._tasks: set[asyncio.Task[None]] = set()
        events = getattr(kernel.shell, "events", None)
        if events is None:  # another language's, or metakernel: it reports no cells
            return
        events.register("pre_run_cell", self._cell_begins)
        events.register("post_run_cell", self._cell_ends)
        if _in_cell(sys._getframe()):  # noqa: SLF001 (inspect.stack reads every source file)
            self._record_cell()

    def restore_busy_soon(self) -> None:
        """Publish "busy" again after the "idle" of the control message that is being handled."""
        task = asyncio.get_running_loop().create_task(self._restore_busy())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _restore_busy(self) -> None:
        async with AsyncExitStack() as stack:
            lock = getattr(self._kernel, "_control_lock", None)
            if lock is None:
                await asyncio.sleep(IDLE_SETTLE_S)
            else:
                await stack.enter_async_context(lock)
            with self._lock:
                self._restored_at = time.monotonic()
                for cells in self._cells.values():
                    self._publish_busy(cells[0])

    def _cell_begins(self, *_: object) -> None:
        with self._lock:
            self._record_cell()
            if time.monotonic() - self._restored_at < IDLE_LOOKBACK_S:
                self._publish_busy(self._cells[threading.get_ident()][0])

    def _cell_ends(self, *_: object) -> None:
        with self._lock:
            cells = self._cells.get(threading.get_ident(), [])[:-1]
            if cells:
                self._cells[threading.get_ident()] = cells
            else:
                self._cells.pop(threading.get_ident(), None)

    def _record_cell(self) -> None:
        cell = self._kernel.get_parent("shell") or {}
        before = self._cells.get(threading.get_ident(), [])
        # A different request: an end was missed, and that cell no longer runs.
        inside = before if before and _id(before[0]) == _id(cell) else []
        self._cells[threading.get_ident()] = [*inside, cell]

    def _publish_busy(self, cell: dict[str, Any]) -> None:
        self._kernel._publish_status("busy", "shell", parent=cell)  # noqa: SLF001 (no public way)


def _id(request: dict[str, Any]) -> object:
    return request.get("header", {}).get("msg_id")


def _in_cell(frame: FrameType | None) -> bool:
    """Whether this thread runs a cell: the cell of the first import started before it."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "run_code" and code.co_filename.endswith("interactiveshell.py"):
            return True
        frame = frame.f_back
    return False
