"""A real Jupyter server whose connections to Azure lead to the imitated authority.

The test signs in by its REST API, as a page does. This module is also a server extension, with a
route in place of the authority's page.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import requests
from jupyter_server.serverapp import ServerApp
from tornado.web import RequestHandler

from test.server.authority import Authority
from test.server.process_access.real_server import RealServer


class AuthorityPage(RequestHandler):
    """Signs the user in at the authority: returns what a browser would post to ``/``."""

    def get(self) -> None:
        self.finish(self.application.settings["authority"].sign_in(self.get_argument("url")))


def _load_jupyter_server_extension(app: ServerApp) -> None:
    for _ in range(2):  # as JupyterHub's extension does, before there is a socket
        app.io_loop.run_sync(partial(asyncio.sleep, 0))
    authority = app.web_app.settings["authority"] = Authority()
    really = requests.Session.request

    def request(session: requests.Session, method: str, url: str, **more: Any) -> Any:
        ask = really if url.startswith("http://127.0.0.1:") else authority.request
        return ask(session, method, url, **more)

    requests.Session.request = request  # type: ignore[assignment,method-assign]
    app.web_app.add_handlers(".*$", [(f"{app.base_url}authority", AuthorityPage)])  # type: ignore[no-untyped-call]


class SignedInServer(RealServer):
    """The server in a process of its own."""

    def __init__(self, home: Path, **environ: str) -> None:
        names = ("jupyter_azure_auth", "jupyter_server_terminals", __name__)
        super().__init__(home, extensions=names, **environ)
        self.wrote()
        info = self.info()
        self.url, self.headers = info["url"], {"Authorization": f"token {info['token']}"}
        self.session = requests.Session()

    def ask(self, path: str, **fields: Any) -> Any:
        answer = self.session.post(
            f"{self.url}{path}", json=fields, headers=self.headers, timeout=60
        )
        assert answer.ok, answer.text
        return answer.json()

    def sign_in(self) -> None:
        begun = self.ask("azure-auth/loopback/start", port=8888)
        form = self.session.get(
            f"{self.url}authority", params={"url": begun["authorize_url"]}, timeout=60
        ).json()
        page = self.session.post(
            self.url, data=form, headers={"Host": "localhost:8888"}, timeout=60
        )
        receipt = page.text.partition('receipt: "')[2].partition('"')[0]
        self.ask("azure-auth/loopback/finish", proof=begun["proof"], receipt=receipt)

    def sign_out(self) -> None:
        assert self.ask("azure-auth/sign-out") == {}
