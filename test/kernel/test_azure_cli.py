"""The Azure CLI, on a script of the test's own in its part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth.kernel import azure_cli
from jupyter_azure_auth.kernel.protocol import Request

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


def test_gets_the_token_of_who_is_signed_in(environ: dict[str, str], tmp_path: Path) -> None:
    request = Request((SCOPE,), tenant_id="contoso.com")
    assert azure_cli.fits(request, environ)
    token = azure_cli.token(request, environ)
    assert token is not None
    assert (token.token, token.origin) == ("CANARY", "azure-cli")
    assert token.identity == "azure-cli:ada@a"
    assert "--tenant contoso.com" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    "request_",
    [
        Request((SCOPE,), account="ada"),
        Request((SCOPE,), claims="{}"),
        Request((SCOPE,), cloud="AzureChinaCloud"),
    ],
)
def test_what_it_cannot_honour_is_not_asked_of_it(
    environ: dict[str, str], request_: Request
) -> None:
    assert not azure_cli.fits(request_, environ)


def test_asks_for_the_cloud_it_is_set_to(environ: dict[str, str], tmp_path: Path) -> None:
    assert azure_cli.fits(Request((SCOPE,), cloud="AzureCloud"), environ)
    (tmp_path / "config").write_text("[cloud]\nname = AzureChinaCloud\n")
    assert azure_cli.fits(Request((SCOPE,), cloud="AzureChinaCloud"), environ)
    assert not azure_cli.fits(Request((SCOPE,), cloud="AzureCloud"), environ)


@pytest.mark.parametrize("profile", ["", "[]", '{"subscriptions": []}', '{"subscriptions": [{}]}'])
def test_nobody_signed_in(environ: dict[str, str], tmp_path: Path, profile: str) -> None:
    (tmp_path / "azureProfile.json").write_text(profile)
    assert not azure_cli.fits(Request((SCOPE,)), environ)


def test_no_profile_and_no_cli(environ: dict[str, str], tmp_path: Path) -> None:
    assert not azure_cli.fits(Request((SCOPE,)), {**environ, "PATH": "/nowhere"})
    (tmp_path / "azureProfile.json").unlink()
    assert not azure_cli.fits(Request((SCOPE,)), environ)


def test_a_failure_is_none_and_repeated_nowhere(
    environ: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "az").write_text("#!/bin/sh\necho CANARY >&2\nexit 1\n")
    with caplog.at_level("INFO", "jupyter_azure_auth"):
        assert azure_cli.token(Request((SCOPE,)), environ) is None
    assert "No token of the Azure CLI" in caplog.text
    assert "CANARY" not in caplog.text
