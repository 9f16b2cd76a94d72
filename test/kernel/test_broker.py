"""Requests and their waiters, on a fake clock and a fake kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.broker import AccountBinding
from test.kernel.fake_kernel import STORAGE, FakeKernel, open_fake_kernel, result

if TYPE_CHECKING:
    pass


@pytest.fixture
def fake_kernel(monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    return open_fake_kernel(monkeypatch)


def test_asks_again_every_second_and_closes_all_but_the_newest(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(2.5, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert fake_kernel.seconds == 2.5
    ids = [comm_id for comm_id, _ in fake_kernel.publisher.opened]
    assert len(ids) == 3
    assert fake_kernel.publisher.closed == ids[:2]
    assert len({data["request_id"] for _, data in fake_kernel.publisher.opened}) == 1


def test_the_first_token_counts_on_any_comm(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(1.5, lambda: fake_kernel.give("t", number=0))
    assert fake_kernel.ask() == "t"
    late = fake_kernel.publisher.opened[0]
    assert not fake_kernel.channel.receive(late[0], {"request_id": late[1]["request_id"]})


def test_asks_every_five_seconds_after_a_pending(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.answer(kind="pending", reason="sign_in"))
    fake_kernel.at(12, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert len(fake_kernel.publisher.opened) == 3  # at 0, 5 and 10
    assert fake_kernel.publisher.shown[0].startswith("Waiting for you to sign in")
    assert fake_kernel.publisher.shown[-1] == ""


def test_a_token_that_takes_long_is_named_in_the_cell(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.answer(kind="pending", reason="acquiring"))
    fake_kernel.at(6, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert fake_kernel.publisher.shown[0].startswith(
        "Waiting for a token for https://storage.azure.com: "
    )
    assert fake_kernel.publisher.shown[1:] == [""]


def test_the_users_timeout_starts_with_the_first_pending(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(2, lambda: fake_kernel.answer(kind="pending", reason="sign_in"))
    fake_kernel.at(6, lambda: fake_kernel.answer(kind="pending", reason="sign_in"))
    assert fake_kernel.ask(timeout=12) == "timed_out"
    assert fake_kernel.seconds == 14
    assert sorted(fake_kernel.publisher.closed) == sorted(
        comm_id for comm_id, _ in fake_kernel.publisher.opened
    )
    assert fake_kernel.publisher.shown[-1] == ""


def test_a_page_that_answered_before_is_given_a_minute(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.answer(kind="error", code="denied", message=""))
    assert fake_kernel.ask() == "denied"
    assert fake_kernel.ask() == "page_gone"
    assert fake_kernel.seconds == 60
    assert fake_kernel.publisher.shown == [fake_kernel.publisher.shown[0], ""]
    assert "still trying" in fake_kernel.publisher.shown[0]


def test_a_caller_that_misses_a_finished_request_gets_its_token(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, misses = fake_kernel.broker.cache.find, iter([None])

    def miss_first(*key: Any) -> Any:
        """Find nothing, while another caller's request begins, is answered and ends."""
        for missed in misses:
            fake_kernel.at(0, lambda: fake_kernel.give("t"))
            assert fake_kernel.ask() == "t"
            return missed
        return find(*key)

    monkeypatch.setattr(fake_kernel.broker.cache, "find", miss_first)
    assert fake_kernel.ask() == "t"
    assert len(fake_kernel.publisher.opened) == 1


def test_a_request_is_finished_once_its_token_is_cached(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = fake_kernel.broker.cache.put
    joined: list[bool] = []

    def join_first(*stored: Any) -> Any:
        requests = fake_kernel.broker._in_flight._requests.values()
        joined.extend(not request.is_finished for request in requests)
        return put(*stored)

    monkeypatch.setattr(fake_kernel.broker.cache, "put", join_first)
    fake_kernel.at(0, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert joined == [True]


def test_all_callers_wait_for_one_request(fake_kernel: FakeKernel) -> None:
    first, second = fake_kernel.request_token(), fake_kernel.request_token()
    next(first)
    step = next(second)
    assert len(fake_kernel.publisher.opened) == 1
    fake_kernel.give("t")
    fake_kernel.pass_time(step)
    for flow in (second, first):
        with pytest.raises(StopIteration) as end:
            next(flow)
        assert result(end.value.value) == "t"


def test_a_caller_that_gives_up_leaves_the_request_to_the_others(fake_kernel: FakeKernel) -> None:
    first, second = fake_kernel.request_token(), fake_kernel.request_token()
    next(first)
    next(second)
    first.close()
    assert fake_kernel.publisher.closed == []
    second.close()
    assert fake_kernel.publisher.closed == [fake_kernel.publisher.opened[0][0]]


def test_an_interrupt_while_sending_makes_another_waiter_start_again(
    fake_kernel: FakeKernel,
) -> None:
    first, second = fake_kernel.request_token(), fake_kernel.request_token()
    next(first)
    next(second)
    opened = fake_kernel.publisher.open_comm

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    fake_kernel.publisher.open_comm = interrupted  # type: ignore[method-assign,assignment]
    fake_kernel.seconds = 1
    with pytest.raises(KeyboardInterrupt):
        next(first)
    fake_kernel.publisher.open_comm = opened  # type: ignore[method-assign]
    next(second)
    fake_kernel.give("t")
    with pytest.raises(StopIteration) as end:
        next(second)
    assert result(end.value.value) == "t"


def test_different_requests_do_not_share(fake_kernel: FakeKernel) -> None:
    flows = [
        fake_kernel.request_token(request)
        for request in (
            STORAGE,
            TokenRequest(STORAGE.scopes, enable_cae=True),
            TokenRequest(STORAGE.scopes, claims="{}"),
            TokenRequest(STORAGE.scopes, force=True),
            TokenRequest(STORAGE.scopes, account="ada"),
        )
    ]
    for flow in flows:
        next(flow)
    assert len({data["request_id"] for _, data in fake_kernel.publisher.opened}) == len(flows)


@pytest.mark.parametrize("change", [{"claims": "{}"}, {"force": True}])
def test_claims_and_force_bypass_the_cache_and_replace_what_it_has(
    fake_kernel: FakeKernel, change: dict[str, Any]
) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("refused"))
    fake_kernel.ask()
    fake_kernel.at(0, lambda: fake_kernel.give("demanded"))
    assert fake_kernel.ask(TokenRequest(STORAGE.scopes, **change)) == "demanded"
    assert fake_kernel.ask() == "demanded"


def test_a_renewal_asks_silently_waits_two_seconds_and_tries_again_after_thirty(
    fake_kernel: FakeKernel,
) -> None:
    fake_kernel.at(
        0, lambda: fake_kernel.give("good", lifetime=299, refresh_on=int(fake_kernel.clock()))
    )
    assert fake_kernel.ask() == "good"
    assert fake_kernel.ask() == "good"
    assert fake_kernel.seconds == 2
    assert fake_kernel.publisher.opened[-1][1]["interactive"] is False
    assert fake_kernel.publisher.closed == [fake_kernel.publisher.opened[-1][0]]
    assert fake_kernel.ask() == "good"
    fake_kernel.seconds = 29
    assert fake_kernel.ask() == "good"
    assert len(fake_kernel.publisher.opened) == 2
    fake_kernel.seconds = 30
    fake_kernel.at(31, lambda: fake_kernel.give("renewed"))
    assert fake_kernel.ask() == "renewed"
    assert fake_kernel.seconds == 31


# Situation: page | an outage: it has only the token that the kernel has | each call of a loop |
# the token that is still valid, requested once in 30 s | the next attempt after 30 s
def test_a_renewal_that_brings_the_same_token_is_tried_again_after_thirty_seconds(
    fake_kernel: FakeKernel,
) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("good", lifetime=700))
    assert fake_kernel.ask() == "good"
    fake_kernel.seconds = 400
    fake_kernel.at(400, lambda: fake_kernel.give("good", lifetime=300))
    assert fake_kernel.ask() == "good"
    for seconds in range(401, 430):
        fake_kernel.seconds = seconds
        assert fake_kernel.ask() == "good"
    assert len(fake_kernel.publisher.opened) == 2
    fake_kernel.seconds = 430
    fake_kernel.at(430, lambda: fake_kernel.give("renewed"))
    assert fake_kernel.ask() == "renewed"


# Situation: token | lives for four minutes | each call of a loop | the page's, renewed every 48 s |
# nothing to do
def test_a_short_lived_token_is_renewed_at_a_fifth_of_its_lifetime(
    fake_kernel: FakeKernel,
) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("short", lifetime=240))
    for seconds in range(48):
        fake_kernel.seconds = seconds
        assert fake_kernel.ask() == "short"
    assert len(fake_kernel.publisher.opened) == 1
    fake_kernel.seconds = 48
    fake_kernel.at(48, lambda: fake_kernel.give("next", lifetime=240))
    assert fake_kernel.ask() == "next"


# Situation: browser's clock | 10 minutes ahead | the token expires | the page's next token, never
# the expired one | nothing to do
def test_a_lifetime_counts_if_the_pages_clock_is_ahead(fake_kernel: FakeKernel) -> None:
    fake_kernel.page_ahead = 600
    fake_kernel.at(0, lambda: fake_kernel.give("t", lifetime=60, expires_in=60))
    assert fake_kernel.ask() == "t"
    fake_kernel.seconds = 60
    fake_kernel.at(60, lambda: fake_kernel.give("next", expires_in=3600))
    assert fake_kernel.ask() == "next"
    assert fake_kernel.publisher.opened[-1][1].get("interactive") is None, "not as a renewal"


# Situation: browser's clock | 10 minutes behind, and no lifetime sent | first token | the page's,
# requested with force; otherwise token_expired | set the clocks
def test_an_expired_token_is_requested_once_more_with_force(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("ended", lifetime=-1))
    fake_kernel.at(0.5, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert [data.get("force") for _, data in fake_kernel.publisher.opened] == [None, True]
    fake_kernel.seconds = 4000
    fake_kernel.at(4000, lambda: fake_kernel.give("ended", lifetime=0))
    fake_kernel.at(4000.5, lambda: fake_kernel.give("ended too", lifetime=0))
    assert fake_kernel.ask() == "token_expired"


def test_others_do_not_wait_for_a_renewal_in_progress(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("good", lifetime=299))
    fake_kernel.ask()
    fake_kernel.seconds = 150
    flow = fake_kernel.request_token()
    next(flow)
    assert fake_kernel.ask() == "good"
    assert fake_kernel.seconds == 150
    flow.close()


def test_an_expired_token_makes_a_cell_wait(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("dead", lifetime=10))
    fake_kernel.ask()
    fake_kernel.seconds = 11
    fake_kernel.at(12, lambda: fake_kernel.give("new"))
    assert fake_kernel.ask() == "new"
    assert "interactive" not in fake_kernel.publisher.opened[-1][1]


def test_a_token_that_expires_during_its_renewal_is_not_returned(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("dying", lifetime=2))
    fake_kernel.ask()
    fake_kernel.seconds = 1
    fake_kernel.at(3, lambda: fake_kernel.give("new"))
    assert fake_kernel.ask() == "new"


def test_a_credential_keeps_its_identity(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("ada's"))
    assert fake_kernel.ask(binding=binding) == "ada's"
    fake_kernel.at(0, lambda: fake_kernel.give("eve's", username="eve"))
    assert fake_kernel.ask(TokenRequest(STORAGE.scopes, force=True), binding) == "other_identity"
    assert fake_kernel.ask() == "eve's"  # a new credential
    fake_kernel.at(fake_kernel.seconds, lambda: fake_kernel.give("ada's again"))
    assert fake_kernel.ask(binding=binding) == "ada's again"


# Situation: page | the user signs out while a call waits for the renewal of a token | the token of
# that call | the next sign-in's, not the old one | sign in
def test_a_sign_out_during_a_renewal_ends_the_old_token(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("ada's", lifetime=299))
    fake_kernel.ask(binding=binding)
    fake_kernel.seconds = 250
    fake_kernel.at(251, lambda: fake_kernel.answer(0, kind="error", code="signed_out", message=""))
    fake_kernel.at(260, lambda: fake_kernel.give("eve's", username="eve"))
    assert fake_kernel.ask(binding=binding) == "eve's"
    assert binding.identity == "eve"


def test_a_renewal_for_another_identity_changes_nothing(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("ada's", lifetime=299))
    fake_kernel.ask(binding=binding)
    fake_kernel.at(0, lambda: fake_kernel.give("eve's", username="eve"))
    assert fake_kernel.ask(binding=binding) == "ada's"


def test_signing_out_frees_a_credential(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("ada's"))
    fake_kernel.ask(binding=binding)
    fake_kernel.answer(kind="error", code="signed_out", message="")
    fake_kernel.at(0, lambda: fake_kernel.give("eve's", username="eve"))
    assert fake_kernel.ask(binding=binding) == "eve's"


def test_signing_out_during_a_wait_also_frees_a_credential(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("ada's"))
    fake_kernel.ask(binding=binding)
    fake_kernel.at(1, lambda: fake_kernel.answer(0, kind="error", code="signed_out", message=""))
    fake_kernel.at(2, lambda: fake_kernel.give("eve's", username="eve"))
    assert fake_kernel.ask(TokenRequest(STORAGE.scopes, force=True), binding) == "eve's"


def test_close_closes_the_comm_except_in_a_child(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("t"))
    fake_kernel.ask(binding=binding)
    mine, fake_kernel.channel.pid = fake_kernel.channel.pid, -1
    fake_kernel.broker.forget(binding)
    assert fake_kernel.publisher.closed == []
    fake_kernel.channel.pid = mine
    fake_kernel.broker.forget(binding)
    assert fake_kernel.publisher.closed == [fake_kernel.publisher.opened[0][0]]


def test_nothing_is_sent_if_tokens_are_forbidden(fake_kernel: FakeKernel) -> None:
    fake_kernel.code = "debug_log"
    assert fake_kernel.ask() == "debug_log"
    assert fake_kernel.publisher.opened == []


def test_a_problem_during_the_wait_ends_it(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0.5, lambda: setattr(fake_kernel, "code", "debug_log"))
    assert fake_kernel.ask() == "debug_log"
    assert len(fake_kernel.publisher.opened) == 1


def test_an_account_is_never_looked_up_on_this_machine(fake_kernel: FakeKernel) -> None:
    assert fake_kernel.ask(TokenRequest(STORAGE.scopes, account="ada")) == "no_page"
    assert fake_kernel.seconds == 4
