from __future__ import annotations

import json
import re
import shutil
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import urllib3

from test.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from test.packaging.conftest import Installed

LABEXTENSION = "share/jupyter/labextensions/jupyter-azure-auth"
REDIRECT = "lab/extensions/jupyter-azure-auth/static"


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    return {re.sub(r"^jupyter_azure_auth-[^/]*\.data/data/", "", name) for name in names}


@pytest.mark.parametrize(
    "name",
    [
        "jupyter_azure_auth/__init__.py",
        "jupyter_azure_auth/py.typed",
        "jupyter_azure_auth/_version.py",
        "jupyter_azure_auth/server/__init__.py",
        "jupyter_azure_auth/server/page/static/index.html",
        "etc/jupyter/jupyter_server_config.d/jupyter_azure_auth.json",
        f"{LABEXTENSION}/install.json",
        f"{LABEXTENSION}/package.json",
        f"{LABEXTENSION}/schemas/jupyter-azure-auth/session.json",
        f"{LABEXTENSION}/static/style.js",
        f"{LABEXTENSION}/static/help.html",
        f"{LABEXTENSION}/static/redirect.html",
        f"{LABEXTENSION}/static/redirect.js",
        f"{LABEXTENSION}/static/msal-redirect-bridge.min.js",
    ],
)
def test_holds(wheel: Path, name: str) -> None:
    assert name in contents(wheel)


def test_contains_the_license_and_no_tests(wheel: Path) -> None:
    names = contents(wheel)
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert not [name for name in names if name.startswith(("test/", "demo/", "setup/", "src/"))]


def test_has_neither_node_nor_ipywidgets(installed: Installed, tmp_path: Path) -> None:
    assert shutil.which("node", path=installed.variables["PATH"]) is None
    listed = json.loads(installed.run("python", "-m", "pip", "list", "--format=json", cwd=tmp_path))
    names = {package["name"] for package in listed}
    assert "jupyter-azure-auth" in {name.replace("_", "-") for name in names}
    assert "ipywidgets" not in names


def test_page_and_server_part_are_ok(installed: Installed, tmp_path: Path) -> None:
    lab = plain(installed.run("jupyter", "labextension", "list", cwd=tmp_path))
    assert re.search(r"jupyter-azure-auth v\S+ enabled OK \(python, jupyter-azure-auth\)", lab), lab
    server = plain(installed.run("jupyter", "server", "extension", "list", cwd=tmp_path))
    assert "jupyter_azure_auth enabled" in server
    assert re.search(r"jupyter_azure_auth .*OK", server), server


def test_imports_without_a_server(installed: Installed, tmp_path: Path) -> None:
    code = "import sys, jupyter_azure_auth; print('jupyter_server' in sys.modules)"
    assert installed.run("python", "-W", "error", "-c", code, cwd=tmp_path).strip() == "False"


def plain(text: str) -> str:
    return re.sub(r"\x1b\[\d*m", "", text)


@contextmanager
def server(installed: Installed, folder: Path) -> Iterator[tuple[str, str]]:
    """A running JupyterLab, with its address and its token."""
    process = installed.start(
        "jupyter-lab",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={free_port()}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        cwd=folder,
    )
    try:
        assert process.stdout is not None
        lines = (re.search(r"(http://127\S+/)lab\?token=(\w+)", line) for line in process.stdout)
        found = next(match for match in lines if match)
        yield found[1], found[2]
    finally:
        process.terminate()
        process.communicate()


def test_serves_the_redirect_page_without_login(installed: Installed, tmp_path: Path) -> None:
    # The server prints its address before it listens.
    patient = urllib3.Retry(200, redirect=0, backoff_factor=0.05, backoff_max=0.5)
    with server(installed, tmp_path) as (address, token), urllib3.PoolManager() as http:
        for name, kind in [
            ("redirect.html", "text/html"),
            ("redirect.js", "javascript"),
            ("msal-redirect-bridge.min.js", "javascript"),
        ]:
            page = http.request("GET", f"{address}{REDIRECT}/{name}", retries=patient)
            assert page.status == 200
            assert kind in page.headers["Content-Type"]
            assert "Cross-Origin-Opener-Policy" not in page.headers
        route = f"{address}azure-auth/config"
        assert http.request("POST", route, json={}).status == 403
        authorized = {"Authorization": f"token {token}"}
        response = http.request("POST", route, json={}, headers=authorized)
        assert (response.status, response.json()["client_id"]) == (200, None)
