"""Keeps the kernel's status right while cells run.

ipykernel publishes "idle" after every control message, also in the middle of a cell: the page shows
an idle kernel, and a culler may end it. So "busy" is said again after each of ours.
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

SETTLED: Final = 0.05
"""Seconds after which ipykernel has published its "idle", where it has no lock to wait for."""

LATE: Final = 1.0
"""Seconds. A cell may begin between our look and ipykernel's "idle"; it looks back this far."""


class BusyStatus:
    """Knows which cells run, and says so after a control message."""

    def __init__(self, kernel: Any) -> None:
        """Follow the cells of a kernel; of one that is not IPython's, nothing can be followed."""
        self._kernel = kernel
        self._cells: dict[int, list[dict[str, Any]]] = {}
        """The request of the cell that each thread runs, once more for each cell run inside it, as
        `%%capture` does. Subshells run several at a time."""
        self._mended = -LATE
        self._lock = threading.Lock()
        """No cell ends between a look and what is published for it: its "idle" comes later, so none
        has to be published here. An "idle" of ours would end the cell for clients too early."""
        self._tasks: set[asyncio.Task[None]] = set()
        events = getattr(kernel.shell, "events", None)
        if events is None:  # another language's, or metakernel: it tells nobody of its cells
            return
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
            with self._lock:
                self._mended = time.monotonic()
                for cells in self._cells.values():
                    self._publish_busy(cells[0])

    def _cell_begins(self, *_: object) -> None:
        with self._lock:
            self._note()
            if time.monotonic() - self._mended < LATE:
                self._publish_busy(self._cells[threading.get_ident()][0])

    def _cell_ends(self, *_: object) -> None:
        with self._lock:
            cells = self._cells.get(threading.get_ident(), [])[:-1]
            if cells:
                self._cells[threading.get_ident()] = cells
            else:
                self._cells.pop(threading.get_ident(), None)

    def _note(self) -> None:
        cell = self._kernel.get_parent("shell") or {}
        before = self._cells.get(threading.get_ident(), [])
        # Of another request: an end was missed, and that cell does not run any more.
        inside = before if before and _id(before[0]) == _id(cell) else []
        self._cells[threading.get_ident()] = [*inside, cell]

    def _publish_busy(self, cell: dict[str, Any]) -> None:
        self._kernel._publish_status("busy", "shell", parent=cell)  # noqa: SLF001 (no public way)


def _id(request: dict[str, Any]) -> object:
    return request.get("header", {}).get("msg_id")


def _in_cell(frame: FrameType | None) -> bool:
    """Say whether this thread runs a cell: our first import comes after its beginning."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "run_code" and code.co_filename.endswith("interactiveshell.py"):
            return True
        frame = frame.f_back
    return False
