"""A few threads that users share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest

from jupyter_azure_auth.server import serial_worker
from jupyter_azure_auth.server.serial_worker import SerialWorker
from jupyter_azure_auth.server.thread_pool import CALLS_PER_USER, FairThreadPool


class Hanging:
    """A call that ends when the test allows it."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun: list[str] = []

    def __call__(self) -> str:
        self.begun.append(threading.current_thread().name)
        assert self.gate.wait(30)
        return "done"


# Situation: server with several users | one user's 200 requests wait for a slow authority |
# another user's token | that user's, as if alone | nothing to do
async def test_one_owners_calls_do_not_delay_anothers() -> None:
    threads, hanging = FairThreadPool("test"), Hanging()
    slow = [threads.call("alice", hanging) for _ in range(200)]
    assert await threads.call("bob", lambda: "bob") == "bob"
    assert len(hanging.begun) <= CALLS_PER_USER
    hanging.gate.set()
    assert await asyncio.gather(*slow) == ["done"] * 200
    assert hanging.begun == ["azure-auth-test"] * 200


async def test_owners_take_turns_if_threads_are_few() -> None:
    threads, order = FairThreadPool("test", per_user=1, most=1), list[str]()
    hanging = Hanging()
    first = threads.call("alice", hanging)
    rest = [
        threads.call(user_key, lambda user_key=user_key: order.append(user_key))  # type: ignore[misc]
        for user_key in ("alice", "alice", "alice", "bob", "carol")
    ]
    hanging.gate.set()
    await asyncio.gather(first, *rest)
    assert order == ["alice", "bob", "carol", "alice", "alice"]


async def test_reports_what_went_wrong_and_continues() -> None:
    threads = FairThreadPool("test", per_user=1, most=1)
    with pytest.raises(ZeroDivisionError):
        await threads.call("alice", lambda: 1 // 0)
    assert await threads.call("alice", lambda: 2) == 2


async def test_starts_nothing_without_a_waiter() -> None:
    threads, hanging, begun = FairThreadPool("test", per_user=1, most=1), Hanging(), list[str]()
    first = threads.call("alice", hanging)
    threads.call("alice", lambda: begun.append("given up")).cancel()
    last = threads.call("alice", lambda: begun.append("wanted"))
    hanging.gate.set()
    await asyncio.gather(first, last)
    assert begun == ["wanted"]


# The machine can start no thread for a while, as in a container with a limit.
@pytest.mark.parametrize("kind", ["pool", "worker"])
async def test_a_thread_that_did_not_start_does_not_block_later_calls(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_worker, "START_RETRY_S", 0.01)
    pool, worker = FairThreadPool("test", per_user=1, most=1), SerialWorker("test")
    start, failed, order = threading.Thread.start, list[str](), list[int]()

    def fail(thread: threading.Thread) -> None:
        failed.append(thread.name)
        if len(failed) == 5:
            monkeypatch.setattr(threading.Thread, "start", start)
        raise RuntimeError("can't start new thread")

    def call(value: int) -> asyncio.Future[None]:
        run = partial(order.append, value)
        return pool.call("alice", run) if kind == "pool" else worker.call(run)

    monkeypatch.setattr(threading.Thread, "start", fail)
    await asyncio.wait_for(asyncio.gather(*map(call, range(3))), 30)
    assert order == [0, 1, 2]
    assert failed == ["azure-auth-test"] * 5


class _PanicError(BaseException):
    """Not an Exception, like that of a library in Rust (pyo3)."""


@pytest.mark.parametrize("kind", ["pool", "worker"])
async def test_a_panic_of_a_library_does_not_block_later_calls(kind: str) -> None:
    pool, worker = FairThreadPool("test", per_user=1, most=1), SerialWorker("test")

    def panic() -> int:
        raise _PanicError("secret")

    def call(run: Callable[[], int]) -> asyncio.Future[int]:
        return pool.call("alice", run) if kind == "pool" else worker.call(run)

    with pytest.raises(RuntimeError, match=r"^_PanicError$"):
        await asyncio.wait_for(call(panic), 5)
    assert await asyncio.wait_for(call(lambda: 4), 5) == 4
