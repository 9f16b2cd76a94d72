"""Which requests of tabs the server keeps, how long, and when they are over."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from jupyter_azure_auth._models import Account, TokenRequest
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.models import IssuedToken
from jupyter_azure_auth.server.tabs import relay as relay_module
from jupyter_azure_auth.server.tabs.relay import ActiveTabSignIn, TabRelay
from test.server.browser import SCOPE


async def until_timers_have_run() -> None:
    later = asyncio.Event()
    asyncio.get_running_loop().call_later(0, later.set)
    await later.wait()


async def test_waits_for_a_tab_that_has_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "CLAIM_TIMEOUT_S", 0)
    relay, sign_in = TabRelay(lambda _: 2), ActiveTabSignIn(Account("o.t", "", "", ""), 1, None)
    request_id = relay.ask("alice", TokenRequest((SCOPE,), account="o.t"))
    others = relay.ask("alice", None)
    assert relay.claim("alice", request_id, sign_in)[1] is not None
    await until_timers_have_run()
    for one in (request_id, others):
        answer = relay.result("alice", one, is_last=True)
        assert answer is not None
        assert not answer.is_over


async def test_the_next_tab_has_as_much_time_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    relay, sign_in = TabRelay(lambda _: 2), ActiveTabSignIn(Account("o.t", "", "", ""), 1, None)
    monkeypatch.setattr(relay_module, "CLAIM_TIMEOUT_S", 0)
    request_id = relay.ask("alice", TokenRequest((SCOPE,), account="o.t"))
    for seconds, is_over in ((60, False), (0, True)):
        assert relay.claim("alice", request_id, sign_in)[1] is not None
        monkeypatch.setattr(relay_module, "CLAIM_TIMEOUT_S", seconds)
        assert relay.answer("alice", request_id, None, "sign_in_ended")
        await until_timers_have_run()
        answer = relay.result("alice", request_id, is_last=False)
        assert answer is not None
        assert answer.is_over is is_over


async def test_a_late_tab_does_not_answer_for_another_one() -> None:
    account, other = (Account(name, "", "", "") for name in ("o.t", "x.t"))
    sign_in, late = ActiveTabSignIn(account, 1, None), ActiveTabSignIn(other, 1, None)
    relay = TabRelay(lambda _: 4)
    request_id = relay.ask("alice", TokenRequest((SCOPE,), account="o.t"))
    for held in (None, sign_in):
        assert relay.claim("alice", request_id, held)[0]
    assert relay.answer("alice", request_id, None, "sign_in_ended")
    for held in (None, None, late, late):
        assert relay.claim("alice", request_id, held) == (True, None)
    assert relay.claim("alice", request_id, sign_in)[1] is not None


async def test_a_token_that_was_read_is_not_held_in_memory() -> None:
    account = Account("o.t", "", "", "")
    relay, sign_in = TabRelay(lambda _: 1), ActiveTabSignIn(account, 1, None)
    request_id = relay.ask("alice", TokenRequest((SCOPE,), account="o.t"))
    assert relay.claim("alice", request_id, sign_in)[1] is not None
    issued = IssuedToken("TOKEN", "Bearer", 2_000_000_000, None, account)
    kept = weakref.ref(issued)
    assert relay.answer("alice", request_id, issued, None)
    answer = relay.result("alice", request_id, is_last=False)
    assert answer is not None
    assert answer.issued is issued
    del answer, issued
    await until_timers_have_run()
    gc.collect()
    assert kept() is None


async def test_an_abandoned_request_leaves_no_timer() -> None:
    relay = TabRelay(lambda _: 2)
    request = TokenRequest((SCOPE,), account="o.t", claims="{}")
    kept = weakref.ref(request)
    assert relay.result("alice", relay.ask("alice", request), is_last=True) is not None
    del request
    await until_timers_have_run()
    gc.collect()
    assert kept() is None


async def test_requests_that_no_tab_reads_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "MAX_OPEN", 2)
    relay = TabRelay(lambda _: 1)
    request_id = relay.ask("alice", None)
    relay.ask("alice", None)
    with pytest.raises(AuthError, match="unavailable"):
        relay.ask("alice", None)
    monkeypatch.setattr(relay_module, "LIMIT_S", 0)
    assert relay.result("alice", request_id, is_last=True) is not None
    forgotten = relay.ask("alice", None)
    await until_timers_have_run()
    assert relay.result("alice", forgotten, is_last=False) is None


async def test_a_login_with_many_requests_does_not_block_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "MAX_OPEN", 3)
    relay = TabRelay(lambda _: 1)
    first, second, third = (relay.ask("alice", None) for _ in range(3))
    of_bob = relay.ask("bob", None)
    assert relay.result("alice", first, is_last=False) is None, "the oldest of the login with most"
    with pytest.raises(AuthError, match="unavailable"):
        relay.ask("alice", None)
    assert relay.ask("bob", None)
    with pytest.raises(AuthError, match="unavailable"):
        relay.ask("bob", None)
    assert relay.ask("carol", None)
    assert relay.result("alice", second, is_last=False) is None
    kept = [("alice", third), ("bob", of_bob)]
    assert [relay.result(*one, is_last=False) is not None for one in kept] == [True, False]


# Situation: tab that asked another tab for a token | it is closed before it reads the answer |
# the other tab has answered | the server forgets the token within seconds | none
async def test_an_unread_token_is_dropped_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "UNREAD_S", 0)
    relay, sign_in = TabRelay(lambda _: 2), ActiveTabSignIn(Account("o.t", "", "", ""), 1, None)
    answered = relay.ask("alice", TokenRequest((SCOPE,), account="o.t"))
    claimed = relay.ask("alice", TokenRequest((SCOPE,), account="o.t"))
    for request_id in (answered, claimed):
        assert relay.claim("alice", request_id, sign_in)[1] is not None
    assert relay.answer("alice", answered, None, "failed")
    await until_timers_have_run()
    assert relay.result("alice", answered, is_last=False) is None
    waiting = relay.result("alice", claimed, is_last=False)
    assert waiting is not None
    assert not waiting.is_over
