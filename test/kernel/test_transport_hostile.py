"""Malformed messages, on a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from test.kernel.notebook import ACCOUNT, CANARY, Message, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = {"token": "bad", "token_type": "Bearer", "expires_on": 4_000_000_000, "account": ACCOUNT}
NOT_AN_ANSWER: dict[str, Callable[[Message], object]] = {
    "nothing": lambda _: None,
    "a text": lambda _: "token",
    "a list": lambda data: [data],
    "no request id": lambda _: {**GOOD, "kind": "token"},
    "another request id": lambda data: {**data, **GOOD, "kind": "token", "request_id": "other"},
    "unknown kind": lambda data: {**data, **GOOD, "kind": "magic"},
    "list as kind": lambda data: {**data, **GOOD, "kind": ["token"]},
    "unknown reason": lambda data: {**data, "kind": "pending", "reason": "x" * 1_000_000},
    "no token": lambda data: {**data, **GOOD, "kind": "token", "token": ""},
    "number as token": lambda data: {**data, **GOOD, "kind": "token", "token": 7},
    "1 MB token": lambda data: {**data, **GOOD, "kind": "token", "token": "x" * 1_000_000},
    "no account": lambda data: {**data, **GOOD, "kind": "token", "account": None},
    "odd account": lambda data: {**data, **GOOD, "kind": "token", "account": {"id": 1}},
    "text as time": lambda data: {**data, **GOOD, "kind": "token", "expires_on": "soon"},
    "milliseconds": lambda data: {**data, **GOOD, "kind": "token", "expires_on": 1.7e12},
    "bool as time": lambda data: {**data, **GOOD, "kind": "token", "expires_on": True},
    "1 MB message": lambda data: {**data, "kind": "error", "code": "x", "message": "x" * 1_000_000},
}


@pytest.mark.parametrize("what", NOT_AN_ANSWER)
def test_a_message_that_is_not_an_answer_is_ignored(
    notebook: Notebook, scope: str, what: str
) -> None:
    cell = notebook.run(f"print(credential.get_token('{scope}').token)")
    request = notebook.asked()
    data = {"request_id": request["content"]["data"]["request_id"]}
    notebook.send(request["content"]["comm_id"], NOT_AN_ANSWER[what](data))
    notebook.give(request)
    assert notebook.output(cell) == CANARY


@pytest.mark.parametrize("content", [{}, {"comm_id": 7, "data": {}}, {"comm_id": ["x"]}])
def test_a_malformed_comm_message_is_ignored(notebook: Notebook, content: dict[str, Any]) -> None:
    client = notebook.client
    client.control_channel.send(client.session.msg("comm_msg", content))
    notebook.settled()
    assert notebook.output(notebook.run("print('alive')")) == "alive"


def test_a_late_or_replayed_answer_is_dropped(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(f"credential.get_token('{scope}')")
    request = notebook.asked()
    notebook.manager.interrupt_kernel()
    notebook.idle(cell)
    notebook.give(request, "late")
    notebook.settled()
    cell = notebook.run(f"print(credential.get_token('{scope}').token)")
    notebook.give(notebook.asked())
    assert notebook.output(cell) == CANARY


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("account='eve@example.com'", "wrong_account"),
        ("tenant_id='11111111-2222-3333-4444-555555555555'", "wrong_tenant"),
    ],
)
def test_a_token_of_another_account_is_refused(
    notebook: Notebook, scope: str, arguments: str, code: str
) -> None:
    cell = notebook.run(f"jupyter_azure_auth.JupyterCredential({arguments}).get_token('{scope}')")
    notebook.give(notebook.asked())
    output = notebook.output(cell)
    assert output.endswith(f"[{code}]")
    assert CANARY not in output
    if code == "wrong_tenant":
        assert "Asked for: 11111111-2222-3333-4444-555555555555. Received: tid." in output


def test_a_page_without_the_extension_closes_our_comm_without_effect(
    notebook: Notebook, scope: str
) -> None:
    cell = notebook.run(f"print(credential.get_token('{scope}').token)")
    request = notebook.asked()
    client = notebook.client
    content = {"comm_id": request["content"]["comm_id"], "data": {}}
    client.shell_channel.send(client.session.msg("comm_close", content))
    notebook.give(request)
    assert notebook.output(cell) == CANARY
    assert notebook.output(notebook.run("print('next')")) == "next"
    assert [
        m for m in notebook.seen if m["msg_type"] == "stream" and "comm" in str(m["content"])
    ] == []


def test_comms_of_others_work_before_and_after(notebook: Notebook, scope: str) -> None:
    client = notebook.client
    cell = notebook.run(
        "heard = []\n"
        "class Theirs:\n"
        "    comm_id = target_name = 'theirs'\n"
        "    def handle_msg(self, message): heard.append(message['content']['data'])\n"
        "get_ipython().kernel.comm_manager.register_comm(Theirs())"
    )
    notebook.idle(cell)
    received = {"comm_id": "theirs", "data": "before"}
    client.shell_channel.send(client.session.msg("comm_msg", received))
    cell = notebook.run(f"credential.get_token('{scope}'); print(heard)")
    request = notebook.asked()
    client.shell_channel.send(client.session.msg("comm_msg", {**received, "data": "during"}))
    client.control_channel.send(client.session.msg("comm_msg", {**received, "data": "on control"}))
    notebook.give(request)
    assert notebook.output(cell) == "['before']"
    client.shell_channel.send(client.session.msg("comm_msg", {**received, "data": "after"}))
    assert notebook.output(notebook.run("print(heard)")) == "['before', 'during', 'after']"


def test_an_earlier_handler_gets_messages_of_other_packages(
    fresh: Callable[..., Notebook], scope: str
) -> None:
    notebook = fresh(
        setup="heard = []\n"
        "handlers = get_ipython().kernel.control_handlers\n"
        "async def theirs(stream, ident, message): heard.append(message['content']['data'])\n"
        "handlers['comm_msg'] = theirs\n"
        "import jupyter_azure_auth\n"
        "credential = jupyter_azure_auth.JupyterCredential()"
    )
    notebook.send("theirs", "hello")
    cell = notebook.run(f"credential.get_token('{scope}'); print(heard)")
    notebook.give(notebook.asked())
    assert notebook.output(cell) == "['hello']"
