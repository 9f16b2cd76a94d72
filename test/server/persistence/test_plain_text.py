"""A backend of keyring that writes plain text is not a keychain, regardless of its priority."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, kwallet, null

from jupyter_azure_auth.server.persistence.keychain import find_keychain, is_system_keychain
from test.server.browser import Browser
from test.server.fake_keychain import FakeKeychain
from test.server.persistence.test_manager import MEMORY, session

BACKENDS = Path(__file__).parents[3] / ".cache" / "keyrings"
"""See setup/requirements-keyrings.txt."""

LOOK = """
import keyring, logging, pathlib
from jupyter_azure_auth.server.persistence.keychain import find_keychain

logging.basicConfig(format="%(message)s")
chain = keyring.get_keyring()
print(type(chain).__name__, chain.priority)
print(*(type(backend).__module__ for backend in chain.backends))
keyring.set_password("service", "user", "refresh token")
print(*(file.name for file in pathlib.Path.home().rglob("*.cfg")))
print(find_keychain())
"""


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


# Situation: keyring with artifacts-keyring and keyrings.alt | writes plain text, with priority 10 |
# a sign-in | the user's token, kept in memory only | install a keychain, or set persistence
def test_a_chain_that_ends_in_a_plain_file_is_no_keychain(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "PYTHONPATH": str(BACKENDS)}
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHON_KEYRING_BACKEND"}
    looked = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**inherited, **home},
        capture_output=True,
        text=True,
        check=True,
    )
    kind, backends, files, found = looked.stdout.splitlines()
    assert kind == "ChainerBackend 10"
    assert backends.split() == ["artifacts_keyring", "keyrings.alt.file"]
    assert files == "keyring_pass.cfg"
    assert found == "None"
    assert "kept in memory only" in looked.stderr
    assert "keyrings.alt.file.PlaintextKeyring" in looked.stderr


class Plain(KeyringBackend):
    """A backend like those of keyrings.alt."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("plain text")


class Refusing(Plain):
    """A backend like that of artifacts-keyring."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


def chain(*backends: KeyringBackend) -> chainer.ChainerBackend:
    kind = type("Chain", (chainer.ChainerBackend,), {"backends": list(backends)})
    made = kind()
    assert isinstance(made, chainer.ChainerBackend)
    return made


async def test_the_panel_does_not_call_it_a_keychain(
    browser: Browser, keychain: FakeKeychain, caplog: pytest.LogCaptureFixture
) -> None:
    keyring.set_keyring(chain(Refusing(), Plain()))
    await browser.sign_in()
    assert (await session(browser, MEMORY))["persistable_in"] is None
    assert caplog.text.count("is not the keychain of an operating system") == 1


def test_uses_only_the_systems_own_keychain_of_a_chain(
    keychain: FakeKeychain,
) -> None:
    keyring.set_keyring(chain(Refusing(), keychain, Plain()))
    found = find_keychain()
    assert found is not None
    found.write("k", "text")
    assert "text" in keychain.entries.values()


def test_uses_no_other_backend_even_if_configured(caplog: pytest.LogCaptureFixture) -> None:
    keyring.set_keyring(Plain())
    assert find_keychain() is None
    assert f"{Plain.__module__}.Plain is not the keychain" in caplog.text


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_prints_nothing_if_there_is_nothing(
    backend: type[KeyringBackend], caplog: pytest.LogCaptureFixture
) -> None:
    keyring.set_keyring(backend())
    assert find_keychain() is None
    assert caplog.text == ""


def test_recognizes_the_classes_of_keyring_and_their_subclasses() -> None:
    from keyring.backends import SecretService, Windows, libsecret, macOS  # noqa: PLC0415

    kinds: list[type[KeyringBackend]] = [
        SecretService.Keyring,
        Windows.WinVaultKeyring,
        kwallet.DBusKeyring,
        kwallet.DBusKeyringKWallet4,
        libsecret.Keyring,
        macOS.Keyring,
    ]
    assert all(is_system_keychain(object.__new__(kind)) for kind in kinds)
    assert not is_system_keychain(Plain())
