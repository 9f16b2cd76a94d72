"""Real clients with an ambient identity, for resources that name their tenant in a challenge."""

from __future__ import annotations

import base64
import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import pytest
from azure.data.tables import TableServiceClient
from azure.identity import CredentialUnavailableError
from azure.keyvault.secrets import SecretClient
from azure.storage.blob import BlobServiceClient

from jupyter_azure_auth import JupyterCredential
from jupyter_azure_auth.kernel.attach import tokens
from jupyter_azure_auth.kernel.magics.formatting import unverified_tenants
from test.ambient.conftest import host_environment, hosts
from test.ambient.test_azure_cli import ANSWER, SHOWN, Az, jwt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from test.ambient.host_environments import HostEnvironment

__all__ = ["host_environment", "hosts"]

CONTOSO: Final = "c0000000-1111-4222-8333-000000000001"
FABRIKAM: Final = "fab00000-1111-4222-8333-000000000002"
AUTHORITY: Final = "https://login.microsoftonline.com"
NO_CONTAINERS: Final = "<EnumerationResults><Containers/><NextMarker/></EnumerationResults>"


class Resource(BaseHTTPRequestHandler):
    """Challenges the first request in the format of each service, and answers the others."""

    tenant_id = CONTOSO
    challenge = True
    claims: str | None = None

    def do_GET(self) -> None:
        """Answer as a vault, a table service or a blob service."""
        service = self.path.split("/")[1].split("?")[0]
        vault = f'Bearer authorization="{AUTHORITY}/{self.tenant_id}", resource="https://vault.azure.net"'
        storage = f"Bearer authorization_uri={AUTHORITY}/{self.tenant_id}/oauth2/authorize resource_id=https://storage.azure.com"
        body = {
            "secrets": json.dumps({"value": "the secret", "id": "https://v/secrets/s/1"}),
            "tables": '{"value": []}',
        }.get(service, NO_CONTAINERS)
        kind = type(self)
        authorized = "authorization" in self.headers and not kind.challenge and not kind.claims
        if kind.claims and not kind.challenge:
            vault += f', error="insufficient_claims", claims="{kind.claims}"'
            kind.claims = None
        kind.challenge = False
        self.send_response(200 if authorized else 401)
        if not authorized:
            self.send_header("WWW-Authenticate", vault if service == "secrets" else storage)
        self.send_header(
            "Content-Type", "application/xml" if body[0] == "<" else "application/json"
        )
        self.end_headers()
        self.wfile.write(body.encode() if authorized else b"")

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def resource(
    host_environment: HostEnvironment, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """The address of the service, and the options with which a client trusts it."""
    monkeypatch.setattr(Resource, "tenant_id", CONTOSO)
    monkeypatch.setattr(Resource, "challenge", True)
    monkeypatch.setattr(Resource, "claims", None)
    monkeypatch.setenv("PATH", "/nowhere")
    folder = host_environment.hosts.folder
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pods-cert.pem", folder / "pods-key.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), Resource) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever).start()
        tokens.forget_all()
        yield {
            "address": f"https://127.0.0.1:{server.server_port}",
            "connection_verify": str(folder / "pods-cert.pem"),
        }
        server.shutdown()


def get_secret(address: str, **trust: Any) -> object:
    client = SecretClient(address, JupyterCredential(), verify_challenge_resource=False, **trust)
    return client.get_secret("s").value


def list_containers(address: str, **trust: Any) -> object:
    client = BlobServiceClient(f"{address}/blobs", JupyterCredential(), **trust)
    return list(client.list_containers())


def list_tables(address: str, **trust: Any) -> object:
    client = TableServiceClient(f"{address}/tables", credential=JupyterCredential(), **trust)
    return list(client.list_tables())


CALLS: Final = [(get_secret, "the secret"), (list_containers, []), (list_tables, [])]


# Situation: managed identity | Key Vault, Storage or Tables name the machine's tenant in a 401 |
# first request of an SDK client | the machine's token | nothing to do
@pytest.mark.parametrize(("call", "expected"), CALLS)
@pytest.mark.parametrize("place", ["imds", "compute-instance"])
def test_a_challenge_with_the_machines_tenant_is_answered(
    host_environment: HostEnvironment,
    resource: dict[str, Any],
    place: str,
    call: Callable[..., Any],
    expected: object,
) -> None:
    host_environment.enter(place)
    assert call(**resource) == expected
    assert unverified_tenants(tokens) == []


# Situation: managed identity | Key Vault, Storage or Tables name another tenant in a 401 | first
# request of an SDK client | an error that names both | leave out `tenant_id`, or sign in there
@pytest.mark.parametrize("call", [call for call, _ in CALLS])
def test_a_challenge_that_names_another_tenant_is_refused(
    host_environment: HostEnvironment,
    resource: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[..., Any],
) -> None:
    monkeypatch.setattr(Resource, "tenant_id", FABRIKAM)
    host_environment.enter("imds")
    with pytest.raises(CredentialUnavailableError) as caught:
        call(**resource)
    assert CONTOSO in str(caught.value)
    assert FABRIKAM in str(caught.value)


# Situation: managed identity | its token is opaque, and a challenge names a tenant | first
# request of an SDK client | the machine's token, `unverified` in %azure_status | nothing to do
def test_an_unreadable_token_is_returned_as_unverified(
    host_environment: HostEnvironment, resource: dict[str, Any]
) -> None:
    host_environment.enter("imds")
    host_environment.hosts.set(opaque=True)
    assert get_secret(**resource) == "the secret"
    (line,) = unverified_tenants(tokens)
    assert "https://vault.azure.net" in line
    assert "unverified" in line


CLAIMS: Final = '{"access_token": {"nbf": {"essential": true, "value": "1"}}}'
ENCODED: Final = base64.b64encode(CLAIMS.encode()).decode()


# Situation: managed identity | Key Vault challenges its token with claims | request of an SDK
# client | a new token, from no cache | nothing to do
def test_claims_lead_to_a_new_token(
    host_environment: HostEnvironment, resource: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    host_environment.enter("imds")
    monkeypatch.setattr(Resource, "claims", ENCODED)
    assert get_secret(**resource) == "the secret"
    assert host_environment.hosts.answers == ["refused", "token", "token"]


# Situation: Azure CLI | Key Vault challenges its token with claims | request of an SDK client |
# an error with azure-identity's command | run `az login --claims-challenge …`, then the cell again
def test_the_azure_cli_passes_on_its_command(
    host_environment: HostEnvironment,
    resource: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    host_environment.enter("imds", AZURE_POD_IDENTITY_AUTHORITY_HOST="http://127.0.0.1:9")
    Az(tmp_path).answer(json.dumps({**ANSWER, "accessToken": jwt(tid=CONTOSO)}), json.dumps(SHOWN))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(Resource, "claims", ENCODED)
    with pytest.raises(CredentialUnavailableError) as caught:
        get_secret(**resource)
    assert f"`az login --claims-challenge {ENCODED} --tenant {CONTOSO} --scope" in str(caught.value)
