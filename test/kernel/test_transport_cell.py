"""Token requests of a running cell, on a real kernel."""

from __future__ import annotations

import re
import time
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from test.kernel.notebook import CANARY, OURS, Message, Notebook, error_of

if TYPE_CHECKING:
    from collections.abc import Callable


def get(scope: str, more: str = "") -> str:
    return f"print(credential.get_token('{scope}'{more}).token)"


def states(messages: list[Message]) -> list[str]:
    return [m["content"]["execution_state"] for m in messages if m["msg_type"] == "status"]


def effective(messages: list[Message]) -> list[str]:
    """Return the changes of the status that a page shows."""
    return [state for state, _ in groupby(states(messages))]


def displays(messages: list[Message]) -> list[tuple[str, str, object]]:
    kinds = ("display_data", "update_display_data")
    found = [m for m in messages if m["msg_type"] in kinds]
    return [
        (m["msg_type"], m["content"]["data"]["text/plain"], m["content"]["metadata"]) for m in found
    ]


def test_a_cell_that_blocks_is_answered(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(get(scope))
    request = notebook.asked()
    data = request["content"]["data"]
    # The kernel may hold a token of an earlier test.
    assert {**data, "held_by": "oid.tid"} == {
        "version": 1,
        "kind": "token",
        "request_id": data["request_id"],
        "scopes": [scope],
        "held_by": "oid.tid",
    }
    assert request["parent_header"]["msg_id"] == cell
    notebook.give(request)
    assert notebook.output(cell) == CANARY


def test_an_async_cell_is_answered_and_its_loop_keeps_running(
    notebook: Notebook, scope: str
) -> None:
    cell = notebook.run(
        "ticks = 0\n"
        "async def tick():\n"
        "    global ticks\n"
        "    while True:\n"
        "        ticks += 1\n"
        "        if ticks == 3:\n"
        "            print('goes on', flush=True)\n"
        "        await asyncio.sleep(0)\n"
        "ticking = asyncio.create_task(tick())\n"
        "async with jupyter_azure_auth.aio.JupyterCredential() as other:\n"
        f"    print((await other.get_token('{scope}')).token, ticks > 0)\n"
        "ticking.cancel()"
    )
    request = notebook.asked()
    # If the answer comes before the first wait of the cell, its loop never runs.
    notebook.wait_for(lambda m: "goes on" in m["content"].get("text", ""))
    notebook.give(request)
    assert f"{CANARY} True" in notebook.output(cell)


def test_every_field_of_a_request(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(
        "credential = jupyter_azure_auth.JupyterCredential(\n"
        "    tenant_id='contoso.com', cloud='AzureChinaCloud', account='ada@example.com')\n"
        f"print(credential.get_token_info('{scope}', options=dict(\n"
        "    claims='{}', tenant_id='fabrikam.com', enable_cae=True)).token)"
    )
    request = notebook.asked()
    data = request["content"]["data"]
    assert {**data, "request_id": ""} == {
        "version": 1,
        "kind": "token",
        "request_id": "",
        "scopes": [scope],
        "tenant_id": "fabrikam.com",
        "cloud": "AzureChinaCloud",
        "account": "ada@example.com",
        "claims": "{}",
        "enable_cae": True,
    }
    notebook.give(request)
    assert notebook.output(cell) == CANARY


def test_asks_again_every_second_with_the_same_id_and_closes_the_older(
    fresh: Callable[[], Notebook], scope: str
) -> None:
    notebook = fresh()
    cell = notebook.run(get(scope))
    begun = time.monotonic()
    first = notebook.asked()
    second = notebook.asked_again(first)
    # That it is not later either, a clock of its own shows: test_request_flow.py.
    assert time.monotonic() - begun > 0.8
    assert first["content"]["data"] == second["content"]["data"]
    assert first["content"]["comm_id"] != second["content"]["comm_id"]
    notebook.give(second)
    notebook.closed(first["content"]["comm_id"])
    assert notebook.output(cell) == CANARY
    closed = [m["content"]["comm_id"] for m in notebook.seen if m["msg_type"] == "comm_close"]
    assert second["content"]["comm_id"] not in closed


def test_publishes_busy_after_each_answer_until_the_cell_ends(
    notebook: Notebook, scope: str
) -> None:
    """The cell sends ten requests, so that nearly every answer arrives while it runs."""
    cell = notebook.run(
        f"for _ in range(10): credential.get_token('{scope}', claims='{{}}')\nhere = 'first'"
    )
    queued = notebook.run("print(here)")
    for number in range(10):
        request = notebook.asked()
        if number:
            # After the "idle" of the last answer, if it has come, there was a "busy".
            assert effective(notebook.seen)[-1] == "busy" or waits_for_busy(notebook, cell)
        notebook.give(request)
    assert notebook.output(queued) == "first"
    assert effective(notebook.seen)[-1] == "idle"
    replies = [
        m["parent_header"]["msg_id"] for m in notebook.seen if m["msg_type"] == "execute_input"
    ]
    assert replies == [cell, queued]


def waits_for_busy(notebook: Notebook, cell: str) -> bool:
    """Wait until the page's status is busy again for that cell."""
    message = notebook.wait_for(lambda m: states([m]) == ["busy"])
    return bool(message["parent_header"]["msg_id"] == cell)


def test_the_last_status_after_an_answer_in_a_cell_is_busy(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(
        f"credential.get_token('{scope}')\ncredential.get_token('{scope}', claims='{{}}')"
    )
    notebook.give(notebook.asked())
    last = notebook.asked()
    while effective(notebook.seen).count("idle") == 0 or effective(notebook.seen)[-1] == "idle":
        notebook.wait_for(lambda m: m["msg_type"] == "status")
    assert effective(notebook.seen)[-1] == "busy"
    notebook.give(last)
    notebook.idle(cell)


def test_an_answer_between_cells_leaves_the_kernel_idle(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.give(request)
    notebook.idle(cell)
    # The control channel's own "idle", for the first answer, may come after that of the cell.
    notebook.settled()
    request = notebook.latest(request)
    notebook.seen.clear()
    notebook.give(request, "newer", life=4000)
    notebook.wait_for(lambda m: states([m]) == ["idle"])
    notebook.idle(notebook.run("pass"))
    assert effective(notebook.seen) == ["busy", "idle", "busy", "idle"]


def test_an_interrupt_ends_the_wait_and_withdraws_the_request(
    notebook: Notebook, scope: str
) -> None:
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.answer(request, "pending", reason="sign_in")
    notebook.wait_for(lambda m: m["msg_type"] == "display_data")
    notebook.manager.interrupt_kernel()
    notebook.closed(request["content"]["comm_id"])
    assert "KeyboardInterrupt" in notebook.output(cell)
    assert displays(notebook.seen)[-1][:2] == ("update_display_data", "")
    assert notebook.output(notebook.run("print('alive')")) == "alive"


def test_an_interrupted_async_cell_withdraws_the_request(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(f"await jupyter_azure_auth.aio.JupyterCredential().get_token('{scope}')")
    request = notebook.asked()
    notebook.manager.interrupt_kernel()
    notebook.closed(request["content"]["comm_id"])
    assert "CancelledError" in notebook.output(cell)


def test_the_waiting_cell_says_what_to_do_and_removes_it_afterward(
    notebook: Notebook, scope: str
) -> None:
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.answer(request, "pending", reason="sign_in")
    display = notebook.wait_for(lambda m: m["msg_type"] == "display_data")
    notebook.give(request)
    assert notebook.output(cell) == CANARY
    shown, taken_away = displays(notebook.seen)
    mark = {OURS: {"request_id": request["content"]["data"]["request_id"]}}
    drawn_by_pages = "application/vnd.jupyter-azure-auth.waiting+json"
    assert display["content"]["data"][drawn_by_pages] == mark[OURS]
    assert shown[0] == "display_data"
    assert "Click Sign in" in shown[1]
    assert shown[2] == mark
    assert taken_away == ("update_display_data", "", mark)


def test_the_waiting_cell_says_that_it_names_a_user(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(f"jupyter_azure_auth.JupyterCredential(account='ada').get_token('{scope}')")
    request = notebook.asked()
    notebook.answer(request, "pending", reason="sign_in")
    shown = notebook.wait_for(lambda m: m["msg_type"] == "display_data")
    text = shown["content"]["data"]["text/plain"]
    assert "with the account that this credential asks for" in text
    assert "ada" not in text
    notebook.answer(request, "error", code="denied", message="")
    assert notebook.output(cell).endswith("[denied]")


def test_shows_nothing_while_a_page_gets_the_token(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.answer(request, "pending", reason="acquiring")
    notebook.give(request)
    notebook.idle(cell)
    assert displays(notebook.seen) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("denied", "AzureAuthError"),
        ("cancelled", "AzureAuthError"),
        ("sign_in_required", "AzureAuthError"),
        ("unavailable", "AzureAuthUnavailableError"),
        ("unknown_kind", "AzureAuthUnavailableError"),
        ("something_new", "AzureAuthError"),
    ],
)
def test_a_refusal_is_an_exception_and_closes_the_comm(
    notebook: Notebook, scope: str, code: str, kind: str
) -> None:
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.send(request["content"]["comm_id"], error_of(request, code))
    notebook.closed(request["content"]["comm_id"])
    output = notebook.output(cell)
    assert output.startswith(f"{kind}: ")
    assert output.endswith(f"[{code}]")


def test_a_refusal_shows_the_frames_of_the_cell_only(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(f"def load():\n    credential.get_token('{scope}')\nload()")
    request = notebook.asked()
    notebook.send(request["content"]["comm_id"], error_of(request, "denied"))
    [error] = [m["content"] for m in notebook.idle(cell) if m["msg_type"] == "error"]
    shown = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error["traceback"]))
    assert "jupyter_azure_auth" not in shown
    assert "load()" in shown
    assert len(shown.splitlines()) < 15


def test_a_user_who_does_not_act_in_time(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(
        f"jupyter_azure_auth.JupyterCredential(timeout=0.5).get_token_info('{scope}')"
    )
    request = notebook.asked()
    notebook.answer(request, "pending", reason="sign_in")
    notebook.closed(request["content"]["comm_id"])
    assert notebook.output(cell).endswith("[timed_out]")
