"""Kernels to which no token may be sent on the control channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_client.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from test.kernel.notebook import Notebook

DEBUG_ON = "[setattr(h, 'level', 10) for h in get_ipython().kernel.log.handlers]"


def get(scope: str) -> str:
    return f"credential.get_token('{scope}')"


def test_a_kernel_that_logs_debug_from_its_start_sends_no_request(
    fresh: Callable[..., Notebook], scope: str
) -> None:
    notebook = fresh("--debug")
    output = notebook.output(notebook.run(get(scope)))
    assert output.startswith("AzureAuthUnavailableError: ")
    assert output.endswith("[debug_log]")
    assert "comm_open" not in [m["msg_type"] for m in notebook.seen]


def test_a_debug_log_turned_on_later_closes_every_comm(
    fresh: Callable[..., Notebook], scope: str
) -> None:
    notebook = fresh()
    cell = notebook.run(get(scope))
    request = notebook.asked()
    notebook.give(request)
    notebook.idle(cell)
    request = notebook.latest(request)
    cell = notebook.run(f"{DEBUG_ON}\ncredential.get_token('{scope}', claims='{{}}')")
    notebook.closed(request["content"]["comm_id"])
    assert notebook.output(cell).endswith("[debug_log]")
    assert notebook.kinds_asked() == ["token"]


def test_a_kernel_whose_messages_are_not_signed(fresh: Callable[..., Notebook], scope: str) -> None:
    notebook = fresh(session=Session(key=b""))
    assert notebook.output(notebook.run(get(scope))).endswith("[unsigned_messages]")
    assert "comm_open" not in [m["msg_type"] for m in notebook.seen]


def test_a_kernel_on_a_network(fresh: Callable[..., Notebook], scope: str) -> None:
    notebook = fresh(ip="0.0.0.0")  # noqa: S104 (for the test's few seconds)
    output = notebook.output(notebook.run(get(scope)))
    assert "KernelManager.transport_encryption" in output
    assert "comm_open" not in [m["msg_type"] for m in notebook.seen]
    allow = "os.environ['JUPYTER_AZURE_AUTH_ALLOW_PLAIN_TRANSPORT'] = '1'\n"
    cell = notebook.run(allow + get(scope))
    notebook.give(notebook.asked())
    assert "hidden" in notebook.output(cell)
