"""One JupyterLab with a user who is signed in to the local Azure, for all tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import keyring
import pytest

from jupyter_azure_auth.cli.doctor.process_checks import STEERING
from jupyter_azure_auth.cli.main import main
from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE
from test.cli.lab import Lab, Terminal
from test.sdks.conftest import azure
from test.server.fake_keychain import FakeKeychain

__all__ = ["azure"]

Doctor = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture(scope="session")
def lab(azure: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    # With an app as well, so that the redirect page is needed.
    lab = Lab(tmp_path_factory.mktemp("lab"), {"client_id": azure["clientId"]})
    lab.sign_in(azure["users"][0])
    yield lab
    lab.stop()


@pytest.fixture
def terminal(lab: Lab) -> Terminal:
    return Terminal(lab)


@pytest.fixture
def keychain() -> Iterator[FakeKeychain]:
    before, keychain = keyring.get_keyring(), FakeKeychain()
    keyring.set_keyring(keychain)
    yield keychain
    keychain.gate.set()
    keyring.set_keyring(before)


@pytest.fixture
def doctor(
    lab: Lab,
    keychain: FakeKeychain,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Doctor:
    """Run ``doctor`` in this process, with the variables of one below the server."""
    for name in STEERING:
        monkeypatch.delenv(name, raising=False)
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, lab.environ[name])
    monkeypatch.setenv(CONNECTION_VARIABLE, str(lab.connection_file))

    def run(*arguments: str) -> dict[str, tuple[str, str]]:
        exit_code = main(["doctor", "--json", "--timeout=60", *arguments])
        report = json.loads(capsys.readouterr().out)
        states = [one["state"] for one in report["findings"]]
        assert report["ok"] == ("wrong" not in states) == (exit_code == 0)
        return {
            one["check"]: (one["state"], one["code"])
            for one in report["findings"]
            if one["code"] != "source_unused"
        }

    return run
