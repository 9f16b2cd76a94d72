"""Requests from threads, tasks and subshells, on a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from test.kernel.notebook import CANARY, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable

FROM = {
    "thread": "thread = threading.Thread(target=ask); thread.start(); thread.join()",
    "pool": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor() as pool: pool.submit(ask).result()",
    "to_thread": "await asyncio.to_thread(ask)",
    "loop of a thread": "async def ask_async():\n"
    "    other = jupyter_azure_auth.aio.JupyterCredential()\n"
    "    print((await other.get_token(scope)).token)\n"
    "threading.Thread(target=lambda: asyncio.run(ask_async())).start()",
    "timer that fires after the cell": "asyncio.get_running_loop().call_later(.2, ask)",
    "thread that outlives the cell": "threading.Timer(.2, ask).start()",
}


@pytest.mark.parametrize("where", FROM)
def test_is_answered(notebook: Notebook, scope: str, where: str) -> None:
    cell = notebook.run(
        f"scope = '{scope}'\ndef ask(): print(credential.get_token(scope).token)\n{FROM[where]}"
    )
    request = notebook.asked()
    assert request["parent_header"]["msg_id"] == cell
    assert request["parent_header"]["session"] == notebook.client.session.session
    notebook.give(request)
    printed = notebook.wait_for(lambda m: m["msg_type"] == "stream" and m not in notebook.seen[:-1])
    assert printed["content"]["text"].strip() == CANARY


TOGETHER = """
scope = {scope!r}
results = []
def ask(): results.append(credential.get_token(scope).token)
async def ask_async():
    results.append((await jupyter_azure_auth.aio.JupyterCredential().get_token(scope)).token)
threads = [threading.Thread(target=ask) for _ in range(20)]
threads += [threading.Thread(target=lambda: asyncio.run(ask_async())) for _ in range(5)]
for thread in threads: thread.start()
"""


def test_callers_without_a_token_share_one_request(
    fresh: Callable[..., Notebook], scope: str
) -> None:
    notebook = fresh()
    cell = notebook.run(
        TOGETHER.format(scope=scope) + "await asyncio.gather(*[ask_async() for _ in range(5)])\n"
        "for thread in threads: thread.join()\nprint(results == [results[0]] * 30)"
    )
    notebook.give(notebook.asked())
    assert notebook.output(cell) == "True"
    assert notebook.kinds_asked() == ["token"]


def test_a_blocking_call_on_a_loop_whose_task_asks_for_the_same(
    notebook: Notebook, scope: str
) -> None:
    cell = notebook.run(
        f"other = jupyter_azure_auth.aio.JupyterCredential()\n"
        f"task = asyncio.create_task(other.get_token('{scope}'))\n"
        "await asyncio.sleep(0)\n"
        f"print(credential.get_token('{scope}') == await task)"
    )
    notebook.give(notebook.asked())
    assert notebook.output(cell) == "True"


BOTH_WAIT = """
from jupyter_azure_auth.kernel.wakeup import Wakeup
really_wait, waiting = Wakeup.wait, []
def ask(): print(credential.get_token({scope!r}).token, flush=True)
def wait(wakeup, seconds):
    here = threading.get_ident()
    if here not in waiting:
        waiting.append(here)
        if len(waiting) == 1: threading.Thread(target=ask).start()
        else: print("both wait", flush=True)
    really_wait(wakeup, seconds)
Wakeup.wait = wait
try: ask()
finally: Wakeup.wait = really_wait
"""


def test_another_waiter_continues_if_the_first_cell_is_interrupted(
    notebook: Notebook, scope: str
) -> None:
    cell = notebook.run(BOTH_WAIT.format(scope=scope))
    request = notebook.asked()
    notebook.wait_for(lambda m: "both wait" in m["content"].get("text", ""))
    notebook.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in notebook.output(cell)
    again = notebook.asked_again(request)
    assert again["content"]["data"] == request["content"]["data"]
    notebook.give(again)
    notebook.wait_for(lambda m: CANARY in m["content"].get("text", ""))


def test_a_cancelled_task_leaves_the_request_to_the_others(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(
        f"other = jupyter_azure_auth.aio.JupyterCredential()\n"
        f"first, second = [asyncio.create_task(other.get_token('{scope}')) for _ in range(2)]\n"
        "await asyncio.sleep(0)\n"
        "first.cancel()\n"
        "print('cancelled')\n"
        "await asyncio.wait([first, second])\n"
        "print(second.result().token, first.cancelled())"
    )
    request = notebook.asked()
    # An answer before the cancellation would let the first task end with the token.
    notebook.wait_for(lambda m: m["msg_type"] == "stream")
    notebook.give(request)
    assert notebook.output(cell) == f"cancelled\n{CANARY} True"
