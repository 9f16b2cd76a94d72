"""Unsolicited messages of pages, on a real kernel."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from test.kernel.notebook import ACCOUNT, CANARY, Message, Notebook, error_of

if TYPE_CHECKING:
    from collections.abc import Callable


def get(scope: str, more: str = "") -> str:
    return f"print(credential.get_token('{scope}'{more}).token)"


def answered(notebook: Notebook, scope: str) -> Message:
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.give(request)
    assert notebook.output(cell) == CANARY
    return notebook.latest(request)


def test_a_pushed_token_replaces_the_previous_one(notebook: Notebook, scope: str) -> None:
    request = answered(notebook, scope)
    notebook.give(request, "renewed", life=7200)
    notebook.settled()
    assert notebook.output(notebook.run(get(scope))) == "renewed"


def test_an_old_token_pushed_again_is_ignored(notebook: Notebook, scope: str) -> None:
    request = answered(notebook, scope)
    notebook.give(request, "older", life=600)
    notebook.give(request, "of-another", life=7200, account={**ACCOUNT, "id": "other.tid"})
    notebook.settled()
    assert notebook.output(notebook.run(get(scope))) == CANARY
    new = "credential = jupyter_azure_auth.JupyterCredential()\n"
    assert notebook.output(notebook.run(new + get(scope))) == CANARY


def test_the_comm_of_a_token_is_closed_once_a_newer_one_replaces_it(
    notebook: Notebook, scope: str
) -> None:
    request = answered(notebook, scope)
    cell = notebook.run(get(scope, ", claims='{}'"))
    notebook.give(notebook.asked(), "with-claims")
    notebook.closed(request["content"]["comm_id"])
    assert notebook.output(cell) == "with-claims"
    assert notebook.output(notebook.run(get(scope))) == "with-claims"


def test_signed_out_empties_the_kernel_and_the_next_cell_asks(
    notebook: Notebook, scope: str
) -> None:
    request = answered(notebook, scope)
    notebook.send(request["content"]["comm_id"], error_of(request, "signed_out"))
    notebook.closed(request["content"]["comm_id"])
    cell = notebook.run(get(scope))
    notebook.give(notebook.asked(), "of-another", account={**ACCOUNT, "id": "other.tid"})
    assert notebook.output(cell) == "of-another"


def test_a_credential_rejects_tokens_of_another_identity(notebook: Notebook, scope: str) -> None:
    answered(notebook, scope)
    other = {**ACCOUNT, "id": "other.tid", "username": "eve@example.com"}
    cell = notebook.run(get(scope, ", claims='{}'"))
    notebook.give(notebook.asked(), "of-another", account=other)
    assert notebook.output(cell).endswith("[other_identity]")
    cell = notebook.run("credential = jupyter_azure_auth.JupyterCredential()\n" + get(scope))
    assert notebook.output(cell) == "of-another"


def test_after_close_a_token_is_requested_again(notebook: Notebook, scope: str) -> None:
    request = answered(notebook, scope)
    cell = notebook.run("with credential: pass\n" + get(scope))
    notebook.closed(request["content"]["comm_id"])
    notebook.give(notebook.asked(), "again")
    assert notebook.output(cell) == "again"


def test_an_import_announces_the_kernel_once(fresh: Callable[..., Notebook], scope: str) -> None:
    notebook = fresh(setup="import jupyter_azure_auth")
    attached = notebook.asked_before("attach")
    assert attached["content"]["data"]["scopes"] == []
    notebook.seen.clear()
    cell = notebook.run(
        "import jupyter_azure_auth, sys\n"
        "from jupyter_azure_auth.kernel.attach import tokens\n"
        "print(tokens, [m for m in sys.modules if m.startswith('azure')])"
    )
    assert notebook.output(cell) == "<0 tokens> []"
    assert "comm_open" not in [m["msg_type"] for m in notebook.seen]


def test_a_restarted_kernel_gets_the_tokens_pushed_to_its_attach(
    fresh: Callable[..., Notebook], scope: str
) -> None:
    notebook = fresh()
    notebook.restart()
    notebook.idle(notebook.run("import jupyter_azure_auth"))
    attached = notebook.asked_before("attach")
    notebook.give(attached, "pushed", issued_for={"scopes": [scope], "enable_cae": False})
    notebook.give(attached, "useless")
    notebook.give(
        attached, "wrong", life=9000, issued_for={"scopes": [scope], "account": "eve@example.com"}
    )
    notebook.settled()
    cell = notebook.run("credential = jupyter_azure_auth.JupyterCredential()\n" + get(scope))
    assert notebook.output(cell) == "pushed"
    assert "token" not in notebook.kinds_asked()


def test_renewal_asks_silently_and_keeps_what_it_has_if_refused(
    notebook: Notebook, scope: str
) -> None:
    cell = notebook.run(get(scope))
    notebook.give(notebook.asked(), "soon-over", refresh_on=int(time.time()))
    notebook.idle(cell)
    cell = notebook.run(get(scope))
    request = notebook.asked()
    assert request["content"]["data"]["interactive"] is False
    notebook.send(request["content"]["comm_id"], error_of(request, "sign_in_required"))
    assert notebook.output(cell) == "soon-over"
    notebook.seen.clear()
    assert notebook.output(notebook.run(get(scope))) == "soon-over"
    assert notebook.kinds_asked() == []


def test_renewal_waits_two_seconds_at_most(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(get(scope))
    notebook.give(notebook.asked(), "soon-over", refresh_on=int(time.time()))
    notebook.idle(cell)
    cell = notebook.run(
        "begun = time.monotonic()\n" + get(scope) + "\nprint(time.monotonic() - begun)"
    )
    request = notebook.asked()
    notebook.closed(request["content"]["comm_id"])
    token, seconds = notebook.output(cell).split()
    assert token == "soon-over"
    # That it is not longer either, a clock of its own shows: test_broker.py.
    assert float(seconds) > 1.9
    assert notebook.kinds_asked().count("token") == 2


DEBUG_ON = {
    "log level": "get_ipython().kernel.parent.log_level = 10",
    "handler": "import logging; get_ipython().kernel.log.addHandler(logging.StreamHandler())",
    "root": "import logging; logging.basicConfig(level=10); get_ipython().kernel.log.propagate = 1",
}


# Situation: ipykernel's debug log | turned on after a token was issued | a page pushes a renewed
# token | the user's token, in no log; later requests are refused with `debug_log` | turn it off
@pytest.mark.parametrize("how", DEBUG_ON)
def test_a_pushed_token_is_not_in_the_debug_log(
    fresh: Callable[..., Notebook], scope: str, how: str
) -> None:
    notebook = fresh()
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.give(request, "first")
    assert notebook.output(cell) == "first"
    request = notebook.latest(request)
    notebook.idle(notebook.run(DEBUG_ON[how]))
    notebook.give(request, CANARY, life=7200)
    notebook.settled()
    notebook.idle(notebook.run(f"assert len(credential.get_token('{scope}').token) > 5"))
    everything = json.dumps([m["content"] for m in notebook.seen], default=str)
    assert "Control received" in everything  # from other messages
    assert CANARY not in everything


# Situation: jupyter_client's Session.debug | turned on after a token was issued | later | no page
# pushes; requests are refused with `debug_log` | turn it off
def test_session_debug_closes_every_comm(fresh: Callable[..., Notebook], scope: str) -> None:
    notebook = fresh()
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.give(request)
    notebook.idle(cell)
    issued = notebook.latest(request)["content"]["comm_id"]
    attached = notebook.asked_before("attach")["content"]["comm_id"]
    cell = notebook.run(
        "session = get_ipython().kernel.session\n"
        "session.debug = True\n"
        f"try: credential.get_token('{scope}', claims='{{}}')\n"
        "except Exception as error: code = error.code\n"
        "session.debug = False\n"  # otherwise its output would be printed again, and so on
        "print('ended in', code)"
    )
    notebook.seen.clear()
    notebook.wait_for(lambda m: "ended in debug_log" in m["content"].get("text", ""))
    closed = {m["content"]["comm_id"] for m in notebook.seen if m["msg_type"] == "comm_close"}
    assert closed == {issued, attached}
    assert notebook.kinds_asked() == []
