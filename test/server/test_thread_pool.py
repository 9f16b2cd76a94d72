"""A few threads that users share."""

from __future__ import annotations

import asyncio
import threading

import pytest

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
