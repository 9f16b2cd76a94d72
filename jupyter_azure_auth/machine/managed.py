"""The managed or workload identity of an Azure machine. azure-identity does the talking."""

from __future__ import annotations

import http.client
import logging
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from .granted import UNKNOWN, Granted, MachineAccount, SourceName, Wish
from .quiet import azure_identity_quiet
from .reasons import NotUsed, NotUsedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from azure.core.credentials import AccessTokenInfo, TokenRequestOptions

    from .host import Host

log = logging.getLogger(__name__)

PROBE_SECONDS: Final = 1.0

LOGIN_HOSTS: Final = {
    "AzureCloud": "login.microsoftonline.com",
    "AzureChinaCloud": "login.chinacloudapi.cn",
    "AzureUSGovernment": "login.microsoftonline.us",
}

PATIENCE: Final[dict[str, Any]] = {"retry_total": 0, "connection_timeout": 1, "read_timeout": 2}
"""Without these azure-identity tries for 4.8 s where nothing listens, and 200 s where it hangs."""


class ManagedIdentity:
    """Tokens of this machine, or on a compute instance of whoever is signed in to that."""

    def __init__(self, name: SourceName, host: Host, environ: Mapping[str, str]) -> None:
        self._name: Final = name
        self._host = host
        self._environ = environ

    @property
    def name(self) -> SourceName:
        """``managed-identity``, or ``connect-to-azure`` where the endpoint has no secret."""
        return self._name

    def unfit(self, wish: Wish) -> NotUsed | None:
        """Say why it cannot be what is wished for.

        Its tenant is fixed and, but for a workload identity, not known; so is its cloud.
        """
        if self._host.source != self._name:
            return NotUsed(self._name, *self._elsewhere())
        if self._host.wire == "half-configured":
            return NotUsed(self._name, "not_set", "IDENTITY_HEADER")
        code = self._unfit(wish)
        return None if code is None else NotUsed(self._name, code)

    def _elsewhere(self) -> tuple[str, str]:
        if self._name == "managed-identity":
            return "not_set", "MSI_SECRET"
        if self._environ.get("MSI_ENDPOINT"):
            return "endpoint_taken", ""
        return "not_set", "MSI_ENDPOINT"

    def _unfit(self, wish: Wish) -> str | None:
        if wish.account is not None:
            return "account_wanted"
        tenant = self._environ.get("AZURE_TENANT_ID") if self._host.wire == "aks" else None
        if wish.tenant_id not in (None, tenant):
            return "other_tenant"
        authority = self._environ.get("AZURE_AUTHORITY_HOST") or LOGIN_HOSTS["AzureCloud"]
        login = urlsplit(authority if "//" in authority else f"//{authority}").hostname
        fits = wish.cloud is None or LOGIN_HOSTS.get(wish.cloud) == login
        return None if fits else "other_cloud"

    def token(self, wish: Wish) -> Granted:
        """Ask the machine, 2 s for each try.

        What it answers instead is not repeated anywhere: it can hold a token.

        :raises NotUsedError: it has no identity or does not answer.
        """
        if self._host.wire == "imds" and not _is_azure_vm(self._environ):
            raise NotUsedError(NotUsed(self._name, "not_azure"))
        problem = ""
        for client_id in _client_ids(self._environ):
            try:
                info = _ask(wish, client_id)
            except Exception as error:  # noqa: BLE001, PERF203 (odd answers raise bare ValueErrors, azure-identity 1.27)
                problem = type(error).__name__
                log.info("No managed identity: %s", problem)
            else:
                return self._granted(info, client_id)
        raise NotUsedError(NotUsed(self._name, "failed", problem))

    def _granted(self, info: AccessTokenInfo, client_id: str | None) -> Granted:
        account = MachineAccount(
            f"{self._name}:{client_id or ''}",
            self._host.title,
            client_id or "managed identity",
            self._environ.get("AZURE_TENANT_ID") or UNKNOWN,
        )
        return Granted(info.token, info.token_type, int(info.expires_on), info.refresh_on, account)


def _ask(wish: Wish, client_id: str | None) -> AccessTokenInfo:
    from azure.identity import ManagedIdentityCredential  # noqa: PLC0415 (120 ms)

    with (
        azure_identity_quiet(),
        closing(ManagedIdentityCredential(client_id=client_id, **PATIENCE)) as source,
    ):
        options: TokenRequestOptions = {"enable_cae": wish.enable_cae}
        info: AccessTokenInfo = source.get_token_info(*wish.scopes, options=options)
    return info


def _client_ids(environ: Mapping[str, str]) -> Iterator[str | None]:
    if chosen := environ.get("AZURE_CLIENT_ID"):
        yield chosen
        return
    yield None
    # Azure ML's compute instances: the signed-in user first (None), then their own identity.
    if default := environ.get("DEFAULT_IDENTITY_CLIENT_ID"):
        yield default


def _is_azure_vm(environ: Mapping[str, str]) -> bool:
    """Ask the metadata service without its header: it then says 400 to anybody, at once."""
    host = environ.get("AZURE_POD_IDENTITY_AUTHORITY_HOST") or "http://169.254.169.254"
    address = urlsplit(host)
    if address.hostname is None:
        return False
    # http.client knows no proxies, and follows no redirects.
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PROBE_SECONDS)
    try:
        with closing(connection):
            connection.request("GET", "/metadata/identity/oauth2/token?api-version=2018-02-01")
            answer = connection.getresponse()
            # Docker Desktop's proxy says 403 "unreachable" for every address (azure-identity).
            return answer.status != http.client.FORBIDDEN
    except (OSError, http.client.HTTPException):
        return False
