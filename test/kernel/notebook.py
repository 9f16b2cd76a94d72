"""A real kernel; the test plays its page: it reads iopub and answers on control."""

from __future__ import annotations

import os
import time
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import KernelManager

from test.kernel.ports import kernel_ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_client.blocking.client import BlockingKernelClient

ROOT = Path(__file__).parents[2]
SCOPE = "https://storage.azure.com/.default"
CANARY = "CANARY-token-that-must-not-show"
OURS = "jupyter-azure-auth"
ACCOUNT = {"id": "oid.tid", "username": "ada@example.com", "tenant_id": "tid"}

Message = dict[str, Any]


def kernel_environ(home: Path) -> dict[str, str]:
    """Return an environment without the test machine's identities and access beyond loopback."""
    dropped = ("AZURE_", "MSI_", "IDENTITY_", "JUPYTER", "JPY_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {
        **kept,
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": str(ROOT),
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9",
    }


class Notebook:
    """One kernel with one page."""

    def __init__(
        self, home: Path, *arguments: str, environ: dict[str, str] | None = None, **manager: Any
    ) -> None:
        if manager.get("transport", "tcp") == "tcp":
            manager = {"cache_ports": False, **kernel_ports(), **manager}
        self.manager = KernelManager(**manager)
        self.manager.start_kernel(
            env={**kernel_environ(home), **(environ or {})}, extra_arguments=list(arguments)
        )
        self.client: BlockingKernelClient = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.seen: list[Message] = []
        self._asked: set[str] = set()
        """The ids of the requests that :meth:`asked` has returned."""

    def shut_down(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code: str) -> str:
        """Queue a cell and return its id."""
        # Otherwise ipykernel 6 aborts requests that follow shortly after an error.
        message_id: str = self.client.execute(code, stop_on_error=False)
        return message_id

    def wait_for(self, wanted: Callable[[Message], bool], seconds: float = 60) -> Message:
        """Read iopub up to a message; earlier messages stay in `seen`."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            try:
                message: Message = self.client.get_iopub_msg(timeout=rest)
            except Empty:
                break
            self.seen.append(message)
            if wanted(message):
                return message
        shown = [(m["msg_type"], m["content"]) for m in self.seen[-12:]]
        raise AssertionError(f"did not come in {seconds} s; last: {shown}")

    def asked(self, kind: str = "token", seconds: float = 60) -> Message:
        """Wait for the next request and return it.

        A request that was returned before is none: the kernel repeats it after a second, even if
        its answer is on its way.
        """
        request = self.wait_for(
            lambda m: asks(m, kind) and request_id_of(m) not in self._asked, seconds
        )
        self._asked.add(request_id_of(request))
        return request

    def asked_again(self, request: Message) -> Message:
        """Wait for the next repetition of a request and return it."""
        return self.wait_for(
            lambda m: asks(m, kind_of(request)) and request_id_of(m) == request_id_of(request)
        )

    def latest(self, request: Message) -> Message:
        """Return the last repetition of a request that has ended.

        By its comm, a page reaches the kernel later; those of the others are closed.
        """
        sent = [m for m in self.seen if asks(m) and request_id_of(m) == request_id_of(request)]
        return sent[-1]

    def asked_before(self, kind: str) -> Message:
        """Return the request among the messages that were read already."""
        return next(
            m
            for m in self.seen
            if m["msg_type"] == "comm_open" and m["content"]["data"]["kind"] == kind
        )

    def kinds_asked(self) -> list[str]:
        """Return the kind of each request; one that was repeated counts once."""
        ours = [m for m in self.seen if asks(m)]
        kinds = {request_id_of(m): kind_of(m) for m in ours}
        return [kind for kind in kinds.values() if kind != "attach"]

    def restart(self) -> None:
        """Restart the kernel, as the page does."""
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=60)
        self.seen.clear()

    def settled(self) -> None:
        """Wait until the messages on control are handled, which happens in order.

        The statuses that the kernel has sent for them are read, too.
        """
        request = self.client.session.msg("kernel_info_request", {})
        self.client.control_channel.send(request)
        # Not the channel's method, which is a coroutine in jupyter_client 7.
        self.client.get_control_msg(timeout=60)
        self.idle(request["header"]["msg_id"])

    def closed(self, comm_id: str, seconds: float = 60) -> Message:
        return self.wait_for(
            lambda m: m["msg_type"] == "comm_close" and m["content"]["comm_id"] == comm_id, seconds
        )

    def idle(self, cell: str, seconds: float = 60) -> list[Message]:
        """Wait for the end of a cell and return its messages."""

        def ends(message: Message) -> bool:
            return bool(
                message["msg_type"] == "status"
                and message["content"]["execution_state"] == "idle"
                and message["parent_header"].get("msg_id") == cell
            )

        self.wait_for(ends, seconds)
        return [m for m in self.seen if m["parent_header"].get("msg_id") == cell]

    def output(self, cell: str, seconds: float = 60) -> str:
        """Wait for the end of a cell and return its output or its error."""
        texts = []
        for message in self.idle(cell, seconds):
            content = message["content"]
            if message["msg_type"] == "stream":
                texts.append(content["text"])
            elif message["msg_type"] == "error":
                texts.append(f"{content['ename']}: {content['evalue']}")
            elif message["msg_type"] == "execute_result":
                texts.append(content["data"]["text/plain"])
        return "".join(texts).strip()

    def send(self, comm_id: str, data: object) -> None:
        """Send on control, as the page does."""
        content = {"comm_id": comm_id, "data": data}
        self.client.control_channel.send(self.client.session.msg("comm_msg", content))

    def answer(self, request: Message, kind: str, /, **fields: object) -> None:
        content = request["content"]
        data = {"request_id": content["data"]["request_id"], "kind": kind, **fields}
        self.send(content["comm_id"], data)

    def give(
        self,
        request: Message,
        token: str = CANARY,
        *,
        life: int = 3600,
        issued_for: object = None,
        **more: Any,
    ) -> None:
        fields = {
            "token": token,
            "token_type": "Bearer",
            "expires_on": int(time.time()) + life,
            "account": ACCOUNT,
            "request": issued_for,
        }
        self.answer(request, "token", **{**fields, **more})


def asks(message: Message, kind: str | None = None) -> bool:
    """Whether a message is a request of ours, of this kind."""
    content = message["content"]
    return bool(
        message["msg_type"] == "comm_open"
        and content["target_name"] == OURS
        and kind in (None, content["data"]["kind"])
    )


def kind_of(request: Message) -> str:
    return str(request["content"]["data"]["kind"])


def request_id_of(request: Message) -> str:
    return str(request["content"]["data"]["request_id"])


def error_of(request: Message, code: str) -> Message:
    """Return the data of a refusal."""
    return {
        "request_id": request["content"]["data"]["request_id"],
        "kind": "error",
        "code": code,
        "message": "",
    }
