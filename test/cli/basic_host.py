"""Hosts that want Basic authentication, behind a proxy that leads to them whatever their name."""

from __future__ import annotations

import base64
import http.server
import socketserver
import ssl
import threading
from functools import partial
from pathlib import Path
from typing import Any

from test.server.process_access.certificate import make_certificate

HOSTS = ("dev.azure.com", "pkgs.dev.azure.com", "other.example")


class _Files(http.server.SimpleHTTPRequestHandler):
    server: BasicHost

    def do_GET(self) -> None:
        host = str(self.headers["Host"])
        login = str(self.headers["Authorization"] or "").removeprefix("Basic ")
        _, _, password = base64.b64decode(login).decode().partition(":")
        self.server.passwords.append((host, password))
        if password:
            super().do_GET()
        else:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="feed"')
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Write no log."""


class BasicHost(socketserver.ThreadingTCPServer):
    """Serves the files of a folder over TLS at the end of each CONNECT."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, home: Path) -> None:
        self.files, self.certificate = home / "files", make_certificate(home, "hosts", *HOSTS)
        self.files.mkdir()
        self.passwords: list[tuple[str, str]] = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate, self.certificate.with_suffix(".key"))
        super().__init__(("127.0.0.1", 0), partial(_Files, directory=str(self.files)))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(60)
        head = b""
        while b"\r\n\r\n" not in head:
            part = request.recv(1)
            if not part:
                return
            head += part
        assert head.startswith(b"CONNECT ")
        request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with self._tls.wrap_socket(request, server_side=True) as tls:
            super().finish_request(tls, client_address)

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients close connections as they like."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
