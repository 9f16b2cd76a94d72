"""`require_user=True`: no token of the machine's identity or of the Azure CLI, from any source."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth import JupyterCredential, aio
from jupyter_azure_auth._models import Account
from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, ConnectionFile, write
from jupyter_azure_auth.errors import ERRORS
from jupyter_azure_auth.kernel.broker import AccountBinding, Broker
from jupyter_azure_auth.kernel.cache import TokenCache
from jupyter_azure_auth.kernel.parent_server.client import KernelRef, ask_parent_server
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from jupyter_azure_auth.kernel.request_flow import ServerUnavailable
from jupyter_azure_auth.kernel.wakeup import run
from test.kernel.fake_kernel import STORAGE, FakeKernel, open_fake_kernel, result
from test.kernel.fake_server import MACHINE, FakeServer, own_process
from test.kernel.notebook import CANARY
from test.kernel.test_parent_server_cell import ASK, ON_A_MACHINE, SCOPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from test.kernel.notebook import Notebook

OF_USER = replace(STORAGE, require_user=True)
MACHINES = ["managed-identity:c", "connect-to-azure:o", "azure-cli:a"]


@pytest.fixture
def fake_kernel(monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    return open_fake_kernel(monkeypatch)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake_server = FakeServer()
    yield fake_server
    fake_server.stop()


def from_server(fake_kernel: FakeKernel, who: str) -> IssuedToken:
    end = int(fake_kernel.clock()) + 3600
    return IssuedToken(
        "s", end, Identity(who), origin="server", account=Account(who, "", who, "tid")
    )


def test_asks_for_a_user(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask(OF_USER) == "t"
    assert fake_kernel.publisher.opened[-1][1]["require_user"] is True
    assert fake_kernel.ask(STORAGE) == "t", "a user's token is good for both credentials"
    assert len(fake_kernel.publisher.opened) == 1


# Situation: page of an older version | has an identity of the machine only | token with
# require_user | user_required, at once | sign in from the panel
@pytest.mark.parametrize("who", MACHINES)
def test_refuses_the_machine_of_a_page_that_does_not_know_the_field(
    fake_kernel: FakeKernel, who: str
) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("t", username=who))
    assert fake_kernel.ask(OF_USER) == "user_required"
    assert fake_kernel.seconds == 0


# Situation: page | has issued the machine's token to another credential | token with require_user |
# a new request, never the token in the cache | sign in from the panel
@pytest.mark.parametrize("who", MACHINES)
def test_a_cached_machine_token_is_not_used_for_it(fake_kernel: FakeKernel, who: str) -> None:
    fake_kernel.at(0, lambda: fake_kernel.give("m", username=who))
    assert fake_kernel.ask(STORAGE) == "m"
    fake_kernel.at(0, lambda: fake_kernel.answer(kind="error", code="sign_in_required", message=""))
    assert fake_kernel.ask(OF_USER) == "sign_in_required"
    fake_kernel.at(0, lambda: fake_kernel.give("u"))
    binding = AccountBinding()
    assert fake_kernel.ask(OF_USER, binding) == "u"
    assert binding.identity == "ada"


def test_the_server_is_not_asked_for_the_machine_that_the_kernel_had(
    fake_kernel: FakeKernel,
) -> None:
    fake_kernel.server = from_server(fake_kernel, MACHINES[0])
    assert fake_kernel.ask(STORAGE) == "s"
    fake_kernel.server = from_server(fake_kernel, "ada")
    fake_kernel.ask(OF_USER)
    assert fake_kernel.server_requests[-1][1] is None


# Situation: kernel without a page | no user at the server, and the machine has an identity
# | token with require_user | user_required within 5 s | sign in from the panel
def test_no_source_answers(fake_kernel: FakeKernel) -> None:
    fake_kernel.server = ServerUnavailable("sign_in_required")
    assert fake_kernel.ask(OF_USER) == "user_required"
    assert fake_kernel.seconds <= 5


# Situation: parent server of an older version | returns the machine's token | token with
# require_user | refused by the kernel | sign in from the panel
@pytest.mark.parametrize("who", MACHINES)
def test_refuses_the_machine_of_an_older_server(
    server: FakeServer, tmp_path: Path, who: str
) -> None:
    received = {"token": "m", "token_type": "Bearer", "expires_on": 4_000_000_000}
    account = {"id": who, "username": who, "tenant_id": "tid"}
    server.answer = 200, json.dumps({**received, "account": account}).encode()
    path = tmp_path / "azure-auth.json"
    tmp_path.chmod(0o700)
    write(path, ConnectionFile(**own_process(), url=f"http://127.0.0.1:{server.port}/", key="key"))
    environ = {CONNECTION_VARIABLE: str(path)}
    answer = ask_parent_server(OF_USER, None, KernelRef("k", "c", "r"), environ)
    assert isinstance(answer, ServerUnavailable)


def test_a_process_without_a_kernel_says_to_sign_in() -> None:
    outcome = run(Broker(TokenCache(), None).obtain(OF_USER, AccountBinding(), 300))
    assert result(outcome) == "user_required"
    assert "sign in" in ERRORS["user_required"].remedy
    assert ERRORS["user_required"].unavailable


@pytest.mark.parametrize("kind", [JupyterCredential, aio.JupyterCredential])
def test_survives_copies(kind: type[JupyterCredential]) -> None:
    credential = kind(require_user=True)
    for other in (pickle.loads(pickle.dumps(credential)), copy.deepcopy(credential)):  # noqa: S301
        assert other._settings == credential._settings
        assert other._settings.require_user
        assert "require_user=True" in repr(other)


ASK_FOR_USER = (
    "credential = jupyter_azure_auth.JupyterCredential(require_user=True)\n" + ASK.format(SCOPE)
)


# Situation: machine with an identity | no page, no server, no signed-in user | token with
# require_user | user_required, which says to sign in; never the machine's | sign in from the panel
def test_a_real_kernel_on_a_machine_gets_no_token(
    fresh: Callable[[], Notebook], server: FakeServer
) -> None:
    notebook = fresh()
    notebook.idle(notebook.run(ON_A_MACHINE.format(server.port)))
    assert notebook.output(notebook.run(ASK.format(SCOPE))) == MACHINE
    said = notebook.output(notebook.run(ASK_FOR_USER))
    assert "[user_required]" in said
    assert "sign in from the Azure panel" in said
    assert MACHINE not in said


def test_a_real_kernel_gets_a_users_token_from_its_page(
    fresh: Callable[[], Notebook], server: FakeServer
) -> None:
    notebook = fresh()
    notebook.idle(notebook.run(ON_A_MACHINE.format(server.port)))
    cell = notebook.run(ASK_FOR_USER)
    notebook.give(notebook.asked())
    assert notebook.output(cell) == CANARY
