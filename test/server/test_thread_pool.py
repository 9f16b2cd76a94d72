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


@pytest.mark.parametrize("kind", ["pool", "worker"])
async def test_calls_that_wait_for_a_thread_share_one_try_and_its_warning(
    kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serial_worker, "START_RETRY_S", 0.01)
    pool, worker = FairThreadPool("test"), SerialWorker("test")
    start, tries = threading.Thread.start, list[str]()
    second = asyncio.Event()

    def fail(thread: threading.Thread) -> None:
        tries.append(thread.name)
        if len(tries) == 2:
            second.set()
            monkeypatch.setattr(threading.Thread, "start", start)
        raise RuntimeError("can't start new thread")

    def call(user_key: str) -> asyncio.Future[str]:
        run = user_key.upper
        return pool.call(user_key, run) if kind == "pool" else worker.call(run)

    monkeypatch.setattr(threading.Thread, "start", fail)
    calls = [call(user_key) for user_key in ("alice", "bob", "carol", "alice", "bob")]
    assert len(tries) == 1
    await second.wait()
    assert await asyncio.gather(*calls) == ["ALICE", "BOB", "CAROL", "ALICE", "BOB"]
    assert len(tries) == 2
    assert caplog.text.count("No thread can be started") == 2


async def test_after_a_thread_did_not_start_the_next_try_starts_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serial_worker, "START_RETRY_S", 0.01)
    pool, both = FairThreadPool("test"), threading.Barrier(2, timeout=30)
    start = threading.Thread.start

    def fail(_thread: threading.Thread) -> None:
        monkeypatch.setattr(threading.Thread, "start", start)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    await asyncio.gather(*(pool.call(user_key, both.wait) for user_key in ("alice", "bob")))


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
