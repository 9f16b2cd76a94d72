"""An IPython extension that puts ``JupyterCredential`` first in ``DefaultAzureCredential``.

After ``%load_ext jupyter_azure_auth.identity``, each new ``DefaultAzureCredential`` asks it before
its other credentials. Existing instances and other chains do not change.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final

from azure.core.exceptions import ClientAuthenticationError

from jupyter_azure_auth._clouds import UNNAMED_CLOUD, cloud_of_authority
from jupyter_azure_auth.kernel.credential import BaseCredential
from jupyter_azure_auth.kernel.credential import JupyterCredential as SyncCredential
from jupyter_azure_auth.kernel.exceptions import AzureAuthError

from . import aio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jupyter_azure_auth.kernel.cache import CachedToken
    from jupyter_azure_auth.kernel.wakeup import Waiting

_DEVELOPER: Final = frozenset(
    {
        "AzureCliCredential",
        "AzureDeveloperCliCredential",
        "AzurePowerShellCredential",
        "BrokerCredential",
        "InteractiveBrowserCredential",
        "SharedTokenCacheCredential",
        "VisualStudioCodeCredential",
    }
)
"""Credentials of ``DefaultAzureCredential`` for a person who has signed in."""

_AMBIENT: Final = frozenset({"AzureCliCredential", "ManagedIdentityCredential"})
"""Credentials whose identities ``JupyterCredential`` also uses while no user has signed in."""

_refusal: Final[ContextVar[AzureAuthError | None]] = ContextVar("_refusal", default=None)
"""The refusal of the current call. A chain raises another exception, with its text only."""


class _RecordsRefusal(BaseCredential):
    """Keeps the refusal for :func:`_reraise`."""

    def _obtain(self, *arguments: Any) -> Waiting[CachedToken]:
        try:
            return (yield from super()._obtain(*arguments))
        except AzureAuthError as error:
            _refusal.set(error)
            raise


class JupyterCredential(_RecordsRefusal, SyncCredential):
    """The credential of a ``DefaultAzureCredential``."""


class AsyncJupyterCredential(_RecordsRefusal, aio.JupyterCredential):
    """The credential of an asynchronous one."""


AsyncJupyterCredential.__name__ = JupyterCredential.__name__  # for the messages of chains

_replaced: Final[list[tuple[type, str, Any, Any]]] = []
"""Classes, names of methods, the original methods and those in their place."""


def install() -> None:
    """Change both classes of azure-identity. Further calls have no effect."""
    if _replaced:
        return
    import azure.identity.aio  # noqa: PLC0415 (takes 100 ms)

    for kind, first, reraise in (
        (azure.identity.DefaultAzureCredential, JupyterCredential, _reraise),
        (azure.identity.aio.DefaultAzureCredential, AsyncJupyterCredential, _reraise_async),
    ):
        _replace(kind, "__init__", partial(_with_first, kind=first))
        for name in ("get_token", "get_token_info"):
            _replace(kind, name, reraise)


def uninstall() -> None:
    """Restore the methods. Existing instances keep their credentials."""
    while _replaced:
        kind, name, original, ours = _replaced.pop()
        if vars(kind).get(name) is ours:
            setattr(kind, name, original)


def _replace(kind: type, name: str, wrap: Callable[[Any], Any]) -> None:
    original = vars(kind)[name]
    ours = wrap(original)
    setattr(kind, name, ours)
    _replaced.append((kind, name, original, ours))


def _with_first(original: Callable[..., None], kind: type[BaseCredential]) -> Callable[..., None]:
    @wraps(original)
    def initialize(self: Any, **options: Any) -> None:
        original(self, **options)
        settings = _settings(self.credentials, options)
        # After `uninstall`, the method may live on in a class that another library has wrapped.
        if settings is not None and _replaced:
            self.credentials = (kind(**settings), *self.credentials)

    return initialize


def _settings(chain: Iterable[object], options: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the arguments of the credential for a chain; None if it must have none.

    A chain without credentials for developers, or with the one that ``AZURE_TOKEN_CREDENTIALS``
    names, is not for signed-in users. In a chain that excludes ambient identities, or asks for a
    certain one, ours must not return another.
    """
    names = {type(one).__name__ for one in chain}
    chosen = os.environ.get("AZURE_TOKEN_CREDENTIALS", "").strip().lower()
    if chosen not in ("", "dev") or names.isdisjoint(_DEVELOPER):
        return None
    authority = options.get("authority")
    cloud = None if authority is None else cloud_of_authority(authority)
    if cloud == UNNAMED_CLOUD:
        return None
    is_certain = options.get("managed_identity_client_id") is not None
    # Older versions of azure-identity do not read the variable.
    require_user = is_certain or chosen == "dev" or not names >= _AMBIENT
    return {"cloud": cloud, "require_user": require_user}


def _reraise(original: Callable[..., Any]) -> Callable[..., Any]:
    """Have a refusal raised as itself: storage clients repeat a call that fails otherwise."""

    @wraps(original)
    def get(self: Any, *scopes: str, **options: Any) -> Any:
        _refusal.set(None)
        try:
            return original(self, *scopes, **options)
        except ClientAuthenticationError:
            if (refusal := _refusal.get()) is not None:
                raise refusal from None
            raise

    return get


def _reraise_async(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    async def get(self: Any, *scopes: str, **options: Any) -> Any:
        _refusal.set(None)
        try:
            return await original(self, *scopes, **options)
        except ClientAuthenticationError:
            if (refusal := _refusal.get()) is not None:
                raise refusal from None
            raise

    return get


def load_ipython_extension(_shell: Any) -> None:
    """Change ``DefaultAzureCredential``. Called by ``%load_ext jupyter_azure_auth.identity``."""
    install()


def unload_ipython_extension(_shell: Any) -> None:
    """Restore it. Called by ``%unload_ext jupyter_azure_auth.identity``."""
    uninstall()
