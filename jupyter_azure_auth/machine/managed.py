"""The managed or workload identity of an Azure machine, as a source of tokens."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .asking import Asked, AskedInVainError, ask
from .granted import UNKNOWN, Granted, SourceName, Wish
from .host import WORKLOAD_CLIENT
from .probe import THERE, Probe
from .reasons import NotUsed, NotUsedError
from .retries import FIRST, again
from .tenant import login_host_of, resolve_tenant, why_not_of
from .verdict import verdict
from .whose import account_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .answer import Answer, Silence
    from .host import Host

log = logging.getLogger(__name__)


class ManagedIdentity:
    """Tokens of this machine, or of the user who is signed in to a compute instance."""

    def __init__(
        self,
        name: SourceName,
        host: Host,
        environ: Mapping[str, str],
        *,
        cloud: str = "AzureCloud",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name: Final = name
        self._host = host
        self._environ = environ
        self._cloud = host.cloud if host.cloud is not None else cloud
        self._pause = pause
        self._probe = Probe(environ)

    @property
    def name(self) -> SourceName:
        """``managed-identity``, or ``connect-to-azure`` if the endpoint has no secret."""
        return self._name

    def unfit(self, wish: Wish) -> NotUsed | None:
        """Return why it cannot serve a request. Its tenant is known from its tokens only."""
        found = self._elsewhere() or self._unfit(wish)
        return None if found is None else NotUsed(self._name, *found)

    def _elsewhere(self) -> tuple[str, str] | None:
        """Return why this host has no such source, or None."""
        if self._host.wire == "half-configured" and self._name == "managed-identity":
            return "not_set", "IDENTITY_HEADER"
        if self._host.source == self._name:
            return None
        if self._name == "managed-identity":
            return "not_set", "MSI_SECRET"
        taken = self._environ.get("MSI_ENDPOINT")
        return ("endpoint_taken", "") if taken else ("not_set", "MSI_ENDPOINT")

    def _unfit(self, wish: Wish) -> tuple[str, str] | None:
        if wish.account is not None:
            return "account_wanted", ""
        if self._host.wire == "aks" and not self._environ.get(WORKLOAD_CLIENT):
            return "not_set", WORKLOAD_CLIENT
        if wish.cloud not in (None, self._cloud):
            return "other_cloud", ""
        return None

    def token(self, wish: Wish, on_wait: Callable[[], None] | None = None) -> Granted:
        """Return a token, within 3 s for each identity of the machine unless it asks for retries.

        :param on_wait: called before a longer wait, perhaps more than once.
        :raises NotUsedError: the machine has no identity or does not answer.
        """
        if self._host.wire == "imds" and (found := self._probe(on_wait)) != THERE:
            raise NotUsedError(NotUsed(self._name, *found))
        first: NotUsed | None = None
        for client_id in self._client_ids():
            outcome = self._ask(wish, client_id, on_wait)
            if isinstance(outcome, Asked):
                return self._granted(wish, outcome, client_id)
            log.info("No managed identity: %s", outcome.code)
            # Report the first failure, which has the remedy; the second identity is a fallback.
            first = first or outcome
        raise NotUsedError(first or NotUsed(self._name, "failed"))

    def _granted(self, wish: Wish, asked: Asked, client_id: str | None) -> Granted:
        account = account_of(self._name, self._host, asked, client_id)
        # The token of a workload identity was requested in this tenant.
        configured = self._environ.get("AZURE_TENANT_ID") if self._host.wire == "aks" else None
        if account.tenant_id == UNKNOWN and configured:
            account = replace(account, tenant_id=configured)
        login_host = login_host_of(self._environ, self._cloud)
        if other := why_not_of(wish.tenant_id, account.tenant_id, login_host, resolve_tenant):
            raise NotUsedError(NotUsed(self._name, *other))
        info = asked.info
        return Granted(info.token, info.token_type, int(info.expires_on), info.refresh_on, account)

    def _client_ids(self) -> list[str | None]:
        if chosen := self._environ.get("AZURE_CLIENT_ID"):
            return [None if self._host.wire in ("msi-legacy", "service-fabric") else chosen]
        # Azure ML's compute instances: first the signed-in user (None), then the instance itself.
        default = self._environ.get("DEFAULT_IDENTITY_CLIENT_ID")
        return [None, default] if default and self._host.wire == "msi" else [None]

    def _ask(
        self, wish: Wish, client_id: str | None, on_wait: Callable[[], None] | None
    ) -> Asked | NotUsed:
        failures: list[Answer | Silence | None] = []
        workload = self._host.wire == "aks"
        patience = FIRST
        while True:
            try:
                return ask(wish, client_id, patience, abroad=workload)
            except AskedInVainError as vain:
                failures.append(vain.answers[-1] if vain.answers else None)
                reason = NotUsed(self._name, *verdict(self._host, client_id, vain))
            step = again(self._host.wire, failures)
            if step is None:
                return reason
            if on_wait is not None and len(failures) == 1:
                on_wait()
            self._pause(step.pause)
            patience = step.patience
