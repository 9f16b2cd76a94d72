"""The managed or workload identity of an Azure machine. azure-identity does the talking."""

from __future__ import annotations

import http.client
import logging
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from .protocol import Identity, Issued, Request
from .quiet import azure_identity_quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

log = logging.getLogger(__name__)

WORKLOAD: Final = ("AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID", "AZURE_CLIENT_ID")

NAMED_BY: Final = (("IDENTITY_ENDPOINT",), ("MSI_ENDPOINT",), WORKLOAD)
"""Environment variables any of whose groups, complete, says that there is an identity."""

PROBE_SECONDS: Final = 1.0

LOGIN_HOSTS: Final = {
    "AzureCloud": "login.microsoftonline.com",
    "AzureChinaCloud": "login.chinacloudapi.cn",
    "AzureUSGovernment": "login.microsoftonline.us",
}

PATIENCE: Final[dict[str, Any]] = {"retry_total": 0, "connection_timeout": 1, "read_timeout": 2}
"""Without these azure-identity tries for 4.8 s where nothing listens, and 200 s where it hangs."""


def fits(request: Request, environ: Mapping[str, str]) -> bool:
    """Say whether an identity of this machine can be what is asked for, without asking it.

    Its tenant is fixed and, but for a workload identity, not known; so is its cloud.
    """
    if request.account is not None:
        return False
    tenant = environ.get("AZURE_TENANT_ID") if _named(environ) == WORKLOAD else None
    if request.tenant_id not in (None, tenant):
        return False
    authority = environ.get("AZURE_AUTHORITY_HOST") or LOGIN_HOSTS["AzureCloud"]
    host = urlsplit(authority if "//" in authority else f"//{authority}").hostname
    return request.cloud is None or LOGIN_HOSTS.get(request.cloud) == host


def token(request: Request, environ: Mapping[str, str]) -> Issued | None:
    """Ask the machine, 2 s for each try; None if it has no identity or does not answer.

    What it answers instead is not repeated anywhere: it can hold a token.
    """
    if _named(environ) is None and not _is_azure_vm(environ):
        return None
    from azure.identity import ManagedIdentityCredential  # noqa: PLC0415 (120 ms)

    for client_id in _client_ids(environ):
        try:
            with (
                azure_identity_quiet(),
                closing(ManagedIdentityCredential(client_id=client_id, **PATIENCE)) as source,
            ):
                info = source.get_token_info(
                    *request.scopes, options={"enable_cae": request.enable_cae}
                )
        except Exception as error:  # noqa: BLE001 (odd answers raise bare ValueErrors, azure-identity 1.27)
            log.info("No managed identity: %s", type(error).__name__)
            continue
        return Issued(
            info.token,
            int(info.expires_on),
            Identity(f"managed-identity:{client_id or ''}"),
            info.token_type,
            info.refresh_on,
            "managed-identity",
        )
    return None


def _client_ids(environ: Mapping[str, str]) -> Iterator[str | None]:
    if chosen := environ.get("AZURE_CLIENT_ID"):
        yield chosen
        return
    yield None
    # Azure ML's compute instances: the signed-in user first (None), then their own identity.
    if default := environ.get("DEFAULT_IDENTITY_CLIENT_ID"):
        yield default


def _named(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    return next((group for group in NAMED_BY if all(map(environ.get, group))), None)


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
