"""Requests to the parent server, on a fake clock and a fake kernel."""

from __future__ import annotations

from dataclasses import replace
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth._models import Account, TokenRequest
from jupyter_azure_auth.kernel import effects
from jupyter_azure_auth.kernel.broker import AccountBinding
from jupyter_azure_auth.kernel.parent_server import client
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from jupyter_azure_auth.kernel.request_flow import ServerUnavailable
from test.kernel.fake_kernel import STORAGE, FakeKernel, open_fake_kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.kernel.request_flow import Event


CONTOSO = "c0000000-1111-4222-8333-000000000001"
FABRIKAM = "fab00000-1111-4222-8333-000000000002"
VAULT = TokenRequest(("https://vault.azure.net/.default",))


@pytest.fixture
def fake_kernel(monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    return open_fake_kernel(monkeypatch)


def from_server(
    fake_kernel: FakeKernel, token: str = "s", *, who: str = "ada", life: int = 3600
) -> IssuedToken:
    account = Account(who, "", who, "tid")
    end = int(fake_kernel.clock()) + life
    return IssuedToken(token, end, Identity(who), origin="server", account=account)


def test_the_parent_server_answers_if_no_page_does(fake_kernel: FakeKernel) -> None:
    fake_kernel.server = from_server(fake_kernel)
    assert fake_kernel.ask() == "s"
    assert fake_kernel.server_requests == [(2.0, None)]
    assert fake_kernel.channel.server_answered
    assert not fake_kernel.channel.page_answered
    assert fake_kernel.publisher.closed == [comm_id for comm_id, _ in fake_kernel.publisher.opened]
    assert fake_kernel.ask() == "s"
    assert len(fake_kernel.server_requests) == 1, "from the cache"


# Situation: parent server | gone, after it has issued tokens | the next token; no page was ever
# open | server_unavailable, without mention of an earlier page | open the notebook
def test_a_server_that_stops_answering_does_not_count_as_a_page(fake_kernel: FakeKernel) -> None:
    fake_kernel.server = from_server(fake_kernel, life=3)
    assert fake_kernel.ask() == "s"
    fake_kernel.seconds += 10
    fake_kernel.server = ServerUnavailable("no_answer")
    assert fake_kernel.ask() == "server_unavailable"
    fake_kernel.at(
        fake_kernel.seconds, lambda: fake_kernel.answer(kind="error", code="denied", message="")
    )
    assert fake_kernel.ask(TokenRequest(("https://vault.azure.net/.default",))) == "denied"
    assert fake_kernel.ask(TokenRequest(("https://graph.microsoft.com/.default",))) == "page_gone"


def test_only_the_page_is_asked_if_it_answers(fake_kernel: FakeKernel) -> None:
    fake_kernel.server = from_server(fake_kernel)
    fake_kernel.at(1.9, lambda: fake_kernel.answer(kind="pending", reason="sign_in"))
    fake_kernel.at(4, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert fake_kernel.server_requests == []


def test_a_credential_keeps_its_identity_at_the_parent_server(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("t", lifetime=3))
    assert fake_kernel.ask(binding=binding) == "t"
    fake_kernel.seconds += 10
    fake_kernel.server = ServerUnavailable("sign_in_required")
    assert fake_kernel.ask(binding=binding) == "page_gone"
    assert {account for _, account in fake_kernel.server_requests} == {"ada"}


def test_a_new_credential_of_a_kernel_with_a_users_token_keeps_the_user(
    fake_kernel: FakeKernel,
) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("t", lifetime=3))
    fake_kernel.ask()
    fake_kernel.seconds += 10
    fake_kernel.server = from_server(fake_kernel)
    assert fake_kernel.ask(TokenRequest(("https://vault.azure.net/.default",))) == "s"
    assert [account for _, account in fake_kernel.server_requests] == ["ada"]


def test_until_the_user_signs_out(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("t"))
    fake_kernel.ask()
    fake_kernel.answer(kind="error", code="signed_out", message="")
    fake_kernel.server = from_server(fake_kernel, who="managed-identity:m")
    assert fake_kernel.ask() == "s"
    assert [account for _, account in fake_kernel.server_requests] == [None]


# Situation: kernel without a page | the user signs out at the parent server, from which it had its
# token | the next token | refused as for a kernel that never had one, without waiting for a page to
# reload | sign in
def test_does_not_wait_for_a_page_after_a_sign_out_at_the_server(fake_kernel: FakeKernel) -> None:
    fake_kernel.server = from_server(fake_kernel)
    assert fake_kernel.ask() == "s"
    fake_kernel.channel.forget_identity()
    fake_kernel.server, begun = ServerUnavailable("sign_in_required"), fake_kernel.seconds
    assert fake_kernel.ask(TokenRequest(("https://vault.azure.net/.default",))) == "no_page"
    assert fake_kernel.seconds - begun <= 10


def test_a_requested_account_is_the_one_returned(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("t"))
    fake_kernel.ask()
    fake_kernel.server = ServerUnavailable("sign_in_required")
    fake_kernel.ask(TokenRequest(("https://vault.azure.net/.default",), account="bob"))
    assert {account for _, account in fake_kernel.server_requests} == {"bob"}


# Situation: parent server with several accounts | a cell has named one of them | the next token for
# which no account is named, no page open | the active account's | nothing to do
def test_a_named_account_does_not_apply_to_other_requests(fake_kernel: FakeKernel) -> None:
    fake_kernel.server = from_server(fake_kernel, "b", who="bob")
    assert fake_kernel.ask(TokenRequest(STORAGE.scopes, account="bob")) == "b"
    fake_kernel.server = from_server(fake_kernel)
    assert fake_kernel.ask() == "s"
    assert [account for _, account in fake_kernel.server_requests] == ["bob", None]
    fake_kernel.server = from_server(fake_kernel, "v")
    assert fake_kernel.ask(TokenRequest(("https://vault.azure.net/.default",))) == "v"
    assert fake_kernel.server_requests[-1][1] == "ada"


# Situation: parent server with an identity of its machine | a page gave a token for an account that
# the cell named, and is gone | the next token for which no account is named | none, never the
# machine's | open the notebook
def test_the_machine_does_not_replace_a_named_account(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("b", username="bob"))
    assert fake_kernel.ask(TokenRequest(STORAGE.scopes, account="bob")) == "b"
    fake_kernel.server = from_server(fake_kernel, who="managed-identity:m")
    assert fake_kernel.ask() == "page_gone"
    assert {account for _, account in fake_kernel.server_requests} == {None}
    fake_kernel.channel.forget_identity()
    assert fake_kernel.ask() == "s"


# Situation: parent server with several accounts | the user switches while a cell waits for the
# server, and another thread notices it | the token of the cell | the new account's | nothing to do
@pytest.mark.parametrize("name", [None, "ada"])
def test_a_switch_ends_the_wait_for_the_previous_account(
    fake_kernel: FakeKernel, name: str | None
) -> None:
    request = replace(STORAGE, account=name)
    fake_kernel.at(0, lambda: fake_kernel.give("t", lifetime=3))
    fake_kernel.ask(request)
    fake_kernel.seconds += 10
    fake_kernel.server = ServerUnavailable("no_answer")

    def switch() -> None:
        fake_kernel.broker._forget_user()
        fake_kernel.server = from_server(fake_kernel, who=name or "bob")

    fake_kernel.at(15, switch)
    assert fake_kernel.ask(request) == "s"
    assert fake_kernel.server_requests[-1][1] == name


def test_a_token_that_arrives_after_a_switch_is_requested_again(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, asked = fake_kernel.broker.cache, list[str | None]()
    events: Queue[Event] = Queue()

    def ask(_request: TokenRequest, account: str | None, *_: object, **__: object) -> IssuedToken:
        asked.append(account)
        if len(asked) == 1:
            cache.forget_all()
        return from_server(fake_kernel, who=account or "bob")

    monkeypatch.setattr(client, "ask_parent_server", ask)
    context = effects.RequestContext(STORAGE, None, "ada")
    effects.ScriptEffects(context, events.put, cache).ask_parent_server()
    assert events.get(timeout=60) == from_server(fake_kernel, who="bob")
    assert asked == ["ada", None]


@pytest.mark.parametrize(("tenant_id", "asked"), [(FABRIKAM, FABRIKAM), (CONTOSO, None)])
def test_the_parent_server_is_asked_for_the_tenant_that_was_chosen_in_the_page(
    fake_kernel: FakeKernel, tenant_id: str, asked: str | None
) -> None:
    account = {"id": f"oid.{CONTOSO}", "username": "gina", "tenant_id": tenant_id}
    fake_kernel.at(0, lambda: fake_kernel.give("t", account=account))
    fake_kernel.ask()
    fake_kernel.server = ServerUnavailable("no_answer")
    fake_kernel.ask(VAULT)
    fake_kernel.ask(replace(VAULT, tenant_id="fabrikam.com"))
    assert set(fake_kernel.server_tenants) == {asked, "fabrikam.com"}
    fake_kernel.answer(0, kind="error", code="signed_out", message="")
    fake_kernel.server_tenants.clear()
    fake_kernel.ask(VAULT)
    assert set(fake_kernel.server_tenants) == {None}


def test_a_renewal_asks_the_parent_server_after_half_a_second(fake_kernel: FakeKernel) -> None:
    binding = AccountBinding()
    fake_kernel.at(0, lambda: fake_kernel.give("t", lifetime=620))
    fake_kernel.ask(binding=binding)
    fake_kernel.seconds += 330
    fake_kernel.server = from_server(fake_kernel)
    assert fake_kernel.ask(binding=binding) == "s"
    assert fake_kernel.server_requests == [(330.5, "ada")]
    assert fake_kernel.seconds == 330.5


def test_a_prompt_of_a_cell_does_not_ask_the_parent_server(
    fake_kernel: FakeKernel,
) -> None:
    fake_kernel.server = from_server(fake_kernel)
    prompt = TokenRequest(("https://vault.azure.net/.default",), prompt=True)
    assert fake_kernel.ask(prompt) == "no_page"
    assert fake_kernel.server_requests == []


def test_a_token_that_arrives_after_a_sign_out_is_dropped(fake_kernel: FakeKernel) -> None:
    epoch = fake_kernel.broker.cache.epoch
    fake_kernel.broker.cache.forget_all()
    assert not fake_kernel.broker.cache.put_if_epoch(epoch, STORAGE, from_server(fake_kernel))
    assert fake_kernel.broker.cache.find(STORAGE.key, None) is None


def test_kernels_are_reached_by_their_attach_whatever_else_is_closed(
    fake_kernel: FakeKernel,
) -> None:
    comm_id, request_id = fake_kernel.channel.attach_comm()
    assert fake_kernel.channel.attach_comm() == (comm_id, request_id)
    assert fake_kernel.publisher.opened[-1][1]["kind"] == "attach"
    fake_kernel.server = from_server(fake_kernel)
    assert fake_kernel.ask() == "s"
    ambient_request = {"scopes": list(STORAGE.scopes), "enable_cae": False}
    account = {"id": "ada", "username": "ada", "tenant_id": "tid"}
    later = {
        "request_id": request_id,
        "kind": "token",
        "token": "later",
        "token_type": "Bearer",
        "expires_on": int(fake_kernel.clock()) + 7200,
        "account": account,
        "request": ambient_request,
    }
    fake_kernel.channel.receive(comm_id, later)
    assert fake_kernel.ask() == "later"
    signed_out = {"request_id": request_id, "kind": "error", "code": "signed_out", "message": ""}
    fake_kernel.channel.receive(comm_id, signed_out)
    assert fake_kernel.broker.cache.find(STORAGE.key, None) is None
    fake_kernel.channel.close_all()
    assert fake_kernel.channel.attach_comm() != (comm_id, request_id)


def use_ambient(fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Look for ambient identities without a thread.

    :returns: a function that answers with the machine's token.
    """
    takes: list[Callable[[Event], None]] = []
    monkeypatch.setattr(effects, "find_token", lambda _request, take, **_: takes.append(take))
    end = int(fake_kernel.clock()) + 3600
    token = IssuedToken("az", end, Identity("azure-cli:1"), origin="azure-cli")
    return lambda: takes[0](token)


# Situation: Azure CLI | slow; in the meantime, a page loads | first token, while the page gets it |
# the user's token | nothing to do
@pytest.mark.parametrize("reason", ["acquiring", "sign_in"])
def test_the_machine_does_not_replace_a_page_that_is_getting_a_token(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    answer = use_ambient(fake_kernel, monkeypatch)
    fake_kernel.at(5, lambda: fake_kernel.answer(kind="pending", reason=reason))
    fake_kernel.at(5.1, answer)
    fake_kernel.at(7, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"


# Situation: Azure CLI | answers while the page prompts its user | the next token after **Not now**
# | the error `denied`, never the Azure CLI's token | run the cell again in a minute
def test_the_azure_cli_does_not_override_a_refusal(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = use_ambient(fake_kernel, monkeypatch)
    fake_kernel.at(5, lambda: fake_kernel.answer(kind="pending", reason="sign_in"))
    fake_kernel.at(5.1, answer)
    fake_kernel.at(7, lambda: fake_kernel.answer(kind="error", code="denied", message=""))
    assert fake_kernel.ask() == "denied"
    fake_kernel.at(
        fake_kernel.seconds, lambda: fake_kernel.answer(kind="error", code="denied", message="")
    )
    assert fake_kernel.ask() == "denied"


# Situation: Azure CLI | answers after a page has issued the user's token | the first token of
# another credential | the user's token | nothing to do
def test_a_machine_token_does_not_replace_a_users_in_the_cache(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = use_ambient(fake_kernel, monkeypatch)
    fake_kernel.at(5, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    answer()
    assert fake_kernel.ask() == "t"
