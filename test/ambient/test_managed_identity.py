"""Managed identities on the hosts of the local Azure."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.ambient.hosts import detect_host
from jupyter_azure_auth.ambient.managed_identity import ManagedIdentity
from test.ambient.host_environments import STORAGE, HostEnvironment

WORKLOAD = {
    "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
    "AZURE_FEDERATED_TOKEN_FILE": "f",
    "AZURE_TENANT_ID": "tid",
    "AZURE_CLIENT_ID": "c",
}
GOVERNMENT = {**WORKLOAD, "AZURE_AUTHORITY_HOST": "login.microsoftonline.us"}


@pytest.mark.parametrize(
    ("token_request", "environ", "code"),
    [
        (STORAGE, {}, None),
        (TokenRequest(("s",), account="ada"), {}, "account_wanted"),
        (TokenRequest(("s",), tenant_id="tid"), {}, None),
        (STORAGE, {**WORKLOAD, "IDENTITY_ENDPOINT": "x"}, "not_set"),
        (STORAGE, {**WORKLOAD, "AZURE_CLIENT_ID": ""}, "not_set"),
        (TokenRequest(("s",), cloud="AzureCloud"), {}, None),
        (TokenRequest(("s",), cloud="AzureChinaCloud"), {}, "other_cloud"),
        (TokenRequest(("s",), cloud="Own"), {}, "other_cloud"),
        (TokenRequest(("s",), cloud="AzureUSGovernment"), GOVERNMENT, None),
        (TokenRequest(("s",), cloud="AzureCloud"), GOVERNMENT, "other_cloud"),
    ],
)
def test_an_unsupported_request_makes_a_source_unavailable(
    token_request: TokenRequest, environ: dict[str, str], code: str | None
) -> None:
    host = detect_host(environ, Path("/nowhere"))
    found = ManagedIdentity(host.source, host, environ).why_unavailable(token_request)
    assert (None if found is None else found.code) == code


def test_the_configured_cloud_is_used_if_the_machine_does_not_report_its_own() -> None:
    host = detect_host({}, Path("/nowhere"))
    source = ManagedIdentity(host.source, host, {}, cloud="AzureChinaCloud")
    assert source.why_unavailable(TokenRequest(("s",), cloud="AzureChinaCloud")) is None
    assert source.why_unavailable(TokenRequest(("s",), cloud="AzureCloud")) is not None


@pytest.mark.parametrize(
    "place",
    [
        "app-service",
        "msi",
        "compute-instance",
        "azure-notebooks",
        "cloud-shell",
        "arc",
        "imds",
        "aks",
    ],
)
def test_every_host_gives_its_token(host_environment: HostEnvironment, place: str) -> None:
    host_environment.enter(place)
    granted = host_environment.ask()
    assert 3000 < granted.expires_on - time.time() <= 3600
    assert granted.token_type == "Bearer"
    assert granted.token.count(".") == 2
    assert granted.token not in repr(granted)
    named = host_environment.hosts.info["userAssigned" if place == "aks" else "systemAssigned"]
    connect = place in ("azure-notebooks", "cloud-shell")
    name = "connect-to-azure" if connect else "managed-identity"
    assert granted.account.id == f"{name}:{named['clientId']}"
    assert granted.account.username == named["resourceId"].rpartition("/")[2]
    assert granted.account.tenant_id.startswith("c0000000")


@pytest.mark.parametrize("ends", ["epoch", "linux", "windows", "iso"])
@pytest.mark.parametrize("place", ["app-service", "msi", "azure-notebooks", "arc", "imds"])
def test_every_format_of_an_expiry(
    host_environment: HostEnvironment, place: str, ends: str
) -> None:
    host_environment.enter(place)
    host_environment.hosts.set(ends=ends)
    assert 3000 < host_environment.ask().expires_on - time.time() <= 3600


def test_a_long_lived_token_is_renewed_at_half_its_lifetime(
    host_environment: HostEnvironment,
) -> None:
    host_environment.enter("app-service")
    host_environment.hosts.set(seconds=86400)
    refresh_on = host_environment.ask().refresh_on
    assert refresh_on is not None
    assert abs(refresh_on - time.time() - 43200) < 60


@pytest.mark.parametrize(
    "scope", ["https://storage.azure.com/user_impersonation", "https://storage.azure.com/.default"]
)
def test_a_scope_stands_for_its_resource(host_environment: HostEnvironment, scope: str) -> None:
    host_environment.enter("app-service")
    assert host_environment.ask(TokenRequest((scope, scope))).account.id.startswith(
        "managed-identity:"
    )


@pytest.mark.parametrize("place", ["app-service", "msi", "arc", "imds"])
def test_one_of_several_identities_is_asked_for_by_its_client_id(
    host_environment: HostEnvironment, place: str
) -> None:
    chosen = host_environment.hosts.info["userAssigned"]["clientId"]
    host_environment.enter(place, AZURE_CLIENT_ID=chosen)
    assert host_environment.ask().account.id == f"managed-identity:{chosen}"
    clients = [entry["client"] for entry in host_environment.hosts.seen()["log"] if entry["client"]]
    assert set(clients) == {chosen}


class TestComputeInstance:
    def test_single_sign_on_returns_the_users_token(
        self, host_environment: HostEnvironment
    ) -> None:
        host_environment.enter("compute-instance")
        host_environment.hosts.set(singleSignOn=True)
        account = host_environment.ask().account
        assert account.username == "alice@contoso.com"
        assert account.id == "managed-identity:a11ce000-aaaa-4aaa-8aaa-000000000001"
        assert account.name == "Azure Machine Learning compute instance"

    def test_the_machine_does_not_replace_a_user_whose_sign_in_ends(
        self, host_environment: HostEnvironment
    ) -> None:
        host_environment.enter("compute-instance")
        host_environment.hosts.set(singleSignOn=True)
        person = host_environment.ask().account
        host_environment.hosts.set(singleSignOn=False)
        assert host_environment.ask().account.id != person.id

    def test_its_own_identity_comes_after_that(self, host_environment: HostEnvironment) -> None:
        own = host_environment.hosts.info["userAssigned"]["clientId"]
        host_environment.enter("compute-instance", DEFAULT_IDENTITY_CLIENT_ID=own)
        host_environment.hosts.set(odd="sso failure", odds=1)
        assert host_environment.ask().account.id == f"managed-identity:{own}"
        assert host_environment.hosts.answers == ["sso failure", "token"]

    @pytest.mark.parametrize("odd", ["sso failure", "no page"])
    def test_the_remedy_is_that_of_the_first(
        self, host_environment: HostEnvironment, odd: str
    ) -> None:
        host_environment.enter("compute-instance", DEFAULT_IDENTITY_CLIENT_ID="unknown")
        host_environment.hosts.set(odd=odd, odds=1)
        assert "click Authenticate" in host_environment.refusal().sentence


def test_a_machine_outside_azure_is_recognized_at_once(host_environment: HostEnvironment) -> None:
    host_environment.enter("imds", AZURE_POD_IDENTITY_AUTHORITY_HOST="http://127.0.0.1:9")
    assert host_environment.refusal().code == "not_azure"
    assert host_environment.pauses == []


class TestPatience:
    @pytest.mark.parametrize(
        ("place", "odd", "pauses"),
        [
            ("imds", "upgrade", [5, 10, 20, 40]),
            ("imds", "no page", [1.6, 3.2]),
            ("app-service", "too busy", [1, 1.6]),
            ("msi", "out of order", [0.8, 1.6, 3.2]),
        ],
    )
    def test_asks_again_as_the_host_prescribes(
        self, host_environment: HostEnvironment, place: str, odd: str, pauses: list[float]
    ) -> None:
        host_environment.enter(place)
        host_environment.hosts.set(odd=odd, odds=len(pauses))
        waits: list[None] = []
        granted = host_environment.source.token(STORAGE, lambda: waits.append(None))
        assert granted.token
        assert host_environment.pauses == pauses
        assert len(waits) == 1

    def test_a_retry_after_of_ten_minutes_is_not_waited_for(
        self, host_environment: HostEnvironment
    ) -> None:
        host_environment.enter("app-service")
        host_environment.hosts.set(odd="far too busy")
        assert host_environment.refusal().code == "busy"
        assert host_environment.pauses == []

    def test_a_slow_host_is_asked_once_more(self, host_environment: HostEnvironment) -> None:
        host_environment.enter("app-service")
        host_environment.hosts.set(odd="silence", odds=1)
        assert host_environment.ask().token
        assert host_environment.hosts.answers == ["silence", "token"]


class TestSecrets:
    def test_no_answer_is_repeated(
        self, host_environment: HostEnvironment, caplog: pytest.LogCaptureFixture
    ) -> None:
        host_environment.enter("msi")
        host_environment.hosts.set(odd="a page")
        with caplog.at_level("DEBUG"):
            refusal = host_environment.refusal()
        assert "No managed identity: no_token" in caplog.text
        loud = [record.name for record in caplog.records if record.levelname == "WARNING"]
        assert loud == []
        for token in host_environment.hosts.seen()["tokens"]:
            assert token not in f"{caplog.text} {refusal} {refusal.sentence}"
        assert host_environment.environ["MSI_SECRET"] not in caplog.text

    def test_no_proxy_is_asked(
        self, host_environment: HostEnvironment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"{host_environment.hosts.info['origin']}/proxy")
        host_environment.enter("imds", AZURE_POD_IDENTITY_AUTHORITY_HOST="http://127.0.0.1:9")
        assert host_environment.refusal().code == "not_azure"
        host_environment.enter("app-service", IDENTITY_ENDPOINT="http://127.0.0.1:9/msi/token")
        assert host_environment.refusal().code == "no_connection"
        assert host_environment.hosts.answers == []
        host_environment.enter("imds")
        assert host_environment.ask().token
        # The first request is the probe, which lacks the header of token requests.
        assert host_environment.hosts.answers == ["refused", "token"]

    def test_no_redirect_is_followed(self, host_environment: HostEnvironment) -> None:
        host_environment.enter("app-service")
        host_environment.hosts.set(odd="other address")
        assert host_environment.refusal().code == "redirected"
        assert host_environment.hosts.answers == ["other address"]
