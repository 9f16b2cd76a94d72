"""Managed identities on the hosts of the local Azure."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jupyter_azure_auth.machine.granted import Wish
from jupyter_azure_auth.machine.host import detect
from jupyter_azure_auth.machine.managed import ManagedIdentity
from test.machine.hosts import STORAGE, Stand

WORKLOAD = {
    "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
    "AZURE_FEDERATED_TOKEN_FILE": "f",
    "AZURE_TENANT_ID": "tid",
    "AZURE_CLIENT_ID": "c",
}
GOVERNMENT = {**WORKLOAD, "AZURE_AUTHORITY_HOST": "login.microsoftonline.us"}


@pytest.mark.parametrize(
    ("wish", "environ", "code"),
    [
        (STORAGE, {}, None),
        (Wish(("s",), account="ada"), {}, "account_wanted"),
        (Wish(("s",), tenant_id="tid"), {}, None),
        (STORAGE, {**WORKLOAD, "IDENTITY_ENDPOINT": "x"}, "not_set"),
        (STORAGE, {**WORKLOAD, "AZURE_CLIENT_ID": ""}, "not_set"),
        (Wish(("s",), cloud="AzureCloud"), {}, None),
        (Wish(("s",), cloud="AzureChinaCloud"), {}, "other_cloud"),
        (Wish(("s",), cloud="Own"), {}, "other_cloud"),
        (Wish(("s",), cloud="AzureUSGovernment"), GOVERNMENT, None),
        (Wish(("s",), cloud="AzureCloud"), GOVERNMENT, "other_cloud"),
    ],
)
def test_what_cannot_be_honoured_counts_as_not_there(
    wish: Wish, environ: dict[str, str], code: str | None
) -> None:
    host = detect(environ, Path("/nowhere"))
    found = ManagedIdentity(host.source, host, environ).unfit(wish)
    assert (None if found is None else found.code) == code


def test_the_cloud_of_a_machine_that_does_not_tell_is_the_configured_one() -> None:
    host = detect({}, Path("/nowhere"))
    source = ManagedIdentity(host.source, host, {}, cloud="AzureChinaCloud")
    assert source.unfit(Wish(("s",), cloud="AzureChinaCloud")) is None
    assert source.unfit(Wish(("s",), cloud="AzureCloud")) is not None


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
def test_every_host_gives_its_token(stand: Stand, place: str) -> None:
    stand.be(place)
    granted = stand.ask()
    assert 3000 < granted.expires_on - time.time() <= 3600
    assert granted.token_type == "Bearer"
    assert granted.token.count(".") == 2
    assert granted.token not in repr(granted)
    named = stand.hosts.told["userAssigned" if place == "aks" else "systemAssigned"]
    connect = place in ("azure-notebooks", "cloud-shell")
    name = "connect-to-azure" if connect else "managed-identity"
    assert granted.account.id == f"{name}:{named['clientId']}"
    assert granted.account.username == named["resourceId"].rpartition("/")[2]
    assert granted.account.tenant_id.startswith("c0000000")


@pytest.mark.parametrize("ends", ["epoch", "linux", "windows", "iso"])
@pytest.mark.parametrize("place", ["app-service", "msi", "azure-notebooks", "arc", "imds"])
def test_every_way_to_write_an_end(stand: Stand, place: str, ends: str) -> None:
    stand.be(place)
    stand.hosts.set(ends=ends)
    assert 3000 < stand.ask().expires_on - time.time() <= 3600


def test_a_long_token_is_to_be_renewed_at_half_its_life(stand: Stand) -> None:
    stand.be("app-service")
    stand.hosts.set(seconds=86400)
    refresh_on = stand.ask().refresh_on
    assert refresh_on is not None
    assert abs(refresh_on - time.time() - 43200) < 60


@pytest.mark.parametrize(
    "scope", ["https://storage.azure.com/user_impersonation", "https://storage.azure.com/.default"]
)
def test_a_scope_stands_for_its_resource(stand: Stand, scope: str) -> None:
    stand.be("app-service")
    assert stand.ask(Wish((scope, scope))).account.id.startswith("managed-identity:")


@pytest.mark.parametrize("place", ["app-service", "msi", "arc", "imds"])
def test_one_of_several_identities_is_asked_for_by_its_client_id(stand: Stand, place: str) -> None:
    chosen = stand.hosts.told["userAssigned"]["clientId"]
    stand.be(place, AZURE_CLIENT_ID=chosen)
    assert stand.ask().account.id == f"managed-identity:{chosen}"
    clients = [entry["client"] for entry in stand.hosts.seen()["log"] if entry["client"]]
    assert set(clients) == {chosen}


class TestComputeInstance:
    def test_single_sign_on_is_the_users(self, stand: Stand) -> None:
        stand.be("compute-instance")
        stand.hosts.set(singleSignOn=True)
        account = stand.ask().account
        assert account.username == "alice@contoso.com"
        assert account.id == "managed-identity:a11ce000-aaaa-4aaa-8aaa-000000000001"
        assert account.name == "Azure Machine Learning compute instance"

    def test_nobody_goes_on_as_the_machine_when_it_ends(self, stand: Stand) -> None:
        stand.be("compute-instance")
        stand.hosts.set(singleSignOn=True)
        person = stand.ask().account
        stand.hosts.set(singleSignOn=False)
        assert stand.ask().account.id != person.id

    def test_its_own_identity_comes_after_that(self, stand: Stand) -> None:
        own = stand.hosts.told["userAssigned"]["clientId"]
        stand.be("compute-instance", DEFAULT_IDENTITY_CLIENT_ID=own)
        stand.hosts.set(odd="sso failure", odds=1)
        assert stand.ask().account.id == f"managed-identity:{own}"
        assert stand.hosts.answers == ["sso failure", "token"]

    @pytest.mark.parametrize("odd", ["sso failure", "no page"])
    def test_the_remedy_is_that_of_the_first(self, stand: Stand, odd: str) -> None:
        stand.be("compute-instance", DEFAULT_IDENTITY_CLIENT_ID="unknown")
        stand.hosts.set(odd=odd, odds=1)
        assert "click Authenticate" in stand.refusal().sentence


def test_a_machine_outside_azure_has_none_at_once(stand: Stand) -> None:
    stand.be("imds", AZURE_POD_IDENTITY_AUTHORITY_HOST="http://127.0.0.1:9")
    begun = time.monotonic()
    assert stand.refusal().code == "not_azure"
    assert time.monotonic() - begun < 1


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
        self, stand: Stand, place: str, odd: str, pauses: list[float]
    ) -> None:
        stand.be(place)
        stand.hosts.set(odd=odd, odds=len(pauses))
        waits: list[None] = []
        granted = stand.source.token(STORAGE, lambda: waits.append(None))
        assert granted.token
        assert stand.pauses == pauses
        assert len(waits) == 1

    def test_a_host_that_asks_for_ten_minutes_does_not_get_them(self, stand: Stand) -> None:
        stand.be("app-service")
        stand.hosts.set(odd="far too busy")
        assert stand.refusal().code == "busy"
        assert stand.pauses == []

    def test_a_slow_host_is_asked_once_more(self, stand: Stand) -> None:
        stand.be("app-service")
        stand.hosts.set(odd="silence", odds=1)
        begun = time.monotonic()
        assert stand.ask().token
        assert time.monotonic() - begun < 4
        assert stand.hosts.answers == ["silence", "token"]


class TestSecrets:
    def test_no_answer_is_repeated(self, stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
        stand.be("msi")
        stand.hosts.set(odd="a page")
        with caplog.at_level("DEBUG"):
            refusal = stand.refusal()
        assert "No managed identity: no_token" in caplog.text
        loud = [record.name for record in caplog.records if record.levelname == "WARNING"]
        assert loud == []
        for token in stand.hosts.seen()["tokens"]:
            assert token not in f"{caplog.text} {refusal} {refusal.sentence}"
        assert stand.environ["MSI_SECRET"] not in caplog.text

    def test_no_proxy_is_asked(self, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"{stand.hosts.told['origin']}/proxy")
        stand.be("imds", AZURE_POD_IDENTITY_AUTHORITY_HOST="http://127.0.0.1:9")
        assert stand.refusal().code == "not_azure"
        stand.be("app-service", IDENTITY_ENDPOINT="http://127.0.0.1:9/msi/token")
        assert stand.refusal().code == "no_connection"
        assert stand.hosts.answers == []
        stand.be("imds")
        assert stand.ask().token
        # The first request is the probe, which lacks the header of token requests.
        assert stand.hosts.answers == ["refused", "token"]

    def test_no_redirect_is_followed(self, stand: Stand) -> None:
        stand.be("app-service")
        stand.hosts.set(odd="other address")
        assert stand.refusal().code == "redirected"
        assert stand.hosts.answers == ["other address"]
