"""The magics in a real kernel; the test plays the page."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth._error_catalog import CELL
from jupyter_azure_auth._local_time import local_time
from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, ConnectionFile, write
from test.kernel.notebook import ACCOUNT, CANARY, Message, Notebook, error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MANAGEMENT = "https://management.azure.com/.default"
SECRETS = (CANARY, "oid.tid")
ENDS = 1_795_900_000
ADA = {**ACCOUNT, "tenant_id": "tid-of-ada", "name": "Ada Lovelace"}
CANDIDATES = [
    {"source": "popup", "outcome": "selected", "reason": None},
    {"source": "azure-cli", "outcome": "unavailable", "reason": "The CLI is not signed in."},
]


@pytest.fixture
def shell(notebook: Notebook) -> Iterator[Notebook]:
    """The shared kernel with the magics and without tokens."""
    notebook.idle(
        notebook.run(
            "%load_ext jupyter_azure_auth\n"
            "from jupyter_azure_auth.kernel.attach import tokens; tokens.forget_all()"
        )
    )
    notebook.seen.clear()
    yield notebook
    notebook.idle(notebook.run("%unload_ext jupyter_azure_auth"))


def data_of(request: Message) -> dict[str, Any]:
    data: dict[str, Any] = request["content"]["data"]
    return data


def test_login_asks_for_a_token_and_names_the_account(shell: Notebook) -> None:
    cell = shell.run("%azure_login --tenant contoso.com --cloud AzureUSGovernment --scope s/a s/b")
    request = shell.asked()
    wanted = {"scopes": ["s/a"], "tenant_id": "contoso.com", "cloud": "AzureUSGovernment"}
    assert data_of(request) == {**data_of(request), **wanted}
    assert "prompt" not in data_of(request)
    shell.give(request, account=ADA)
    second = shell.asked()
    assert data_of(second)["scopes"] == ["s/b"]
    shell.give(second, account=ADA)
    text = shell.output(cell)
    assert text == "Signed in to Azure as ada@example.com."


@pytest.mark.parametrize("code", ["no_page", "no_kernel"])
def test_an_error_names_every_command_to_run(notebook: Notebook, code: str) -> None:
    """It is raised where nothing has loaded the magics."""
    *before, login = re.findall("`%([^`]+)`", CELL[code][1])
    assert login == "azure_login"
    run = [f"get_ipython().run_line_magic(*{one.split()})" for one in before]
    found = "print(get_ipython().find_line_magic('azure_login') is not None)"
    assert notebook.output(notebook.run("\n".join([*run, found]))) == "True"
    notebook.idle(notebook.run("%unload_ext jupyter_azure_auth"))


def test_login_asks_for_the_resource_manager_of_its_cloud(shell: Notebook) -> None:
    cell = shell.run("%azure_login --cloud AzureUSGovernment")
    request = shell.asked()
    assert data_of(request)["scopes"] == ["https://management.core.usgovcloudapi.net/.default"]
    shell.give(request, account=ADA)
    shell.idle(cell)


def test_login_keeps_its_token_for_credentials(shell: Notebook) -> None:
    cell = shell.run("%azure_login")
    shell.give(shell.asked(), account=ADA)
    shell.idle(cell)
    cell = shell.run(f"print(credential.get_token('{MANAGEMENT}').token)")
    assert shell.output(cell) == CANARY
    assert shell.kinds_asked() == ["token"]


def test_force_asks_even_if_a_user_is_signed_in(shell: Notebook) -> None:
    shell.give(_asked_by(shell, "%azure_login"), account=ADA)
    cell = shell.run("%azure_login --force")
    request = shell.asked()
    assert data_of(request)["prompt"] is True
    shell.give(request, account=ADA, prompted=True)
    assert shell.output(cell) == "Signed in to Azure as ada@example.com."


def test_force_is_not_answered_by_a_page_that_did_not_ask(shell: Notebook) -> None:
    cell = shell.run("%azure_login --force")
    shell.give(shell.asked(), account=ADA)
    assert shell.output(cell).endswith("[old_page]")


def _asked_by(notebook: Notebook, magic: str) -> Message:
    notebook.run(magic)
    return notebook.asked()


def test_status_names_the_account_and_how_it_was_selected(shell: Notebook) -> None:
    cell = shell.run("%azure_status")
    request = shell.asked("status")
    known = {"version": 1, "kind": "status", "request_id": data_of(request)["request_id"]}
    assert data_of(request) == known
    shell.answer(
        request,
        "status",
        state="signed-in",
        account=ADA,
        source="popup",
        ambient=False,
        expires_on=ENDS,
        candidates=CANDIDATES,
    )
    text = shell.output(cell)
    assert text.splitlines() == [
        "Signed in to Azure as ada@example.com (Ada Lovelace): browser sign-in for one tab.",
        "Tenant: tid-of-ada.",
        f"Sign in again by {local_time(ENDS)}.",
        "How this was chosen:",
        "  browser sign-in for one tab: used",
        "  Azure CLI: not used. The CLI is not signed in.",
    ]
    assert not [secret for secret in SECRETS if secret in text]


def test_status_names_an_account_without_its_source(shell: Notebook) -> None:
    cell = shell.run("%azure_status")
    shell.answer(shell.asked("status"), "status", state="signed-in", account=ADA, source=None)
    [line] = [line for line in shell.output(cell).splitlines() if "Ada" in line]
    assert line == "Signed in to Azure as ada@example.com (Ada Lovelace)."


@pytest.mark.parametrize("cli_user", ["Ada@example.com", "bob@fabrikam.com"])
def test_status_says_until_when_and_names_another_account_of_the_azure_cli(
    shell: Notebook, tmp_path: Path, cli_user: str
) -> None:
    subscription = {"isDefault": True, "user": {"name": cli_user}}
    (tmp_path / "azureProfile.json").write_text(json.dumps({"subscriptions": [subscription]}))
    shell.give(_asked_by(shell, "%azure_login"), account=ADA)
    cell = shell.run(
        "from unittest.mock import patch\n"
        f"with patch.dict('os.environ', AZURE_CONFIG_DIR={str(tmp_path)!r}):\n"
        "    %azure_status"
    )
    fields = {"state": "signed-in", "account": ADA, "source": "popup"}
    shell.answer(shell.asked("status"), "status", **fields)
    lines = shell.output(cell).splitlines()
    [ends] = [line for line in lines if line.startswith("This kernel's tokens")]
    assert re.search(r"They expire by \d{4}-\d\d-\d\d \d\d:\d\d[+-]\d\d:\d\d\.$", ends)
    named = f"The Azure CLI is signed in with a different account: {cli_user}."
    assert (named in lines) is ("bob" in cli_user)


@pytest.mark.parametrize("magic", ["%azure_login", "%azure_logout", "%azure_status"])
def test_help_is_printed_without_a_request(shell: Notebook, magic: str) -> None:
    text = shell.output(shell.run(f"{magic} --help"))
    assert magic in text
    assert ("--tenant" in text) is (magic == "%azure_login")
    assert shell.kinds_asked() == []


def test_status_without_a_user_and_of_a_machine(shell: Notebook) -> None:
    cell = shell.run("%azure_status")
    shell.answer(shell.asked("status"), "status", state="signed-out", account=None)
    assert shell.output(cell).startswith("You are not signed in to Azure.")
    shell.seen.clear()
    cell = shell.run("%azure_status")
    vm = {**ADA, "username": "vm-7", "name": "vm-7"}
    fields = {"account": vm, "source": "managed-identity", "ambient": True}
    shell.answer(shell.asked("status"), "status", state="signed-in", **fields)
    assert shell.output(cell).splitlines() == [
        "Acts on Azure as vm-7: managed identity.",
        "Tenant: tid-of-ada.",
    ]


def test_status_is_requested_until_answered_and_every_comm_is_closed(shell: Notebook) -> None:
    cell = shell.run("%azure_status")
    first = shell.asked("status")
    again = shell.asked_again(first)
    assert data_of(first) == data_of(again)
    shell.answer(again, "status", state="signed-out")
    shell.idle(cell)
    ends = [m["content"]["comm_id"] for m in shell.seen if m["msg_type"] == "comm_close"]
    assert {first["content"]["comm_id"], again["content"]["comm_id"]} <= set(ends)


def test_an_interrupt_ends_the_request(shell: Notebook) -> None:
    cell = shell.run("%azure_status")
    request = shell.asked("status")
    shell.manager.interrupt_kernel()
    shell.closed(request["content"]["comm_id"])
    assert "KeyboardInterrupt" in shell.output(cell)


def test_logout_ends_the_sign_in_and_names_the_identity_in_use(shell: Notebook) -> None:
    cell = shell.run("%azure_logout")
    shell.answer(shell.asked("sign_out"), "done")
    shell.answer(shell.asked("status"), "status", state="signed-out")
    assert shell.output(cell) == "Signed out of Azure."


@pytest.mark.parametrize("code", ["unknown_kind", "unsupported_version"])
def test_says_what_to_upgrade_if_the_page_is_older(shell: Notebook, code: str) -> None:
    cell = shell.run("%azure_status")
    request = shell.asked("status")
    shell.send(request["content"]["comm_id"], error_of(request, code))
    assert "Upgrade jupyter-azure-auth where the Jupyter server runs" in shell.output(cell)


@pytest.mark.parametrize("magic", ["%azure_status", "%azure_logout"])
def test_a_shared_kernel_is_referred_to_the_panel(shell: Notebook, magic: str) -> None:
    cell = shell.run(magic)
    request = shell.asked("status" if "status" in magic else "sign_out")
    shell.send(request["content"]["comm_id"], error_of(request, "denied"))
    assert shell.output(cell).endswith("[shared_kernel]")


@pytest.mark.parametrize(
    ("magic", "says"),
    [
        ("%azure_login --tenant '?'", "tenant_id must be"),
        ("%azure_login --scope 'a b'", "Each scope must be"),
        ("%azure_login --cloud Elsewhere", "AzureChinaCloud"),
        ("%azure_login --wrong", "unrecognized arguments"),
        ("%azure_status more", "unrecognized arguments"),
    ],
)
def test_an_error_is_one_line_and_ends_the_notebook_run(
    shell: Notebook, magic: str, says: str
) -> None:
    messages = shell.idle(shell.run(magic))
    shown = [
        "".join(m["content"].get("traceback", [m["content"].get("text", "")]))
        for m in messages
        if m["msg_type"] in ("error", "stream")
    ]
    assert len(shown) == 1
    assert says in shown[0]
    assert len(shown[0].strip().splitlines()) == 1


def test_a_refusal_is_one_line(shell: Notebook) -> None:
    cell = shell.run("%azure_login")
    request = shell.asked()
    shell.send(request["content"]["comm_id"], error_of(request, "denied"))
    error = next(m for m in shell.idle(cell) if m["msg_type"] == "error")["content"]
    assert len(error["traceback"]) == 1
    assert error["traceback"][0].startswith("Azure: ")
    assert error["traceback"][0].endswith("[denied]")


def test_without_a_page_status_says_so_and_logout_drops_the_tokens(
    fresh: Callable[..., Notebook],
) -> None:
    notebook = fresh(setup="%load_ext jupyter_azure_auth")
    text = notebook.output(notebook.run("%azure_status"))
    assert text.splitlines()[:3] == [
        "No JupyterLab page answers this kernel.",
        "How this was chosen:",
        "  managed identity: asked when a token is needed",
    ]
    assert "  Connect to Azure: not used. MSI_ENDPOINT is not set." in text
    text = notebook.output(notebook.run("%azure_logout"))
    assert text == "No JupyterLab page answers. Only this kernel's own tokens were removed."


LOOK_AT_ONCE = """
%load_ext jupyter_azure_auth
from jupyter_azure_auth import JupyterCredential
from jupyter_azure_auth.kernel.parent_server import sign_out_watch
sign_out_watch.CHECK_INTERVAL_S = 0.0
"""


# Situation: kernel | the user signs out at the parent server while no page is open, and opens one |
# `%azure_status` | that no user is signed in, and no token | sign in
def test_status_shows_a_sign_out_that_no_page_has_reported(
    fresh: Callable[..., Notebook], tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    path = tmp_path / f"azure-auth-{os.getpid()}.json"  # of the kernel's parent process
    content = ConnectionFile(1, "started", "http://127.0.0.1:1/", "key", generation=5)
    write(path, content)
    notebook = fresh(setup=LOOK_AT_ONCE, environ={CONNECTION_VARIABLE: str(path)})
    cell = notebook.run(f"JupyterCredential().get_token('{MANAGEMENT}')")
    notebook.give(notebook.asked(), account=ADA)
    notebook.idle(cell)
    write(path, replace(content, generation=6))
    cell = notebook.run("%azure_status")
    notebook.answer(notebook.asked("status"), "status", state="signed-out", account=None)
    text = notebook.output(cell)
    assert "You are not signed in to Azure." in text
    assert ADA["username"] not in text
    assert "This kernel's tokens" not in text


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%azure_login --clo", ["--cloud"]),
        ("%azure_login --cloud ", ["AzureCloud", "AzureChinaCloud", "AzureUSGovernment"]),
        ("%azure_login --cloud AzureU", ["AzureUSGovernment"]),
        ("%azure_login --tenant ", ["tid-of-ada"]),
        ("%azure_login --scope https://sto", ["//storage.azure.com/.default"]),
    ],
)
def test_completion(shell: Notebook, line: str, offered: list[str]) -> None:
    cell = shell.run("%azure_login")
    shell.give(shell.asked(), account=ADA)
    shell.idle(cell)
    client = shell.client
    reply = client.complete(line, reply=True, timeout=60)
    assert set(offered) <= set(reply["content"]["matches"])


def test_help_names_every_argument(shell: Notebook) -> None:
    reply = shell.client.inspect("%azure_login", reply=True, timeout=60)["content"]
    text = reply["data"]["text/plain"]
    assert all(name in text for name in ("--tenant", "--cloud", "--force", "--scope"))


def test_unload_takes_them_away(shell: Notebook) -> None:
    cell = shell.run("%unload_ext jupyter_azure_auth\n%azure_status")
    assert "not found" in shell.output(cell)
    shell.idle(shell.run("%load_ext jupyter_azure_auth"))
