"""A real server with jupyter-server-documents, which turns off jupyter_server_ydoc and provides
collaboration itself. It is in a separate folder: see ``setup/requirements-documents.txt``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from test.server.browser import SCOPE
from test.server.process_access.real_server import RealServer

FOLDER = Path(__file__).parents[2] / ".cache" / "jupyter-server-documents"
EXTENSIONS = ("jupyter_azure_auth", "jupyter_server_fileid", "jupyter_server_documents")
TOKEN = {"Authorization": "token t"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    chosen = dict.fromkeys(EXTENSIONS, True) | {"jupyter_server_ydoc": False}
    server = RealServer(
        tmp_path,
        "--IdentityProvider.token=t",
        f"--ServerApp.jpserver_extensions={chosen}",
        PYTHONPATH=str(FOLDER),
    )
    yield server
    server.stop()


# Situation: server with jupyter-server-documents | it provides collaboration itself | a kernel asks
# the server | none: `shared_server`, and machines only if listed | the page asks its user
def test_a_server_with_jupyter_server_documents_has_several_users(server: RealServer) -> None:
    file = server.wrote()
    assert "jupyter_server_documents" in server.log
    assert (file.url, file.key, file.unreachable) == (None, None, "multi_user_server")
    base = f"{server.info()['url']}azure-auth"
    config = requests.post(f"{base}/config", json={}, headers=TOKEN, timeout=30).json()
    assert config["shared"] is True
    assert config["sources"] == ["popup", "loopback", "device-code"]
    token_request: Any = {
        "scopes": [SCOPE],
        "kernel": {"id": "k", "comm_id": "c", "request_id": "r"},
    }
    refused = requests.post(f"{base}/token", json=token_request, headers=TOKEN, timeout=30)
    assert (refused.status_code, refused.json()["code"]) == (403, "shared_server")
