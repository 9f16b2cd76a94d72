"""What real clients of Azure's SDKs raise after a 403 of their services, explained."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from azure.core import PipelineClient
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.keyvault.secrets import SecretClient
from azure.storage.blob import BlobServiceClient
from azure.storage.filedatalake import DataLakeServiceClient
from azure.storage.queue import QueueServiceClient
from urllib3 import HTTPResponse

from jupyter_azure_auth._models import Account, TokenRequest
from jupyter_azure_auth.kernel.cache import TokenCache
from jupyter_azure_auth.kernel.explain_403 import explain
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[["Credential", RequestsTransport], object]

TOKEN = "CANARY"
ALICE = "alice@contoso.com"
CHALLENGE = (
    'Bearer authorization="https://login.microsoftonline.com/c0000000-1111-4222-8333-000000000001",'
    ' resource="https://vault.azure.net"'
)
SCOPE = "/subscriptions/5c000000-1111-4222-8333-00000000000c/resourceGroups/data"


class Credential:
    def get_token(self, *_scopes: str, **_: Any) -> AccessToken:
        return AccessToken(TOKEN, int(time.time()) + 3600)


class Azure(requests.adapters.HTTPAdapter):
    """Refuses every request that has a token, as the service does."""

    def __init__(self, body: object, headers: dict[str, str] | None = None) -> None:
        super().__init__()
        self._body, self._headers = json.dumps(body).encode(), headers or {}

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        if "Authorization" in request.headers:
            status, body, headers = 403, self._body, self._headers
        else:
            status, body, headers = 401, b"", {"WWW-Authenticate": CHALLENGE}
        headers = {"Content-Type": "application/json", **headers}
        raw = HTTPResponse(io.BytesIO(body), headers, status, preload_content=False)
        return self.build_response(request, raw)


def refused(call: Call, azure: Azure) -> HttpResponseError:
    """Return what the client raises."""
    session = requests.Session()
    session.mount("https://", azure)
    with pytest.raises(HttpResponseError) as caught:
        call(Credential(), RequestsTransport(session=session, session_owner=False))
    return caught.value


def cache(token: str = TOKEN, account: Account | None = None) -> TokenCache:
    alice = Account("oid.tid", "Alice", ALICE, "tid")
    tokens = TokenCache()
    issued = IssuedToken(
        token, int(time.time()) + 3600, Identity("oid.tid"), account=account or alice
    )
    tokens.put(TokenRequest(("https://storage.azure.com/.default",)), issued)
    return tokens


def arm(credential: Credential, transport: RequestsTransport) -> None:
    policies = [BearerTokenCredentialPolicy(credential, "https://management.azure.com/.default")]
    client: PipelineClient[Any, Any] = PipelineClient(
        "https://management.azure.com", policies=policies, transport=transport
    )
    client.send_request(
        HttpRequest("GET", f"https://management.azure.com{SCOPE}")
    ).raise_for_status()


def secrets(call: Callable[[SecretClient], object]) -> Call:
    return lambda credential, transport: call(
        SecretClient("https://kv-contoso.vault.azure.net", credential, transport=transport)
    )


def forbidden(reason: str, message: str) -> Azure:
    inner = {"code": reason}
    return Azure({"error": {"code": "Forbidden", "message": message, "innererror": inner}})


def not_authorized(action: str) -> Azure:
    """Return what a vault answers that is governed by roles."""
    return forbidden(
        "ForbiddenByRbac",
        "Caller is not authorized to perform action on resource.\r\n"
        f"Caller: appid=a;oid=o;iss=i\r\nAction: 'Microsoft.KeyVault/vaults/{action}/action'\r\n"
        f"Resource: '{SCOPE}/providers/microsoft.keyvault/vaults/kv-contoso/secrets/s'\r\n"
        "Assignment: (not found)\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\n",
    )


MISMATCH = {"x-ms-error-code": "AuthorizationPermissionMismatch"}
ACTION = "Microsoft.Resources/subscriptions/resourceGroups"
REFUSALS: dict[str, tuple[Call, Azure, str]] = {
    "read blobs": (
        lambda credential, transport: list(
            BlobServiceClient(
                "https://contoso.blob.core.windows.net", credential, transport=transport
            ).list_containers()
        ),
        Azure({}, MISMATCH),
        "the role “Storage Blob Data Reader” on the storage account contoso.",
    ),
    "write blobs": (
        lambda credential, transport: BlobServiceClient(
            "https://contoso.blob.core.windows.net", credential, transport=transport
        ).create_container("c"),
        Azure({}, MISMATCH),
        "the role “Storage Blob Data Contributor” on the storage account contoso.",
    ),
    "data lake": (
        lambda credential, transport: DataLakeServiceClient(
            "https://contoso.dfs.core.windows.net", credential, transport=transport
        ).create_file_system("c"),
        Azure({}, MISMATCH),
        "the role “Storage Blob Data Contributor” on the storage account contoso.",
    ),
    "queue in China": (
        lambda credential, transport: QueueServiceClient(
            "https://contoso.queue.core.chinacloudapi.cn", credential, transport=transport
        ).get_service_properties(),
        Azure({}, MISMATCH),
        "the role “Storage Queue Data Reader” on the storage account contoso.",
    ),
    "read a secret": (
        secrets(lambda client: client.get_secret("s")),
        not_authorized("secrets/getSecret"),
        "the role “Key Vault Secrets User” on the key vault kv-contoso.",
    ),
    "set a secret": (
        secrets(lambda client: client.set_secret("s", "v")),
        not_authorized("secrets/setSecret"),
        "the role “Key Vault Secrets Officer” on the key vault kv-contoso.",
    ),
    "access policies": (
        secrets(lambda client: client.get_secret("s")),
        forbidden(
            "AccessDenied",
            "The user, group or application 'appid=a;oid=o;iss=i' does not have secrets get "
            "permission on key vault 'kv-contoso;location=westeurope'.",
        ),
        "the permission “get” for secrets on the key vault kv-contoso.",
    ),
    "Resource Manager": (
        arm,
        Azure(
            {
                "error": {
                    "code": "AuthorizationFailed",
                    "message": f"The client '{ALICE}' with object id 'o' does not have "
                    f"authorization to perform action '{ACTION}/read' over scope '{SCOPE}' or the "
                    "scope is invalid.",
                }
            }
        ),
        f"a role with the action {ACTION}/read, such as “Reader”, on {SCOPE}.",
    ),
}


@pytest.mark.parametrize(("call", "azure", "expected"), REFUSALS.values(), ids=REFUSALS)
def test_names_the_account_the_role_and_how_to_get_it(
    call: Call, azure: Azure, expected: str
) -> None:
    error = refused(call, azure)
    before = str(error)
    line = explain(error, cache())
    assert line is not None
    assert line.startswith(f"Azure: {ALICE} needs {expected} ")
    assert line.endswith("Access policies." if "permission" in line else "Access control (IAM).")
    assert "\n" not in line
    assert TOKEN not in line
    assert str(error) == before
    wrapped = RuntimeError("a package's own")
    wrapped.__cause__ = error
    assert explain(wrapped, cache()) == line


OTHERS = {
    "firewall": Azure({}, {"x-ms-error-code": "AuthorizationFailure"}),
    "wrong kind of service": Azure({}, {"x-ms-error-code": "FeatureNotSupported"}),
    "no code": Azure({}),
}


@pytest.mark.parametrize("azure", OTHERS.values(), ids=OTHERS)
def test_does_not_guess_a_role_for_another_reason(azure: Azure) -> None:
    error = refused(REFUSALS["read blobs"][0], azure)
    assert explain(error, cache()) is None


def test_a_vaults_firewall_is_not_reported_as_a_missing_role() -> None:
    azure = forbidden("ForbiddenByFirewall", "Client address is not authorized. Client address: x")
    assert explain(refused(REFUSALS["read a secret"][0], azure), cache()) is None


def test_explains_only_requests_with_this_kernels_tokens() -> None:
    call, azure, _ = REFUSALS["read blobs"]
    error = refused(call, azure)
    assert explain(error, cache("another token")) is None, "of another credential"
    assert explain(error, TokenCache()) is None
    assert explain(ValueError("no error of Azure"), cache()) is None
    assert explain(None, cache()) is None
