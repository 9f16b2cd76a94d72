"""Requests and their waiters, on a fake clock and a fake kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth.kernel.broker import Pin
from jupyter_azure_auth.kernel.protocol import Request
from test.kernel.desk import STORAGE, Desk, open_desk, result

if TYPE_CHECKING:
    pass


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return open_desk(monkeypatch)


def test_asks_again_each_second_and_closes_all_but_the_newest(desk: Desk) -> None:
    desk.at(2.5, lambda: desk.give("t"))
    assert desk.ask() == "t"
    assert desk.seconds == 2.5
    ids = [comm_id for comm_id, _ in desk.out.opened]
    assert len(ids) == 3
    assert desk.out.closed == ids[:2]
    assert len({data["request_id"] for _, data in desk.out.opened}) == 1


def test_the_first_token_wins_on_whichever_comm(desk: Desk) -> None:
    desk.at(1.5, lambda: desk.give("t", number=0))
    assert desk.ask() == "t"
    late = desk.out.opened[0]
    assert not desk.channel.receive(late[0], {"request_id": late[1]["request_id"]})


def test_asks_each_five_seconds_after_a_pending(desk: Desk) -> None:
    desk.at(0, lambda: desk.answer(kind="pending", reason="sign_in"))
    desk.at(12, lambda: desk.give("t"))
    assert desk.ask() == "t"
    assert len(desk.out.opened) == 3  # at 0, 5 and 10
    assert desk.out.shown[0].startswith("Waiting for you to sign in")
    assert desk.out.shown[-1] == ""


def test_a_token_that_takes_long_is_named_in_the_cell(desk: Desk) -> None:
    desk.at(0, lambda: desk.answer(kind="pending", reason="acquiring"))
    desk.at(6, lambda: desk.give("t"))
    assert desk.ask() == "t"
    assert desk.out.shown[0].startswith("Waiting for a token for https://storage.azure.com: ")
    assert desk.out.shown[1:] == [""]


def test_the_user_has_the_timeout_from_the_first_pending_on(desk: Desk) -> None:
    desk.at(2, lambda: desk.answer(kind="pending", reason="sign_in"))
    desk.at(6, lambda: desk.answer(kind="pending", reason="sign_in"))
    assert desk.ask(timeout=12) == "timed_out"
    assert desk.seconds == 14
    assert sorted(desk.out.closed) == sorted(comm_id for comm_id, _ in desk.out.opened)
    assert desk.out.shown[-1] == ""


def test_a_page_that_answered_before_has_a_minute(desk: Desk) -> None:
    desk.at(0, lambda: desk.answer(kind="error", code="denied", message=""))
    assert desk.ask() == "denied"
    assert desk.ask() == "page_gone"
    assert desk.seconds == 60
    assert desk.out.shown == [desk.out.shown[0], ""]
    assert "still trying" in desk.out.shown[0]


def test_everybody_waits_for_one_request(desk: Desk) -> None:
    first, second = desk.begin(), desk.begin()
    next(first)
    step = next(second)
    assert len(desk.out.opened) == 1
    desk.give("t")
    desk.pass_time(step)
    for flow in (second, first):
        with pytest.raises(StopIteration) as end:
            next(flow)
        assert result(end.value.value) == "t"


def test_one_who_gives_up_leaves_the_request_to_the_others(desk: Desk) -> None:
    first, second = desk.begin(), desk.begin()
    next(first)
    next(second)
    first.close()
    assert desk.out.closed == []
    second.close()
    assert desk.out.closed == [desk.out.opened[0][0]]


def test_one_interrupted_in_the_middle_of_sending_makes_another_begin_anew(desk: Desk) -> None:
    first, second = desk.begin(), desk.begin()
    next(first)
    next(second)
    opened = desk.out.open_comm

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    desk.out.open_comm = interrupted  # type: ignore[method-assign,assignment]
    desk.seconds = 1
    with pytest.raises(KeyboardInterrupt):
        next(first)
    desk.out.open_comm = opened  # type: ignore[method-assign]
    next(second)
    desk.give("t")
    with pytest.raises(StopIteration) as end:
        next(second)
    assert result(end.value.value) == "t"


def test_different_requests_do_not_share(desk: Desk) -> None:
    flows = [
        desk.begin(request)
        for request in (
            STORAGE,
            Request(STORAGE.scopes, enable_cae=True),
            Request(STORAGE.scopes, claims="{}"),
            Request(STORAGE.scopes, force=True),
            Request(STORAGE.scopes, account="ada"),
        )
    ]
    for flow in flows:
        next(flow)
    assert len({data["request_id"] for _, data in desk.out.opened}) == len(flows)


@pytest.mark.parametrize("change", [{"claims": "{}"}, {"force": True}])
def test_claims_and_force_bypass_the_cache_and_replace_what_it_has(
    desk: Desk, change: dict[str, Any]
) -> None:
    desk.at(0, lambda: desk.give("refused"))
    desk.ask()
    desk.at(0, lambda: desk.give("demanded"))
    assert desk.ask(Request(STORAGE.scopes, **change)) == "demanded"
    assert desk.ask() == "demanded"


def test_a_renewal_asks_silently_waits_two_seconds_and_tries_again_after_thirty(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("good", life=299, refresh_on=int(desk.clock())))
    assert desk.ask() == "good"
    assert desk.ask() == "good"
    assert desk.seconds == 2
    assert desk.out.opened[-1][1]["interactive"] is False
    assert desk.out.closed == [desk.out.opened[-1][0]]
    assert desk.ask() == "good"
    desk.seconds = 29
    assert desk.ask() == "good"
    assert len(desk.out.opened) == 2
    desk.seconds = 30
    desk.at(31, lambda: desk.give("renewed"))
    assert desk.ask() == "renewed"
    assert desk.seconds == 31


# Situation: page | an outage: it has only the token that the kernel has | each call of a loop |
# the token that is still valid, requested once in 30 s | the next attempt after 30 s
def test_a_renewal_that_brings_the_same_token_is_tried_again_after_thirty_seconds(
    desk: Desk,
) -> None:
    desk.at(0, lambda: desk.give("good", life=700))
    assert desk.ask() == "good"
    desk.seconds = 400
    desk.at(400, lambda: desk.give("good", life=300))
    assert desk.ask() == "good"
    for seconds in range(401, 430):
        desk.seconds = seconds
        assert desk.ask() == "good"
    assert len(desk.out.opened) == 2
    desk.seconds = 430
    desk.at(430, lambda: desk.give("renewed"))
    assert desk.ask() == "renewed"


# Situation: token | lives for four minutes | each call of a loop | the page's, renewed each
# 48 s | nothing to do
def test_a_token_that_lives_shortly_is_renewed_at_a_fifth_of_its_life(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("short", life=240))
    for seconds in range(48):
        desk.seconds = seconds
        assert desk.ask() == "short"
    assert len(desk.out.opened) == 1
    desk.seconds = 48
    desk.at(48, lambda: desk.give("next", life=240))
    assert desk.ask() == "next"


# Situation: browser's clock | 10 minutes ahead | the token expires | the page's next token, never
# the expired one | nothing to do
def test_a_lifetime_counts_where_the_pages_clock_is_ahead(desk: Desk) -> None:
    desk.page_ahead = 600
    desk.at(0, lambda: desk.give("t", life=60, expires_in=60))
    assert desk.ask() == "t"
    desk.seconds = 60
    desk.at(60, lambda: desk.give("next", expires_in=3600))
    assert desk.ask() == "next"
    assert desk.out.opened[-1][1].get("interactive") is None, "not as a renewal"


# Situation: browser's clock | 10 minutes behind, and no lifetime sent | first token | the page's,
# requested with force; otherwise token_ended | set the clocks
def test_a_token_that_has_ended_is_asked_for_once_more_with_force(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("ended", life=-1))
    desk.at(0.5, lambda: desk.give("t"))
    assert desk.ask() == "t"
    assert [data.get("force") for _, data in desk.out.opened] == [None, True]
    desk.seconds = 4000
    desk.at(4000, lambda: desk.give("ended", life=0))
    desk.at(4000.5, lambda: desk.give("ended too", life=0))
    assert desk.ask() == "token_ended"


def test_others_do_not_wait_for_a_renewal_under_way(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("good", life=299))
    desk.ask()
    desk.seconds = 150
    flow = desk.begin()
    next(flow)
    assert desk.ask() == "good"
    assert desk.seconds == 150
    flow.close()


def test_an_expired_token_makes_a_cell_wait(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("dead", life=10))
    desk.ask()
    desk.seconds = 11
    desk.at(12, lambda: desk.give("new"))
    assert desk.ask() == "new"
    assert "interactive" not in desk.out.opened[-1][1]


def test_a_token_that_ends_while_it_is_renewed_is_not_handed_out(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("dying", life=2))
    desk.ask()
    desk.seconds = 1
    desk.at(3, lambda: desk.give("new"))
    assert desk.ask() == "new"


def test_a_credential_keeps_to_its_identity(desk: Desk) -> None:
    pin = Pin()
    desk.at(0, lambda: desk.give("ada's"))
    assert desk.ask(pin=pin) == "ada's"
    desk.at(0, lambda: desk.give("eve's", who="eve"))
    assert desk.ask(Request(STORAGE.scopes, force=True), pin) == "other_identity"
    assert desk.ask() == "eve's"  # a new credential
    desk.at(desk.seconds, lambda: desk.give("ada's again"))
    assert desk.ask(pin=pin) == "ada's again"


def test_a_renewal_for_another_identity_changes_nothing(desk: Desk) -> None:
    pin = Pin()
    desk.at(0, lambda: desk.give("ada's", life=299))
    desk.ask(pin=pin)
    desk.at(0, lambda: desk.give("eve's", who="eve"))
    assert desk.ask(pin=pin) == "ada's"


def test_signing_out_frees_a_credential(desk: Desk) -> None:
    pin = Pin()
    desk.at(0, lambda: desk.give("ada's"))
    desk.ask(pin=pin)
    desk.answer(kind="error", code="signed_out", message="")
    desk.at(0, lambda: desk.give("eve's", who="eve"))
    assert desk.ask(pin=pin) == "eve's"


def test_signing_out_while_it_waits_frees_it_too(desk: Desk) -> None:
    pin = Pin()
    desk.at(0, lambda: desk.give("ada's"))
    desk.ask(pin=pin)
    desk.at(1, lambda: desk.answer(0, kind="error", code="signed_out", message=""))
    desk.at(2, lambda: desk.give("eve's", who="eve"))
    assert desk.ask(Request(STORAGE.scopes, force=True), pin) == "eve's"


def test_closing_takes_the_comm_back_but_not_in_a_child(desk: Desk) -> None:
    pin = Pin()
    desk.at(0, lambda: desk.give("t"))
    desk.ask(pin=pin)
    mine, desk.channel.pid = desk.channel.pid, -1
    desk.broker.forget(pin)
    assert desk.out.closed == []
    desk.channel.pid = mine
    desk.broker.forget(pin)
    assert desk.out.closed == [desk.out.opened[0][0]]


def test_trouble_sends_nothing(desk: Desk) -> None:
    desk.code = "debug_log"
    assert desk.ask() == "debug_log"
    assert desk.out.opened == []


def test_trouble_that_comes_while_it_waits_ends_it(desk: Desk) -> None:
    desk.at(0.5, lambda: setattr(desk, "code", "debug_log"))
    assert desk.ask() == "debug_log"
    assert len(desk.out.opened) == 1


def test_a_person_is_never_looked_for_on_this_machine(desk: Desk) -> None:
    assert desk.ask(Request(STORAGE.scopes, account="ada")) == "no_page"
    assert desk.seconds == 4
