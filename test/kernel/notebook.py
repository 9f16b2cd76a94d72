"""A real kernel; the test plays its page: it reads iopub and answers on control."""

from __future__ import annotations

import os
import time
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import KernelManager

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
        self.manager = KernelManager(**manager)
        self.manager.start_kernel(
            env={**kernel_environ(home), **(environ or {})}, extra_arguments=list(arguments)
        )
        self.client: BlockingKernelClient = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.seen: list[Message] = []

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
        """Wait for the next request and return it."""

        def is_request(message: Message) -> bool:
            content = message["content"]
            return bool(
                message["msg_type"] == "comm_open"
                and content["target_name"] == OURS
                and content["data"]["kind"] == kind
            )

        return self.wait_for(is_request, seconds)

    def asked_before(self, kind: str) -> Message:
        """Return the request among the messages that were read already."""
        return next(
            m
            for m in self.seen
            if m["msg_type"] == "comm_open" and m["content"]["data"]["kind"] == kind
        )

    def kinds_asked(self) -> list[str]:
        opened = [m["content"] for m in self.seen if m["msg_type"] == "comm_open"]
        kinds = [content["data"]["kind"] for content in opened if content["target_name"] == OURS]
        return [kind for kind in kinds if kind != "attach"]

    def restart(self) -> None:
        """Restart the kernel, as the page does."""
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=60)
        self.seen.clear()

    def settled(self) -> None:
        """Wait until the messages on control are handled, which happens in order."""
        self.client.control_channel.send(self.client.session.msg("kernel_info_request", {}))
        # Not the channel's method, which is a coroutine in jupyter_client 7.
        self.client.get_control_msg(timeout=60)

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


def error_of(request: Message, code: str) -> Message:
    """Return the data of a refusal."""
    return {
        "request_id": request["content"]["data"]["request_id"],
        "kind": "error",
        "code": code,
        "message": "",
    }
