"""Every reason, from the answer of a host to its text and its line in the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from jupyter_azure_auth._error_catalog import AMBIENT
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.ambient.reasons import Unavailable
from test.ambient.host_environments import STORAGE, HostEnvironment

DOCS = Path(__file__).parent.parent.parent / "docs/azure/managed-identity.md"
ELSEWHERE: Final = {
    "not_allowed": "test/server",
    "shared": "test/server",
    "keychain": "test/server",
    "az_missing": "test_azure_cli.py",
    "az_signed_out": "test_azure_cli.py",
    "az_claims": "test_azure_cli.py",
    "az_slow": "test_azure_cli.py",
    "az_refused": "test_azure_cli.py",
    "az_failed": "test_azure_cli.py",
    "az_invalid_output": "test_azure_cli.py",
    "az_tenant_refused": "test_azure_cli.py",
    "az_untrusted": "test_azure_cli.py",
    "other_identity": "test/server",
    "parent_server": "test_hosts.py",
    "other_tenant": "test_tenant.py",
    "tenant_unresolved": "test_tenant.py",
    "metadata_silent": "test_probe.py",
    "other_metadata": "test_probe.py",
}
"""Reasons that no host of this file causes, and the tests that do."""


class Case(NamedTuple):
    code: str
    place: str = "app-service"
    odd: str | None = None
    environ: dict[str, str | None] = {}  # noqa: RUF012 (never changed)
    detail: str = ""


ENDPOINT = "IDENTITY_ENDPOINT"
METADATA = "the metadata service"
CLOSED = "http://127.0.0.1:9/"

CASES = [
    Case("sso_failure", "compute-instance", "sso failure", detail="MSI_ENDPOINT"),
    Case("not_authenticated", "compute-instance", "no page"),
    Case("no_identity", "imds", "no identity"),
    Case("no_identity", "app-service", "no identity"),
    Case("several_identities", "imds", "several identities"),
    Case("other_client", "imds", None, {"AZURE_CLIENT_ID": "unknown"}),
    Case("other_client", "msi", None, {"AZURE_CLIENT_ID": "unknown"}),
    Case("other_resource", "imds", "no such resource"),
    Case("entra_refused", "imds", "refused by Entra", detail="AADSTS700016"),
    Case("key_refused", "app-service", None, {"IDENTITY_HEADER": "old"}, "IDENTITY_HEADER"),
    Case("key_refused", "msi", None, {"MSI_SECRET": "old"}, "MSI_SECRET"),
    Case("proxied", "imds", "unreachable"),
    Case("not_azure", "imds", None, {"AZURE_POD_IDENTITY_AUTHORITY_HOST": CLOSED}),
    Case("no_connection", "app-service", None, {ENDPOINT: CLOSED}, ENDPOINT),
    Case("no_answer", "azure-notebooks", "half an answer", detail="MSI_ENDPOINT"),
    Case("not_found", "app-service", "no page", detail=ENDPOINT),
    Case("upgrading", "imds", "upgrade", detail=METADATA),
    Case("busy", "app-service", "too busy", detail=ENDPOINT),
    Case("host_failed", "app-service", "out of order", detail="503"),
    Case("unexpected_status", "app-service", "teapot", detail="418"),
    Case("redirected", "app-service", "other address", detail=ENDPOINT),
    Case("no_token", "app-service", "no token", detail=ENDPOINT),
    Case("no_token", "azure-notebooks", "a page", detail="MSI_ENDPOINT"),
    Case("too_long", "app-service", "too long", detail=ENDPOINT),
    Case("bad_expiry", "msi", "no end", detail="MSI_ENDPOINT"),
    Case("expired", "app-service", "ended already", detail=ENDPOINT),
    Case("arc_refused", "arc", "wrong key"),
    Case("federated_file", "aks", None, {"AZURE_FEDERATED_TOKEN_FILE": "/nowhere"}),
    Case("untrusted", "aks", None, {"REQUESTS_CA_BUNDLE": None}, "AZURE_AUTHORITY_HOST"),
    Case("federated_refused", "aks", None, {"AZURE_CLIENT_ID": "unknown"}, "AADSTS700016"),
]


# Situation: managed identity | several user-assigned ones, and none is named (400) | first token |
# `several_identities` | set AZURE_CLIENT_ID to one of them
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.place}")
def test_what_a_host_answers_becomes_a_reason(
    host_environment: HostEnvironment, case: Case
) -> None:
    host_environment.enter(case.place, **case.environ)
    host_environment.hosts.set(odd=case.odd)
    refusal = host_environment.refusal()
    assert (refusal.code, refusal.detail) == (case.code, case.detail)
    for token in host_environment.hosts.seen()["tokens"]:
        assert token not in refusal.sentence


def test_what_was_not_answered(host_environment: HostEnvironment) -> None:
    host_environment.enter("app-service", IDENTITY_ENDPOINT="ftp://x")
    refusal = host_environment.refusal()
    assert refusal.code == "failed"
    assert refusal.detail in ("ServiceResponseError", "ServiceRequestError")  # since 1.41; before


@pytest.mark.parametrize(
    ("account", "number"), [("ended", "AADSTS700024"), ("unknown", "AADSTS700213")]
)
def test_a_service_account_that_entra_refuses(
    host_environment: HostEnvironment, tmp_path: Path, account: str, number: str
) -> None:
    file = tmp_path / "token"
    file.write_text(host_environment.hosts.info["serviceAccounts"][account])
    host_environment.enter("aks", AZURE_FEDERATED_TOKEN_FILE=str(file))
    assert host_environment.refusal() == Unavailable(
        "managed-identity", "federated_refused", number
    )


class TestArc:
    def test_an_unreadable_key(
        self, host_environment: HostEnvironment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def deny(*_args: Any) -> Any:
            raise PermissionError

        monkeypatch.setattr("msal.managed_identity.open", deny, raising=False)
        host_environment.enter("arc")
        assert host_environment.refusal().code == "arc_denied"

    def test_a_key_that_is_elsewhere(
        self, host_environment: HostEnvironment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        folders = "msal.managed_identity._supported_arc_platforms_and_their_prefixes"
        monkeypatch.setattr(folders, {"linux": str(tmp_path)})
        host_environment.enter("arc")
        assert host_environment.refusal().code == "arc_challenge"


@pytest.mark.parametrize(
    ("environ", "token_request", "code"),
    [
        ({ENDPOINT: "x"}, STORAGE, "not_set"),
        ({}, TokenRequest(("s",), account="ada"), "account_wanted"),
        ({}, TokenRequest(("s",), cloud="Own"), "other_cloud"),
    ],
)
def test_the_reasons_that_need_no_request(
    host_environment: HostEnvironment,
    environ: dict[str, str],
    token_request: TokenRequest,
    code: str,
) -> None:
    host_environment.environ = environ
    refusal = host_environment.source.why_unavailable(token_request)
    assert refusal is not None
    assert refusal.code == code


def test_every_reason_is_shown_somewhere() -> None:
    here = {case.code for case in CASES} | {"arc_denied", "arc_challenge", "failed"}
    here |= {"not_set", "account_wanted", "other_cloud"}
    here |= {"endpoint_taken"}  # test_sources.py
    assert here.isdisjoint(ELSEWHERE)
    assert here | set(ELSEWHERE) == set(AMBIENT)


@pytest.mark.parametrize("code", AMBIENT)
def test_every_reason_is_documented_word_by_word(code: str) -> None:
    sentence = AMBIENT[code].format(detail="…")
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(f"| `{code}`")]
    assert f"| {sentence}" in line
