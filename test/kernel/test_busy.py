"""The published status and its timing; test_transport_cell tests it on a real kernel."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth.kernel.busy import BusyStatus

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.asyncio


class Kernel:
    """Fires events and records the published status."""

    def __init__(self) -> None:
        self.hooks: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self.shell = self.events = self
        self.cell = ""
        self.said: list[tuple[str, str]] = []

    def register(self, event: str, hook: Callable[[], None]) -> None:
        self.hooks[event].append(hook)

    def fire(self, event: str, cell: str) -> None:
        self.cell = cell
        for hook in self.hooks[event]:
            hook()

    def get_parent(self, _channel: str) -> dict[str, Any]:
        return {"header": {"msg_id": self.cell}}

    def _publish_status(self, status: str, _channel: str, parent: dict[str, Any]) -> None:
        self.said.append((status, parent["header"]["msg_id"]))


class LockingKernel(Kernel):
    """A kernel with a control lock, as in ipykernel 7 and later."""

    def __init__(self) -> None:
        super().__init__()
        self._control_lock = asyncio.Lock()


async def answer(kernel: Kernel, status: BusyStatus) -> None:
    """Handle an answer on control, as ipykernel does."""
    if isinstance(kernel, LockingKernel):
        async with kernel._control_lock:
            status.restore_busy_soon()
            await asyncio.sleep(0)
            kernel.said.append(("idle", "answer"))
    else:
        status.restore_busy_soon()
        await asyncio.sleep(0)
        kernel.said.append(("idle", "answer"))
    await asyncio.gather(*status._tasks)


@pytest.mark.parametrize("kind", [Kernel, LockingKernel])
async def test_publishes_busy_after_the_idle_of_an_answer(kind: type[Kernel]) -> None:
    kernel = kind()
    status = BusyStatus(kernel)
    kernel.fire("pre_run_cell", "cell")
    await answer(kernel, status)
    assert kernel.said == [("idle", "answer"), ("busy", "cell")]


async def test_publishes_nothing_between_cells() -> None:
    kernel = LockingKernel()
    status = BusyStatus(kernel)
    kernel.fire("pre_run_cell", "cell")
    kernel.fire("post_run_cell", "cell")
    await answer(kernel, status)
    assert kernel.said == [("idle", "answer")]


async def test_a_cell_inside_a_cell_does_not_end_it() -> None:
    kernel = LockingKernel()
    status = BusyStatus(kernel)
    kernel.fire("pre_run_cell", "cell")
    kernel.fire("pre_run_cell", "cell")
    kernel.fire("post_run_cell", "cell")
    await answer(kernel, status)
    assert kernel.said == [("idle", "answer"), ("busy", "cell")]
    kernel.fire("post_run_cell", "cell")
    await answer(kernel, status)
    assert kernel.said[2:] == [("idle", "answer")]


async def test_a_missed_end_is_corrected_by_the_next_cell() -> None:
    kernel = LockingKernel()
    status = BusyStatus(kernel)
    kernel.fire("pre_run_cell", "cell")
    kernel.fire("pre_run_cell", "next")
    kernel.fire("post_run_cell", "next")
    await answer(kernel, status)
    assert kernel.said == [("idle", "answer")]


@pytest.mark.parametrize(("seconds", "said"), [(0.9, [("busy", "cell")]), (1.1, [])])
async def test_a_cell_that_begins_in_the_middle_of_it(
    monkeypatch: pytest.MonkeyPatch, seconds: float, said: list[tuple[str, str]]
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    kernel = LockingKernel()
    status = BusyStatus(kernel)
    await answer(kernel, status)
    clock[0] += seconds
    kernel.fire("pre_run_cell", "cell")
    assert kernel.said == [("idle", "answer"), *said]


async def test_a_first_import_in_a_cell_detects_that_the_cell_runs() -> None:
    kernel = LockingKernel()
    kernel.cell = "importing"
    made: dict[str, Any] = {"make": BusyStatus, "kernel": kernel}
    cell = compile(
        "def run_code(): return make(kernel)\nstatus = run_code()", "interactiveshell.py", "exec"
    )
    exec(cell, made)  # noqa: S102 (a frame that looks like IPython's)
    await answer(kernel, made["status"])
    assert kernel.said == [("idle", "answer"), ("busy", "importing")]
    kernel.fire("post_run_cell", "importing")
    await answer(kernel, made["status"])
    assert kernel.said[-1] == ("idle", "answer")
