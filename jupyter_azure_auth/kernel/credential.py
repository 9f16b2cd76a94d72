"""The credential for notebooks. The asynchronous one is in :mod:`jupyter_azure_auth.aio`."""

from __future__ import annotations

from time import monotonic, time
from typing import TYPE_CHECKING, Any, Final, TypedDict

from jupyter_azure_auth._validation import one_tenant
from jupyter_azure_auth.errors import exception

from .attach import tokens
from .broker import AccountBinding, process_broker
from .protocol import Identity, Origin, Refusal
from .settings import Settings
from .token import JupyterAccessToken, JupyterAccessTokenInfo, build_azure_core_tokens
from .wakeup import Waiting, run

if TYPE_CHECKING:
    from types import TracebackType

    from azure.core.credentials import TokenRequestOptions
    from typing_extensions import Self

    from .cache import CachedToken

    # Scopes, tenant and CAE of the latest request, and its cached token.
    _LatestHit = tuple[tuple[str, ...], str | None, bool, CachedToken | None]


_NO_HIT: Final[_LatestHit] = ((), None, False, None)


class _State(TypedDict):
    settings: Settings
    identity: Identity | None
    """Id of the account that the credential is bound to; no token."""
    origin: Origin


class BaseCredential:
    """The code that both credentials share. Holds settings and no token."""

    def __init__(
        self,
        *,
        tenant_id: str | None = None,
        cloud: str | None = None,
        account: str | None = None,
        timeout: float = 300,
        require_user: bool = False,
    ) -> None:
        self._settings = Settings(tenant_id, cloud, account, timeout, require_user)
        # Copied from the settings, because the hot path reads them.
        self._tenant_id, self._cloud, self._account = one_tenant(tenant_id), cloud, account
        self._identity: Identity | None = None
        self._binding = AccountBinding()
        self._latest: _LatestHit = _NO_HIT

    def _hit(
        self,
        scopes: tuple[str, ...],
        tenant_id: str | None,
        enable_cae: bool,  # noqa: FBT001
    ) -> CachedToken | None:
        """Return a cached token that needs no check, without a lock.

        Clients repeat the same request, so the token of the latest one is compared before anything
        is hashed. A token that leaves the cache is never valid again.
        """
        latest_scopes, latest_tenant_id, latest_enable_cae, entry = self._latest
        if (
            entry is None
            or latest_scopes != scopes
            or latest_tenant_id != tenant_id
            or latest_enable_cae != enable_cae
        ):
            entry = self._find(scopes, tenant_id, enable_cae)
        if entry is not None and entry.valid_until > time():
            return entry if entry.valid_until_steady > monotonic() else None
        return None

    def _find(
        self,
        scopes: tuple[str, ...],
        tenant_id: str | None,
        enable_cae: bool,  # noqa: FBT001
    ) -> CachedToken | None:
        key = (
            scopes,
            tenant_id or self._tenant_id,
            self._cloud,
            self._account,
            enable_cae,
            self._identity,
        )
        entry = _entries.get(key)
        self._latest = (scopes, tenant_id, enable_cae, entry)
        return entry

    def _obtain(
        self,
        scopes: tuple[str, ...],
        claims: str | None,
        tenant_id: str | None,
        enable_cae: bool,  # noqa: FBT001
    ) -> Waiting[CachedToken]:
        request = self._settings.request(
            scopes, claims=claims, tenant_id=tenant_id, enable_cae=enable_cae
        )
        outcome = yield from process_broker.obtain(request, self._binding, self._settings.timeout)
        self._identity = self._binding.identity
        self._latest = _NO_HIT
        if isinstance(outcome, Refusal):
            raise exception(outcome)
        build_azure_core_tokens(outcome, process_broker.checked_until())
        return outcome

    def _forget(self) -> None:
        process_broker.forget(self._binding)
        self._binding, self._identity = AccountBinding(), None
        self._latest = _NO_HIT

    def __repr__(self) -> str:
        kept = self._settings
        required = ", require_user=True" if kept.require_user else ""
        return (
            f"{type(self).__name__}(tenant_id={kept.tenant_id!r}, cloud={kept.cloud!r}, "
            f"account={kept.account!r}, timeout={kept.timeout!r}{required})"
        )

    def __getstate__(self) -> _State:
        binding = self._binding
        binding.reset(tokens.epoch)
        return _State(settings=self._settings, identity=binding.identity, origin=binding.origin)

    def __setstate__(self, state: _State) -> None:
        BaseCredential.__init__(self, **vars(state["settings"]))
        if state["identity"] is not None:
            self._binding.bind(state["identity"], state["origin"], tokens.epoch)
            self._identity = self._binding.identity
            self._latest = _NO_HIT


class JupyterCredential(BaseCredential):
    """A credential for the user who is signed in to Azure in the JupyterLab page of this kernel.

    It works in the middle of a cell, from any thread, and wherever the Azure SDK accepts a
    credential. If no page has ever answered, it uses the identity of the machine or of the Azure
    CLI. A pickled or copied credential keeps its settings and the id of the account that it is
    bound to, but no token.

    :param tenant_id: directory to get tokens from, a GUID or a domain; None for the directory of
        the signed-in user.
    :param cloud: ``AzureCloud``, ``AzureChinaCloud``, ``AzureUSGovernment`` or the name of a
        configured cloud; None for the cloud of the page.
    :param account: user name or id that tokens must be for; None for the signed-in user. With an
        account, the identity of the machine is never used.
    :param timeout: seconds that the user has to sign in, once a page has answered.
    :param require_user: True to use the tokens of a signed-in user only, never those of the
        machine's identity or of the Azure CLI.
    :raises ValueError: an argument is invalid; the text names it and what it must be.
    """

    def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_kwargs: Any,
    ) -> JupyterAccessToken:
        """Return a token. A cached one takes about half a microsecond.

        :param scopes: at least one, all of one resource, e.g.
            ``https://storage.azure.com/.default``.
        :param claims: claims challenge of a resource that refused the previous token; requests a
            new token even if one is cached.
        :param tenant_id: directory for this call, in place of the credential's.
        :param enable_cae: True if the client handles claims challenges.
        :returns: a tuple of the token and its expiry in seconds since the epoch; its ``repr`` omits
            the token.
        :raises ~azure.identity.CredentialUnavailableError: no source can answer; a
            ``ChainedTokenCredential`` tries its next credential.
        :raises ~azure.core.exceptions.ClientAuthenticationError: the request was refused, cancelled
            or not completed in time; a chain stops.
        :raises ValueError: the scopes, the tenant or the claims are invalid.
        """
        if claims is None and (hit := self._hit(scopes, tenant_id, enable_cae)) is not None:
            return hit.access
        return run(self._obtain(scopes, claims, tenant_id, enable_cae)).access

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Return a token with the details that azure-core's pipelines use.

        :param scopes: as for :meth:`get_token`.
        :param options: ``claims``, ``tenant_id``, ``enable_cae``.
        :returns: ``expires_on`` and ``refresh_on`` are in seconds since the epoch.
        :raises: the same exceptions as :meth:`get_token`.
        """
        options = options or {}
        claims, tenant_id = options.get("claims"), options.get("tenant_id")
        enable_cae = options.get("enable_cae", False)
        if claims is None and (hit := self._hit(scopes, tenant_id, enable_cae)) is not None:
            return hit.info
        return run(self._obtain(scopes, claims, tenant_id, enable_cae)).info

    def close(self) -> None:
        """Forget this credential's tokens. A later call requests new ones."""
        self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None = None,
        _error: BaseException | None = None,
        _traceback: TracebackType | None = None,
    ) -> None:
        self.close()


_entries = tokens.entries
