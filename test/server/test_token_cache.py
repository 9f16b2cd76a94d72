"""The token cache of one identity, without an authority."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from jupyter_azure_auth._models import Account, TokenRequest
from jupyter_azure_auth.server import token_cache as module
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.models import IssuedToken
from jupyter_azure_auth.server.token_cache import TokenCache

HOME = "c0000000-1111-4222-8333-000000000001"
ALICE = Account("alice.home", "Alice", "alice@contoso.com", HOME)
ASKED = TokenRequest(("https://storage.azure.com/.default",))
DUE = 200
"""Seconds of life of a token that is due for renewal an hour after it came."""


def issued(token: str, seconds: int = 3600, *, long_ago: bool = False) -> IssuedToken:
    """Return a token that lives for so many more seconds; from long ago: one that is due."""
    now = time.time()
    made = IssuedToken(token, "Bearer", int(now + seconds), None, ALICE)
    return replace(made, came=made.came.after(-3600)) if long_ago else made


class Azure:
    """Answers in the order of ``answers``; each one waits for its gate, if it has one."""

    def __init__(self, *answers: IssuedToken | AuthError) -> None:
        self.answers = list(answers)
        self.gates: dict[int, asyncio.Event] = {}
        self.asked: list[TokenRequest] = []
        self.ended: list[str] = []
        self.cache = TokenCache(HOME, self.fetch, self.on_invalid_grant)

    async def fetch(self, request: TokenRequest) -> IssuedToken:
        number = len(self.asked)
        self.asked.append(request)
        answer = self.answers.pop(0)
        if number in self.gates:
            await self.gates[number].wait()
        if isinstance(answer, AuthError):
            raise answer
        return answer

    def on_invalid_grant(self, problem: AuthError) -> None:
        self.ended.append(problem.code)
        self.cache.close(problem)

    async def get(self, request: TokenRequest = ASKED, **fields: Any) -> str:
        return (await self.cache.get(replace(request, **fields))).token


def run(steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run to the end, within a minute; an exception that nothing retrieves is a failure."""
    lost: list[object] = []

    async def watched() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(context))
        await asyncio.wait_for(steps(), 60)
        await asyncio.sleep(0)
        gc.collect()

    asyncio.run(watched())
    assert lost == []


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEWAL_TIMEOUT_S", 0.05)


def test_all_callers_share_one_request() -> None:
    async def steps() -> None:
        azure = Azure(issued("first"), issued("cae"), issued("elsewhere"))
        assert set(await asyncio.gather(azure.get(), azure.get())) == {"first"}
        assert await azure.get(tenant_id=HOME.upper()) == "first"
        assert await azure.get(enable_cae=True) == "cae"
        assert await azure.get(tenant_id="fabrikam") == "elsewhere"
        assert await azure.get(tenant_id="Fabrikam") == "elsewhere"
        assert len(azure.asked) == 3

    run(steps)


def test_a_due_token_is_renewed_and_used_during_a_slow_renewal() -> None:
    async def steps() -> None:
        azure = Azure(issued("new"))
        azure.gates[0] = asyncio.Event()
        azure.cache.put(ASKED, issued("due", DUE, long_ago=True))
        assert [await azure.get(), await azure.get()] == ["due", "due"]
        assert len(azure.asked) == 1
        azure.gates[0].set()
        await asyncio.sleep(0.01)
        assert await azure.get() == "new"

    run(steps)


def test_a_due_token_is_used_during_an_outage() -> None:
    async def steps() -> None:
        azure = Azure(AuthError("unavailable"), AuthError("unavailable"))
        azure.cache.put(ASKED, issued("due", DUE, long_ago=True))
        assert [await azure.get(), await azure.get()] == ["due", "due"]
        assert len(azure.asked) == 1
        with pytest.raises(AuthError, match="unavailable"):
            await azure.get(force=True)

    run(steps)


def test_an_expired_token_is_not_returned() -> None:
    async def steps() -> None:
        azure = Azure(AuthError("unavailable"), issued("new"))
        azure.cache.put(ASKED, issued("ended", 0, long_ago=True))
        with pytest.raises(AuthError, match="unavailable"):
            await azure.get()
        assert await azure.get() == "new"

    run(steps)


@pytest.mark.parametrize("bypass", [{"force": True}, {"claims": "{}"}])
def test_a_refused_token_is_replaced_even_by_one_that_expires_sooner(
    bypass: dict[str, Any],
) -> None:
    async def steps() -> None:
        azure = Azure(issued("shorter", 1800))
        azure.cache.put(ASKED, issued("refused"))
        assert await azure.get(**bypass) == "shorter"
        assert await azure.get() == "shorter"

    run(steps)


def test_the_answer_of_an_earlier_request_replaces_nothing() -> None:
    async def steps() -> None:
        azure = Azure(issued("slow"), issued("forced"))
        azure.gates[0] = asyncio.Event()
        slow = asyncio.create_task(azure.get())
        await asyncio.sleep(0)
        assert await azure.get(force=True) == "forced"
        azure.gates[0].set()
        assert await slow == "slow"
        assert await azure.get() == "forced"

    run(steps)


def test_a_token_that_expires_no_later_is_not_a_renewal() -> None:
    async def steps() -> None:
        azure = Azure(issued("no later", DUE))
        azure.cache.put(ASKED, issued("due", DUE, long_ago=True))
        assert [await azure.get(), await azure.get()] == ["due", "due"]
        assert len(azure.asked) == 1

    run(steps)


def test_a_caller_that_leaves_does_not_affect_the_others() -> None:
    async def steps() -> None:
        azure = Azure(issued("for both"))
        azure.gates[0] = asyncio.Event()
        leaves, stays = (asyncio.create_task(azure.get()) for _ in range(2))
        await asyncio.sleep(0)
        leaves.cancel()
        azure.gates[0].set()
        assert await stays == "for both"

    run(steps)


def test_an_end_of_the_sign_in_ends_it_for_all_waiting_callers() -> None:
    async def steps() -> None:
        over = AuthError("sign_in_ended", ends_sign_in=True)
        azure = Azure(issued("too late"), over, AuthError("sign_in_ended", ends_sign_in=True))
        azure.gates = {0: asyncio.Event(), 2: asyncio.Event()}
        azure.cache.put(ASKED, issued("due", DUE, long_ago=True))
        waits = [
            asyncio.create_task(azure.get(force=True)),
            asyncio.create_task(azure.get()),
            asyncio.create_task(azure.get(enable_cae=True)),
        ]
        await asyncio.sleep(0.01)
        for gate in azure.gates.values():
            gate.set()
        for one in waits:
            with pytest.raises(AuthError, match="sign_in_ended"):
                await one
        assert azure.ended == ["sign_in_ended"]
        assert azure.cache._cached == {}, "no token stays in memory"
        with pytest.raises(AuthError, match="sign_in_ended"):
            await azure.get()
        assert len(azure.asked) == 3

    run(steps)


def test_a_refusal_for_one_request_keeps_the_identity() -> None:
    async def steps() -> None:
        azure = Azure(AuthError("blocked"), issued("other"))
        with pytest.raises(AuthError, match="blocked"):
            await azure.get()
        assert await azure.get(enable_cae=True) == "other"
        assert azure.ended == []

    run(steps)
