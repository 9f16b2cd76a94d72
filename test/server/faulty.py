"""An HTTP server that misbehaves in turns, down to the connection."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RESET, HANG = "reset", "hang"
LINGER_0 = struct.pack("ii", 1, 0)


class Faulty(ThreadingHTTPServer):
    """Answers each request with the next of ``turns``: ``(status, headers, body)`` or a keyword."""

    daemon_threads = True

    def __init__(self, turns: list[Any]) -> None:
        self.turns, self.asked = turns, 0
        self.hangs, self.over = threading.Event(), threading.Event()
        super().__init__(("127.0.0.1", 0), Turn)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/token"


class Turn(BaseHTTPRequestHandler):
    server: Faulty

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        turn = self.server.turns[self.server.asked]
        self.server.asked += 1
        if turn == HANG:
            self.server.hangs.set()
            self.server.over.wait()
        elif turn == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
            self.connection.close()
        else:
            status, headers, body = turn
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def faulty(*turns: Any) -> Iterator[Faulty]:
    server = Faulty(list(turns))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
