"""Requests to the parent server, on a fake clock and a fake kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth.kernel import crew
from jupyter_azure_auth.kernel.broker import Pin
from jupyter_azure_auth.kernel.flow import NotFromServer
from jupyter_azure_auth.kernel.protocol import Account, Identity, Issued, Request
from test.kernel.desk import STORAGE, Desk, open_desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.kernel.flow import News


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return open_desk(monkeypatch)


def from_server(desk: Desk, token: str = "s", *, who: str = "ada", life: int = 3600) -> Issued:
    account = Account(who, who, "tid")
    end = int(desk.clock()) + life
    return Issued(token, end, Identity(who), origin="server", account=account)


def test_the_own_server_answers_where_no_page_does(desk: Desk) -> None:
    desk.server = from_server(desk)
    assert desk.ask() == "s"
    assert desk.asked_server == [(2.0, None)]
    assert desk.channel.served
    assert not desk.channel.answered
    assert desk.out.closed == [comm_id for comm_id, _ in desk.out.opened]
    assert desk.ask() == "s"
    assert len(desk.asked_server) == 1, "from the cache"


# Situation: parent server | gone, after it has issued tokens | the next token, no page ever open |
# server_unavailable, without mention of an earlier page | open the notebook
def test_a_server_that_does_not_answer_any_more_is_no_page(desk: Desk) -> None:
    desk.server = from_server(desk, life=3)
    assert desk.ask() == "s"
    desk.seconds += 10
    desk.server = NotFromServer("no_answer")
    assert desk.ask() == "server_unavailable"
    desk.at(desk.seconds, lambda: desk.answer(kind="error", code="denied", message=""))
    assert desk.ask(Request(("https://vault.azure.net/.default",))) == "denied"
    assert desk.ask(Request(("https://graph.microsoft.com/.default",))) == "page_gone"


def test_a_page_that_answers_is_asked_alone(desk: Desk) -> None:
    desk.server = from_server(desk)
    desk.at(1.9, lambda: desk.answer(kind="pending", reason="sign_in"))
    desk.at(4, lambda: desk.give("t"))
    assert desk.ask() == "t"
    assert desk.asked_server == []


def test_a_credential_keeps_its_identity_at_the_own_server(desk: Desk) -> None:
    pin = Pin()
    desk.at(0, lambda: desk.give("t", life=3))
    assert desk.ask(pin=pin) == "t"
    desk.seconds += 10
    desk.server = NotFromServer("sign_in_required")
    assert desk.ask(pin=pin) == "page_gone"
    assert {account for _, account in desk.asked_server} == {"ada"}


def test_so_does_a_new_credential_of_a_kernel_that_has_had_a_persons_token(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("t", life=3))
    desk.ask()
    desk.seconds += 10
    desk.server = from_server(desk)
    assert desk.ask(Request(("https://vault.azure.net/.default",))) == "s"
    assert [account for _, account in desk.asked_server] == ["ada"]


def test_until_the_user_signs_out(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("t"))
    desk.ask()
    desk.answer(kind="error", code="signed_out", message="")
    desk.server = from_server(desk, who="managed-identity:m")
    assert desk.ask() == "s"
    assert [account for _, account in desk.asked_server] == [None]


def test_an_account_that_was_asked_for_by_name_is_that_one(desk: Desk) -> None:
    desk.at(0, lambda: desk.give("t"))
    desk.ask()
    desk.server = NotFromServer("sign_in_required")
    desk.ask(Request(("https://vault.azure.net/.default",), account="bob"))
    assert {account for _, account in desk.asked_server} == {"bob"}


def test_a_renewal_asks_the_own_server_after_half_a_second(desk: Desk) -> None:
    pin = Pin()
    desk.at(0, lambda: desk.give("t", life=620))
    desk.ask(pin=pin)
    desk.seconds += 330
    desk.server = from_server(desk)
    assert desk.ask(pin=pin) == "s"
    assert desk.asked_server == [(330.5, "ada")]
    assert desk.seconds == 330.5


def test_a_sign_in_that_a_cell_asks_for_is_no_matter_for_the_own_server(desk: Desk) -> None:
    desk.server = from_server(desk)
    prompt = Request(("https://vault.azure.net/.default",), prompt=True)
    assert desk.ask(prompt) == "no_page"
    assert desk.asked_server == []


def test_a_token_that_comes_after_a_sign_out_is_not_kept(desk: Desk) -> None:
    epoch = desk.broker.cache.epoch
    desk.broker.cache.forget_all()
    assert not desk.broker.cache.keep_of(epoch, STORAGE, from_server(desk))
    assert desk.broker.cache.find(STORAGE.key, None) is None


def test_kernels_are_reached_by_their_attach_whatever_else_is_closed(desk: Desk) -> None:
    comm_id, request_id = desk.channel.address()
    assert desk.channel.address() == (comm_id, request_id)
    assert desk.out.opened[-1][1]["kind"] == "attach"
    desk.server = from_server(desk)
    assert desk.ask() == "s"
    wish = {"scopes": list(STORAGE.scopes), "enable_cae": False}
    account = {"id": "ada", "username": "ada", "tenant_id": "tid"}
    later = {
        "request_id": request_id,
        "kind": "token",
        "token": "later",
        "token_type": "Bearer",
        "expires_on": int(desk.clock()) + 7200,
        "account": account,
        "for": wish,
    }
    desk.channel.receive(comm_id, later)
    assert desk.ask() == "later"
    signed_out = {"request_id": request_id, "kind": "error", "code": "signed_out", "message": ""}
    desk.channel.receive(comm_id, signed_out)
    assert desk.broker.cache.find(STORAGE.key, None) is None
    desk.channel.hang_up_all()
    assert desk.channel.address() != (comm_id, request_id)


def open_machine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Look for ambient identities without a thread.

    :returns: a function that answers with the machine's token.
    """
    takes: list[Callable[[News], None]] = []
    monkeypatch.setattr(crew, "seek", lambda _request, take, **_: takes.append(take))
    end = int(desk.clock()) + 3600
    token = Issued("az", end, Identity("azure-cli:1"), origin="azure-cli")
    return lambda: takes[0](token)


# Situation: Azure CLI | slow; a page loads in the meantime | first token, while the page gets it |
# the user's token | nothing to do
@pytest.mark.parametrize("reason", ["acquiring", "sign_in"])
def test_the_machine_does_not_overtake_a_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    answer = open_machine(desk, monkeypatch)
    desk.at(5, lambda: desk.answer(kind="pending", reason=reason))
    desk.at(5.1, answer)
    desk.at(7, lambda: desk.give("t"))
    assert desk.ask() == "t"


# Situation: Azure CLI | answers while the page prompts its user | the next token after **Not now**
# | the error `denied`, never the Azure CLI's token | run the cell again in a minute
def test_the_machine_does_not_go_round_a_no(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = open_machine(desk, monkeypatch)
    desk.at(5, lambda: desk.answer(kind="pending", reason="sign_in"))
    desk.at(5.1, answer)
    desk.at(7, lambda: desk.answer(kind="error", code="denied", message=""))
    assert desk.ask() == "denied"
    desk.at(desk.seconds, lambda: desk.answer(kind="error", code="denied", message=""))
    assert desk.ask() == "denied"


# Situation: Azure CLI | answers after a page has issued the user's token | the first token of
# another credential | the user's token | nothing to do
def test_the_machine_takes_no_users_place_in_the_cache(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = open_machine(desk, monkeypatch)
    desk.at(5, lambda: desk.give("t"))
    assert desk.ask() == "t"
    answer()
    assert desk.ask() == "t"
