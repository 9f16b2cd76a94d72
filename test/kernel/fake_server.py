"""A fake Jupyter server with the route that kernels request tokens from."""

from __future__ import annotations

import http.server
import json
import os
import ssl
import threading
import time
from typing import Any

from jupyter_azure_auth.process_start import process_start
from test.kernel.notebook import ACCOUNT, CANARY

MACHINE = "token-of-the-machine"
GIVEN = {"token": CANARY, "token_type": "Bearer", "expires_on": int(time.time()) + 3600}


def own_process() -> dict[str, Any]:
    """Return the fields of a connection file that name this process."""
    return {"pid": os.getpid(), "started": str(process_start(os.getpid()))}


class FakeServer:
    """Records requests and returns scripted answers."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.answer: tuple[int, bytes] = 200, json.dumps({**GIVEN, "account": ACCOUNT}).encode()
        self.headers: dict[str, str] = {}
        self.gate = threading.Event()
        """Holds back answers until it is set."""
        self.gate.set()
        fake_server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fake_server.asked.append((self.path, dict(self.headers), json.loads(body)))
                fake_server.gate.wait(60)
                status, text = fake_server.answer
                self.send_response(status)
                for name, value in {
                    "Content-Length": str(len(text)),
                    **fake_server.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def do_GET(self) -> None:
                """Answer like the identity endpoint of App Service."""
                ends = int(time.time()) + 3600
                received = {"access_token": MACHINE, "expires_on": str(ends), "client_id": "c"}
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps({**received, "token_type": "Bearer"}).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
