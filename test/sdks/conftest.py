"""The local Azure at the addresses of the real one, and a kernel with a signed-in user."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from test.sdks.person import Person
from test.sdks.signed_in import SignedIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVE = Path(__file__).parents[1] / "azure" / "serve.mjs"
SETUP = """
import os, warnings
from jupyter_azure_auth import InteractiveLoginAuthentication, JupyterCredential
"""


@pytest.fixture(scope="session")
def azure() -> Iterator[dict[str, Any]]:
    """The local Azure, which these tests and their kernels reach by proxy and certificate only."""
    node = os.environ.get("NODE", "node")
    with subprocess.Popen(
        [node, str(SERVE), "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        described: dict[str, Any] = json.loads(process.stdout.readline())
        with pytest.MonkeyPatch.context() as environ:
            for name, value in variables(described).items():
                environ.setenv(name, value)
            yield described
        process.terminate()


def variables(described: dict[str, Any]) -> dict[str, str]:
    proxy, cas = described["realHost"]["proxyUrl"], described["realHost"]["caFile"]
    proxies = {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": "localhost,127.0.0.1"}
    return {
        **proxies,
        **{name.lower(): value for name, value in proxies.items()},
        "REQUESTS_CA_BUNDLE": cas,
        "SSL_CERT_FILE": cas,
        "STORAGE_ACCOUNT_URL": described["storage"]["accountUrl"],
    }


@pytest.fixture(scope="session")
def person(azure: dict[str, Any]) -> Person:
    return Person(azure["users"][0])


@pytest.fixture(scope="session")
def shared_kernel(person: Person, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedIn]:
    notebook = SignedIn(tmp_path_factory.mktemp("home"), person)
    assert notebook.says(SETUP) == ""
    yield notebook
    notebook.shut_down()


@pytest.fixture
def notebook(shared_kernel: SignedIn) -> SignedIn:
    """The shared kernel without tokens of earlier tests."""
    shared_kernel.seen.clear()
    shared_kernel.requests.clear()
    return shared_kernel


@pytest.fixture
def control(azure: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """Control of the local Azure; settings are reset at the end of the test."""

    def ask(name: str, body: dict[str, Any] | None = None, method: str = "GET") -> Any:
        method = method if body is None else "POST"
        url = f"{azure['controlUrl']}/{name}"
        return requests.request(method, url, json=body, timeout=30).json()

    ask("log", method="DELETE")
    yield ask
    ask("settings", {"reset": True})
