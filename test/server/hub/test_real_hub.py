"""A real JupyterHub: whose server it is, and from when on it has several users."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from jupyter_azure_auth.connection_file import read
from jupyter_azure_auth.server.traits import load_config
from test.server.browser import SCOPE
from test.server.hub.administrators_page import CLIENT, blocks, server_configuration
from test.server.hub.real_hub import RealHub

REDIRECT_PAGE = "jupyter-azure-auth/static/redirect.html"
TOKEN_REQUEST = {
    "scopes": [SCOPE],
    "kernel": {"id": "k", "comm_id": "c", "request_id": "r"},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def hub(home: Path) -> Iterator[RealHub]:
    hub = RealHub(home)
    yield hub
    hub.stop()


def test_every_setting_of_the_administrators_page_is_valid(hub: RealHub) -> None:
    given: Any = Config()
    exec(server_configuration("https://hub.example"), {"c": given})  # noqa: S102
    config = load_config(given)
    assert (config.problem, config.shared) == (None, True)
    assert config.offered == ["managed-identity", "popup", "device-code"]
    served = hub.ask("alice", "azure-auth/config", {})[1]
    assert (served["client_id"], served["problem"]) == (CLIENT, None)
    assert served["redirect_uri"].endswith("/hub/user-redirect/lab/extensions/" + REDIRECT_PAGE)


def shared(hub: RealHub) -> Any:
    return hub.ask("alice", "azure-auth/config", {})[1]["shared"]


def test_processes_find_it_through_its_file_which_has_no_key(hub: RealHub, home: Path) -> None:
    assert hub.ask("alice", "api/status")[0] == 200
    [path] = home.rglob("azure-auth-*.json")
    file = read(path)
    assert (file.key, file.unreachable) == (None, None)
    assert file.url is not None
    assert "/user/alice/" in file.url


def test_a_program_with_the_owners_token_is_no_tab(hub: RealHub) -> None:
    assert hub.ask_as_page("alice", "azure-auth/session", {})[0] == 200
    status, refused = hub.ask_as_page("alice", "azure-auth/tabs/ask", {})
    assert (status, refused["code"]) == (403, "forbidden")


# Situation: server on a real JupyterHub | another user is admitted by `access:servers` |
# kernels of
# both ask the server | none: `shared_server` | each page asks its own user
def test_a_server_is_its_owners_until_another_user_is_admitted(hub: RealHub) -> None:
    assert shared(hub) is False
    # No user has signed in; the answer shows that the request was let in.
    assert hub.ask("alice", "azure-auth/token", TOKEN_REQUEST)[1]["code"] == "sign_in_required"
    assert hub.ask("alice", "azure-auth/terminal", {}) == (200, {"variables": {}})

    assert hub.ask("eve", "api/status")[0] == 403
    assert hub.ask("eve", "azure-auth/token", TOKEN_REQUEST)[0] == 403
    assert shared(hub) is False, "a user who is not let in changes nothing"

    assert hub.ask("bob", "api/status")[0] == 200
    assert shared(hub) is True
    for user in ("alice", "bob"):
        status, refused = hub.ask(user, "azure-auth/token", TOKEN_REQUEST)
        assert (status, refused["code"]) == (403, "shared_server")


def test_every_command_of_the_administrators_page_works(hub: RealHub) -> None:
    install, restart, check = blocks("sh", hub.url)
    installed = hub.run(install)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    checked = hub.run(check)
    for part in ("package", "page part", "server"):
        assert f"OK     {part} " in checked.stdout, checked.stdout + checked.stderr
    wrong = [line.split()[1] for line in checked.stdout.splitlines() if line.startswith("WRONG")]
    assert (wrong, checked.returncode) == (["authority"], 1), "Azure cannot be reached from here"
    # Last, because it ends the server.
    assert hub.is_running("alice")
    stopped = hub.run(restart)
    assert stopped.returncode == 0, stopped.stderr
    assert not hub.is_running("alice")
