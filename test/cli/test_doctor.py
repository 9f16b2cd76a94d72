"""``doctor`` on a healthy server and on broken ones: the fault is named, and nothing else is."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from jupyter_core import paths
from keyring.errors import KeyringLocked

from jupyter_azure_auth.cli.doctor.browser_checks import REDIRECT_PAGE, check_redirect_page
from jupyter_azure_auth.cli.doctor.context import Context
from jupyter_azure_auth.cli.doctor.finding import Finding, found
from jupyter_azure_auth.cli.doctor.keychain_check import check_keychain
from jupyter_azure_auth.cli.doctor.render import as_text
from test.cli.conftest import Doctor
from test.cli.lab import Lab, Terminal
from test.kernel.notebook import Notebook
from test.server.fake_keychain import FakeKeychain


def wrong(report: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {check: code for check, (state, code) in report.items() if state == "wrong"}


def test_a_healthy_server(doctor: Doctor) -> None:
    report = doctor()
    assert wrong(report) == {}
    assert {check for check, (state, _) in report.items() if state == "ok"} == {
        *("package", "page part", "server", "address", "host header", "client id"),
        *("redirect page", "authority", "resource manager", "clock", "keychain", "sign-in"),
        *("process access", "variables"),
    }
    assert report["sign-in"] == ("ok", "signed_in")


def test_the_panel_runs_the_same_checks_on_a_server_that_stays_responsive(lab: Lab) -> None:
    session = requests.Session()
    page = {"Origin": lab.url.rstrip("/")}
    opened = session.get(f"{lab.url}lab?token={lab.token}", timeout=60)
    assert opened.ok
    address = f"{lab.url}azure-auth/doctor"
    assert session.post(address, json={}, headers=page, timeout=60).status_code == 403  # no XSRF
    page["X-XSRFToken"] = str(session.cookies["_xsrf"])
    foreign = {**page, "Origin": "https://evil.example"}
    assert session.post(address, json={}, headers=foreign, timeout=60).status_code == 403
    answer = session.post(address, json={}, headers=page, timeout=60)
    assert answer.status_code == 200
    states = {one["check"]: one["state"] for one in answer.json()["findings"]}
    # The checks ask this very server, which could not answer if they blocked it.
    expected = (
        *("server", "address", "host header", "redirect page"),
        *("authority", "resource manager", "clock", "sign-in"),
    )
    assert {check: states[check] for check in expected} == dict.fromkeys(expected, "ok")
    assert lab.token not in answer.text


# Situation: server on JupyterHub | one redirect URI for all users, which leads to the Hub's login
# page without a browser's cookies | doctor | checks the user's own redirect page | nothing to do
def test_the_redirect_uri_of_all_users_leads_to_this_servers_page(lab: Lab) -> None:
    shared = f"{lab.url}hub/user-redirect/{REDIRECT_PAGE}"
    config = SimpleNamespace(client_id="c", sources=["popup"], redirect_uri=shared)
    context: Any = SimpleNamespace(config=config, url=lab.url, timeout=60)
    own = f"{lab.url}{REDIRECT_PAGE}"
    assert check_redirect_page(context) == found("redirect_page_ok", url=own)
    config.redirect_uri = f"{lab.url}elsewhere/{REDIRECT_PAGE}"
    assert check_redirect_page(context) == found("redirect_page_missing", url=config.redirect_uri)


def test_a_healthy_process_below_it(terminal: Terminal) -> None:
    done = terminal.run("doctor", "--timeout=60")
    assert (done.returncode, done.stderr) == (0, "")
    assert "OK     process access" in done.stdout
    assert "-      kernel" in done.stdout
    assert "note   variables         These variables" in done.stdout
    assert "AZURE_POD_IDENTITY_AUTHORITY_HOST" in done.stdout
    assert "127.0.0.1:9" not in done.stdout  # its value
    assert done.stdout.endswith("No problems found.\n")


def test_no_server_part(doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = Lab(tmp_path, {}, "jupyter_server", ours=False)
    try:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(without.runtime))
        monkeypatch.delenv("JUPYTER_AZURE_AUTH_CONNECTION")
        assert wrong(doctor()) == {"server": "server_without_extension"}
    finally:
        without.stop()


@pytest.mark.parametrize(
    ("count", "summary"), [(0, "No problems"), (1, "1 problem"), (2, "2 problems")]
)
def test_the_last_line_counts_the_problems_as_the_panel_does(count: int, summary: str) -> None:
    finding = Finding("server_not_running")
    assert as_text([("server", finding)] * count).splitlines()[-1] == f"{summary} found."


def test_no_server(doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    assert wrong(doctor()) == {"server": "server_not_running"}


@pytest.fixture
def proxy(lab: Lab) -> Iterator[str]:
    """Forwards to the server, with the server's own name as Host."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            url = f"http://127.0.0.1:{lab.port}{self.path}"
            answer = requests.post(url, body, headers=headers, timeout=60)
            self.send_response(answer.status_code)
            self.end_headers()
            self.wfile.write(answer.content)

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(requests.get(f"{lab.url}{self.path[1:]}", timeout=60).content)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_a_proxy_that_changes_host(doctor: Doctor, proxy: str) -> None:
    assert wrong(doctor("--url", proxy)) == {"host header": "host_changed"}


def test_an_unknown_ca(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert wrong(doctor()) == {"authority": "authority_untrusted"}


@pytest.mark.parametrize("ahead", [600, -600])
def test_a_wrong_clock(doctor: Doctor, ahead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + ahead)
    assert wrong(doctor()) == {"clock": "clock_wrong"}


def test_a_locked_keychain(doctor: Doctor, keychain: FakeKeychain) -> None:
    keychain.problem = KeyringLocked("secret text of the backend")
    assert wrong(doctor()) == {"keychain": "keychain_locked"}
    keychain.gate.clear()
    assert check_keychain(Context({}, timeout=0.2)).code == "keychain_silent"


def test_plain_http(doctor: Doctor, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    really = socket.getaddrinfo

    def resolve(host: Any, *arguments: Any, **more: Any) -> Any:
        return really("127.0.0.1" if host == "lab.example" else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    url = f"http://lab.example:{lab.port}/"
    assert wrong(doctor("--url", url)) == {"address": "address_plain_http"}
    report = doctor("--url", f"http://127.0.0.1:{lab.port}")
    assert (report["address"], wrong(report)) == (("note", "address_number"), {})


def test_a_kernel_with_a_debug_log(lab: Lab) -> None:
    notebook = Notebook(lab.home, "--debug")
    try:
        environ = {
            "JUPYTER_RUNTIME_DIR": str(lab.runtime),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        code = (
            f"import json, os, subprocess, sys; os.environ.update({environ!r})\n"
            "options = ['doctor', '--json', '--timeout=60']\n"
            "command = [sys.executable, '-m', 'jupyter_azure_auth.cli', *options]\n"
            "below = subprocess.run(command, capture_output=True, text=True).stdout\n"
            "from jupyter_azure_auth.cli.main import main\n"
            "import contextlib, io\n"
            "with contextlib.redirect_stdout(io.StringIO()) as inside: main(options)\n"
            "for one in (below, inside.getvalue()):\n"
            "    rows = json.loads(one)['findings']\n"
            "    print([row['code'] for row in rows if row['state'] == 'wrong'])"
        )
        output = notebook.output(notebook.run(code), seconds=120)
    finally:
        notebook.shut_down()
    assert output.splitlines() == ["['kernel_debug_log']"] * 2


def test_a_missing_or_disabled_page_part(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    config = tmp_path / "labconfig" / "page_config.json"
    config.parent.mkdir()
    plugin = "jupyter-azure-auth:panel"
    config.write_text(json.dumps({"disabledExtensions": {plugin: True}}))
    assert wrong(doctor()) == {"page part": "page_part_disabled"}
    monkeypatch.setattr(paths, "ENV_JUPYTER_PATH", [])
    assert wrong(doctor()) == {"page part": "page_part_missing"}
