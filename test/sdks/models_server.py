"""Azure OpenAI as its client sees it, on loopback: one model, for a token of the right audience."""

from __future__ import annotations

import base64
import http.server
import json
import threading

AUDIENCE = "https://cognitiveservices.azure.com"


class ModelsServer:
    """Lists a model, and remembers the audience of each token."""

    def __init__(self) -> None:
        self.audiences: list[str] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bearer = self.headers["Authorization"].removeprefix("Bearer ")
                payload = bearer.split(".")[1]
                audience = json.loads(base64.urlsafe_b64decode(f"{payload}=="))["aud"]
                server.audiences.append(audience)
                body = {"object": "list", "data": [{"id": "gpt-contoso", "object": "model"}]}
                self.send_response(200 if audience == AUDIENCE else 401)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
