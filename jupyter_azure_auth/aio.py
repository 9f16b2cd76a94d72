"""The credential for ``azure.*.aio`` clients, which never blocks the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.kernel.credential import BaseCredential
from jupyter_azure_auth.kernel.wakeup import run_async

from ._redacted import RedactedText

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    from azure.core.credentials import TokenRequestOptions
    from typing_extensions import Self

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

__all__ = ["JupyterCredential", "bearer_token_provider"]


class JupyterCredential(BaseCredential):
    """The asynchronous :class:`jupyter_azure_auth.JupyterCredential`.

    It takes the same arguments and returns the same tokens.
    """

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_kwargs: Any,
    ) -> JupyterAccessToken:
        """Return a token, as :meth:`jupyter_azure_auth.JupyterCredential.get_token` does.

        Cancelling the task withdraws the request.

        :param scopes: at least one, all of one resource, e.g.
            ``https://storage.azure.com/.default``.
        :param claims: claims challenge of a resource that refused the previous token.
        :param tenant_id: directory for this call, in place of the credential's.
        :param enable_cae: True if the client handles claims challenges.
        :returns: a tuple of the token and its expiry in seconds since the epoch.
        :raises: the same exceptions as the synchronous method.
        """
        if claims is None and (hit := self._hit(scopes, tenant_id, enable_cae)) is not None:
            return hit.access
        return (await run_async(self._obtain(scopes, claims, tenant_id, enable_cae))).access

    async def get_token_info(
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
        return (await run_async(self._obtain(scopes, claims, tenant_id, enable_cae))).info

    async def close(self) -> None:
        """Forget this credential's tokens. A later call requests new ones."""
        self._forget()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()


def bearer_token_provider(
    scope_or_name: str, *, credential: JupyterCredential | None = None, cloud: str | None = None
) -> Callable[[], Awaitable[str]]:
    """:func:`jupyter_azure_auth.bearer_token_provider` for ``AsyncOpenAI`` and others."""
    from .token_provider import scope_for  # noqa: PLC0415 (not needed for a credential)

    credential = credential or JupyterCredential(cloud=cloud)
    return AsyncBearerTokenProvider(scope_for(scope_or_name, credential, cloud), credential)


class AsyncBearerTokenProvider:
    """Returns a valid token when awaited. It can be pickled, without a token."""

    __slots__ = ("credential", "scope")

    def __init__(self, scope: str, credential: JupyterCredential) -> None:
        self.scope, self.credential = scope, credential

    async def __call__(self) -> str:
        """Get a token as :meth:`JupyterCredential.get_token` does. Its ``repr`` hides it."""
        return RedactedText((await self.credential.get_token(self.scope)).token)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.scope!r}, {self.credential!r})"
