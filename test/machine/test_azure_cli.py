"""The Azure CLI, on a script of the test's own in its part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth.machine.azure_cli import AzureCli, known_tenants
from jupyter_azure_auth.machine.granted import Wish
from jupyter_azure_auth.machine.reasons import NotUsed, NotUsedError

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = "https://storage.azure.com/.default"
PROFILE = {
    "subscriptions": [
        {"user": {"name": "bob"}, "tenantId": "b"},
        {"user": {"name": "ada"}, "tenantId": "a", "isDefault": True},
    ]
}
ANSWER = {"accessToken": "CANARY", "expires_on": 4_000_000_000, "tokenType": "Bearer"}


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Somebody has signed in with `az login`."""
    script = tmp_path / "az"
    script.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat <<E\n{json.dumps(ANSWER)}\nE\n'
    )
    script.chmod(0o755)
    (tmp_path / "azureProfile.json").write_text(json.dumps(PROFILE), encoding="utf-8-sig")
    found = {"PATH": f"{tmp_path}:/usr/bin:/bin", "AZURE_CONFIG_DIR": str(tmp_path)}
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


def unfit(environ: dict[str, str], wish: Wish = Wish((SCOPE,))) -> str | None:  # noqa: B008 (frozen)
    found = AzureCli(environ).unfit(wish)
    return None if found is None else found.code


def test_gets_the_token_of_who_is_signed_in(environ: dict[str, str], tmp_path: Path) -> None:
    wish = Wish((SCOPE,), tenant_id="contoso.com")
    assert unfit(environ, wish) is None
    granted = AzureCli(environ).token(wish)
    assert (granted.token, granted.expires_on) == ("CANARY", 4_000_000_000)
    assert "CANARY" not in repr(granted)
    account = granted.account
    assert (account.id, account.username) == ("azure-cli:ada@a", "ada")
    assert account.tenant_id == "contoso.com"
    assert "--tenant contoso.com" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish((SCOPE,), account="ada"), "account_wanted"),
        (Wish((SCOPE,), claims="{}"), "az_claims"),
        (Wish((SCOPE,), cloud="AzureChinaCloud"), "other_cloud"),
    ],
)
def test_what_it_cannot_honour_is_not_asked_of_it(
    environ: dict[str, str], wish: Wish, code: str
) -> None:
    assert unfit(environ, wish) == code


def test_asks_for_the_cloud_it_is_set_to(environ: dict[str, str], tmp_path: Path) -> None:
    assert unfit(environ, Wish((SCOPE,), cloud="AzureCloud")) is None
    (tmp_path / "config").write_text("[cloud]\nname = AzureChinaCloud\n")
    assert unfit(environ, Wish((SCOPE,), cloud="AzureChinaCloud")) is None
    assert unfit(environ, Wish((SCOPE,), cloud="AzureCloud")) == "other_cloud"


@pytest.mark.parametrize("profile", ["", "[]", '{"subscriptions": []}', '{"subscriptions": [{}]}'])
def test_nobody_signed_in(environ: dict[str, str], tmp_path: Path, profile: str) -> None:
    (tmp_path / "azureProfile.json").write_text(profile)
    assert unfit(environ) == "az_signed_out"


def test_no_profile_and_no_cli(environ: dict[str, str], tmp_path: Path) -> None:
    assert unfit({**environ, "PATH": "/nowhere"}) == "az_missing"
    (tmp_path / "azureProfile.json").unlink()
    assert unfit(environ) == "az_signed_out"


def failure(environ: dict[str, str], script: Path, text: str) -> NotUsed:
    script.write_text(f"#!/bin/sh\n{text}\n")
    with pytest.raises(NotUsedError) as caught:
        AzureCli(environ).token(Wish((SCOPE,)))
    return caught.value.not_used


def test_a_refusal_of_entra_is_told_by_its_number(environ: dict[str, str], tmp_path: Path) -> None:
    said = "echo 'AADSTS700082: CANARY has expired. Run az login.' >&2; exit 1"
    refusal = failure(environ, tmp_path / "az", said)
    assert (refusal.code, refusal.detail) == ("az_refused", "AADSTS700082")


def test_a_cli_that_hangs(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_azure_auth.machine.azure_cli.PROCESS_TIMEOUT", 0.1)
    # `exec`, or the shell's child would keep the pipe open.
    assert failure(environ, tmp_path / "az", "exec tail -f /dev/null").code == "az_slow"


def test_a_failure_is_repeated_nowhere(
    environ: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "az").write_text("#!/bin/sh\necho CANARY >&2\nexit 1\n")
    with (
        caplog.at_level("INFO", "jupyter_azure_auth"),
        pytest.raises(NotUsedError) as caught,
    ):
        AzureCli(environ).token(Wish((SCOPE,)))
    assert caught.value.not_used.code == "az_failed"
    assert "No token of the Azure CLI" in caplog.text
    assert "CANARY" not in caplog.text + str(caught.value)


def test_knows_the_tenants_of_its_subscriptions(environ: dict[str, str], tmp_path: Path) -> None:
    assert known_tenants(environ) == {"a", "b"}
    named = {"tenantId": "c", "tenantDefaultDomain": "contoso.com"}
    profile = {"subscriptions": [named, {"tenantId": 5}]}
    (tmp_path / "azureProfile.json").write_text(json.dumps(profile))
    assert known_tenants(environ) == {"contoso.com"}
    (tmp_path / "azureProfile.json").write_text("{")
    assert known_tenants(environ) == set()
