"""The managed or workload identity of an Azure machine, as a source of tokens."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth._clouds import DEFAULT_CLOUD
from jupyter_azure_auth._models import UNKNOWN, AccessToken, SourceName, TokenRequest

from .account import account_of
from .diagnose import diagnose
from .hosts import WORKLOAD_CLIENT
from .identity_client import HostToken, TokenRequestFailedError, request_token
from .imds import AVAILABLE, ImdsProbe
from .reasons import Unavailable, UnavailableError
from .retry_policy import FIRST_TIMEOUTS, next_retry
from .tenant_check import login_host_of, resolve_tenant, why_wrong_tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .hosts import Host
    from .response import HostResponse, NoResponse

log = logging.getLogger(__name__)


class ManagedIdentity:
    """Tokens of this machine, or of the user who is signed in to a compute instance."""

    def __init__(
        self,
        name: SourceName,
        host: Host,
        environ: Mapping[str, str],
        *,
        cloud: str = DEFAULT_CLOUD,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name: Final = name
        self._host = host
        self._environ = environ
        self._cloud = host.cloud if host.cloud is not None else cloud
        self._pause = pause
        self._probe = ImdsProbe(environ)

    @property
    def name(self) -> SourceName:
        """``managed-identity``, or ``connect-to-azure`` if the endpoint has no secret."""
        return self._name

    def why_unavailable(self, request: TokenRequest) -> Unavailable | None:
        """Return why it cannot serve a request. Its tenant is known only from its tokens."""
        found = self._why_not_this_source() or self._why_not_this_request(request)
        return None if found is None else Unavailable(self._name, *found)

    def _why_not_this_source(self) -> tuple[str, str] | None:
        """Return why this host has no such source, or None."""
        if self._host.protocol == "half-configured" and self._name == "managed-identity":
            return "not_set", "IDENTITY_HEADER"
        if self._host.protocol == "parent-server":
            return "parent_server", ""
        if self._host.source == self._name:
            return None
        if self._name == "managed-identity":
            return "not_set", "MSI_SECRET"
        taken = self._environ.get("MSI_ENDPOINT")
        return ("endpoint_taken", "") if taken else ("not_set", "MSI_ENDPOINT")

    def _why_not_this_request(self, request: TokenRequest) -> tuple[str, str] | None:
        if request.account is not None:
            return "account_wanted", ""
        if self._host.protocol == "aks" and not self._environ.get(WORKLOAD_CLIENT):
            return "not_set", WORKLOAD_CLIENT
        if request.cloud not in (None, self._cloud):
            return "other_cloud", ""
        return None

    def token(
        self, request: TokenRequest, on_wait: Callable[[], None] | None = None
    ) -> AccessToken:
        """Return a token, within 3 s for each identity of the machine unless it asks for retries.

        :param on_wait: called before a longer wait, perhaps more than once.
        :raises UnavailableError: the machine has no identity or does not answer.
        """
        if self._host.protocol == "imds" and (found := self._probe(on_wait)) != AVAILABLE:
            raise UnavailableError(Unavailable(self._name, *found))
        first: Unavailable | None = None
        for client_id in self._client_ids():
            outcome = self._request_token(request, client_id, on_wait)
            if isinstance(outcome, HostToken):
                return self._checked_token(request, outcome, client_id)
            log.info("No managed identity: %s", outcome.code)
            # Report the first failure, which has the remedy; the second identity is a fallback.
            first = first or outcome
        raise UnavailableError(first or Unavailable(self._name, "failed"))

    def _checked_token(
        self, request: TokenRequest, host_token: HostToken, client_id: str | None
    ) -> AccessToken:
        account = account_of(self._name, self._host, host_token, client_id)
        # The token of a workload identity was requested in this tenant.
        configured = self._environ.get("AZURE_TENANT_ID") if self._host.protocol == "aks" else None
        if account.tenant_id == UNKNOWN and configured:
            account = replace(account, tenant_id=configured)
        login_host = login_host_of(self._environ, self._cloud)
        if other := why_wrong_tenant(
            request.tenant_id, account.tenant_id, login_host, resolve_tenant
        ):
            raise UnavailableError(Unavailable(self._name, *other))
        info = host_token.info
        return AccessToken(
            info.token, info.token_type, int(info.expires_on), info.refresh_on, account
        )

    def _client_ids(self) -> list[str | None]:
        if chosen := self._environ.get("AZURE_CLIENT_ID"):
            return [None if self._host.protocol in ("msi-legacy", "service-fabric") else chosen]
        # Azure ML's compute instances: first the signed-in user (None), then the instance itself.
        default = self._environ.get("DEFAULT_IDENTITY_CLIENT_ID")
        return [None, default] if default and self._host.protocol == "msi" else [None]

    def _request_token(
        self,
        request: TokenRequest,
        client_id: str | None,
        on_wait: Callable[[], None] | None,
    ) -> HostToken | Unavailable:
        failures: list[HostResponse | NoResponse | None] = []
        workload = self._host.protocol == "aks"
        timeouts = FIRST_TIMEOUTS
        while True:
            try:
                return request_token(request, client_id, timeouts, remote=workload)
            except TokenRequestFailedError as failure:
                failures.append(failure.responses[-1] if failure.responses else None)
                reason = Unavailable(self._name, *diagnose(self._host, client_id, failure))
            retry = next_retry(self._host.protocol, failures)
            if retry is None:
                return reason
            if on_wait is not None and len(failures) == 1:
                on_wait()
            self._pause(retry.pause)
            timeouts = retry.timeouts
