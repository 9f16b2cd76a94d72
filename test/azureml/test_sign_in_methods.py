"""The stored sign-in of a terminal, with a fake for azure-identity's credential."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import azure.identity
import pytest
from azure.core.credentials import AccessTokenInfo
from azure.identity import AuthenticationRecord, AuthenticationRequiredError

from jupyter_azure_auth.azureml import sign_in_methods
from jupyter_azure_auth.azureml.clouds import CLOUDS
from jupyter_azure_auth.azureml.sign_in import ExistingSignIn
from jupyter_azure_auth.azureml.sign_in_methods import TerminalCredential
from jupyter_azure_auth.kernel.protocol import Refusal

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = "https://management.azure.com/.default"
TENANT = "c0000000-1111-4222-8333-000000000001"
RECORD = AuthenticationRecord(TENANT, "client", "login.microsoftonline.com", "oid.tid", "ada")
CHINA = CLOUDS["AzureChinaCloud"]


class Browser:
    """A fake for azure-identity's two interactive credentials."""

    made: list[dict[str, Any]]
    good = True

    def __init__(self, **options: Any) -> None:
        self.options = options
        type(self).made.append(options)

    def authenticate(self, *, scopes: list[str]) -> AuthenticationRecord:
        assert scopes == [SCOPE]
        return RECORD

    def get_token_info(self, *_scopes: str, **_options: Any) -> AccessTokenInfo:
        if not self.good:
            raise AuthenticationRequiredError(_scopes)
        return AccessTokenInfo("CANARY", 4_000_000_000)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> type[Browser]:
    monkeypatch.setattr(Browser, "made", [], raising=False)
    monkeypatch.setattr(azure.identity, "InteractiveBrowserCredential", Browser)
    monkeypatch.setattr(sign_in_methods, "has_keychain", lambda: True)
    monkeypatch.setenv("BROWSER", "true")
    return Browser


def test_stores_the_account_and_finds_it_again(browser: type[Browser], tmp_path: Path) -> None:
    folder = tmp_path / "identity"
    first = TerminalCredential(TENANT, CLOUDS["AzureCloud"], folder)
    assert first.find_existing(SCOPE) == Refusal("sign_in_required")
    assert first.prompt(SCOPE) == ExistingSignIn("session", "ada", TENANT, "AzureCloud")
    (file,) = folder.iterdir()
    assert file.name == f"jupyter-azure-auth.AzureCloud.{TENANT}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "CANARY" not in file.read_text()
    second = TerminalCredential(TENANT, CLOUDS["AzureCloud"], folder)
    assert second.find_existing(SCOPE) == ExistingSignIn("saved", "ada", TENANT, "AzureCloud")
    assert second.account == "oid.tid"
    assert second.get_token(SCOPE).token == "CANARY"
    assert "CANARY" not in repr(second.get_token_info(SCOPE))


def test_another_tenant_or_cloud_is_another_sign_in(browser: type[Browser], tmp_path: Path) -> None:
    TerminalCredential(None, CLOUDS["AzureCloud"], tmp_path).prompt(SCOPE)
    for tenant, cloud in ((TENANT, CLOUDS["AzureCloud"]), (None, CHINA)):
        other = TerminalCredential(tenant, cloud, tmp_path)
        assert other.find_existing(SCOPE) == Refusal("sign_in_required")


def test_asks_no_user_during_the_lookup(browser: type[Browser], tmp_path: Path) -> None:
    TerminalCredential(None, CHINA, tmp_path).prompt(SCOPE)
    assert browser.made[0]["authority"] == "https://login.chinacloudapi.cn"
    browser.made.clear()
    browser.good = False
    assert TerminalCredential(None, CHINA, tmp_path).find_existing(SCOPE) == Refusal(
        "sign_in_required"
    )
    browser.good = True
    (silent,) = browser.made
    assert silent["disable_automatic_authentication"] is True
    assert silent["cache_persistence_options"].allow_unencrypted_storage is False


def test_without_a_keychain_nothing_is_stored(
    browser: type[Browser], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_methods, "has_keychain", lambda: False)
    folder = tmp_path / "identity"
    TerminalCredential(None, CHINA, folder).prompt(SCOPE)
    assert "cache_persistence_options" not in browser.made[0]
    assert not folder.exists()


def test_a_folder_without_write_access_does_not_prevent_a_sign_in(
    browser: type[Browser], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    credential = TerminalCredential(TENANT, CLOUDS["AzureCloud"], tmp_path / "file" / "identity")
    assert credential.prompt(SCOPE) == ExistingSignIn("session", "ada", TENANT, "AzureCloud")
    assert credential.get_token(SCOPE).token == "CANARY"


def test_a_damaged_record_is_ignored(browser: type[Browser], tmp_path: Path) -> None:
    TerminalCredential(None, CHINA, tmp_path).prompt(SCOPE)
    (file,) = tmp_path.iterdir()
    for text in ("", "[]", "{}", "null"):
        file.write_text(text)
        found = TerminalCredential(None, CHINA, tmp_path).find_existing(SCOPE)
        assert found == Refusal("sign_in_required"), text
