"""The Azure CLI source, with a fake `az` script."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth._models import AccessToken, TokenRequest
from jupyter_azure_auth.ambient.azure_cli import (
    AzureCli,
    configured_cloud,
    known_tenants,
    known_user,
)
from jupyter_azure_auth.ambient.reasons import Unavailable, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = "https://storage.azure.com/.default"
PROFILE = {
    "subscriptions": [
        {"user": {"name": "bob"}, "tenantId": "b"},
        {"user": {"name": "ada"}, "tenantId": "a", "isDefault": True},
    ]
}
SHOWN = {"environmentName": "AzureCloud", "user": {"name": "ada"}, "tenantId": "a"}
ANSWER = {"accessToken": "CANARY", "expires_on": 4_000_000_000, "tokenType": "Bearer"}
TENANT_NOT_FOUND = "ERROR: AADSTS90002: Tenant 'fabrikam.com' not found. CANARY"
NO_SIGN_IN = "ERROR: Please run 'az login' to setup account."


class Az:
    """A script that answers the two commands that are run with `az`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.answer(json.dumps(ANSWER), json.dumps(SHOWN))

    def answer(self, token: str, shown: str) -> None:
        """Set the two answers of the script."""
        (self._folder / "token").write_text(token)
        (self._folder / "shown").write_text(shown)
        self.run(f'cat {self._folder}/$([ "$2" = show ] && echo shown || echo token)')

    def run(self, text: str) -> None:
        script = self._folder / "az"
        script.write_text(f'#!/bin/sh\necho "$@" >> {self._folder}/asked\n{text}\n')
        script.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        return (self._folder / "asked").read_text().splitlines()


@pytest.fixture
def az(tmp_path: Path) -> Az:
    return Az(tmp_path)


@pytest.fixture
def environ(az: Az, tmp_path: Path) -> dict[str, str]:
    """An `az` that is signed in."""
    (tmp_path / "azureProfile.json").write_text(json.dumps(PROFILE), encoding="utf-8-sig")
    return {"PATH": f"{tmp_path}:/usr/bin:/bin", "AZURE_CONFIG_DIR": str(tmp_path)}


STORAGE = TokenRequest((SCOPE,))


def why_unavailable(environ: dict[str, str], token_request: TokenRequest = STORAGE) -> str | None:
    found = AzureCli(environ).why_unavailable(token_request)
    return None if found is None else found.code


def ask(environ: dict[str, str], **token_request: Any) -> AccessToken:
    assert why_unavailable(environ, TokenRequest((SCOPE,), **token_request)) is None
    return AzureCli(environ).token(TokenRequest((SCOPE,), **token_request))


def refusal(environ: dict[str, str], **token_request: Any) -> Unavailable:
    with pytest.raises(UnavailableError) as caught:
        ask(environ, **token_request)
    return caught.value.unavailable


@pytest.mark.parametrize("folder", [None, "x" * 300])
def test_an_inaccessible_folder_is_not_an_obstacle(
    environ: dict[str, str], az: Az, monkeypatch: pytest.MonkeyPatch, folder: str | None
) -> None:
    """A user of a container may have no home, or root's."""

    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("pathlib.Path.home", no_home)
    del environ["AZURE_CONFIG_DIR"]
    if folder is not None:
        environ["AZURE_CONFIG_DIR"] = f"/{folder}"
    request = TokenRequest((SCOPE,), cloud="AzureCloud")
    assert AzureCli(environ).why_unavailable(request) is None
    assert AzureCli(environ).token(request).token == "CANARY"
    assert configured_cloud(environ, "") == ""
    assert known_tenants(environ) == set()
    assert known_user(environ) is None


def test_gets_the_signed_in_users_token(environ: dict[str, str], az: Az) -> None:
    granted = ask(environ, tenant_id="contoso.com")
    assert (granted.token, granted.expires_on) == ("CANARY", 4_000_000_000)
    assert "CANARY" not in repr(granted)
    account = granted.account
    assert (account.id, account.username) == ("azure-cli:ada@a", "ada")
    assert account.tenant_id == "contoso.com"
    assert "--tenant contoso.com" in az.asked[0]


# Situation: Azure CLI | its profile is elsewhere (WSL, a wrapper) | first token | the Azure CLI's
# token | nothing to do
def test_a_profile_in_another_folder_works(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "azureProfile.json").unlink()
    assert ask(environ).account.id == "azure-cli:ada@a"


def jwt(**claims: str) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()}.s"


def test_the_account_is_read_from_the_token_if_az_does_not_report_it(
    environ: dict[str, str], az: Az
) -> None:
    token = jwt(upn="ada@contoso.com", tid="a", oid="1")
    az.answer(json.dumps({**ANSWER, "accessToken": token}), "nothing")
    assert ask(environ).account.id == "azure-cli:ada@contoso.com@a"
    az.answer(json.dumps({**ANSWER, "tenant": "b"}), "nothing")
    assert ask(environ).account.id == "azure-cli:unknown@b"


def test_the_account_is_requested_once_for_tokens_with_the_same_claims(
    environ: dict[str, str], az: Az
) -> None:
    source = AzureCli(environ)
    for oid in ("1", "1", "2"):
        token = {**ANSWER, "accessToken": jwt(tid="a", oid=oid)}
        az.answer(json.dumps(token), json.dumps({**SHOWN, "user": {"name": f"user {oid}"}}))
        assert source.token(TokenRequest((SCOPE,))).account.username == f"user {oid}"
    assert [line.split()[1] for line in az.asked].count("show") == 2


# Situation: Azure CLI | a wrapper or an extension prints lines around its JSON | first token |
# the Azure CLI's token | nothing to do
@pytest.mark.parametrize("noise", ["hello\n", "{ not json }\n", '{"accessToken": ', '{"a": {}}\n'])
def test_output_around_the_json_is_tolerated(environ: dict[str, str], az: Az, noise: str) -> None:
    az.answer(f"{noise}{json.dumps(ANSWER, indent=2)}\nbye\n", f"{noise}{json.dumps(SHOWN)}")
    granted = ask(environ)
    assert (granted.token, granted.account.username) == ("CANARY", "ada")


def test_an_older_version_reports_the_expiry_in_local_time(environ: dict[str, str], az: Az) -> None:
    local = time.strftime("%Y-%m-%d %H:%M:%S.000000", time.localtime(4_000_000_000))
    az.answer(json.dumps({"accessToken": "CANARY", "expiresOn": local}), json.dumps(SHOWN))
    assert ask(environ).expires_on == 4_000_000_000


@pytest.mark.parametrize(
    "answer",
    ["", "[]", "{}", "CANARY", '{"accessToken": 5, "expires_on": 1}', '{"accessToken": "CANARY"}'],
)
def test_an_answer_without_a_token_is_named(environ: dict[str, str], az: Az, answer: str) -> None:
    az.answer(answer, json.dumps(SHOWN))
    assert refusal(environ) == Unavailable("azure-cli", "az_invalid_output")


@pytest.mark.parametrize(
    ("token_request", "code"),
    [
        (TokenRequest((SCOPE,), account="ada"), "account_wanted"),
        (TokenRequest((SCOPE,), claims="{}"), "az_claims"),
        (TokenRequest((SCOPE,), cloud="AzureChinaCloud"), "other_cloud"),
    ],
)
def test_a_request_that_it_does_not_support_is_not_sent(
    environ: dict[str, str], token_request: TokenRequest, code: str
) -> None:
    assert why_unavailable(environ, token_request) == code


# Situation: Azure CLI | a resource challenges its token | next token | `az_claims` with the
# command of azure-identity | run `az login --claims-challenge …`, then the cell again
def test_a_claims_challenge_passes_on_the_command(environ: dict[str, str]) -> None:
    claims = '{"access_token": {"nbf": {"essential": true, "value": "1"}}}'
    found = AzureCli(environ).why_unavailable(TokenRequest((SCOPE,), "contoso.com", claims=claims))
    assert found is not None
    challenge = base64.b64encode(claims.encode()).decode()
    command = f"az login --claims-challenge {challenge} --tenant contoso.com --scope {SCOPE}"
    assert f"`{command}`" in found.sentence
    longer = AzureCli(environ).why_unavailable(TokenRequest((SCOPE,), claims=claims + " " * 8000))
    assert longer is not None
    assert len(longer.sentence) < 500


def test_asks_for_the_cloud_it_is_set_to(environ: dict[str, str], az: Az, tmp_path: Path) -> None:
    ask(environ, cloud="AzureCloud")
    (tmp_path / "config").write_text("[cloud]\nname = AzureChinaCloud\n")
    az.answer(json.dumps(ANSWER), json.dumps({**SHOWN, "environmentName": "AzureChinaCloud"}))
    ask(environ, cloud="AzureChinaCloud")
    assert why_unavailable(environ, TokenRequest((SCOPE,), cloud="AzureCloud")) == "other_cloud"
    # The profile is in another folder.
    (tmp_path / "azureProfile.json").unlink()
    assert refusal(environ, cloud="AzureCloud").code == "other_cloud"


def test_no_cli(environ: dict[str, str], az: Az) -> None:
    assert why_unavailable({**environ, "PATH": "/nowhere"}) == "az_missing"
    az.run("exit 127")
    assert refusal(environ).code == "az_missing"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (NO_SIGN_IN, ("az_signed_out", "")),
        ("AADSTS700082: CANARY has expired. Run az login.", ("az_refused", "AADSTS700082")),
        ("SSLError(1, [SSL: CERTIFICATE_VERIFY_FAILED] CANARY)", ("az_untrusted", "")),
        ("CANARY", ("az_failed", "")),
    ],
)
def test_reports_the_failure_without_its_text(
    environ: dict[str, str],
    az: Az,
    said: str,
    why: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    az.run(f"cat >&2 <<'E'\n{said}\nE\nexit 1")
    with caplog.at_level("INFO", "jupyter_azure_auth"):
        found = refusal(environ)
    assert (found.code, found.detail) == why
    assert "No token from the Azure CLI" in caplog.text
    assert "CANARY" not in caplog.text + found.sentence
    assert ("REQUESTS_CA_BUNDLE" in found.sentence) is (found.code == "az_untrusted")


# Situation: Azure CLI | Entra refuses its account in the requested tenant | first token |
# `az_tenant_refused`, which names that tenant | `az login --tenant`, or leave out `tenant_id`
@pytest.mark.parametrize(
    ("said", "detail"),
    [(TENANT_NOT_FOUND, "fabrikam.com (AADSTS90002)"), ("Run az login --tenant", "fabrikam.com")],
)
def test_a_refused_tenant_is_named(environ: dict[str, str], az: Az, said: str, detail: str) -> None:
    az.run(f'[ "$2" = show ] && exec echo \'{json.dumps(SHOWN)}\'\necho "{said}" >&2; exit 1')
    found = refusal(environ, tenant_id="fabrikam.com")
    assert (found.code, found.detail) == ("az_tenant_refused", detail)
    assert refusal(environ).code in ("az_refused", "az_signed_out")


def test_a_missing_sign_in_is_not_about_the_tenant(environ: dict[str, str], az: Az) -> None:
    az.run(f'echo "{NO_SIGN_IN}" >&2; exit 1')
    assert refusal(environ, tenant_id="fabrikam.com").code == "az_signed_out"


def test_a_cli_that_hangs(environ: dict[str, str], az: Az, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_azure_auth.ambient.azure_cli.PROCESS_TIMEOUT_S", 0.1)
    # With `exec`, because the shell's child would keep the pipe open.
    az.run("exec tail -f /dev/null")
    assert refusal(environ).code == "az_slow"


def test_no_argument_reaches_a_shell(environ: dict[str, str], az: Az) -> None:
    az.run("exit 0")
    with pytest.raises(UnavailableError):
        AzureCli(environ).token(TokenRequest(("https://x&calc/.default",)))
    with pytest.raises(FileNotFoundError):
        _ = az.asked


def test_returns_the_tenants_of_its_subscriptions(environ: dict[str, str], tmp_path: Path) -> None:
    assert known_tenants(environ) == {"a", "b"}
    named = {"tenantId": "c", "tenantDefaultDomain": "contoso.com"}
    profile = {"subscriptions": [named, {"tenantId": 5}]}
    (tmp_path / "azureProfile.json").write_text(json.dumps(profile))
    assert known_tenants(environ) == {"contoso.com"}
    (tmp_path / "azureProfile.json").write_text("{")
    assert known_tenants(environ) == set()
